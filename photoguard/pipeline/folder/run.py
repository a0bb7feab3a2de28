"""One run over one folder: finished photos stay, the rest is prepared, all are reported."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from photoguard.errors import OutputError, RegisterError, WriteError, gravest
from photoguard.files import copy_number
from photoguard.model import Outcome, Reason
from photoguard.output import manifest, recall
from photoguard.output.records import (
    PhotoRecord,
    Prepared,
    files_of,
    not_written,
    settled_from_journal,
    to_journal,
    with_notice,
    without_copy,
)
from photoguard.pipeline.folder import done
from photoguard.pipeline.folder.edits import with_edits
from photoguard.pipeline.folder.kept_copies import KeptCopies, settled_in, settled_of
from photoguard.pipeline.folder.makers import with_makers
from photoguard.pipeline.folder.session import with_session
from photoguard.pipeline.folder.twins import with_notes, with_twins
from photoguard.pipeline.folder.unwanted import with_marks
from photoguard.pipeline.photo import face_numbers
from photoguard.pipeline.values import FolderJob, FolderResult, Progress, RunSpec, Task

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from photoguard.files import Source
    from photoguard.model import PhotoNotes
    from photoguard.output.journal import Journal
    from photoguard.output.shelves import Shelves


class FolderRun:
    """The state of one run over one folder."""

    def __init__(
        self,
        job: FolderJob,
        journal: Journal,
        shelves: Shelves,
        tell: Callable[[Progress], None],
    ) -> None:
        """Keep the arguments; nothing is read or written yet."""
        self.job = job
        self.journal = journal
        self.shelves = shelves
        self.tell = tell
        self.present = {source.name for source in job.batch.photos}
        self.kept_copies = KeptCopies(journal, shelves, job.spec, self._notes_of, job.examine)
        self.before: dict[str, PhotoRecord] = {}
        self.records: dict[str, PhotoRecord] = {}
        self.outdated: dict[str, Source] = {}
        """Photos by source whose decision changed when the register was read again."""
        self.register_unread = False
        """Whether the register could not be read again."""

    def start(self) -> None:
        """Read the earlier results, and remove unfinished files and copies no longer allowed.

        Such copies are removed before any photo is prepared, so that a withdrawn permission
        counts even where this run is interrupted. Raises OutputError, RegisterError.
        """
        self._read_register()
        face_numbers.adopt_old_numbering(self.journal)
        self.shelves.prepare()
        try:
            self.journal.remember_prefix(self.shelves.prefix)
            self._remember()
            self.job = with_marks(with_session(self.job, self.journal), self.journal)
            recall.note_run(self.job.batch.output, self.job.spec.settings, self.job.spec.register)
            self.job = with_makers(self.job, self.journal.entries)
            self.job = with_twins(with_edits(self.job), self.before)
            self.present = {source.name for source in self.job.batch.photos}
            self.kept_copies.spec = self.job.spec
            self._remove_outdated()
            self.shelves.sweep(
                self._kept(), self.journal.prefixes, self.journal.last_number, self._finished()
            )
        except WriteError as trouble:
            raise OutputError(trouble.code, **trouble.parameters) from trouble

    def _read_register(self) -> bool:
        """Read the register again and return whether it changed; raises RegisterError.

        The output's mark is removed first, so that a later withdrawal sets it again.
        """
        if self.job.read_register is None:
            return False
        output, spec = self.job.batch.output, self.job.spec
        recall.unmark(output)
        try:
            found = self.job.read_register()
        except RegisterError:
            recall.mark(output)
            raise
        if found == spec.register:
            return False
        spec = spec.anew(register=found)
        self.job = replace(self.job, spec=spec)
        self.kept_copies.spec = spec
        return True

    def _reread_register(self) -> None:
        """Read the register again; remove copies at once whose decision has changed."""
        try:
            changed = self._read_register()
        except RegisterError:
            self.register_unread = True
            return
        self.register_unread = False
        gone = self.withdraw_outdated() if changed else set()
        for source in self.job.batch.photos:
            if source.name in gone and source.name in self.records:
                self.before[source.name] = self.records.pop(source.name)
                self.outdated[source.name] = source

    def withdraw_outdated(self) -> set[str]:
        """Remove copies whose decision has changed; return their sources; raises WriteError."""
        self._decide_others()
        gone = set()
        for name, record in {**self.before, **self.records}.items():
            stays = record.status is Outcome.FAILED or self._is_deleted(record)
            if name in self.present and not (stays or self.is_decided_the_same(record)):
                gone.add(name)
                with suppress(WriteError):  # tried again when the photo is settled
                    self.journal.reopen(name)  # a person would have taken it away otherwise
                    self.shelves.remove(files_of(record))
        return gone

    def finds_outdated(self) -> bool:
        """Read the register again; return whether any photo has to be prepared again."""
        self._reread_register()
        return bool(self.outdated)

    def outdated_tasks(self) -> Iterator[Task]:
        """Yield tasks for the outdated photos; those that become outdated now wait for a call."""
        outdated, self.outdated = self.outdated, {}
        spec = self.job.spec
        for source in outdated.values():
            yield from self._tasks_of(source, spec, changed=False)

    def _remember(self) -> None:
        """Read the finished records, and note which copies a person changed or deleted since."""
        before = manifest.read(self.job.batch.output)
        known = done.finished_records(self.journal)
        self.before = {
            name: record
            for name, record in known.items()
            if record.output is None or self.kept_copies.note_changes(record, before)
        }
        for name, entry in self.journal.entries.items():
            if entry.record is not None and name not in known:
                self.journal.reopen(name)
        if self.job.fresh:
            self.journal.forget_records(but=set(self.before) - self.present)
            self.before = {n: each for n, each in self.before.items() if n not in self.present}

    def _notes_of(self, record: PhotoRecord) -> PhotoNotes:
        """Return the staff's notes on a photo; of one that is gone, with those kept of it."""
        notes = self.job.notes_of(record.source)
        return notes if record.source in self.present else with_notes(notes, record.notes)

    def _remove_outdated(self) -> None:
        """Remove the copies whose decision would not be the same today; raises WriteError."""
        for name, record in tuple(self.before.items()):
            if record.output is None or self._is_deleted(record):
                continue
            if name in self.present and not self.is_decided_the_same(record):
                self.journal.reopen(name)
                self.shelves.remove(files_of(record))
        self._decide_others()

    def _decide_others(self) -> None:
        """Decide again about changed copies and copies without an original; raises WriteError."""
        self.kept_copies.decide_again()
        for name, record in tuple(self.before.items()):
            if name in self.present or record.output is None or self._is_deleted(record):
                continue
            if (left := self.kept_copies.decide_without_original(record)) is None:
                del self.before[name]
            else:
                self.before[name] = left

    def _is_deleted(self, record: PhotoRecord) -> bool:
        """Tell whether a person deleted the copy and has not put it back."""
        is_there = record.output is not None and done.is_intact(record, self.job.batch.output)
        return self.journal.entries[record.source].deleted and not is_there

    def _kept(self) -> Iterator[str]:
        records = (*self.before.values(), *self.kept_copies.reported)
        return (place for record in records for place in files_of(record))

    def _finished(self) -> set[int]:
        """Return the output numbers of finished photos and of changed copies."""
        ours = (record.source for record in self.before.values() if record.output)
        aside = map(int, map(copy_number, self.journal.aside))
        return {*aside, *(self.journal.entries[source].number for source in ours)}

    def is_decided_the_same(self, record: PhotoRecord) -> bool:
        """Tell whether today's rules lead to the plan that the record was made with."""
        notes, settled = self.job.notes_of(record.source), settled_in(self.journal, record)
        return done.is_decided_the_same(record, notes, self.job.spec, settled)

    def tasks(self) -> Iterator[Task]:
        """Yield a task for each photo that needs work; note the records of the others."""
        spec = self.job.spec  # what the workers know, whatever the register says meanwhile
        for source in self.job.batch.photos:
            old = self.before.get(source.name)
            if self._is_passed_over(source, old):
                continue
            unchanged = False
            if old is not None:
                with suppress(OSError):
                    unchanged = done.is_unchanged(old, source.path)
            if old and unchanged and self._is_deleted(old):
                self._note(without_copy(old, Reason("reasons.copy_deleted")), skipped=True)
                continue
            if old and unchanged and self._is_done(old):
                self._note(old, skipped=True)
                continue
            yield from self._tasks_of(source, spec, changed=old is not None and not unchanged)

    def _is_passed_over(self, source: Source, old: PhotoRecord | None) -> bool:
        """Tell whether this run leaves a photo as it is; note a resting photo's failure again.

        A photo that vanished after it was found keeps its copy: its drive may come back.
        """
        if source.name in self.job.resting and old is not None and old.status is Outcome.FAILED:
            self._note(old, skipped=True)
            return True
        gone = old is not None and old.output is not None and not os.path.lexists(source.path)
        if gone:
            self.present.discard(source.name)
        return gone or source.name in self.job.waiting

    def _tasks_of(self, source: Source, spec: RunSpec, *, changed: bool) -> Iterator[Task]:
        try:
            yield self._task(source, spec, changed=changed)
        except WriteError as trouble:
            self._note(not_written(PhotoRecord(source.name, Outcome.FAILED), trouble))

    def _is_done(self, record: PhotoRecord) -> bool:
        notes = self.job.notes_of(record.source)
        entry = self.journal.entries[record.source]
        return (
            not face_numbers.shown_since(record, entry)
            and record.key == done.key_of(self.job.spec, notes, settled_from_journal(entry.settled))
            and done.is_intact(record, self.job.batch.output)
            and self.is_decided_the_same(record)
        )

    def _task(self, source: Source, spec: RunSpec, *, changed: bool) -> Task:
        notes = self.job.notes_of(source.name)
        stem = self.shelves.stem(self._number(source, changed=changed))
        settled = settled_from_journal(self.journal.entries[source.name].settled)
        return Task(
            path=source.path,
            name=source.name,
            stem=stem,
            work=self.shelves.work,
            shelves=self.shelves.names,
            key=done.key_of(spec, notes, settled),
            notes=notes,
            texts=self.shelves.texts if spec.settings.sidecars == "texts" else "",
            before=face_numbers.reported_numbering(self.journal, source, notes),
            settled=settled,
            earlier=self.before.get(source.name),
        )

    def _number(self, source: Source, *, changed: bool) -> int:
        """Return the photo's output number, a new one where other files have taken it."""
        old = self.before.get(source.name)
        again = self.journal.renumber if changed else self.journal.reserve
        number = again(source.name)
        mine = old is not None and old.output is not None and not changed
        while not mine and self.shelves.is_taken(number):
            number = self.journal.renumber(source.name)
        return number

    def accept_finished(self) -> None:
        """Note every intact finished photo as it is, so that single ones can be made again."""
        for record in filter(None, (self.before.get(s.name) for s in self.job.batch.photos)):
            if done.is_intact(record, self.job.batch.output):
                self._note(record, skipped=True)

    def task_for(self, record: PhotoRecord) -> Task:
        """Return the task to prepare one finished photo again; raises WriteError."""
        source = next(each for each in self.job.batch.photos if each.name == record.source)
        self.before[source.name] = record
        return self._task(source, self.job.spec, changed=False)

    def settle(self, prepared: Prepared) -> None:
        """Remove a photo's earlier copy, move the new one into place, and note it.

        The old one goes first: its picture must never lie beside the new one's sidecars.
        """
        if recall.is_marked(self.job.batch.output) and not self.register_unread:
            self._reread_register()
        record = prepared.record
        if record.facts and not self.is_decided_the_same(record):
            self.shelves.discard(prepared)
            self.outdated |= {s.name: s for s in self.job.batch.photos if s.name == record.source}
            return
        old = self.before.get(record.source)
        try:
            if self.journal.entries[record.source].record is not None:
                self.journal.reopen(record.source)
            self.shelves.remove(files_of(old) if old else ())
            self.shelves.put(prepared)
            self._finish(record)
        except WriteError as trouble:
            self.shelves.discard(prepared)
            with suppress(WriteError):
                self.shelves.remove(files_of(record))
            record = not_written(record, trouble)
            with suppress(WriteError):
                self._finish(record)
        self._note(record)

    def _finish(self, record: PhotoRecord) -> None:
        self.journal.finish(record.source, to_journal(record), face_numbers.numbering_of(record))

    def _note(self, record: PhotoRecord, *, skipped: bool = False) -> None:
        if skipped and record.source in self.kept_copies.returned:
            record = with_notice(record, "reasons.copy_put_back")
        self.records[record.source] = record
        total = len(self.job.batch.photos)
        self.tell(Progress(len(self.records), total, record.source, record.status, skipped))

    def untouched(self) -> Iterator[PhotoRecord]:
        """Yield the earlier records, with intact copies, of photos not reached by this run."""
        for name, record in self.before.items():
            if name in self.records or record.output is None:
                continue
            if name in self.present and not self.is_decided_the_same(record):
                continue
            if done.is_intact(record, self.job.batch.output):
                yield record

    def _records_beside(self) -> Iterator[PhotoRecord]:
        """Yield the records of changed copies and of those without an original."""
        for record in (*self.kept_copies.reported, *self.untouched()):
            if record.source in self.present or record.output is None:
                yield record
            else:
                yield with_notice(record, "reasons.source_missing")

    def finish(self, show: Callable[[Mapping[str, Any]], None]) -> FolderResult:
        """Write the manifest, show it, and return it with the gravest exit code."""
        others = list(self._records_beside())
        if self.register_unread:
            self._withdraw_unread()
        written = self.write_manifest(others)
        show(written)
        with suppress(WriteError):  # then the face numbers of the last report still count
            self.journal.note_reported()
        codes = {record.exit_code for record in (*self.records.values(), *others)}
        return FolderResult(self.job.batch.output, gravest(codes), written)

    def _withdraw_unread(self) -> None:
        """Remove the copies that depend on a register which could not be read again."""
        for name, record in self.records.items():
            if record.output and (record.noted or any(face.person for face in record.faces)):
                with suppress(WriteError):
                    self.shelves.remove(files_of(record))
                self.records[name] = without_copy(record, Reason("reasons.register_gone"))
        recall.unmark(self.job.batch.output)

    def stop_early(self) -> None:
        """Write the manifest of the finished photos, after removing withdrawn copies."""
        if recall.is_marked(self.job.batch.output):
            self._reread_register()
        self.write_manifest([*self.kept_copies.reported, *self.untouched()])

    def write_manifest(self, others: list[PhotoRecord]) -> dict[str, Any]:
        """Write and return the manifest: photos in the folder's order, then ``others``."""
        batch = self.job.batch
        ordered = [self.records[s.name] for s in batch.photos if s.name in self.records]
        records = [*ordered, *others]
        built = manifest.build(
            self.job.spec.settings,
            records,
            manifest.not_handled(batch),
            (*self.job.notices, *self.shelves.notices(self.journal)),
            settled_of(self.journal, records),
        )
        manifest.write(batch.output, built)
        return built
