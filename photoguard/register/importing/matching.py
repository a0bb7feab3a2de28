"""Who in the register a row speaks of: by id, by name with group or birthday, never guessed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoguard.register.names import name_key

if TYPE_CHECKING:
    from photoguard.model import Record
    from photoguard.register.importing.rows import Entry, Fault, RowReader
    from photoguard.register.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Match:
    """The person of a row (None: a new one), or why that cannot be told."""

    record: Record | None = None
    fault: Fault | None = None


class Matcher:
    """Matches the rows of one file, one after the other, and notices doubled ones."""

    def __init__(self, snapshot: Snapshot, columns: frozenset[str], reader: RowReader) -> None:
        """Order the register's persons by outside id and by name."""
        self.by_outside_id = {
            record.person.outside_id: record
            for record in snapshot.records
            if record.person.outside_id
        }
        self.by_name: dict[str, list[Record]] = defaultdict(list)
        for record in snapshot.records:
            self.by_name[name_key(record.person.name)].append(record)
        self.column = "outside_id" if "outside_id" in columns else "name"
        self.reader = reader
        self.taken: dict[str, int] = {}
        self.seen: list[Entry] = []

    def match(self, entry: Entry) -> Match:
        """Return whom ``entry`` speaks of; a second row for one person is a fault."""
        twin = next((other for other in self.seen if _same(entry, other)), None)
        self.seen.append(entry)
        if twin:
            return self._fault(entry, "consent.fault_doubled", other=twin.row)
        found = self._find(entry)
        if found.record:
            first = self.taken.setdefault(found.record.person.id, entry.row)
            if first != entry.row:
                return self._fault(entry, "consent.fault_doubled", other=first)
        return found

    def _find(self, entry: Entry) -> Match:
        if entry.outside_id in self.by_outside_id:
            return Match(self.by_outside_id[entry.outside_id])
        possible = [
            record for record in self.by_name[name_key(entry.name)] if not _differs(entry, record)
        ]
        certain = [record for record in possible if _agrees(entry, record)]
        likely = certain or [record for record in possible if not _elsewhere(entry, record)]
        if len(likely) == 1 and (certain or len(possible) == 1):
            return Match(likely[0])
        if not possible:
            return Match()
        return self._fault(entry, "consent.fault_which_person")

    def _fault(self, entry: Entry, code: str, **parameters: int) -> Match:
        place = self.reader.places.get(self.column, 0)
        self.reader.fault(entry.row, str(place), code, **parameters)
        return Match(fault=self.reader.faults.pop())


def _differs(entry: Entry, record: Record) -> bool:
    """Tell whether a person of this name certainly is another one."""
    person = record.person
    if entry.born and person.born and entry.born != person.born:
        return True
    return bool(entry.outside_id and person.outside_id and entry.outside_id != person.outside_id)


def _agrees(entry: Entry, record: Record) -> bool:
    """Tell whether something besides the name says that this is the person."""
    person = record.person
    if entry.born and person.born:
        return True
    return bool(entry.group) and entry.group.casefold() == person.group.casefold()


def _elsewhere(entry: Entry, record: Record) -> bool:
    """Tell whether the row names another group than the register: perhaps a namesake."""
    group = record.person.group
    return bool(entry.group and group) and entry.group.casefold() != group.casefold()


def _same(entry: Entry, other: Entry) -> bool:
    """Tell whether two rows of a file speak, or could speak, of one person."""
    if entry.outside_id and other.outside_id:
        return entry.outside_id == other.outside_id
    if name_key(entry.name) != name_key(other.name):
        return False
    if entry.born and other.born:
        return entry.born == other.born
    return not (entry.group and other.group) or entry.group.casefold() == other.group.casefold()
