"""Finds the row of a table with the headings; rows above it are only a title."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoguard.model.spelling import heading_key
from photoguard.tables.cells import fault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from photoguard.tables.values import Row

SEARCHED = 12
"""Number of rows in which the headings are searched."""
_TITLE_TEXTS = 2
"""Most texts of a title, such as a name and a day, above at least twice as many headings."""


def count_known(row: Row, known: frozenset[str]) -> int:
    """Return how many different known headings a row has."""
    return len(known & {heading_key(cell) for cell in row.cells if cell})


def likely_heading_index(rows: Sequence[Row], known: frozenset[str]) -> int:
    """Return the index of the first row with the most known headings, 0 where none is known."""
    counts = [count_known(row, known) for row in rows[:SEARCHED]]
    return counts.index(max(counts)) if counts else 0


def heading_index(rows: Sequence[Row], known: frozenset[str]) -> int:
    """Return the index of the row with the headings; rows above it are a title.

    Where a row above it may be part of the headings or of the table, the result is 0 if only
    one heading is known; else it raises TableError, since the columns' meaning is unclear.
    """
    place = likely_heading_index(rows, known)
    for row in rows[:place]:
        if not _is_title(row, rows[place], known):
            if count_known(rows[place], known) > 1:
                raise fault("headings_unclear", rows[place].number)
            return 0
    return place


def _is_title(row: Row, headings: Row, known: frozenset[str]) -> bool:
    """Tell whether a row is a title: one or two texts, none of which may be part of a heading.

    A text that begins in the first column is a title, however far it was merged; any other
    must be above a known heading, or above an empty cell.
    """
    beneath = dict(enumerate(headings.cells))
    filled = {place: cell for place, cell in enumerate(row.cells) if cell != beneath.get(place)}
    texts = {cell for cell in filled.values() if cell}
    most = min(_TITLE_TEXTS, max(1, sum(map(bool, headings.cells)) // 2))
    beginning = filled.get(0)
    return len(texts) <= most and all(
        not cell or cell == beginning or heading_key(beneath.get(place, "")) in {*known, ""}
        for place, cell in filled.items()
    )
