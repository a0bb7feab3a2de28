"""Chooses the language of the command line, and provides click commands in that language.

Help is given as codes and rendered when it is shown, since the language is known only after
the arguments are parsed::

    @click.group(cls=LocalisedGroup, help="help.photoguard")
    def photoguard(): ...

    @photoguard.command(help="help.prepare")
    @option("--event", help="help.prepare_event")
    def prepare(event): ...

click's own sentences come from its gettext hooks; their translations are the catalogue
``click``. The list of commands shows the first line of each command's help.
"""

from __future__ import annotations

import gettext
import os
import re
import sys
import textwrap
from contextlib import suppress
from contextvars import ContextVar
from datetime import datetime
from difflib import get_close_matches
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from photoguard.files import printable, read_toml
from photoguard.model import Language
from photoguard.model.spelling import visible
from photoguard.settings import Settings
from photoguard.settings.group_policy import policy_language
from photoguard.settings.load import load, profile_file, user_file
from photoguard.texts import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from click.decorators import FC

VARIABLE = "PHOTOGUARD_LANGUAGE"
_LOCALE_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
_CODE = re.compile(r"[a-z_]+(?:\.[a-z0-9_]+)+")
_PLACEHOLDER = re.compile(r"[A-Z]{2,}(?: RANGE)?")
_chosen: ContextVar[Language | None] = ContextVar("language", default=None)


def speak(code: str, /, count: int | None = None, **parameters: str | int) -> str:
    """Return the sentence of ``code`` in the language of this command."""
    return say(code, language(), count, **parameters)


def language() -> Language:
    """Return the language of this command."""
    return _chosen.get() or chosen_language(sys.argv[1:])


def chosen_language(argv: Sequence[str]) -> Language:
    """Return the language for this command line, from the first source that names one.

    In this order: ``--language``, the environment, the file of ``--config`` or the user's
    settings, the city's profile, the computer's language, English. An invalid language is
    ignored here; the command itself refuses it with a sentence.
    """
    return next((found for word in _wishes(argv) if (found := _known(word))), Language.EN)


def use(language: Language) -> None:
    """Switch to ``language``, also for click's own messages."""
    _chosen.set(language)
    os.environ["LANGUAGE"] = language.value  # gettext asks the environment, nothing else
    with as_file(files("photoguard") / "locale") as folder:
        gettext.bindtextdomain("click", Path(folder))
    gettext.textdomain("click")


def settings_of(
    flags: Mapping[str, Any], config: Path | None = None, beside: Path | None = None
) -> Settings:
    """Return the settings, with ``flags`` overriding files; switches to the run's language.

    ``beside`` is the folder of the photos, None for loose files.
    """
    settings = load(Settings(language=language()), flags, config, beside)
    use(settings.language)
    return settings


def _wishes(argv: Sequence[str]) -> Iterator[str]:
    yield _value_of("--language", argv)
    yield os.environ.get(VARIABLE, "")
    config = _value_of("--config", argv)
    yield _language_in(Path(config) if config else user_file())
    yield str(policy_language())
    yield _language_in(profile_file())
    yield from (os.environ.get(name, "") for name in _LOCALE_VARIABLES)
    yield _windows_language()


def _known(word: str) -> Language | None:
    """Return the language of ``sv``, ``sv_FI.UTF-8`` or ``Swedish``; None for any other."""
    start = word.strip().lower()[:2]
    whole = len(word.strip()) == len(start) or word.strip()[2:3] in "_-.:@"
    return Language(start) if whole and start in list(Language) else None


def _value_of(name: str, argv: Sequence[str]) -> str:
    """Return the last value of an option in ``argv``, as click does; "" if absent."""
    value = ""
    for place, word in enumerate(argv):
        if word == "--":
            break
        if word == name and place + 1 < len(argv):
            value = argv[place + 1]
        elif word.startswith(f"{name}="):
            value = word.partition("=")[2]
    return value


def _language_in(file: Path) -> str:
    try:
        word = read_toml(file).values.get("language", "")
    except (OSError, ValueError):
        return ""
    return word if isinstance(word, str) else ""


def _windows_language() -> str:
    """Return the user's Windows language, such as ``fi_FI``; "" on other systems."""
    if sys.platform == "win32":
        import ctypes
        import locale

        return locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
    return ""


def _in_words(metavar: str) -> str:
    """Return a metavar such as ``FOLDER|FILE...`` with its words translated, except choices."""
    if _CODE.fullmatch(metavar):
        return speak(metavar)
    return _PLACEHOLDER.sub(lambda word: gettext.gettext(word[0]), metavar)


class LocalisedOption(click.Option):
    """An option whose ``help`` is a code and whose metavar is translated."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the option's names and its help as a sentence."""
        record = super().get_help_record(ctx)
        if record is None or not self.help:
            return record
        sentence = speak(self.help) if _CODE.fullmatch(self.help) else gettext.gettext(self.help)
        return record[0], record[1].replace(self.help, sentence, 1)

    def make_metavar(self, ctx: click.Context) -> str:
        """Return the translated metavar."""
        return _in_words(super().make_metavar(ctx))


class LocalisedArgument(click.Argument):
    """An argument whose metavar is translated."""

    def make_metavar(self, ctx: click.Context) -> str:
        """Return the translated metavar."""
        return _in_words(super().make_metavar(ctx))


def short_help(code: str, limit: int) -> str:
    """Return the first line of a command's help, in at most ``limit`` columns."""
    first = speak(code).partition("\n")[0].rstrip(".")
    return textwrap.shorten(first, limit, placeholder="…")


class LocalisedCommand(click.Command):
    """A command whose ``help`` is a code."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401 - click's own signature
    ) -> click.Context:
        """Choose the language, then parse the arguments."""
        if parent is None:
            use(chosen_language(args))
        return super().make_context(info_name, args, parent, **extra)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return the parts of the usage line, with click's own words translated."""
        return [_in_words(piece) for piece in super().collect_usage_pieces(ctx)]

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return ``--help`` in the present language; click would cache that of the first call."""
        made = super().get_help_option(ctx)
        if made is not None:
            made.help = gettext.gettext("Show this message and exit.")
        return made

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help as sentences."""
        del ctx
        if self.help:
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(speak(self.help))

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return the first line of the help."""
        return short_help(self.help, limit) if self.help else ""


class LocalisedGroup(LocalisedCommand, click.Group):
    """A group whose ``help`` is a code and whose commands are localised."""

    command_class = LocalisedCommand
    group_class = type

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command; for an unknown one fail with the most similar name."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as trouble:
            near = get_close_matches(args[0], self.list_commands(ctx), 1)
            if not near:
                raise
            hint = speak("cli.did_you_mean", command=near[0])
            sentence = trouble.message.partition("\n")[0]
            raise click.UsageError(f"{sentence} {hint}", ctx) from trouble


class Day(click.ParamType[datetime]):
    """A calendar date as written in Finland or in ISO 8601; anything else fails with an example."""

    name = "day"

    def convert(
        self,
        value: Any,  # noqa: ANN401 - click's own signature
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> datetime:
        """Return the date of ``2026-09-24`` or ``24.9.2026`` at midnight."""
        for form in ("%Y-%m-%d", "%d.%m.%Y"):
            with suppress(ValueError):
                return datetime.strptime(str(value), form)  # noqa: DTZ007 - a day, anywhere
        return self.fail(speak("cli.wrong_day", value=printable(str(value))), param, ctx)


class GivenPath(click.Path):
    """The path of a file or folder; "" is refused, as it would mean the current folder."""

    def convert(
        self,
        value: Any,  # noqa: ANN401 - click's own signature
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:  # noqa: ANN401
        """Return the path; fails for ""."""
        if value == "":
            self.fail(speak("cli.empty_path"), param, ctx)
        return super().convert(value, param, ctx)


class GivenText(click.ParamType[str]):
    """A text with at least one visible character, where an empty one would mean nothing."""

    name = "text"

    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str:
        """Return the text; fails for an empty one, as of a variable that is not set."""
        if not visible(str(value)):
            self.fail(speak("cli.empty_text"), param, ctx)
        return str(value)


PATH = GivenPath(path_type=Path)
TEXT = GivenText()


def option(*names: str, **settings: Any) -> Callable[[FC], FC]:  # noqa: ANN401 - for click
    """Return ``click.option`` as a LocalisedOption."""
    return click.option(*names, cls=LocalisedOption, **settings)


def argument(*names: str, **settings: Any) -> Callable[[FC], FC]:  # noqa: ANN401 - for click
    """Return ``click.argument`` as a LocalisedArgument."""
    return click.argument(*names, cls=LocalisedArgument, **settings)
