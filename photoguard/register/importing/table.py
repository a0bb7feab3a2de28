"""Reads an office's CSV or XLSX file, and refuses it as a whole where it is not safe to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoguard.errors import ConfigurationError, UsageTrouble
from photoguard.model.spelling import heading_key, key
from photoguard.register.importing.office_headings import (
    COLUMNS,
    EXPLAINING_SHEETS,
    IDENTITY_HEADINGS,
)
from photoguard.register.importing.proposal import sources
from photoguard.register.importing.remarks import below_no_heading, denies
from photoguard.register.importing.rows import identity_faults
from photoguard.tables import ExpectedTable, Row, Table, column_letter
from photoguard.tables import read_table as read_any_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from photoguard.register.importing.mapping import Mapping

__all__ = ["Table", "read_table", "unmapped"]

_TOO_LARGE = {"tables.too_large", "tables.too_heavy"}
_ASKED = {"tables.several_sheets", "tables.only_hidden", "tables.no_such_sheet"}
"""Codes of troubles that another command line solves, without a change of the file."""
_NAMES = ("name", "first_name", "last_name", "guardian_1", "guardian_2", "guardians")


def read_table(path: Path, sheet: str = "", expected: Iterable[str] = ()) -> Table:
    """Return the table in a CSV or XLSX file; raises ConfigurationError or UsageTrouble.

    ``sheet`` is the one that a person chose, ``expected`` are headings of a mapping. The whole
    file is refused if any cell that is read contains a personal identity code.
    """
    table = _read(path, sheet, expected)
    coded = identity_faults(Row(table.heading_row, table.headings), table.rows)
    if coded:
        raise UsageTrouble(
            "consent.import_identity_code",
            file=path.name,
            row=coded[0].row,
            column=coded[0].column,
        )
    if not table.rows:
        raise UsageTrouble("consent.import_empty", file=path.name)
    _refuse_twins(path, table.headings)
    _refuse_shifted(path, table)
    _refuse_nameless(path, table)
    _refuse_noted(path, table)
    _refuse_lost(path, table)
    return table


def _read(path: Path, sheet: str, expected: Iterable[str]) -> Table:
    known = (*(word for words in COLUMNS.values() for word in words), *IDENTITY_HEADINGS)
    known += tuple(heading for source in sources() for heading in source.headings)
    wanted = ExpectedTable(
        headings=frozenset(map(heading_key, (*known, *expected))),
        sheet=sheet,
        aside=frozenset(map(key, EXPLAINING_SHEETS)),
    )
    try:
        return read_any_table(path, wanted)
    except ConfigurationError as trouble:
        if trouble.code in _TOO_LARGE:
            raise UsageTrouble("consent.import_too_large", file=path.name) from trouble
        if trouble.code in _ASKED:
            raise UsageTrouble(trouble.code, **trouble.parameters) from trouble
        raise


def _refuse_twins(path: Path, headings: Sequence[str]) -> None:
    seen: dict[str, int] = {}
    for place, heading in enumerate(headings):
        plain = heading_key(heading)
        if plain and plain in seen:
            raise UsageTrouble(
                "consent.import_heading_twice",
                file=path.name,
                heading=heading,
                column=column_letter(place),
            )
        seen[plain] = place


def _refuse_shifted(path: Path, table: Table) -> None:
    """Raise UsageTrouble for a text file with a row longer than its headings.

    A cell of it, such as a name, probably contains the separator, so that the cells behind it
    would be read in the wrong columns.
    """
    for row in () if table.sheet else table.rows:
        if len(row.cells) > len(table.headings):
            raise UsageTrouble("consent.import_shifted", file=path.name, row=row.number)


def _refuse_nameless(path: Path, table: Table) -> None:
    """Raise UsageTrouble for answers below no heading, which may be prohibitions."""
    for row, place in below_no_heading(table):
        raise UsageTrouble(
            "consent.import_no_heading",
            file=path.name,
            column=column_letter(place),
            row=row.number,
            value=row.cells[place][:40],
        )


def _refuse_noted(path: Path, table: Table) -> None:
    """Raise UsageTrouble for a note on a cell that denies something."""
    for note in table.notes:
        if denies(note.text):
            raise UsageTrouble(
                "consent.import_note",
                file=path.name,
                cell=f"{column_letter(note.place)}{note.row}",
                value=note.text[:40],
            )


def _refuse_lost(path: Path, table: Table) -> None:
    """Raise ConfigurationError for a name with a question mark, where a letter was lost."""
    words = {heading_key(word) for name in _NAMES for word in COLUMNS[name]}
    places = [place for place, name in enumerate(table.headings) if heading_key(name) in words]
    for row in table.rows:
        for place in places:
            cell = row.cells[place] if place < len(row.cells) else ""
            if "?" in cell and cell.strip("? "):
                column = column_letter(place)
                raise ConfigurationError(
                    "tables.garbled", file=path.name, row=row.number, column=column
                )


def unmapped(table: Table, mapping: Mapping) -> tuple[str, ...]:
    """Return the table's headings that the mapping does not read."""
    mapped = (*mapping.columns, *(each.column for each in mapping.permissions))
    known = {heading_key(name) for name in mapped}
    return tuple(name for name in table.headings if name and heading_key(name) not in known)
