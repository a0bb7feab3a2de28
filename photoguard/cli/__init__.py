"""The command line: the only room that prints or exits.

Each command is a module of this package, imported when its name is typed; none of them
imports anything heavy at the top. In these modules ``say_…`` functions print, ``speak``
returns a sentence, and ``asked`` holds the options of a command by name.
"""

from __future__ import annotations

import contextlib
import gettext
import sys
from importlib import import_module

import click

from photoguard import __version__
from photoguard.cli.speech import LocalisedGroup, language, option, short_help, speak, use
from photoguard.cli.tell import say_trouble
from photoguard.errors import EXIT_INTERRUPTED, PhotoguardError, SetupTrouble
from photoguard.files import printable

COMMANDS = {
    "prepare": "help.prepare",
    "watch": "watch.help",
    "drop": "staff.help_drop",
    "review": "review.help",
    "check": "help.check",
    "consent": "consenthelp.consent",
    "published": "consenthelp.published",
    "accounts": "accounts.help",
    "year": "year.help",
    "evidence": "evidence.help",
    "register": "register.help",
    "setup": "setup.help",
    "shortcut": "staff.help_shortcut",
    "doctor": "doctor.help",
    "guide": "guide.help",
    "admx": "admx.help",
    "tidy": "tidy.help",
}
"""Names of the commands in the order of the help, with the code of each one's help.

Each is a module with a command of its name.
"""
KEEPING = frozenset({"prepare", "watch", "drop", "review"})
"""Commands that keep their work when interrupted, so that the next run continues from there."""
_BESIDE_A_NAME = 6
"""Columns that click leaves free before, between and after a name and its help."""


class LazyGroup(LocalisedGroup):
    """A group that imports a command's module when the command is used, not when it is listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of COMMANDS."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name; None if there is none."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = getattr(import_module(f"photoguard.cli.{cmd_name}"), cmd_name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands, each with the first line of its help."""
        del ctx
        width = formatter.width - max(map(len, COMMANDS)) - _BESIDE_A_NAME
        with formatter.section(gettext.gettext("Commands")):
            formatter.write_dl([(name, short_help(code, width)) for name, code in COMMANDS.items()])


def _show_version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        click.echo(f"photoguard {__version__}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
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
    """Group of all commands; does nothing itself."""


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code; expected errors are printed as sentences."""
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
        click.echo(speak(_interruption_code(arguments)), err=True)
        return EXIT_INTERRUPTED
    except SystemExit:
        # Only click ends here by itself, and with code 1: whoever read the output is gone.
        return EXIT_INTERRUPTED
    return code if isinstance(code, int) else 0


def _interruption_code(arguments: list[str] | None) -> str:
    """Return the code of the sentence that says whether an interrupted command can be continued."""
    words = sys.argv[1:] if arguments is None else arguments
    return "cli.interrupted" if KEEPING.intersection(words[:1]) else "cli.unfinished"
