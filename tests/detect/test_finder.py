"""The finder on real pictures: sizes, turns, crowds of one, nobody at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from photoguard.detect import FaceFinder
from photoguard.detect._beings import Looks
from photoguard.detect._finder import _turns_worth_a_look
from photoguard.detect._views import Views, _quantiles, areas_around, lit, lit_by_place
from photoguard.detect._votes import SCORE, TURNS, no_votes, overlaps
from photoguard.detect.centerface import CONTEXT
from photoguard.model import Box, Region

if TYPE_CHECKING:
    import numpy.typing as npt

    from photoguard.detect._votes import Votes
    from photoguard.model import Pixels

FACE = Box(175, 65, 275, 185)
"""The astronaut's face."""


def vote_for_all_of(views: Views) -> Votes:
    """Return a vote as large as the picture."""
    height, width = views.shape
    return np.array([[0, 0, width, height, 0.2, 0, 0]], np.float32)


def turned_box(box: Box, quarters: int, side: int) -> Box:
    """Return a box of a square picture that was turned clockwise."""
    for _ in range(quarters):
        box = Box(side - box.bottom, box.left, side - box.top, box.right)
    return box


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_face_is_found_in_every_turn_with_its_roll(
    finder: FaceFinder, astronaut: Pixels, quarters: int
) -> None:
    """A portrait turned by quarters is found, and roll says where the crown points."""
    pixels = np.ascontiguousarray(np.rot90(astronaut, -quarters))
    expected = turned_box(FACE, quarters, astronaut.shape[0])
    best = finder.find(pixels).faces[0]
    assert best.box.iou(expected) > 0.4
    assert not best.weak
    assert abs((best.roll - 90 * quarters + 180) % 360 - 180) < 25


def test_the_number_of_threads_changes_nothing(finder: FaceFinder, astronaut: Pixels) -> None:
    """A photo that is looked at alone, on all cores, ends as it would among others."""
    crowd = np.hstack([astronaut, cv2.resize(astronaut, (200, 512)), astronaut[::-1]])
    assert FaceFinder(threads=2).find(crowd) == finder.find(crowd)


@pytest.mark.parametrize("size", [8, 24, 96, 1600])
def test_every_size_has_an_answer(finder: FaceFinder, astronaut: Pixels, size: int) -> None:
    """From 8 pixels on a picture is looked at, and boxes lie inside it."""
    pixels = cv2.resize(astronaut, (size, size), interpolation=cv2.INTER_AREA)
    for face in finder.find(pixels).faces:
        assert face.box == face.box.clipped(size, size)
        assert 0 <= face.roll < 360


@pytest.mark.parametrize("share", [0.1, 0.045])
def test_a_small_face_in_a_large_picture_is_found(
    finder: FaceFinder, astronaut: Pixels, share: float
) -> None:
    """A portrait that takes up little of a large picture is not lost."""
    large = np.full((1200, 1600, 3), 140, np.uint8)
    side = int(share * 1600)
    left, top = 1200, 300
    small = cv2.resize(astronaut, (side, side), interpolation=cv2.INTER_AREA)
    large[top : top + side, left : left + side] = small
    expected = FACE.scaled(side / 512)
    expected = Box(
        left + expected.left, top + expected.top, left + expected.right, top + expected.bottom
    )
    assert any(face.box.iou(expected) > 0.3 for face in finder.find(large).faces)


def test_a_face_that_fills_the_picture_is_found(finder: FaceFinder, astronaut: Pixels) -> None:
    """A selfie from very near, cut by every edge, is hidden."""
    near = cv2.resize(astronaut[60:190, 165:285], (1107, 1200), interpolation=cv2.INTER_CUBIC)
    faces = finder.find(near).faces
    assert any(face.box.area > 0.4 * near.shape[0] * near.shape[1] for face in faces)


def test_nobody_is_found_where_nobody_is(finder: FaceFinder, meadow: Pixels) -> None:
    """A picture without people has no faces."""
    assert finder.find(meadow).faces == ()


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_with_somebody_there_faces_are_sought_in_every_turn(
    finder: FaceFinder, astronaut: Pixels, meadow: Pixels, quarters: int
) -> None:
    """A face that no quick look saw may be whichever side up, if somebody is there at all."""

    def turns(pixels: Pixels) -> tuple[int, ...]:
        return _turns_worth_a_look(no_votes(), Looks(finder._beings, Views(pixels)))

    pixels = np.ascontiguousarray(np.rot90(astronaut, quarters))
    assert turns(pixels) == TURNS
    empty = np.ascontiguousarray(np.rot90(meadow, quarters))
    assert turns(empty) == (0,)


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_around_a_place_the_mirrored_picture_says_what_all_of_it_says(
    finder: FaceFinder, astronaut: Pixels, meadow: Pixels, quarters: int
) -> None:
    """A part of it gives a face the same score and box in every turn; no place, no votes."""
    scene = cv2.resize(meadow, (1200, 800))
    scene[200:456, 700:956] = cv2.resize(astronaut, (256, 256))
    views = Views(np.ascontiguousarray(np.rot90(scene, -quarters)))
    whole = finder._guide.confirm(views, (quarters,), vote_for_all_of(views))
    best = whole[whole[:, SCORE].argmax()][None]
    part = finder._guide.confirm(views, (quarters,), best)
    again = part[part[:, SCORE].argmax()][None]
    assert best[0, SCORE] > finder._guide.sure
    assert again[0, SCORE] == pytest.approx(best[0, SCORE], abs=0.1)
    assert overlaps(again, best)[0][0, 0] > 0.9
    assert len(finder._guide.confirm(views, (quarters,), no_votes())) == 0


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_around_traces_the_fine_pass_sees_what_it_sees_in_all_of_the_picture(
    finder: FaceFinder, astronaut: Pixels, meadow: Pixels, quarters: int
) -> None:
    """Heads of 10 to 60 pixels in a landscape have the same votes, also where it lies turned."""
    scene = cv2.resize(meadow, (1280, 853))
    for left, side in ((60, 250), (500, 120), (800, 64), (1000, 48), (1150, 40)):
        scene[300 : 300 + side, left : left + side] = cv2.resize(
            astronaut, (side, side), interpolation=cv2.INTER_AREA
        )
    views = Views(np.ascontiguousarray(np.rot90(scene, -quarters)))
    guide = finder._guide
    glances = guide.glance(views)
    assert tuple(glances.traces) == (quarters,)
    whole = guide.sweep(views, (quarters,))
    part = guide.sweep(views, (quarters,), glances)
    clear = whole[whole[:, SCORE] >= guide.sure]
    assert len(clear) >= 4
    assert (overlaps(clear, part)[0].max(axis=1) > 0.8).all()
    others = tuple(turn for turn in TURNS if turn != quarters)
    assert len(guide.sweep(views, others, glances)) == len(guide.sweep(views, others))


def test_where_nothing_is_the_fine_pass_has_nothing_to_look_at(finder: FaceFinder) -> None:
    """A plain wall has no trace of a face, so no part of it is looked at."""
    views = Views(np.full((900, 1200, 3), 200, np.uint8))
    glances = finder._guide.glance(views)
    assert tuple(glances.traces) == TURNS
    assert not any(map(len, glances.traces.values()))
    assert not len(finder._guide.sweep(views, TURNS, glances))


def test_beside_a_likely_small_face_fainter_ones_are_looked_for(
    finder: FaceFinder, astronaut: Pixels
) -> None:
    """A crowd's tile is looked at whole at twice the size, else only what lies around traces."""
    room = np.full((1000, 1500, 3), 140, np.uint8)
    room[300:348, 700:748] = cv2.resize(astronaut, (48, 48), interpolation=cv2.INTER_AREA)
    face = np.array([[716, 306, 726, 318, 1, 0, 0]], np.float32)
    for score, is_seen in ((0.5, True), (0.12, False)):
        far = np.array([[600, 100, 612, 114, score, 0, 0]], np.float32)
        seen = finder._guide._closer(room, far, 0)
        assert (overlaps(face, seen)[0].max(initial=0) > 0.3) == is_seen
    assert overlaps(face, finder._guide._closer(room, face, 0))[0].max() > 0.3


def test_the_side_of_a_part_makes_no_face_of_half_a_face(
    finder: FaceFinder, astronaut: Pixels
) -> None:
    """A part that ends in the middle of a large face has no vote there."""
    views = Views(cv2.resize(astronaut, (900, 900)))
    beside = np.array([[240, 200, 250, 210, 0.2, 0, 0]], np.float32)
    assert len(finder._guide.confirm(views, (0,), vote_for_all_of(views)))
    assert len(finder._guide.confirm(views, (0,), beside)) == 0


def test_a_face_in_two_parts_is_one_vote(finder: FaceFinder, astronaut: Pixels) -> None:
    """Places on either side of a face have parts that overlap; the face is no two passes' vote."""
    scene = np.full((900, 900, 3), 128, np.uint8)
    scene[300:556, 300:556] = cv2.resize(astronaut, (256, 256))
    places = np.array(
        [[360, 310, 370, 320, 0.2, 0, 0], [460, 410, 470, 420, 0.2, 0, 0]], np.float32
    )
    parts = areas_around(places, Box(0, 0, 900, 900), CONTEXT)
    assert len(parts) == 2
    assert parts[0].overlap(parts[1])
    votes = finder._guide.confirm(Views(scene), (0,), places)
    assert (votes[:, SCORE] > finder._guide.sure).sum() == 1


def test_the_same_picture_gives_the_same_sight(finder: FaceFinder, astronaut: Pixels) -> None:
    """Nothing is left over from one picture to the next."""
    first = finder.find(astronaut)
    finder.find(astronaut[:300, :200])
    assert finder.find(astronaut) == first


def test_a_hint_of_the_camera_counts_as_a_vote(finder: FaceFinder, meadow: Pixels) -> None:
    """Where the camera saw a face, one is hidden, and a person is asked to look."""
    hint = Box(50, 30, 80, 70)
    sight = finder.find(meadow, [hint])
    assert ["camera" in face.detectors for face in sight.faces] == [True]
    assert sight.faces[0].weak
    assert sight.faces[0].box.iou(hint) > 0.9
    assert sight.doubts


def test_the_second_look_sees_what_is_left(finder: FaceFinder, astronaut: Pixels) -> None:
    """A face that nobody hid is seen in the finished picture, turned or not."""
    assert finder.look_again(astronaut, [])
    assert finder.look_again(np.ascontiguousarray(np.rot90(astronaut)), [])


def test_the_second_look_leaves_known_regions_out(finder: FaceFinder, astronaut: Pixels) -> None:
    """What lies in a hidden or kept region is not reported again."""
    known = Region(FACE.centre, FACE.width * 0.7, FACE.height * 0.7)
    assert finder.look_again(astronaut, [known]) == ()
    elsewhere = Region((450.0, 450.0), 40.0, 40.0)
    assert finder.look_again(astronaut, [elsewhere])


def test_a_small_face_left_beside_a_hidden_one_is_seen(
    finder: FaceFinder, astronaut: Pixels
) -> None:
    """Two heads too small for the quick pass: where one was hidden, the other one is noticed."""
    room = np.full((1200, 1600, 3), 140, np.uint8)
    small = cv2.resize(astronaut, (130, 130), interpolation=cv2.INTER_AREA)
    room[300:430, 800:930] = room[300:430, 960:1090] = small
    hidden, left = (Box(at + 44, 316, at + 70, 347) for at in (800, 960))
    level = room.copy()
    level[300:360, 830:890] = 128
    known = Region(hidden.centre, 30.0, 30.0)
    assert any(face.box.iou(left) > 0.3 for face in finder.look_again(level, [known]))
    alone = finder._guide.sweep_again(Views(level), (0,))
    assert alone[:, SCORE].max(initial=0) < 0.5


@pytest.mark.parametrize("light", [0.35, 0.12])
def test_a_face_in_the_dark_is_found(finder: FaceFinder, astronaut: Pixels, light: float) -> None:
    """By candlelight a face is seen as by day."""
    dark = (astronaut * light).astype(np.uint8)
    faces = finder.find(dark).faces
    assert any(face.box.iou(FACE) > 0.4 and not face.weak for face in faces)


@pytest.mark.parametrize("share", [0.5, 0.6])
def test_a_face_that_the_edge_cuts_is_found(
    finder: FaceFinder, astronaut: Pixels, share: float
) -> None:
    """Half a face at the edge of the picture is hidden, and nobody has to look."""
    left = int(FACE.right - share * FACE.width)
    cut = np.ascontiguousarray(astronaut[:, left:])
    rest = Box(0, FACE.top, FACE.right - left, FACE.bottom)
    assert any(2 * face.box.overlap(rest) > rest.area for face in finder.find(cut).faces)


def test_shadows_are_lit_by_place() -> None:
    """A dark corner of a bright picture shows more of what is in it."""
    picture = np.full((200, 200, 3), 230, np.uint8)
    corner = (slice(0, 60), slice(0, 60))
    picture[corner] = np.random.default_rng(5).integers(10, 40, (60, 60, 1), np.uint8)
    assert lit_by_place(picture)[corner].std() > 1.3 * picture[corner].std()


def test_only_dark_pictures_are_brightened(astronaut: Pixels) -> None:
    """A picture in daylight is looked at as it is."""
    assert lit(astronaut) is astronaut
    assert lit((astronaut * 0.3).astype(np.uint8)).mean() > 0.7 * astronaut.mean()
    assert lit(np.zeros((20, 20, 3), np.uint8)).max() == 0


@given(hnp.arrays(np.uint8, st.integers(1, 400)))
def test_quantiles_are_those_of_numpy(levels: npt.NDArray[np.uint8]) -> None:
    """Counted, they are the same as sorted."""
    shares = (0.0, 0.5, 0.99, 1.0)
    assert np.allclose(_quantiles(levels, *shares), np.quantile(levels, shares), atol=1e-9)


def test_only_grainy_pictures_are_smoothed(astronaut: Pixels) -> None:
    """Grain goes, also that which brightening brings out; a picture without any stays as it is."""
    chance = np.random.default_rng(3)

    def grainy(light: float, grain: float) -> Pixels:
        noise = chance.normal(0, grain, astronaut.shape)
        return (astronaut * light + noise).clip(0, 255).astype(np.uint8)

    def grain_of(pixels: Pixels) -> float:
        return float(np.abs(np.diff(pixels[:, :, 1].astype(int), axis=1)).mean())

    for picture in (grainy(1.0, 20), grainy(0.2, 6)):
        gain = lit(picture).mean() / picture.mean()
        assert grain_of(lit(picture)) < 0.7 * gain * grain_of(picture)
    fine = grainy(1.0, 4)
    assert lit(fine) is fine


def test_a_face_in_heavy_grain_is_seen_surely(finder: FaceFinder, astronaut: Pixels) -> None:
    """A small face in the grain of a dark hall is no faint suspicion."""
    hall = np.full((150, 200, 3), 120, np.uint8)
    hall[86:, 136:] = cv2.resize(astronaut, (64, 64), interpolation=cv2.INTER_AREA)
    noise = np.random.default_rng(7).normal(0, 60, hall.shape)
    (face,) = finder.find((hall + noise).clip(0, 255).astype(np.uint8)).faces
    assert face.box.overlap(Box(158, 95, 170, 108)) > 0.7 * 12 * 13
    assert not face.weak
