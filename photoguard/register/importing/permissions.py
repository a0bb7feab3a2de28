"""The words of one row against those that the register holds of the same givers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from photoguard.model import Answer, Permission, PermissionKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from photoguard.model import Record
    from photoguard.register.importing.guardians import Seats, Word
    from photoguard.register.importing.rows import Entry


@dataclass(frozen=True, slots=True)
class WordPlan:
    """What a row changes in a person's permissions."""

    given: tuple[tuple[int, Permission], ...] = ()
    """Giver (0 the person, 1, 2 … the row's guardians) and word, still without ids."""
    withdrawn: tuple[str, ...] = ()
    """Words that end: imported ones that the file no longer holds (an empty cell is no
    permission), and those of guardians whom the row replaces."""
    lifted: tuple[str, ...] = ()
    """Bans that the file expressly takes back."""
    stays_withdrawn: int = 0
    """Words of the file that are not newer than a withdrawal, and so are not taken in."""


Key: TypeAlias = tuple[int, PermissionKind, str]
"""Giver, kind and channel: what one word is about."""


@dataclass(frozen=True, slots=True)
class Imports:
    """What earlier imports did, by the ids of words: those they gave and those they ended."""

    gave: frozenset[str] = frozenset()
    ended: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Row:
    """One row, the person it speaks of, its guardians, and whose each of its words is."""

    entry: Entry
    record: Record | None
    seats: Seats
    words: tuple[Word, ...]


def plan_words(row: Row, imports: Imports, today: date) -> WordPlan:
    """Compare a row's words with the register's.

    Where several columns speak of one thing, a no beats a yes and a yes beats an empty
    cell; a ban is lifted only where no column says no.
    """
    spoken = [
        (word, permission) for word in row.words for permission in _permissions(row.entry, word)
    ]
    answered = {_key(word, permission) for word, permission in spoken if word.answer}
    denied = {_key(word, permission) for word, permission in spoken if word.answer is Answer.NO}
    result = _Collected(imports, today)
    for word, permission in spoken:
        known = _known(row, word, permission)
        if word.answer and (word.answer is Answer.NO or _key(word, permission) not in denied):
            result.take(word.giver, permission, known)
        elif word.lifted and _key(word, permission) not in answered:
            result.lifted += [old.id for old in known if old.answer is Answer.NO]
        elif not word.lifted and _key(word, permission) not in answered:
            result.withdrawn += [old.id for old in known if _given_up(old, imports.gave)]
    result.withdrawn += _of_the_replaced(row)
    return result.plan()


def _of_the_replaced(row: Row) -> list[str]:
    """Return the words of guardians who are no longer the child's: nobody takes them over."""
    gone = {guardian.id for guardian in row.seats.replaced}
    words = row.record.permissions if row.record else ()
    return [old.id for old in words if old.given_by in gone and old.withdrawn_on is None]


@dataclass(slots=True)
class _Collected:
    imports: Imports
    today: date
    given: list[tuple[int, Permission]] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    lifted: list[str] = field(default_factory=list)
    stays_withdrawn: int = 0

    def take(self, giver: int, word: Permission, known: tuple[Permission, ...]) -> None:
        """Note a word unless the register says the same, or its giver withdrew since.

        What only an earlier file ended, with an empty cell, a later file gives again: a
        yes without a date then counts from today.
        """
        if any(_says_the_same(word, old) for old in known):
            return
        by_hand = [old for old in known if old.id not in self.imports.ended]
        if _stays_withdrawn(word, by_hand) or (_stays_withdrawn(word, known) and word.given_on):
            self.stays_withdrawn += 1
        else:
            again = _stays_withdrawn(word, known)
            self.given.append((giver, replace(word, given_on=self.today) if again else word))

    def plan(self) -> WordPlan:
        """Return what was collected, each id once."""
        return WordPlan(
            tuple(self.given),
            tuple(dict.fromkeys(self.withdrawn)),
            tuple(dict.fromkeys(self.lifted)),
            self.stays_withdrawn,
        )


def _key(word: Word, permission: Permission) -> Key:
    return word.giver, permission.kind, permission.channel.casefold()


def _permissions(entry: Entry, word: Word) -> tuple[Permission, ...]:
    """Return a word for each channel; without a channel it is one, and a yes is incomplete."""
    return tuple(
        Permission(
            "",
            "",
            word.words.kind,
            channel,
            entry.purpose or word.words.purpose,
            "",
            word.answer or Answer.NO,
            given_on=entry.given_on,
            valid_until=entry.valid_until,
            reference=entry.reference,
            information_version=entry.information_version,
        )
        for channel in word.words.channels or ("",)
    )


def _known(row: Row, word: Word, permission: Permission) -> tuple[Permission, ...]:
    """Return the words of the same giver, kind and channel that the register holds."""
    if row.record is None:
        return ()
    if word.giver:
        sits = row.seats.seats[word.giver - 1].known
        who = sits.id if sits else None
    else:
        who = row.record.person.id
    return tuple(
        old
        for old in row.record.permissions
        if old.given_by == who
        and old.kind is permission.kind
        and old.channel.casefold() == permission.channel.casefold()
    )


def _given_up(old: Permission, imported: frozenset[str]) -> bool:
    return old.answer is Answer.YES and old.withdrawn_on is None and old.id in imported


def _stays_withdrawn(word: Permission, known: Iterable[Permission]) -> bool:
    """Tell whether a yes is no newer than its giver's last withdrawal."""
    days = [old.withdrawn_on for old in known if old.withdrawn_on]
    if word.answer is Answer.NO or not days:
        return False
    return word.given_on is None or word.given_on <= max(days)


def _says_the_same(word: Permission, old: Permission) -> bool:
    if old.withdrawn_on or old.answer is not word.answer:
        return False
    return (
        old.purpose.casefold() == word.purpose.casefold()
        and old.valid_until == word.valid_until
        and (word.given_on is None or old.given_on == word.given_on)
        and (not word.reference or old.reference == word.reference)
        and (not word.information_version or old.information_version == word.information_version)
    )
