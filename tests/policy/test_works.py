"""Works in the photo: whether their makers let them be seen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from photoguard.model import (
    Outcome,
    PermissionKind,
    Record,
)
from photoguard.policy import (
    Rules,
    decide,
)
from tests.policy.town import (
    DAY,
    DAYCARE,
    OLD,
    REFUSED,
    SCHOOL,
    child,
    codes,
    named,
    permitted,
    plan,
    pupil,
    question,
    record,
    word,
)

WORK = PermissionKind.OWN_WORK
WORKS: dict[str, tuple[Record, Rules, Outcome, list[str]]] = {
    "given by the child": (
        record(pupil(), word("own", kind=WORK), guardians="äiti"),
        SCHOOL,
        Outcome.READY,
        [],
    ),
    "given in a daycare": (
        record(child("aino"), word("own", kind=WORK)),
        DAYCARE,
        Outcome.READY,
        [],
    ),
    "not given": (record(pupil()), SCHOOL, Outcome.BLOCKED, ["work_not_permitted"]),
    "not given in a daycare": (
        record(child("aino")),
        DAYCARE,
        Outcome.BLOCKED,
        ["work_not_permitted"],
    ),
    "given by the child, taken back by a guardian": (
        record(
            pupil(),
            word("own", kind=WORK),
            replace(word("äiti", kind=WORK), withdrawn_on=DAY),
            guardians="äiti",
        ),
        SCHOOL,
        Outcome.BLOCKED,
        ["work_not_permitted"],
    ),
    "given by a guardian only": (
        record(pupil(), word("äiti", kind=WORK), guardians="äiti"),
        SCHOOL,
        Outcome.BLOCKED,
        ["work_not_permitted"],
    ),
    "to be shown is another kind": (permitted(), SCHOOL, Outcome.BLOCKED, ["work_not_permitted"]),
    "a no of a guardian": (
        record(pupil(), word("own", kind=WORK), word("äiti", "no", kind=WORK), guardians="äiti"),
        SCHOOL,
        Outcome.BLOCKED,
        ["work_not_permitted"],
    ),
    "the city asks guardians too": (
        record(pupil(), word("own", kind=WORK), guardians="äiti"),
        replace(SCHOOL, works_need_guardians=True),
        Outcome.BLOCKED,
        ["work_not_permitted"],
    ),
    "the city asks guardians of young children too": (
        record(replace(child("aino"), born=None), word("own", kind=WORK), guardians="äiti"),
        replace(DAYCARE, works_need_guardians=True),
        Outcome.BLOCKED,
        ["work_not_permitted"],
    ),
    "guardians gave it": (
        record(pupil(), word("own", kind=WORK), word("äiti", kind=WORK), guardians="äiti"),
        replace(SCHOOL, works_need_guardians=True),
        Outcome.READY,
        [],
    ),
    "15 or more, the city asks guardians": (
        record(pupil(born=OLD), word("own", kind=WORK), guardians="äiti"),
        replace(SCHOOL, works_need_guardians=True),
        Outcome.READY,
        [],
    ),
    "never in pictures": (
        record(replace(pupil(), never_in_pictures=True), word("own", kind=WORK)),
        SCHOOL,
        Outcome.BLOCKED,
        ["never_in_pictures"],
    ),
}


@pytest.mark.parametrize(("known", "rules", "outcome", "expected"), WORKS.values(), ids=WORKS)
def test_works(known: Record, rules: Rules, outcome: Outcome, expected: list[str]) -> None:
    """A work needs its maker's permission for works; without it the photo is blocked."""
    decided = plan(known, works=(named(),), rules=rules)
    assert decided.outcome is outcome
    assert codes(decided.reasons) == expected
    assert all(reason.persons == ("aino",) for reason in decided.reasons)
    if expected == ["work_not_permitted"]:
        assert decided.reasons[0].parameters["channel"] == "Instagram"


def test_a_work_without_a_channel_asks() -> None:
    """No channel told: the permission cannot be looked up, a person looks."""
    maker = record(pupil(), word("own", kind=WORK))
    decided = decide(replace(question(maker, works=(named(),)), channels=()))
    assert decided.outcome is Outcome.REVIEW
    assert codes(decided.reasons) == ["no_channel"]


def test_every_maker_is_asked() -> None:
    """One permitted work does not cover another."""
    maker = record(pupil(), word("own", kind=WORK))
    decided = plan(maker, REFUSED, works=(named(), named("liisa"), named(None)))
    assert codes(decided.reasons) == ["work_not_permitted", "work_unknown"]
