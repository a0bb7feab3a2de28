"""Who in the register a row speaks of: by id, by name with group or birthday, never guessed."""

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
    from photoguard.register.importing.rows import Entry
    from photoguard.register.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Match:
    """The person of a row (None: a new one), or why that cannot be known."""

    record: Record | None = None
    fault: Fault | None = None


class Matcher:
    """Matches the rows of one file, all of them together, and notices doubled ones."""

    def __init__(self, snapshot: Snapshot, place: int) -> None:
        """Order the register's persons by outside id and by name; faults stand at ``place``."""
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

    def match(self, entries: Sequence[Entry]) -> dict[int, Match]:
        """Return for each row, by its number, whom it speaks of.

        Rows that say most are matched first, so that a namesake in another group is not
        taken for somebody whose own row comes later.
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

    def _doubled(self, entries: Sequence[Entry]) -> Iterator[tuple[int, Match]]:
        """Yield a fault for the second of two rows that speak of one person."""
        alike: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            alike[f"name {name_key(entry.name)}"].append(entry)
            if entry.outside_id:
                alike[f"id {entry.outside_id}"].append(entry)
        for group in alike.values():
            for first, second in combinations(group, 2):
                if _same(first, second):
                    yield second.row, self._fault(second.row, "consent.fault_doubled", first.row)

    def _once(self, row: int, match: Match, taken: dict[str, int]) -> Match:
        """Return a match, or a fault where another row has that person already."""
        if match.record is None:
            return match
        first = taken.setdefault(match.record.person.id, row)
        if first == row:
            return match
        return self._fault(row, "consent.fault_doubled", first)

    def _by_form(self, entry: Entry, taken: dict[str, int]) -> Match | None:
        del taken
        record = self.by_person.get(entry.person)
        return Match(record) if record else None

    def _by_id(self, entry: Entry, taken: dict[str, int]) -> Match | None:
        """Return who has the row's identifier; where that is somebody else, a fault.

        A number that was given anew, or counts the rows of a list, brings no permissions along.
        """
        del taken
        record = self.by_outside_id.get(entry.outside_id)
        if record and _is_somebody_else(entry, record):
            return self._fault(entry.row, "consent.fault_other_person")
        return Match(record) if record else None

    def _by_all(self, entry: Entry, taken: dict[str, int]) -> Match | None:
        """Return the only one of this name whose birthday and group are the row's."""
        return _only(
            record
            for record in self._possible(entry, taken)
            if _agrees(entry, record, born=True) and _agrees(entry, record, born=False)
        )

    def _by_some(self, entry: Entry, taken: dict[str, int]) -> Match:
        """Return the one of this name who is certain, a new person, or a fault."""
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

    def _possible(self, entry: Entry, taken: dict[str, int]) -> list[Record]:
        """Return those of the row's name who may be meant.

        Somebody whose own row stands in the file is not meant by a row of another group.
        """
        return [
            record
            for record in self.by_name.get(name_key(entry.name), ())
            if not _differs(entry, record)
            and not (record.person.id in taken and _elsewhere(entry, record))
        ]

    def _left(self, entry: Entry, taken: dict[str, int]) -> list[Record]:
        """Return those of the row's name who have no row of their own in the file."""
        alike = self.by_name.get(name_key(entry.name), ())
        return [record for record in alike if record.person.id not in taken]

    def _fault(self, row: int, code: str, other: int = 0) -> Match:
        return Match(fault=Fault(row, self.column, code, {"other": other} if other else {}))


def _only(records: Iterable[Record]) -> Match | None:
    found = list(records)
    return Match(found[0]) if len(found) == 1 else None


def _differs(entry: Entry, record: Record) -> bool:
    """Tell whether a person of this name certainly is another one."""
    person = record.person
    if entry.born and person.born and entry.born != person.born:
        return True
    return bool(entry.outside_id and person.outside_id and entry.outside_id != person.outside_id)


def _is_somebody_else(entry: Entry, record: Record) -> bool:
    """Tell whether a row cannot be about a person, whose name may have changed or been mended.

    Another name with another birthday, or without one to compare a name with no part in common.
    """
    person = record.person
    here, there = name_key(entry.name), name_key(person.name)
    if here == there:
        return False
    if entry.born and person.born:
        return entry.born != person.born
    return set(here.split()).isdisjoint(there.split())


def _has_another_id(entry: Entry, record: Record) -> bool:
    """Tell whether a person of the row's name, birthday and group is known by another id.

    A second entry for the same child would know nothing of a withdrawal or a mark.
    """
    ids = {entry.outside_id, record.person.outside_id}
    return (
        len(ids - {""}) > 1
        and entry.born is not None
        and entry.born == record.person.born
        and not _elsewhere(entry, record)
    )


def _agrees(entry: Entry, record: Record, *, born: bool) -> bool:
    """Tell whether the birthday, or else the group, says that this is the person."""
    person = record.person
    if born:
        return entry.born is not None and entry.born == person.born
    return bool(entry.group) and key(entry.group) == key(person.group)


def _elsewhere(entry: Entry, record: Record) -> bool:
    """Tell whether the row names another group than the register: perhaps a namesake."""
    group = record.person.group
    return bool(entry.group and group) and key(entry.group) != key(group)


def _same(entry: Entry, other: Entry) -> bool:
    """Tell whether two rows of a file speak, or could speak, of one person."""
    if entry.person and other.person:
        return entry.person == other.person
    if entry.outside_id and other.outside_id:
        return entry.outside_id == other.outside_id
    if name_key(entry.name) != name_key(other.name):
        return False
    if entry.born and other.born and entry.born != other.born:
        return False
    return not (entry.group and other.group) or key(entry.group) == key(other.group)
