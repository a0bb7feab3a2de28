"""Whether a file is whole, or still on its way: nobody says so, many signs together do.

A file that was copied halfway looks like a photo. What the system can tell of it differs:
Linux tells whether anybody has it open for writing, Windows refuses to share it then, and
both mark files whose content is still with a cloud service.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from contextlib import suppress
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

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
        if not hasattr(fcntl, "F_SETLEASE"):
            return False
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
