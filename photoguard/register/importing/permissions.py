"""Compares the answers of one row with the permissions in the register."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from photoguard.model import Answer, Permission, PermissionKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from photoguard.model import Record
    from photoguard.register.importing.guardians import GivenAnswer, Seats
    from photoguard.register.importing.rows import RowEntry


@dataclass(frozen=True, slots=True)
class GivenPermission:
    """A permission in a row, still without ids."""

    giver: int
    """0 for the person, 1, 2 … for the row's guardians."""
    permission: Permission


@dataclass(frozen=True, slots=True)
class PermissionPlan:
    """What a row changes in a person's permissions."""

    given: tuple[GivenPermission, ...] = ()
    withdrawn: tuple[str, ...] = ()
    """Ids of permissions that end: imported ones whose cell is now empty, and those of
    guardians whom the row replaces."""
    lifted: tuple[str, ...] = ()
    """Ids of bans that the file takes back."""
    stays_withdrawn: int = 0
    """Number of permissions in the file that are ignored: not newer than a withdrawal."""
    stays_refused: int = 0
    """Number of permissions in the file that are ignored: not newer than a no typed by hand."""
    outlasted: int = 0
    """Number of permissions in the file that end before an older one of another purpose."""


Key: TypeAlias = tuple[int, PermissionKind, str]
"""Giver, kind and channel of a permission."""


@dataclass(frozen=True, slots=True)
class Imports:
    """The ids of permissions that earlier imports gave, and of those that they ended."""

    gave: frozenset[str] = frozenset()
    ended: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class MatchedRow:
    """One row with the person it is about, its guardians, and its answers with their givers."""

    entry: RowEntry
    record: Record | None
    seats: Seats
    answers: tuple[GivenAnswer, ...]


def plan_permissions(row: MatchedRow, imports: Imports, today: date) -> PermissionPlan:
    """Return what a row changes in the permissions of the register.

    Where several columns are about the same giver, kind and channel, a no goes before a yes
    and a yes before an empty cell; a ban is lifted only where no column has an answer.
    """
    given = [
        (each, permission)
        for each in row.answers
        for permission in _permissions_of(row.entry, each)
    ]
    answered = {_key(each, permission) for each, permission in given if each.answer}
    denied = {_key(each, permission) for each, permission in given if each.answer is Answer.NO}
    result = _Collected(imports, today)
    for each, permission in given:
        known = _known(row, each, permission)
        if each.answer and (each.answer is Answer.NO or _key(each, permission) not in denied):
            result.consider(each.giver, permission, known)
        elif each.lifted and _key(each, permission) not in answered:
            result.lifted += [old.id for old in known if old.answer is Answer.NO]
        elif not each.lifted and _key(each, permission) not in answered:
            result.withdrawn += [old.id for old in known if _given_up(old, imports.gave)]
    result.withdrawn += _of_the_replaced(row)
    return result.plan()


def _of_the_replaced(row: MatchedRow) -> list[str]:
    """Return the ids of the permissions of guardians whom the row replaces."""
    gone = {guardian.id for guardian in row.seats.replaced}
    known = row.record.permissions if row.record else ()
    return [old.id for old in known if old.given_by in gone and old.withdrawn_on is None]


@dataclass(slots=True)
class _Collected:
    imports: Imports
    today: date
    given: list[GivenPermission] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    lifted: list[str] = field(default_factory=list)
    stays_withdrawn: int = 0
    stays_refused: int = 0
    outlasted: int = 0

    def consider(self, giver: int, wanted: Permission, known: tuple[Permission, ...]) -> None:
        """Collect a permission, unless the register has it or a newer answer of the giver.

        A permission that only an import ended (by an empty cell) is given again; without a
        date it then counts from today. A no that was typed by hand is only replaced by a yes
        with a later date.
        """
        if any(_says_the_same(wanted, old) for old in known):
            return
        by_hand = [old for old in known if old.id not in self.imports.ended]
        again = _stays_withdrawn(wanted, known)
        refused = [old for old in known if old.id not in self.imports.gave]
        if _stays_withdrawn(wanted, by_hand) or (again and wanted.given_on):
            self.stays_withdrawn += 1
        elif _stays_refused(wanted, refused):
            self.stays_refused += 1
        else:
            permission = replace(wanted, given_on=self.today) if again else wanted
            self.outlasted += any(_outlasts(old, wanted) for old in known)
            self.given.append(GivenPermission(giver, permission))

    def plan(self) -> PermissionPlan:
        """Return what was collected, with each id once."""
        return PermissionPlan(
            tuple(self.given),
            tuple(dict.fromkeys(self.withdrawn)),
            tuple(dict.fromkeys(self.lifted)),
            self.stays_withdrawn,
            self.stays_refused,
            self.outlasted,
        )


def _key(given: GivenAnswer, permission: Permission) -> Key:
    return given.giver, permission.kind, permission.channel.casefold()


def _permissions_of(entry: RowEntry, given: GivenAnswer) -> tuple[Permission, ...]:
    """Return a permission for each channel of an answer, one without a channel if it has none."""
    return tuple(
        Permission(
            "",
            "",
            given.column.kind,
            channel,
            entry.purpose or given.column.purpose,
            "",
            given.answer or Answer.NO,
            given_on=entry.given_on,
            valid_until=entry.valid_until,
            reference=entry.reference,
            information_version=entry.information_version,
        )
        for channel in given.column.channels or ("",)
    )


def _known(row: MatchedRow, given: GivenAnswer, permission: Permission) -> tuple[Permission, ...]:
    """Return the register's permissions of the same giver, kind and channel."""
    if row.record is None:
        return ()
    if given.giver:
        sits = row.seats.seats[given.giver - 1].known
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


def _stays_withdrawn(wanted: Permission, known: Iterable[Permission]) -> bool:
    """Tell whether a yes is no newer than its giver's last withdrawal."""
    days = [old.ended_by_withdrawal for old in known if old.ended_by_withdrawal]
    if wanted.answer is Answer.NO or not days:
        return False
    return wanted.given_on is None or wanted.given_on <= max(days)


def _stays_refused(wanted: Permission, known: Iterable[Permission]) -> bool:
    """Tell whether a yes is no newer than a no of its giver."""
    return wanted.answer is Answer.YES and any(
        old.answer is Answer.NO
        and (wanted.given_on is None or (old.given_on and wanted.given_on <= old.given_on))
        for old in known
    )


def _outlasts(old: Permission, wanted: Permission) -> bool:
    """Tell whether an old yes still holds when the wanted one, without ids yet, has ended."""
    return old.outlasts(replace(wanted, given_by=old.given_by))


def _says_the_same(wanted: Permission, old: Permission) -> bool:
    if old.withdrawn_on or old.answer is not wanted.answer:
        return False
    return (
        old.purpose.casefold() == wanted.purpose.casefold()
        and old.valid_until == wanted.valid_until
        and (wanted.given_on is None or old.given_on == wanted.given_on)
        and (not wanted.reference or old.reference == wanted.reference)
        and (
            not wanted.information_version or old.information_version == wanted.information_version
        )
    )
