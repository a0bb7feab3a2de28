"""Copies that stay as they are: a person changed them, or their original is gone.

Nothing that a person did is undone silently: a changed copy is kept beside the new one, a
deleted copy is not made again, and a copy stays when its original is gone. Every run decides
about all of them again, and examines a changed copy before it may lie in the ready folder.
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
"""The parsed manifest.json of the run before. It is not signed: a forged one must not be able
to do more than cause superfluous work."""


@dataclass(frozen=True, slots=True)
class CurrentDecision:
    """Today's decision about a finished copy, with its reasons; BLOCKED: it must be removed."""

    outcome: Outcome
    reasons: tuple[Reason, ...] = ()


def current_decision(
    record: PhotoRecord, notes: PhotoNotes, spec: RunSpec, settled: Settled
) -> CurrentDecision:
    """Return what today's rules decide about a finished copy, never milder than its status.

    BLOCKED also where a face is visible in the copy that may no longer be shown.
    """
    if record.facts is None:
        return CurrentDecision(Outcome.BLOCKED)
    plan = decide(record.facts, notes, spec, settled)
    shown = {planned.face.box for planned in plan.faces if planned.action is Action.KEEP}
    if not shown.issuperset(_visible(record)):
        return CurrentDecision(Outcome.BLOCKED)
    return CurrentDecision(max(record.status, plan.outcome, key=GRAVITY.index), plan.reasons)


def settled_in(journal: Journal, record: PhotoRecord) -> Settled:
    """Return what a person settled for a photo; nothing where the file has changed since."""
    entry = journal.entries.get(record.source)
    settled = settled_from_journal(entry.settled if entry else None)
    return settled if settled.source_sha256 == record.source_sha256 else NOTHING_SETTLED


def settled_of(journal: Journal, records: Iterable[PhotoRecord]) -> dict[str, Settled]:
    """Return what a person settled for these photos, by source, without those left unsettled."""
    found = ((each.source, settled_in(journal, each)) for each in records)
    return {source: settled for source, settled in found if settled != NOTHING_SETTLED}


def _visible(record: PhotoRecord) -> tuple[Box, ...]:
    return tuple(each.face.box for each in record.faces if each.action is Action.KEEP)


@dataclass(slots=True)
class KeptCopies:
    """The copies of one output that a run leaves as they are, and their records for the report."""

    journal: Journal
    shelves: Shelves
    spec: RunSpec
    notes_of: Callable[[PhotoRecord], PhotoNotes]
    examine: Examine
    reported: list[PhotoRecord] = field(default_factory=list)
    """The records of changed copies, and of copies that had to be removed."""
    returned: set[str] = field(default_factory=set)
    """The sources of copies that lay in the wrong folder and were put back."""

    def note_changes(self, record: PhotoRecord, manifest: Manifest) -> bool:
        """Note in the journal whether a person changed or deleted a finished copy.

        A copy that was moved into the wrong folder is moved back. Return False for a changed
        copy, which is set aside so that its photo is prepared under a new number, else True.
        Raises WriteError.
        """
        place = record.output or ""
        actual = self._digest(place)
        if place in self.journal.aside or actual not in {None, record.output_sha256}:
            if place not in self.journal.aside:
                self._keep_aside(replace(record, output_sha256=actual))
            self.journal.renumber(record.source)
            return False
        if actual is None and not self._moved_back(record) and _was_reported(place, manifest):
            self.journal.note_deleted(record.source)
        return True

    def _digest(self, place: str) -> str | None:
        """Return the SHA-256 of the file at a path below the output, None if unreadable."""
        with suppress(OSError):
            return digest_file(place_in(self.shelves.output, place))
        return None

    def _moved_back(self, record: PhotoRecord) -> bool:
        """Move a copy back from the wrong folder, if it lies there; return whether it did."""
        place = record.output or ""
        for outcome, _ in self.shelves.names:
            other = self.shelves.output_for_disk(place, outcome)
            if other != place and self._digest(other) == record.output_sha256:
                self.shelves.move(other, place)
                self.returned.add(record.source)
                return True
        return False

    def _keep_aside(self, record: PhotoRecord) -> PhotoRecord:
        """Examine a changed copy, note it in the journal and return its record.

        Its status is READY only if it was ready before and passed the examination.
        """
        path = place_in(self.shelves.output, record.output or "")
        is_fit = record.status is Outcome.READY and self.examine(path, _visible(record))
        record = replace(record, status=Outcome.READY if is_fit else Outcome.REVIEW)
        self.journal.set_aside(record.output or "", to_journal(record))
        return record

    def decide_again(self) -> None:
        """Decide about every changed copy and put its record into ``reported``.

        A second call replaces the records of the first one. Raises WriteError.
        """
        self.reported = [each for each in self.reported if each.output is None]
        for place, raw in tuple(self.journal.aside.items()):
            actual = self._digest(place)
            if actual is None:
                self.journal.set_aside(place, None)
                continue
            record = from_journal(raw)
            if actual != record.output_sha256:
                record = self._keep_aside(replace(record, output_sha256=actual))
            now = current_decision(
                record, self.notes_of(record), self.spec, settled_in(self.journal, record)
            )
            if now.outcome is Outcome.BLOCKED:
                self.shelves.remove(files_of(record))
                self.journal.set_aside(place, None)
                self.reported.append(without_copy(record, Reason("reasons.changed_copy_removed")))
            else:
                self.reported.append(self._kept(record, now))

    def _kept(self, record: PhotoRecord, now: CurrentDecision) -> PhotoRecord:
        moved = self.placed(record, now)
        if moved.output != record.output:
            self.journal.set_aside(moved.output or "", to_journal(moved))
            self.journal.set_aside(record.output or "", None)
        if now.outcome is Outcome.READY:
            return replace(moved, notices=(Reason("reasons.changed_copy"), *record.notices))
        return replace(moved, reasons=(Reason("reasons.changed_copy_unsure"), *moved.reasons))

    def placed(self, record: PhotoRecord, now: CurrentDecision) -> PhotoRecord:
        """Return the record with today's decision; a copy that now waits is moved to review.

        Where the status changes, today's reasons replace the earlier ones. Raises WriteError.
        """
        place = record.output or ""
        to = self.shelves.output_for_disk(place, Outcome.REVIEW)
        code = int(now.outcome is not Outcome.READY) and EXIT_ATTENTION
        reasons = record.reasons if record.status is now.outcome else now.reasons
        record = replace(record, status=now.outcome, exit_code=code, reasons=reasons)
        if now.outcome is Outcome.READY or place == to:
            return record
        self.shelves.move(place, to)
        return replace(record, output=to)

    def decide_without_original(self, record: PhotoRecord) -> PhotoRecord | None:
        """Return the record of a copy whose original is gone, after today's decision.

        None where the copy may not stay: then it is removed. Raises WriteError.
        """
        now = current_decision(
            record, self.notes_of(record), self.spec, settled_in(self.journal, record)
        )
        if now.outcome is Outcome.BLOCKED:
            self.journal.reopen(record.source)
            self.shelves.remove(files_of(record))
            self.reported.append(without_copy(record, Reason("reasons.source_missing_removed")))
            return None
        moved = self.placed(record, now)
        if moved != record:
            unreported = self.journal.entries[record.source].unreported
            self.journal.finish(record.source, to_journal(moved), unreported)
        return moved


def _was_reported(place: str, manifest: Manifest) -> bool:
    """Tell whether the manifest of the last run lists a copy at this path below the output."""
    photos = manifest.get("photos")
    if not isinstance(photos, list):
        return False
    return any(isinstance(photo, dict) and photo.get("output") == place for photo in photos)
