"""Matches rows with persons of the register: by id, or by name with group or date of birth."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from photoguard.model.spelling import key, name_key
from photoguard.register.importing.rows import Fault
from photoguard.tables import column_letter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from photoguard.model import Record
    from photoguard.register.importing.rows import RowEntry
    from photoguard.register.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Match:
    """The person of a row (None: a new one), or the fault if that is not certain."""

    record: Record | None = None
    fault: Fault | None = None


class Matcher:
    """Matches all rows of one file, and finds rows about the same person."""

    def __init__(self, snapshot: Snapshot, place: int) -> None:
        """Index the register's persons; ``place`` is the column of faults, from 0."""
        self.column = column_letter(place)
        self.by_person = {record.person.id: record for record in snapshot.records}
        self.by_outside_id = {
            record.person.outside_id: record
            for record in snapshot.records
            if record.person.outside_id
        }
        self.by_name: dict[str, list[Record]] = defaultdict(list)
        for record in snapshot.records:
            self.by_name[name_key(record.person.name)].append(record)

    def match(self, entries: Sequence[RowEntry]) -> dict[int, Match]:
        """Return the match of each row by its number.

        Rows with the most certain clues are matched first, so that a namesake in another
        group is not taken for a person whose own row comes later.
        """
        found = dict(self._doubled(entries))
        taken: dict[str, int] = {}
        for find in (self._by_form, self._by_id, self._by_all, self._by_some):
            left = [entry for entry in entries if entry.row not in found]
            matches = {entry.row: find(entry, taken) for entry in left}
            for row, match in matches.items():
                if match:
                    found[row] = self._once(row, match, taken)
        return found

    def _doubled(self, entries: Sequence[RowEntry]) -> Iterator[tuple[int, Match]]:
        """Yield a fault for the second of two rows about one person."""
        alike: dict[str, list[RowEntry]] = defaultdict(list)
        for entry in entries:
            alike[f"name {name_key(entry.name)}"].append(entry)
            if entry.outside_id:
                alike[f"id {entry.outside_id}"].append(entry)
        for group in alike.values():
            for first, second in combinations(group, 2):
                if _same(first, second):
                    yield second.row, self._fault(second.row, "consent.fault_doubled", first.row)

    def _once(self, row: int, match: Match, taken: dict[str, int]) -> Match:
        """Return the match, or a fault if another row has that person already."""
        if match.record is None:
            return match
        first = taken.setdefault(match.record.person.id, row)
        if first == row:
            return match
        return self._fault(row, "consent.fault_doubled", first)

    def _by_form(self, entry: RowEntry, taken: dict[str, int]) -> Match | None:
        del taken
        record = self.by_person.get(entry.person)
        return Match(record) if record else None

    def _by_id(self, entry: RowEntry, taken: dict[str, int]) -> Match | None:
        """Return the person with the row's outside id, or a fault if it is another person.

        A number may have been given to somebody else, or may only count the rows of a list.
        """
        del taken
        record = self.by_outside_id.get(entry.outside_id)
        if record and _is_somebody_else(entry, record):
            return self._fault(entry.row, "consent.fault_other_person")
        return Match(record) if record else None

    def _by_all(self, entry: RowEntry, taken: dict[str, int]) -> Match | None:
        """Return the only person with the row's name, date of birth and group."""
        return _only(
            record
            for record in self._possible(entry, taken)
            if _agrees(entry, record, born=True) and _agrees(entry, record, born=False)
        )

    def _by_some(self, entry: RowEntry, taken: dict[str, int]) -> Match:
        """Return the person with the row's name if only one is likely, a new one, or a fault."""
        possible = self._possible(entry, taken)
        certain = [
            record
            for record in possible
            if _agrees(entry, record, born=True) or _agrees(entry, record, born=False)
        ]
        likely = certain or [record for record in possible if not _elsewhere(entry, record)]
        if len(likely) == 1 and (certain or len(possible) == 1):
            return Match(likely[0])
        if any(_has_another_id(entry, record) for record in self._left(entry, taken)):
            return self._fault(entry.row, "consent.fault_other_identifier")
        if not possible:
            return Match()
        return self._fault(entry.row, "consent.fault_which_person")

    def _possible(self, entry: RowEntry, taken: dict[str, int]) -> list[Record]:
        """Return the persons with the row's name whom it may be about.

        A person who has been matched with another row is left out if the group differs.
        """
        return [
            record
            for record in self.by_name.get(name_key(entry.name), ())
            if not _differs(entry, record)
            and not (record.person.id in taken and _elsewhere(entry, record))
        ]

    def _left(self, entry: RowEntry, taken: dict[str, int]) -> list[Record]:
        """Return the persons with the row's name who are not matched with another row."""
        alike = self.by_name.get(name_key(entry.name), ())
        return [record for record in alike if record.person.id not in taken]

    def _fault(self, row: int, code: str, other: int = 0) -> Match:
        return Match(fault=Fault(row, self.column, code, {"other": other} if other else {}))


def _only(records: Iterable[Record]) -> Match | None:
    found = list(records)
    return Match(found[0]) if len(found) == 1 else None


def _differs(entry: RowEntry, record: Record) -> bool:
    """Tell whether a person with the row's name is certainly another one."""
    person = record.person
    if entry.born and person.born and entry.born != person.born:
        return True
    return bool(entry.outside_id and person.outside_id and entry.outside_id != person.outside_id)


def _is_somebody_else(entry: RowEntry, record: Record) -> bool:
    """Tell whether a row with a person's outside id must be about somebody else.

    So it is if the names differ, and the dates of birth too; where one of these is missing,
    if the names have no part in common. A name may have changed or been corrected.
    """
    person = record.person
    here, there = name_key(entry.name), name_key(person.name)
    if here == there:
        return False
    if entry.born and person.born:
        return entry.born != person.born
    return set(here.split()).isdisjoint(there.split())


def _has_another_id(entry: RowEntry, record: Record) -> bool:
    """Tell whether a person with the row's name, date of birth and group has another outside id.

    A second entry for the same child would not have its withdrawals and marks.
    """
    ids = {entry.outside_id, record.person.outside_id}
    return (
        len(ids - {""}) > 1
        and entry.born is not None
        and entry.born == record.person.born
        and not _elsewhere(entry, record)
    )


def _agrees(entry: RowEntry, record: Record, *, born: bool) -> bool:
    """Tell whether row and person have the same date of birth (``born``), or the same group."""
    person = record.person
    if born:
        return entry.born is not None and entry.born == person.born
    return bool(entry.group) and key(entry.group) == key(person.group)


def _elsewhere(entry: RowEntry, record: Record) -> bool:
    """Tell whether the row has another group than the register, so it may be a namesake."""
    group = record.person.group
    return bool(entry.group and group) and key(entry.group) != key(group)


def _same(entry: RowEntry, other: RowEntry) -> bool:
    """Tell whether two rows of a file are, or could be, about one person."""
    if entry.person and other.person:
        return entry.person == other.person
    if entry.outside_id and other.outside_id:
        return entry.outside_id == other.outside_id
    if name_key(entry.name) != name_key(other.name):
        return False
    if entry.born and other.born and entry.born != other.born:
        return False
    if entry.born and entry.born == other.born and _share_guardian(entry, other):
        return True
    return not (entry.group and other.group) or key(entry.group) == key(other.group)


def _share_guardian(entry: RowEntry, other: RowEntry) -> bool:
    """Tell whether a guardian is named in both rows: then they are one child in two groups."""
    here, there = (set(map(name_key, each.guardians)) - {""} for each in (entry, other))
    return not here.isdisjoint(there)
