"""Which photo a row of the staff's table means."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Self

from photoguard.model import PhotoNotes, Reason
from photoguard.model.answers import split_face_number
from photoguard.model.spelling import key, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from photoguard.model import Language
    from photoguard.tables import OtherCell


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
    language: Language | None = None
    """The language of its headings, None where they are not of one of the three."""
    others: tuple[OtherCell, ...] = ()
    """The cells of the workbook's other sheets, at most ``tables.MOST_OTHER_CELLS``."""

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
        return _with_numbers_counted_up(assigned), tuple(notices)


FILLED = 3
"""In so many rows the numbers of one name count up until a spreadsheet may have filled them in."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Rows, one below the other, in which the face number of one name counts up by one."""

    last: int
    """The index of the face in the last of them, from 0."""
    entries: tuple[tuple[str, str], ...]
    """The photo and the entry of each row."""


def _with_numbers_counted_up(notes: Mapping[str, PhotoNotes]) -> dict[str, PhotoNotes]:
    """Return the notes with ``counted_up`` set; they are in the order of the table.

    Whoever drags "Aino #1" down in a spreadsheet gets "Aino #2" in the next row, which is
    another child's face.
    """
    found: dict[str, dict[str, None]] = defaultdict(dict)
    above: dict[str, _Run] = {}
    for file, each in notes.items():
        above = _continued(above, file, each)
        for run in above.values():
            if len(run.entries) >= FILLED:
                fresh = run.entries if len(run.entries) == FILLED else run.entries[-1:]
                for photo, entry in fresh:
                    found[photo][entry] = None
    return {file: replace(each, counted_up=tuple(found[file])) for file, each in notes.items()}


def _continued(above: Mapping[str, _Run], file: str, notes: PhotoNotes) -> dict[str, _Run]:
    """Return the runs that end with this photo, by the key of the name."""
    runs = {}
    for entry in notes.people:
        who, face = split_face_number(entry)
        if face is None:
            continue
        run = above.get(key(who))
        before = run.entries if run is not None and run.last + 1 == face else ()
        runs[key(who)] = _Run(face, (*before, (file, entry)))
    return runs


_ALIKE = 0.6
"""Least similarity, from 0 to 1, of a name that is offered as the one that may be meant."""
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
                table[path_key(name)].append(file)
        return cls(tables)

    def nearest(self, path: str) -> str:
        """Return the file with the most similar name, "" where none is similar."""
        _, _, bare, _ = self.tables
        wanted = path_key(str(PurePosixPath(path).with_suffix("")))
        found = get_close_matches(wanted, [name for name in bare if name], _MOST_LIKE, _ALIKE)
        same = [name for name in found if _numbers(name) == _numbers(wanted)]
        return bare[(same or found)[0]][0] if found else ""

    def files_meant_by(self, path: str) -> list[str]:
        """Return the files that a row may mean; only the one written exactly like it, if any."""
        wanted = path_key(path), path_key(PurePosixPath(path).name), path_key(path), path_key(path)
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


def _numbers(name: str) -> list[int]:
    return [int(digits) for digits in re.findall("[0-9]{1,18}", name)]


def path_key(path: str) -> str:
    """Return the key by which paths are compared."""
    return visible(path).casefold()
