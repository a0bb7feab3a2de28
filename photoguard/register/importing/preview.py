"""What each column would do to a few rows, before anybody confirms what it means."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from photoguard.model.spelling import heading_key
from photoguard.register.importing.guardians import row_answers, seated
from photoguard.register.importing.rows import RowReader
from photoguard.tables import column_letter

if TYPE_CHECKING:
    from photoguard.register.importing.guardians import GivenAnswer
    from photoguard.register.importing.mapping import Mapping
    from photoguard.register.importing.rows import Fault
    from photoguard.register.importing.table import Table
    from photoguard.tables import Row

ROWS = 3
"""How many rows are shown for each column."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What one cell would do: its answers, or a mark, or why it is refused.

    ``permits``: the column is one of permissions, where an empty cell means that none is given.
    """

    row: int
    cell: str
    permits: bool = False
    answers: tuple[GivenAnswer, ...] = ()
    guardians: tuple[str, ...] = ()
    """The names of the row's guardians, "" for one without a name."""
    never: bool = False
    fault: Fault | None = None


def effects(table: Table, mapping: Mapping, heading: str) -> tuple[Effect, ...]:
    """Return what a column does to the first rows that are filled in there, else to the first."""
    known = [heading_key(name) for name in table.headings]
    if heading_key(heading) not in known:
        return ()
    place = known.index(heading_key(heading))
    filled = [line for line in table.rows if place < len(line.cells) and line.cells[place]]
    empty = [line for line in table.rows if line not in filled[:ROWS]]
    chosen = sorted((*filled[:ROWS], *empty[: max(0, ROWS - len(filled))]))
    return tuple(_effect(table, mapping, place, line) for line in chosen)


def _effect(table: Table, mapping: Mapping, place: int, line: Row) -> Effect:
    row, cells = line.number, line.cells
    only = {name: column for name, column in mapping.columns.items() if "guardian" in column}
    heading = table.headings[place]
    mine = {name: column for name, column in mapping.columns.items() if _is(name, heading)}
    permissions = tuple(each for each in mapping.permissions if _is(each.column, heading))
    alone = replace(mapping, columns={**only, **mine}, permissions=permissions)
    reader = RowReader(alone, table.headings)
    entry = reader.entry(line)
    seats = seated(entry, None).seats
    answers, faults = row_answers(entry, seats)
    letter = column_letter(place)
    wrong = [fault for fault in (*reader.faults, *faults) if fault.column == letter]
    return Effect(
        row,
        cells[place] if place < len(cells) else "",
        bool(permissions),
        answers,
        tuple(seat.called for seat in seats),
        entry.never,
        next((fault for fault in wrong if fault.code != "consent.fault_no_name"), None),
    )


def _is(name: str, heading: str) -> bool:
    return heading_key(name) == heading_key(heading)
