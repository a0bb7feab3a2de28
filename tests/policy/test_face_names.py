"""Names at faces: proposed by the file, confirmed or contested by staff, numbered anew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from photoguard.model import (
    Outcome,
    Reason,
)
from tests.policy.town import (
    DAYCARE,
    HOLD,
    OLD,
    REFUSED,
    SCHOOL,
    actions,
    at,
    codes,
    named,
    permitted,
    plan,
    pupil,
    ready,
    record,
    staff,
    word,
)

if TYPE_CHECKING:
    from photoguard.policy import (
        Rules,
    )
    from photoguard.presence import Mention


def test_a_name_in_a_file_never_unhides() -> None:
    """A face named by the file only stays hidden, and the notice says how to confirm it."""
    decided = plan(permitted(), people=(at(0, confirmed=False),))
    assert ready(decided)
    assert actions(decided) == ["hide"]
    assert decided.faces[0].person == "aino"
    assert decided.notices == (
        Reason("policy.not_confirmed", ("aino",), {"person": "aino", "face": 1}),
    )


@pytest.mark.parametrize("turn", [1, -1])
def test_staff_confirm_what_the_file_proposes(turn: int) -> None:
    """The same person at the same face, from the file and from staff, is confirmed."""
    people = (at(0), at(0, confirmed=False))[::turn]
    assert actions(plan(permitted(), people=people)) == ["keep"]


def test_two_names_at_one_face_hide_it_and_ask() -> None:
    """A face with two names is hidden, whoever gave them, and no other face suffers."""
    other = record(pupil("bea", OLD), word("own"))
    people = (at(0), at(0, "bea", confirmed=False), at(1, "bea2"))
    bea2 = record(pupil("bea2", OLD), word("own"))
    decided = plan(permitted(), other, bea2, people=people, faces=3)
    assert decided.outcome is Outcome.REVIEW
    assert actions(decided) == ["hide", "keep", "hide"]
    assert decided.reasons == (Reason("policy.face_contested", (), {"face": 1}),)
    assert [planned.person for planned in decided.faces] == [None, "bea2", None]
    assert decided.notices == (Reason("policy.unnamed_hidden", (), {"count": 1}),)


def test_a_stranger_s_name_at_a_named_face_hides_it() -> None:
    """A name that nobody knows contests a face as well."""
    decided = plan(permitted(), people=(at(0), at(0, None, confirmed=False)))
    assert actions(decided) == ["hide"]
    assert codes(decided.reasons) == ["face_contested", "more_people_than_faces"][::-1]


def test_one_person_at_two_faces_hides_both_and_asks() -> None:
    """Nobody stands in a photo twice."""
    decided = plan(permitted(), people=(at(0), at(2)), faces=3)
    assert actions(decided) == ["hide", "hide", "hide"]
    assert [reason.parameters for reason in decided.reasons] == [{"face": 1}, {"face": 3}]
    assert codes(decided.reasons) == ["face_contested"] * 2


def test_two_strangers_at_two_faces_are_two() -> None:
    """Unknown names at different faces contradict nothing."""
    decided = plan(people=(at(0, None), at(1, None)), faces=2)
    assert ready(decided)
    assert codes(decided.notices) == ["face_unknown", "face_unknown"]
    assert [notice.parameters["face"] for notice in decided.notices] == [1, 2]


@pytest.mark.parametrize("number", [1, 7, -1])
def test_a_face_that_is_not_there(number: int) -> None:
    """A number without a face asks a person, and leaves the person without a place."""
    decided = plan(permitted(), REFUSED, people=(at(number, "liisa"), at(0)))
    assert decided.outcome is Outcome.REVIEW
    assert codes(decided.reasons) == [
        "no_such_face",
        "not_located",
        "more_people_than_faces",
    ]
    assert decided.reasons[0].parameters == {"face": number + 1}
    assert decided.reasons[0].persons == ("liisa",)
    assert actions(decided) == ["keep"]


def test_a_stranger_at_a_face_that_is_not_there() -> None:
    """The same for a name that is not in the register."""
    decided = plan(people=(at(4, None),))
    assert codes(decided.reasons) == ["no_such_face", "unknown_name"]
    assert decided.reasons[0].persons == ()


def test_a_wrong_number_beside_a_right_one() -> None:
    """Somebody who is located elsewhere in the photo is not missed."""
    decided = plan(REFUSED, people=(at(0, "liisa"), at(5, "liisa")))
    assert codes(decided.reasons) == ["no_such_face"]


@pytest.mark.parametrize("rules", [SCHOOL, HOLD])
@pytest.mark.parametrize(
    ("mention", "code"),
    [
        (replace(at(0, confirmed=False), renumbered=True), "policy.face_renumbered"),
        (replace(at(0, confirmed=False), counted_up=True), "policy.number_counted_up"),
    ],
    ids=["numbered anew", "counted up by a spreadsheet"],
)
def test_a_number_that_may_be_another_childs_is_hidden_and_held(
    mention: Mention, code: str, rules: Rules
) -> None:
    """The person's permission does not help while nobody knows which face is theirs."""
    decided = plan(permitted(), people=(mention,), rules=rules)
    assert actions(decided) == ["hide"]
    assert decided.outcome is Outcome.REVIEW
    assert decided.reasons == (Reason(code, ("aino",), {"face": 1}),)


def test_a_number_that_no_report_had_shown_holds_the_photo_in_a_school() -> None:
    """The face stays as told, and somebody looks whether it is the right one."""
    counted = replace(at(0), unshown=True)
    decided = plan(permitted(), people=(counted,))
    assert (actions(decided), decided.outcome) == (["keep"], Outcome.REVIEW)
    reason = Reason("policy.number_before_report", ("aino",), {"person": "aino", "face": 1})
    assert decided.reasons == (reason,)


def test_a_number_that_no_report_had_shown_shows_nobody_in_early_childhood() -> None:
    """A miscount there would show a child: the face of an adult waits for a report, too."""
    adult = record(staff("aino"), word("own"))
    shown = plan(adult, people=(at(0),), rules=DAYCARE)
    assert (actions(shown), shown.outcome) == (["keep"], Outcome.READY)
    hidden = plan(adult, people=(replace(at(0), unshown=True),), rules=DAYCARE)
    assert (actions(hidden), hidden.outcome) == (["hide"], Outcome.REVIEW)
    assert codes(hidden.reasons) == ["number_hidden"]


def test_a_number_that_no_report_had_shown_changes_nothing_for_who_is_hidden() -> None:
    """Whoever may not be shown is hidden under any number, and for no other reason."""
    counted = replace(at(0), unshown=True)
    decided = plan(record(pupil()), people=(counted,))
    assert (actions(decided), decided.outcome) == (["hide"], Outcome.READY)


def test_a_name_without_a_face_does_not_hide_a_contest() -> None:
    """Two names at one face contradict each other, whatever was named before them."""
    bea = record(pupil("bea", OLD), word("own"))
    people = (named("bea"), at(9, "bea"), at(0), at(0, "bea"))
    decided = plan(permitted(), bea, people=people, faces=2)
    assert actions(decided) == ["hide", "hide"]
    assert "face_contested" in codes(decided.reasons)


@pytest.mark.parametrize("mention", [named(), at(0)])
def test_why_somebody_may_not_be_shown_is_told_with_the_id(mention: Mention) -> None:
    """Both notices, the rule and the unknown age, carry the person and the channel."""
    unknown = record(pupil(born=None), word("own"), guardians="äiti")
    notices = plan(unknown, people=(mention,)).notices[:2]
    assert codes(notices) == ["guardian_missing", "age_unknown"]
    for reason in notices:
        assert reason.persons == ("aino",)
        assert reason.parameters == {"person": "aino", "channel": "Instagram", "age_limit": 15}
