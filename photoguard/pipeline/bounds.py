"""What one photo may cost its worker, native code and detectors included: time and memory.

Time is measured inside the worker, so that waiting for a turn does not count, by a clock
that runs without the interpreter: native code that hangs may hold the interpreter's lock.
Memory is watched by the parent, since no worker can be trusted to look at itself then.
"""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Self

from photoguard.images.watch import resident_bytes
from photoguard.pipeline.trouble import note_trouble

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from photoguard.pipeline.task import Task

_LOOK_EVERY = 0.5
_MEGABYTE = 1 << 20


@contextmanager
def timed(task: Task, seconds: float) -> Iterator[None]:
    """End this process where what is inside takes longer; say so in the photo's clock file.

    The file lies among the unfinished ones and stays empty until time is up: then it holds
    where the program was.
    """
    clock = _clock_file(task)
    handle = _opened(clock)
    longest = min(seconds, threading.TIMEOUT_MAX)
    faulthandler.dump_traceback_later(longest, exit=True, file=handle)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
        os.close(handle)
        with suppress(OSError):
            clock.unlink()


def ran_out_of_time(task: Task) -> bool:
    """Tell whether this photo's time ended its worker; where it was is noted privately."""
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
    """Open the photo's clock file anew; without it time is bounded as well, but not told."""
    try:
        return os.open(clock, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError:
        return os.open(os.devnull, os.O_WRONLY)


class MemoryWatch:
    """While it lasts, ends each worker of this program that grows too large."""

    def __init__(self, megabytes: int) -> None:
        """Watch from ``__enter__`` to ``__exit__``."""
        self.struck = False
        """Whether a worker was ended since somebody last set this to False."""
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
