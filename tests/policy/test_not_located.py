"""People who are named for the photo, at none of its faces."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from photoguard.model import (
    Outcome,
    Record,
)
from tests.policy.town import (
    DAY,
    DAYCARE,
    NEVER,
    OLD,
    REFUSED,
    SCHOOL,
    actions,
    at,
    child,
    codes,
    named,
    permitted,
    plan,
    pupil,
    ready,
    record,
    word,
)

if TYPE_CHECKING:
    from photoguard.policy import (
        Rules,
    )

NOT_LOCATED: dict[str, tuple[Record, Outcome, list[str]]] = {
    "permitted": (permitted("x"), Outcome.READY, []),
    "not permitted": (record(pupil("x"), guardians="äiti"), Outcome.REVIEW, ["not_located"]),
    "a no": (record(pupil("x"), word("own", "no")), Outcome.REVIEW, ["not_located"]),
    "withdrawn": (
        record(pupil("x", OLD), replace(word("own"), withdrawn_on=DAY)),
        Outcome.BLOCKED,
        ["withdrawn_not_located"],
    ),
    "withdrawn for no channel in particular": (
        record(pupil("x", OLD), replace(word("own", channel=""), withdrawn_on=DAY)),
        Outcome.BLOCKED,
        ["withdrawn_not_located"],
    ),
    "withdrawn elsewhere": (
        record(pupil("x", OLD), replace(word("own", channel="facebook"), withdrawn_on=DAY)),
        Outcome.REVIEW,
        ["not_located"],
    ),
    "withdrawn and given again": (
        record(
            pupil("x", OLD),
            replace(word("own"), withdrawn_on=DAY - timedelta(days=9)),
            replace(word("own"), given_on=DAY),
        ),
        Outcome.READY,
        [],
    ),
    "never in pictures": (
        record(replace(pupil("x"), never_in_pictures=True)),
        Outcome.BLOCKED,
        ["never_in_pictures", "not_located"],
    ),
}


@pytest.mark.parametrize(("known", "outcome", "expected"), NOT_LOCATED.values(), ids=NOT_LOCATED)
def test_somebody_named_without_a_face(
    known: Record, outcome: Outcome, expected: list[str]
) -> None:
    """Who may be shown holds nothing; anybody else holds or forbids the photo."""
    decided = plan(known, people=(named("x"),))
    assert decided.outcome is outcome
    assert codes(decided.reasons) == expected
    assert actions(decided) == ["hide"]
    assert all(reason.persons == ("x",) for reason in decided.reasons)
    assert all(reason.parameters["person"] == "x" for reason in decided.reasons)


def test_an_early_childhood_child_named_without_a_face_is_held() -> None:
    """Nobody can tell whether the child is among the hidden faces: a person looks."""
    decided = plan(record(child()), people=(named("iida"),), rules=DAYCARE)
    assert decided.outcome is Outcome.REVIEW
    assert codes(decided.reasons) == ["not_located"]
    assert codes(decided.notices) == ["young_child"]


@pytest.mark.parametrize(("ambiguous", "code"), [(True, "ambiguous_name"), (False, "unknown_name")])
@pytest.mark.parametrize("rules", [DAYCARE, SCHOOL])
def test_a_name_that_nobody_can_settle_holds(rules: Rules, code: str, *, ambiguous: bool) -> None:
    """A name that the register does not know, or knows twice, holds the photo."""
    decided = plan(people=(named(None, ambiguous=ambiguous),), rules=rules)
    assert decided.outcome is Outcome.REVIEW
    assert codes(decided.reasons) == [code]


def test_an_id_without_a_record_is_a_stranger() -> None:
    """A register id that came without its record permits nothing."""
    decided = plan(people=(named("gone"), at(0, "ghost")), faces=2)
    assert actions(decided) == ["hide", "hide"]
    assert codes(decided.reasons) == ["not_located"]
    assert codes(decided.notices) == ["not_in_register", "not_in_register", "unnamed_hidden"]
    assert decided.notices[0].persons == ("gone",)


def test_a_proposal_locates_a_person() -> None:
    """Who is named for the photo and proposed at a face is hidden there, and not missed."""
    decided = plan(REFUSED, people=(named("liisa"), at(0, "liisa", confirmed=False)))
    assert ready(decided)
    assert actions(decided) == ["hide"]


def test_never_in_pictures_blocks_wherever_the_name_stands() -> None:
    """At a face, for the photo, as a proposal, in a daycare and as the maker of a work."""
    for people in ((at(0, "never"),), (named("never"),), (at(0, "never", confirmed=False),)):
        for rules in (SCHOOL, DAYCARE):
            decided = plan(NEVER, people=people, rules=rules)
            assert decided.outcome is Outcome.BLOCKED
            assert codes(decided.reasons)[0] == "never_in_pictures"
            assert actions(decided) == ["hide"]
    assert plan(NEVER, works=(named("never"),)).outcome is Outcome.BLOCKED


def test_the_same_person_in_the_photo_and_as_a_maker_is_told_once() -> None:
    """A reason stands once, however often the rules meet it."""
    decided = plan(NEVER, people=(at(0, "never"),), works=(named("never"),))
    assert codes(decided.reasons) == ["never_in_pictures"]


def test_more_people_than_faces_asks() -> None:
    """Two permitted people and one face: somebody was not found. The same twice is one."""
    bea = record(pupil("bea", OLD), word("own"))
    both = plan(permitted(), bea, people=(named(), named("bea")))
    assert codes(both.reasons) == ["more_people_than_faces"]
    assert both.outcome is Outcome.REVIEW
    assert ready(plan(permitted(), bea, people=(named(), named("bea")), faces=2))
    assert ready(plan(permitted(), people=(named(), named(), at(0))))
    assert codes(plan(people=(named(None), named(None))).reasons) == [
        "unknown_name",
        "more_people_than_faces",
    ]


def test_the_gravest_stands_first() -> None:
    """What forbids comes before what asks, and both before the detectors' doubts."""
    decided = plan(
        REFUSED, NEVER, people=(named("liisa"), named("never")), faces=2, works=(named(None),)
    )
    assert decided.outcome is Outcome.BLOCKED
    assert codes(decided.reasons) == [
        "never_in_pictures",
        "work_unknown",
        "not_located",
        "not_located",
    ]
