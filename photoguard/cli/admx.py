"""photoguard admx: writes the template for Windows group policy."""

from __future__ import annotations

from pathlib import Path

import click

from photoguard.cli.speech import LocalisedCommand, argument, option, speak
from photoguard.errors import WriteError
from photoguard.files import printable
from photoguard.model import Language


@click.command(cls=LocalisedCommand, help="admx.help")
@argument("folder", type=click.Path(path_type=Path), metavar="admx.folder")
@option("--language", type=click.Choice([each.value for each in Language]), help="help.language")
def admx(folder: Path, **_: str | None) -> None:
    """Write the template and its texts in three languages into a folder."""
    from photoguard.guides.admx import write_template

    try:
        written = write_template(folder)
    except OSError as trouble:
        raise WriteError("admx.not_written", place=str(folder)) from trouble
    for path in written:
        click.echo(printable(str(path)))
    click.echo(speak("admx.written"))
