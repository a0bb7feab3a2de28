"""An office's CSV or XLSX file: its headings and rows, or why it is refused as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoguard.errors import ConfigurationError, UsageTrouble
from photoguard.register.importing.office_headings import folded
from photoguard.register.importing.rows import identity_faults
from photoguard.tables.reading import column_letter, read_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from photoguard.register.importing.mapping import Mapping


@dataclass(frozen=True, slots=True)
class Table:
    """An office's table: its headings, and its other rows with their numbers."""

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    heading_row: int = 1


def read_table(path: Path) -> Table:
    """Read a CSV or XLSX file; raises ConfigurationError or UsageTrouble where it cannot.

    The file is refused as a whole where a personal identity code stands anywhere in it.
    """
    rows = _rows(path)
    if len(rows) < 2:  # noqa: PLR2004 - a heading and somebody below it
        raise UsageTrouble("consent.import_empty", file=path.name)
    coded = identity_faults(rows)
    if coded:
        raise UsageTrouble(
            "consent.import_identity_code",
            file=path.name,
            row=coded[0].row,
            column=coded[0].column,
        )
    (number, headings), *others = rows
    _refuse_twins(path, headings)
    return Table(headings, tuple(others), number)


def _rows(path: Path) -> list[tuple[int, tuple[str, ...]]]:
    try:
        return [(number, tuple(cells)) for number, cells in read_rows(path)]
    except ConfigurationError as trouble:
        if trouble.code == "notes.too_large":
            raise UsageTrouble("consent.import_too_large", file=path.name) from trouble
        raise


def _refuse_twins(path: Path, headings: Sequence[str]) -> None:
    seen: dict[str, int] = {}
    for place, heading in enumerate(headings):
        plain = folded(heading)
        if plain and plain in seen:
            raise UsageTrouble(
                "consent.import_heading_twice",
                file=path.name,
                heading=heading,
                column=column_letter(place),
            )
        seen[plain] = place


def unmapped(table: Table, mapping: Mapping) -> tuple[str, ...]:
    """Return the headings that the mapping does not read."""
    known = {folded(name) for name in (*mapping.columns, *(w.column for w in mapping.words))}
    return tuple(name for name in table.headings if name and folded(name) not in known)
