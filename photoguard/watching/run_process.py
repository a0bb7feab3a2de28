"""One run over the watched folder, in a process of its own.

The process frees its memory when it ends, and the watch goes on even if it crashes: so a watch
can last for months. The run itself is the same as that of ``prepare``, with the same journal,
lock and manifest.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from photoguard.errors import EXIT_INTERRUPTED, ConfigurationError, PhotoguardError
from photoguard.files import SHEET, Passed, caching_digests, stamp_of
from photoguard.model import Outcome
from photoguard.notes import read_notes
from photoguard.pipeline.workers.pool import interrupts_blocked

if TYPE_CHECKING:
    import sys
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path
    from types import FrameType

    from photoguard.api import Run
    from photoguard.files import KnownDigests, Source, Stamp
    from photoguard.model import PhotoNotes
    from photoguard.pipeline import FolderJob, Progress

    if sys.platform == "win32":
        from multiprocessing.connection import PipeConnection as Connection
    else:
        from multiprocessing.connection import Connection

Tell: TypeAlias = "Callable[[Progress], None]"
MakeJob: TypeAlias = "Callable[[], FolderJob]"
RunJob: TypeAlias = "Callable[[FolderJob, Tell], Run]"

_LONGEST_END = 60.0
"""Seconds that a run has to stop before its process is killed."""
_LISTEN = 0.5


@dataclass(frozen=True, slots=True)
class RunOrder:
    """The parameters of one run, sent to its process."""

    whole: Mapping[Path, Stamp]
    """The files that may be prepared, with their stamps when they were found to be complete."""
    resting: frozenset[Path] = frozenset()
    """Files that failed before and are not tried again yet."""
    digests: KnownDigests = field(default_factory=dict)
    """A cache for ``caching_digests``."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """The result of one run, sent back by its process."""

    trouble: PhotoguardError | None = None
    """Why the run was not possible; None where it was."""
    made: Mapping[Outcome, int] = field(default_factory=dict)
    """The number of photos by outcome, without those that were done before."""
    failed: frozenset[Path] = frozenset()
    """All photos whose record is now a failure."""
    overhead: float = 0.0
    """Seconds that the run took beside preparing photos."""
    typed: bool = False
    """Whether staff saved the output's table after the run had read it."""
    digests: KnownDigests = field(default_factory=dict)
    """The cache of digests, with what the run added."""


def send(make: MakeJob, run: RunJob, order: RunOrder) -> RunResult | None:
    """Return the result of a run in a process of its own; None if the process crashed.

    Raises KeyboardInterrupt when the watch is interrupted, after the run has been stopped.
    """
    ours, theirs = multiprocessing.get_context("spawn").Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(
        target=_run_in_child, args=(make, run, order, theirs), name="photoguard watch"
    )
    with ours:
        with interrupts_blocked():
            process.start()
        theirs.close()
        try:
            result = _received(ours)
        except KeyboardInterrupt:
            process.terminate()
            process.join(_LONGEST_END)
            process.kill()
            raise
        process.join(_LONGEST_END)
        process.kill()
        return result


def _received(ours: Connection) -> RunResult | None:
    while not ours.poll(_LISTEN):
        pass  # in short waits, so that a signal is answered on every system
    try:
        result: RunResult = ours.recv()
    except (EOFError, OSError):
        return None
    return result


def _run_in_child(make: MakeJob, run: RunJob, order: RunOrder, theirs: Connection) -> None:
    """Do a run in this process and send its result; the parent stops it with SIGTERM."""
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _interrupted)
    try:
        result = _run_result(make, run, order)
    except PhotoguardError as trouble:
        result = RunResult(trouble)
    except KeyboardInterrupt:
        os._exit(EXIT_INTERRUPTED)  # everything is closed, and the watch waits for no result
    with suppress(OSError):  # the watch was killed meanwhile
        theirs.send(result)


def _interrupted(number: int, _frame: FrameType | None) -> NoReturn:
    signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _run_result(make: MakeJob, run: RunJob, order: RunOrder) -> RunResult:
    begun, known = time.monotonic(), dict(order.digests)
    with caching_digests(known):
        job = as_ordered(make(), order)
        table = job.batch.output / SHEET
        is_read = _stamp(table) == order.whole.get(table)
        typed = _typed(table)
        progress = _Progress()
        ended = run(job, progress)
    paths = {source.name: source.path for source in job.batch.photos}
    failed = (each["source"] for each in ended.photos if each["status"] == Outcome.FAILED)
    return RunResult(
        made=progress.made,
        failed=frozenset(paths[name] for name in failed if name in paths),
        overhead=time.monotonic() - begun - progress.seconds,
        typed=not is_read or _typed(table) != typed,
        digests=known,
    )


def _stamp(table: Path) -> Stamp | None:
    with suppress(OSError):
        return stamp_of(table.lstat())
    return None


def _typed(table: Path) -> Mapping[str, PhotoNotes]:
    """Return the notes that staff typed in a table, by file; {} where it cannot be read."""
    with suppress(ConfigurationError):
        rows = read_notes(table).without_empty_rows().rows if table.is_file() else {}
        return {file: row.notes for file, row in rows.items()}
    return {}


def as_ordered(job: FolderJob, order: RunOrder) -> FolderJob:
    """Return the job with its incomplete photos marked as waiting, and listed in the report."""
    waiting = [source for source in job.batch.photos if not _is_whole(source, order)]
    passed = (Passed(source, "reasons.not_handled_waiting") for source in waiting)
    return replace(
        job,
        batch=replace(job.batch, passed=(*job.batch.passed, *passed)),
        waiting=_names(waiting),
        resting=_names(each for each in job.batch.photos if each.path in order.resting),
    )


def _names(sources: Iterable[Source]) -> frozenset[str]:
    return frozenset(source.name for source in sources)


def _is_whole(source: Source, order: RunOrder) -> bool:
    """Tell whether a photo still has the stamp with which it was found to be complete."""
    with suppress(OSError):
        return order.whole.get(source.path) == stamp_of(source.path.lstat())
    return False


class _Progress:
    """Counts the prepared photos by outcome, and measures the time that they take."""

    def __init__(self) -> None:
        self.made: Counter[Outcome] = Counter()
        self._first = self._last = 0.0

    @property
    def seconds(self) -> float:
        """Seconds from the first prepared photo to the last one."""
        return self._last - self._first

    def __call__(self, progress: Progress) -> None:
        if not progress.skipped:
            self._last = time.monotonic()
            self._first = self._first or self._last
            self.made[progress.status] += 1
