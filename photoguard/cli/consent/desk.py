"""Shared parts of the register's commands: opening it, finding people, tables, questions."""

from __future__ import annotations

import getpass
import os
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from photoguard.cli.speech import PATH, TEXT, VARIABLE, Day, language, option, speak, use
from photoguard.errors import RegisterError, UsageTrouble
from photoguard.files import printable
from photoguard.model import Channel, Language
from photoguard.settings import Settings
from photoguard.settings.load import load
from photoguard.texts import written_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from click.decorators import FC

    from photoguard.model import Person, Photographer, Record
    from photoguard.policy import Rules
    from photoguard.register import Register, Snapshot

DAY = Day()


@dataclass(frozen=True, slots=True)
class Desk:
    """The opened register with settings, user and day."""

    register: Register
    settings: Settings
    login: str
    """The user's login name."""
    today: date

    @property
    def rules(self) -> Rules:
        """The city's rules on permissions."""
        from photoguard.policy import rules_of

        return rules_of(self.settings)

    def channels(self, names: Iterable[str] = ()) -> tuple[Channel, ...]:
        """Return the channels with these names, all of the unit for none; raises UsageTrouble."""
        return unit_channels(self.settings, names)


def desk_options(function: FC) -> FC:
    """Add the options that locate the register to a command."""
    for add in (
        option("--register", type=TEXT, help="help.register"),
        option("--unit-name", type=TEXT, help="consenthelp.unit_name"),
        option(
            "--language", type=click.Choice([each.value for each in Language]), help="help.language"
        ),
        option("--config", type=PATH, help="help.config"),
    ):
        function = add(function)
    return function


def settings_of(asked: dict[str, Any]) -> Settings:
    """Return the settings from command line and files, and switch to their language.

    A language in the environment has precedence, and is in use already.
    """
    flags: dict[str, Any] = {}
    if asked["register"] is not None:
        flags["register"] = asked["register"]
    if asked["language"]:
        flags["language"] = Language(asked["language"])
    settings = load(Settings(language=language()), flags, asked["config"], None)
    if asked["language"] or not os.environ.get(VARIABLE):
        use(settings.language)
    return settings


def open_desk(asked: dict[str, Any], *, makes: bool = False, reads: bool = False) -> Desk:
    """Open the register named by the command line or the settings; raises RegisterError.

    If there is none, it is created only if ``makes`` is set, by commands that add entries.
    With ``reads``, for commands that change nothing, it may be a file that cannot be written.
    """
    from photoguard.register import open_register, unit_of

    settings = settings_of(asked)
    unit = asked["unit_name"] or unit_of(settings)
    opening = _open_to_read if reads else partial(open_register, makes=makes)
    register = opening(settings.register, unit)
    return Desk(register, settings, login_name(), date.today())  # noqa: DTZ011 - a calendar day, here


_TO_BE_WRITTEN = frozenset({"consent.older_schema", "consent.interrupted"})
"""Troubles of reading that opening a register for writing puts right."""


def _open_to_read(register: str, unit: str) -> Register:
    """Open a register read-only; one of an earlier version is migrated. Raises RegisterError."""
    from photoguard.register import open_register

    try:
        return open_register(register, unit, read_only=True)
    except RegisterError as trouble:
        if trouble.code not in _TO_BE_WRITTEN:
            raise
    return open_register(register, unit, makes=False)


def open_desk_even_to_read(asked: dict[str, Any]) -> Desk:
    """Open the register to write if that is possible, else to read; raises RegisterError."""
    try:
        return open_desk(asked)
    except RegisterError as trouble:
        if trouble.code != "consent.no_rights":
            raise
    return open_desk(asked, reads=True)


def unit_channels(settings: Settings, names: Iterable[str] = ()) -> tuple[Channel, ...]:
    """Return the channels with these names, all of the unit for none; raises UsageTrouble."""
    from photoguard.policy import CHANNELS, channels_for

    chosen = tuple(names)
    return channels_for(chosen, settings.unit) if chosen else CHANNELS[settings.unit]


def login_name() -> str:
    """Return the user's login name, "?" if unknown."""
    try:
        return getpass.getuser()
    except OSError:
        return "?"


def as_day(asked: datetime | None) -> date | None:
    """Return the date of a click DateTime; None for None."""
    return asked.date() if asked else None


def find_record(snapshot: Snapshot, who: str) -> Record:
    """Return the person with this id or name; raises UsageTrouble unless there is exactly one."""
    record = snapshot.record(who)
    if record:
        return record
    found = snapshot.find_by_name(who)
    if not found:
        raise UsageTrouble("consent.person_unknown", person=printable(who))
    if len(found) > 1:
        several = ", ".join(f"{person.id} ({person.group or '–'})" for person in found)
        raise UsageTrouble("consent.person_several", person=printable(who), several=several)
    whole = snapshot.record(found[0].id)
    assert whole is not None  # noqa: S101 - it was found in this very snapshot
    return whole


def find_subject(snapshot: Snapshot, who: str) -> Record | Photographer:
    """Return the person, else the photographer, with this id or name; raises UsageTrouble."""
    found = snapshot.find_photographers(who)
    if not found or snapshot.record(who) or snapshot.find_by_name(who):
        return find_record(snapshot, who)
    if len(found) > 1:
        several = ", ".join(f"{each.id} ({speak(f'consent.role_{each.role}')})" for each in found)
        raise UsageTrouble("consent.person_several", person=printable(who), several=several)
    return found[0]


def called(person: Person) -> str:
    """Return a person's name for the screen, with the group to distinguish namesakes."""
    name = printable(person.name)
    return f"{name} ({printable(person.group)})" if person.group else name


def day_text(day: date | None) -> str:
    """Return a date in the format of the command's language; "–" for None."""
    if day is None:
        return "–"
    return written_day(day, language())


def moment_text(moment: str) -> str:
    """Return an ISO 8601 time in the format of the command's language; "–" for "".

    In Finnish and Swedish this is the local date and time of this computer.
    """
    if not moment or language() is Language.EN:
        return printable(moment) or "–"
    try:
        here = datetime.fromisoformat(moment).astimezone()
    except ValueError:
        return printable(moment)
    return f"{day_text(here.date())} {here:%H.%M}"


def channel_text(name: str) -> str:
    """Return a channel's name in its usual spelling; "–" for ""."""
    from photoguard.policy import platform_of

    return printable(platform_of(name)) or "–"


def say_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows below headings (codes ``consent.col_NAME``), columns as wide as needed."""
    whole = [[speak(f"consent.col_{name}") for name in columns], *map(list, rows)]
    widths = [max(len(line[place]) for line in whole) for place in range(len(columns))]
    for number, line in enumerate(whole):
        text = "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.secho(text.rstrip(), bold=number == 0)


def agreed(code: str, count: int | None = None, **parameters: str | int) -> bool:
    """Ask a question; return whether the answer is an explicit yes in one of the languages."""
    from photoguard.model import Answer
    from photoguard.register.importing.cell_values import answer

    choices = speak("consent.yes_or_no")
    question = f"{speak(code, count, **parameters)} [{choices}]"
    typed = click.prompt(question, default="", show_default=False)
    try:
        return answer(str(typed)) is Answer.YES
    except KeyError:
        return False


def choice_of(words: Iterable[str]) -> click.Choice[str]:
    """Return a click type for one of these words."""
    return click.Choice([str(word) for word in words], case_sensitive=False)
