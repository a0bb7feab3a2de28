"""How a withdrawn permission reaches copies that are not published yet, even during a run.

The withdrawal is first written into the register; then each output gets a mark, and then its
lock is asked for. Whoever gets the lock removes the mark, and the copies that may no longer
be published. Where a run holds the lock the mark stays: the run looks for it after each photo
and once more after it has given up the lock, and asks the register again. So no copy is
missed between the two.

A run notes beforehand which register it asks, and for which unit, channels and day. So another
unit's register leaves its copies alone, and a run that was killed can be judged without a
manifest.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from photoguard.errors import OutputError, problem_of
from photoguard.files import (
    AT_ONCE,
    MANIFEST,
    NO_LINKS,
    PRIVATE,
    as_old_as_before,
    lock_file,
    read_json,
    write_private,
)
from photoguard.model import Language, Unit
from photoguard.output.journal import Journal
from photoguard.output.prepared import RunFacts, photos_of, recorded_photo
from photoguard.output.shelves import Shelves, is_own
from photoguard.output.trust import LOCK, MARK, NOTE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from photoguard.output.prepared import PreparedPhoto
    from photoguard.register import Snapshot
    from photoguard.settings import Settings


_LONGEST_NOTE = 1 << 20
"""Bytes that are read of a run's note; a received folder may hold anything in its place."""


@dataclass(frozen=True, slots=True)
class RunNote:
    """What the last run over an output asked, and for what."""

    register: str = ""
    """The random id of the register and its unit; empty where none was asked."""
    unit: Unit = Unit.EARLY_CHILDHOOD
    channels: tuple[str, ...] = ()
    publish_on: date | None = None


def note_run(output: Path, settings: Settings, register: Snapshot | None) -> None:
    """Note what a run is about to ask; raises WriteError."""
    note = RunNote(
        register.register if register else "",
        settings.unit,
        settings.channels,
        settings.publish_on,
    )
    content = json.dumps(asdict(note), default=date.isoformat).encode()
    write_private(output / PRIVATE / NOTE, content)


def noted_run(output: Path) -> RunNote | None:
    """Return what the last run noted, None where nothing can be read."""
    try:
        raw: Any = read_json(output / PRIVATE / NOTE, _LONGEST_NOTE, follow=False)
        day = raw["publish_on"]
        return RunNote(
            str(raw["register"]),
            Unit(raw["unit"]),
            tuple(map(str, raw["channels"])),
            date.fromisoformat(day) if day else None,
        )
    except (OSError, ValueError, TypeError, KeyError):
        return None


def mark(output: Path) -> None:
    """Leave a mark for a run that may be using this output: it then asks the register again."""
    with suppress(OSError):  # what cannot be written to is not in use
        place = output / PRIVATE / MARK
        os.close(os.open(place, os.O_WRONLY | os.O_CREAT | NO_LINKS | AT_ONCE, 0o600))


def is_marked(output: Path) -> bool:
    """Tell whether somebody asked for another look at the register."""
    return os.path.lexists(output / PRIVATE / MARK)


def unmark(output: Path) -> None:
    """Remove the mark; done before the register is read. Raises OutputError."""
    try:
        (output / PRIVATE / MARK).unlink(missing_ok=True)
    except OSError as trouble:
        raise OutputError("journal.cannot_use", problem=problem_of(trouble)) from trouble


@contextmanager
def at_rest(output: Path) -> Iterator[None]:
    """Lock an output against runs; while a run has it, leave a mark for it and raise OutputError.

    Where the mark is there again at the end, the caller has to look at the output once more.
    """
    private = output / PRIVATE
    if not private.is_dir() or _journal(output) is None:
        yield  # no run of ours can be there
        return
    with as_old_as_before(output):
        mark(output)
        try:
            lock = lock_file(private / LOCK)
        except OSError:  # read-only: no run can be there either
            lock = -1
        try:
            if lock >= 0:
                unmark(output)
            yield
        finally:
            if lock >= 0:
                os.close(lock)


def is_output(folder: Path) -> bool:
    """Tell whether anything of ours lies there; a stick that is not plugged in has nothing."""
    with suppress(OSError):  # a network drive that does not answer is not there either
        return (folder / PRIVATE).is_dir() or (folder / MANIFEST).is_file()
    return False


def _journal(output: Path) -> Journal | None:
    """Return what earlier runs noted; None where only a manifest tells of them.

    Raises OutputError where nothing that is there can be read, and for a linked or another
    user's folder.
    """
    try:
        return Journal.peek(output)
    except OutputError as trouble:
        if trouble.code != "journal.foreign" or not (output / MANIFEST).exists():
            raise
        return None


def copies_of(output: Path, language: str) -> tuple[PreparedPhoto, ...]:
    """Return the copies of an output: those of its manifest, and those of a run cut short.

    Raises UsageTrouble where what was noted there cannot be read, OutputError where the
    journal is damaged.
    """
    journal = _journal(output)
    has_manifest = (output / MANIFEST).exists()
    if journal is None:
        return photos_of(output, language) if has_manifest else ()
    run = RunFacts(*_channels_and_unit(output), language)
    newer = [
        photo
        for entry in journal.entries.values()
        if entry.record and (photo := recorded_photo(output, entry.record, run))
    ]
    known = {photo.output for photo in newer}
    older = photos_of(output, language) if has_manifest else ()
    return (*(photo for photo in older if photo.output not in known), *newer)


def _channels_and_unit(output: Path) -> tuple[tuple[str, ...], str]:
    note = noted_run(output) or RunNote()
    return note.channels, note.unit.value


def sweep_unfinished(output: Path) -> None:
    """Remove copies that a killed run put there and did not note; raises WriteError.

    Only while the output is ``at_rest``. Nobody knows who is in them.
    """
    journal = _journal(output)
    if journal is None or all(entry.record for entry in journal.entries.values()):
        return
    kept = {
        place
        for photo in copies_of(output, journal.language)
        for place in (photo.output, *photo.sidecars)
    }
    sweep_beside(output, journal, kept.union(journal.aside))


def sweep_beside(output: Path, journal: Journal, kept: Iterable[str] = ()) -> None:
    """Remove every copy whose name the journal may have given, but for those that are kept.

    ``kept`` are places below the output. Raises WriteError.
    """
    shelves = Shelves.of(output, Language(journal.language), "")
    own = tuple((outcome, name) for outcome, name in shelves.names if is_own(output / name))
    replace(shelves, names=own).sweep(kept, journal.prefixes, journal.last_number)
