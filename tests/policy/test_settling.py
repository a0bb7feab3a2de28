"""What a person's last word changes in a plan, and what no last word lifts."""

from __future__ import annotations

import pytest

from photoguard.model import Outcome, Plan, Reason, Verdict
from photoguard.policy import unsettled, with_verdict

LOOK = Reason("reasons.doubtful_face")
FORBIDDEN = Reason("policy.never_in_pictures", ("aino",))
HELD = Reason("policy.not_located", ("aino",))
NOTICE = Reason("reasons.no_face_found")


def plan(outcome: Outcome, *reasons: Reason) -> Plan:
    """A plan with one notice."""
    return Plan(outcome, (), reasons, (NOTICE,))


@pytest.mark.parametrize(
    ("code", "settled_by_a_look"),
    [
        ("reasons.doubtful_face", True),
        ("reasons.visible_after_hiding", True),
        ("policy.more_people_than_faces", True),
        ("policy.no_such_face", True),
        ("policy.face_renumbered", True),
        ("staff.unwanted_review", True),
        ("staff.unwanted_blocked", False),
        ("reasons.name_in_caption", False),
        ("policy.not_located", False),
        ("policy.face_contested", False),
        ("policy.something_new", False),
    ],
)
def test_a_look_settles_what_eyes_doubt(code: str, *, settled_by_a_look: bool) -> None:
    """A look settles what was seen; a rule, a name in the words and what is new it does not."""
    assert unsettled([Reason(code)]) == (() if settled_by_a_look else (Reason(code),))


def test_an_approved_photo_is_ready_and_says_by_whom() -> None:
    """Approval turns what was doubted into notices, each told once."""
    approved = with_verdict(plan(Outcome.REVIEW, LOOK, NOTICE), Verdict.APPROVED)
    assert approved.outcome is Outcome.READY
    assert approved.reasons == ()
    assert approved.notices == (Reason("reasons.approved_by_person"), LOOK, NOTICE)


@pytest.mark.parametrize(
    "held",
    [
        plan(Outcome.BLOCKED, FORBIDDEN),
        plan(Outcome.REVIEW, HELD, LOOK),
        plan(Outcome.REVIEW, Reason("reasons.name_in_caption")),
    ],
)
def test_no_approval_lifts_a_rule(held: Plan) -> None:
    """What a rule forbids or holds stays exactly what it was."""
    assert with_verdict(held, Verdict.APPROVED) == held


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Outcome.READY, Outcome.REVIEW),
        (Outcome.REVIEW, Outcome.REVIEW),
        (Outcome.BLOCKED, Outcome.BLOCKED),
    ],
)
def test_an_approval_of_another_decision_asks_again(before: Outcome, after: Outcome) -> None:
    """A lapsed approval makes nothing ready, and nothing blocked milder."""
    lapsed = with_verdict(plan(before), Verdict.APPROVED, lapsed=True)
    assert lapsed.outcome is after
    assert lapsed.reasons == (Reason("reasons.approval_lapsed"),)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_rejected_photo_is_blocked(outcome: Outcome) -> None:
    """No photo that a person rejected is published, whatever else is said of it."""
    rejected = with_verdict(plan(outcome, LOOK), Verdict.REJECTED, lapsed=True)
    assert rejected.outcome is Outcome.BLOCKED
    assert rejected.reasons == (Reason("reasons.rejected_by_person"), LOOK)


def test_without_a_last_word_nothing_changes() -> None:
    """A place that a person hid needs no approval."""
    assert with_verdict(plan(Outcome.READY), Verdict.OPEN) == plan(Outcome.READY)


@pytest.mark.parametrize("before", [Outcome.READY, Outcome.REVIEW, Outcome.BLOCKED])
def test_what_a_person_showed_waits_for_approval(before: Outcome) -> None:
    """A face that was named or taken for none makes no photo ready by itself."""
    held = with_verdict(plan(before), Verdict.OPEN, by_hand=True)
    assert held.outcome is (Outcome.REVIEW if before is Outcome.READY else before)
    assert held.reasons == (Reason("reasons.not_approved_yet"),)
