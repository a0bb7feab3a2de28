"""How many people a draft may speak of."""

from __future__ import annotations

import pytest

from photoguard.model import Action, Box, Doubt, Face, Outcome, Plan, PlannedFace
from photoguard.policy import Heads, heads_of

HEAD = Face(Box(100, 100, 160, 180), 0.9, ("centerface",))
FAR = Face(Box(300, 100, 360, 180), 0.9, ("centerface",))
NESTED = Face(Box(110, 120, 150, 175), 0.8, ("blazeface",))
HAND = Face(Box(30, 300, 60, 330), 0.3, ("centerface",), weak=True)
DOLL = Face(Box(500, 300, 540, 340), 0.9, ("centerface",), perhaps_no_person=True)


def _plan(*faces: Face, kept: tuple[Face, ...] = (), doubts: tuple[Doubt, ...] = ()) -> Plan:
    planned = (PlannedFace(face, Action.HIDE) for face in faces)
    shown = (PlannedFace(face, Action.KEEP, "p-1") for face in kept)
    return Plan(Outcome.READY, (*planned, *shown), doubts=doubts)


def test_boxes_in_each_other_are_one_head() -> None:
    """A box inside another one is not counted twice, whichever comes first."""
    expected = Heads(people=2, hidden=2, kept=0, counted=True)
    assert heads_of(_plan(HEAD, NESTED, FAR)) == expected
    assert heads_of(_plan(NESTED, FAR, HEAD)) == expected


def test_people_side_by_side_stay_two() -> None:
    """Boxes that only touch or overlap a little are two heads."""
    beside = Face(Box(145, 110, 205, 190), 0.9, ("centerface",))
    assert heads_of(_plan(HEAD, beside)).people == 2


def test_a_hidden_box_in_a_shown_face_hides_nobody() -> None:
    """The face that is shown stands for what lies within it."""
    assert heads_of(_plan(NESTED, kept=(HEAD,))) == Heads(1, hidden=0, kept=1, counted=True)


@pytest.mark.parametrize("doubtful", [HAND, DOLL])
def test_a_doubtful_face_leaves_no_number(doubtful: Face) -> None:
    """One hand or doll among the faces: the text may not say how many people there are."""
    assert not heads_of(_plan(HEAD, FAR, doubtful)).counted


def test_a_hand_is_nobody() -> None:
    """Where nothing but a weak place was found, there is nobody to speak of."""
    assert heads_of(_plan(HAND)).people == 0


def test_an_open_place_leaves_no_number() -> None:
    """Somebody may be where the detectors were not sure enough to hide."""
    doubt = Doubt(Box(400, 10, 440, 60), 0.1, "sight.detectors_disagree")
    assert not heads_of(_plan(HEAD, doubts=(doubt,))).counted
