"""A text file becomes rows: how it is coded, and what separates its cells."""

from __future__ import annotations

import codecs
import csv
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from typing import TYPE_CHECKING

from photoguard.model.spelling import visible
from photoguard.tables.cells import Collected
from photoguard.tables.garbled import (
    is_garbled,
    is_garbled_cell_of_bytes,
    is_left_over,
    is_of_another_page,
)
from photoguard.tables.headings import known_in, likely_place
from photoguard.tables.values import LAST_ROW, MOST_CELLS, Row, TableError

if TYPE_CHECKING:
    from collections.abc import Callable

SEPARATORS = (";", ",", "\t", "|")
_LOOKED_AT = 60
"""Rows that decide which sign separates the cells."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Text:
    """A decoded file, and what tells the signs of a wrong code page in its cells."""

    content: str
    is_garbled: Callable[[str], bool] = is_garbled


def decoded(content: bytes) -> Text:
    """Return UTF-8 or UTF-16, with or without a mark, or else Windows-1252.

    Raises TableError for what is no text. Bytes that Windows-1252 lacks become
    U+FFFD, so that the cell with the first of them can be told.
    """
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    encoding = encoding or _unmarked(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as trouble:
        if encoding != "utf-8":
            raise TableError("not_a_table") from trouble
    else:
        if "\0" in text:
            raise TableError("not_a_table")
        return Text(text)
    text = content.decode("cp1252", "replace")
    return Text(text, is_left_over if is_of_another_page(text) else is_garbled_cell_of_bytes)


def _unmarked(content: bytes) -> str:
    """Tell UTF-16 without a mark by its zeros, all of which stand on one side."""
    zeros = content.count(0)
    if not zeros:
        return "utf-8"
    for encoding, side in (("utf-16-le", content[1::2]), ("utf-16-be", content[::2])):
        if side.count(0) == zeros and zeros * 2 > len(side):
            return encoding
    raise TableError("not_a_table")


def read_text(text: Text, known: frozenset[str]) -> tuple[Row, ...]:
    """Return the rows of a text; ``known`` headings help to tell what separates cells."""
    lines = StringIO(text.content, newline="")
    separator = _declared_separator(lines) or _separator(text.content, known)
    collected = Collected(text.is_garbled)
    number = 0
    try:
        for number, cells in enumerate(csv.reader(lines, delimiter=separator, strict=True), 1):
            if number > LAST_ROW:
                raise TableError("too_large")
            collected.add(number, cells)
    except csv.Error as trouble:
        raise TableError("quotes", row=number + 1) from trouble
    return tuple(collected.rows)


def _declared_separator(lines: StringIO) -> str:
    """Return what a first line "sep=;" of Excel says, "" where there is none."""
    first = lines.readline()
    if first.casefold().startswith("sep=") and first.strip()[4:] in {*SEPARATORS, ""}:
        return first.strip()[4:] or "\t"
    lines.seek(0)
    return ""


@dataclass(frozen=True, slots=True, order=True)
class _Fit:
    """How well a separator explains a file; the more, the better, in this order."""

    known: int
    is_whole: bool
    even: float
    columns: int


def _separator(text: str, known: frozenset[str]) -> str:
    """Return what gives known headings, and then as many cells to each row as there are."""
    return max(SEPARATORS, key=lambda separator: _fit(text, separator, known))


def _fit(text: str, separator: str, known: frozenset[str]) -> _Fit:
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[Row] = []
    is_whole = True
    try:
        for number, cells in enumerate(islice(reader, _LOOKED_AT), 1):
            if any(map(str.strip, cells)):
                rows.append(Row(number, tuple(map(visible, cells[:MOST_CELLS]))))
    except csv.Error:
        is_whole = False
    if not rows:
        return _Fit(0, is_whole, 0, 0)
    place = likely_place(rows, known)
    columns = len(rows[place].cells)
    below = rows[place + 1 :] or rows[place:]
    even = sum(len(row.cells) == columns > 1 for row in below) / len(below)
    return _Fit(known_in(rows[place], known), is_whole, even, columns)
