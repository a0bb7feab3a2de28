"""The pieces of detection that need no network: turning, joining, judging, doubting."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoguard.detect._detector import detectors
from photoguard.detect._finder import _turns_of, _without_hair
from photoguard.detect._known import inside, is_part
from photoguard.detect._places import (
    ACCEPT,
    Judged,
    Place,
    cover_of,
    doubts,
    is_sure,
    likelihood,
    places,
    speak,
)
from photoguard.detect._views import areas_around, squares, tiles_around
from photoguard.detect._votes import (
    TURNS,
    apart_from,
    cut,
    main_turns,
    mirrored_back,
    moved,
    no_votes,
    overlaps,
    turned_back,
    turns_left,
    turns_seen,
    with_neighbours,
)
from photoguard.detect.centerface import CONTEXT
from photoguard.model import Box, Language, Region
from photoguard.texts import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from photoguard.detect._detector import Detector
    from photoguard.detect._votes import Votes

SHAPE = (480, 640, 3)


def vote(*row: float) -> Votes:
    """Return a table of one vote: left, top, right, bottom, score, roll, turn."""
    return np.array([row], np.float32)


def place(box: Box, score: float, name: str = "centerface", looks: int = 2) -> Place:
    """Return a place that one detector saw."""
    best = vote(box.left, box.top, box.right, box.bottom, score, 0, 0)[0]
    return Place(best, box, {name: score}, looks)


class Witness:
    """A detector that has seen all it will see."""

    name = "centerface"
    weight = 9.1
    idle = 0.0
    sure = 0.5

    def sweep(self, pixels: object, turns: object) -> Votes:
        del pixels, turns
        return no_votes()

    def sweep_again(self, views: object, turns: Sequence[int]) -> Votes:
        del views, turns
        return no_votes()


WITNESS: tuple[Detector, ...] = (Witness(),)


@pytest.mark.parametrize("turn", TURNS)
def test_a_vote_finds_its_way_back_from_a_turned_picture(turn: int) -> None:
    """A box around a marked spot is around it again in the original."""
    picture = np.zeros((40, 60), np.uint8)
    picture[5:9, 10:17] = 1
    rows, columns = np.nonzero(np.rot90(picture, turn))
    seen = vote(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1, 0.9, 0, 0)
    back = turned_back(seen, turn, 60, 40)[0]
    assert back[:4].tolist() == [10, 5, 17, 9]
    assert back[5:].tolist() == [90 * turn, turn]


def test_a_vote_finds_its_way_back_from_a_mirrored_and_from_a_cut_picture() -> None:
    """Mirroring changes sides and roll; a part is scaled first and then moved."""
    seen = vote(10, 5, 17, 9, 0.9, 30, 0)
    assert mirrored_back(seen, 60)[0][:4].tolist() == [43, 5, 50, 9]
    assert mirrored_back(seen, 60)[0][5] == -30
    assert moved(seen, 2, 100, 50)[0][:4].tolist() == [120, 60, 134, 68]


def test_votes_beyond_the_edge_end_there() -> None:
    """Of a vote that reaches out the part inside is left; one that lies outside is none."""
    votes = np.concatenate([vote(-40, 10, 60, 90, 0.5, 0, 0), vote(-70, 10, 20, 90, 0.5, 0, 0)])
    assert cut(votes, 200, 100, 0.4)[:, :4].tolist() == [[0, 10, 60, 90]]


PICTURE = Box(0, 0, 1200, 900)


def test_a_part_shows_a_place_and_what_is_around_it() -> None:
    """Parts lie on the network's grid, hold the surroundings and end with the picture."""
    parts = areas_around(
        np.concatenate([vote(500, 400, 520, 430, 0.3, 0, 0), vote(1180, 0, 1230, 40, 0.3, 0, 0)]),
        PICTURE,
        CONTEXT,
    )
    assert len(parts) == 2
    middle, corner = parts
    wanted = Box(500, 400, 520, 430).widened(CONTEXT)
    assert middle.overlap(wanted) == wanted.area
    assert all(side % 32 == 0 for side in (middle.left, middle.top, middle.right, middle.bottom))
    assert (corner.top, corner.right) == (0, 1200)


def test_parts_are_joined_where_that_shows_nothing_more() -> None:
    """Places side by side share a part; places beyond the picture and no places have none."""
    row = np.concatenate([vote(x, 400, x + 20, 420, 0.3, 0, 0) for x in (400, 420, 440)])
    assert len(areas_around(row, PICTURE, CONTEXT)) == 1
    assert areas_around(vote(5000, 0, 5010, 10, 0.3, 0, 0), PICTURE, CONTEXT) == []
    assert areas_around(no_votes(), PICTURE, CONTEXT) == []


def test_many_places_show_the_whole_picture() -> None:
    """Where the parts are most of the picture, it is looked at as a whole."""
    grid = [
        vote(x, y, x + 9, y + 9, 0.3, 0, 0) for x in range(0, 1200, 150) for y in range(0, 900, 150)
    ]
    assert areas_around(np.concatenate(grid), PICTURE, CONTEXT) == [PICTURE]


@given(st.lists(st.tuples(st.integers(-50, 1250), st.integers(-50, 950)), min_size=1, max_size=20))
def test_every_place_in_the_picture_is_in_a_part(corners: list[tuple[int, int]]) -> None:
    """No place is forgotten when parts are joined."""
    votes = np.concatenate([vote(x, y, x + 30, y + 30, 0.3, 0, 0) for x, y in corners])
    parts = areas_around(votes, PICTURE, CONTEXT)
    for x, y in corners:
        seen = Box(x, y, x + 30, y + 30).clipped(1200, 900)
        assert not seen.area or any(part.overlap(seen) == seen.area for part in parts)


def test_what_a_certain_face_explains_is_not_asked_again() -> None:
    """A vote for the same face is explained by it; one that only meets it takes it along."""
    certain = vote(100, 100, 200, 200, 0.9, 0, 0)
    same, inner, beside, other = (
        vote(105, 100, 205, 205, 0.3, 0, 0),
        vote(110, 110, 130, 130, 0.3, 0, 0),
        vote(190, 110, 230, 150, 0.3, 0, 0),
        vote(500, 500, 530, 540, 0.3, 0, 0),
    )
    left = apart_from(certain, np.concatenate([same, inner, beside, other]), 0.35, 0.7)
    assert left.tolist() == np.concatenate([beside, other]).tolist()
    assert with_neighbours(left, certain)[:, :4].tolist() == [
        [100, 100, 230, 200],
        [500, 500, 530, 540],
    ]
    assert apart_from(no_votes(), other, 0.35, 0.7).tolist() == other.tolist()
    assert with_neighbours(other, no_votes()).tolist() == other.tolist()


def test_a_faint_vote_in_an_odd_turn_speaks_for_no_place() -> None:
    """It is neither a place nor worth another look; a clear one is both."""
    odd = [
        vote(100 * at, 0, 100 * at + 40, 50, score, 90, 1) for at, score in enumerate((0.15, 0.6))
    ]
    upright = vote(300, 0, 340, 50, 0.12, 0, 0)
    votes = np.concatenate([*odd, upright])
    assert speak(votes, (0,)).tolist() == [False, True, True]
    assert speak(votes, (0, 1)).all()
    assert [place.best[0] for place in places({"centerface": votes}, (0,))] == [100, 300]


def test_turns_follow_the_clear_votes() -> None:
    """A picture that lies on its side is looked at in that turn; with no clue in all."""
    lying = vote(0, 0, 20, 20, 0.9, 90, 1)
    doubtful = vote(50, 50, 70, 70, 0.55, 0, 0)
    both = np.concatenate([lying, doubtful])
    assert turns_seen(both) == (1, 0)
    assert main_turns(both) == (1,)
    assert main_turns(no_votes()) == TURNS
    assert turns_seen(vote(0, 0, 9, 9, 0.2, 0, 0)) == TURNS


def test_a_landscape_is_looked_at_closely_upright_only() -> None:
    """Where quick looks saw nothing clear, one faint turn is left beside the upright one."""
    faint = np.concatenate([vote(0, 0, 9, 9, 0.2, 90, 1), vote(30, 0, 39, 9, 0.15, 180, 2)])
    assert turns_left(no_votes()) == (0,)
    assert turns_left(vote(0, 0, 9, 9, 0.2, 0, 0)) == (0,)
    assert turns_left(faint) == (0, 1)
    assert turns_left(np.concatenate([faint, vote(0, 30, 20, 50, 0.9, 270, 3)])) == (3,)


def test_the_second_look_keeps_to_the_turns_of_what_was_hidden() -> None:
    """It looks upright and as the hidden faces lie; with nothing hidden it looks all around."""
    rolls = [88.0, 100.0, -5.0, 181.0]
    hidden = [Region((50, 50), 10, 12, roll) for roll in rolls]
    assert _turns_of(hidden) == (1, 0, 2)
    assert _turns_of(hidden[:1]) == (1, 0)
    assert _turns_of([]) == TURNS


def test_a_hidden_text_tells_nothing_of_how_faces_lie() -> None:
    """Where a name is all that was hidden, the second look looks all around as well."""
    label = Region((50, 20), 30, 5, 91.0, cornered=True)
    assert _turns_of([label]) == TURNS
    assert _turns_of([label, Region((50, 50), 10, 12, 178.0)]) == (2, 0)


def test_votes_about_one_face_are_united() -> None:
    """Two looks at a face make one place with the union of their boxes."""
    first, second = vote(10, 10, 50, 60, 0.8, 0, 0), vote(12, 12, 56, 64, 0.4, 0, 0)
    away = vote(200, 200, 220, 220, 0.3, 0, 0)
    found = places({"a": np.concatenate([first, away]), "b": second}, (0,))
    assert len(found) == 2
    assert found[0].box == Box(10, 10, 56, 64)
    assert set(found[0].scores) == {"a", "b"}
    assert found[0].looks == 2


def test_a_clear_face_does_not_vouch_for_what_lies_beside_it() -> None:
    """A vote speaks for the place that it fits best, and for no other."""
    face, again = vote(100, 100, 200, 230, 0.9, 0, 0), vote(96, 100, 190, 220, 0.8, 0, 0)
    beside = vote(70, 95, 160, 190, 0.2, 0, 0)
    found = places({"a": np.concatenate([face, again, beside])}, (0,))
    assert [place.scores["a"] for place in found] == pytest.approx([0.9, 0.2])
    assert [place.looks for place in found] == [2, 1]
    assert overlaps(again, beside)[0].item() > 0.35
    assert places({"a": no_votes()}, (0,)) == []


def test_a_vote_from_another_turn_counts_for_less() -> None:
    """The same score is worth less where the picture shows its faces in another turn."""
    seen = vote(10, 10, 50, 60, 0.5, 90, 1)
    assert places({"a": seen}, (1,))[0].scores["a"] > places({"a": seen}, (0,))[0].scores["a"]


def test_what_a_sure_face_covers_needs_no_answer() -> None:
    """A vote inside a sure face is hidden with it; one beside it is not."""
    sure = vote(10, 10, 110, 130, 0.9, 0, 0)
    other = vote(300, 10, 400, 130, 0.8, 0, 0)
    both = np.concatenate([other, sure])
    assert cover_of(place(Box(30, 40, 70, 90), 0.2), both) == 1
    assert cover_of(place(Box(105, 10, 205, 130), 0.2), both) is None
    assert cover_of(place(Box(30, 40, 70, 90), 0.2), no_votes()) is None


def test_a_part_of_a_face_is_told_from_another_face_before_it() -> None:
    """The eyes above a mask belong to it; what is smaller, or beside its middle, is another."""
    adult = Box(100, 100, 200, 240)
    assert is_part(Box(105, 105, 195, 180), adult)
    assert is_part(Box(110, 110, 205, 240), adult)
    assert not is_part(Box(100, 180, 150, 240), adult)
    assert not is_part(Box(135, 150, 165, 190), adult)
    assert not is_part(Box(160, 150, 220, 240), adult)


def test_evidence_adds_up() -> None:
    """More score and more looks make a face likelier."""
    box = Box(0, 0, 30, 40)
    weak = likelihood(place(box, 0.12, looks=1), WITNESS)
    assert weak < ACCEPT < likelihood(place(box, 0.4, looks=2), WITNESS)
    assert weak < likelihood(place(box, 0.12, looks=3), WITNESS)
    assert weak < likelihood(place(box, 0.2, looks=1), WITNESS)
    assert is_sure(place(box, 0.5), WITNESS)
    assert not is_sure(place(box, 0.49), WITNESS)


def test_what_a_detector_gives_to_anything_is_no_evidence() -> None:
    """BlazeFace's low scores say nothing of a place, its high ones do."""
    box = Box(0, 0, 30, 40)
    judged = [likelihood(place(box, score, "blazeface"), detectors(1)) for score in (0.3, 0.4, 0.7)]
    assert judged[0] == judged[1] < judged[2]


def judged(box: Box, sure: float, *, head: bool = False) -> Judged:
    """Return what is known of a place in a picture of SHAPE."""
    return Judged(place(box, 0.2), sure, box, SHAPE, head)


def test_a_tiny_place_needs_more() -> None:
    """Below nine pixels a weak vote is more often a leaf than a face."""
    assert judged(Box(0, 0, 30, 40), 0.2).hidden
    assert not judged(Box(0, 0, 7, 9), 0.2).hidden


def test_a_doubtful_place_that_costs_little_is_hidden() -> None:
    """A spot, or the head of a person, is hidden from a likelihood at which others are asked."""
    spot, wall = Box(100, 100, 130, 140), Box(100, 100, 200, 240)
    assert judged(spot, 0.07).hidden
    assert not judged(wall, 0.07).hidden
    assert judged(wall, 0.06, head=True).hidden
    assert judged(spot, 0.04, head=True).hidden
    assert not judged(spot, 0.039, head=True).hidden
    assert not judged(wall, 0.055, head=True).hidden
    assert judged(wall, 0.19).hidden
    little = judged(Box(100, 100, 110, 111), 0.06, head=True)
    assert not replace(little, shape=(240, 320, 3)).hidden


def test_a_speck_is_hidden_rather_than_left() -> None:
    """In a large picture a small place costs nothing, and nobody would be asked about it."""
    shape = (1536, 2048, 3)
    speck = replace(judged(Box(1000, 1000, 1060, 1080), 0.1), shape=shape)
    assert speck.hidden
    assert not replace(speck, sure=0.08).hidden
    assert not doubts([replace(speck, sure=0.08)])
    large = replace(judged(Box(1000, 1000, 1200, 1300), 0.1), shape=shape)
    assert not large.hidden
    assert doubts([large])
    crown = judged(Box(1000, 1000, 1010, 1011), 0.06, head=True)
    assert replace(crown, shape=shape).hidden
    assert not replace(judged(Box(1000, 1000, 1008, 1009), 0.2), shape=shape).hidden


def test_hair_beside_a_face_is_no_doubtful_place() -> None:
    """The faintest places at a face's edge are left out; likelier ones and others stay."""
    clear = judged(Box(100, 100, 200, 240), 1.0)
    hair, likelier = judged(Box(195, 100, 235, 160), 0.07), judged(Box(195, 100, 235, 160), 0.13)
    elsewhere = judged(Box(300, 100, 340, 160), 0.07)
    assert _without_hair([clear, hair, likelier, elsewhere]) == [clear, likelier, elsewhere]


@pytest.mark.parametrize(
    ("box", "sure", "code"),
    [
        (Box(100, 100, 190, 200), 0.08, "sight.people_likely_no_face"),
        (Box(100, 100, 119.5, 119.5), 0.13, "sight.people_likely_no_face"),
        (Box(100, 100, 190, 200), 0.2, "sight.weak_face"),
        (Box(0, 100, 90, 200), 0.1, "sight.face_at_edge"),
    ],
)
def test_a_doubt_names_its_reason(box: Box, sure: float, code: str) -> None:
    """Each doubt has its place, its likelihood and a code with a sentence in every language."""
    (doubt,) = doubts([judged(box, sure)])
    assert (doubt.box, doubt.likelihood, doubt.code) == (box, sure, code)
    assert doubt.hidden == (code == "sight.weak_face")
    for language in Language:
        assert say(code, language)


def test_disagreement_beside_a_clear_face_is_a_doubt() -> None:
    """A likely place that stayed visible sends the picture to a person."""
    clear, doubtful = judged(Box(50, 50, 140, 140), 1.0), judged(Box(300, 100, 390, 200), 0.1)
    (doubt,) = doubts([clear, doubtful])
    assert (doubt.box, doubt.code) == (doubtful.box, "sight.detectors_disagree")


def test_what_is_seen_on_a_head_and_not_hidden_asks_sooner() -> None:
    """A faint place on a person's head is asked about, the same on a wall is not."""
    clear, wall = judged(Box(50, 50, 90, 90), 1.0), Box(300, 100, 390, 200)
    (doubt,) = doubts([clear, judged(wall, 0.045, head=True)])
    assert doubt.box == wall
    assert doubts([clear, judged(wall, 0.045)]) == ()
    small = replace(judged(Box(300, 100, 315, 130), 0.045, head=True), shape=(40, 40, 3))
    assert doubts([clear, small]) == ()


def test_a_face_at_the_edge_that_is_hidden_asks_nobody() -> None:
    """What is visible of it is hidden whole."""
    assert doubts([judged(Box(0, 100, 60, 160), 1.0)]) == ()


def test_a_face_in_which_nobody_can_be_told_asks_nobody() -> None:
    """Below 16 pixels on a side no outsider recognises anybody, whatever else is there."""
    assert doubts([judged(Box(100, 100, 115, 118), 0.15)]) == ()


def test_what_lies_within_a_sure_face_asks_whether_it_is_another() -> None:
    """Hidden by itself it always asks; too doubtful for that, as any other place does."""
    host = judged(Box(90, 60, 290, 260), 1.0)
    inner, faint = judged(Box(100, 100, 130, 130), 0.5), judged(Box(200, 100, 290, 200), 0.1)
    found = doubts([host], [inner, faint])
    assert [(doubt.box, doubt.hidden) for doubt in found] == [(faint.box, False), (inner.box, True)]


def test_clear_faces_and_specks_are_no_doubt() -> None:
    """A picture with clear faces and tiny doubts costs nobody's time."""
    clear, speck = judged(Box(50, 50, 90, 90), 1.0), judged(Box(300, 100, 309, 110), 0.1)
    assert doubts([clear, speck]) == ()
    assert doubts([]) == ()


def test_known_regions_are_ellipses_that_turn() -> None:
    """A box lies in a turned region where the ellipse is, not where its frame is."""
    lying = Region((100, 100), 10, 50, 90)
    assert inside(Box(130, 95, 140, 105), [lying])
    assert not inside(Box(95, 130, 105, 140), [lying])
    assert not inside(Box(95, 130, 105, 140), [])


@given(st.integers(1, 3000), st.integers(1, 3000), st.integers(1, 4))
def test_squares_leave_no_gap(width: int, height: int, parts: int) -> None:
    """Every pixel of a picture lies in a square, and no square outside the picture."""
    found = squares((height, width, 3), parts)
    for axis, length in ((0, width), (1, height)):
        spans = sorted({(s[axis], s[axis + 2]) for s in found})
        assert spans[0][0] == 0
        assert spans[-1][1] == length
        assert all(after[0] <= before[1] for before, after in pairwise(spans))


@given(st.floats(0, 640), st.floats(0, 480), st.floats(0.5, 4))
def test_a_closer_look_holds_what_it_is_about(x: float, y: float, factor: float) -> None:
    """The tile of a vote holds its centre."""
    seen = vote(x - 2, y - 2, x + 2, y + 2, 0.2, 0, 0)
    if x >= 640 or y >= 480:
        return
    tiles = tiles_around(seen, SHAPE, factor)
    assert any(t[0] <= x <= t[2] and t[1] <= y <= t[3] for t in tiles)


def test_overlap_of_nothing_is_nothing() -> None:
    """Empty tables and empty boxes have no overlap, and nothing divides by zero."""
    assert overlaps(no_votes(), no_votes())[0].shape == (0, 0)
    flat = vote(5, 5, 5, 5, 0.5, 0, 0)
    assert overlaps(flat, flat)[0][0][0] == 0
