"""What is asked of a file that holds a table, and what is read from it."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from photoguard.model import Reason

MOST_BYTES = 20 * 1024 * 1024
"""Of the file itself."""
MOST_UNPACKED = 100 * 1024 * 1024
"""Of what a workbook holds, unpacked."""
MOST_TEXT = 30_000_000
"""Characters of all cells together: one text may stand in many of them."""
MOST_ALL_CELLS = 1_000_000
MOST_ROWS = 100_000
"""The last row that may hold anything."""
MOST_CELLS = 100
MOST_NAMED = 10
"""Cells that one sentence names at most."""
LAST_ROW = 1_048_576
"""The last row of a sheet; no program knows a later one."""
SECONDS = 10
MEGABYTES = 300
"""What the process that reads a table may take."""

LENGTH = struct.Struct("<I")
"""How long the question is that the process is asked."""
OUT_OF_MEMORY = 75
"""Its exit status where it was refused more memory."""


class TableError(Exception):
    """Why a file is not read: the end of a code of the catalogue ``tables``, and what it names.

    The file's own name is not known inside; ``read_table`` adds it.
    """

    def __init__(self, code: str, /, **parameters: str | int) -> None:
        """Keep the code and what its sentence names besides the file."""
        super().__init__(code, parameters)
        self.code = code
        self.parameters = parameters


class Row(NamedTuple):
    """A row that holds anything: its number as a spreadsheet counts, from 1, and its cells."""

    number: int
    cells: tuple[str, ...]
    broken: tuple[int, ...] = ()
    """The places of cells that held several lines, which are one line here."""


class Note(NamedTuple):
    """A note that hangs on a cell: its row as a spreadsheet counts, its place from 0, its text."""

    row: int
    place: int
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """What a caller knows of the table before it is read."""

    headings: frozenset[str] = frozenset()
    """Headings that are known, as ``heading_key`` gives them."""
    needed: frozenset[str] = frozenset()
    """Those of which a sheet must have one to count as a table; empty: any sheet counts."""
    sheet: str = ""
    """The sheet that a person asked for, "" for the only visible one that holds anything."""
    aside: frozenset[str] = frozenset()
    """Keys of the names of sheets that only explain."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its headings, and the rows below them."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    heading_row: int = 1
    sheet: str = ""
    """The name of the workbook's sheet, "" for a text file."""
    notices: tuple[Reason, ...] = ()
    """What a person should know of the reading: rows passed over, sheets left unread."""
    notes: tuple[Note, ...] = ()
    """What hangs on the cells below the headings, of which no cell says anything."""
