"""Reads the staff's table of photos: ``photos.csv`` or ``photos.xlsx``.

::

    path = find_notes(folder)              # or the file given as --people
    table = read_notes(path)               # ConfigurationError with file, row and column
    notes, notices = table.assign(files)   # POSIX paths relative to the folder
    notes.get("metsä/IMG_1.jpg", PhotoNotes())

File names are compared in NFC and without regard to case. Tables for the consent register
are not read here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from itertools import islice
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from photoguard.errors import ConfigurationError
from photoguard.files import NOTES, is_table, printable
from photoguard.model import Language, PhotoNotes, Reason, Role
from photoguard.model.answers import (
    ROLES,
    channels_in,
    is_none,
    known_answer,
    says_no,
    text_answer,
    word_key,
)
from photoguard.model.spelling import heading_key, visible
from photoguard.tables import ExpectedTable, column_letter, read_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from photoguard.tables import Table


__all__ = [
    "NotesRow",
    "NotesTable",
    "find_notes",
    "read_notes",
    "unread_tables",
    "with_gaps_filled",
]

PERSON = re.compile(r"[^#]*[^#\s]\s*(#\s*[1-9][0-9]{0,4})?")
"""A register id or a name, perhaps with the number of a face in the report."""


@dataclass(frozen=True, slots=True)
class NotesRow:
    """One row of the staff's table of photos."""

    number: int
    """As a spreadsheet counts it, from 1."""
    notes: PhotoNotes


@dataclass(frozen=True, slots=True)
class NotesTable:
    """The staff's table of photos as it was read."""

    name: str
    """The table's file name."""
    rows: Mapping[str, NotesRow]
    """The rows by the photo's path or name, as staff wrote it."""
    notices: tuple[Reason, ...] = ()
    """Notices about reading the table."""

    def without_empty_rows(self) -> NotesTable:
        """Return the table without the rows in which only the photo is given."""
        rows = {file: row for file, row in self.rows.items() if row.notes != PhotoNotes()}
        return replace(self, rows=rows)

    def assign(
        self, files: Iterable[str], copies: Mapping[str, str] | None = None
    ) -> tuple[dict[str, PhotoNotes], tuple[Reason, ...]]:
        """Return the notes by file, and the notices about reading and about unmatched rows.

        A row may give a photo by its path, by the name of its copy (``copies``, by file), or
        by either without the suffix; they are tried in this order. A row that could mean two
        files means neither, unless it is written exactly like one of them.
        """
        files = list(files)
        names = _FileNames.of(files, copies or {})
        assigned: dict[str, PhotoNotes] = {}
        notices = list(self.notices)
        for path, row in self.rows.items():
            candidates = names.files_meant_by(path)
            where: dict[str, str | int] = {"table": self.name, "row": row.number, "file": path}
            if len(candidates) > 1:
                notices.append(Reason("notes.two_files", (), where))
            elif candidates and candidates[0] in assigned:
                notices.append(Reason("notes.told_twice", (), where))
            elif candidates:
                assigned[candidates[0]] = row.notes
            elif nearest := names.nearest(path):
                notices.append(Reason("notes.nearest_file", (), {**where, "nearest": nearest}))
            else:
                notices.append(Reason("notes.no_such_file", (), where))
        return assigned, tuple(notices)


_ALIKE = 0.6
"""Least similarity, from 0 to 1, of a name that is offered as the one that may be meant."""
_READABLE = frozenset({".csv", ".xlsx"})
_MOST_OTHERS = 5
"""Most tables beside the photos that are read: each needs a process of its own."""
_MOST_LIKE = 5
"""Most similar names that are searched for one with equal numbers (IMG_7 and IMG_0007)."""


@dataclass(frozen=True, slots=True)
class _FileNames:
    """Four tables from a name to the files that a row may mean by it.

    The names are paths, names of copies, paths without suffix, and copies without suffix.
    """

    tables: tuple[Mapping[str, list[str]], ...]

    @classmethod
    def of(cls, files: Iterable[str], copies: Mapping[str, str]) -> Self:
        """Return the tables for these files; ``copies`` has the copy's path of a file."""
        tables: tuple[dict[str, list[str]], ...] = tuple(defaultdict(list) for _ in range(4))
        for file in files:
            copy = PurePosixPath(copies.get(file, ""))
            names = (file, copy.name, str(PurePosixPath(file).with_suffix("")), copy.stem)
            for table, name in zip(tables, names, strict=True):
                table[_key(name)].append(file)
        return cls(tables)

    def nearest(self, path: str) -> str:
        """Return the file with the most similar name, "" where none is similar."""
        _, _, bare, _ = self.tables
        wanted = _key(str(PurePosixPath(path).with_suffix("")))
        found = get_close_matches(wanted, [name for name in bare if name], _MOST_LIKE, _ALIKE)
        same = [name for name in found if _numbers(name) == _numbers(wanted)]
        return bare[(same or found)[0]][0] if found else ""

    def files_meant_by(self, path: str) -> list[str]:
        """Return the files that a row may mean; only the one written exactly like it, if any."""
        wanted = _key(path), _key(PurePosixPath(path).name), _key(path), _key(path)
        found = (
            table[name] for table, name in zip(self.tables, wanted, strict=True) if name in table
        )
        candidates = next(found, [])
        exact = [file for file in candidates if visible(file) == path]
        return exact or candidates


def with_gaps_filled(notes: PhotoNotes, gaps: PhotoNotes) -> PhotoNotes:
    """Return the notes, with their empty fields filled from ``gaps``."""
    nothing = PhotoNotes()
    missing = {
        each.name: getattr(gaps, each.name)
        for each in fields(PhotoNotes)
        if getattr(notes, each.name) == getattr(nothing, each.name)
    }
    return replace(notes, **missing)


def find_notes(folder: Path) -> Path | None:
    """Return the path of the table in the photos' folder, None where there is none.

    Raises ConfigurationError where there are two.
    """
    found = [entry for entry in sorted(folder.iterdir()) if _key(entry.name) in NOTES]
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
    read: dict[str, NotesRow] = {}
    taken: dict[str, int] = {}
    for line in table.rows:
        number = line.number
        row = _Row(path.name, number, columns, line.cells)
        file = _file(row)
        if _key(file) in taken:
            raise row.fault("notes.row_twice", "file", other=taken[_key(file)])
        taken[_key(file)] = number
        read[file] = NotesRow(number, _notes(row))
    return NotesTable(path.name, read, _with_table_name(table.notices, path.name))


def _refuse_denials(table: Table, name: str) -> None:
    """Raise ConfigurationError for a note on a cell that denies something: notes are not read."""
    for note in table.notes:
        if says_no(note.text):
            cell = f"{column_letter(note.place)}{note.row}"
            raise ConfigurationError("notes.note_denies", file=name, cell=cell)


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
        description=text_answer(row.text("description")),
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


def _numbers(name: str) -> list[int]:
    return [int(digits) for digits in re.findall("[0-9]{1,18}", name)]


def _key(path: str) -> str:
    """Return the key by which paths are compared."""
    return visible(path).casefold()


COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "number": ("nro", "nr", "no", "numero", "nummer", "number"),
        "picture": ("kuva", "bild", "picture"),
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
"""Each column with its headings; the first three are those in fi, sv and en.

The columns of the number and the picture only show which photo a row is; they are not read.
"""

EXPECTED_TABLE = ExpectedTable(
    headings=frozenset(heading_key(word) for words in COLUMNS.values() for word in words),
    needed=frozenset(map(heading_key, COLUMNS["file"])),
)
"""The headings that the table may have and must have."""

ROLE_WORDS: Mapping[Language, Mapping[Role, str]] = MappingProxyType(
    {
        Language.FI: {Role.STAFF: "henkilökunta", Role.CHILD: "lapsi", Role.OTHER: "muu"},
        Language.SV: {Role.STAFF: "personal", Role.CHILD: "barn", Role.OTHER: "annan"},
        Language.EN: {Role.STAFF: "staff", Role.CHILD: "child", Role.OTHER: "other"},
    }
)
"""The words that the sheet offers for the photographer's role."""

NO_WORDS: Mapping[Language, str] = MappingProxyType(
    {Language.FI: "ei", Language.SV: "nej", Language.EN: "no"}
)
"""The word that the sheet offers where no work is in the photo."""


def column_of(heading: str) -> str | None:
    """Return the key in ``COLUMNS`` for a heading, None for an unknown one."""
    wanted = heading_key(heading)
    return next((name for name, words in COLUMNS.items() if wanted in words), None)
