"""photoguard guide: opens the guide for staff, office, data protection, IT or developers."""

from __future__ import annotations

import webbrowser
from typing import TYPE_CHECKING

import click

from photoguard.cli.speech import PATH, LocalisedCommand, argument, language, option, speak
from photoguard.errors import WriteError
from photoguard.files import printable
from photoguard.model import Language

if TYPE_CHECKING:
    from pathlib import Path

GUIDES = ("staff", "office", "dpo", "it", "developers")
"""The values of ``photoguard.guides.Guide``, which is imported late."""


@click.command(cls=LocalisedCommand, help="guide.help")
@argument("for_whom", type=click.Choice(GUIDES), default=GUIDES[0], metavar="guide.for_whom")
@option("--output", type=PATH, help="guide.help_output")
@option("--language", type=click.Choice([each.value for each in Language]), help="help.language")
def guide(for_whom: str, output: Path | None, **_: str | None) -> None:
    """Write the guide and open it in the browser, or only write it to ``output``."""
    from photoguard.guides import Guide, render

    place = output or _cached_guide(for_whom)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(render(Guide(for_whom), language()), "utf-8")
    except OSError as trouble:
        raise WriteError("guide.not_written", place=str(place)) from trouble
    click.echo(speak("guide.opened", place=printable(str(place))))
    if output is None:
        webbrowser.open(place.resolve().as_uri())


def _cached_guide(for_whom: str) -> Path:
    """Return the path in the user's cache folder where this guide is written."""
    from platformdirs import user_cache_path

    return user_cache_path("photoguard", appauthor=False) / f"{for_whom}-{speak('guide.file')}"
