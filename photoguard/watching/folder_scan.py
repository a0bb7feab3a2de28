"""Lists the files of a watched folder, and finds out which of them are whole (complete).

A half copied file looks like a photo, so a file counts as whole only if its size and time have
not changed for a while, its name is none for unfinished files, its content is on this computer,
and no program is writing it. For the last, Linux shows whether the file is open for writing,
and Windows refuses to share it then; both mark files whose content is still in a cloud service.
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
"""Suffixes that browsers, copying programs and cloud services give to unfinished files."""
_OWN_BEGINNINGS = ("~$", ".~", "~")
_ELSEWHERE_WINDOWS = 0x1000 | 0x4_0000 | 0x40_0000
"""FILE_ATTRIBUTE_OFFLINE, RECALL_ON_OPEN and RECALL_ON_DATA_ACCESS of winnt.h."""
_ELSEWHERE_MACOS = 0x4000_0000
"""SF_DATALESS of sys/stat.h."""


@dataclass(frozen=True, slots=True)
class FolderState:
    """The files of a folder at one moment."""

    whole: Mapping[Path, Stamp]
    """Whole files with their stamps."""
    waiting: frozenset[Path]
    """Files that are not whole yet."""
    seconds: float
    """How long it took to list them."""


@dataclass(slots=True)
class _Seen:
    """A file's stamp, since when it has had it (by the clock), and whether it is whole."""

    stamp: Stamp
    since: float
    whole: bool = False


@dataclass(slots=True)
class FolderObserver:
    """Lists a folder's files again and again, and keeps how long each has been unchanged."""

    folder: Path
    beside: tuple[Path, ...] = ()
    """Further files that are listed: the table that staff fill in."""
    still: float = 2.0
    """Seconds for which a file must be unchanged to count as whole."""
    clock: Callable[[], float] = time.monotonic
    _seen: dict[Path, _Seen] = field(default_factory=dict)

    def observe(self) -> FolderState | None:
        """Return the files now, None where the folder is missing or was replaced meanwhile."""
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
        return FolderState(whole, frozenset(seen.keys() - whole.keys()), self.clock() - begun)

    def mark_whole(self, path: Path) -> Mapping[Path, Stamp]:
        """Mark a file that a run has just written as whole; return it with its stamp."""
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
        """Return the state of a file; it becomes whole once it is unchanged for long enough."""
        stamp, now = stamp_of(status), self.clock()
        seen = self._seen.get(path)
        if seen is None or seen.stamp != stamp:
            return _Seen(stamp, now)
        if not seen.whole and now - seen.since >= self.still:
            seen.whole = not (is_provisional(path.name) or is_elsewhere(status) or is_held(path))
        return seen


def _identity(folder: Path) -> tuple[int, int] | None:
    """Return a folder's device and inode, None where it cannot be listed."""
    try:
        with os.scandir(folder):
            status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def is_provisional(name: str) -> bool:
    """Tell whether a name is one for unfinished or temporary files."""
    return PurePath(name).suffix.casefold() in _ON_THEIR_WAY or name.startswith(_OWN_BEGINNINGS)


def is_elsewhere(found: os.stat_result) -> bool:
    """Tell whether a file is empty, or its content is only in a cloud service.

    Reading the latter would download it, which may take long.
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
        """Tell whether a program writes a file: then Windows does not let it be opened."""
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
        """Tell whether a file is open for writing, locked, or allocated but not yet written.

        False where the file system cannot tell, and for an unreadable file, so that the run
        reports what is wrong with it. True for a file that is gone.
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
        """Tell whether Linux refuses a read lease, since a program has the file open to write.

        A program that opens the file during the lease waits until it ends, and this process
        gets a signal, for which one that is ignored is chosen (fcntl(2), "Leases").
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
        """Tell whether a file has a size but no data: space allocated for a copy."""
        try:
            os.lseek(handle, 0, os.SEEK_DATA)
        except OSError as trouble:
            return trouble.errno == errno.ENXIO
        except AttributeError:  # macOS before 3.13 does not name it
            return False
        return False
