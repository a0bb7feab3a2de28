"""One run over one folder: what is done stays, the rest is prepared, all of it is reported."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from photoguard.errors import OutputError, RegisterError, WriteError, gravest
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
from photoguard.pipeline.folder.done import is_intact, is_unchanged, key_of, remembered, still_holds
from photoguard.pipeline.folder.edits import with_edits
from photoguard.pipeline.folder.kept_copies import KeptCopies, settled_in, settled_of
from photoguard.pipeline.folder.makers import with_makers
from photoguard.pipeline.folder.session import with_session
from photoguard.pipeline.folder.twins import with_twins
from photoguard.pipeline.folder.unwanted import graver, with_marks
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
        """Keep what the run is told; nothing is read or written yet."""
        self.job = job
        self.journal = journal
        self.shelves = shelves
        self.tell = tell
        self.present = {source.name for source in job.batch.photos}
        self.kept_copies = KeptCopies(journal, shelves, job.spec, self._notes_of, job.examine)
        self.before: dict[str, PhotoRecord] = {}
        self.records: dict[str, PhotoRecord] = {}
        self.late: dict[str, Source] = {}
        """Photos that would be decided otherwise since the register was asked again."""
        self.unasked = False
        """Whether the register could not be read again."""

    def start(self) -> None:
        """Read what earlier runs finished; clear away what they did not, or no rule allows.

        A copy that would not be decided the same today goes before anything else is done,
        so that a withdrawal counts even where this run is interrupted.
        """
        self._renew()
        face_numbers.note_old(self.journal)
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
            self._let_go()
            self.shelves.sweep(
                self._kept(), self.journal.prefixes, self.journal.last_number, self._finished()
            )
        except WriteError as trouble:
            raise OutputError(trouble.code, **trouble.parameters) from trouble

    def _renew(self) -> bool:
        """Read the register anew and tell whether it says anything else; raises RegisterError.

        The mark goes first, so that whatever is taken back from here on sets it again.
        """
        if self.job.ask_again is None:
            return False
        output, spec = self.job.batch.output, self.job.spec
        recall.unmark(output)
        try:
            found = self.job.ask_again()
        except RegisterError:
            recall.mark(output)
            raise
        if found == spec.register:
            return False
        spec = spec.anew(register=found)
        self.job = replace(self.job, spec=spec)
        self.kept_copies.spec = spec
        return True

    def _ask_again(self) -> None:
        """Ask the register again; copies that would now be decided otherwise leave at once."""
        try:
            changed = self._renew()
        except RegisterError:
            self.unasked = True
            return
        self.unasked = False
        gone = self.take_out() if changed else set()
        for source in self.job.batch.photos:
            if source.name in gone and source.name in self.records:
                self.before[source.name] = self.records.pop(source.name)
                self.late[source.name] = source

    def take_out(self) -> set[str]:
        """Remove each copy that would be decided otherwise now; return whose; raises WriteError."""
        self._let_others_go()
        gone = set()
        for name, record in {**self.before, **self.records}.items():
            stays = record.status is Outcome.FAILED or self._is_deleted(record)
            if name in self.present and not (stays or self.holds(record)):
                gone.add(name)
                with suppress(WriteError):  # tried again when the photo is settled
                    self.journal.reopen(name)  # a person would have taken it away otherwise
                    self.shelves.remove(files_of(record))
        return gone

    def is_late(self) -> bool:
        """Ask the register once more; tell whether any photo has to be decided anew."""
        self._ask_again()
        return bool(self.late)

    def late_tasks(self) -> Iterator[Task]:
        """Yield the photos to be decided anew, once; who becomes late meanwhile waits."""
        late, self.late = self.late, {}
        spec = self.job.spec
        for source in late.values():
            yield from self._tasks_of(source, spec, changed=False)

    def _remember(self) -> None:
        """Read what earlier runs finished, and what a person did with the copies since."""
        before = manifest.read(self.job.batch.output)
        known = remembered(self.journal)
        self.before = {
            name: record
            for name, record in known.items()
            if record.output is None or self.kept_copies.notice(record, before)
        }
        for name, entry in self.journal.entries.items():
            if entry.record is not None and name not in known:
                self.journal.reopen(name)
        if self.job.fresh:
            self.journal.forget_records(but=set(self.before) - self.present)
            self.before = {n: each for n, each in self.before.items() if n not in self.present}

    def _notes_of(self, record: PhotoRecord) -> PhotoNotes:
        """Return what staff tell of a photo, or told while its original was there."""
        notes = self.job.notes_of(record.source)
        if record.source in self.present:
            return notes
        return graver(record.notes, notes.unwanted)

    def _let_go(self) -> None:
        """Remove the copies that would not be decided the same today."""
        for name, record in tuple(self.before.items()):
            if record.output is None or self._is_deleted(record):
                continue
            if name in self.present and not self.holds(record):
                self.journal.reopen(name)
                self.shelves.remove(files_of(record))
        self._let_others_go()

    def _let_others_go(self) -> None:
        """Ask the rules about changed copies and those without an original; raises WriteError."""
        self.kept_copies.review()
        for name, record in tuple(self.before.items()):
            if name in self.present or record.output is None or self._is_deleted(record):
                continue
            if (left := self.kept_copies.depart(record)) is None:
                del self.before[name]
            else:
                self.before[name] = left

    def _is_deleted(self, record: PhotoRecord) -> bool:
        """Tell whether a person took the copy away, and it is not back."""
        is_there = record.output is not None and is_intact(record, self.job.batch.output)
        return self.journal.entries[record.source].deleted and not is_there

    def _kept(self) -> Iterator[str]:
        records = (*self.before.values(), *self.kept_copies.reported)
        return (place for record in records for place in files_of(record))

    def _finished(self) -> set[int]:
        """Return the numbers under which nothing is left over, whatever lies there."""
        aside = (place.rpartition("-")[2].partition(".")[0] for place in self.journal.aside)
        done = (record.source for record in self.before.values() if record.output)
        return {*map(int, aside), *(self.journal.entries[source].number for source in done)}

    def holds(self, record: PhotoRecord) -> bool:
        """Tell whether the same would be decided today about what was seen in a photo."""
        notes, settled = self.job.notes_of(record.source), settled_in(self.journal, record)
        return still_holds(record, notes, self.job.spec, settled)

    def tasks(self) -> Iterator[Task]:
        """Yield the photos that need work, settling on the way those that do not."""
        spec = self.job.spec  # what the workers know, whatever the register says meanwhile
        for source in self.job.batch.photos:
            old = self.before.get(source.name)
            if self._is_left(source, old):
                continue
            unchanged = False
            if old is not None:
                with suppress(OSError):
                    unchanged = is_unchanged(old, source.path)
            if old and unchanged and self._is_deleted(old):
                self._note(without_copy(old, Reason("reasons.copy_deleted")), skipped=True)
                continue
            if old and unchanged and self._is_done(old):
                self._note(old, skipped=True)
                continue
            yield from self._tasks_of(source, spec, changed=old is not None and not unchanged)

    def _is_left(self, source: Source, old: PhotoRecord | None) -> bool:
        """Tell whether this run makes nothing of a photo, telling of it what there is to tell.

        An original that vanished after it was found takes no copy with it: the drive may be
        back tomorrow.
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
            and record.key == key_of(self.job.spec, notes, settled_from_journal(entry.settled))
            and is_intact(record, self.job.batch.output)
            and self.holds(record)
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
            key=key_of(spec, notes, settled),
            notes=notes,
            texts=self.shelves.texts if spec.settings.sidecars == "texts" else "",
            before=face_numbers.kept(self.journal, source, notes),
            settled=settled,
            earlier=self.before.get(source.name),
        )

    def _number(self, source: Source, *, changed: bool) -> int:
        """Return a photo's number: one under which nobody else's file lies."""
        old = self.before.get(source.name)
        again = self.journal.renumber if changed else self.journal.reserve
        number = again(source.name)
        mine = old is not None and old.output is not None and not changed
        while not mine and self.shelves.is_taken(number):
            number = self.journal.renumber(source.name)
        return number

    def adopt(self) -> None:
        """Take every finished photo as it is, so that single ones can be made again."""
        for record in filter(None, (self.before.get(s.name) for s in self.job.batch.photos)):
            if is_intact(record, self.job.batch.output):
                self._note(record, skipped=True)

    def again(self, record: PhotoRecord) -> Task:
        """Return the task of making one finished photo again; raises WriteError."""
        source = next(each for each in self.job.batch.photos if each.name == record.source)
        self.before[source.name] = record
        return self._task(source, self.job.spec, changed=False)

    def settle(self, prepared: Prepared) -> None:
        """Take a photo's earlier copy away, move the new one into place, and note it.

        The old one goes first: its picture must never lie beside the new one's words.
        """
        if recall.is_marked(self.job.batch.output) and not self.unasked:
            self._ask_again()
        record = prepared.record
        if record.facts and not self.holds(record):
            self.shelves.discard(prepared)
            self.late |= {s.name: s for s in self.job.batch.photos if s.name == record.source}
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
        self.journal.finish(record.source, to_journal(record), face_numbers.numbering(record))

    def _note(self, record: PhotoRecord, *, skipped: bool = False) -> None:
        if skipped and record.source in self.kept_copies.returned:
            record = with_notice(record, "reasons.copy_put_back")
        self.records[record.source] = record
        total = len(self.job.batch.photos)
        self.tell(Progress(len(self.records), total, record.source, record.status, skipped))

    def untouched(self) -> Iterator[PhotoRecord]:
        """Yield records that this run has not come to and whose copies lie there whole."""
        for name, record in self.before.items():
            if name in self.records or record.output is None:
                continue
            if name in self.present and not self.holds(record):
                continue
            if is_intact(record, self.job.batch.output):
                yield record

    def _others(self) -> Iterator[PhotoRecord]:
        """Yield what is told beside the photos: changed copies, and those without an original."""
        for record in (*self.kept_copies.reported, *self.untouched()):
            if record.source in self.present or record.output is None:
                yield record
            else:
                yield with_notice(record, "reasons.source_missing")

    def finish(self, show: Callable[[Mapping[str, Any]], None]) -> FolderResult:
        """Settle photos whose source is gone, write the manifest, show it and sum up."""
        others = list(self._others())
        if self.unasked:
            self._hold_unasked()
        written = self.write_manifest(others)
        show(written)
        with suppress(WriteError):  # untold, the new numbers count for nobody
            self.journal.note_reported()
        codes = {record.exit_code for record in (*self.records.values(), *others)}
        return FolderResult(self.job.batch.output, gravest(codes), written)

    def _hold_unasked(self) -> None:
        """Take copies away that rest on a register which could not be asked again."""
        for name, record in self.records.items():
            if record.output and (record.noted or any(face.person for face in record.faces)):
                with suppress(WriteError):
                    self.shelves.remove(files_of(record))
                self.records[name] = without_copy(record, Reason("reasons.register_gone"))
        recall.unmark(self.job.batch.output)

    def stop_early(self) -> None:
        """Tell what is done, after taking out what somebody asked to take out meanwhile."""
        if recall.is_marked(self.job.batch.output):
            self._ask_again()
        self.write_manifest([*self.kept_copies.reported, *self.untouched()])

    def write_manifest(self, others: list[PhotoRecord]) -> dict[str, Any]:
        """Write what is known now, in the order of the folder."""
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
