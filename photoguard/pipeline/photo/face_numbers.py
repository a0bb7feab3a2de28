"""Which face a number in the staff's table means: the one that a report showed under it.

Another model, another version or one face more numbers the faces anew, and ``#3`` would
be another child. So the place of a face is kept when its number is first taken, and the
number holds only while the face of that number is there, in the same file. What is kept
outlives the record of the photo: ``--fresh`` and a failure must not make a number new. Nor
may a run that was stopped before it could write a report: nobody has seen its numbers.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from photoguard.files import digest_file
from photoguard.model.spelling import key as spelling_key
from photoguard.output.records import (
    Bound,
    Numbering,
    from_journal,
    numbering_from_journal,
    numbering_to_journal,
)
from photoguard.presence import SAME_PLACE, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from photoguard.files import Source
    from photoguard.model import Box, Face, PhotoNotes
    from photoguard.output.journal import Entry, Journal
    from photoguard.output.records import Facts, PhotoRecord

NOT_READABLE = Numbering("")
"""Belongs to no file, so that no number holds."""


def bind(notes: PhotoNotes, facts: Facts, sha256: str, before: Numbering | None) -> Iterator[Bound]:
    """Yield for each number that staff told where its face has to be.

    That is where it was when the number was first taken; for a new number, where the last
    report showed it. In a file that has changed since, no number was shown to anybody.
    Where there was no report yet, staff counted themselves: what they meant is seen now.
    """
    for _, face, key in _numbered(notes):
        if before is None:
            yield Bound(key, _at(face, _shares(facts.sight.faces, facts)), reported=False)
        elif before.source_sha256 != sha256:
            yield Bound(key, None)
        else:
            old = _of(key, before.bound)
            yield Bound(key, old.box if old else _at(face, before.shown))


def renumbered(notes: PhotoNotes, facts: Facts) -> frozenset[str]:
    """Return what staff wrote of people whose face is not where it was."""
    return frozenset(text for text, face, key in _numbered(notes) if _is_moved(face, key, facts))


def unshown(notes: PhotoNotes, facts: Facts) -> frozenset[str]:
    """Return what staff wrote of people by a number that no report had shown by then."""
    written = ((text, _of(key, facts.bound)) for text, _, key in _numbered(notes))
    return frozenset(text for text, bound in written if bound and not bound.reported)


def shown_since(record: PhotoRecord, entry: Entry) -> bool:
    """Tell whether a report has by now shown the numbers that held a photo for want of one."""
    bound = record.facts.bound if record.facts else ()
    return entry.numbers is not None and not all(each.reported for each in bound)


def note_old(journal: Journal) -> None:
    """Move the numbering out of records that an earlier version wrote it into."""
    for entry in journal.entries.values():
        if entry.record is not None and entry.numbers is None and entry.unreported is None:
            try:
                entry.numbers = numbering(from_journal(entry.record))
            except (KeyError, TypeError, ValueError):
                entry.numbers = numbering_to_journal(NOT_READABLE)


def kept(journal: Journal, source: Source, notes: PhotoNotes) -> Numbering | None:
    """Return how the last report numbered the faces of a photo, None where none did.

    A photo whose numbers staff told is known by its bytes, too, so that another name does
    not make them new.
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


def numbering(record: PhotoRecord) -> dict[str, Any] | None:
    """Return how a report numbers the faces of a photo, None where it has no picture of them."""
    if record.facts is None or record.output is None:
        return None
    shown = _shares((planned.face for planned in record.faces), record.facts)
    return numbering_to_journal(Numbering(record.source_sha256, shown, record.facts.bound))


def _numbered(notes: PhotoNotes) -> Iterator[tuple[str, int, str]]:
    """Yield each person that staff gave a face: as written, the face from 0, and the key."""
    for text in notes.people:
        who, face = split(text)
        if face is not None:
            written = f"{spelling_key(who)}#{face}"
            yield text, face, hashlib.sha256(written.encode("utf-8", "replace")).hexdigest()


def _is_moved(face: int, key: str, facts: Facts) -> bool:
    """Tell whether the face is elsewhere; a number told since is one of these very faces."""
    bound, here = _of(key, facts.bound), _at(face, _shares(facts.sight.faces, facts))
    if bound is None or here is None:
        return False
    return bound.box is None or bound.box.iou(here) < SAME_PLACE


def _of(key: str, bound: Iterable[Bound]) -> Bound | None:
    return next((each for each in bound if each.key == key), None)


def _at(face: int, boxes: tuple[Box, ...]) -> Box | None:
    return boxes[face] if 0 <= face < len(boxes) else None


def _shares(faces: Iterable[Face], facts: Facts) -> tuple[Box, ...]:
    """Return boxes in shares of the sides, so that they hold for every ``max_side``."""
    width, height = facts.size
    return tuple(face.box.stretched(1 / width, 1 / height) for face in faces)
