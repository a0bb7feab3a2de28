"""What each column would do to a few rows, before anybody confirms what it means."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from photoguard.model.spelling import heading_key
from photoguard.register.importing.guardians import row_words, seated
from photoguard.register.importing.rows import RowReader
from photoguard.tables import column_letter

if TYPE_CHECKING:
    from photoguard.register.importing.guardians import Word
    from photoguard.register.importing.mapping import Mapping
    from photoguard.register.importing.rows import Fault
    from photoguard.register.importing.table import Table

ROWS = 3
"""How many rows are shown for each column."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What one cell would do: the words that it gives, or a mark, or why it is refused.

    ``speaks``: the column is one of words, so that an empty cell says that there is none.
    """

    row: int
    cell: str
    speaks: bool = False
    words: tuple[Word, ...] = ()
    guardians: tuple[str, ...] = ()
    """The names of the row's guardians, "" for one without a name."""
    never: bool = False
    fault: Fault | None = None


def effects(table: Table, mapping: Mapping, heading: str) -> tuple[Effect, ...]:
    """Return what a column does to the first rows that say something in it, or to the first."""
    known = [heading_key(name) for name in table.headings]
    if heading_key(heading) not in known:
        return ()
    place = known.index(heading_key(heading))
    filled = [line for line in table.rows if place < len(line[1]) and line[1][place]]
    empty = [line for line in table.rows if line not in filled[:ROWS]]
    chosen = sorted((*filled[:ROWS], *empty[: max(0, ROWS - len(filled))]))
    return tuple(_effect(table, mapping, place, line) for line in chosen)


def _effect(
    table: Table, mapping: Mapping, place: int, line: tuple[int, tuple[str, ...]]
) -> Effect:
    row, cells = line
    only = {name: column for name, column in mapping.columns.items() if "guardian" in column}
    heading = table.headings[place]
    mine = {name: column for name, column in mapping.columns.items() if _is(name, heading)}
    words = tuple(each for each in mapping.words if _is(each.column, heading))
    reader = RowReader(replace(mapping, columns={**only, **mine}, words=words), table.headings)
    entry = reader.entry(row, cells)
    seats = seated(entry, None).seats
    spoken, faults = row_words(entry, seats)
    letter = column_letter(place)
    wrong = [fault for fault in (*reader.faults, *faults) if fault.column == letter]
    return Effect(
        row,
        cells[place] if place < len(cells) else "",
        bool(words),
        spoken,
        tuple(seat.called for seat in seats),
        entry.never,
        next((fault for fault in wrong if fault.code != "consent.fault_no_name"), None),
    )


def _is(name: str, heading: str) -> bool:
    return heading_key(name) == heading_key(heading)
