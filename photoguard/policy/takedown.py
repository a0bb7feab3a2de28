"""Asks the city's rules about everybody noted for a photo: before, while and after it is up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoguard.model import Capacity, PermissionKind, Reason
from photoguard.policy.persons import may_be_shown, may_show_work
from photoguard.policy.words import Standing, standing

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
    """Ask about somebody whose face is not shown: only a mark or a withdrawal concerns them."""
    parameters: dict[str, str | int] = {
        "person": record.person.id,
        "channel": question.channel.platform,
        "age_limit": question.rules.age_limit,
    }
    if record.person.never_in_pictures:
        return Reason("policy.never_in_pictures", (record.person.id,), parameters)
    if hidden and not question.published:
        return None
    said = _standings(record.permissions, PermissionKind.SHOWN, question)
    if Standing.WITHDRAWN in said.values():
        own = said.get(record.person.id) is Standing.WITHDRAWN
        code = "policy.own_withdrawn" if own else "policy.guardian_withdrawn"
        return Reason(code, (record.person.id,), parameters)
    return None


def _of_photographer(subject: str, question: Asking) -> Reason | None:
    words = question.register.permissions(subject)
    said = _standings(words, PermissionKind.PHOTOGRAPHER, question).values()
    if Standing.NO in said or Standing.WITHDRAWN in said:
        parameters = {"channel": question.channel.platform}
        return Reason("policy.photographer_refused", (subject,), parameters)
    return None


def _standings(
    words: Iterable[Permission], kind: PermissionKind, question: Asking
) -> dict[str, Standing]:
    """Return what each giver's words of this kind for the channel come to."""
    names = {question.channel.name.casefold(), ""}
    about = [
        word for word in words if word.kind is kind and word.channel.strip().casefold() in names
    ]
    givers = {word.given_by for word in about}
    return {
        giver: standing((word for word in about if word.given_by == giver), question.day)
        for giver in givers
    }
