"""Who may be named in a credit, and whose work may be seen, on one channel and day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from photoguard.model import PermissionKind, Record, Stage
from photoguard.policy import Rules, may_be_named, may_show_work
from tests.policy.town import (
    DAY,
    DAYCARE,
    INSTAGRAM,
    SCHOOL,
    child,
    pupil,
    record,
    staff,
    visitor,
    word,
)

NAMED, WORK = PermissionKind.NAMED, PermissionKind.OWN_WORK
ENDED = DAY - timedelta(days=1)
LIKE_SCHOOL = replace(SCHOOL, pre_primary=Stage.BASIC_EDUCATION)
PRE_PRIMARY = replace(child(stage=Stage.PRE_PRIMARY), born=None)

CREDITS: dict[str, tuple[Record, Rules, str]] = {
    "staff": (record(staff()), SCHOOL, "allowed"),
    "a visitor": (record(visitor()), DAYCARE, "allowed"),
    "staff whose permission ended": (
        record(staff(), replace(word("own", kind=NAMED), valid_until=ENDED)),
        SCHOOL,
        "own_expired",
    ),
    "staff with a permission": (
        record(staff(), replace(word("own", kind=NAMED), valid_until=DAY)),
        SCHOOL,
        "allowed",
    ),
    "a pupil": (record(pupil()), SCHOOL, "own_missing"),
    "never in pictures": (
        record(replace(staff(), never_in_pictures=True)),
        SCHOOL,
        "never_in_pictures",
    ),
    "a child of pre-primary education, age unknown": (
        record(PRE_PRIMARY, word("own", kind=NAMED)),
        SCHOOL,
        "guardian_unknown",
    ),
    "the same where it counts as school": (
        record(PRE_PRIMARY, word("own", kind=NAMED), word("äiti", kind=NAMED), guardians="äiti"),
        LIKE_SCHOOL,
        "allowed",
    ),
}


@pytest.mark.parametrize(("known", "rules", "code"), CREDITS.values(), ids=CREDITS)
def test_who_may_be_named(known: Record, rules: Rules, code: str) -> None:
    """Adults of no stage unless they said otherwise; children with the words they need."""
    verdict = may_be_named(known, INSTAGRAM, DAY, rules)
    assert verdict.code == f"policy.{code}"
    assert verdict.allowed is (code == "allowed")
    assert verdict.persons == (known.person.id,)


@pytest.mark.parametrize("rules", [SCHOOL, LIKE_SCHOOL, DAYCARE])
def test_a_work_of_pre_primary_education(rules: Rules) -> None:
    """The child's word suffices, unless the city asks for the guardians' too."""
    known = record(PRE_PRIMARY, word("own", kind=WORK), guardians="äiti")
    assert may_show_work(known, INSTAGRAM, DAY, rules).allowed
    asked = replace(rules, works_need_guardians=True)
    assert may_show_work(known, INSTAGRAM, DAY, asked).code == "policy.guardian_missing"
