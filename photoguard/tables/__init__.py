"""Reads tables in CSV and XLSX files as headings and rows of text.

::

    expected = ExpectedTable(headings=KNOWN, sheet="5B")
    table = read_table(path, expected)     # ConfigurationError with file, row and column
    table.headings, table.rows, table.notices

Everything in a file is untrusted: it is read in a process of its own, in bounded time and
memory, and declarations in the file, such as its size, are checked. The meaning of the cells
is not known here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoguard.errors import ConfigurationError
from photoguard.tables.cells import column_letter
from photoguard.tables.values import (
    MOST_BYTES,
    MOST_NAMED,
    MOST_OTHER_CELLS,
    ExpectedTable,
    Merged,
    OtherCell,
    Row,
    Table,
    TableError,
)

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "MOST_BYTES",
    "MOST_NAMED",
    "MOST_OTHER_CELLS",
    "ExpectedTable",
    "Merged",
    "OtherCell",
    "Row",
    "Table",
    "column_letter",
    "read_table",
]


def read_table(path: Path, expected: ExpectedTable) -> Table:
    """Return the table in a CSV or XLSX file; its content decides, not its name.

    Raises ConfigurationError where it cannot be read, or where its meaning is unclear:
    letters lost in a wrong code page, several sheets, headings in several rows.
    """
    from photoguard.files import open_regular

    try:
        with open_regular(path) as readable:
            untrusted = readable.read(MOST_BYTES + 1)
    except OSError as trouble:
        raise ConfigurationError("tables.unreadable", file=path.name) from trouble
    try:
        return _table_in(untrusted, expected)
    except TableError as trouble:
        code = f"tables.{trouble.code}"
        raise ConfigurationError(code, file=path.name, **trouble.parameters) from trouble


@dataclass(frozen=True, slots=True)
class _Question:
    """Which content was read, by its digest, and what was expected of it."""

    sha256: str
    expected: ExpectedTable


_KEPT = 2
_latest: dict[_Question, Table] = {}
"""The ``_KEPT`` tables that were read last: a run reads its own table again at its end."""


def _table_in(untrusted: bytes, expected: ExpectedTable) -> Table:
    """Return one of the latest tables if it is this one, else read it; its bytes are not kept."""
    from photoguard.files import digest
    from photoguard.tables.process import read_apart

    question = _Question(digest(untrusted), expected)
    if (table := _latest.get(question)) is None:
        table = _latest[question] = read_apart(untrusted, expected)
        for oldest in list(_latest)[:-_KEPT]:
            _latest.pop(oldest, None)
    return table
