"""How a withdrawn permission reaches copies that are not published yet, even during a run.

The withdrawal is first written to the register; then each output gets a mark (a file), and
then its lock is tried. The process that gets the lock removes the mark and the copies that may
no longer be published. While a run holds the lock the mark stays: the run looks for it after
each photo and once more after releasing the lock, and reads the register again. So no copy
is missed between the two.

A run notes first which register it reads, and for which unit, channels and day. So the register
of another unit leaves its copies alone, and a killed run can be judged without a manifest.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from photoguard.captions import holds_given_name
from photoguard.errors import OutputError, UsageTrouble, problem_of
from photoguard.files import (
    AT_ONCE,
    MANIFEST,
    NO_LINKS,
    PICTURES,
    PRIVATE,
    SHELVES,
    as_old_as_before,
    is_place,
    lock_file,
    read_json,
    write_private,
)
from photoguard.model import Language, Unit
from photoguard.output.journal import Journal
from photoguard.output.prepared import (
    RunFacts,
    drop_notices,
    has_damaged_manifest,
    photos_of,
    recorded_photo,
)
from photoguard.output.shelves import Shelves, is_own, is_usual, lying_on, texts_aside
from photoguard.output.trust import LOCK, MARK, NOTE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from photoguard.output.prepared import PreparedPhoto
    from photoguard.register import Snapshot
    from photoguard.settings import Settings


_DAMAGED = "journal.damaged"
_LONGEST_NOTE = 1 << 20
"""Most bytes read of a run's note; in a received folder the file may be anything."""


@dataclass(frozen=True, slots=True)
class RunNote:
    """Which register the last run over an output read, and for which unit, channels and day."""

    register: str = ""
    """The random id of the register and its unit; empty where none was read."""
    unit: Unit = Unit.EARLY_CHILDHOOD
    channels: tuple[str, ...] = ()
    publish_on: date | None = None


def note_run(output: Path, settings: Settings, register: Snapshot | None) -> None:
    """Write the note of a run that is about to begin; raises WriteError."""
    note = RunNote(
        register.register if register else "",
        settings.unit,
        settings.channels,
        settings.publish_on,
    )
    content = json.dumps(asdict(note), default=date.isoformat).encode()
    write_private(output / PRIVATE / NOTE, content)


def noted_run(output: Path) -> RunNote | None:
    """Return the note of the last run, None where none can be read."""
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
    """Mark an output, so that a run that is using it reads the register again."""
    with suppress(OSError):  # an output that cannot be written to is not in use
        place = output / PRIVATE / MARK
        os.close(os.open(place, os.O_WRONLY | os.O_CREAT | NO_LINKS | AT_ONCE, 0o600))


def is_marked(output: Path) -> bool:
    """Tell whether the output is marked."""
    return os.path.lexists(output / PRIVATE / MARK)


def unmark(output: Path) -> None:
    """Remove the mark; done before the register is read. Raises OutputError."""
    try:
        (output / PRIVATE / MARK).unlink(missing_ok=True)
    except OSError as trouble:
        raise OutputError("journal.cannot_use", problem=problem_of(trouble)) from trouble


@contextmanager
def locked_output(output: Path) -> Iterator[None]:
    """Lock an output against runs for the block.

    While a run holds the lock, the output is marked and OutputError is raised. If the output
    is marked again after the block, the caller has to examine it once more.
    """
    private = output / PRIVATE
    if not private.is_dir() or not _is_ours(output):
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
    """Tell whether a folder is an output of this program; False where it cannot be reached."""
    with suppress(OSError):  # a network drive that does not answer is not there either
        return (folder / PRIVATE).is_dir() or (folder / MANIFEST).is_file()
    return False


def journal_of(output: Path) -> Journal | None:
    """Return an output's journal for reading, None where it has only a manifest or nothing.

    Raises OutputError where neither can be read, and for a linked or another user's folder.
    """
    try:
        return Journal.peek(output)
    except OutputError as trouble:
        if trouble.code != "journal.foreign" or not (output / MANIFEST).exists():
            raise
        return None


def _is_ours(output: Path) -> bool:
    """Tell whether an output has a journal of this user, be it a damaged one.

    Raises OutputError as ``_whole_journal``.
    """
    try:
        return journal_of(output) is not None
    except OutputError:
        _whole_journal(output)
        return True


def _whole_journal(output: Path) -> Journal | None:
    """Return ``journal_of``; None also for a damaged one beside a readable manifest."""
    try:
        return journal_of(output)
    except OutputError as trouble:
        is_readable = (output / MANIFEST).exists() and not has_damaged_manifest(output)
        if trouble.code != _DAMAGED or not is_readable:
            raise
    return None


class Damage(StrEnum):
    """Which of the two files that tell who is in a copy cannot be read."""

    JOURNAL = "journal"
    MANIFEST = "manifest"


@dataclass(frozen=True, slots=True)
class RecalledCopies:
    """The copies of an output, and which file about them is damaged, None if neither is."""

    copies: tuple[PreparedPhoto, ...]
    damage: Damage | None = None


def copies_of(output: Path, language: str) -> tuple[PreparedPhoto, ...]:
    """Return the copies of an output: those in its journal, and others in its manifest.

    The journal also knows the copies of a run that was cut short. Raises UsageTrouble for an
    unreadable manifest or record, OutputError for a damaged journal.
    """
    journal = journal_of(output)
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


def copies_to_recall(output: Path, language: str) -> RecalledCopies:
    """Return ``copies_of``; if one of journal and manifest is damaged, those in the other one.

    Of a journal, the copies that a person changed are returned too. Raises UsageTrouble or
    OutputError where neither can be read.
    """
    try:
        return RecalledCopies(copies_of(output, language))
    except OutputError:
        if _whole_journal(output) is None:  # else it was mended meanwhile
            return RecalledCopies(photos_of(output, language), Damage.JOURNAL)
        raise
    except UsageTrouble:
        journal = journal_of(output)
        if journal is None or not has_damaged_manifest(output):
            raise
    run = RunFacts(*_channels_and_unit(output), language)
    records = (*(entry.record for entry in journal.entries.values()), *journal.aside.values())
    found = (recorded_photo(output, record, run) for record in records if record)
    return RecalledCopies(tuple(photo for photo in found if photo), Damage.MANIFEST)


def holds_unknown_copies(output: Path, known: Iterable[PreparedPhoto]) -> bool:
    """Tell whether a picture with a copy's name lies there that is none of the ``known`` ones."""
    places = {photo.output for photo in known}
    lying = lying_on(output / shelf for shelf in SHELVES)
    found = (f"{path.parent.name}/{path.name}" for path in lying)
    return any(is_place(place) and place not in places for place in found)


def standing_copies(output: Path, language: str) -> tuple[PreparedPhoto, ...]:
    """Return ``copies_of`` without those that have left since the manifest was written.

    A review page that was killed wrote none. Whose copy a person took away is still among them.
    """
    journal = journal_of(output)
    copies = copies_of(output, language)
    if journal is None:
        return copies
    records = (entry.record for entry in journal.entries.values() if entry.record)
    places = {*(record["output"] for record in records), *journal.aside}
    return tuple(copy for copy in copies if copy.output in places or copy.path.exists())


def _channels_and_unit(output: Path) -> tuple[tuple[str, ...], str]:
    note = noted_run(output) or RunNote()
    return note.channels, note.unit.value


def sweep_unfinished(output: Path) -> None:
    """Remove copies that a killed run moved into place and did not note; raises WriteError.

    Call it within ``locked_output``. Nobody knows who is in such copies.
    """
    journal = _whole_journal(output)
    if journal is None or all(entry.record for entry in journal.entries.values()):
        return
    kept = {
        place
        for photo in copies_to_recall(output, journal.language).copies
        for place in (photo.output, *photo.sidecars)
    }
    sweep_beside(output, journal, kept.union(journal.aside))


def sweep_beside(output: Path, journal: Journal, kept: Iterable[str] = ()) -> None:
    """Remove every file with a name that the journal may have given, except ``kept``.

    ``kept`` are paths below the output. Raises WriteError.
    """
    shelves = Shelves.of(output, Language(journal.language), "")
    own = tuple((outcome, name) for outcome, name in shelves.names if is_own(output / name))
    replace(shelves, names=own).sweep(kept, journal.prefixes, journal.last_number)


def remove_texts(
    output: Path, numbers: Collection[int], names: Collection[str]
) -> tuple[Path, ...]:
    """Remove the texts set aside of photos with these numbers, or that contain these names.

    Call it within ``locked_output``. Return the removed paths; raises UsageTrouble where one
    cannot be removed.
    """
    journal = _whole_journal(output)
    aside = texts_aside(output, journal) if journal else ()
    gone = []
    for number, path in aside:
        try:
            if number in numbers or _names_anybody(path, names):
                path.unlink()
                gone.append(path)
        except OSError as trouble:
            raise UsageTrouble("consent.cannot_remove", file=str(path)) from trouble
    if gone:
        drop_notices(output, gone)
    return tuple(gone)


def _names_anybody(text: Path, names: Collection[str]) -> bool:
    """Tell whether a text file contains one of the names, in any of three usual encodings."""
    content = text.read_bytes()
    read = (content.decode(code, "replace") for code in ("utf-8-sig", "cp1252", "utf-16"))
    return any(holds_given_name(each, names) for each in read)


def foreign_files_near(output: Path, copies: Iterable[PreparedPhoto]) -> tuple[Path, ...]:
    """Return what lies near these copies and was not made by the program.

    On their shelves that is everything with a name that the program never gives, elsewhere in
    the output every such picture: staff may have put a copy into a folder of their own.
    """
    shelves = dict.fromkeys(copy.path.parent for copy in copies)
    elsewhere = _pictures_outside(output, shelves) if shelves else ()
    return tuple(path for path in (*lying_on(shelves), *elsewhere) if not is_usual(path))


def _pictures_outside(output: Path, shelves: Collection[Path]) -> Iterator[Path]:
    """Yield the files of an output that are named like pictures, without those on ``shelves``."""
    for name, inside, files in os.walk(output):
        folder = output / name
        inside[:] = sorted(each for each in inside if folder / each not in shelves)
        if folder == output and PRIVATE in inside:
            inside.remove(PRIVATE)
        found = (folder / each for each in sorted(files))
        yield from (path for path in found if path.suffix.lower().lstrip(".") in PICTURES)
