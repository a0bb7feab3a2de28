"""Watches a folder: prepares what is dropped into it, and never stops for anything in it.

What is there is found out by looking; what the system tells of changes only decides when to
look. Whatever a run cannot do now is tried again later, with growing pauses.
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
from photoguard.watching.errand import Order, Result
from photoguard.watching.look import Look, Looker

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
"""Seconds after a change for which we look often; what waits longer than that, waits long."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the watch waits for what, in seconds."""

    still: float = 2.0
    """For which a file has to be the same until it counts as whole."""
    poll: float = 60.0
    """Between two looks while nothing is heard of."""
    gather: float = 15.0
    """For which the first of several files waits for the others, so that runs are few."""
    lost: float = 5.0
    """Between two looks for a folder that is not there."""
    again: tuple[float, ...] = (5, 15, 60, 300)
    """Before a run that could not be is tried again."""
    retry: tuple[float, ...] = (60, 600, 3600, 6 * 3600, 24 * 3600)
    """Before a photo that failed is tried again."""
    rest: float = 600.0
    """Longest rest after a run, which else is as long as what it cost beside its photos."""


@dataclass(frozen=True, slots=True)
class Teller:
    """Follows the watch: each method is called when its sentence may be written."""

    made: Callable[[Mapping[Outcome, int]], None]
    """A run ended; how many photos ended how."""
    trouble: Callable[[PhotoguardError], None]
    """A run was not possible; the same trouble is reported once."""
    note: Callable[[str], None]
    """Something else happened, by the code of its sentence."""


@dataclass(slots=True)
class _Failure:
    """A photo that failed: its stamp then, how often it failed, and when it is tried again."""

    stamp: Stamp
    times: int
    next: float


@dataclass(slots=True)
class Watcher:
    """The state of one watch over one folder."""

    folder: Path
    output: Path
    send: Callable[[Order], Result | None]
    """Does a run and returns its result; None where its process ended without one."""
    tell: Teller
    pace: Pace = field(default_factory=Pace)
    clock: Callable[[], float] = time.monotonic
    today: Callable[[], date] = date.today
    _looker: Looker = field(init=False)
    _done: Mapping[Path, Stamp] | None = None
    """What was whole when the last run began; None before the first one."""
    _day: date = date.min
    _failed: dict[Path, _Failure] = field(default_factory=dict)
    _digests: KnownDigests = field(default_factory=dict)
    _due_since: float | None = None
    _not_before: float = 0.0
    _in_vain: int = 0
    """How many runs could not be, one after the other."""
    _before: tuple[Mapping[Path, Stamp], frozenset[Path]] | None = None
    _changed: float = 0.0
    _last_trouble: str = ""
    """The trouble that was reported last."""
    _is_lost: bool = False

    def __post_init__(self) -> None:
        """Begin with nothing seen."""
        beside = (self.output / SHEET,)
        self._looker = Looker(self.folder, beside, self.pace.still, self.clock)

    def watch(self, alarm: Alarm) -> None:
        """Watch until a signal raises KeyboardInterrupt.

        Raises OutputError where another watch already prepares into the same output.
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
        """Look, do a run if there is cause, and return the seconds until the next look."""
        look = self._looker.look()
        if look is None:
            if not self._is_lost:
                self.tell.note("watch.lost")
            self._is_lost = True
            return self.pace.lost
        if self._is_lost:
            self._is_lost = False
            self._failed.clear()
            self.tell.note("watch.back")
        if self._is_time(look):
            self._run(look)
        return self._pause(look)

    def _is_time(self, look: Look) -> bool:
        """Tell whether there is cause for a run, and it waits for nothing more."""
        if not self._has_cause(look):
            self._due_since = None
            return False
        now = self.clock()
        if self._due_since is None:
            self._due_since = now
        arrives = any(path.parent != self.output for path in look.waiting)
        return now >= self._not_before and not (
            arrives and now - self._due_since < self.pace.gather
        )

    def _has_cause(self, look: Look) -> bool:
        now = self.clock()
        return (
            self._done != look.whole
            or self._day != self.today()
            or self._is_marked()
            or any(each.next <= now for each in self._failed.values())
        )

    def _run(self, look: Look) -> None:
        self._due_since = None
        day = self.today()  # a run past midnight has decided some photos for the day before
        if self._day != day:
            self._digests = {}  # once a day everything is read again
        order = Order(look.whole, self._resting(look), self._digests)
        result = self.send(order)
        if result is None:
            self._put_off()
            self.tell.note("watch.run_lost")
        elif result.trouble is not None and result.trouble.code != _NO_PHOTOS:
            self._put_off()
            self._say(result.trouble)
        else:
            self._take(order, result, day)

    def _put_off(self) -> None:
        """Let the next run wait, the longer the more of them could not be."""
        pauses = self.pace.again
        self._not_before = self.clock() + pauses[min(self._in_vain, len(pauses) - 1)]
        self._in_vain += 1

    def _say(self, trouble: PhotoguardError) -> None:
        if trouble.code == self._last_trouble:
            return
        self._last_trouble = trouble.code
        if trouble.code == _IN_USE:
            self.tell.note("watch.in_use")
        else:
            self.tell.trouble(trouble)

    def _take(self, order: Order, result: Result, day: date) -> None:
        self._in_vain, self._last_trouble = 0, ""
        self._day, self._digests = day, dict(result.digests)
        self._done = order.whole if result.typed else self._as_left(order)
        self._note_failed(order, result)
        self._not_before = self.clock() + min(result.overhead, self.pace.rest)
        if result.made:
            self.tell.made(result.made)

    def _as_left(self, order: Order) -> Mapping[Path, Stamp]:
        """Return what was whole, with the table as the run itself has laid it."""
        again = self._looker.look_again(self.output / SHEET)
        return {**order.whole, **again}

    def _note_failed(self, order: Order, result: Result) -> None:
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

    def _resting(self, look: Look) -> frozenset[Path]:
        now = self.clock()
        return frozenset(
            path
            for path, each in self._failed.items()
            if each.next > now and look.whole.get(path) == each.stamp
        )

    def _pause(self, look: Look) -> float:
        """Return the seconds to the next look; at most a tenth of the time goes into looking."""
        now = self.clock()
        if (look.whole, look.waiting) != self._before:
            self._before, self._changed = (look.whole, look.waiting), now
        seconds = self.pace.poll
        if self._due_since is not None and now < self._not_before:
            seconds = min(seconds, self._not_before - now)
        elif now - self._changed < _LIVELY and (look.waiting or self._due_since is not None):
            seconds = min(seconds, self.pace.still)
        return max(seconds, 9 * look.seconds)

    def _is_marked(self) -> bool:
        """Tell whether a withdrawal waits for a run over this output; on a lost drive none does."""
        with suppress(OSError):
            return recall.is_marked(self.output)
        return False


@contextmanager
def only_watch(output: Path) -> Iterator[None]:
    """Keep a second watch over one output away; raises OutputError where there is one."""
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
