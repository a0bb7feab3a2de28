"""Asks the city's rules about everybody noted for a photo: before, while and after it is up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoguard.model import Capacity, PermissionKind, Reason
from photoguard.policy.makers import answer_of
from photoguard.policy.persons import Occasion, counting, may_be_shown, may_show_work
from photoguard.policy.standings import Standing, about, standing
from photoguard.presence import photographers_meant

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from photoguard.model import Channel, Noted, Permission, Record
    from photoguard.policy.rules import Rules
    from photoguard.presence import Register


@dataclass(frozen=True, slots=True)
class Asking:
    """What a question is about: a channel on a day, under which rules.

    ``published`` says that the photo is up already: then a withdrawal concerns hidden
    people too. In a copy that is not yet up their faces are hidden, and that suffices.
    """

    register: Register
    rules: Rules
    channel: Channel
    day: date
    published: bool = False


def refusal(noted: Noted, question: Asking) -> Reason | None:
    """Return why somebody noted may not be in the photo, None where they may."""
    if noted.capacity is Capacity.PHOTOGRAPHER:
        return _of_photographer(noted.subject, question)
    record = question.register.record(noted.subject)
    if record is None:
        return Reason("policy.not_in_register", (noted.subject,))
    if noted.capacity in {Capacity.SHOWN, Capacity.WORK}:
        return _of_rule(record, question, work=noted.capacity is Capacity.WORK)
    return _of_hidden(record, question, hidden=noted.capacity is Capacity.HIDDEN)


def first_refusal(everybody: Iterable[Noted], question: Asking) -> Reason | None:
    """Return the first refusal among everybody noted for a photo."""
    return next((found for noted in everybody if (found := refusal(noted, question))), None)


def _of_rule(record: Record, question: Asking, *, work: bool) -> Reason | None:
    rule = may_show_work if work else may_be_shown
    verdict = rule(record, question.channel, question.day, question.rules)
    return None if verdict.allowed else verdict.reason()


def _of_hidden(record: Record, question: Asking, *, hidden: bool) -> Reason | None:
    """Judge somebody whose face is not shown: only *never* or a withdrawal is a refusal."""
    parameters: dict[str, str | int] = {
        "person": record.person.id,
        "channel": question.channel.platform,
        "age_limit": question.rules.age_limit,
    }
    if record.person.never_in_pictures:
        return Reason("policy.never_in_pictures", (record.person.id,), parameters)
    if hidden and not question.published:
        return None
    withdrew = _withdrew(_counting(record, PermissionKind.SHOWN, question), question.day)
    if withdrew:
        own = record.person.id in withdrew
        code = "policy.own_withdrawn" if own else "policy.guardian_withdrawn"
        return Reason(code, (record.person.id,), parameters)
    return None


def _counting(record: Record, kind: PermissionKind, question: Asking) -> tuple[Permission, ...]:
    return counting(record, kind, Occasion(question.channel, question.day, question.rules))


def _of_photographer(subject: str, question: Asking) -> Reason | None:
    if not knows(question.register, subject):
        return Reason("policy.not_in_register", (subject,))
    kind, register = PermissionKind.PHOTOGRAPHER, question.register
    meant = photographers_meant(subject, register)
    entries = (permission for each in meant.entries for permission in register.permissions(each.id))
    permissions = list(about(entries, kind, question.channel))
    for record in meant.records:
        permissions += _counting(record, kind, question)
    if answer_of(permissions, question.day) in {Standing.NO, Standing.WITHDRAWN}:
        parameters = {"channel": question.channel.platform}
        return Reason("policy.photographer_refused", (subject,), parameters)
    return None


def knows(register: Register, subject: str) -> bool:
    """Tell whether the register holds a person or a photographer of this id."""
    found = any(each.id == subject for each in register.find_photographers(subject))
    return found or register.record(subject) is not None


def _withdrew(permissions: tuple[Permission, ...], day: date) -> set[str]:
    """Return who took a word back and gave no new yes; who says no as well took it back too."""
    took_back = {permission.given_by for permission in permissions if permission.withdrawn_on}
    standings = _standings(permissions, day)
    return {
        giver
        for giver, found in standings.items()
        if found is Standing.WITHDRAWN or (found is Standing.NO and giver in took_back)
    }


def _standings(permissions: Iterable[Permission], day: date) -> dict[str, Standing]:
    """Return what each giver's answers amount to, all of one kind and about one channel."""
    about_it = tuple(permissions)
    return {
        giver: standing(
            (permission for permission in about_it if permission.given_by == giver), day
        )
        for giver in {permission.given_by for permission in about_it}
    }
