"""Prepares copies again in a background thread, one after the other."""

from __future__ import annotations

import queue
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from photoguard.errors import PhotoguardError, WriteError, problem_of
from photoguard.model import Outcome
from photoguard.output.records import PhotoRecord, files_of, not_written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from photoguard.pipeline import FolderRun, Workers

_LOOK_EVERY = 0.5
"""Seconds between two calls of ``Background.check`` while there is no copy to make."""


def adopt(run: FolderRun) -> frozenset[str]:
    """Add the photos of earlier runs to this one; return those to be prepared again at once.

    These are photos that would be decided differently today (a table was filled in, a rule
    or permission changed), or that an interrupted run left. Copies that a person deleted
    stay away.
    """
    run.accept_finished()
    stale = {each.source: each for each in _stale(run)}
    found = run.records | stale
    names = (source.name for source in run.job.batch.photos)
    run.records = {name: found[name] for name in names if name in found}  # as the folder has them
    return frozenset(stale)


def _stale(run: FolderRun) -> Iterator[PhotoRecord]:
    for name in (source.name for source in run.job.batch.photos):
        entry, record = run.journal.entries.get(name), run.records.get(name)
        if entry is None or entry.deleted or name in run.job.waiting:
            continue
        if record is None:
            earlier = run.before.get(name, PhotoRecord(name, Outcome.REVIEW))
            yield replace(earlier, status=Outcome.REVIEW, output=None, output_sha256=None)
        elif record.output is None and record.facts and not run.is_decided_the_same(record):
            yield record


@dataclass(frozen=True, slots=True)
class Background:
    """What the thread does besides preparing copies."""

    check: Callable[[], None]
    """Called before each copy, and regularly while there is none to make."""
    when_idle: Callable[[], None]
    """Called regularly, but only while there is no copy to make."""


class Maker:
    """A thread that prepares photos again after a person changed or settled them."""

    def __init__(
        self,
        run: FolderRun,
        workers: Workers,
        turn: threading.RLock,
        made: Callable[[int, PhotoRecord], None],
        background: Background,
    ) -> None:
        """Start the thread. The lock ``turn`` guards the run; ``made`` gets each new record."""
        self._run = run
        self._workers = workers
        self._turn = turn
        self._made = made
        self._background = background
        self._asked: queue.Queue[tuple[int, PhotoRecord] | None] = queue.Queue()
        self._waiting: set[int] = set()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    @property
    def is_waiting(self) -> bool:
        """Whether further copies are waiting to be prepared."""
        return not self._asked.empty()

    @property
    def unmade(self) -> int:
        """Number of copies being prepared or waiting for it."""
        return self._asked.unfinished_tasks

    def waits(self, photo: int) -> bool:
        """Return whether a photo's copy is waiting to be prepared, not counting one in progress."""
        return photo in self._waiting

    def ask(self, photo: int, record: PhotoRecord) -> None:
        """Queue a photo's copy for preparation, unless it is waiting already.

        The caller holds the lock. The copy is made from what is settled when its turn comes.
        """
        if photo not in self._waiting:
            self._waiting.add(photo)
            self._asked.put((photo, record))

    def close(self) -> None:
        """Look outside once more, prepare all waiting copies, and end the thread."""
        self._background.check()
        self._asked.put(None)
        self._thread.join()

    def _work(self) -> None:
        while True:
            self._background.check()
            try:
                asked = self._asked.get(timeout=_LOOK_EVERY)
            except queue.Empty:
                self._background.when_idle()
                continue
            if asked is None:
                return
            try:
                self._again(*asked)
            finally:
                self._asked.task_done()

    def _again(self, photo: int, record: PhotoRecord) -> None:
        """Prepare a photo's copy and pass on its new record; an error affects this photo only."""
        try:
            with self._turn:
                self._waiting.discard(photo)
                newest = self._run.records.get(record.source, record)
                task = self._run.task_for(newest)
                spec = self._run.job.spec
            (prepared,) = self._workers.prepare(spec, iter([task]))
            with self._turn:  # in one turn, so that nobody asks for the copy that was replaced
                self._run.settle(prepared)
                if self._run.outdated.pop(record.source, None):  # decided otherwise meanwhile
                    self.ask(photo, record)
                self._made(photo, self._run.records[record.source])
        except (PhotoguardError, OSError) as trouble:
            with self._turn:
                self._made(photo, self._given_up(record, trouble))

    def _given_up(self, record: PhotoRecord, trouble: PhotoguardError | OSError) -> PhotoRecord:
        """Return the record of a photo that cannot be prepared; its previous copy is removed.

        That copy may still show what a person has just hidden.
        """
        if isinstance(trouble, OSError):
            trouble = WriteError("files.cannot_write", problem=problem_of(trouble))
        newest = self._run.records.get(record.source, record)
        with suppress(PhotoguardError, OSError):
            self._run.journal.reopen(record.source)
            self._run.shelves.remove(files_of(newest))
        failed = not_written(newest, trouble)
        self._run.records[record.source] = failed
        return failed
