"""Whether the persons noted for a photo may be in it, before and after it is published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoguard.model import Capacity, PermissionKind, Reason
from photoguard.policy.makers import photographer_standing
from photoguard.policy.persons import Occasion, counting_permissions, may_be_shown, may_show_work
from photoguard.policy.standings import Standing, permissions_about, standing
from photoguard.presence import photographers_meant

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from photoguard.model import Channel, Noted, Permission, Record
    from photoguard.policy.rules import Rules
    from photoguard.presence import Register


@dataclass(frozen=True, slots=True)
class PostQuestion:
    """The register, rules, channel and day by which ``refusal`` decides.

    ``published`` says that the photo is published already: then a withdrawal concerns hidden
    people too. In a copy that is not yet published it suffices that their faces are hidden.
    """

    register: Register
    rules: Rules
    channel: Channel
    day: date
    published: bool = False


def refusal(noted: Noted, question: PostQuestion) -> Reason | None:
    """Return why a noted person may not be in the photo, None where they may."""
    if noted.capacity is Capacity.PHOTOGRAPHER:
        return _of_photographer(noted.subject, question)
    record = question.register.record(noted.subject)
    if record is None:
        return Reason("policy.not_in_register", (noted.subject,))
    if noted.capacity in {Capacity.SHOWN, Capacity.WORK}:
        return _of_rule(record, question, work=noted.capacity is Capacity.WORK)
    return _of_hidden(record, question, hidden=noted.capacity is Capacity.HIDDEN)


def first_refusal(everybody: Iterable[Noted], question: PostQuestion) -> Reason | None:
    """Return the first refusal among the persons noted for a photo, None without one."""
    return next((found for noted in everybody if (found := refusal(noted, question))), None)


def _of_rule(record: Record, question: PostQuestion, *, work: bool) -> Reason | None:
    rule = may_show_work if work else may_be_shown
    verdict = rule(record, question.channel, question.day, question.rules)
    return None if verdict.allowed else verdict.reason()


def _of_hidden(record: Record, question: PostQuestion, *, hidden: bool) -> Reason | None:
    """Return why somebody whose face is not shown may not be in the photo, or None.

    Only the mark *never in pictures* and a withdrawal are refusals.
    """
    parameters: dict[str, str | int] = {
        "person": record.person.id,
        "channel": question.channel.platform,
        "age_limit": question.rules.age_limit,
    }
    if record.person.never_in_pictures:
        return Reason("policy.never_in_pictures", (record.person.id,), parameters)
    if hidden and not question.published:
        return None
    withdrew = _withdrawn_by(_counting(record, PermissionKind.SHOWN, question), question.day)
    if withdrew:
        own = record.person.id in withdrew
        code = "policy.own_withdrawn" if own else "policy.guardian_withdrawn"
        return Reason(code, (record.person.id,), parameters)
    return None


def _counting(
    record: Record, kind: PermissionKind, question: PostQuestion
) -> tuple[Permission, ...]:
    return counting_permissions(
        record, kind, Occasion(question.channel, question.day, question.rules)
    )


def _of_photographer(subject: str, question: PostQuestion) -> Reason | None:
    if not is_in_register(question.register, subject):
        return Reason("policy.not_in_register", (subject,))
    kind, register = PermissionKind.PHOTOGRAPHER, question.register
    meant = photographers_meant(subject, register)
    entries = (permission for each in meant.entries for permission in register.permissions(each.id))
    permissions = list(permissions_about(entries, kind, question.channel))
    for record in meant.records:
        permissions += _counting(record, kind, question)
    if photographer_standing(permissions, question.day) in {Standing.NO, Standing.WITHDRAWN}:
        parameters = {"channel": question.channel.platform}
        return Reason("policy.photographer_refused", (subject,), parameters)
    return None


def is_in_register(register: Register, subject: str) -> bool:
    """Tell whether the register has a person or a photographer with this id."""
    found = any(each.id == subject for each in register.find_photographers(subject))
    return found or register.record(subject) is not None


def _withdrawn_by(permissions: tuple[Permission, ...], day: date) -> set[str]:
    """Return the givers who withdrew a permission and gave no new yes, a later no included."""
    took_back = {permission.given_by for permission in permissions if permission.withdrawn_on}
    standings = _standings(permissions, day)
    return {
        giver
        for giver, found in standings.items()
        if found is Standing.WITHDRAWN or (found is Standing.NO and giver in took_back)
    }


def _standings(permissions: Iterable[Permission], day: date) -> dict[str, Standing]:
    """Return each giver with what their answers, all of one kind and channel, amount to."""
    about_it = tuple(permissions)
    return {
        giver: standing(
            (permission for permission in about_it if permission.given_by == giver), day
        )
        for giver in {permission.given_by for permission in about_it}
    }
