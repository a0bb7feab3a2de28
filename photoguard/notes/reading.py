"""Reads the staff's table of photos; a fault names the file, row and column."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from photoguard.errors import ConfigurationError
from photoguard.files import NOTES, is_table, printable
from photoguard.model import PhotoNotes, Reason
from photoguard.model.answers import (
    ROLES,
    channels_in,
    description_answer,
    is_none,
    known_answer,
    may_forbid,
    says_no,
    text_answer,
    word_key,
)
from photoguard.notes.assigning import NotesRow, NotesTable
from photoguard.notes.columns import (
    COLUMNS,
    EXPECTED_TABLE,
    ROLE_WORDS,
    column_of,
    language_of_headings,
)
from photoguard.notes.merged import refuse_merged
from photoguard.notes.names import path_key
from photoguard.tables import column_letter, read_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from photoguard.tables import Table


_READABLE = frozenset({".csv", ".xlsx"})
_MOST_OTHERS = 5
"""Most tables beside the photos that are read: each needs a process of its own."""
PERSON = re.compile(r"[^#]*[^#\s]\s*(#\s*[1-9][0-9]{0,4})?")
"""A register id or a name, perhaps with the number of a face in the report."""


def find_notes(folder: Path) -> Path | None:
    """Return the path of the table in the photos' folder, None where there is none.

    Raises ConfigurationError where there are two.
    """
    found = [entry for entry in sorted(folder.iterdir()) if path_key(entry.name) in NOTES]
    found = [entry for entry in found if entry.is_file()]
    if len(found) > 1:
        raise ConfigurationError("notes.two_tables", file=found[0].name, other=found[1].name)
    return found[0] if found else None


def unread_tables(
    output: Path | None, beside: Iterable[Path], read: Iterable[Path]
) -> Iterator[Reason]:
    """Yield a notice for each table that staff may have filled in and that is not in ``read``.

    In the ``output`` folder that is every other table. Among the files ``beside`` the photos
    it is a table that can be read as one of photos and is filled in.
    """
    known_files = {path.resolve() for path in read}
    kept = sorted(output.iterdir()) if output else []
    others = (path for path in beside if path.suffix.lower() in _READABLE and _may_be_notes(path))
    strange = [path for path in kept if path.is_file() and _may_be_notes(path)]
    strange += islice((path for path in others if path.resolve() not in known_files), _MOST_OTHERS)
    for path in strange:
        is_read = path.resolve() in known_files
        if not is_read and (path.parent == output or _is_filled_in(path)):
            yield Reason("notes.other_table", (), {"table": printable(path.name)})


def _may_be_notes(path: Path) -> bool:
    """Tell whether a file is a table, and not the lock file of a spreadsheet program."""
    return is_table(path) and not path.name.startswith(("~", "."))


def _is_filled_in(path: Path) -> bool:
    with suppress(ConfigurationError):
        return bool(read_notes(path).without_empty_rows().rows)
    return False


def read_notes(path: Path) -> NotesTable:
    """Return the rows of a CSV or XLSX table; raises ConfigurationError."""
    table = read_table(path, EXPECTED_TABLE)
    columns = _columns(table.headings, path.name, table.heading_row)
    _refuse_denials(table, path.name)
    refuse_merged(table, columns, path.name)
    read: dict[str, NotesRow] = {}
    taken: dict[str, int] = {}
    for line in table.rows:
        number = line.number
        row = _Row(path.name, number, columns, line.cells)
        file = _file(row)
        if path_key(file) in taken:
            raise row.fault("notes.row_twice", "file", other=taken[path_key(file)])
        taken[path_key(file)] = number
        read[file] = NotesRow(number, _notes(row))
    notices = _with_table_name(table.notices, path.name)
    language = language_of_headings(table.headings)
    return NotesTable(path.name, read, notices, language, table.others)


def _refuse_denials(table: Table, name: str) -> None:
    """Raise ConfigurationError for a note that denies something, or a sheet that may forbid.

    Neither notes nor other sheets are read as rows, so no photo could be held for them.
    """
    for note in table.notes:
        if says_no(note.text):
            cell = f"{column_letter(note.place)}{note.row}"
            raise ConfigurationError("notes.note_denies", file=name, cell=cell)
    for other in table.others:
        if may_forbid(other.text):
            cell = f"{column_letter(other.place)}{other.row}"
            raise ConfigurationError("notes.sheet_forbids", file=name, sheet=other.sheet, cell=cell)


def _with_table_name(notices: Iterable[Reason], table: str) -> tuple[Reason, ...]:
    return tuple(replace(each, parameters={**each.parameters, "table": table}) for each in notices)


@dataclass(frozen=True, slots=True)
class _Row:
    """One row with the index of each column, so that an error can give the cell."""

    table: str
    number: int
    columns: Mapping[str, int]
    cells: Sequence[str]

    def text(self, column: str) -> str:
        """Return the text of a cell, "" where it is missing or means *not known*."""
        place = self.columns.get(column, len(self.cells))
        return known_answer(self.cells[place]) if place < len(self.cells) else ""

    def several(self, column: str) -> tuple[str, ...]:
        parts = self.text(column).split(";")
        return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))

    def fault(self, code: str, column: str, **parameters: str | int) -> ConfigurationError:
        place = column_letter(self.columns[column])
        return ConfigurationError(
            code, file=self.table, row=self.number, column=place, **parameters
        )


def _columns(headings: Sequence[str], table: str, row: int) -> dict[str, int]:
    """Return the index of each column; raises ConfigurationError for an unknown heading or two."""
    columns: dict[str, int] = {}
    for place, heading in enumerate(headings):
        name = column_of(heading)
        where: dict[str, str | int] = {"file": table, "row": row, "column": column_letter(place)}
        if name is None and heading:
            allowed = ", ".join(" / ".join(words[:3]) for words in COLUMNS.values())
            raise ConfigurationError("notes.heading", **where, heading=heading, allowed=allowed)
        if name in columns:
            raise ConfigurationError("notes.heading_twice", **where, heading=heading)
        if name is not None:
            columns[name] = place
    if "file" not in columns:
        raise ConfigurationError("notes.no_file_column", file=table)
    return columns


def _file(row: _Row) -> str:
    """Return the path of a row's photo, relative to the folder, with forward slashes.

    Raises ConfigurationError where there is none, or cells without a heading are filled in.
    """
    headed = set(row.columns.values())
    if any(cell for place, cell in enumerate(row.cells) if place not in headed):
        raise row.fault("notes.too_many_cells", "file")
    path = PurePosixPath(row.text("file").replace("\\", "/"))
    if not path.parts:
        raise row.fault("notes.no_file", "file")
    if path.is_absolute() or ".." in path.parts or path.parts[0][1:2] == ":":
        raise row.fault("notes.path", "file")
    return str(path)


def _notes(row: _Row) -> PhotoNotes:
    people = () if is_none(row.text("people")) else row.several("people")
    for person in people:
        if not PERSON.fullmatch(person):
            raise row.fault("notes.person", "people")
    role = row.text("photographer_role")
    if role and word_key(role) not in ROLES:
        allowed = ", ".join(word for words in ROLE_WORDS.values() for word in words.values())
        raise row.fault("notes.role", "photographer_role", value=role, allowed=allowed)
    if row.text("picture"):
        raise row.fault("notes.picture", "picture")
    return PhotoNotes(
        description=description_answer(row.text("description")),
        photographer=text_answer(row.text("photographer")),
        photographer_role=ROLES[word_key(role)] if role else None,
        taken_for=channels_in(row.text("taken_for")),
        event=text_answer(row.text("event")),
        people=people,
        works=_works(row),
    )


def _works(row: _Row) -> tuple[str, ...] | None:
    """Return the makers of works; () for a cell that means *none*, None for an empty one."""
    makers = row.several("works")
    if not makers:
        return None
    if any(map(is_none, makers)):
        if len(makers) > 1:
            raise row.fault("notes.works", "works")
        return ()
    return makers
