"""The pool of processes on this computer that prepare photos, behind ``concurrent.futures``.

Only the ``Executor`` interface is used, so that another executor can be put in. The time and
memory of each photo are bounded, native code included. Time is measured inside the worker,
so that waiting does not count, by a clock that needs no interpreter, since native code that
hangs may hold the interpreter's lock. Memory is watched by the parent process, since a
worker that runs out of it cannot be relied on to notice.
"""

from __future__ import annotations

import ctypes
import faulthandler
import multiprocessing
import os
import signal
import sys
import threading
import time
import warnings
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, ProcessPoolExecutor, wait
from contextlib import contextmanager, suppress
from itertools import islice
from typing import TYPE_CHECKING, Self

from photoguard.errors import EXIT_FAILED, SetupTrouble
from photoguard.images.values import leave_ending_to_the_parent
from photoguard.images.watch import resident_bytes
from photoguard.model import Outcome, Reason
from photoguard.output.records import PhotoRecord, Prepared
from photoguard.output.shelves import note_trouble
from photoguard.pipeline.workers.jobs import threads_for, usable_cores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Executor, Future
    from pathlib import Path

    from photoguard.pipeline.values import RunSpec, Task, Tools


_LOOK_EVERY = 0.5
_M_ARENA_MAX = -8
"""In malloc.h of glibc."""
_MEGABYTE = 1 << 20


@contextmanager
def timed(task: Task, seconds: float) -> Iterator[None]:
    """End this process if the block takes longer than ``seconds``.

    Then the photo's clock file, which lies in the private folder and is empty until then,
    holds a traceback.
    """
    clock = _clock_file(task)
    try:
        with _bounded(seconds, _opened(clock)):
            yield
    finally:
        with suppress(OSError):
            clock.unlink()


@contextmanager
def _bounded(seconds: float, handle: int) -> Iterator[None]:
    """End this process if the block takes longer, with a traceback in the open file; close it."""
    longest = min(seconds, threading.TIMEOUT_MAX)
    faulthandler.dump_traceback_later(longest, exit=True, file=handle)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
        os.close(handle)


def ran_out_of_time(task: Task) -> bool:
    """Tell whether this photo's worker ran out of time; log its traceback privately."""
    try:
        where = _clock_file(task).read_text("utf-8", "replace")
    except OSError:
        return False
    if where:
        note_trouble(task.work.parent, where)
    return bool(where)


def _clock_file(task: Task) -> Path:
    return task.work / f"{task.stem}.clock"


def _opened(clock: Path) -> int:
    """Return a descriptor of the emptied clock file, or of the null device if that fails."""
    try:
        return os.open(clock, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError:
        return os.open(os.devnull, os.O_WRONLY)


class MemoryWatch:
    """A context manager that kills each worker of this program that takes too much memory."""

    def __init__(self, megabytes: int) -> None:
        """Watch from ``__enter__`` to ``__exit__``."""
        self.struck = False
        """Whether a worker was killed since this was last set to False."""
        self._bytes = megabytes * _MEGABYTE
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        """Begin to watch."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop watching."""
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(_LOOK_EVERY):
            for worker in multiprocessing.active_children():
                if worker.pid and resident_bytes(worker.pid) > self._bytes:
                    self.struck = True
                    worker.kill()


_ATTEMPTS = 3
"""How often a photo is handed over: to the present workers, and twice to new ones."""
_LONGEST_END = 10.0
"""Seconds to wait for a worker to end before it is killed; the disk may be busy."""


def open_pool(jobs: int) -> Executor:
    """Return a pool of new processes that ignore Ctrl-C and leave it to their parent."""
    _keep_helper_running()
    return ProcessPoolExecutor(
        max_workers=jobs,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin_worker,
    )


def _keep_helper_running() -> None:
    """Start multiprocessing's resource tracker, also after it was killed, and silence it.

    A new tracker would otherwise warn about every lock that it does not know.
    """
    if os.name != "posix":
        return
    from multiprocessing import resource_tracker

    from photoguard.detect._runtime import native_quiet

    warnings.filterwarnings("ignore", "resource_tracker: process died")
    with native_quiet():
        resource_tracker.ensure_running()


class Workers:
    """Prepares photos in an executor, which is opened when needed and replaced when it breaks."""

    def __init__(
        self,
        jobs: int,
        open_executor: Callable[[int], Executor] = open_pool,
        cores: int | None = None,
    ) -> None:
        """Keep the number of workers and the function that opens an executor of this size.

        All workers together use ``cores`` processor cores, None for all usable ones.
        """
        self.jobs = jobs
        self._open = open_executor
        self._cores = cores or usable_cores()
        self._threads = threads_for(self._cores, jobs)
        self._executor: Executor | None = None
        self._getting_ready: list[Future[None]] = []

    def __enter__(self) -> Self:
        """Hand the workers to a with statement."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the workers at once: an orderly end takes time, and may hang."""
        if self._executor is not None or multiprocessing.active_children():
            self._stop_and_wait()

    def get_ready(self, spec: RunSpec, photos: int) -> None:
        """Let as many workers as these photos need load libraries and models now.

        With fewer photos than workers, each worker uses more threads; workers that were
        started with too many threads, for fewer photos, are replaced. A failure is ignored
        here: it comes again, and is reported, with the first photo.
        """
        threads = threads_for(self._cores, min(self.jobs, photos))
        if self._executor is not None:
            if threads >= self._threads:
                return
            self._stop_and_wait()
        self._threads = threads
        self._getting_ready.clear()
        try:
            with interrupts_blocked():
                self._executor = self._open(self.jobs)
                of_no_register = spec.anew(register=None)
                for _ in range(min(self.jobs, photos)):
                    ready = self._executor.submit(get_worker_ready, of_no_register, threads=threads)
                    self._getting_ready.append(ready)
        except (BrokenExecutor, OSError):
            self._stop_and_wait()

    def prepare(self, spec: RunSpec, tasks: Iterator[Task]) -> Iterator[Prepared]:
        """Yield photos as they are finished; few are under way at once, so memory is bounded."""
        waiting: dict[Future[Prepared], Task] = {}
        with MemoryWatch(spec.settings.limits.photo_memory_mb) as watch:
            while True:
                for task in islice(tasks, 2 * self.jobs - len(waiting)):
                    waiting[self._submit(spec, task)] = task
                if not waiting:
                    return
                finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
                if any(isinstance(future.exception(), BrokenExecutor) for future in finished):
                    suspects = list(waiting.values())
                    waiting.clear()
                    yield from self._one_by_one(spec, suspects, watch)
                    continue
                for future in finished:
                    del waiting[future]
                    yield future.result()

    def stop(self) -> None:
        """Drop what waits and end the workers without letting them finish."""
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)
            self._executor = None
        for child in multiprocessing.active_children():
            child.terminate()

    def _submit(self, spec: RunSpec, task: Task) -> Future[Prepared]:
        """Hand a photo over, at most ``_ATTEMPTS`` times, each time after the first to new workers.

        Raises SetupTrouble where none of them takes it. An OSError counts as a broken pool:
        a helper process of the pool may be killed before any worker is.
        """
        # The pool starts one more process whenever none is idle, even if one would be enough.
        wait(self._getting_ready, return_when=FIRST_COMPLETED)
        for _ in range(_ATTEMPTS):
            try:
                with interrupts_blocked():
                    if self._executor is None:
                        self._executor = self._open(self.jobs)
                    return self._executor.submit(
                        prepare_in_worker, spec, task, threads=self._threads
                    )
            except (BrokenExecutor, OSError):
                # It broke between two photos: none of them is to blame.
                self._stop_and_wait()
        raise SetupTrouble("decode.no_pool")

    def _one_by_one(
        self, spec: RunSpec, suspects: list[Task], watch: MemoryWatch
    ) -> Iterator[Prepared]:
        """Prepare the photos of a broken pool one by one; the one that ends its worker fails."""
        self._stop_and_wait()
        for task in suspects:
            if ran_out_of_time(task):
                yield lost(task, _too_slow(spec))
                continue
            watch.struck = False
            try:
                yield self._submit(spec, task).result()
            except BrokenExecutor:
                self._stop_and_wait()
                yield lost(task, _why_lost(spec, task, watch))

    def _stop_and_wait(self) -> None:
        """End the workers and wait: one still running would write where the next one writes."""
        with suppress(OSError):
            _keep_helper_running()
        self.stop()
        _wait_for_children(_LONGEST_END)


@contextmanager
def interrupts_blocked() -> Iterator[None]:
    """Block SIGINT, so that processes started inside never see Ctrl-C; the parent gets it after.

    On Windows nothing is blocked: a worker that is still starting may write a traceback.
    """
    if sys.platform == "win32":
        yield
        return
    _keep_helper_running()  # its own start would let the signal through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _wait_for_children(seconds: float) -> None:
    """Wait until the workers have ended; kill those that take longer."""
    until = time.monotonic() + seconds
    for child in multiprocessing.active_children():
        child.join(max(0.0, until - time.monotonic()))
        child.kill()


def _why_lost(spec: RunSpec, task: Task, watch: MemoryWatch) -> Reason:
    if ran_out_of_time(task):
        return _too_slow(spec)
    if watch.struck:
        limit = spec.settings.limits.photo_memory_mb
        return Reason("reasons.too_much_memory", (), {"limit": limit})
    return Reason("reasons.worker_died")


def _too_slow(spec: RunSpec) -> Reason:
    return Reason("reasons.too_slow", (), {"limit": spec.settings.limits.photo_seconds})


def lost(task: Task, reason: Reason) -> Prepared:
    """Return the failed record of a photo whose worker died."""
    return Prepared(
        PhotoRecord(
            source=task.name,
            status=Outcome.FAILED,
            reasons=(reason,),
            exit_code=EXIT_FAILED,
            key=task.key,
        )
    )


def _begin_worker() -> None:
    """Ignore Ctrl-C and a closed terminal, which the parent handles, and end with the parent."""
    leave_ending_to_the_parent()
    _keep_to_one_heap()
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _keep_to_one_heap() -> None:
    """Let all threads of this process share a heap, where glibc gives each its own: 30 MB less."""
    if sys.platform == "linux":
        with suppress(AttributeError):  # musl has no such option
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def _end_with_the_parent() -> None:
    """Exit when the parent has ended; a worker would otherwise wait for its queue for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(EXIT_FAILED)


_TOOLS: dict[str, Tools] = {}


def get_worker_ready(spec: RunSpec, threads: int) -> None:
    """Load libraries and models for this worker's first photo; raises as ``prepare_in_worker``."""
    with _bounded(spec.settings.limits.photo_seconds, os.open(os.devnull, os.O_WRONLY)):
        _load_libraries()
        _tools(spec, threads).load()


def prepare_in_worker(spec: RunSpec, task: Task, threads: int) -> Prepared:
    """Prepare one photo with the tools of this worker, building them the first time.

    New tools use ``threads`` threads each. Raises SetupTrouble where a library does not load.
    """
    with timed(task, spec.settings.limits.photo_seconds):
        _load_libraries()
        from photoguard.pipeline.photo.recipe import prepare_photo

        return prepare_photo(task, _tools(spec, threads))


def _load_libraries() -> None:
    from photoguard.detect._runtime import native_libraries

    with native_libraries():
        import photoguard.pipeline.photo.recipe  # noqa: F401


def _tools(spec: RunSpec, threads: int) -> Tools:
    """Return this worker's tools for a run, reusing what it can from the run before."""
    from photoguard.pipeline.photo.recipe import open_tools

    if spec.id not in _TOOLS:
        tools = open_tools(spec, next(iter(_TOOLS.values()), None), threads)
        _TOOLS.clear()
        _TOOLS[spec.id] = tools
    return _TOOLS[spec.id]
