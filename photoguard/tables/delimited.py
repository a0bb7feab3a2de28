"""Reads rows from a text file, after finding its encoding and the separator of its cells."""

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
from photoguard.tables.headings import count_known, likely_heading_index
from photoguard.tables.values import LAST_ROW, MOST_CELLS, Row, TableError

if TYPE_CHECKING:
    from collections.abc import Callable

SEPARATORS = (";", ",", "\t", "|")
_LOOKED_AT = 60
"""Number of rows by which the separator is chosen."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Text:
    """A decoded file, and the function that finds signs of a wrong code page in its cells."""

    content: str
    is_garbled: Callable[[str], bool] = is_garbled


def decoded(content: bytes) -> Text:
    """Return the text in UTF-8 or UTF-16, with or without a byte order mark, or Windows-1252.

    Raises TableError for what is no text. Bytes that Windows-1252 lacks become
    U+FFFD, so that an error can give the first cell with one.
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
    """Return the encoding of bytes without a mark: UTF-8 unless they have zeros.

    In UTF-16 all zeros are either at odd or at even positions; raises TableError else.
    """
    zeros = content.count(0)
    if not zeros:
        return "utf-8"
    for encoding, side in (("utf-16-le", content[1::2]), ("utf-16-be", content[::2])):
        if side.count(0) == zeros and zeros * 2 > len(side):
            return encoding
    raise TableError("not_a_table")


def read_text(text: Text, known: frozenset[str]) -> tuple[Row, ...]:
    """Return the rows of a text; ``known`` headings help to find the separator.

    Raises TableError.
    """
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
    """Return the separator of Excel's first line "sep=;", "" where there is no such line."""
    first = lines.readline()
    if first.casefold().startswith("sep=") and first.strip()[4:] in {*SEPARATORS, ""}:
        return first.strip()[4:] or "\t"
    lines.seek(0)
    return ""


@dataclass(frozen=True, slots=True, order=True)
class _Fit:
    """How well a separator fits a file; fields are compared in this order, larger is better."""

    known: int
    """The number of known headings."""
    is_whole: bool
    """Whether the rows can be read without an error."""
    even: float
    """The share of rows with as many cells as there are headings."""
    columns: int


def _separator(text: str, known: frozenset[str]) -> str:
    """Return the separator that fits a text best."""
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
    place = likely_heading_index(rows, known)
    columns = len(rows[place].cells)
    below = rows[place + 1 :] or rows[place:]
    even = sum(len(row.cells) == columns > 1 for row in below) / len(below)
    return _Fit(count_known(rows[place], known), is_whole, even, columns)
