"""A window that an icon opened stays until the person has read what went wrong."""

from __future__ import annotations

import sys
import traceback
from typing import TYPE_CHECKING, Self

import click

from photoguard.cli.speech import speak
from photoguard.cli.tell import say_trouble
from photoguard.errors import EXIT_FAILED, PhotoguardError

if TYPE_CHECKING:
    from types import TracebackType

_NO_TROUBLE = (click.Abort, click.exceptions.Exit)


class StayOpen:
    """Waits for Enter when the block ends in trouble, then ends the command with its code."""

    def __init__(self) -> None:
        """Begin without trouble."""
        self.exit_code = 0

    def __enter__(self) -> Self:
        """Hand itself over, so that the block can set ``exit_code``."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Say the trouble, an unforeseen one with its traceback, and wait."""
        if isinstance(error, PhotoguardError):
            say_trouble(error)
            wait_for_enter()
            raise click.exceptions.Exit(error.exit_code)
        if isinstance(error, Exception) and not isinstance(error, _NO_TROUBLE):
            click.echo(speak("staff.unforeseen"), err=True)
            click.echo("".join(traceback.format_exception(error)), err=True)
            wait_for_enter()
            raise click.exceptions.Exit(EXIT_FAILED)
        if error is None and self.exit_code >= EXIT_FAILED:
            wait_for_enter()


def wait_for_enter() -> None:
    """Ask for Enter; where nobody can press it, go on."""
    click.echo(f"\n{speak('staff.press_enter')}", err=True)
    sys.stdin.readline()
