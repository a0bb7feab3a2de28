"""Whose face stays, whose is hidden, and where a person has to look."""

from __future__ import annotations

from dataclasses import replace

import pytest

from photoguard.model import (
    Action,
    Box,
    Doubt,
    Face,
    Outcome,
    Reason,
    Sight,
)
from photoguard.policy import (
    Question,
    Rules,
    decide,
)
from photoguard.presence import Mention
from tests.policy.town import (
    DAY,
    DAYCARE,
    FACEBOOK,
    HOLD,
    INSTAGRAM,
    OLD,
    REFUSED,
    SCHOOL,
    actions,
    at,
    child,
    codes,
    face,
    named,
    permitted,
    plan,
    pupil,
    question,
    ready,
    record,
    staff,
    word,
)


def test_without_a_register_everybody_is_hidden_and_the_photo_is_ready() -> None:
    """With nothing but faces every face is hidden, for nobody's sake in particular."""
    sight = Sight((face(0), face(1)))
    decided = decide(Question(sight, DAY))
    assert ready(decided)
    assert actions(decided) == ["hide", "hide"]
    assert [planned.face for planned in decided.faces] == list(sight.faces)
    assert decided.notices == (Reason("policy.no_photographer"),)


def test_a_photo_without_faces_is_ready() -> None:
    """No face and nobody named: there is nothing to hide and nothing to hold."""
    assert ready(decide(Question(Sight(()), DAY)))


@pytest.mark.parametrize("rules", [DAYCARE, SCHOOL])
def test_a_doubt_of_the_detectors_asks_a_person(rules: Rules) -> None:
    """A doubt holds the photo and stands after the reasons of the rules."""
    doubt = Doubt(Box(500, 500, 560, 570), 0.1, "sight.detectors_disagree")
    asked = question(REFUSED, people=(named("liisa"),), rules=rules)
    decided = decide(replace(asked, sight=replace(asked.sight, doubts=(doubt,))))
    assert decided.outcome is Outcome.REVIEW
    assert codes(decided.reasons) == ["not_located", "detectors_disagree"]
    assert decided.doubts == (doubt,)


@pytest.mark.parametrize("rules", [DAYCARE, SCHOOL])
def test_a_doubt_alone_asks_a_person(rules: Rules) -> None:
    """A doubt needs no other reason."""
    doubt = Doubt(face(0).box, 0.2, "sight.weak_face", hidden=True)
    decided = decide(Question(Sight((face(0),), (doubt,)), DAY, rules))
    assert decided.outcome is Outcome.REVIEW
    assert decided.doubts == (doubt,)


def test_a_doubt_under_something_hidden_asks_nobody() -> None:
    """What lies half under a hidden face is hidden with it; under a shown face it is not."""
    doubt = Doubt(face(0).box, 0.1, "sight.detectors_disagree")
    sight = Sight((face(0),), (doubt,))
    assert ready(decide(Question(sight, DAY)))
    shown = replace(question(permitted(), people=(at(0),)), sight=sight)
    assert codes(decide(shown).reasons) == ["detectors_disagree"]


def test_another_face_within_a_shown_one_is_hidden_and_asks() -> None:
    """A child before a pupil who may be shown is hidden; before a hidden one needs nothing."""
    child = Face(Box(0, 30, 25, 60), 0.3, ("centerface",), weak=True)
    doubt = Doubt(child.box, 0.3, "sight.weak_face", hidden=True)
    sight = Sight((face(0),), (doubt,), (child,))
    shown = decide(replace(question(permitted(), people=(at(0),)), sight=sight))
    assert [(planned.face, planned.action) for planned in shown.faces] == [
        (face(0), Action.KEEP),
        (child, Action.HIDE),
    ]
    assert codes(shown.reasons) == ["weak_face"]
    hidden = decide(Question(sight, DAY))
    assert [planned.face for planned in hidden.faces] == [face(0)]
    assert ready(hidden)


def test_a_permitted_face_stays_and_others_are_hidden() -> None:
    """The face of a confirmed and permitted pupil is kept; the two beside it are hidden."""
    decided = plan(permitted(), people=(at(1),), faces=3)
    assert ready(decided)
    assert actions(decided) == ["hide", "keep", "hide"]
    assert [planned.person for planned in decided.faces] == [None, "aino", None]
    assert decided.notices == (Reason("policy.unnamed_hidden", (), {"count": 2}),)


def test_early_childhood_keeps_staff_only() -> None:
    """A child stays hidden with every permission; staff with their own stay."""
    iida = record(child(), word("own"), word("äiti"), guardians="äiti")
    maija = record(staff(), word("own"))
    decided = plan(iida, maija, people=(at(0, "iida"), at(1, "maija")), faces=2, rules=DAYCARE)
    assert ready(decided)
    assert actions(decided) == ["hide", "keep"]
    assert codes(decided.notices) == ["young_child"]


def test_early_childhood_asks_nothing_about_unnamed_faces() -> None:
    """In a daycare unnamed faces, people and works are no matter of permission."""
    asked = question(
        rules=replace(DAYCARE, without_permission="hold"), works=None, people_noted=False
    )
    assert decide(asked) == replace(decide(asked), outcome=Outcome.READY, reasons=(), notices=())


def test_a_face_without_permission_is_hidden_and_said_why() -> None:
    """By default the photo is ready, and the notice names the rule and the person."""
    decided = plan(REFUSED, people=(at(0, "liisa"),))
    assert ready(decided)
    assert actions(decided) == ["hide"]
    assert codes(decided.notices) == ["own_no"]
    assert decided.notices[0].persons == ("liisa",)


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ((at(0, "liisa"),), ["own_no"]),
        ((), ["unnamed_hidden"]),
        ((at(0, None),), ["face_unknown"]),
        ((Mention(None, 0, ambiguous=True),), ["face_ambiguous"]),
        ((at(0, confirmed=False),), ["not_confirmed"]),
        ((at(0),), []),
    ],
)
def test_hold_asks_a_person_wherever_a_face_lacks_permission(
    people: tuple[Mention, ...], expected: list[str]
) -> None:
    """With "hold" the same words are reasons, with "hide" they are notices."""
    held = plan(REFUSED, permitted(), people=people, rules=HOLD)
    assert codes(held.reasons) == expected
    assert held.outcome is (Outcome.REVIEW if expected else Outcome.READY)
    hidden = plan(REFUSED, permitted(), people=people)
    assert ready(hidden)
    assert codes(hidden.notices) == expected
    assert actions(hidden) == actions(held)


def test_hold_holds_unnamed_faces_even_when_nobody_told() -> None:
    """Where nobody told who is there, a face holds the photo, and no face does not."""
    assert codes(plan(rules=HOLD, people_noted=False).reasons) == ["unnamed_hidden"]
    assert plan(rules=HOLD, people_noted=False, faces=0).outcome is Outcome.READY


def test_a_school_is_reminded_to_tell_people_and_works() -> None:
    """Where staff told neither people nor works, the report says both."""
    decided = plan(people_noted=False, works=None)
    assert ready(decided)
    assert codes(decided.notices) == ["people_not_told", "works_not_told"]
    assert "people_not_told" not in codes(plan(people_noted=False, faces=0).notices)


def test_unknown_age_is_said() -> None:
    """Whoever is under age only for want of a date is told apart."""
    unknown = record(pupil(born=None), word("own"), guardians="äiti")
    for people, outcome in (((at(0),), Outcome.READY), ((named(),), Outcome.REVIEW)):
        decided = plan(unknown, people=people)
        assert decided.outcome is outcome
        assert codes(decided.notices)[:2] == ["guardian_missing", "age_unknown"]
        assert decided.notices[1].parameters["age_limit"] == 15
    young = record(pupil(), word("own"), guardians="äiti")
    assert codes(plan(young, people=(at(0),)).notices) == ["guardian_missing"]
    silent = record(pupil(born=None), guardians="äiti")
    assert codes(plan(silent, people=(at(0),)).notices) == ["own_missing"]


def test_a_face_is_kept_only_if_permitted_on_every_channel() -> None:
    """With Facebook beside Instagram the pupil is hidden, and the notice says where."""
    asked = replace(question(permitted(), people=(at(0),)), channels=(INSTAGRAM, FACEBOOK))
    decided = decide(asked)
    assert actions(decided) == ["hide"]
    assert decided.notices[0].parameters["channel"] == "Facebook"


def test_without_a_channel_nobody_is_kept() -> None:
    """No channel told: every face is hidden, and one notice says that nothing was asked."""
    bea = record(pupil("bea", OLD), word("own"))
    asked = question(permitted(), bea, people=(at(0), at(1, "bea")), faces=2)
    decided = decide(replace(asked, channels=()))
    assert ready(decided)
    assert actions(decided) == ["hide", "hide"]
    assert codes(decided.notices) == ["no_channel"]
