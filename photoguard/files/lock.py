"""A file that only one run at a time can hold."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

from photoguard.errors import OutputError
from photoguard.files.output import refuse_strange
from photoguard.files.write import AT_ONCE, NO_LINKS

if TYPE_CHECKING:
    from pathlib import Path

if os.name == "nt":  # pragma: no cover - the other branch is the one that runs here
    import msvcrt

    def _lock_handle(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]

else:
    import fcntl

    def _lock_handle(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def lock_file(path: Path) -> int:
    """Return the handle of a locked file; the system lets go of it when the program ends.

    Raises OutputError where another program holds it or where it is a link or another
    user's, OSError where it cannot be opened.
    """
    refuse_strange(path)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | NO_LINKS | AT_ONCE, 0o600)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    try:
        _lock_handle(handle)
    except OSError as trouble:
        os.close(handle)
        if trouble.errno in _TAKEN:
            raise OutputError("journal.in_use") from trouble
        raise
    return handle


_TAKEN = {errno.EAGAIN, errno.EACCES, errno.EDEADLK}
"""What flock and msvcrt.locking say where another run holds the lock."""
