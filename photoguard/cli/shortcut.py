"""photoguard shortcut: creates the desktop icon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from photoguard.cli.speech import PATH, LocalisedCommand, language, option, speak
from photoguard.files import printable
from photoguard.model import Language

if TYPE_CHECKING:
    from pathlib import Path

SYSTEMS = ("windows", "macos", "linux")


@click.command(cls=LocalisedCommand, help="staff.help_shortcut")
@option("--desktop", type=PATH, help="staff.help_desktop")
@option("--system", type=click.Choice(SYSTEMS), help="staff.help_system")
@option("--program", help="staff.help_program")
@option("--language", type=click.Choice([each.value for each in Language]), help="help.language")
def shortcut(desktop: Path | None, **asked: Any) -> None:  # noqa: ANN401
    """Write the icon's files and print how to use them."""
    from photoguard.desktop import System, place_icons, this_system, user_icon_folders
    from photoguard.launch import Program, icon_program

    system = System(asked["system"]) if asked["system"] else this_system()
    program = Program(asked["program"]) if asked["program"] else icon_program()
    written = place_icons(system, program, user_icon_folders(system, desktop), _comments())
    for place in written:
        click.echo(speak("staff.placed", place=printable(str(place))))
    click.echo(speak(f"staff.how_{system}"))


def _comments() -> dict[str, str]:
    """Return the icon's description by language, that of this command first."""
    from photoguard.texts import say

    order = sorted(Language, key=lambda each: each is not language())
    return {each.value: say("staff.icon_comment", each) for each in order}
