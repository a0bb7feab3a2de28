"""The icon's questions, the choice of a folder, and waiting for Enter after an error."""

from __future__ import annotations

import os
import re
import shlex
import sys
import traceback
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Self

import click

from photoguard import policy
from photoguard.cli.speech import speak
from photoguard.cli.tell import say_trouble
from photoguard.errors import EXIT_FAILED, NoPhotosError, PhotoguardError, UsageTrouble
from photoguard.files import printable
from photoguard.icon_answers import Answers
from photoguard.model import Answer, Role
from photoguard.model.answers import (
    channels_in,
    is_none,
    known_answer,
    means_all,
    photographer_in,
    text_answer,
    word_key,
)
from photoguard.model.spelling import key
from photoguard.register.importing.cell_values import answer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from photoguard.presence import Register
    from photoguard.settings import Settings


_ALL_OF_THEM = frozenset({"kaikki", "alla", "all"})
_AND = frozenset({"", "ja", "sekä", "och", "samt", "and"})
_APART = re.compile(r"[\s,;.”\"]+")
CLEAR = "-"
"""What a user types to empty an offered answer."""
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Folder:
    """What the questions refer to in a folder."""

    name: str
    photos: Sequence[str]
    settings: Settings
    register: Register | None = None
    """Where names are looked up, so that an unknown one is asked about again."""


def ask_all(folder: Folder, offered: Answers) -> Answers:
    """Ask the five questions; return the answers."""
    click.echo()
    click.echo(speak("staff.questions", folder=printable(folder.name), count=len(folder.photos)))
    click.echo(speak("staff.how_to_answer"))
    answers = _photographer(offered)
    channels = _channels(offered, folder)
    event = text_answer(_asked("staff.ask_event", offered.event))
    answers = replace(answers, channels=channels, event=event)
    answers = replace(answers, works=_works(offered, folder))
    return _unwanted(answers, offered, folder)


def still_right(answers: Answers) -> bool:
    """Show the answers of an earlier run; return whether the user keeps them (Enter does)."""
    click.echo(speak("staff.earlier_answers"))
    for name, text in _summary(answers):
        click.echo(f"  {speak(f'staff.label_{name}')}: {text}")
    typed = _asked("staff.ask_still_right", "")
    return not typed or _yes_or_no(typed) is Answer.YES


def _summary(answers: Answers) -> list[tuple[str, str]]:
    nothing = speak("staff.not_told")
    none = speak("staff.none")
    somebody = speak("staff.somebody") if answers.unwanted else none
    return [
        ("photographer", _photographer_offered(answers) or nothing),
        ("channels", ", ".join(answers.channels) or nothing),
        ("event", printable(answers.event) or nothing),
        ("works", none if answers.works == () else nothing),
        ("unwanted", nothing if answers.unwanted is None else somebody),
    ]


def _asked(code: str, offered: str, **parameters: str | int) -> str:
    """Return one line of printable text; Enter takes the offered answer, a dash gives "".

    "" also means that the user does not know.
    """
    text = f"\n{speak(code, None, **parameters)}\n"
    typed = click.prompt(
        text, default=printable(offered), show_default=bool(offered), prompt_suffix="> "
    )
    typed = "".join(char for char in str(typed).strip()[:LONGEST] if char.isprintable())
    return "" if typed == CLEAR else known_answer(typed)


def _until(code: str, offered: str, read: Callable[[str], Answers | None]) -> Answers:
    """Ask until ``read`` returns answers."""
    while True:
        found = read(_asked(code, offered))
        if found is not None:
            return found


def _photographer_offered(answers: Answers) -> str:
    if answers.photographer:
        return printable(answers.photographer)
    return speak("staff.role_child") if answers.role is Role.CHILD else ""


def _photographer(offered: Answers) -> Answers:
    """Return the answers with the photographer's name, or only a role: children are not named."""
    taker = photographer_in(_asked("staff.ask_photographer", _photographer_offered(offered)))
    if taker.role is not None:
        return Answers(role=taker.role)
    name = taker.name
    return Answers(name, offered.role if name == offered.photographer else None)


def _channels(offered: Answers, folder: Folder) -> tuple[str, ...]:
    unit = folder.settings.unit
    allowed = [channel.name for channel in policy.CHANNELS[unit]]
    default = ", ".join(name for name in offered.channels if name in allowed)
    while True:
        typed = _asked("staff.ask_channels", default, allowed=", ".join(allowed))
        if means_all(typed):
            return tuple(allowed)
        try:
            found = policy.channels_for(channels_in(typed), unit)
            return tuple(channel.name for channel in found)
        except UsageTrouble as trouble:
            say_trouble(trouble)


def _works(offered: Answers, folder: Folder) -> tuple[str, ...] | None:
    """Return the makers of works: () if there are none, None if the question was left open."""
    typed = _asked("staff.ask_works", speak("staff.none") if offered.works == () else "")
    while True:
        if not typed:
            return None
        if is_none(typed) or _yes_or_no(typed) is Answer.NO:
            return ()
        makers = tuple(filter(None, map(str.strip, re.split("[;,]", typed))))
        unknown = [maker for maker in makers if not _is_known(maker, folder)]
        if not unknown:
            return makers
        click.echo(speak("staff.works_understood", makers=printable("; ".join(unknown))), err=True)
        again = _asked("staff.ask_works_again", typed)
        if again == typed:
            return makers
        typed = again


def _is_known(maker: str, folder: Folder) -> bool:
    """Return whether the register knows a maker; False without a register."""
    found = folder.register
    return found is not None and bool(found.record(maker) or found.find_by_name(maker))


def _unwanted(answers: Answers, offered: Answers, folder: Folder) -> Answers:
    """Ask for people who must not be in pictures; without an earlier answer there is no default."""
    default = speak("staff.none") if offered.unwanted is False else ""

    def read(typed: str) -> Answers | None:
        word = _yes_or_no(typed)
        if word is Answer.NO or is_none(typed):
            return replace(answers, unwanted=False)
        if word is Answer.YES or not typed:  # somebody may be anywhere
            return replace(answers, unwanted=True)
        return _in_these(typed, answers, folder.photos)

    return _until("staff.ask_unwanted", default, read)


def no_names(words: Sequence[str]) -> tuple[str, ...]:
    """Ask which of the words are no child's name and return those; Enter means any may be one.

    A plain "no" is ambiguous and is asked about again.
    """
    click.echo(f"\n{speak('staff.perhaps_names', words=printable(', '.join(words)))}")
    known_words = set(map(key, words))
    while True:
        typed = _asked("staff.ask_no_names", "")
        if word_key(typed) in _ALL_OF_THEM:
            return tuple(words)
        named = {each for each in map(key, _APART.split(typed)) if each not in _AND}
        if named <= known_words:
            return tuple(word for word in words if key(word) in named)
        click.echo(speak("staff.no_names_unclear", answer=printable(typed)), err=True)


def _in_these(typed: str, answers: Answers, photos: Sequence[str]) -> Answers | None:
    """Return the answers with the named photos; None, with a message, if one is unknown."""
    wanted = [name.strip() for name in typed.replace(",", ";").split(";") if name.strip()]
    found = {name: [photo for photo in photos if _is_named(photo, name)] for name in wanted}
    strange = next((name for name in wanted if not found[name]), None)
    if strange is not None:
        click.echo(speak("staff.no_such_photo", name=printable(strange)), err=True)
    if strange is not None or not wanted:
        return None
    where = tuple(dict.fromkeys(photo for name in wanted for photo in found[name]))
    return replace(answers, unwanted=True, where=where)


def _is_named(photo: str, typed: str) -> bool:
    """Return whether the typed text means this photo: by path, name, or name without suffix."""
    path, wanted = PurePosixPath(photo), _plain(typed.replace("\\", "/"))
    return wanted in {_plain(photo), _plain(path.name), _plain(path.stem)}


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def is_yes(typed: str) -> bool:
    """Return whether the typed text is a yes in any of the three languages."""
    return _yes_or_no(typed.strip()) is Answer.YES


def _yes_or_no(typed: str) -> Answer | None:
    try:
        return answer(typed)
    except KeyError:
        return None


def ask_for_paths() -> tuple[Path, ...]:
    """Return the paths that the user drags into the window, types or chooses.

    Raises NoPhotosError if none is chosen.
    """
    while True:
        typed = click.prompt(
            f"\n{speak('staff.drag_here')}\n", default="", show_default=False, prompt_suffix="> "
        )
        if not str(typed).strip():
            return _chosen()
        found = typed_paths(str(typed))
        if found:
            return found
        click.echo(speak("staff.not_there", name=printable(str(typed).strip())), err=True)


def typed_paths(typed: str) -> tuple[Path, ...]:
    """Return the paths typed or dragged into a terminal; () if none of them exists.

    Terminals quote dragged names in different ways.
    """
    text = typed.strip()
    whole = [text, text.strip("'\"")]
    try:
        parts = shlex.split(text, posix=os.name == "posix")
    except ValueError:
        parts = []
    for names in ([whole[0]], [whole[1]], [part.strip("'\"") for part in parts]):
        paths = tuple(Path(name).expanduser() for name in names if name)
        if paths and all(path.exists() for path in paths):
            return paths
    return ()


def _chosen() -> tuple[Path, ...]:
    """Let the user choose a folder in a dialog; raises NoPhotosError if none is chosen."""
    try:
        import tkinter as tk
        from tkinter import filedialog
    except ImportError:
        raise NoPhotosError("staff.no_window") from None
    try:
        root = tk.Tk()
    except tk.TclError:
        raise NoPhotosError("staff.no_window") from None
    root.withdraw()
    name = filedialog.askdirectory(parent=root, title=speak("staff.choose"), mustexist=True)
    root.destroy()
    if not name:
        raise NoPhotosError("staff.nothing_chosen")
    return (Path(name),)


_NO_TROUBLE = (click.Abort, click.exceptions.Exit)


class StayOpen:
    """Context manager that prints an error, waits for Enter, and exits with the error's code.

    It also waits if the report could not be opened automatically.
    """

    def __init__(self) -> None:
        """Start with exit code 0."""
        self.exit_code = 0
        self.unseen = False
        """Whether the window shows something that was shown nowhere else, such as a path."""
        self.seen = False
        """Whether the person has already read the result and closed the window."""

    def __enter__(self) -> Self:
        """Return itself, so that the block can set ``exit_code``."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Print the error, an unexpected one with its traceback, and wait."""
        if isinstance(error, PhotoguardError):
            say_trouble(error)
            wait_for_enter()
            raise click.exceptions.Exit(error.exit_code)
        if isinstance(error, Exception) and not isinstance(error, _NO_TROUBLE):
            click.echo(speak("staff.unforeseen"), err=True)
            click.echo("".join(traceback.format_exception(error)), err=True)
            wait_for_enter()
            raise click.exceptions.Exit(EXIT_FAILED)
        if error is None and not self.seen and (self.unseen or self.exit_code >= EXIT_FAILED):
            wait_for_enter()


def wait_for_enter() -> None:
    """Wait for Enter; returns at once if nobody can press it."""
    click.echo(f"\n{speak('staff.press_enter')}", err=True)
    sys.stdin.readline()
