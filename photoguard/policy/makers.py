"""Permissions for works in a photo and of its photographer, and how the photographer is credited.

The credit gives the photographer's name, or "a child" without a name, or only the unit.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from photoguard.model import Answer, PermissionKind, Role
from photoguard.model.answers import channel_name
from photoguard.policy.persons import (
    Occasion,
    counting_permissions,
    guardians_count,
    may_be_named,
    may_show_work,
)
from photoguard.policy.question import notice, objection, overruled_notices
from photoguard.policy.standings import Standing, permissions_about, standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from photoguard.model import Channel, Permission, Plan
    from photoguard.policy.question import Point, Question
    from photoguard.presence import Mention, TakenBy


class Credit(StrEnum):
    """How the credit names the photographer; every case but the first gives a notice."""

    AS_GIVEN = "as-told"
    CHILD_NAMELESS = "policy.credit_child"
    CHILD_NAMED = "policy.credit_child_named"
    UNIT = "policy.credit_unit"
    """An adult who is not to be named: the credit gives the unit only."""


def credit_in(plan: Plan) -> Credit:
    """Return how a plan credits the photographer."""
    codes = {notice.code for notice in plan.notices}
    return next((each for each in Credit if each.value in codes), Credit.AS_GIVEN)


def judge_credit(question: Question) -> Iterator[Point]:
    """Yield a notice for every credit other than the name that staff gave."""
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
        yield from overruled_notices(question.verdict(may_be_named, taken_by.record))


def may_credit_by_name(question: Question) -> bool:
    """Tell whether the credit may name the photographer on every channel of the run.

    Staff and people from outside are named; a child, pupil or student only with a permission
    to be named, and nobody who must never be in pictures. Where the name may mean several
    persons of the register, nobody is named, since one of them may not want it.
    """
    taken_by = question.presence.taken_by
    if taken_by is None or taken_by.record is None:
        return taken_by is not None and taken_by.role is not Role.CHILD and not taken_by.several
    record = taken_by.record
    if not question.channels:
        named = any(permission.kind is PermissionKind.NAMED for permission in record.permissions)
        return taken_by.role is not Role.CHILD and not (named or record.person.never_in_pictures)
    return question.verdict(may_be_named, record).allowed


def judge_works(question: Question) -> Iterator[Point]:
    """Yield points about each maker of a work in the photo, or that staff did not answer."""
    works = question.presence.works
    if works is None:
        if question.rules.untold_works == "review":
            yield objection("policy.works_not_told")
        elif question.school:
            yield notice("policy.works_not_told")
        return
    for mention in works:
        yield from _judge_work(mention, question)


def _judge_work(mention: Mention, question: Question) -> Iterator[Point]:
    record = question.presence.records.get(mention.person or "")
    if record is None:
        yield objection("policy.work_unknown")
        return
    verdict = question.verdict(may_show_work, record)
    if verdict.allowed:
        yield from overruled_notices(verdict)
    elif verdict.code in {"policy.never_in_pictures", "policy.no_channel"}:
        yield objection(verdict.code, *verdict.persons, **verdict.parameters)
    else:
        yield objection("policy.work_not_permitted", *verdict.persons, **verdict.parameters)


def judge_photographer(question: Question) -> Iterator[Point]:
    """Yield points about whether the photographer permits publication on every channel."""
    taken_by = question.presence.taken_by
    if taken_by is None:
        if question.rules.photographer_required:
            yield objection("policy.photographer_required")
        elif question.rules.untold_photographer == "review":
            yield objection("policy.no_photographer")
        else:
            yield notice("policy.no_photographer")
        return
    if not question.channels:
        for permission in filter(_refuses, _permissions(taken_by, question)):
            yield objection("policy.photographer_refused", channel=permission.channel or "*")
    for channel in question.channels:
        answer = photographer_standing(_about(taken_by, channel, question), question.day)
        yield from _judge_channel(taken_by, channel, answer)
    if taken_by.several:
        yield notice("policy.photographer_several")


def _judge_channel(taken_by: TakenBy, channel: Channel, answer: Standing) -> Iterator[Point]:
    """Yield points for one channel, by the photographer's answer, else by ``taken_for``."""
    taken_for = {channel_name(name) for name in taken_by.taken_for}
    persons = (taken_by.record.person.id,) if taken_by.record else ()
    if answer in {Standing.NO, Standing.WITHDRAWN}:
        yield objection("policy.photographer_refused", *persons, channel=channel.platform)
    elif answer is Standing.YES or channel.name.casefold() in taken_for:
        return
    elif taken_for:
        yield objection("policy.photographer_other_channel", *persons, channel=channel.platform)
    elif taken_by.role is Role.STAFF or taken_by.nameless:
        yield notice("policy.taken_for_not_told", *persons, channel=channel.platform)
    else:
        yield objection("policy.photographer_not_asked", *persons, channel=channel.platform)


def _about(taken_by: TakenBy, channel: Channel, question: Question) -> tuple[Permission, ...]:
    kind, record = PermissionKind.PHOTOGRAPHER, taken_by.record
    occasion = Occasion(channel, question.day, question.rules)
    known = counting_permissions(record, kind, occasion) if record else ()
    return (*permissions_about(taken_by.permissions, kind, channel), *known)


def photographer_standing(permissions: Iterable[Permission], day: date) -> Standing:
    """Return what the permissions of one photographer for one channel amount to on a day.

    Only the photographer's own yes counts, at any age. A guardian's no counts, and so does a
    guardian's withdrawal.
    """
    givers: dict[str, list[Permission]] = {OWN: []}
    for permission in permissions:
        givers.setdefault(
            OWN if permission.given_by == permission.person else permission.given_by, []
        ).append(permission)
    found = {giver: standing(mine, day) for giver, mine in givers.items()}
    against = (each for each in (Standing.NO, Standing.WITHDRAWN) if each in found.values())
    return next(against, found[OWN])


OWN = ""
"""Stands for the photographer among the givers."""


def _permissions(taken_by: TakenBy, question: Question) -> tuple[Permission, ...]:
    """Return all permissions about publishing this photographer's photos, for any channel.

    Those of guardians are left out from the age limit on.
    """
    record = taken_by.record
    known = record.permissions if record else ()
    if record and not guardians_count(record.person, question.day, question.rules):
        known = tuple(permission for permission in known if permission.given_by == record.person.id)
    permissions = (*taken_by.permissions, *known)
    return tuple(
        permission for permission in permissions if permission.kind is PermissionKind.PHOTOGRAPHER
    )


def _refuses(permission: Permission) -> bool:
    return permission.answer is Answer.NO or permission.withdrawn_on is not None
