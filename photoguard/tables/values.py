"""What is expected of a table, and what is read from its file."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from photoguard.model import Reason

MOST_BYTES = 20 * 1024 * 1024
"""Most bytes of a file."""
MOST_UNPACKED = 100 * 1024 * 1024
"""Most bytes of a workbook's parts, unpacked."""
MOST_TEXT = 30_000_000
"""Most characters of all cells together; a workbook can use one text in many cells."""
MOST_ALL_CELLS = 1_000_000
MOST_ROWS = 100_000
"""The number of the last row that may have text."""
MOST_CELLS = 100
"""Most columns of a table."""
MOST_NAMED = 10
"""Most cells that one sentence lists."""
MOST_OTHER_CELLS = 10_000
"""Most cells of all sheets beside the table that are kept, and most rows of each."""
LAST_ROW = 1_048_576
"""The last possible row of a spreadsheet."""
SECONDS = 10
MEGABYTES = 300
"""The limits of the process that reads a table."""

LENGTH = struct.Struct("<I")
"""The number of bytes of JSON that the process gets before the file."""
OUT_OF_MEMORY = 75
"""Its exit status where it reached the limit of memory."""


class TableError(Exception):
    """Why a file is not read: a code (``tables.CODE`` in the catalogue) and its parameters.

    The file's name is not known here; ``read_table`` adds it.
    """

    def __init__(self, code: str, /, **parameters: str | int) -> None:
        """Keep the code and the parameters of its sentence, without the file's name."""
        super().__init__(code, parameters)
        self.code = code
        self.parameters = parameters


class Row(NamedTuple):
    """A row that is not empty: its number, from 1 as in a spreadsheet, and its cells."""

    number: int
    cells: tuple[str, ...]
    broken: tuple[int, ...] = ()
    """The indices of cells that had several lines; in ``cells`` these are one line."""


class Note(NamedTuple):
    """A note on a cell, or a text box that begins there, with its text.

    The row counts from 1, ``place``, the index of the column, from 0.
    """

    row: int
    place: int
    text: str


class OtherCell(NamedTuple):
    """A cell of a sheet that is not the table: its sheet, row from 1, column from 0, and text."""

    sheet: str
    row: int
    place: int
    text: str


class Merged(NamedTuple):
    """Merged cells: the first and last row, from 1, and the indices of the columns, from 0."""

    first_row: int
    last_row: int
    first_place: int
    last_place: int

    def covers(self, place: int) -> bool:
        """Tell whether a column, by its index from 0, is among those that are merged."""
        return self.first_place <= place <= self.last_place


@dataclass(frozen=True, slots=True)
class ExpectedTable:
    """What the caller expects of the table, to find its sheet and its headings."""

    headings: frozenset[str] = frozenset()
    """The known headings, as ``heading_key`` returns them."""
    needed: frozenset[str] = frozenset()
    """Headings of which a sheet must have one to count as a table; empty: any sheet counts."""
    sheet: str = ""
    """The name of the sheet that a person chose, "" for the only visible table."""
    aside: frozenset[str] = frozenset()
    """Names, as ``key`` returns them, of sheets that only explain the table."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its headings, and the rows below them."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    heading_row: int = 1
    sheet: str = ""
    """The name of the workbook's sheet, "" for a text file."""
    notices: tuple[Reason, ...] = ()
    """What a person should know about the reading, such as rows or sheets left out."""
    notes: tuple[Note, ...] = ()
    """The notes on the cells below the headings, and text boxes; their text is in no cell."""
    merged: tuple[Merged, ...] = ()
    """The merged cells below the headings; each row that they cover has their text."""
    others: tuple[OtherCell, ...] = ()
    """The cells of the workbook's other sheets, at most the first ``MOST_OTHER_CELLS``."""
