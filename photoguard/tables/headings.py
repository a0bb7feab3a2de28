"""Which row of a table holds the headings, and which rows above it are only a title."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoguard.model.spelling import heading_key
from photoguard.tables.cells import fault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from photoguard.tables.values import Row

SEARCHED = 12
"""Rows among which the headings are looked for."""
_TITLE_TEXTS = 2
"""Texts that a title may hold, a name and a day, say, above at least twice as many headings."""


def known_in(row: Row, known: frozenset[str]) -> int:
    """Return how many different known headings a row holds."""
    return len(known & {heading_key(cell) for cell in row.cells if cell})


def likely_place(rows: Sequence[Row], known: frozenset[str]) -> int:
    """Return the place of the first row with the most known headings, 0 where none is known."""
    counts = [known_in(row, known) for row in rows[:SEARCHED]]
    return counts.index(max(counts)) if counts else 0


def heading_place(rows: Sequence[Row], known: frozenset[str]) -> int:
    """Return the place of the headings; what stands above them is a title.

    Where that may be a part of the headings, or rows of the table, nobody can tell what the
    columns mean: raises TableError, unless it was one word that looked like a heading.
    """
    place = likely_place(rows, known)
    for row in rows[:place]:
        if not _is_title(row, rows[place], known):
            if known_in(rows[place], known) > 1:
                raise fault("headings_unclear", rows[place].number)
            return 0
    return place


def _is_title(row: Row, headings: Row, known: frozenset[str]) -> bool:
    """Tell whether a row is a title: a text or two, and none that may complete a heading.

    A text that begins in the first column is a title's, however far it was merged; another
    one may stand above a known heading or above none.
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
