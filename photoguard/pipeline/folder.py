"""What counts as done: the same source, settings, models, program and decision."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from photoguard import __version__, detect
from photoguard.errors import EXIT_ATTENTION, EXIT_FAILED, OutputError, WriteError, gravest
from photoguard.files import MANIFEST, PRIVATE, digest_file, write_whole
from photoguard.model import Language, Outcome, Reason
from photoguard.output import manifest
from photoguard.output.journal import Journal
from photoguard.output.records import PhotoRecord, Prepared, from_journal, plan_digest, to_journal
from photoguard.output.shelves import Shelves
from photoguard.pipeline import face_numbers
from photoguard.pipeline.evidence import decide
from photoguard.pipeline.unwanted import with_marks
from photoguard.pipeline.values import FolderJob, FolderResult, Progress, Task
from photoguard.settings import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from photoguard.files import Source
    from photoguard.model import PhotoNotes
    from photoguard.pipeline.workers import RunSpec, Workers
    from photoguard.settings import Settings


def key_of(settings: Settings, notes: PhotoNotes) -> str:
    """Return a digest of all that makes a copy what it is, but the photo and the decision.

    The day, the channels and the register act through the decision alone, and limits only
    say what is refused; how long copies are kept shapes none of them.
    """
    shaping = replace(
        settings,
        publish_on=None,
        channels=(),
        register="",
        limits=Limits(),
        keep_days=0,
        takedown_days=0,
    )
    text = repr((shaping, notes, __version__, detect.fingerprint()))
    return hashlib.sha256(text.encode()).hexdigest()


def remembered(journal: Journal) -> dict[str, PhotoRecord]:
    """Return what earlier runs finished, by source.

    A record that another version wrote and this one cannot read counts as not done.
    """
    records = {}
    for name, entry in journal.entries.items():
        if entry.record is not None:
            with suppress(KeyError, TypeError, ValueError):
                records[name] = from_journal(entry.record)
    return records


def still_holds(record: PhotoRecord, notes: PhotoNotes, spec: RunSpec) -> bool:
    """Tell whether the same would be decided today about what was seen then."""
    if record.facts is None or record.status is Outcome.FAILED:
        return False
    return plan_digest(decide(record.facts, notes, spec)) == record.plan


def is_intact(record: PhotoRecord, output: Path) -> bool:
    """Tell whether the copy and its sidecars still lie where they were put."""
    if record.output is None:
        return True
    try:
        return digest_file(output / record.output) == record.output_sha256 and all(
            (output / sidecar).is_file() for sidecar in record.sidecars
        )
    except OSError:
        return False


def is_unchanged(record: PhotoRecord, source: Path) -> bool:
    """Tell whether the source still is the file that was prepared."""
    return bool(record.source_sha256) and digest_file(source) == record.source_sha256


def _show_nobody(_: Mapping[str, Any]) -> None:
    """Leave it to the manifest to tell what came of a run."""


def prepare_folder(
    job: FolderJob,
    workers: Workers,
    tell: Callable[[Progress], None],
    show: Callable[[Mapping[str, Any]], None] = _show_nobody,
) -> FolderResult:
    """Prepare all photos of a folder and write its manifest.

    ``show`` lets staff see the finished manifest; the numbers of faces count once it has
    returned, and where it raises, those of the run before still do.

    Raises OutputError where the output cannot be used at all, and KeyboardInterrupt after
    the workers were stopped and what is done was told in the manifest.
    """
    settings = job.spec.settings
    with Journal.open(job.batch.output, settings.language, str(job.batch.root)) as journal:
        shelves = Shelves.of(job.batch.output, Language(journal.language), settings.prefix)
        run = _FolderRun(job, journal, shelves, tell)
        try:
            run.start()
            for prepared in workers.prepare(job.spec, run.tasks()):
                run.settle(prepared)
            return run.finish(show)
        except KeyboardInterrupt:
            workers.stop()
            run.write_manifest(list(run.untouched()))
            raise
        finally:
            shelves.close()


class _FolderRun:
    """The state of one run over one folder."""

    def __init__(
        self,
        job: FolderJob,
        journal: Journal,
        shelves: Shelves,
        tell: Callable[[Progress], None],
    ) -> None:
        self.job = job
        self.journal = journal
        self.shelves = shelves
        self.tell = tell
        self.before: dict[str, PhotoRecord] = {}
        self.records: dict[str, PhotoRecord] = {}

    def start(self) -> None:
        """Read what earlier runs finished; clear away what they did not, or no rule allows.

        A copy that would not be decided the same today goes before anything else is done,
        so that a withdrawal counts even where this run is interrupted.
        """
        face_numbers.note_old(self.journal)
        if self.job.fresh:
            self.journal.forget_records()
        self.before = remembered(self.journal)
        self.shelves.prepare()
        try:
            self.journal.remember_prefix(self.shelves.prefix)
            self.job = with_marks(self.job, self.journal)
            for record in self.before.values():
                if not self._holds(record):
                    self.shelves.remove(_places(record))
            kept = (place for record in self.before.values() for place in _places(record))
            self.shelves.sweep(kept, self.journal.prefixes, self.journal.last_number)
        except WriteError as trouble:
            raise OutputError(trouble.code, **trouble.parameters) from trouble

    def _holds(self, record: PhotoRecord) -> bool:
        return still_holds(record, self.job.notes_of(record.source), self.job.spec)

    def tasks(self) -> Iterator[Task]:
        """Yield the photos that need work, settling on the way those that do not."""
        for source in self.job.batch.photos:
            old = self.before.get(source.name)
            unchanged = False
            if old is not None:
                with suppress(OSError):
                    unchanged = is_unchanged(old, source.path)
            if old and unchanged and self._is_done(old):
                self._note(old, skipped=True)
                continue
            try:
                yield self._task(source, changed=old is not None and not unchanged)
            except WriteError as trouble:
                self._note(_not_written(PhotoRecord(source.name, Outcome.FAILED), trouble))

    def _is_done(self, record: PhotoRecord) -> bool:
        notes = self.job.notes_of(record.source)
        return (
            record.key == key_of(self.job.spec.settings, notes)
            and is_intact(record, self.job.batch.output)
            and self._holds(record)
        )

    def _task(self, source: Source, *, changed: bool) -> Task:
        notes = self.job.notes_of(source.name)
        return Task(
            path=source.path,
            name=source.name,
            stem=self.shelves.stem(self.journal.reserve(source.name, anew=changed)),
            work=self.shelves.work,
            shelves=self.shelves.names,
            key=key_of(self.job.spec.settings, notes),
            notes=notes,
            before=face_numbers.kept(self.journal, source, notes),
        )

    def settle(self, prepared: Prepared) -> None:
        """Take a photo's earlier copy away, move the new one into place, and note it.

        The old one goes first: its picture must never lie beside the new one's words.
        """
        record = prepared.record
        old = self.before.get(record.source)
        try:
            self.shelves.remove(_places(old) if old else ())
            self.shelves.put(prepared)
            self._finish(record)
        except WriteError as trouble:
            self.shelves.discard(prepared)
            with suppress(WriteError):
                self.shelves.remove(_places(record))
            record = _not_written(record, trouble)
            with suppress(WriteError):
                self._finish(record)
        self._note(record)

    def _finish(self, record: PhotoRecord) -> None:
        name = record.source
        self.journal.finish(name, to_journal(record), face_numbers.numbering(record))

    def _note(self, record: PhotoRecord, *, skipped: bool = False) -> None:
        self.records[record.source] = record
        total = len(self.job.batch.photos)
        self.tell(Progress(len(self.records), total, record.source, record.status, skipped))

    def _departed(self) -> Iterator[PhotoRecord]:
        """Yield records whose source is gone: the copy stays only if it may still be shown."""
        kept = {record.source for record in self.untouched()}
        notice = Reason("reasons.source_missing")
        for name, record in self.before.items():
            if name in self.records or record.output is None:
                continue
            if name in kept:
                yield replace(record, notices=(*record.notices, notice))
            else:
                blocked = replace(record, status=Outcome.BLOCKED, exit_code=EXIT_ATTENTION)
                yield _without_copy(blocked, notice)

    def untouched(self) -> Iterator[PhotoRecord]:
        """Yield records that this run has not come to and whose copies lie there whole."""
        for name, record in self.before.items():
            is_open = name not in self.records and record.output is not None
            if is_open and self._holds(record) and is_intact(record, self.job.batch.output):
                yield record

    def finish(self, show: Callable[[Mapping[str, Any]], None]) -> FolderResult:
        """Settle photos whose source is gone, write the manifest, show it and sum up."""
        gone = list(self._departed())
        written = self.write_manifest(gone)
        show(written)
        with suppress(WriteError):  # untold, the new numbers count for nobody
            self.journal.note_told()
        codes = {record.exit_code for record in (*self.records.values(), *gone)}
        return FolderResult(self.job.batch.output, gravest(codes), written)

    def write_manifest(self, gone: list[PhotoRecord] | None = None) -> dict[str, Any]:
        """Write what is known now, in the order of the folder."""
        batch = self.job.batch
        ordered = [self.records[s.name] for s in batch.photos if s.name in self.records]
        stems = {source.path.with_suffix("") for source in batch.photos}
        clips = [(video, _video_code(video, stems)) for video in batch.videos]
        records = [*ordered, *(gone or [])]
        built = manifest.build(self.job.spec.settings, records, clips, self.job.notices)
        private = batch.output / PRIVATE
        write_whole(batch.output / MANIFEST, manifest.render(built), private)
        return built


def _video_code(video: Source, stems: set[Path]) -> str:
    is_live = video.path.with_suffix("") in stems
    return "reasons.live_photo_clip" if is_live else "reasons.not_handled_video"


def _places(record: PhotoRecord) -> tuple[str, ...]:
    return (record.output, *record.sidecars) if record.output else ()


def _not_written(record: PhotoRecord, trouble: WriteError) -> PhotoRecord:
    failed = replace(record, status=Outcome.FAILED, exit_code=EXIT_FAILED)
    return _without_copy(failed, Reason(trouble.code, (), trouble.parameters))


def _without_copy(record: PhotoRecord, reason: Reason) -> PhotoRecord:
    return replace(record, reasons=(reason,), output=None, output_sha256=None)
