"""The command line speaks the language of whoever is nearest to the user."""

from __future__ import annotations

import ast
import errno
import os
import re
from contextvars import Context
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from babel.messages.pofile import read_po
from click.testing import CliRunner

from photoguard.cli import photoguard
from photoguard.cli.speech import (
    _PLACEHOLDER,
    LocalisedGroup,
    argument,
    chosen_language,
    language,
    option,
    speak,
)
from photoguard.errors import problem_of
from photoguard.model import Language
from photoguard.texts import say
from tests.locale.catalogues import LOCALE

if TYPE_CHECKING:
    from collections.abc import Iterator

FI, SV, EN = Language


@pytest.fixture(autouse=True)
def computer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A computer without settings, in the C locale."""
    for name in ("PHOTOGUARD_LANGUAGE", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "user"))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "city"))


@click.group(cls=LocalisedGroup, help="help.photoguard")
def commands() -> None:
    """Hold the commands of this test together."""


@commands.command(help="help.prepare")
@argument("paths", nargs=-1, required=True, metavar="FOLDER|FILE...")
@option("--event", help="help.event")
@option("--language", help="help.language")
def show(paths: tuple[str, ...], event: str, language: str) -> None:
    """Write one sentence of the program's own."""
    del paths, event, language
    click.echo(speak("words.outcome_ready"))


def test_english_without_any_wish() -> None:
    """Where nobody wished for a language, it is English."""
    assert chosen_language([]) is EN


@pytest.mark.parametrize("argv", [["--language", "sv"], ["prepare", "--language=sv", "x"]])
def test_the_flag_is_strongest(argv: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The flag wins over the environment, wherever it stands."""
    monkeypatch.setenv("PHOTOGUARD_LANGUAGE", "fi")
    assert chosen_language(argv) is SV


def test_what_follows_two_dashes_is_no_flag() -> None:
    """A file may be called --language."""
    assert chosen_language(["--", "--language", "sv"]) is EN


def test_each_place_wins_over_the_next(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Environment, file of --config, user's file, computer: the first that says something."""
    monkeypatch.setenv("LC_ALL", "sv_FI.UTF-8")
    assert chosen_language([]) is SV
    own = tmp_path / "user" / "photoguard" / "photoguard.toml"
    own.parent.mkdir(parents=True)
    own.write_text('language = "fi"\n', "utf-8")
    assert chosen_language([]) is FI
    given = tmp_path / "given.toml"
    given.write_text('\ufefflanguage = "sv"\n', "utf-8")
    assert chosen_language(["--config", str(given)]) is SV
    monkeypatch.setenv("PHOTOGUARD_LANGUAGE", "en")
    assert chosen_language(["--config", str(given)]) is EN


def test_the_city_s_profile_speaks_before_the_computer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A city's profile counts where the user has no file."""
    profile = tmp_path / "city" / "photoguard" / "photoguard.toml"
    profile.parent.mkdir(parents=True)
    profile.write_text('language = "sv"\n', "utf-8")
    monkeypatch.setenv("LANG", "fi_FI.UTF-8")
    assert chosen_language([]) is SV


@pytest.mark.parametrize("content", ["language = 3", 'language = "xx"', "language = ", "\udcff"])
def test_a_wrong_file_is_passed_over(content: str, tmp_path: Path) -> None:
    """A file that cannot be read as it should does not stop the help from being shown."""
    file = tmp_path / "wrong.toml"
    file.write_bytes(content.encode("utf-8", "surrogateescape"))
    assert chosen_language(["--config", str(file)]) is EN
    assert chosen_language(["--config", str(tmp_path / "none.toml")]) is EN


@pytest.mark.parametrize(
    ("word", "language"),
    [("sv", SV), ("SV_FI", SV), ("fi:en", FI), ("fil_PH", EN), ("C", EN), ("de_DE", EN), ("", EN)],
)
def test_locale_names(word: str, language: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    """A locale counts by its language; Filipino is not Finnish."""
    monkeypatch.setenv("LANG", word)
    assert chosen_language([]) is language


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (FI, ("Käyttö:", "[VALITSIMET] KANSIO|TIEDOSTO...", "Valitsimet:", "Näytä tämä ohje")),
        (SV, ("Användning:", "[ALTERNATIV] MAPP|FIL...", "Alternativ:", "Visa den här hjälpen")),
        (EN, ("Usage:", "[OPTIONS] FOLDER|FILE...", "Options:", "Show this message")),
    ],
)
def test_help_is_whole_in_each_language(language: Language, words: tuple[str, ...]) -> None:
    """Help has click's words and the program's own in one language, run after run."""
    shown = CliRunner().invoke(commands, ["show", "--language", language.value, "--help"])
    assert all(word in shown.output for word in words)
    assert not re.search(r"\bhelp\.\w", shown.output)


@pytest.mark.parametrize(
    ("argv", "finnish", "swedish"),
    [
        (["show"], "Puuttuu argumentti", "Det saknas ett argument"),
        (
            ["show", "--evnt", "x"],
            "Valitsinta '--evnt' ei ole.",
            "Alternativet '--evnt' finns inte.",
        ),
        (["sho"], "Komentoa 'sho' ei ole.", "Kommandot 'sho' finns inte."),
    ],
)
def test_complaints_of_click_are_translated(argv: list[str], finnish: str, swedish: str) -> None:
    """Wrong use is told in the user's language."""
    for word, expected in (("fi", finnish), ("sv", swedish)):
        done = CliRunner(env={"PHOTOGUARD_LANGUAGE": word}).invoke(commands, argv)
        assert done.exit_code == 2
        assert expected in done.stderr


def test_speak_follows_the_command() -> None:
    """A command's own sentences are in its language."""
    runner = CliRunner()
    words = [
        runner.invoke(commands, ["show", "x", "--language", language.value]).output.strip()
        for language in Language
    ]
    assert words == ["valmis", "klar", "ready"]


NOT_MET = re.compile(
    r"colour|shell|completion|iterable|defined twice|start character|Choice\(|editor|declar"
    r"|DeprecationWarning|UUID|len_type|flag for true|standard stream|Windows error|\Ad\Z"
)
"""Of click: messages to programmers, and of parts that are not used."""


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_click_s_own_messages_are_all_there(language: str) -> None:
    """Whatever this version of click can say to a user has a translation."""
    path = LOCALE / language / "LC_MESSAGES" / "click.po"
    with path.open("rb") as readable:
        there = {
            text
            for message in read_po(readable, locale=language)
            for text in ([message.id] if isinstance(message.id, str) else message.id)
        }
    lacking = {text for text in _messages_of_click() if not NOT_MET.search(text)} - there
    assert sorted(lacking) == []


def _messages_of_click() -> Iterator[str]:
    for path in Path(click.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"_", "ngettext"}:
                for text in node.args[:2]:
                    if isinstance(text, ast.Constant) and isinstance(text.value, str):
                        yield text.value


@commands.command(help="help.check")
@argument("files", nargs=-1, metavar="help.files")
@option("--version", is_flag=True, help="Show the version and exit.")
@option("--bare")
def bare(files: tuple[str, ...], bare: str, *, version: bool) -> None:
    """Has a metavar that is a code, click's own help, and an option without any."""
    del files, bare, version


@commands.command(help="")
def silent() -> None:
    """Has no help at all."""


def test_codes_stand_for_metavars_and_click_s_help_is_translated() -> None:
    """A metavar may be a code; help that click wrote is translated by click's catalogue."""
    runner = CliRunner(env={"PHOTOGUARD_LANGUAGE": "fi"})
    shown = runner.invoke(commands, ["bare", "--help"]).output
    assert "TIEDOSTO..." in shown
    assert "Näytä versio ja lopeta." in shown
    assert "--bare TEKSTI" in shown


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_each_word_for_a_value_is_in_the_language_of_the_help(language: str) -> None:
    """What stands in the place of a value, such as DAY or POST, is translated as the rest is."""
    with (LOCALE / language / "LC_MESSAGES" / "click.po").open("rb") as readable:
        known = {message.id for message in read_po(readable)}
    words = _words_for_values(photoguard, click.Context(photoguard))
    assert words >= {"DAY", "POST", "INTEGER RANGE"}
    assert words - known == set()


def _words_for_values(command: click.Command, context: click.Context) -> set[str]:
    words: set[str] = set()
    for each in command.params:
        if isinstance(each, click.Option) and not each.is_flag:
            words.update(_PLACEHOLDER.findall(click.Option.make_metavar(each, context)))
        elif isinstance(each, click.Argument):
            words.update(_PLACEHOLDER.findall(click.Argument.make_metavar(each, context)))
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            if below := command.get_command(context, name):
                words |= _words_for_values(below, click.Context(below, parent=context))
    return words


def test_a_command_without_help_is_listed() -> None:
    """A command without help has an empty line in the list and no paragraph of its own."""
    runner = CliRunner(env={"PHOTOGUARD_LANGUAGE": "en"})
    assert "silent" in runner.invoke(commands, ["--help"]).output
    assert runner.invoke(commands, ["silent", "--help"]).output.startswith("Usage:")


def test_speak_outside_a_command_asks_the_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before any command began, the language is what the arguments and the computer say."""
    monkeypatch.setenv("PHOTOGUARD_LANGUAGE", "sv")
    assert Context().run(language) is SV


@pytest.mark.parametrize("number", [errno.EACCES, errno.ENOSPC, errno.EROFS, errno.EXDEV])
@pytest.mark.parametrize("language", Language)
def test_the_system_is_told_in_the_readers_language(number: int, language: Language) -> None:
    """What the system says stands in no sentence; what no sentence says has its short name."""
    trouble = OSError(number, os.strerror(number))
    said = say("files.cannot_write", language, None, problem=problem_of(trouble))
    assert os.strerror(number) not in said
    assert "system." not in said
    if number == errno.EXDEV:
        assert "(EXDEV)" in said
