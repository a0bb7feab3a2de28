"""Reads what staff wrote of their photos: ``photos.csv`` or ``photos.xlsx``.

::

    path = find_notes(folder)              # or the file given as --people
    table = read_notes(path)               # ConfigurationError with file, row and column
    notes, notices = table.assign(files)   # POSIX paths relative to the folder
    notes.get("metsä/IMG_1.jpg", PhotoNotes())

File names are compared in NFC and without regard to case. Other tables (who belongs to
the register, say) are not read here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING

from photoguard.errors import ConfigurationError
from photoguard.model import PhotoNotes, Reason, Role
from photoguard.model.spelling import heading_key, seen
from photoguard.tables import Question, column_letter, read_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path


__all__ = ["NAMES", "NotesTable", "find_notes", "read_notes"]

NAMES = ("photos.csv", "photos.xlsx")
"""The names under which a table is found beside the photos."""

PERSON = re.compile(r"[^#]*[^#\s]\s*(#\s*[1-9][0-9]{0,4})?")
"""A register id or a name, perhaps with the number of a face in the report."""


@dataclass(frozen=True, slots=True)
class NotesTable:
    """The rows of one table: path as written, its row, and what stands there."""

    name: str
    rows: Mapping[str, tuple[int, PhotoNotes]]
    notices: tuple[Reason, ...] = ()

    def assign(self, files: Iterable[str]) -> tuple[dict[str, PhotoNotes], tuple[Reason, ...]]:
        """Return each file's notes, and notices: of the reading, and of rows that meet no file.

        A row that could mean two files, whose names differ in case only, means neither
        unless it is written exactly like one of them.
        """
        meant: dict[str, list[str]] = defaultdict(list)
        for file in files:
            meant[_key(file)].append(file)
        assigned: dict[str, PhotoNotes] = {}
        notices = list(self.notices)
        for path, (row, notes) in self.rows.items():
            candidates = meant[_key(path)]
            exact = [file for file in candidates if seen(file) == path]
            if len(exact or candidates) == 1:
                assigned[(exact or candidates)[0]] = notes
            else:
                code = "notes.two_files" if candidates else "notes.no_such_file"
                notices.append(Reason(code, (), {"table": self.name, "row": row, "file": path}))
        return assigned, tuple(notices)


def find_notes(folder: Path) -> Path | None:
    """Return the table beside the photos, None where there is none.

    Raises ConfigurationError where there are two: nobody can tell which one holds.
    """
    found = [entry for entry in sorted(folder.iterdir()) if _key(entry.name) in NAMES]
    found = [entry for entry in found if entry.is_file()]
    if len(found) > 1:
        raise ConfigurationError("notes.two_tables", file=found[0].name, other=found[1].name)
    return found[0] if found else None


def read_notes(path: Path) -> NotesTable:
    """Return the rows of a CSV or XLSX table; raises ConfigurationError."""
    table = read_table(path, QUESTION)
    columns = _columns(table.headings, path.name, table.heading_row)
    read: dict[str, tuple[int, PhotoNotes]] = {}
    taken: dict[str, int] = {}
    for number, cells in table.rows:
        row = _Row(path.name, number, columns, cells)
        file = _file(row)
        if _key(file) in taken:
            raise row.fault("notes.row_twice", "file", other=taken[_key(file)])
        taken[_key(file)] = number
        read[file] = (number, _notes(row))
    return NotesTable(path.name, read, _named(table.notices, path.name))


def _named(notices: Iterable[Reason], table: str) -> tuple[Reason, ...]:
    return tuple(replace(each, parameters={**each.parameters, "table": table}) for each in notices)


@dataclass(frozen=True, slots=True)
class _Row:
    """One row with the place of each column, so that a fault can say where it is."""

    table: str
    number: int
    columns: Mapping[str, int]
    cells: Sequence[str]

    def text(self, column: str) -> str:
        place = self.columns.get(column, len(self.cells))
        return self.cells[place] if place < len(self.cells) else ""

    def several(self, column: str, separators: str = ";") -> tuple[str, ...]:
        parts = re.split(f"[{separators}]", self.text(column))
        return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))

    def fault(self, code: str, column: str, **parameters: str | int) -> ConfigurationError:
        place = column_letter(self.columns[column])
        return ConfigurationError(
            code, file=self.table, row=self.number, column=place, **parameters
        )


def _columns(headings: Sequence[str], table: str, row: int) -> dict[str, int]:
    """Return where each column stands; an unknown or doubled heading is refused."""
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
    """Return the path of a row's photo, relative to the folder, with forward slashes."""
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
    for person in row.several("people"):
        if not PERSON.fullmatch(person):
            raise row.fault("notes.person", "people")
    role = row.text("photographer_role")
    if role and heading_key(role) not in ROLES:
        raise row.fault("notes.role", "photographer_role", value=role, allowed=", ".join(ROLES))
    return PhotoNotes(
        description=row.text("description"),
        photographer=row.text("photographer"),
        photographer_role=ROLES[heading_key(role)] if role else None,
        taken_for=row.several("taken_for", ";,"),
        event=row.text("event"),
        people=row.several("people"),
        works=_works(row),
    )


def _works(row: _Row) -> tuple[str, ...] | None:
    """Return the makers of works; () where none are told to be there, None where nothing is."""
    makers = row.several("works")
    if not makers:
        return None
    if any(heading_key(maker) in NO_WORKS for maker in makers):
        if len(makers) > 1:
            raise row.fault("notes.works", "works")
        return ()
    return makers


def _key(path: str) -> str:
    """Return a path as it is compared."""
    return seen(path).casefold()


COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "file": ("tiedosto", "fil", "file", "tiedostonimi", "filnamn", "filename"),
        "description": ("kuvaus", "beskrivning", "description"),
        "photographer": ("kuvaaja", "fotograf", "photographer"),
        "photographer_role": ("kuvaajan rooli", "fotografens roll", "photographer role"),
        "taken_for": ("otettu kanavaan", "tagen för", "taken for", "kanavat", "kanaler"),
        "event": ("tapahtuma", "evenemang", "event"),
        "people": ("henkilöt", "personer", "people"),
        "works": ("työt", "arbeten", "works", "teokset", "alster"),
    }
)
"""Each column with its headings; the first three are those of fi, sv and en."""

QUESTION = Question(
    headings=frozenset(heading_key(word) for words in COLUMNS.values() for word in words),
    needed=frozenset(map(heading_key, COLUMNS["file"])),
)
"""What is known of the table before it is read."""

ROLES: Mapping[str, Role] = MappingProxyType(
    {
        **dict.fromkeys(("henkilökunta", "personal", "staff"), Role.STAFF),
        **dict.fromkeys(("lapsi", "barn", "child"), Role.CHILD),
        **dict.fromkeys(("oppilas", "elev", "pupil"), Role.CHILD),
        **dict.fromkeys(("opiskelija", "studerande", "student"), Role.CHILD),
        **dict.fromkeys(("muu", "annan", "other"), Role.OTHER),
    }
)

NO_WORKS = frozenset({"none", "no", "ei", "ei yhtään", "ei töitä", "nej", "inga", "inga arbeten"})
"""What says that no work is in the photo; an empty cell says nothing."""


def column_of(heading: str) -> str | None:
    """Return the column that a heading names, None where it names none."""
    wanted = heading_key(heading)
    return next((name for name, words in COLUMNS.items() if wanted in words), None)
