"""Boxes and regions know what lies in them."""

from __future__ import annotations

from math import cos, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoguard.model import Region

LEANING = Region((50.0, 40.0), half_width=10.0, half_height=20.0, roll=30.0)


@pytest.mark.parametrize(
    ("roll", "sides"),
    [(0.0, (40, 20, 60, 60)), (90.0, (30, 30, 70, 50)), (180.0, (40, 20, 60, 60))],
)
def test_the_bounds_follow_the_turn(roll: float, sides: tuple[int, ...]) -> None:
    """Upright the half axes are the reach; turned by a quarter they change places."""
    bounds = Region((50.0, 40.0), 10.0, 20.0, roll).bounds
    found = (bounds.left, bounds.top, bounds.right, bounds.bottom)
    assert found == pytest.approx(sides)


def test_a_point_is_in_the_ellipse_and_not_in_its_corners() -> None:
    """The middle and the ends of the axes lie in it, the corners of its bounds do not."""
    x, y = LEANING.centre
    assert LEANING.contains((x, y))
    turn = radians(LEANING.roll)
    crown = (x - 19.9 * sin(turn), y + 19.9 * cos(turn))
    assert LEANING.contains(crown)
    assert not LEANING.contains((x + 19.9 * sin(turn), y + 19.9 * cos(turn)))
    assert not LEANING.contains((LEANING.bounds.left, LEANING.bounds.top))


@given(st.floats(-360, 360), st.floats(0.5, 300), st.floats(0.5, 300), st.floats(0, 360))
def test_what_the_region_contains_lies_in_its_bounds(
    roll: float, half_width: float, half_height: float, angle: float
) -> None:
    """No point of an ellipse lies outside the box around it, however it is turned."""
    region = Region((7.0, -3.0), half_width, half_height, roll)
    bounds, turn = region.bounds, radians(angle)
    far = 0.999 * max(half_width, half_height)
    for share in (0.2, 0.6, 1.0):
        point = (7.0 + share * far * cos(turn), -3.0 + share * far * sin(turn))
        if region.contains(point):
            assert bounds.left - 1e-6 <= point[0] <= bounds.right + 1e-6
            assert bounds.top - 1e-6 <= point[1] <= bounds.bottom + 1e-6


def test_the_share_in_another_region() -> None:
    """All of a region lies in itself, none in a far one, some in a neighbour's."""
    assert LEANING.share_in(LEANING) == 1
    assert LEANING.share_in(Region((150.0, 40.0), 10.0, 20.0)) == 0
    assert 0.2 < Region((0.0, 0.0), 10, 10).share_in(Region((8.0, 0.0), 10, 10)) < 0.8
