"""From a detector's box to the ellipse that is hidden."""

from __future__ import annotations

from math import cos, hypot, radians, sin

from hypothesis import given
from hypothesis import strategies as st

from photoguard.model import Box, Cover, Face, Region
from photoguard.redact import region_of

sides = st.floats(0.5, 3000)
places = st.floats(-500, 6000)
rolls = st.floats(-360, 720)


def _far(region: Region, x: float, y: float) -> float:
    turn = radians(region.roll)
    across, down = x - region.centre[0], y - region.centre[1]
    return hypot(
        (across * cos(turn) + down * sin(turn)) / region.half_width,
        (down * cos(turn) - across * sin(turn)) / region.half_height,
    )


@given(places, places, sides, sides, rolls)
def test_region_holds_the_whole_box(
    left: float, top: float, wide: float, tall: float, roll: float
) -> None:
    """A detector's box lies inside the region, corners included, however the face is turned."""
    box = Box(left, top, left + wide, top + tall)
    for cover in Cover:
        region = region_of(Face(box, 0.9, ("d",), roll), cover)
        for x in (box.left, box.right):
            for y in (box.top, box.bottom):
                assert _far(region, x, y) <= 1 + 1e-6


def test_head_reaches_over_hair_and_ears() -> None:
    """The cover head holds what lies a third of a face above the box and a quarter beside it."""
    region = region_of(Face(Box(100, 100, 200, 235), 0.9, ("d",)), Cover.HEAD)
    assert _far(region, 150, 100 - 0.33 * 135) <= 1
    assert _far(region, 150, 235 + 0.15 * 135) <= 1
    assert _far(region, 100 - 25, 150) <= 1
    assert _far(region, 200 + 25, 150) <= 1


def test_head_is_larger_than_face() -> None:
    """The cover head holds the cover face."""
    face = Face(Box(100, 100, 200, 225), 0.9, ("d",), 30)
    head, bare = region_of(face, Cover.HEAD), region_of(face, Cover.FACE)
    assert head.half_width > bare.half_width
    assert head.half_height > bare.half_height


def test_head_follows_the_crown() -> None:
    """Of a child lying on its side the region grows towards the crown, not upwards."""
    box = Box(100, 100, 225, 200)
    to_the_right = region_of(Face(box, 0.9, ("d",), 90), Cover.HEAD)
    assert to_the_right.centre[0] > box.centre[0] + 5
    assert abs(to_the_right.centre[1] - box.centre[1]) < 1e-6
    assert region_of(Face(box, 0.9, ("d",), 270), Cover.HEAD).centre[0] < box.centre[0] - 5


def test_head_is_not_hidden_needlessly() -> None:
    """The region ends within one face of the box on every side, soft edge included."""
    box = Box(100, 100, 200, 225)
    region = region_of(Face(box, 0.9, ("d",)), Cover.HEAD)
    assert region.half_width * 1.35 < 1.5 * box.width
    assert region.half_height * 1.35 + region.half_height * 0.2 < 1.5 * box.height


def test_tiny_face_is_covered_with_room_to_spare() -> None:
    """A face of three pixels gets a region of at least five."""
    region = region_of(Face(Box(10, 10, 11, 11), 0.9, ("d",)), Cover.FACE)
    assert min(region.half_width, region.half_height) >= 2.5


def test_what_is_hardly_a_face_is_covered_no_wider_than_a_face() -> None:
    """Where a place is doubtful, the hair around it is left, whatever the setting says."""
    doubtful = Face(Box(100, 100, 200, 235), 0.1, ("d",), weak=True, tight=True)
    sure = Face(doubtful.box, 0.9, ("d",))
    assert region_of(doubtful, Cover.HEAD) == region_of(sure, Cover.FACE)
