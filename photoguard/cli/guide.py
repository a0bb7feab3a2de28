"""photoguard guide: opens the guide for staff."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from photoguard.cli.speech import LocalisedCommand, language, option, speak
from photoguard.errors import WriteError
from photoguard.files import printable
from photoguard.model import Language


@click.command(cls=LocalisedCommand, help="guide.help")
@option("--output", type=click.Path(path_type=Path), help="guide.help_output")
@option("--language", type=click.Choice([each.value for each in Language]), help="help.language")
def guide(output: Path | None, **_: str | None) -> None:
    """Write the guide and show it in the browser, or only write it to ``output``."""
    from photoguard.guides import render

    place = output or _own_place()
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(render(language()), "utf-8")
    except OSError as trouble:
        raise WriteError("guide.not_written", place=str(place)) from trouble
    click.echo(speak("guide.opened", place=printable(str(place))))
    if output is None:
        webbrowser.open(place.resolve().as_uri())


def _own_place() -> Path:
    """Return where the guide of this language lies between two looks at it."""
    from platformdirs import user_cache_path

    return user_cache_path("photoguard", appauthor=False) / speak("guide.file")
