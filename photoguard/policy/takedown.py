"""Asks the city's rules about everybody noted for a photo: before, while and after it is up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from photoguard.model import AccountOwner, Capacity, Channel, Reason, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from photoguard.cli.consent.desk import Desk
    from photoguard.model import Noted, Permission, PermissionKind, Record
    from photoguard.policy import Rules, Standing
    from photoguard.register import Snapshot


@dataclass(frozen=True, slots=True)
class Asking:
    """What a question is about: a channel on a day, under which rules.

    ``published`` says that the photo is up already: then a withdrawal concerns hidden
    people too. In a copy that is not yet up their faces are hidden, and that suffices.
    """

    snapshot: Snapshot
    rules: Rules
    channel: Channel
    day: date
    published: bool = False


def asking(desk: Desk, snapshot: Snapshot, channel: str, unit: str | None = None) -> Asking:
    """Return what is asked today about ``channel``, which the unit may no longer have.

    ``unit`` is that of the folder's run, whose rules then hold.
    """
    known = {each.name.casefold(): each for each in desk.channels()}
    found = known.get(channel.casefold(), Channel(channel, channel, AccountOwner.UNIT))
    rules = replace(desk.rules, unit=Unit(unit)) if unit else desk.rules
    return Asking(snapshot, rules, found, desk.today)


def refusal(noted: Noted, question: Asking) -> Reason | None:
    """Return why somebody noted may not be in the photo, None where they may."""
    if noted.capacity is Capacity.PHOTOGRAPHER:
        return _of_photographer(noted.subject, question)
    record = question.snapshot.record(noted.subject)
    if record is None:
        return Reason("policy.not_in_register", (noted.subject,))
    if noted.capacity in {Capacity.SHOWN, Capacity.WORK}:
        return _of_rule(noted.capacity is Capacity.WORK, record, question)
    return _of_hidden(noted.capacity is Capacity.HIDDEN, record, question)


def first_refusal(everybody: Iterable[Noted], question: Asking) -> Reason | None:
    """Return the first refusal among everybody noted for a photo."""
    return next((found for noted in everybody if (found := refusal(noted, question))), None)


def _of_rule(work: bool, record: Record, question: Asking) -> Reason | None:
    from photoguard.policy import may_be_shown, may_show_work

    rule = may_show_work if work else may_be_shown
    verdict = rule(record, question.channel, question.day, question.rules)
    return None if verdict.allowed else verdict.reason()


def _of_hidden(hidden: bool, record: Record, question: Asking) -> Reason | None:
    """Ask about somebody whose face is not shown: only a mark or a withdrawal concerns them."""
    from photoguard.model import PermissionKind
    from photoguard.policy import Standing

    parameters: dict[str, str | int] = {
        "person": record.person.id,
        "channel": question.channel.platform,
        "age_limit": question.rules.age_limit,
    }
    if record.person.never_in_pictures:
        return Reason("policy.never_in_pictures", (record.person.id,), parameters)
    if hidden and not question.published:
        return None
    said = _standings(_counting(record, PermissionKind.SHOWN, question), question.day)
    if Standing.WITHDRAWN in said.values():
        own = said.get(record.person.id) is Standing.WITHDRAWN
        code = "policy.own_withdrawn" if own else "policy.guardian_withdrawn"
        return Reason(code, (record.person.id,), parameters)
    return None


def _counting(record: Record, kind: PermissionKind, question: Asking) -> tuple[Permission, ...]:
    from photoguard.policy import counting

    return counting(record, kind, question.channel, (question.day, question.rules))


def _of_photographer(subject: str, question: Asking) -> Reason | None:
    from photoguard.model import PermissionKind
    from photoguard.policy import Standing, about

    if not knows(question.snapshot, subject):
        return Reason("policy.not_in_register", (subject,))
    kind, record = PermissionKind.PHOTOGRAPHER, question.snapshot.record(subject)
    words = (
        _counting(record, kind, question)
        if record
        else about(question.snapshot.permissions(subject), kind, question.channel)
    )
    said = _standings(words, question.day).values()
    if Standing.NO in said or Standing.WITHDRAWN in said:
        parameters = {"channel": question.channel.platform}
        return Reason("policy.photographer_refused", (subject,), parameters)
    return None


def knows(snapshot: Snapshot, subject: str) -> bool:
    """Tell whether the register holds a person or a photographer of this id."""
    known = any(each.id == subject for each in snapshot.photographers)
    return known or snapshot.record(subject) is not None


def _standings(words: Iterable[Permission], day: date) -> dict[str, Standing]:
    """Return what each giver's words come to, all of one kind and about one channel."""
    from photoguard.policy import standing

    about_it = tuple(words)
    return {
        giver: standing((word for word in about_it if word.given_by == giver), day)
        for giver in {word.given_by for word in about_it}
    }
