"""Cells of a table as text; an error in a cell gives its row and column."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from photoguard.model.spelling import visible
from photoguard.tables.values import (
    MOST_ALL_CELLS,
    MOST_CELLS,
    MOST_ROWS,
    MOST_TEXT,
    Row,
    TableError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_CONTROL = re.compile("_x00[01][0-9A-Fa-f]_")
"""A control character, often the end of a line, as a workbook writes it."""
_PADDED = re.compile("0{2,20}")
"""A number format that shows a number with leading zeros, such as a pupil's number."""


def column_letter(place: int) -> str:
    """Return the letters of a column as a spreadsheet shows them; ``place`` is its index from 0."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def fault(code: str, row: int, place: int = 0) -> TableError:
    """Return an error about a cell; ``row`` counts from 1, ``place``, its column, from 0."""
    return TableError(code, row=row, column=column_letter(place))


def text_of(value: object, number_format: str = "") -> str:
    """Return a workbook's value as text, nearly as a spreadsheet shows it; dates as d.m.yyyy."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return f"{value.day}.{value.month}.{value.year}"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if type(value) is int and _PADDED.fullmatch(number_format):
        return str(value).zfill(len(number_format))
    return _CONTROL.sub("\n", str(value))


def _holds_lines(cell: str) -> bool:
    """Tell whether there is text in a cell after its first line."""
    return any(map(str.strip, cell.strip().splitlines()[1:]))


class Collected:
    """Collects the rows of one table, and refuses it as soon as it is too large."""

    def __init__(self, is_garbled: Callable[[str], bool]) -> None:
        """Start without rows; ``is_garbled`` tells whether a cell shows a wrong code page."""
        self.rows: list[Row] = []
        self._text_left, self._cells_left = MOST_TEXT, MOST_ALL_CELLS
        self._is_garbled = is_garbled
        self._known: dict[str, str] = {"": ""}

    def add(self, number: int, cells: list[str]) -> None:
        """Keep a row unless it is empty; raises TableError."""
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            return
        if len(cells) > MOST_CELLS or number > MOST_ROWS:
            raise TableError("too_large")
        texts = tuple([self._text(cell, number, place) for place, cell in enumerate(cells)])
        self._text_left -= sum(map(len, texts))
        self._cells_left -= len(texts)
        if min(self._text_left, self._cells_left) < 0:
            raise TableError("too_large")
        if any(texts):
            broken = (place for place, cell in enumerate(cells) if _holds_lines(cell))
            self.rows.append(Row(number, texts, tuple(broken)))

    def _text(self, cell: str, number: int, place: int) -> str:
        known = self._known.get(cell)
        if known is not None:
            return known
        if self._is_garbled(cell):
            raise fault("garbled", number, place)
        return self._known.setdefault(cell, visible(cell))
