"""photoguard consent template, export, log: an empty table, exports, and checking the log."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from photoguard.cli.consent.access import (
    GuardianOfChild,
    access_rows,
    as_record,
    find_anyone,
    holding_of,
    id_of,
    name_of,
)
from photoguard.cli.consent.desk import (
    channel_text,
    day_text,
    desk_options,
    open_desk,
    say_table,
    settings_of,
    unit_channels,
)
from photoguard.cli.consent.people import giver_text, guardian_text
from photoguard.cli.speech import PATH, TEXT, LocalisedCommand, argument, language, option, speak
from photoguard.errors import UsageTrouble
from photoguard.files import SHELVES, printable
from photoguard.model import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from photoguard.cli.consent.access import Anyone
    from photoguard.cli.consent.desk import Desk
    from photoguard.model import Permission
    from photoguard.register import Snapshot


_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


@click.command("template", cls=LocalisedCommand, help="consenthelp.template")
@argument("file", type=PATH)
@option("--channel", "channels", multiple=True, help="consenthelp.template_channel")
@desk_options
def template(file: Path, **asked: Any) -> None:  # noqa: ANN401
    """Write an empty table for an office to fill in, as .xlsx or .csv."""
    from photoguard.register.importing import template as tables
    from photoguard.register.papers import as_csv

    settings = settings_of(asked)
    channels = [channel.platform for channel in unit_channels(settings, asked["channels"])]
    row = tables.headings(language(), channels)
    if file.suffix.lower() == ".csv":
        content = as_csv([row])
    elif file.suffix.lower() == ".xlsx":
        notes = [
            (tables.heading(name, language()), speak(f"consent.template_{name}"))
            for name in tables.FIELDS
        ]
        notes.append((speak("consent.template_words_heading"), speak("consent.template_words")))
        content = tables.as_workbook(row, speak("consent.template_sheet"), notes)
    else:
        raise UsageTrouble("consent.template_format", file=file.name)
    write_new_file(file, content)


def refuse_other_than_csv(file: Path) -> None:
    """Raise UsageTrouble for a name by which no program would open CSV, such as ``.xlsx``."""
    if file.suffix.lower() != ".csv":
        raise UsageTrouble("consent.csv_only", file=printable(file.name))


def write_new_file(file: Path, content: bytes, *, quiet: bool = False) -> None:
    """Create a file that only its owner may read.

    Raises UsageTrouble if it exists, or would lie among the copies, which are published.
    """
    _refuse_among_copies(file)
    try:
        handle = os.open(file, _NEW_FILE, 0o600)
        with os.fdopen(handle, "wb") as writable:
            writable.write(content)
    except FileExistsError as trouble:
        raise UsageTrouble("consent.file_exists", file=str(file)) from trouble
    except OSError as trouble:
        raise UsageTrouble("consent.cannot_write", file=str(file)) from trouble
    if not quiet:
        click.echo(speak("consent.written", file=printable(str(file))))


def _refuse_among_copies(file: Path) -> None:
    from photoguard.output.recall import is_output

    for folder in file.absolute().resolve().parents:
        if folder.name.casefold() in SHELVES and is_output(folder.parent):
            raise UsageTrouble("consent.among_copies", file=printable(str(file)))


MOST_LINES = 50
PRINT = "print"
"""The value of ``--head`` if given without a digest."""

COLUMNS = (
    *("id", "name", "group", "stage", "born", "outside_id", "never", "retain_until"),
    *("kind", "channel", "purpose", "giver", "answer", "given_on", "valid_until"),
    *("withdrawn_on", "reference", "information_version"),
)


@click.command("export", cls=LocalisedCommand, help="consenthelp.export")
@argument("person", type=TEXT, required=False)
@option("--output", type=PATH, required=True, help="consenthelp.output")
@desk_options
def export(person: str | None, **asked: Any) -> None:  # noqa: ANN401
    """Write the register as CSV: everything about one person, or all records."""
    from photoguard.register.changes import writing
    from photoguard.register.log import Action
    from photoguard.register.papers import as_csv

    refuse_other_than_csv(asked["output"])
    desk = open_desk(asked)
    snapshot = desk.register.snapshot()
    found = find_anyone(snapshot, person) if person else None
    rows = _everything(desk, snapshot, found) if found else _entries(snapshot.records)
    write_new_file(asked["output"], as_csv(rows))
    with writing(desk.register, desk.login) as change:
        change.note(Action.EXPORTED, id_of(found) if found else "")


def _entries(records: Iterable[Record]) -> list[list[str]]:
    rows = [[speak(f"consent.col_{name}") for name in COLUMNS]]
    return rows + [line for record in records for line in _lines(record)]


def _everything(desk: Desk, snapshot: Snapshot, found: Anyone) -> list[list[str]]:
    """Return all rows about a person, a guardian or a photographer."""
    holding = holding_of(desk, snapshot, found)
    record = as_record(found, snapshot)
    entry = _entries([replace(record, permissions=(*record.permissions, *holding.permissions))])
    if isinstance(found, Record):
        guardians = [
            [guardian_text(number, each.name), each.id]
            for number, each in enumerate(found.guardians, start=1)
        ]
        return [*entry, [], [speak("consent.part_guardians")], *guardians, *access_rows(holding)]
    code = (
        "consent.access_guardian"
        if isinstance(found, GuardianOfChild)
        else "consent.access_photographer"
    )
    first = [speak(code), name_of(found), id_of(found)]
    return [first, [], *entry, *access_rows(holding)]


def _lines(record: Record) -> Iterator[list[str]]:
    person = record.person
    beginning = [
        person.id,
        person.name,
        person.group,
        speak(f"consent.stage_{person.stage.replace('-', '_')}"),
        day_text(person.born),
        person.outside_id,
        speak("consent.answer_yes") if person.never_in_pictures else "",
        day_text(person.retain_until),
    ]
    for permission in record.permissions:
        yield [*beginning, *_permission(record, permission)]
    if not record.permissions:
        yield [*beginning, *[""] * (len(COLUMNS) - len(beginning))]


def _permission(record: Record, permission: Permission) -> list[str]:
    return [
        speak(f"consent.permission_{permission.kind.replace('-', '_')}"),
        channel_text(permission.channel),
        permission.purpose,
        giver_text(record, permission),
        speak(f"consent.answer_{permission.answer}"),
        day_text(permission.given_on),
        day_text(permission.valid_until),
        day_text(permission.withdrawn_on),
        permission.reference,
        permission.information_version,
    ]


@click.command("log", cls=LocalisedCommand, help="consenthelp.log")
@option("--check", is_flag=True, help="consenthelp.check_log")
@option("--head", is_flag=False, flag_value=PRINT, metavar="[DIGEST]", help="consenthelp.log_head")
@desk_options
def show_log(**asked: Any) -> None:  # noqa: ANN401
    """Show the last lines of the log, print the digest of its end, or verify all of it."""
    desk = open_desk(asked, reads=True)
    head = asked["head"]
    if asked["check"] or head not in {None, PRINT}:
        found = desk.register.refuse_broken_log(_digest(head))
        click.echo(speak("consent.log_whole", found.lines))
        if _digest(head):
            click.echo(speak("consent.log_holds"))
    if head == PRINT:
        _say_head(desk)
    elif not asked["check"] and head is None:
        _say_lines(desk)


def _digest(head: str | None) -> str:
    """Return the digest of an earlier end of the log, normalised; raises UsageTrouble."""
    if head in {None, PRINT}:
        return ""
    found = re.search(r"[0-9a-f]{64}", re.sub(r"\s", "", str(head)).lower())
    if found is None:
        raise UsageTrouble("consent.no_digest")
    return found[0]


def _say_head(desk: Desk) -> None:
    """Print the number of lines of the log and the digest of its end, to be kept elsewhere."""
    found = desk.register.refuse_broken_log()
    click.echo(speak("consent.log_head", found.lines))
    click.echo(found.digest)


def _say_lines(desk: Desk) -> None:
    logins = desk.register.logins()
    rows = [
        (
            str(line.number),
            line.at,
            printable(logins.get(line.actor, line.actor)),
            _action_text(line.action),
            line.subject,
            printable(line.reason),
        )
        for line in desk.register.log_lines()[-MOST_LINES:]
    ]
    say_table(("line", "at", "actor", "action", "subject", "why"), rows)


def _action_text(action: str) -> str:
    return speak(f"consent.action_{action.replace('-', '_')}")
