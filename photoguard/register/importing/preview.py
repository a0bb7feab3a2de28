"""Shows the effect of each column on a few rows, before a person confirms its meaning."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from photoguard.model.spelling import heading_key
from photoguard.register.importing.guardians import row_answers, seated
from photoguard.register.importing.rows import RowReader, guardians_of
from photoguard.tables import column_letter

if TYPE_CHECKING:
    from photoguard.register.importing.guardians import GivenAnswer
    from photoguard.register.importing.mapping import Mapping
    from photoguard.register.importing.rows import Fault
    from photoguard.register.importing.table import Table
    from photoguard.tables import Row

ROWS = 3
"""Number of rows that are shown for each column."""


@dataclass(frozen=True, slots=True)
class Effect:
    """The effect of one cell: its answers, a mark, or the fault for which it is refused.

    ``permits``: the column is one of permissions, so that an empty cell gives none.
    """

    row: int
    cell: str
    permits: bool = False
    answers: tuple[GivenAnswer, ...] = ()
    guardians: tuple[str, ...] = ()
    """The names of the row's guardians, "" for one without a name."""
    never: bool = False
    fault: Fault | None = None
    names: tuple[str, ...] = ()
    """The guardians of a guardian's cell, where they are not stored as it says."""


def effects(table: Table, mapping: Mapping, heading: str) -> tuple[Effect, ...]:
    """Return the effect of a column on the first rows with a filled cell, then on others.

    () for a heading that the table does not have.
    """
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
    mine = {
        name: column for name, column in mapping.columns.items() if _is_same_heading(name, heading)
    }
    permissions = tuple(
        each for each in mapping.permissions if _is_same_heading(each.column, heading)
    )
    alone = replace(mapping, columns={**only, **mine}, permissions=permissions)
    reader = RowReader(alone, table.headings)
    entry = reader.entry(line)
    seats = seated(entry, None).seats
    answers, faults = row_answers(entry, seats)
    letter = column_letter(place)
    wrong = [fault for fault in (*reader.faults, *faults) if fault.column == letter]
    cell = cells[place] if place < len(cells) else ""
    names = guardians_of(cell) if any("guardian" in column for column in mine.values()) else ()
    return Effect(
        row,
        cell,
        bool(permissions),
        answers,
        tuple(seat.called for seat in seats),
        entry.never,
        next((fault for fault in wrong if fault.code != "consent.fault_no_name"), None),
        () if names == (cell.strip(),) else names,
    )


def _is_same_heading(name: str, heading: str) -> bool:
    return heading_key(name) == heading_key(heading)
