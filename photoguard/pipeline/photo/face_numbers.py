"""Which face a number in the staff's table means: the one that a report showed under it.

Another model or version, or one more face, changes the numbering, and ``#3`` would be
another child. So the place of a face is kept when staff first use its number, and the number
counts only while that face is still at that place of the same file. The kept places outlive
the record of the photo: ``--fresh`` or a failed run must not give a number another meaning.
Nor does a run that was stopped before its report, since nobody has seen its numbers.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from photoguard.files import digest_file
from photoguard.model.answers import split_face_number
from photoguard.model.spelling import key as spelling_key
from photoguard.output.records import (
    Bound,
    Numbering,
    from_journal,
    numbering_from_journal,
    numbering_to_journal,
)
from photoguard.presence import SAME_PLACE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from photoguard.files import Source
    from photoguard.model import Box, Face, PhotoNotes
    from photoguard.output.journal import Entry, Journal
    from photoguard.output.records import Facts, PhotoRecord

NOT_READABLE = Numbering("")
"""A numbering that belongs to no file, so that no face number counts."""


def bound_numbers(
    notes: PhotoNotes, facts: Facts, sha256: str, before: Numbering | None
) -> Iterator[Bound]:
    """Yield for each face number in the notes the place where its face has to be.

    That is its place when the number was first used, or else in the last report. In a file
    that has changed since, a number has no place (None). Where no report has been written
    yet, staff counted the faces themselves: the face with that number now is taken.
    ``before`` is the last report's numbering, None where there was no report.
    """
    for entry in _numbered(notes):
        if before is None:
            box = _at(entry.face, _shares(facts.sight.faces, facts))
            yield Bound(entry.key, box, reported=False)
        elif before.source_sha256 != sha256:
            yield Bound(entry.key, None)
        else:
            old = _of(entry.key, before.bound)
            yield Bound(entry.key, old.box if old else _at(entry.face, before.shown))


def renumbered(notes: PhotoNotes, facts: Facts) -> frozenset[str]:
    """Return the table's entries whose face number no longer means the face it meant."""
    return frozenset(entry.text for entry in _numbered(notes) if _is_moved(entry, facts))


def unshown(notes: PhotoNotes, facts: Facts) -> frozenset[str]:
    """Return the table's entries with a face number that no report had shown when it was used."""
    unreported = {bound.key for bound in facts.bound if not bound.reported}
    return frozenset(entry.text for entry in _numbered(notes) if entry.key in unreported)


def shown_since(record: PhotoRecord, entry: Entry) -> bool:
    """Tell whether a photo waited for a report to show its face numbers, and one has done so."""
    bound = record.facts.bound if record.facts else ()
    return entry.numbers is not None and not all(each.reported for each in bound)


def adopt_old_numbering(journal: Journal) -> None:
    """Fill in the journal's numbering from records of earlier versions, which kept none."""
    for entry in journal.entries.values():
        if entry.record is not None and entry.numbers is None and entry.unreported is None:
            try:
                entry.numbers = numbering_of(from_journal(entry.record))
            except (KeyError, TypeError, ValueError):
                entry.numbers = numbering_to_journal(NOT_READABLE)


def reported_numbering(journal: Journal, source: Source, notes: PhotoNotes) -> Numbering | None:
    """Return how the last report numbered the faces of a photo, None where none showed it.

    Where the notes use face numbers, a renamed photo is found by its bytes.
    """
    entry = journal.entries.get(source.name)
    if entry is not None and entry.numbers is not None:
        return _read(entry.numbers)
    reported = [each.numbers for each in journal.entries.values() if each.numbers is not None]
    if reported and any(_numbered(notes)):
        with suppress(OSError):
            sha256 = digest_file(source.path)
            return next((n for n in map(_read, reported) if n.source_sha256 == sha256), None)
    return None


def _read(raw: Mapping[str, Any]) -> Numbering:
    try:
        return numbering_from_journal(raw)
    except (KeyError, TypeError, ValueError):
        return NOT_READABLE


def numbering_of(record: PhotoRecord) -> dict[str, Any] | None:
    """Return a photo's face numbering as JSON for the journal, None where it has no copy."""
    if record.facts is None or record.output is None:
        return None
    shown = _shares((planned.face for planned in record.faces), record.facts)
    return numbering_to_journal(Numbering(record.source_sha256, shown, record.facts.bound))


@dataclass(frozen=True, slots=True)
class _NumberedPerson:
    """A person whom staff gave a face number in the table."""

    text: str
    """The entry as staff wrote it."""
    face: int
    """The index of the face, from 0."""
    key: str
    """A digest of person and number, under which the journal keeps the place."""


def _numbered(notes: PhotoNotes) -> Iterator[_NumberedPerson]:
    """Yield the people in the notes who have a face number."""
    for text in notes.people:
        who, face = split_face_number(text)
        if face is not None:
            written = f"{spelling_key(who)}#{face}".encode("utf-8", "replace")
            yield _NumberedPerson(text, face, hashlib.sha256(written).hexdigest())


def _is_moved(entry: _NumberedPerson, facts: Facts) -> bool:
    """Tell whether the face is elsewhere now; False where the number was not bound yet."""
    bound, here = _of(entry.key, facts.bound), _at(entry.face, _shares(facts.sight.faces, facts))
    if bound is None or here is None:
        return False
    return bound.box is None or bound.box.iou(here) < SAME_PLACE


def _of(key: str, bound: Iterable[Bound]) -> Bound | None:
    return next((each for each in bound if each.key == key), None)


def _at(face: int, boxes: tuple[Box, ...]) -> Box | None:
    return boxes[face] if 0 <= face < len(boxes) else None


def _shares(faces: Iterable[Face], facts: Facts) -> tuple[Box, ...]:
    """Return the boxes in shares of the picture's sides, which do not depend on ``max_side``."""
    width, height = facts.size
    return tuple(face.box.stretched(1 / width, 1 / height) for face in faces)
