"""One look after the other at a folder: what lies there, and which of it is whole."""

from __future__ import annotations

import os
import stat
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from photoguard.files import files_below, stamp_of
from photoguard.watching.stillness import is_elsewhere, is_held, is_provisional

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from photoguard.files import Stamp


@dataclass(frozen=True, slots=True)
class Look:
    """What a folder held at one moment."""

    whole: Mapping[Path, Stamp]
    """Files that nobody has changed for a while, and nobody is writing."""
    waiting: frozenset[Path]
    """Files that are not whole yet."""
    seconds: float
    """How long the look took."""


@dataclass(slots=True)
class _Seen:
    """A file's stamp, since when it bears it, and whether it then was found whole."""

    stamp: Stamp
    since: float
    whole: bool = False


@dataclass(slots=True)
class Looker:
    """Looks at a folder and remembers of each file how long it has been the same."""

    folder: Path
    beside: tuple[Path, ...] = ()
    """Files outside of the folder that count as well: the table that staff fill in."""
    still: float = 2.0
    """Seconds for which size and time of a whole file have been the same."""
    clock: Callable[[], float] = time.monotonic
    _seen: dict[Path, _Seen] = field(default_factory=dict)

    def look(self) -> Look | None:
        """Return what lies there now, None where the folder is not there or went away meanwhile."""
        begun = self.clock()
        before = _identity(self.folder)
        if before is None:
            return None
        found = dict(self._files())
        if _identity(self.folder) != before:
            return None
        seen = {path: self._noted(path, status) for path, status in found.items()}
        self._seen = seen
        whole = {path: each.stamp for path, each in seen.items() if each.whole}
        return Look(whole, frozenset(seen.keys() - whole.keys()), self.clock() - begun)

    def look_again(self, path: Path) -> Mapping[Path, Stamp]:
        """Take one file as whole as it is now: a run of ours has just written it."""
        try:
            stamp = stamp_of(path.lstat())
        except OSError:
            return {}
        self._seen[path] = _Seen(stamp, self.clock(), whole=True)
        return {path: stamp}

    def _files(self) -> Iterable[tuple[Path, os.stat_result]]:
        for path in (*files_below(self.folder), *self.beside):
            try:
                status = path.lstat()
            except OSError:
                continue  # renamed or taken away since
            if stat.S_ISREG(status.st_mode):
                yield path, status

    def _noted(self, path: Path, status: os.stat_result) -> _Seen:
        """Return what is known of a file now; whole it is once it has been still."""
        stamp, now = stamp_of(status), self.clock()
        seen = self._seen.get(path)
        if seen is None or seen.stamp != stamp:
            return _Seen(stamp, now)
        if not seen.whole and now - seen.since >= self.still:
            seen.whole = not (is_provisional(path.name) or is_elsewhere(status) or is_held(path))
        return seen


def _identity(folder: Path) -> tuple[int, int] | None:
    """Return what tells this folder from another one of its name, None where there is none."""
    try:
        with os.scandir(folder):
            status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
