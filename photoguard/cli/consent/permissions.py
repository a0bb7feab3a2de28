"""photoguard consent give, withdraw, missing, expiring: permissions and their ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from photoguard.cli.consent import takedown
from photoguard.cli.consent.desk import (
    DAY,
    as_day,
    called,
    channel_text,
    choice_of,
    day_text,
    desk_options,
    find_record,
    find_subject,
    open_desk,
    say_table,
)
from photoguard.cli.consent.export import write_new_file
from photoguard.cli.consent.people import giver_text, guardian_text, say_retention
from photoguard.cli.speech import PATH, LocalisedCommand, argument, option, speak
from photoguard.errors import UsageTrouble
from photoguard.files import printable
from photoguard.model import Answer, Permission, PermissionKind, Photographer, Record
from photoguard.model.answers import channel_name
from photoguard.model.days import FIRST_DAY, refuse_too_early
from photoguard.model.spelling import key
from photoguard.presence import photographers_meant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from pathlib import Path

    from photoguard.cli.consent.desk import Desk
    from photoguard.model import Channel

WHY_WITHDRAWN = ("by-person", "by-guardian", "by-photographer", "mistake")
GIVERS = ("self", "guardian-1", "guardian-2", "guardian-3", "guardian-4")


def giver_of(subject: Record | Photographer, asked: str) -> str:
    """Return the register id of the giver: "self" or "guardian-N", counted from 1.

    Raises UsageTrouble if there is no such guardian.
    """
    if asked == "self":
        return _id_of(subject)
    place = int(asked.rpartition("-")[2]) - 1
    guardians = () if isinstance(subject, Photographer) else subject.guardians
    if place >= len(guardians):
        raise UsageTrouble(
            "consent.no_such_guardian",
            person=_name_of(subject),
            number=place + 1,
            known=len(guardians),
        )
    return guardians[place].id


def _name_of(subject: Record | Photographer) -> str:
    if isinstance(subject, Photographer):
        return printable(subject.name)
    return called(subject.person)


@click.command("give", cls=LocalisedCommand, help="consenthelp.give")
@argument("person", required=False)
@option("--form", "number", metavar="N", help="consenthelp.form_number")
@option("--by", type=choice_of(GIVERS), default="self", help="consenthelp.by")
@option("--channel", "channels", multiple=True, required=True, help="consenthelp.channel")
@option("--purpose", default="", help="consenthelp.purpose")
@option("--kind", type=choice_of(PermissionKind), default="shown", help="consenthelp.word_kind")
@option("--no", "refused", is_flag=True, help="consenthelp.no")
@option("--given-on", type=DAY, help="consenthelp.given_on")
@option("--valid-until", type=DAY, help="consenthelp.valid_until")
@option("--reference", default="", help="consenthelp.reference")
@option("--information", default="", help="consenthelp.information")
@desk_options
def give(person: str | None, **asked: Any) -> None:  # noqa: ANN401
    """Record one giver's permission or refusal for one or several channels."""
    from photoguard.register.changes import writing
    from photoguard.register.checks import refuse_impossible_day

    desk = open_desk(asked)
    subject = _subject(desk, person, asked)
    day = as_day(asked["given_on"]) or desk.today
    born = None if isinstance(subject, Photographer) else subject.person.born
    refuse_impossible_day(day, born, desk.today)
    permissions = _permissions(desk, subject, asked)
    with writing(desk.register, desk.login) as change:
        kept = [change.give(permission) for permission in permissions]
    incomplete = sum(
        permission.incomplete and permission.answer is Answer.YES for permission in kept
    )
    click.echo(speak("consent.given", count=len(kept)))
    if incomplete:
        click.echo(speak("consent.given_incomplete"))
    _say_outlasting(desk, kept)
    if asked["refused"]:
        takedown.say_what_follows(desk, _id_of(subject))


def _say_outlasting(desk: Desk, kept: Sequence[Permission]) -> None:
    """Print the earlier answers that still hold when one of these has ended."""
    snapshot = desk.register.snapshot()
    for new in kept:
        for old in snapshot.permissions(new.person):
            if old.outlasts(new):
                parameters = {
                    "channel": channel_text(old.channel),
                    "purpose": printable(old.purpose),
                    "until": day_text(old.valid_until),
                }
                click.echo(speak("consent.outlasts", None, **parameters))


def _subject(desk: Desk, person: str | None, asked: dict[str, Any]) -> Record | Photographer:
    """Return whom a permission concerns, by name or id, or by the number of a paper form.

    Options that the command line lacks are then filled in from the form.
    """
    from photoguard.register.forms import form_of, number_text

    if (person is None) is (asked["number"] is None):
        raise UsageTrouble("consent.person_or_form")
    snapshot = desk.register.snapshot()
    if person is not None:
        return find_subject(snapshot, person)
    form = form_of(desk.register, asked["number"])
    asked["reference"] = asked["reference"] or number_text(form.number)
    asked["information"] = asked["information"] or form.information_version
    record = find_record(snapshot, form.person)
    parameters = {"number": number_text(form.number), "person": called(record.person)}
    click.echo(speak("consent.form_is_of", None, **parameters))
    return record


def _id_of(subject: Record | Photographer) -> str:
    return subject.id if isinstance(subject, Photographer) else subject.person.id


def _permissions(
    desk: Desk, subject: Record | Photographer, asked: dict[str, Any]
) -> list[Permission]:
    """Return a permission for each channel, without ids."""
    kind = PermissionKind(asked["kind"])
    if isinstance(subject, Photographer):
        kind = PermissionKind.PHOTOGRAPHER
    return [
        Permission(
            "",
            _id_of(subject),
            kind,
            channel.name,
            asked["purpose"],
            giver_of(subject, asked["by"]),
            Answer.NO if asked["refused"] else Answer.YES,
            given_on=as_day(asked["given_on"]) or desk.today,
            valid_until=as_day(asked["valid_until"]),
            reference=asked["reference"],
            information_version=asked["information"],
        )
        for channel in desk.channels(asked["channels"])
    ]


@click.command("withdraw", cls=LocalisedCommand, help="consenthelp.withdraw")
@argument("person")
@option("--by", type=choice_of(GIVERS), help="consenthelp.withdrawn_by")
@option("--channel", "channels", multiple=True, help="consenthelp.withdrawn_channel")
@option("--kind", type=choice_of(PermissionKind), help="consenthelp.withdrawn_kind")
@option("--on", "day", type=DAY, help="consenthelp.withdrawn_on")
@option("--reason", type=choice_of(WHY_WITHDRAWN), default="by-person", help="consenthelp.reason")
@desk_options
def withdraw(person: str, **asked: Any) -> None:  # noqa: ANN401
    """Mark permissions as withdrawn, and print what must be taken down."""
    from photoguard.register.changes import writing

    desk = open_desk(asked)
    day = as_day(asked["day"]) or desk.today
    if day > desk.today:  # a mistyped year would stand against every later yes
        raise UsageTrouble("consent.withdrawn_in_future", day=day_text(day))
    subject = find_subject(desk.register.snapshot(), person)
    born = None if isinstance(subject, Photographer) else subject.person.born
    refuse_too_early(day, born or FIRST_DAY)
    standing = _not_withdrawn(desk, subject)
    permissions = _withdrawable(desk, subject, standing, asked)
    if not permissions:
        raise UsageTrouble("consent.nothing_to_withdraw", person=printable(person))
    with writing(desk.register, desk.login) as change:
        for permission in permissions:
            change.withdraw(permission.id, day, asked["reason"])
    click.echo(speak("consent.withdrawn", count=len(permissions), day=day_text(day)))
    _say_each(desk, permissions)
    left = [permission for permission in standing if permission not in permissions]
    if left:
        click.echo(speak("consent.still_permitted", count=len(left)))
        _say_each(desk, left)
    _say_namesakes(desk, subject)
    takedown.say_what_follows(desk, _id_of(subject))


def _not_withdrawn(desk: Desk, subject: Record | Photographer) -> list[Permission]:
    """Return every yes of someone that is not withdrawn, as a person and as a photographer.

    For a photographer these are only the permissions of that kind.
    """
    snapshot, own = desk.register.snapshot(), _id_of(subject)
    return [
        permission
        for each in takedown.ids_of(snapshot, own)
        for permission in snapshot.permissions(each)
        if permission.answer is Answer.YES
        and not permission.withdrawn_on
        and (isinstance(subject, Record) or permission.kind is PermissionKind.PHOTOGRAPHER)
    ]


def _say_each(desk: Desk, permissions: Iterable[Permission]) -> None:
    snapshot = desk.register.snapshot()
    rows = [
        (
            speak(f"consent.permission_{permission.kind.replace('-', '_')}"),
            channel_text(permission.channel),
            giver_text(record, permission) if record else speak("consent.giver_self"),
        )
        for permission in permissions
        for record in (snapshot.record(permission.person),)
    ]
    say_table(("kind", "channel", "giver"), rows)


def _say_namesakes(desk: Desk, subject: Record | Photographer) -> None:
    """Print others of the same name: they may be the same person, which only a human can tell."""
    snapshot, own = desk.register.snapshot(), _id_of(subject)
    name = subject.name if isinstance(subject, Photographer) else subject.person.name
    found = photographers_meant(name, snapshot).ids
    others = [each for each in found if each not in takedown.ids_of(snapshot, own)]
    if others:
        click.echo(speak("consent.namesake_untouched", count=len(others), ids=", ".join(others)))


def _withdrawable(
    desk: Desk,
    subject: Record | Photographer,
    known: Iterable[Permission],
    asked: dict[str, Any],
) -> list[Permission]:
    """Return those of ``known`` that the options select; all without options."""
    givers = {giver_of(subject, asked["by"])} if asked["by"] else set[str]()
    if _id_of(subject) in givers:
        givers |= set(takedown.ids_of(desk.register.snapshot(), _id_of(subject)))
    names = _channels_of(known, desk, asked["channels"])
    kind = PermissionKind(asked["kind"]) if asked["kind"] else None
    return [
        permission
        for permission in known
        if (not givers or permission.given_by in givers)
        and kind in {None, permission.kind}
        and (not names or permission.channel.casefold() in names | {""})
    ]


def _channels_of(known: Iterable[Permission], desk: Desk, asked: Iterable[str]) -> set[str]:
    """Return the channels of these names, casefolded as in ``Permission.channel`` comparisons.

    Raises UsageTrouble for a name that neither the unit nor any permission has, so that a
    misspelt channel is not silently left out.
    """
    written = {permission.channel.casefold() for permission in known}
    names = {channel_name(name) for name in asked}
    desk.channels(names - written)
    return names


@click.command("missing", cls=LocalisedCommand, help="consenthelp.missing")
@option("--channel", "channels", multiple=True, help="consenthelp.missing_channel")
@option("--group", help="consenthelp.only_group")
@desk_options
def missing(**asked: Any) -> None:  # noqa: ANN401
    """List who must still be asked before somebody may be shown."""
    desk = open_desk(asked, reads=True)
    group = asked["group"]
    rows = [
        (called(record.person), record.person.id, channel.platform, asking)
        for record in desk.register.snapshot().records
        if group is None or key(record.person.group) == key(group)
        for channel in desk.channels(asked["channels"])
        if (asking := _whom(desk, record, channel))
    ]
    if rows:
        say_table(("who", "id", "channel", "ask"), rows)
    else:
        click.echo(speak("consent.nobody_missing"))


def _whom(desk: Desk, record: Record, channel: Channel) -> str:
    """Return the givers to be asked: the person, guardians by number and name; "" for none."""
    from photoguard.policy import may_be_shown, needs_guardians, whom_to_ask

    givers = whom_to_ask(record, channel, desk.today, desk.rules)
    numbers = {guardian.id: number for number, guardian in enumerate(record.guardians, start=1)}
    texts = [
        guardian_text(numbers[giver], record.guardians[numbers[giver] - 1].name)
        if giver in numbers
        else speak("consent.giver_self")
        for giver in givers
    ]
    verdict = may_be_shown(record, channel, desk.today, desk.rules)
    unknown = not record.guardians and needs_guardians(record.person, desk.today, desk.rules)
    if unknown and (givers or verdict.code == "policy.guardian_unknown"):
        texts.append(speak("consent.giver_guardian_unknown"))
    return "; ".join(texts)


@click.command("expiring", cls=LocalisedCommand, help="consenthelp.expiring")
@option("--within", type=click.IntRange(0, 3660), default=30, help="consenthelp.within")
@option("--ics", type=PATH, help="consenthelp.ics")
@desk_options
def expiring(**asked: Any) -> None:  # noqa: ANN401
    """List permissions that end soon or have ended, and people whose retention ends."""
    desk = open_desk(asked, reads=True)
    last = desk.today + timedelta(days=asked["within"])
    records = desk.register.snapshot().records
    ending = [
        (called(record.person), giver_text(record, permission), permission)
        for record in records
        for permission in record.permissions
        if permission.answer is Answer.YES
        and not permission.withdrawn_on
        and _ends(permission.valid_until, last)
    ]
    rows = [
        (who, giver, channel_text(permission.channel), day_text(permission.valid_until))
        for who, giver, permission in ending
    ]
    if rows:
        say_table(("who", "giver", "channel", "valid_until"), rows)
    else:
        click.echo(speak("consent.nothing_expires", day=day_text(last)))
    if asked["ics"]:
        _write_calendar(asked["ics"], desk, [permission for _, _, permission in ending])
    ending_people = [each.person for each in records if _ends(each.person.retain_until, last)]
    say_retention("consent.retention_ends", ending_people)


def _write_calendar(file: Path, desk: Desk, ending: list[Permission]) -> None:
    """Write the future end dates as a calendar, without names.

    Calendars are often kept in a cloud and seen by more people than the register.
    """
    from photoguard.register.calendar import CalendarEvent, render

    on_day: dict[date, dict[str, set[str]]] = {}
    for permission in ending:
        if permission.valid_until and permission.valid_until >= desk.today:
            channels = on_day.setdefault(permission.valid_until, {})
            channels.setdefault(channel_text(permission.channel), set()).add(permission.person)
    entries = [
        CalendarEvent(
            day,
            channel,
            speak("consent.ics_summary", len(people), channel=channel, unit=desk.register.unit),
            speak("consent.ics_description"),
        )
        for day, channels in sorted(on_day.items())
        for channel, people in sorted(channels.items())
    ]
    stamp = datetime.now(UTC)
    write_new_file(file, render(entries, desk.register.unit, stamp))


def _ends(day: date | None, last: date) -> bool:
    return day is not None and day <= last
