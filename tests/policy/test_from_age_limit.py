"""From the age limit on guardians advise: their words decide nothing, and an earlier no is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from photoguard.model import Outcome, PermissionKind, Record, Role
from photoguard.policy import on_all
from photoguard.policy.persons import may_be_named, may_be_shown, may_show_work
from photoguard.presence import Mention, TakenBy
from tests.policy.town import (
    DAY,
    DAYCARE,
    FACEBOOK,
    INSTAGRAM,
    OLD,
    SCHOOL,
    actions,
    codes,
    permitted,
    plan,
    pupil,
    record,
    staff,
    student,
    word,
)

NO_COUNTS = replace(SCHOOL, guardians_from_age_limit="no_counts")
AT_A_FACE = (Mention("aino", 0, confirmed=True),)
SHOWN, WORK, NAMED = PermissionKind.SHOWN, PermissionKind.OWN_WORK, PermissionKind.NAMED


def grown(kind: PermissionKind = SHOWN, answer: str = "no") -> Record:
    """Somebody of 15 who said yes, whose mother did not."""
    mother = replace(word("äiti", "yes", kind=kind), withdrawn_on=DAY - timedelta(days=3))
    theirs = mother if answer == "withdrawn" else word("äiti", answer, kind=kind)
    return record(pupil(born=OLD), word("own", kind=kind), theirs, guardians="äiti")


def test_a_guardians_earlier_no_is_told_and_hides_nobody() -> None:
    """The face stays, the photo is ready, and a notice says that a guardian said no."""
    decided = plan(grown(), people=AT_A_FACE)
    assert (decided.outcome, actions(decided)) == (Outcome.READY, ["keep"])
    assert "guardian_no_earlier" in codes(decided.notices)


def test_a_guardians_withdrawal_hides_nobody_and_is_not_told() -> None:
    """What a guardian took back has no weight any more."""
    decided = plan(grown(answer="withdrawn"), people=AT_A_FACE)
    assert actions(decided) == ["keep"]
    assert "guardian_no_earlier" not in codes(decided.notices)


def test_where_the_city_lets_a_no_count_the_face_is_hidden() -> None:
    """A no counts, a withdrawal never does."""
    assert actions(plan(grown(), people=AT_A_FACE, rules=NO_COUNTS)) == ["hide"]
    still = plan(grown(answer="withdrawn"), people=AT_A_FACE, rules=NO_COUNTS)
    assert actions(still) == ["keep"]


def test_an_earlier_no_is_told_of_somebody_without_a_face_too() -> None:
    """Somebody who may be anywhere in the photo may be shown, and the no is told."""
    decided = plan(grown(), people=(Mention("aino", None, confirmed=True),))
    assert decided.outcome is Outcome.READY
    assert "guardian_no_earlier" in codes(decided.notices)


def test_a_guardians_withdrawal_does_not_stop_a_photo_without_a_place() -> None:
    """Somebody of 15 without a permission of their own is looked for, not taken as withdrawn."""
    mother = replace(word("äiti"), withdrawn_on=DAY)
    silent = record(pupil(born=OLD), mother, guardians="äiti")
    decided = plan(silent, people=(Mention("aino", None, confirmed=True),))
    assert decided.outcome is Outcome.REVIEW
    child = record(pupil(), mother, guardians="äiti")
    assert plan(child, people=(Mention("aino", None, confirmed=True),)).outcome is Outcome.BLOCKED


def test_a_guardians_no_stops_no_work_and_no_credit() -> None:
    """Works, credits and the photographer's own word follow the same rule."""
    work = plan(grown(WORK), works=(Mention("aino", None, confirmed=True),))
    assert work.outcome is Outcome.READY
    assert "guardian_no_earlier" in codes(work.notices)
    taken = TakenBy(Role.CHILD, ("instagram",), (), grown(NAMED))
    credited = plan(taken_by=taken)
    assert {"credit_child_named", "guardian_no_earlier"} <= set(codes(credited.notices))
    taken = TakenBy(Role.CHILD, ("instagram",), (), grown(PermissionKind.PHOTOGRAPHER))
    assert plan(taken_by=taken).outcome is Outcome.READY
    younger = record(pupil(), word("äiti", "no", kind=PermissionKind.PHOTOGRAPHER))
    taken = TakenBy(Role.CHILD, ("instagram",), (), younger)
    assert plan(taken_by=taken).outcome is Outcome.BLOCKED


@pytest.mark.parametrize("rule", [may_be_shown, may_be_named, may_show_work])
def test_an_entry_past_its_day_permits_nothing(rule: object) -> None:
    """What should have been erased shows, names and publishes nobody."""
    words = tuple(word("own", kind=kind) for kind in (SHOWN, NAMED, WORK))
    old = replace(pupil(born=OLD), retain_until=DAY - timedelta(days=1))
    verdict = rule(record(old, *words), INSTAGRAM, DAY, SCHOOL)  # type: ignore[operator]
    assert verdict.code == "policy.past_retention"


def test_an_earlier_no_on_one_channel_of_two_is_told() -> None:
    """Where all channels allow a face, the verdict with more to say goes first."""
    both = record(
        pupil(born=OLD),
        word("own"),
        word("own", channel="facebook"),
        word("äiti", "no"),
        guardians="äiti",
    )
    for channels in ((INSTAGRAM, FACEBOOK), (FACEBOOK, INSTAGRAM)):
        verdict = on_all(may_be_shown, both, channels, DAY, SCHOOL)
        assert (verdict.allowed, verdict.code) == (True, "policy.allowed_over_no")


@pytest.mark.parametrize("rules", [SCHOOL, DAYCARE])
def test_works_that_nobody_told_can_wait_for_a_look(rules: object) -> None:
    """A city can hold a photo of which nobody said whether works are in it."""
    strict = replace(rules, untold_works="review")  # type: ignore[type-var]
    decided = plan(works=None, rules=strict)
    assert (decided.outcome, codes(decided.reasons)) == (Outcome.REVIEW, ["works_not_told"])
    assert plan(works=None, rules=rules).outcome is Outcome.READY


def test_a_photographer_whom_nobody_told_can_wait_for_a_look() -> None:
    """A city can hold a photo without a photographer; by default it is a notice."""
    strict = replace(SCHOOL, untold_photographer="review")
    decided = plan(taken_by=None, rules=strict)
    assert (decided.outcome, codes(decided.reasons)) == (Outcome.REVIEW, ["no_photographer"])
    assert "no_photographer" in codes(plan(taken_by=None).notices)


def test_a_student_under_age_follows_the_age_rule() -> None:
    """In upper secondary a guardian's no counts for a student who is not 15 yet."""
    young = record(student("aino", born=pupil().born), word("own"), word("äiti", "no"))
    assert actions(plan(young, people=AT_A_FACE)) == ["hide"]


def test_staff_and_the_permitted_have_nothing_more_to_say() -> None:
    """Without a guardian's no there is no such notice."""
    for known in (permitted(), record(staff("aino"), word("own"))):
        decided = plan(known, people=AT_A_FACE)
        assert "guardian_no_earlier" not in codes(decided.notices)
