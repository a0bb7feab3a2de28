"""Which photo a row of the staff's table means, and which photos wait because of a row."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING

from photoguard.model import PhotoNotes, Reason
from photoguard.model.answers import may_forbid, split_face_number
from photoguard.model.spelling import key

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from photoguard.model import Language
    from photoguard.notes.names import PhotoNames
    from photoguard.tables import OtherCell


@dataclass(frozen=True, slots=True)
class NotesRow:
    """One row of the staff's table of photos."""

    number: int
    """As a spreadsheet counts it, from 1."""
    notes: PhotoNotes

    @property
    def may_stop(self) -> bool:
        """Whether the row can hold or block a photo: by people, makers, photographer or words."""
        texts = self.notes.description, self.notes.event
        plain = replace(self.notes, description="", event="", works=self.notes.works or None)
        return plain != PhotoNotes() or any(map(may_forbid, texts))


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

    def assign(self, names: PhotoNames) -> tuple[dict[str, PhotoNotes], tuple[Reason, ...]]:
        """Return the notes by file, and the notices about reading and about unmatched rows.

        A row may give a photo by its path, by the name of its copy, by either without the
        suffix, or by the name that it had in an earlier run; they are tried in this order. A
        row for a photo of an earlier run counts for its copy too, which may still be there. A
        row that could mean two files means neither, unless it is written exactly like one of
        them. Photos that such a row may mean are marked ``row_unclear`` if it could stop them,
        and ``people_missing`` those beside which another file of the same shot has people.
        """
        assigned: dict[str, PhotoNotes] = {}
        old_names: dict[str, str] = {}
        waiting: dict[str, None] = {}
        notices = list(self.notices)
        for path, row in self.rows.items():
            meant = _meant(path, names, {*assigned, *old_names})
            where: dict[str, str | int] = {"table": self.name, "row": row.number, "file": path}
            if meant.code:
                notices.append(Reason(meant.code, (), {**where, **meant.parameters}))
            if meant.is_certain:
                assigned[meant.files[-1]] = row.notes
                old_names |= dict.fromkeys(meant.files[:-1], meant.files[-1])
            elif row.may_stop:
                waiting |= dict.fromkeys(meant.files)
        assigned = _with_numbers_counted_up(assigned)
        assigned |= {old: assigned[now] for old, now in old_names.items()}
        for file in waiting:
            assigned[file] = replace(assigned.get(file, PhotoNotes()), row_unclear=True)
        for file in _without_people(assigned, names):
            assigned[file] = replace(assigned.get(file, PhotoNotes()), people_missing=True)
        return assigned, tuple(notices)


def _without_people(assigned: Mapping[str, PhotoNotes], names: PhotoNames) -> list[str]:
    """Return the files without people beside one of the same name that has some."""
    nothing = PhotoNotes()
    named = {file for file, notes in assigned.items() if notes.people or notes.works}
    return [
        file
        for group in names.of_one_name
        if not named.isdisjoint(group)
        for file in group
        if file not in named and not assigned.get(file, nothing).row_unclear
    ]


@dataclass(frozen=True, slots=True)
class _Meant:
    """The files that a row means, or may mean, and the notice about it, "" for none."""

    files: Sequence[str] = ()
    code: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    is_certain: bool = False


def _meant(path: str, names: PhotoNames, assigned: Collection[str]) -> _Meant:
    """Return the file that a row means, or those that it may mean without being used."""
    candidates = names.files_meant_by(path)
    if len(candidates) > 1:
        return _Meant(candidates, "notes.two_files")
    gone = None if candidates else names.gone_photo(path)
    files = (gone.source, *filter(None, [gone.now])) if gone else tuple(candidates)
    if taken := [file for file in files if file in assigned]:
        return _Meant(taken, "notes.told_twice")
    if gone and gone.now:
        return _Meant(files, "notes.renamed", {"now": gone.now}, is_certain=True)
    if files:
        return _Meant(files, _NOT_FOUND if gone else "", is_certain=True)
    return _perhaps_meant(path, names)


def _perhaps_meant(path: str, names: PhotoNames) -> _Meant:
    """Return the files in other folders that a row of no file may mean, with the notice."""
    if elsewhere := names.in_folders(path):
        return _Meant(elsewhere, "notes.other_folder", {"nearest": elsewhere[0]})
    if nearest := names.nearest(path):
        return _Meant((), "notes.nearest_file", {"nearest": nearest})
    return _Meant((), _NOT_FOUND)


_NOT_FOUND = "notes.no_such_file"


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


def with_gaps_filled(notes: PhotoNotes, gaps: PhotoNotes) -> PhotoNotes:
    """Return the notes, with their empty fields filled from ``gaps``."""
    nothing = PhotoNotes()
    missing = {
        each.name: getattr(gaps, each.name)
        for each in fields(PhotoNotes)
        if getattr(notes, each.name) == getattr(nothing, each.name)
    }
    return replace(notes, **missing)
