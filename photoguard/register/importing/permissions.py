"""The words of one row against those that the register holds of the same givers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from photoguard.model import Answer, Permission, PermissionKind
from photoguard.register.importing.rows import ALL_GUARDIANS
from photoguard.register.names import name_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from photoguard.model import Record
    from photoguard.register.importing.rows import Entry, Said


@dataclass(frozen=True, slots=True)
class WordPlan:
    """What a row changes in a person's permissions."""

    given: tuple[tuple[int, Permission], ...] = ()
    """Giver (0 the person, 1, 2 … the guardians) and word, still without ids."""
    withdrawn: tuple[str, ...] = ()
    """Imported words that the file no longer holds: an empty cell is no permission."""
    lifted: tuple[str, ...] = ()
    """Bans that the file expressly takes back."""
    stays_withdrawn: int = 0
    """Words of the file that are not newer than a withdrawal, and so are not taken in."""
    guardians: int = 0
    """How many guardians the words speak of."""


Key: TypeAlias = tuple[int, PermissionKind, str]
"""Giver, kind and channel: what one word is about."""


@dataclass(frozen=True, slots=True)
class Imports:
    """What earlier imports did, by the ids of words: those they gave and those they ended."""

    gave: frozenset[str] = frozenset()
    ended: frozenset[str] = frozenset()


def plan_words(entry: Entry, record: Record | None, imports: Imports, today: date) -> WordPlan:
    """Compare a row's words with the register's.

    Where several columns speak of one thing, a no beats a yes and a yes beats an empty
    cell; a ban is lifted only where no column says no.
    """
    guardians = _guardians_needed(entry, record)
    spoken = [
        (giver, said, word)
        for giver, said in _spread(entry, record, guardians)
        for word in _words(entry, said)
    ]
    told = {_key(giver, word) for giver, said, word in spoken if said.answer}
    denied = {_key(giver, word) for giver, said, word in spoken if said.answer is Answer.NO}
    result = _Collected(imports, today)
    for giver, said, word in spoken:
        known = _known(record, giver, word)
        if said.answer and (said.answer is Answer.NO or _key(giver, word) not in denied):
            result.take(giver, word, known)
        elif said.lifted and _key(giver, word) not in told:
            result.lifted += [old.id for old in known if old.answer is Answer.NO]
        elif not said.lifted and _key(giver, word) not in told:
            result.withdrawn += [old.id for old in known if _given_up(old, imports.gave)]
    return result.plan(guardians)


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

    def plan(self, guardians: int) -> WordPlan:
        """Return what was collected, each id once."""
        return WordPlan(
            tuple(self.given),
            tuple(dict.fromkeys(self.withdrawn)),
            tuple(dict.fromkeys(self.lifted)),
            self.stays_withdrawn,
            guardians,
        )


def _key(giver: int, word: Permission) -> Key:
    return giver, word.kind, word.channel.casefold()


def _guardians_needed(entry: Entry, record: Record | None) -> int:
    """Return how many guardians there are; a word of "the guardians" speaks of one at least."""
    known = len(record.guardians) if record else 0
    spoken = max((said.giver for said in entry.said if said.answer or said.lifted), default=0)
    together = any(said.giver == ALL_GUARDIANS and said.answer for said in entry.said)
    return max(known, len(entry.guardians), spoken, 1 if together else 0)


def _spread(entry: Entry, record: Record | None, guardians: int) -> Iterator[tuple[int, Said]]:
    """Yield each word with the number of its giver; labels that name a guardian decide."""
    known = [guardian.name for guardian in record.guardians] if record else []
    names = [*entry.guardians, *known[len(entry.guardians) :]]
    for said in entry.said:
        if said.giver == ALL_GUARDIANS:
            yield from ((giver, said) for giver in range(1, guardians + 1))
        elif said.giver and said.label and name_key(said.label) in map(name_key, names):
            yield [name_key(name) for name in names].index(name_key(said.label)) + 1, said
        elif said.giver <= guardians:
            yield said.giver, said


def _words(entry: Entry, said: Said) -> tuple[Permission, ...]:
    """Return a word for each channel; without a channel it is one, and a yes is incomplete."""
    return tuple(
        Permission(
            "",
            "",
            said.words.kind,
            channel,
            entry.purpose or said.words.purpose,
            "",
            said.answer or Answer.NO,
            given_on=entry.given_on,
            valid_until=entry.valid_until,
            reference=entry.reference,
            information_version=entry.information_version,
        )
        for channel in said.words.channels or ("",)
    )


def _known(record: Record | None, giver: int, word: Permission) -> tuple[Permission, ...]:
    """Return the words of the same giver, kind and channel that the register holds."""
    if record is None or giver > len(record.guardians):
        return ()
    who = record.guardians[giver - 1].id if giver else record.person.id
    return tuple(
        old
        for old in record.permissions
        if old.given_by == who
        and old.kind is word.kind
        and old.channel.casefold() == word.channel.casefold()
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
