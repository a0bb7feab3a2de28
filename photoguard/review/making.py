"""Makes copies again in the background, one after the other, while a person goes on."""

from __future__ import annotations

import queue
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from photoguard.errors import EXIT_FAILED, PhotoguardError
from photoguard.model import Outcome, Reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from photoguard.output.records import PhotoRecord
    from photoguard.pipeline import FolderRun, Workers


class Maker:
    """One thread that runs the recipe for photos whose last word was given or taken back."""

    def __init__(
        self,
        run: FolderRun,
        workers: Workers,
        turn: threading.RLock,
        made: Callable[[int, PhotoRecord], None],
    ) -> None:
        """``turn`` is held for all that touches the run; ``made`` is told each new record."""
        self._run = run
        self._workers = workers
        self._turn = turn
        self._made = made
        self._asked: queue.Queue[tuple[int, PhotoRecord] | None] = queue.Queue()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()
        self._going = False

    @property
    def is_waiting(self) -> bool:
        """Whether further copies are to be made."""
        return not self._asked.empty()

    @property
    def is_busy(self) -> bool:
        """Whether a copy is being made or waits for it."""
        return self._going or self.is_waiting

    def ask(self, photo: int, record: PhotoRecord) -> None:
        """Make a photo's copy again, after those that were asked for before."""
        self._asked.put((photo, record))

    def close(self) -> None:
        """Finish what was asked for and end."""
        self._asked.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (asked := self._asked.get()) is not None:
            self._going = True
            photo, record = asked
            record = self._again(record)
            with self._turn:
                self._made(photo, record)
            self._going = False

    def _again(self, record: PhotoRecord) -> PhotoRecord:
        """Return the new record of a photo; what goes wrong costs this photo only."""
        try:
            with self._turn:
                newest = self._run.records.get(record.source, record)
                task = self._run.again(newest)
                spec = self._run.job.spec
            (prepared,) = self._workers.prepare(spec, iter([task]))
            with self._turn:
                self._run.settle(prepared)
                return self._run.records[record.source]
        except PhotoguardError as trouble:
            reason = Reason(trouble.code, (), trouble.parameters)
            return replace(record, status=Outcome.FAILED, exit_code=EXIT_FAILED, reasons=(reason,))
