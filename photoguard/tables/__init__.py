"""Reads the tables of offices: CSV and XLSX become headings and rows of text.

::

    question = Question(headings=KNOWN, sheet="5B")
    table = read_table(path, question)     # ConfigurationError with file, row and column
    table.headings, table.rows, table.notices

Everything in a file is untrusted: it is read in a process of its own, in bounded time and
memory, and what it claims of itself is not believed. What the cells mean is not known here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoguard.errors import ConfigurationError
from photoguard.tables.cells import column_letter
from photoguard.tables.values import MOST_BYTES, Question, Row, Table, TableError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["MOST_BYTES", "Question", "Row", "Table", "column_letter", "read_table"]


def read_table(path: Path, question: Question) -> Table:
    """Return the table in a CSV or XLSX file, whatever its name says.

    Raises ConfigurationError where it cannot be read, or where nobody could tell what it
    means: letters lost in a wrong code page, several sheets, headings in several rows.
    """
    from photoguard.files import open_regular
    from photoguard.tables.process import read_apart

    try:
        with open_regular(path) as readable:
            untrusted = readable.read(MOST_BYTES + 1)
    except OSError as trouble:
        raise ConfigurationError("tables.unreadable", file=path.name) from trouble
    try:
        return read_apart(untrusted, question)
    except TableError as trouble:
        code = f"tables.{trouble.code}"
        raise ConfigurationError(code, file=path.name, **trouble.parameters) from trouble
