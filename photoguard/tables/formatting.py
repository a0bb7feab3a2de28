"""What is drawn over or hangs on a workbook's cells: lines through text, notes, colours.

A crossed-out "kyllä" is no yes, "EI" may stand in a note only, and red may mean no: none of
that is text of a cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from photoguard.model.spelling import seen
from photoguard.tables.cells import column_letter
from photoguard.tables.values import Note

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zipfile import ZipFile

    from photoguard.tables.values import Row

FIRST_OWN_FILL = 2
"""The first colour of a workbook's own: none and a pattern of dots stand before it."""
MOST_FILLED = 50_000
"""Coloured cells that are looked at."""
_NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_THREAD = re.compile(r"\[[^\]]+\].*?https?://\S+\s+\S+:\s", re.DOTALL)
"""What Excel writes before a comment of today, for programs that know old notes only."""


def is_struck(value: object, style: int, book: Any) -> bool:  # noqa: ANN401 - openpyxl
    """Tell whether a cell's text, or a part of it, is crossed out."""
    from openpyxl.cell.rich_text import CellRichText, TextBlock

    if isinstance(value, CellRichText):
        return any(isinstance(part, TextBlock) and bool(part.font.strike) for part in value)
    styles, fonts = book._cell_styles, book._fonts  # noqa: SLF001
    return bool(style and style < len(styles) and fonts[styles[style].fontId].strike)


@dataclass(slots=True)
class Fills:
    """The colours behind cells, by row and column from 1; what has none is not kept."""

    by_row: dict[int, dict[int, int]] = field(default_factory=dict)
    _left: int = MOST_FILLED

    def add(self, row: int, column: int, style: int, book: Any) -> None:  # noqa: ANN401 - openpyxl
        """Keep the colour behind a cell, if it has any."""
        styles = book._cell_styles  # noqa: SLF001
        fill = styles[style].fillId if style and style < len(styles) else 0
        if fill >= FIRST_OWN_FILL and self._left:
            self._left -= 1
            self.by_row.setdefault(row, {})[column] = fill

    def telling(self, rows: Sequence[Row]) -> tuple[str, ...]:
        """Return the cells of these rows whose colour may be an answer.

        Theirs is another than that of their row's first cell, as of no striped table, and
        another than above or below them, as of no coloured column.
        """
        numbers = [row.number for row in rows]
        fills = {number: self.by_row.get(number, {}) for number in numbers}
        varied = {
            column
            for column in {column for row in fills.values() for column in row}
            if len({row.get(column, 0) for row in fills.values()}) > 1
        }
        return tuple(
            f"{column_letter(column - 1)}{number}"
            for number in numbers
            for column, fill in sorted(fills[number].items())
            if column in varied and fill != fills[number].get(1, 0)
        )


def notes_of(archive: ZipFile, path: str) -> tuple[Note, ...]:
    """Return the notes on the cells of the sheet that lies at a path."""
    from openpyxl.comments.comment_sheet import CommentSheet
    from openpyxl.packaging.relationship import get_dependents, get_rels_path
    from openpyxl.utils.cell import coordinate_to_tuple
    from openpyxl.xml.functions import fromstring

    names, relations = set(archive.namelist()), str(cast("Any", get_rels_path)(path))
    if relations not in names:
        return ()
    dependents: Any = get_dependents(archive, relations)
    found = []
    for part in (each.target for each in dependents.find(_NAMESPACE)):
        tree: Any = fromstring(archive.read(part))
        sheet: Any = CommentSheet.from_tree(tree)
        for cell, note in sheet.comments:
            row, column = coordinate_to_tuple(cell)
            found.append(Note(row, column - 1, seen(_THREAD.sub("", note.text, count=1))))
    return tuple(sorted(note for note in found if note.text))
