"""How the photographer is credited: by name, as a child without one, or by the unit."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from photoguard.model import PermissionKind, Role
from photoguard.policy.persons import may_be_named
from photoguard.policy.question import notice, overruled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from photoguard.model import Plan
    from photoguard.policy.question import Point, Question


class Credit(StrEnum):
    """How the credit names the photographer; every case but the first gives a notice."""

    AS_GIVEN = "as-told"
    CHILD_NAMELESS = "policy.credit_child"
    CHILD_NAMED = "policy.credit_child_named"
    UNIT = "policy.credit_unit"
    """Somebody grown up who is not to be named: the unit stands alone."""


def credit_in(plan: Plan) -> Credit:
    """Return how a plan credits the photographer."""
    codes = {notice.code for notice in plan.notices}
    return next((each for each in Credit if each.value in codes), Credit.AS_GIVEN)


def judge_credit(question: Question) -> Iterator[Point]:
    """Tell of every credit that is not simply the name that staff gave."""
    taken_by = question.presence.taken_by
    if taken_by is None:
        return
    named = may_credit_by_name(question)
    persons = (taken_by.record.person.id,) if taken_by.record else ()
    if taken_by.role is Role.CHILD:
        code = Credit.CHILD_NAMED if named else Credit.CHILD_NAMELESS
        yield notice(code.value, *persons)
    elif not named:
        yield notice(Credit.UNIT.value, *persons)
    if taken_by.record:
        yield from overruled(question.verdict(may_be_named, taken_by.record))


def may_credit_by_name(question: Question) -> bool:
    """Answer whether the credit may name the photographer on every channel of the run.

    Staff are named, and so is anybody from outside; a child, pupil or student only with a
    permission to be named, and nobody who must never be in pictures. Where several of the
    register may be meant, nobody is named: one of them may not want it.
    """
    taken_by = question.presence.taken_by
    if taken_by is None or taken_by.record is None:
        return taken_by is not None and taken_by.role is not Role.CHILD and not taken_by.several
    record = taken_by.record
    if not question.channels:
        named = any(permission.kind is PermissionKind.NAMED for permission in record.permissions)
        return taken_by.role is not Role.CHILD and not (named or record.person.never_in_pictures)
    return question.verdict(may_be_named, record).allowed
