"""Makes copies again in the background, one after the other, while a person goes on."""

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
"""Seconds between two looks at what happens outside while no copy is to be made."""


def adopt(run: FolderRun) -> frozenset[str]:
    """Let a run take all photos of earlier ones; return those that have to be made anew at once.

    Their copies would be decided otherwise today, since a table was filled in or a rule or a
    permission changed, or an interrupted run left them. What a person deleted stays away.
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
class Beside:
    """What is to be done beside making copies, again and again."""

    look: Callable[[], None]
    """Looks at what happens outside; called before each copy, and while there is none to make."""
    rest: Callable[[], None]
    """Does what has time until there is no copy to make."""


class Maker:
    """One thread that prepares photos again after a person changed or settled them."""

    def __init__(
        self,
        run: FolderRun,
        workers: Workers,
        turn: threading.RLock,
        made: Callable[[int, PhotoRecord], None],
        beside: Beside,
    ) -> None:
        """``turn`` is held for all that touches the run; ``made`` gets each new record."""
        self._run = run
        self._workers = workers
        self._turn = turn
        self._made = made
        self._beside = beside
        self._asked: queue.Queue[tuple[int, PhotoRecord] | None] = queue.Queue()
        self._waiting: set[int] = set()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    @property
    def is_waiting(self) -> bool:
        """Whether further copies are to be made."""
        return not self._asked.empty()

    @property
    def unmade(self) -> int:
        """How many copies are being made or wait for it."""
        return self._asked.unfinished_tasks

    def waits(self, photo: int) -> bool:
        """Tell whether a photo's copy will be made again after the one that is being made."""
        return photo in self._waiting

    def ask(self, photo: int, record: PhotoRecord) -> None:
        """Make a photo's copy again, after those that were asked for before.

        Called with the turn held; what is settled by the time it is made is what counts.
        """
        if photo not in self._waiting:
            self._waiting.add(photo)
            self._asked.put((photo, record))

    def close(self) -> None:
        """Finish what was asked for, and what a last look asks for, and end."""
        self._beside.look()
        self._asked.put(None)
        self._thread.join()

    def _work(self) -> None:
        while True:
            self._beside.look()
            try:
                asked = self._asked.get(timeout=_LOOK_EVERY)
            except queue.Empty:
                self._beside.rest()
                continue
            if asked is None:
                return
            try:
                self._again(*asked)
            finally:
                self._asked.task_done()

    def _again(self, photo: int, record: PhotoRecord) -> None:
        """Make a photo's copy and hand its new record on; what goes wrong costs it only."""
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
        """Return the record of a photo that cannot be made; the copy before it goes.

        Nobody knows whether it shows what a person has just hidden.
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
