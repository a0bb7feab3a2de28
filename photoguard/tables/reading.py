"""Reads a table from untrusted bytes, after finding the kind of file and its headings.

Time and memory are not bounded here: ``process`` calls this in a process that is bounded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoguard.model import Reason
from photoguard.tables.cells import column_letter, fault
from photoguard.tables.delimited import decoded, read_text
from photoguard.tables.headings import heading_index
from photoguard.tables.values import MOST_BYTES, MOST_NAMED, Merged, Row, Table, TableError
from photoguard.tables.workbook import Sheet, read_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from photoguard.tables.values import ExpectedTable, Note

_ZIP = (b"PK\3\4", b"PK\5\6")
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The first bytes of Excel's files from before 2007, and of encrypted ones."""
_PAGES = ("<!doctype", "<html", "<head", "<table", "<meta", "<style", "<?xml", "mime-version:")


def read(untrusted: bytes, expected: ExpectedTable) -> Table:
    """Return the table in a file; raises TableError without the file's name."""
    if len(untrusted) > MOST_BYTES:
        raise TableError("too_large")
    if untrusted.startswith(_ZIP):
        return _table(read_workbook(untrusted, expected), expected)
    if untrusted.startswith(_COMPOUND):
        raise TableError(_compound_fault(untrusted))
    if untrusted.startswith(b"%PDF"):
        raise TableError("not_a_table")
    text = decoded(untrusted)
    if text.content.lstrip("\ufeff \t\r\n")[:20].casefold().startswith(_PAGES):
        raise TableError("web_page")
    if expected.sheet:
        raise TableError("no_such_sheet", sheet=expected.sheet, sheets="–")
    return _table(Sheet("", read_text(text, expected.headings)), expected)


def _compound_fault(untrusted: bytes) -> str:
    for stream, code in (
        ("EncryptedPackage", "encrypted"),
        ("Workbook", "old_workbook"),
        ("Book", "old_workbook"),
    ):
        if stream.encode("utf-16-le") in untrusted:
            return code
    return "not_a_table"


def _table(sheet: Sheet, expected: ExpectedTable) -> Table:
    if not sheet.rows:
        return Table((), (), sheet=sheet.name, notices=sheet.notices, others=sheet.others)
    place = heading_index(sheet.rows, expected.headings)
    headings, below = sheet.rows[place], sheet.rows[place + 1 :]
    rows = ", ".join(str(row.number) for row in sheet.rows[:place])
    passed = [Reason("tables.title_passed", (), {"rows": rows})] if place else []
    rows_below = _below_tall(sheet, headings, below)
    notes = tuple(note for note in sheet.notes if note.row > headings.number)
    notes = (*notes, *sheet.boxes)  # these lie anywhere
    unread = _unread(sheet, rows_below, notes)
    return Table(
        headings.cells,
        rows_below,
        headings.number,
        sheet.name,
        (*passed, *sheet.notices, *unread),
        notes,
        _merged_below(sheet, headings.number),
        sheet.others,
    )


def _unread(sheet: Sheet, rows: tuple[Row, ...], notes: Sequence[Note]) -> Iterator[Reason]:
    """Yield a notice for notes, and for colours of cells and of rows, that may say something."""
    if notes:
        cells = ", ".join(f"{column_letter(note.place)}{note.row}" for note in notes[:MOST_NAMED])
        yield Reason("tables.notes_unread", (), {"cells": cells})
    coloured = sheet.fills.possible_answers(rows)
    if coloured:
        yield Reason("tables.colours_unread", (), {"cells": ", ".join(coloured[:MOST_NAMED])})
    coloured_rows = sheet.fills.rows_with_possible_answers(rows)
    if coloured_rows:
        named = ", ".join(map(str, coloured_rows[:MOST_NAMED]))
        yield Reason("tables.row_colours_unread", (), {"rows": named})


def _merged_below(sheet: Sheet, heading_row: int) -> tuple[Merged, ...]:
    return tuple(
        Merged(area.min_row, area.max_row, area.min_col - 1, area.max_col - 1)
        for area in sheet.merged
        if area.min_row > heading_row
    )


def _below_tall(sheet: Sheet, headings: Row, below: tuple[Row, ...]) -> tuple[Row, ...]:
    """Return the rows below the headings, which may be merged over several rows.

    If all headings are, they are only high. If only some are, the others continue in the rows
    below, so that the columns' meaning is unclear: raises TableError.
    """
    tall = [
        area
        for area in sheet.merged
        if area.min_row <= headings.number < area.max_row
        and headings.cells[area.min_col - 1 : area.max_col]
    ]
    last = max((area.max_row for area in tall), default=headings.number)
    beneath = [row for row in below if row.number <= last]
    if any(row.cells != headings.cells for row in beneath):
        raise fault("merged_headings", headings.number, tall[0].min_col - 1)
    return below[len(beneath) :]
