"""What a person's approval or rejection changes in a plan, and what no person can lift."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from photoguard.model import Capacity, Outcome, Reason, Verdict
from photoguard.policy.makers import Credit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from photoguard.model import Plan

FOR_A_LOOK = frozenset(
    {
        "policy.more_people_than_faces",
        "policy.no_such_face",
        "policy.face_renumbered",
        "policy.number_counted_up",
        "staff.unwanted_review",
    }
)
"""Codes from rules and staff that an approval lifts, as it lifts all doubts of detectors."""
NO_LOOK_HELPS = frozenset(
    {
        *("reasons.name_in_caption", "reasons.given_name_in_text"),
        *("reasons.name_and_picture", "reasons.identity_code_in_text"),
        *("reasons.text_may_forbid", "reasons.row_unclear"),
    }
)
"""Codes of faults that must be corrected before anybody can approve the photo."""


OF_THE_CREDIT = frozenset(
    {
        *("policy.no_photographer", "policy.photographer_several", "policy.taken_for_not_told"),
        *(credit.value for credit in Credit),
    }
)
"""Codes of notices about who took the photo; a photographer's refusal is a reason instead."""


def without_credit(plan: Plan) -> Plan:
    """Return the plan without its notices about the photographer, as a person approves it."""
    notices = tuple(each for each in plan.notices if each.code not in OF_THE_CREDIT)
    noted = tuple(each for each in plan.noted if each.capacity is not Capacity.PHOTOGRAPHER)
    return replace(plan, notices=notices, noted=noted)


def objections(plan: Plan) -> tuple[Reason, ...]:
    """Return the reasons why nobody can approve a photo with this plan; () if it is possible."""
    return plan.reasons if plan.outcome is Outcome.BLOCKED else unsettled(plan.reasons)


def unsettled(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Return those of the reasons that no approval lifts."""
    return tuple(reason for reason in reasons if not _is_for_a_look(reason.code))


def _is_for_a_look(code: str) -> bool:
    if code in NO_LOOK_HELPS:
        return False
    return code in FOR_A_LOOK or not code.startswith(("policy.", "staff."))


def with_verdict(
    plan: Plan, verdict: Verdict, *, lapsed: bool = False, by_hand: bool = False
) -> Plan:
    """Return the plan after a person's verdict on the photo.

    A rejected photo is blocked. An approved one is ready, unless a rule forbids or holds it.
    ``lapsed``: the approval was for another plan, so the photo goes to review again.
    ``by_hand``: a person named a face or marked one as none, so the photo goes to review
    until it is approved.
    """
    if verdict is Verdict.REJECTED:
        return _with(plan, Outcome.BLOCKED, "reasons.rejected_by_person")
    if verdict is Verdict.OPEN:
        return _held(plan, "reasons.not_approved_yet") if by_hand else plan
    if lapsed:
        return _held(plan, "reasons.approval_lapsed")
    if plan.outcome is Outcome.BLOCKED or unsettled(plan.reasons):
        return plan
    reasons = (Reason("reasons.approved_by_person"), *plan.reasons, *plan.notices)
    notices = tuple(each for at, each in enumerate(reasons) if each not in reasons[:at])
    return replace(plan, outcome=Outcome.READY, reasons=(), notices=notices)


def _held(plan: Plan, code: str) -> Plan:
    return _with(plan, Outcome.REVIEW if plan.outcome is Outcome.READY else plan.outcome, code)


def _with(plan: Plan, outcome: Outcome, code: str) -> Plan:
    return replace(plan, outcome=outcome, reasons=(Reason(code), *plan.reasons))
