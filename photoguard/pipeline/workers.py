"""Where photos are prepared: processes on this computer, behind ``concurrent.futures``.

The folder's run knows only the ``Executor`` interface, so that another engine's executor
can take the workers' place.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, ProcessPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Self
from uuid import uuid4

from photoguard.errors import EXIT_FAILED
from photoguard.model import Outcome, Reason
from photoguard.pipeline.records import PhotoRecord, Prepared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Executor, Future

    from photoguard.consent import Snapshot
    from photoguard.pipeline.photo import Tools
    from photoguard.pipeline.task import Task
    from photoguard.settings import Settings

MOST_JOBS = 8
MEMORY_OF_A_JOB = 1_500_000_000
"""Bytes that a worker and its decoder may need together on a large photo."""


@dataclass(frozen=True, slots=True)
class RunSpec:
    """Everything a worker must be told once: it builds its tools from it and keeps them."""

    settings: Settings
    register: Snapshot | None = None
    """The unit's persons and permissions as plain values, or None."""
    id: str = field(default_factory=lambda: uuid4().hex)


def default_jobs() -> int:
    """Return how many workers suit this computer's cores and memory.

    One more than there are cores: while a worker waits for its decoder, another may look.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min((cores or 1) + 1, _memory() // MEMORY_OF_A_JOB, MOST_JOBS))


def _memory() -> int:
    """Return the bytes of memory of this computer, or 4 GB where it does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 4_000_000_000


def open_pool(jobs: int) -> Executor:
    """Return a pool of fresh processes that leave Ctrl-C to their parent."""
    return ProcessPoolExecutor(
        max_workers=jobs,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin_worker,
    )


class Workers:
    """An executor that is opened when first needed and replaced when it breaks."""

    def __init__(self, jobs: int, open_executor: Callable[[int], Executor] = open_pool) -> None:
        """Keep how to open an executor for ``jobs`` calls at a time."""
        self.jobs = jobs
        self._open = open_executor
        self._executor: Executor | None = None

    def __enter__(self) -> Self:
        """Hand the workers to a with statement."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let the workers end."""
        if self._executor is not None:
            self._executor.shutdown()

    def prepare(self, spec: RunSpec, tasks: Iterator[Task]) -> Iterator[Prepared]:
        """Yield photos as they are finished; few are under way at once, so memory is bounded."""
        waiting: dict[Future[Prepared], Task] = {}
        while True:
            for task in islice(tasks, 2 * self.jobs - len(waiting)):
                waiting[self._submit(spec, task)] = task
            if not waiting:
                return
            finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
            broken = any(isinstance(future.exception(), BrokenExecutor) for future in finished)
            suspects = list(waiting.values()) if broken else []
            for future in finished if not broken else ():
                del waiting[future]
                yield future.result()
            if broken:
                waiting.clear()
                yield from self._one_by_one(spec, suspects)

    def stop(self) -> None:
        """Drop what waits and end the workers without letting them finish."""
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)
            self._executor = None
        for child in multiprocessing.active_children():
            child.terminate()

    def _submit(self, spec: RunSpec, task: Task) -> Future[Prepared]:
        if self._executor is not None:
            with suppress(BrokenExecutor):
                return self._executor.submit(prepare_in_worker, spec, task)
            # It broke between two photos: none of them is to blame.
            self._drop_broken()
        self._executor = self._open(self.jobs)
        return self._executor.submit(prepare_in_worker, spec, task)

    def _one_by_one(self, spec: RunSpec, suspects: list[Task]) -> Iterator[Prepared]:
        """Find out which photo ends its worker: that one fails, the others go on."""
        for task in suspects:
            self._drop_broken()
            try:
                yield self._submit(spec, task).result()
            except BrokenExecutor:
                yield Prepared(lost_with_its_worker(task.name, task.key))
                self._drop_broken()

    def _drop_broken(self) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)
        self._executor = None


def lost_with_its_worker(name: str, key: str) -> PhotoRecord:
    """Return the record of a photo whose worker died, most likely for want of memory."""
    return PhotoRecord(
        source=name,
        status=Outcome.FAILED,
        reasons=(Reason("reasons.worker_died"),),
        exit_code=EXIT_FAILED,
        key=key,
    )


def _begin_worker() -> None:
    """Leave Ctrl-C to the parent, and end when the parent does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    """End when the parent was killed; without this, workers wait for their queue for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(EXIT_FAILED)


_TOOLS: dict[str, Tools] = {}


def prepare_in_worker(spec: RunSpec, task: Task) -> Prepared:
    """Prepare one photo with the tools of this worker, building them the first time."""
    from photoguard.pipeline.photo import open_tools, prepare_photo

    if spec.id not in _TOOLS:
        for tools in _TOOLS.values():
            tools.close()
        _TOOLS.clear()
        _TOOLS[spec.id] = open_tools(spec)
    return prepare_photo(task, _TOOLS[spec.id])
