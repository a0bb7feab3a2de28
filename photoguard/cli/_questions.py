"""What the icon asks once a folder, with the last answer offered."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import click

from photoguard import policy
from photoguard.answers import Answers
from photoguard.cli.speech import speak
from photoguard.cli.tell import say_trouble
from photoguard.consent.answers import answer
from photoguard.errors import UsageTrouble
from photoguard.files import printable
from photoguard.model import Answer, Role
from photoguard.notes.headings import NO_WORKS, ROLES, folded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from photoguard.settings import Settings

CLEAR = "-"
"""What empties an answer that is offered."""
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Folder:
    """What the questions need to know of the folder."""

    name: str
    photos: Sequence[str]
    settings: Settings


def ask_all(folder: Folder, offered: Answers) -> Answers:
    """Ask the five questions and return the answers."""
    click.echo()
    click.echo(speak("staff.questions", folder=printable(folder.name), count=len(folder.photos)))
    click.echo(speak("staff.how_to_answer"))
    answers = _photographer(offered)
    answers = replace(
        answers, channels=_channels(offered, folder), event=_asked("staff.ask_event", offered.event)
    )
    answers = replace(answers, works=_works(offered))
    return _unwanted(answers, offered, folder)


def still_right(answers: Answers) -> bool:
    """Show the answers of an earlier run over the same folder; Enter keeps them."""
    click.echo(speak("staff.earlier_answers"))
    for name, said in _summary(answers):
        click.echo(f"  {speak(f'staff.label_{name}')}: {said}")
    told = _asked("staff.ask_still_right", "")
    return not told or _yes_or_no(told) is Answer.YES


def _summary(answers: Answers) -> list[tuple[str, str]]:
    untold = speak("staff.not_told")
    none = speak("staff.none")
    somebody = speak("staff.somebody") if answers.unwanted else none
    return [
        ("photographer", _photographer_offered(answers) or untold),
        ("channels", ", ".join(answers.channels) or untold),
        ("event", printable(answers.event) or untold),
        ("works", none if answers.works == () else untold),
        ("unwanted", untold if answers.unwanted is None else somebody),
    ]


def _asked(code: str, offered: str, **parameters: str | int) -> str:
    """Return one line of printable text; Enter takes what is offered, a dash nothing."""
    text = f"\n{speak(code, None, **parameters)}\n"
    told = click.prompt(
        text, default=printable(offered), show_default=bool(offered), prompt_suffix="> "
    )
    told = "".join(char for char in str(told).strip()[:LONGEST] if char.isprintable())
    return "" if told == CLEAR else told


def _until(code: str, offered: str, read: Callable[[str], Answers | None]) -> Answers:
    """Ask until the answer can be read."""
    while True:
        found = read(_asked(code, offered))
        if found is not None:
            return found


def _photographer_offered(answers: Answers) -> str:
    if answers.photographer:
        return printable(answers.photographer)
    return speak("staff.role_child") if answers.role is Role.CHILD else ""


def _photographer(offered: Answers) -> Answers:
    """Return a name, or a role alone: a child is not credited by name."""
    told = _asked("staff.ask_photographer", _photographer_offered(offered))
    role = ROLES.get(folded(told))
    if role is not None:
        return Answers(role=role)
    return Answers(told, offered.role if told == offered.photographer else None)


def _channels(offered: Answers, folder: Folder) -> tuple[str, ...]:
    unit = folder.settings.unit
    allowed = [channel.name for channel in policy.CHANNELS[unit]]
    default = ", ".join(name for name in offered.channels if name in allowed)
    while True:
        told = _asked("staff.ask_channels", default, allowed=", ".join(allowed))
        names = tuple(name.strip() for name in told.replace(";", ",").split(",") if name.strip())
        try:
            return tuple(channel.name for channel in policy.channels_for(names, unit))
        except UsageTrouble as trouble:
            say_trouble(trouble)


def _works(offered: Answers) -> tuple[str, ...] | None:
    """Return the makers of works, () for none; nothing told stays nothing told."""
    default = speak("staff.none") if offered.works == () else ""
    told = _asked("staff.ask_works", default)
    if not told:
        return None
    if folded(told) in NO_WORKS or _yes_or_no(told) is Answer.NO:
        return ()
    return tuple(name.strip() for name in told.replace(",", ";").split(";") if name.strip())


def _unwanted(answers: Answers, offered: Answers, folder: Folder) -> Answers:
    """Ask for somebody who must not be in pictures; the first time there is no default."""
    default = speak("staff.none") if offered.unwanted is False else ""

    def read(told: str) -> Answers | None:
        word = _yes_or_no(told)
        if word is Answer.NO:
            return replace(answers, unwanted=False)
        if word is Answer.YES or told == "?":
            return replace(answers, unwanted=True)
        return _in_these(told, answers, folder.photos)

    return _until("staff.ask_unwanted", default, read)


def _in_these(told: str, answers: Answers, photos: Sequence[str]) -> Answers | None:
    """Return the answers with the photos that were named; says which name met none."""
    wanted = [name.strip() for name in told.replace(",", ";").split(";") if name.strip()]
    found = {name: [photo for photo in photos if _is_named(photo, name)] for name in wanted}
    strange = next((name for name in wanted if not found[name]), None)
    if strange is not None:
        click.echo(speak("staff.no_such_photo", name=printable(strange)), err=True)
    if strange is not None or not wanted:
        return None
    where = tuple(dict.fromkeys(photo for name in wanted for photo in found[name]))
    return replace(answers, unwanted=True, where=where)


def _is_named(photo: str, told: str) -> bool:
    """Tell whether staff mean this photo: by path, by name, or by name without its ending."""
    path, said = PurePosixPath(photo), _plain(told.replace("\\", "/"))
    return said in {_plain(photo), _plain(path.name), _plain(path.stem)}


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _yes_or_no(told: str) -> Answer | None:
    try:
        return answer(told)
    except KeyError:
        return None
