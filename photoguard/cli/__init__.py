"""The command line: the only place that prints or exits.

Each command is a module of this package that is imported when its name is typed or its
help is listed; nothing heavy is imported at the top of any of them.
"""

from __future__ import annotations

import contextlib
import sys
from importlib import import_module

import click

from photoguard import __version__
from photoguard.cli.speech import LocalisedGroup, language, option, speak, use
from photoguard.cli.tell import say_trouble
from photoguard.errors import EXIT_INTERRUPTED, PhotoguardError, SetupTrouble
from photoguard.files import printable

COMMANDS = (
    "prepare",
    "watch",
    "drop",
    "review",
    "check",
    "consent",
    "published",
    "accounts",
    "year",
    "evidence",
    "register",
    "setup",
    "shortcut",
    "doctor",
    "guide",
    "admx",
    "tidy",
)
"""In the order in which the help lists them; each a module with a command of its name."""
KEEPING = frozenset({"prepare", "watch", "drop", "review"})
"""What was done in these is kept, and the next time goes on from there."""


class LateGroup(LocalisedGroup):
    """A group that imports a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of use, not of the alphabet."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name, or None."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = getattr(import_module(f"photoguard.cli.{cmd_name}"), cmd_name)
        return found


def _show_version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        click.echo(f"photoguard {__version__}")
        ctx.exit()


@click.group(
    cls=LateGroup,
    help="help.photoguard",
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
)
@option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="help.version",
)
def photoguard() -> None:
    """Hold the commands together."""


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code; expected trouble becomes a sentence."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):
            stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    return _outcome(arguments)


def _outcome(arguments: list[str] | None) -> int:
    try:
        code = photoguard.main(args=arguments, prog_name="photoguard", standalone_mode=False)
    except PhotoguardError as trouble:
        say_trouble(trouble)
        return trouble.exit_code
    except ImportError as trouble:  # a library that lacks another one of the system
        missing = SetupTrouble("sight.library_missing", problem=printable(str(trouble)))
        say_trouble(missing)
        return missing.exit_code
    except click.ClickException as trouble:
        use(language())
        trouble.show()
        return trouble.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo(speak(_where_it_stands(arguments)), err=True)
        return EXIT_INTERRUPTED
    except SystemExit:
        # Only click ends here by itself, and with code 1: whoever read the output is gone.
        return EXIT_INTERRUPTED
    return code if isinstance(code, int) else 0


def _where_it_stands(arguments: list[str] | None) -> str:
    """Return the code of what is said of an interrupted command: where work goes on, or not."""
    words = sys.argv[1:] if arguments is None else arguments
    return "cli.interrupted" if KEEPING.intersection(words[:1]) else "cli.unfinished"
