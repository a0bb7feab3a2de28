"""photoguard doctor: checks everything that must work on this computer, one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from photoguard.cli.speech import PATH, LocalisedCommand, language, option, speak
from photoguard.cli.tell import as_json
from photoguard.errors import EXIT_READY, EXIT_SETUP, PhotoguardError
from photoguard.files import printable
from photoguard.model import Language

if TYPE_CHECKING:
    from pathlib import Path

    from photoguard.doctor import Check
    from photoguard.settings import Settings

MARKS = {"fine": ("✓", "green"), "notice": ("!", "yellow"), "broken": ("✗", "red")}


@click.command(cls=LocalisedCommand, help="doctor.help")
@option("--quick", is_flag=True, help="doctor.help_quick")
@option("--json", "as_json", is_flag=True, help="doctor.help_json")
@option("--language", type=click.Choice([each.value for each in Language]), help="help.language")
@option("--config", type=PATH, help="help.config")
@click.pass_context
def doctor(ctx: click.Context, /, config: Path | None, **asked: Any) -> None:  # noqa: ANN401
    """Run the checks and print each result; exit code 3 if something does not work."""
    from photoguard.doctor import Status, examine, tell_nobody

    checks = []
    begin = tell_nobody if asked["as_json"] else _say_doing
    settings, speed = _settings(config), not asked["quick"]
    for check in examine(settings, speed=speed, begin=begin, config=config):
        checks.append(check)
        if not asked["as_json"]:
            _say(check)
    broken = sum(check.status is Status.BROKEN for check in checks)
    code = EXIT_SETUP if broken else EXIT_READY
    if asked["as_json"]:
        click.echo(_as_json(checks, code))
    else:
        click.echo(speak("doctor.all_fine") if not broken else speak("doctor.some_broken", broken))
    ctx.exit(code)


def _settings(config: Path | None) -> Settings:
    """Return the user's settings; the defaults if those are invalid, which a check reports."""
    from photoguard.settings import Settings
    from photoguard.settings.load import load

    usual = Settings(language=language())
    try:
        return load(usual, {}, config, None)
    except PhotoguardError:
        return usual


def _say_doing(code: str) -> None:
    """Print, to standard error, the check that is about to take a moment."""
    click.secho(f"… {speak(code)}", err=True, dim=True)


def _say(check: Check) -> None:
    mark, colour = MARKS[check.status]
    click.echo(f"{click.style(mark, fg=colour, bold=True)} {_sentence(check)}")
    if check.status != "fine":
        click.echo(f"  → {_remedy(check)}")


def _sentence(check: Check) -> str:
    return speak(check.code, None, **_printable(check))


def _remedy(check: Check) -> str:
    return speak(f"{check.code}.remedy", None, **_printable(check))


def _printable(check: Check) -> dict[str, str | int]:
    items = check.parameters.items()
    return {key: printable(value) if isinstance(value, str) else value for key, value in items}


def _as_json(checks: list[Check], code: int) -> str:
    from photoguard import __version__

    listed = [
        {
            "name": check.name,
            "status": check.status.value,
            "code": check.code,
            "text": _sentence(check),
            **({"remedy": _remedy(check)} if check.status != "fine" else {}),
            "parameters": dict(check.parameters),
        }
        for check in checks
    ]
    result = {"program": __version__, "exit_code": code, "checks": listed}
    return as_json(result)
