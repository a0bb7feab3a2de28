"""A CSV or XLSX file becomes rows of cleaned text; everything in it is untrusted."""

from __future__ import annotations

import csv
import unicodedata
import warnings
import zipfile
import zlib
from datetime import date, datetime
from io import BytesIO, StringIO
from itertools import islice
from typing import TYPE_CHECKING

from photoguard.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
MOST_ROWS = 100_000
MOST_CELLS = 100
BROKEN_WORKBOOK = (
    zipfile.BadZipFile,
    zlib.error,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)
"""What openpyxl and the XML below it raise for a damaged file."""


def read_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that holds anything, with its number as a spreadsheet counts, from 1.

    The content decides between CSV and XLSX, whatever the name says. Raises
    ConfigurationError.
    """
    content = _content(path)
    is_workbook = content[:4] == b"PK\3\4"
    found = _workbook_rows(content, path) if is_workbook else _text_rows(content, path)
    for number, cells in found:
        if number > MOST_ROWS or len(cells) > MOST_CELLS:
            raise ConfigurationError("notes.too_large", file=path.name)
        if any(cells):
            yield number, cells


def cleaned(text: str) -> str:
    """Return NFC text on one line, without control characters and direction marks."""
    normal = unicodedata.normalize("NFC", text)
    kept = (" " if unicodedata.category(char) == "Cc" else char for char in normal)
    return " ".join("".join(char for char in kept if char not in _DIRECTION).split())


_DIRECTION = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as source:
            content = source.read(MOST_BYTES + 1)
    except OSError as trouble:
        raise ConfigurationError("notes.unreadable", file=path.name) from trouble
    if len(content) > MOST_BYTES:
        raise ConfigurationError("notes.too_large", file=path.name)
    return content


def _text_rows(content: bytes, path: Path) -> Iterator[tuple[int, list[str]]]:
    lines = StringIO(_decoded(content, path), newline="")
    delimiter = _delimiter(lines)
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(rows, start=1):
            yield number, [cleaned(cell) for cell in cells]
    except csv.Error as trouble:
        raise ConfigurationError("notes.quotes", file=path.name, row=number + 1) from trouble


def _decoded(content: bytes, path: Path) -> str:
    """Return UTF-8 with or without BOM, or else Windows-1252."""
    if b"\0" not in content:
        for encoding in ("utf-8-sig", "cp1252"):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise ConfigurationError("notes.not_a_table", file=path.name)


def _delimiter(lines: StringIO) -> str:
    """Return what separates the headings; a first line "sep=;" of Excel says so itself."""
    first = lines.readline()
    if first.casefold().startswith("sep=") and first.strip()[4:] in {";", ",", "\t", ""}:
        return first.strip()[4:] or "\t"
    lines.seek(0)
    return max(";", ",", "\t", key=first.count)


def _workbook_rows(content: bytes, path: Path) -> list[tuple[int, list[str]]]:
    """Return the rows of the first sheet, one more than may be there at the most."""
    try:
        _refuse_bomb(content, path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and validations that openpyxl drops
            return _sheet_rows(BytesIO(content), path)
    except BROKEN_WORKBOOK as trouble:
        raise ConfigurationError("notes.not_a_table", file=path.name) from trouble


def _sheet_rows(content: BytesIO, path: Path) -> list[tuple[int, list[str]]]:
    import openpyxl

    book = openpyxl.load_workbook(content, read_only=True, keep_links=False)
    rows = islice(book.worksheets[0].iter_rows(), MOST_ROWS + 1)
    return [
        (number, [_cell(cell, (path, number, place)) for place, cell in enumerate(row)])
        for number, row in enumerate(rows, start=1)
    ]


def _refuse_bomb(content: bytes, path: Path) -> None:
    with zipfile.ZipFile(BytesIO(content)) as packed:
        if sum(member.file_size for member in packed.infolist()) > MOST_UNPACKED:
            raise ConfigurationError("notes.too_large", file=path.name)


def _cell(cell: object, where: tuple[Path, int, int]) -> str:
    """Return a cell's text; a formula or an error value is refused with its place."""
    value = getattr(cell, "value", None)
    if getattr(cell, "data_type", "") in {"f", "e"}:
        path, row, place = where
        raise ConfigurationError(
            "notes.formula", file=path.name, row=row, column=column_letter(place)
        )
    if isinstance(value, datetime | date):
        return f"{value.day}.{value.month}.{value.year}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else cleaned(str(value))


def column_letter(place: int) -> str:
    """Return the letters of a column as a spreadsheet shows them; ``place`` counts from 0."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
