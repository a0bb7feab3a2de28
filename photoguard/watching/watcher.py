"""Watches a folder and prepares the photos that come into it, until it is interrupted.

The folder is listed again and again; notifications of the system only decide when. A run that
is not possible is tried again later, with growing pauses.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from photoguard.errors import OutputError, problem_of
from photoguard.files import SHEET, data_folder, digest, lock_file
from photoguard.output import recall
from photoguard.watching.folder_scan import FolderObserver, FolderState
from photoguard.watching.run_process import RunOrder, RunResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from photoguard.errors import PhotoguardError
    from photoguard.files import KnownDigests, Stamp
    from photoguard.model import Outcome
    from photoguard.watching.alarm import Alarm

_IN_USE = "journal.in_use"
_NO_PHOTOS = "files.no_photos"
_LIVELY = 60.0
"""Seconds after a change for which the folder is listed often."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The watch's waiting times in seconds."""

    still: float = 2.0
    """For which a file must be unchanged to count as whole."""
    poll: float = 60.0
    """Between two listings of the folder while no change is reported."""
    gather: float = 15.0
    """For which whole files wait for others that are still arriving, so that runs are few."""
    lost: float = 5.0
    """Between two attempts to find a missing folder."""
    again: tuple[float, ...] = (5, 15, 60, 300)
    """Before an impossible run is tried again, for the first time, the second, and so on."""
    retry: tuple[float, ...] = (60, 600, 3600, 6 * 3600, 24 * 3600)
    """Before a failed photo is tried again, for the first time, the second, and so on."""
    rest: float = 600.0
    """Longest pause after a run; otherwise it is as long as the run's overhead."""


@dataclass(frozen=True, slots=True)
class WatchReporter:
    """The functions that the watch calls to report what happens."""

    made: Callable[[Mapping[Outcome, int]], None]
    """Called when a run has prepared photos, with their number by outcome."""
    trouble: Callable[[PhotoguardError], None]
    """Called when a run was not possible; once for the same trouble in a row."""
    note: Callable[[str], None]
    """Called for other events, with the code of a sentence."""


@dataclass(slots=True)
class _Failure:
    """A photo that failed."""

    stamp: Stamp
    """Its stamp when it failed."""
    times: int
    """How often it has failed again with this stamp."""
    next: float
    """When it is tried again, by the watch's clock."""


@dataclass(slots=True)
class Watcher:
    """The state of one watch over one folder."""

    folder: Path
    output: Path
    send: Callable[[RunOrder], RunResult | None]
    """Does a run and returns its result, None if its process crashed."""
    tell: WatchReporter
    pace: Pace = field(default_factory=Pace)
    clock: Callable[[], float] = time.monotonic
    today: Callable[[], date] = date.today
    _observer: FolderObserver = field(init=False)
    _done: Mapping[Path, Stamp] | None = None
    """The whole files when the last run began; None before the first one."""
    _day: date = date.min
    _failed: dict[Path, _Failure] = field(default_factory=dict)
    _digests: KnownDigests = field(default_factory=dict)
    _due_since: float | None = None
    _not_before: float = 0.0
    _impossible_runs: int = 0
    """How many runs in a row were not possible."""
    _before: tuple[Mapping[Path, Stamp], frozenset[Path]] | None = None
    _changed: float = 0.0
    _last_trouble: str = ""
    """The trouble that was reported last."""
    _is_lost: bool = False

    def __post_init__(self) -> None:
        """Make the observer; nothing is listed yet."""
        beside = (self.output / SHEET,)
        self._observer = FolderObserver(self.folder, beside, self.pace.still, self.clock)

    def watch(self, alarm: Alarm) -> None:
        """Watch until a signal raises KeyboardInterrupt.

        Raises OutputError where another watch already uses the same output.
        """
        with only_watch(self.output):
            try:
                while True:
                    seconds = self.turn()
                    if self._is_lost:
                        alarm.close()
                    alarm.wait(seconds)
            finally:
                alarm.close()

    def turn(self) -> float:
        """List the folder, do a run if one is due, and return the seconds to wait then."""
        state = self._observer.observe()
        if state is None:
            if not self._is_lost:
                self.tell.note("watch.lost")
            self._is_lost = True
            return self.pace.lost
        if self._is_lost:
            self._is_lost = False
            self._failed.clear()
            self.tell.note("watch.back")
        if self._is_time(state):
            self._run(state)
        return self._pause(state)

    def _is_time(self, state: FolderState) -> bool:
        """Tell whether a run is due: there is cause for it, and no pause or arriving file."""
        if not self._has_cause(state):
            self._due_since = None
            return False
        now = self.clock()
        if self._due_since is None:
            self._due_since = now
        arrives = any(path.parent != self.output for path in state.waiting)
        return now >= self._not_before and not (
            arrives and now - self._due_since < self.pace.gather
        )

    def _has_cause(self, state: FolderState) -> bool:
        now = self.clock()
        return (
            self._done != state.whole
            or self._day != self.today()
            or self._is_marked()
            or any(each.next <= now for each in self._failed.values())
        )

    def _run(self, state: FolderState) -> None:
        self._due_since = None
        day = self.today()  # a run past midnight has decided some photos for the day before
        if self._day != day:
            self._digests = {}  # once a day everything is read again
        order = RunOrder(state.whole, self._resting(state), self._digests)
        result = self.send(order)
        if result is None:
            self._postpone()
            self.tell.note("watch.run_lost")
        elif result.trouble is not None and result.trouble.code != _NO_PHOTOS:
            self._postpone()
            self._report_trouble(result.trouble)
        else:
            self._accept(order, result, day)

    def _postpone(self) -> None:
        """Postpone the next run, longer for each impossible run in a row."""
        pauses = self.pace.again
        self._not_before = self.clock() + pauses[min(self._impossible_runs, len(pauses) - 1)]
        self._impossible_runs += 1

    def _report_trouble(self, trouble: PhotoguardError) -> None:
        if trouble.code == self._last_trouble:
            return
        self._last_trouble = trouble.code
        if trouble.code == _IN_USE:
            self.tell.note("watch.in_use")
        else:
            self.tell.trouble(trouble)

    def _accept(self, order: RunOrder, result: RunResult, day: date) -> None:
        self._impossible_runs, self._last_trouble = 0, ""
        self._day, self._digests = day, dict(result.digests)
        self._done = order.whole if result.typed else self._as_left(order)
        self._note_failed(order, result)
        self._not_before = self.clock() + min(result.overhead, self.pace.rest)
        if result.made:
            self.tell.made(result.made)

    def _as_left(self, order: RunOrder) -> Mapping[Path, Stamp]:
        """Return the order's whole files, with the table's stamp as the run has written it."""
        again = self._observer.mark_whole(self.output / SHEET)
        return {**order.whole, **again}

    def _note_failed(self, order: RunOrder, result: RunResult) -> None:
        failed: dict[Path, _Failure] = {}
        for path in result.failed & order.whole.keys():
            before, stamp = self._failed.get(path), order.whole[path]
            if before and path in order.resting:
                failed[path] = before
                continue
            times = before.times + 1 if before and before.stamp == stamp else 0
            pause = self.pace.retry[min(times, len(self.pace.retry) - 1)]
            failed[path] = _Failure(stamp, times, self.clock() + pause)
        self._failed = failed

    def _resting(self, state: FolderState) -> frozenset[Path]:
        now = self.clock()
        return frozenset(
            path
            for path, each in self._failed.items()
            if each.next > now and state.whole.get(path) == each.stamp
        )

    def _pause(self, state: FolderState) -> float:
        """Return the seconds to the next listing, at least nine times as long as one takes."""
        now = self.clock()
        if (state.whole, state.waiting) != self._before:
            self._before, self._changed = (state.whole, state.waiting), now
        seconds = self.pace.poll
        if self._due_since is not None and now < self._not_before:
            seconds = min(seconds, self._not_before - now)
        elif now - self._changed < _LIVELY and (state.waiting or self._due_since is not None):
            seconds = min(seconds, self.pace.still)
        return max(seconds, 9 * state.seconds)

    def _is_marked(self) -> bool:
        """Tell whether the output is marked by a withdrawal; False where it cannot be reached."""
        with suppress(OSError):
            return recall.is_marked(self.output)
        return False


@contextmanager
def only_watch(output: Path) -> Iterator[None]:
    """Lock an output for one watch during the block; raises OutputError if another has it."""
    name = digest(str(output).encode("utf-8", "surrogateescape"))[:16]
    try:
        lock = lock_file(data_folder() / f"watch-{name}.lock")
    except OutputError as trouble:
        if trouble.code != _IN_USE:
            raise
        raise OutputError("watch.already", folder=output.name) from trouble
    except OSError as trouble:
        raise OutputError("journal.cannot_use", problem=problem_of(trouble)) from trouble
    try:
        yield
    finally:
        os.close(lock)
