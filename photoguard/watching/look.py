"""One look after the other at a folder: what lies there, and which of it is whole.

A file that was copied halfway looks like a photo, and only several signs together show
that it is whole. It keeps its size and time for a while, bears no name for unfinished
files, has a content here, and nobody writes it. What the system can tell of the last differs:
Linux tells whether anybody has the file open for writing, Windows refuses to share it then,
and both mark files whose content is still with a cloud service.
"""

from __future__ import annotations

import errno
import os
import signal
import stat
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING

from photoguard.files import files_below, stamp_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from photoguard.files import Stamp

_ON_THEIR_WAY = frozenset(
    {
        *(".part", ".partial", ".crdownload", ".download", ".opdownload", ".filepart"),
        *(".tmp", ".temp", ".!ut", ".!sync", ".syncthing", ".owncloud", ".icloud"),
        *(".dropbox", ".bc!", ".upload", ".inprogress"),
    }
)
"""With which names end that browsers, copying programs and clouds give to what is not whole."""
_OWN_BEGINNINGS = ("~$", ".~", "~")
_ELSEWHERE_WINDOWS = 0x1000 | 0x4_0000 | 0x40_0000
"""FILE_ATTRIBUTE_OFFLINE, RECALL_ON_OPEN and RECALL_ON_DATA_ACCESS of winnt.h."""
_ELSEWHERE_MACOS = 0x4000_0000
"""SF_DATALESS of sys/stat.h."""


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


def is_provisional(name: str) -> bool:
    """Tell whether a name is one that a file bears only until it is whole."""
    return PurePath(name).suffix.casefold() in _ON_THEIR_WAY or name.startswith(_OWN_BEGINNINGS)


def is_elsewhere(found: os.stat_result) -> bool:
    """Tell whether a file's content is still with a cloud service, or there is none yet.

    Reading such a file would fetch it, which takes as long as the network wants.
    """
    attributes = getattr(found, "st_file_attributes", 0)
    flags = getattr(found, "st_flags", 0)
    is_kept = bool(attributes & _ELSEWHERE_WINDOWS or flags & _ELSEWHERE_MACOS)
    return is_kept or found.st_size == 0


if sys.platform == "win32":
    import ctypes

    _GENERIC_READ, _SHARE_READ, _OPEN_EXISTING = 0x8000_0000, 1, 3
    _INVALID_HANDLE = ctypes.c_void_p(-1).value

    def is_held(path: Path) -> bool:
        """Tell whether somebody writes a file: Windows then shares it with no reader."""
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateFileW.restype = ctypes.c_void_p
        handle = kernel.CreateFileW(
            str(path), _GENERIC_READ, _SHARE_READ, None, _OPEN_EXISTING, 0, None
        )
        if handle == _INVALID_HANDLE:
            return True
        kernel.CloseHandle(ctypes.c_void_p(handle))
        return False

else:
    import fcntl

    def is_held(path: Path) -> bool:
        """Tell whether somebody has a file open for writing, locks it, or left it unwritten.

        What the disk cannot tell counts as no; a file that nobody here may read is held by
        nobody either: the run itself says what is wrong with it.
        """
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            return True
        except OSError:
            return False
        try:
            return _is_locked(handle) or _is_written(handle) or _is_all_hole(handle)
        finally:
            os.close(handle)

    def _is_locked(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def _is_written(handle: int) -> bool:
        """Ask Linux for a read lease, which it gives only where nobody can write.

        Who opens the file in that instant waits for the lease to end; the signal that tells
        us so is made one that nobody minds (fcntl(2), "Leases").
        """
        if sys.platform == "linux":
            try:
                fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)
                fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
            except OSError as trouble:
                return trouble.errno in {errno.EAGAIN, errno.EWOULDBLOCK}
            with suppress(OSError):
                fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        return False

    def _is_all_hole(handle: int) -> bool:
        """Tell whether a file has a size but no content: room that a copy was promised."""
        try:
            os.lseek(handle, 0, os.SEEK_DATA)
        except OSError as trouble:
            return trouble.errno == errno.ENXIO
        except AttributeError:  # macOS before 3.13 does not name it
            return False
        return False
