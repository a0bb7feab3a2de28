"""photoguard consent template: an empty table, and files that are written once."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from photoguard.cli._consent_desk import PATH, desk_options, settings_of, unit_channels
from photoguard.cli.speech import LocalisedCommand, argument, language, option, speak
from photoguard.errors import UsageTrouble
from photoguard.files import printable

if TYPE_CHECKING:
    from pathlib import Path

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


@click.command("template", cls=LocalisedCommand, help="consenthelp.template")
@argument("file", type=PATH)
@option("--channel", "channels", multiple=True, help="consenthelp.template_channel")
@desk_options
def template(file: Path, **asked: Any) -> None:  # noqa: ANN401
    """Write an empty table for an office: .xlsx, or .csv."""
    from photoguard.consent import template as tables

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
