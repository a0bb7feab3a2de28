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
from collections.abc import Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from photoguard.captions import are_called
from photoguard.errors import ConfigurationError, OutputError, UsageTrouble, problem_of
from photoguard.files import (
    AT_ONCE,
    MANIFEST,
    NO_LINKS,
    PRIVATE,
    REPORT,
    TEXTS,
    as_old_as_before,
    is_of_a_copy,
    is_table,
    lock_file,
    read_json,
    write_private,
)
from photoguard.model import Language, Unit
from photoguard.notes import read_notes
from photoguard.output import manifest
from photoguard.output.journal import Journal
from photoguard.output.prepared import RunFacts, drop_notices, photos_of, recorded_photo
from photoguard.output.shelves import Shelves, is_own, texts_aside
from photoguard.output.trust import LOCK, MARK, NOTE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
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


def standing_copies(output: Path, language: str) -> tuple[PreparedPhoto, ...]:
    """Return ``copies_of`` without those that have left since the manifest was written.

    A review page that was killed wrote none. Whose copy a person took away is still among them.
    """
    journal = _journal(output)
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


def remove_texts(
    output: Path, numbers: Collection[int], names: Collection[str]
) -> tuple[Path, ...]:
    """Remove the texts set aside of these photos, or in which one of these people is named.

    Only while the output is ``at_rest``. Returns what was removed; raises UsageTrouble for
    what cannot be removed.
    """
    journal = _journal(output)
    aside = texts_aside(output, journal) if journal else ()
    gone = []
    for number, path in aside:
        try:
            if number in numbers or _names(path, names):
                path.unlink()
                gone.append(path)
        except OSError as trouble:
            raise UsageTrouble("consent.cannot_remove", file=str(path)) from trouble
    if gone:
        drop_notices(output, gone)
    return tuple(gone)


def _names(text: Path, names: Collection[str]) -> bool:
    """Tell whether a text names anybody, whatever the editor made of its letters."""
    content = text.read_bytes()
    read = (content.decode(code, "replace") for code in ("utf-8-sig", "cp1252", "utf-16"))
    return any(are_called(each, names) for each in read)


def number_of(place: str) -> int:
    """Return the number in a copy's name."""
    return int(place.rpartition("-")[2].partition(".")[0])


def strangers_beside(copies: Iterable[PreparedPhoto]) -> tuple[Path, ...]:
    """Return what lies beside these copies under names that the program never gives."""
    shelves = dict.fromkeys(copy.path.parent for copy in copies)
    lying = (path for shelf in shelves if is_own(shelf) for path in sorted(shelf.iterdir()))
    return tuple(path for path in lying if not _is_usual(path))


_OF_THE_SYSTEM = frozenset({".db", ".ini"})


def _is_usual(path: Path) -> bool:
    """Tell whether something on a shelf bears a name of ours, or is of the system."""
    if path.name.startswith((".", "~")) or path.suffix.lower() in _OF_THE_SYSTEM:
        return True
    return path.name in TEXTS or is_of_a_copy(f"{path.parent.name}/{path.name}")


def places_naming(output: Path, name: str) -> tuple[Path, ...]:
    """Return what at the top of an output still names somebody, by given name.

    The report stands for all that the program noted of the photos; of tables every one that
    can be read is looked into. What is not ours holds nothing.
    """
    try:
        journal = _journal(output)
    except OutputError:
        return ()
    if journal is None:
        return ()
    entries = {source: asdict(entry) for source, entry in journal.entries.items()}
    noted = "\n".join(_texts_in([entries, manifest.read(output)]))
    found = [output / REPORT] if are_called(noted, [name]) else []
    tables = (path for path in sorted(output.iterdir()) if path.is_file() and is_table(path))
    return (*(path for path in tables if _table_names(path, name)), *found)


def _texts_in(noted: object) -> Iterator[str]:
    """Yield every text in JSON values, the keys of objects too."""
    if isinstance(noted, str):
        yield noted
    elif isinstance(noted, Mapping):
        yield from _texts_in([*noted.keys(), *noted.values()])
    elif isinstance(noted, list | tuple):
        for each in noted:
            yield from _texts_in(each)


def _table_names(table: Path, name: str) -> bool:
    with suppress(ConfigurationError):
        return are_called(str(read_notes(table).rows), [name])
    return False
