"""Copies that stay as they are: a person changed them, or their original is gone.

Nothing that a person did is undone without a word: a changed copy is kept beside the new
one, a copy that was taken away is not made again, a copy outlives its original. The rules
are asked about all of them on every run, and a changed copy is examined before it may lie
in the ready folder.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from photoguard.errors import EXIT_ATTENTION
from photoguard.files import digest_file, place_in
from photoguard.model import NOTHING_SETTLED, Action, Outcome, Reason
from photoguard.output.records import (
    files_of,
    from_journal,
    settled_from_journal,
    to_journal,
    without_copy,
)
from photoguard.pipeline.folder.unwanted import GRAVITY
from photoguard.pipeline.photo.decision import decide

if TYPE_CHECKING:
    from collections.abc import Iterable

    from photoguard.model import Box, PhotoNotes, Settled
    from photoguard.output.journal import Journal
    from photoguard.output.records import PhotoRecord
    from photoguard.output.shelves import Shelves
    from photoguard.pipeline.values import Examine, RunSpec

Manifest = Mapping[str, Any]
"""The manifest of the run before; it is not signed, so that it can only cost work."""


@dataclass(frozen=True, slots=True)
class Today:
    """What the rules make of a finished copy today, and why: BLOCKED where it has to go."""

    outcome: Outcome
    reasons: tuple[Reason, ...] = ()


def today(record: PhotoRecord, notes: PhotoNotes, spec: RunSpec, settled: Settled) -> Today:
    """Return what the rules make of a finished copy today.

    A face that is visible in it has to be one that may still be shown.
    """
    if record.facts is None:
        return Today(Outcome.BLOCKED)
    plan = decide(record.facts, notes, spec, settled)
    shown = {planned.face.box for planned in plan.faces if planned.action is Action.KEEP}
    if not shown.issuperset(_visible(record)):
        return Today(Outcome.BLOCKED)
    return Today(max(record.status, plan.outcome, key=GRAVITY.index), plan.reasons)


def settled_in(journal: Journal, record: PhotoRecord) -> Settled:
    """Return what a person settled of a photo, if it was of this very file."""
    entry = journal.entries.get(record.source)
    settled = settled_from_journal(entry.settled if entry else None)
    return settled if settled.source_sha256 == record.source_sha256 else NOTHING_SETTLED


def settled_of(journal: Journal, records: Iterable[PhotoRecord]) -> dict[str, Settled]:
    """Return what a person settled of these very files, by source."""
    found = ((each.source, settled_in(journal, each)) for each in records)
    return {source: settled for source, settled in found if settled != NOTHING_SETTLED}


def _visible(record: PhotoRecord) -> tuple[Box, ...]:
    return tuple(each.face.box for each in record.faces if each.action is Action.KEEP)


@dataclass(slots=True)
class KeptCopies:
    """The copies of one output that a run does not make, and what it reports of them."""

    journal: Journal
    shelves: Shelves
    spec: RunSpec
    notes_of: Callable[[PhotoRecord], PhotoNotes]
    examine: Examine
    reported: list[PhotoRecord] = field(default_factory=list)
    """The records of changed copies, and of those that had to go."""
    returned: set[str] = field(default_factory=set)
    """The sources of copies that lay in the wrong folder and were put back."""

    def notice(self, record: PhotoRecord, manifest: Manifest) -> bool:
        """Note what a person did with a finished copy; tell whether it still lies there.

        Raises WriteError.
        """
        place = record.output or ""
        lies = self._digest(place)
        if place in self.journal.aside or lies not in {None, record.output_sha256}:
            if place not in self.journal.aside:
                self._set_aside(replace(record, output_sha256=lies))
            self.journal.renumber(record.source)
            return False
        if lies is None and not self._moved_back(record) and _was_reported(place, manifest):
            self.journal.note_deleted(record.source)
        return True

    def _digest(self, place: str) -> str | None:
        """Return the digest of what lies at a place, None for nothing that can be read."""
        with suppress(OSError):
            return digest_file(place_in(self.shelves.output, place))
        return None

    def _moved_back(self, record: PhotoRecord) -> bool:
        """Put a copy back that lies in the wrong folder: what is not ready is not there."""
        place = record.output or ""
        for outcome, _ in self.shelves.names:
            other = self.shelves.elsewhere(place, outcome)
            if other != place and self._digest(other) == record.output_sha256:
                self.shelves.move(other, place)
                self.returned.add(record.source)
                return True
        return False

    def _set_aside(self, record: PhotoRecord) -> PhotoRecord:
        """Examine a changed copy and keep it, in the folder where it may lie."""
        path = place_in(self.shelves.output, record.output or "")
        is_fit = record.status is Outcome.READY and self.examine(path, _visible(record))
        record = replace(record, status=Outcome.READY if is_fit else Outcome.REVIEW)
        self.journal.set_aside(record.output or "", to_journal(record))
        return record

    def review(self) -> None:
        """Ask the rules about every changed copy, and tell what came of it; raises WriteError.

        Asked again, it tells of each copy what came of it now.
        """
        self.reported = [each for each in self.reported if each.output is None]
        for place, raw in tuple(self.journal.aside.items()):
            lies = self._digest(place)
            if lies is None:
                self.journal.set_aside(place, None)
                continue
            record = from_journal(raw)
            if lies != record.output_sha256:
                record = self._set_aside(replace(record, output_sha256=lies))
            now = today(record, self.notes_of(record), self.spec, settled_in(self.journal, record))
            if now.outcome is Outcome.BLOCKED:
                self.shelves.remove(files_of(record))
                self.journal.set_aside(place, None)
                self.reported.append(without_copy(record, Reason("reasons.changed_copy_removed")))
            else:
                self.reported.append(self._kept(record, now))

    def _kept(self, record: PhotoRecord, now: Today) -> PhotoRecord:
        moved = self.moved(record, now)
        if moved.output != record.output:
            self.journal.set_aside(moved.output or "", to_journal(moved))
            self.journal.set_aside(record.output or "", None)
        if now.outcome is Outcome.READY:
            return replace(moved, notices=(Reason("reasons.changed_copy"), *record.notices))
        return replace(moved, reasons=(Reason("reasons.changed_copy_unsure"), *moved.reasons))

    def moved(self, record: PhotoRecord, now: Today) -> PhotoRecord:
        """Return the record with its copy in the folder for review if that is where it belongs.

        A copy that comes to wait is told with what the rules say of it today.
        """
        place = record.output or ""
        to = self.shelves.elsewhere(place, Outcome.REVIEW)
        code = int(now.outcome is not Outcome.READY) and EXIT_ATTENTION
        reasons = record.reasons if record.status is now.outcome else now.reasons
        record = replace(record, status=now.outcome, exit_code=code, reasons=reasons)
        if now.outcome is Outcome.READY or place == to:
            return record
        self.shelves.move(place, to)
        return replace(record, output=to)

    def depart(self, record: PhotoRecord) -> PhotoRecord | None:
        """Return the record of a copy whose original is gone, None where it may not stay.

        Raises WriteError.
        """
        now = today(record, self.notes_of(record), self.spec, settled_in(self.journal, record))
        if now.outcome is Outcome.BLOCKED:
            self.journal.reopen(record.source)
            self.shelves.remove(files_of(record))
            self.reported.append(without_copy(record, Reason("reasons.source_missing_removed")))
            return None
        moved = self.moved(record, now)
        if moved != record:
            unreported = self.journal.entries[record.source].unreported
            self.journal.finish(record.source, to_journal(moved), unreported)
        return moved


def _was_reported(place: str, manifest: Manifest) -> bool:
    """Tell whether the last run left this copy there, as far as the manifest knows."""
    photos = manifest.get("photos")
    if not isinstance(photos, list):
        return False
    return any(isinstance(photo, dict) and photo.get("output") == place for photo in photos)
