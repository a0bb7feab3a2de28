"""What a workbook says beside the text of its cells: crossed-out text, notes, colours.

A crossed-out "kyllä" is no yes, "EI" may be only in a note, and red may mean no.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import cycle
from typing import TYPE_CHECKING, Any, cast

from photoguard.model.spelling import visible
from photoguard.tables.cells import column_letter
from photoguard.tables.values import Note

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from zipfile import ZipFile

    from photoguard.tables.values import Row

FIRST_OWN_FILL = 2
"""The index of a workbook's first own fill; before it are no fill and a pattern of dots."""
MOST_FILLED = 50_000
"""Most coloured cells that are kept."""
_LEAST_ROWS = 3
"""Least number of rows for which there is a usual colour."""
_MOST_OF = 0.75
"""Least share of a striped table's rows that have one of its two usual colours."""
_NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_THREAD = re.compile(r"\[[^\]]+\].*?https?://\S+\s+\S+:\s", re.DOTALL)
"""What Excel writes before a threaded comment, for programs that only know notes."""


def is_struck(value: object, style: int, book: Any) -> bool:  # noqa: ANN401 - openpyxl
    """Tell whether a cell's text, or a part of it, is crossed out."""
    from openpyxl.cell.rich_text import CellRichText, TextBlock

    if isinstance(value, CellRichText):
        return any(isinstance(part, TextBlock) and bool(part.font.strike) for part in value)
    styles, fonts = book._cell_styles, book._fonts  # noqa: SLF001
    return bool(style and style < len(styles) and fonts[styles[style].fontId].strike)


def struck_by_rule(rules: Iterable[Any], book: Any) -> tuple[str, ...]:  # noqa: ANN401 - openpyxl
    """Return the areas, such as "B2:B9", in which conditional formatting crosses text out."""
    styles = book._differential_styles.styles  # noqa: SLF001
    looks = {at for at, style in enumerate(styles) if style.font and style.font.strike}
    return tuple(
        str(area.sqref) for area in rules if any(rule.dxfId in looks for rule in area.rules)
    )


@dataclass(slots=True)
class Fills:
    """The fill colours of cells; cells without one are left out."""

    by_row: dict[int, dict[int, int]] = field(default_factory=dict)
    """Row to column to index of the fill; rows and columns from 1."""
    _left: int = MOST_FILLED

    def add(self, row: int, column: int, style: int, book: Any) -> None:  # noqa: ANN401 - openpyxl
        """Keep the fill of a cell, if it has any."""
        styles = book._cell_styles  # noqa: SLF001
        fill = styles[style].fillId if style and style < len(styles) else 0
        if fill >= FIRST_OWN_FILL and self._left:
            self._left -= 1
            self.by_row.setdefault(row, {})[column] = fill

    def possible_answers(self, rows: Sequence[Row]) -> tuple[str, ...]:
        """Return the cells (such as "B7") of these rows whose colour may be an answer.

        Such a colour differs from that of the row's first cell, unlike in a striped table,
        and is not the same in the whole column.
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

    def rows_with_possible_answers(self, rows: Sequence[Row]) -> tuple[int, ...]:
        """Return the numbers of the rows whose colour, that of the first cell, may be an answer.

        It differs from that of most rows, in a striped table from that of most of every second.
        """
        fills = [self.by_row.get(row.number, {}).get(1, 0) for row in rows]
        usual = _usual(fills)
        coloured = zip(rows, fills, cycle(usual), strict=False)
        return tuple(row.number for row, fill, often in coloured if fill not in {0, often})


def _usual(fills: Sequence[int]) -> tuple[int, ...]:
    """Return the usual colour of the rows, or two that alternate in a striped table.

    (0,), no colour, where none is usual; one or two rows all have their own as the usual one.
    """
    if len(fills) < _LEAST_ROWS:
        return tuple(fills) or (0,)
    stripes = [Counter(fills[at::2]).most_common(1)[0] for at in (0, 1)]
    if len(fills) > _LEAST_ROWS and sum(count for _, count in stripes) >= _MOST_OF * len(fills):
        return tuple(fill for fill, _ in stripes)
    (fill, count) = Counter(fills).most_common(1)[0]
    return (fill if count > len(fills) / 2 else 0,)


def notes_of(archive: ZipFile, path: str) -> tuple[Note, ...]:
    """Return the notes on the cells of the sheet at a path in the workbook, in order."""
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
            found.append(Note(row, column - 1, visible(_THREAD.sub("", note.text, count=1))))
    return tuple(sorted(note for note in found if note.text))
