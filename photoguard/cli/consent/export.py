"""photoguard consent template, form, export, log: papers for people, and the log's examination."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from photoguard.cli.consent.desk import (
    PATH,
    desk_options,
    find_record,
    open_desk,
    said_channel,
    said_day,
    say_table,
    settings_of,
    unit_channels,
)
from photoguard.cli.consent.people import said_giver
from photoguard.cli.speech import LocalisedCommand, argument, language, option, speak
from photoguard.errors import UsageTrouble
from photoguard.files import printable
from photoguard.model import Unit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from photoguard.model import Permission, Record


_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


@click.command("template", cls=LocalisedCommand, help="consenthelp.template")
@argument("file", type=PATH)
@option("--channel", "channels", multiple=True, help="consenthelp.template_channel")
@desk_options
def template(file: Path, **asked: Any) -> None:  # noqa: ANN401
    """Write an empty table for an office: .xlsx, or .csv."""
    from photoguard.register.importing import template as tables

    settings = settings_of(asked)
    channels = [channel.platform for channel in unit_channels(settings, asked["channels"])]
    row = tables.headings(language(), channels)
    if file.suffix.lower() == ".csv":
        content = tables.as_csv(row)
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


def write_new_file(file: Path, content: bytes) -> None:
    """Write a file that was not there before, for its owner only; raises UsageTrouble."""
    import os

    try:
        handle = os.open(
            file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600
        )
        with os.fdopen(handle, "wb") as writable:
            writable.write(content)
    except FileExistsError as trouble:
        raise UsageTrouble("consent.file_exists", file=str(file)) from trouble
    except OSError as trouble:
        raise UsageTrouble("consent.cannot_write", file=str(file)) from trouble
    click.echo(speak("consent.written", file=printable(str(file))))


MOST_LINES = 50

COLUMNS = (
    *("id", "name", "group", "stage", "born", "outside_id", "never", "retain_until"),
    *("kind", "channel", "purpose", "giver", "answer", "given_on", "valid_until"),
    *("withdrawn_on", "reference", "information_version"),
)


@click.command("export", cls=LocalisedCommand, help="consenthelp.export")
@argument("person", required=False)
@option("--output", type=PATH, required=True, help="consenthelp.output")
@desk_options
def export(person: str | None, **asked: Any) -> None:  # noqa: ANN401
    """Write what the register holds, of one person or of all, as CSV."""
    from photoguard.register.changes import writing
    from photoguard.register.log import Action
    from photoguard.register.papers import as_csv

    desk = open_desk(asked)
    snapshot = desk.register.snapshot()
    records = (find_record(snapshot, person),) if person else snapshot.records
    rows = [[speak(f"consent.col_{name}") for name in COLUMNS]]
    rows += [line for record in records for line in _lines(record)]
    write_new_file(asked["output"], as_csv(rows))
    with writing(desk.register, desk.login) as change:
        change.note(Action.EXPORTED, records[0].person.id if person else "")


def _lines(record: Record) -> Iterator[list[str]]:
    person = record.person
    beginning = [
        person.id,
        person.name,
        person.group,
        speak(f"consent.stage_{person.stage.replace('-', '_')}"),
        said_day(person.born),
        person.outside_id,
        speak("consent.answer_yes") if person.never_in_pictures else "",
        said_day(person.retain_until),
    ]
    for word in record.permissions:
        yield [*beginning, *_word(record, word)]
    if not record.permissions:
        yield [*beginning, *[""] * (len(COLUMNS) - len(beginning))]


def _word(record: Record, word: Permission) -> list[str]:
    return [
        speak(f"consent.permission_{word.kind.replace('-', '_')}"),
        said_channel(word.channel),
        word.purpose,
        said_giver(record, word),
        speak(f"consent.answer_{word.answer}"),
        said_day(word.given_on),
        said_day(word.valid_until),
        said_day(word.withdrawn_on),
        word.reference,
        word.information_version,
    ]


FORM_TEXTS = (
    *("title", "name", "group", "why_heading", "where_heading", "where", "rights_heading"),
    *("voluntary", "withdraw", "answer_heading", "answer", "yes", "no", "sign_heading"),
    *("date", "reference"),
)
"""Sentences of the form that need nothing filled in: codes ``consent.form_NAME``."""


@click.command("form", cls=LocalisedCommand, help="consenthelp.form")
@argument("file", type=PATH)
@option("--channel", "channels", multiple=True, help="consenthelp.template_channel")
@option("--purpose", default="", help="consenthelp.form_purpose")
@option("--valid-until", "until", default="", help="consenthelp.form_until")
@option("--information", "version", default="", help="consenthelp.information")
@desk_options
def form(file: Path, **asked: Any) -> None:  # noqa: ANN401
    """Write a form that asks for permission, to be printed and signed."""
    from photoguard.register.papers import Form, render

    settings = settings_of(asked)
    channels = unit_channels(settings, asked["channels"])
    child = settings.unit is Unit.EARLY_CHILDHOOD
    texts = {name: speak(f"consent.form_{name}") for name in FORM_TEXTS}
    names = [settings.unit_name.get(language(), ""), settings.organisation.get(language(), "")]
    texts["unit"] = asked["unit_name"] or ", ".join(filter(None, names))
    limit = settings.age_limit
    texts["why"] = speak(f"consent.form_why_{settings.unit.replace('-', '_')}", age_limit=limit)
    texts["sign"] = speak("consent.form_sign", age_limit=limit)
    texts["purpose"] = speak("consent.form_purpose", purpose=asked["purpose"] or "…" * 20)
    texts["until"] = speak("consent.form_until", day=asked["until"] or "…" * 8)
    texts["version"] = speak("consent.form_version", version=asked["version"] or "…" * 8)
    matters = ("own_work", "named") if child else ("shown", "own_work", "named")
    page = Form(
        language().value,
        texts,
        tuple(speak(f"consent.form_matter_{matter}") for matter in matters),
        tuple(channel.platform for channel in channels),
        tuple(speak(f"consent.form_signer_{each}") for each in ("self", "first", "second")),
    )
    write_new_file(file, render(page).encode())


@click.command("log", cls=LocalisedCommand, help="consenthelp.log")
@option("--check", is_flag=True, help="consenthelp.check_log")
@desk_options
def show_log(**asked: Any) -> None:  # noqa: ANN401
    """Show the last lines of the log, or examine all of it."""
    desk = open_desk(asked)
    if not asked["check"]:
        lines = desk.register.log_lines()[-MOST_LINES:]
        rows = [
            (
                str(line.number),
                line.at,
                line.actor,
                _said_action(line.action),
                line.subject,
                printable(line.reason),
            )
            for line in lines
        ]
        say_table(("line", "at", "actor", "action", "subject", "why"), rows)
        return
    click.echo(speak("consent.log_whole", count=desk.register.refuse_broken_log()))


def _said_action(action: str) -> str:
    return speak(f"consent.action_{action.replace('-', '_')}")
