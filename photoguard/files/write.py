"""Read and digest files, write them whole or not at all, and hold a lock on one."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias, TypeVar
from uuid import uuid4

from photoguard.errors import OutputError, RefusedError, UnreadableError, WriteError, problem_of
from photoguard.files.names import UNFINISHED, refuse_strange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from io import BufferedReader
    from pathlib import Path

Done = TypeVar("Done")
Content: TypeAlias = "bytes | Iterable[bytes]"
"""What a file is to hold; what is large comes in pieces."""

if sys.platform == "win32":  # pragma: no cover - the other branch is the one that runs here
    import msvcrt

    def _lock_handle(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

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
    if not _is_at(handle, path):  # whoever held it took the file away as the last step
        os.close(handle)
        raise OutputError("journal.in_use")
    return handle


def _is_at(handle: int, path: Path) -> bool:
    """Tell whether an open file is the one that lies at ``path``."""
    try:
        return os.path.samestat(os.fstat(handle), os.lstat(path))
    except FileNotFoundError:
        return False


_TAKEN = {errno.EAGAIN, errno.EACCES, errno.EDEADLK}
"""What flock and msvcrt.locking say where another run holds the lock."""


CONSTANT_TIME = 1_577_836_800
"""1 January 2020, UTC: the modification time of every published file."""

_PATIENCE = 2.0
_LOOK_AGAIN = 0.05

_BINARY = getattr(os, "O_BINARY", 0)
AT_ONCE = getattr(os, "O_NONBLOCK", 0)
NO_LINKS = getattr(os, "O_NOFOLLOW", 0)
"""Opens no link, where the system has that."""


def digest(content: bytes) -> str:
    """Return the SHA-256 of ``content`` in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def open_regular(path: Path, *, follow: bool = True) -> BufferedReader:
    """Open a regular file to read it, a link to one only with ``follow``.

    Raises OSError for anything else: a pipe in a photo's place would let the reader wait
    for ever.
    """
    handle = os.open(path, os.O_RDONLY | _BINARY | AT_ONCE | (0 if follow else NO_LINKS))
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    return os.fdopen(handle, "rb")


def read_limited(path: Path, megabytes: int) -> bytes:
    """Return the untrusted bytes of a regular file, but never more than ``megabytes``.

    Raises RefusedError for a larger file and UnreadableError where it cannot be read.
    """
    most = megabytes * 1_000_000
    try:
        with open_regular(path) as readable:
            untrusted = readable.read(most + 1)
    except OSError as trouble:
        raise UnreadableError("files.cannot_read") from trouble
    if len(untrusted) > most:
        raise RefusedError("files.too_large", limit=megabytes)
    return untrusted


def write_new(path: Path, content: Content) -> None:
    """Write a private file (0600) and wait until the disk has it; raises WriteError."""
    try:
        path.unlink(missing_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
        with os.fdopen(handle, "wb") as writable:
            writable.writelines([content] if isinstance(content, bytes) else content)
            writable.flush()
            to_disk(writable.fileno())
    except OSError as trouble:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        raise WriteError("files.cannot_write", problem=problem_of(trouble)) from trouble


def publish(work: Path, place: Path, *, private: bool = False) -> None:
    """Move a finished file into place in one step; raises WriteError.

    Others may read it as far as the user's umask lets them, a ``private`` one not at all.
    """
    try:
        work.chmod(0o600 if private else 0o666 & ~_umask())
        os.utime(work, (CONSTANT_TIME, CONSTANT_TIME))
        move_patiently(work, place)
        _sync_folder(place.parent)
    except OSError as trouble:
        raise WriteError("files.cannot_write", problem=problem_of(trouble)) from trouble


def _umask() -> int:
    """Return the user's umask; while it is asked for, new files are private."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def move_patiently(work: Path, place: Path) -> None:
    """Move a file, waiting a little for whoever holds it open; raises OSError.

    On Windows a virus scanner or OneDrive looks at every new file for a moment; meanwhile
    it can be neither moved nor replaced, which is told as missing rights.
    """
    _patiently(lambda: work.replace(place))


def open_patiently(path: Path, flags: int) -> int:
    """Open a file, waiting a little for whoever holds it; raises OSError."""
    return _patiently(lambda: os.open(path, flags | _BINARY))


def _patiently(act: Callable[[], Done]) -> Done:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            return act()
        except PermissionError:
            if time.monotonic() > until:
                raise
            time.sleep(_LOOK_AGAIN)


def write_whole(place: Path, content: Content, private: Path) -> None:
    """Write ``content`` so that ``place`` holds either all of it or what it held before.

    Only this user can read it: manifest and report name the files of the originals.
    Raises WriteError, and OutputError where the private folder is a link or another user's.
    """
    refuse_strange(private.parent, private)
    work = private / f"{UNFINISHED}{uuid4().hex}-{place.name}"
    write_new(work, content)
    publish(work, place, private=True)


def write_private(place: Path, content: bytes) -> None:
    """Write ``content`` (mode 0600) whole or not at all; raises WriteError."""
    work = place.with_name(f"{UNFINISHED}{uuid4().hex}-{place.name}")
    write_new(work, content)
    try:
        move_patiently(work, place)
        _sync_folder(place.parent)
    except OSError as trouble:
        raise WriteError("files.cannot_write", problem=problem_of(trouble)) from trouble


def _sync_folder(folder: Path) -> None:
    """Wait until a folder's entries are on the disk, where the system has that."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        to_disk(handle)
    finally:
        os.close(handle)


_NO_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
"""What fsync says on drives that do not know it: on some network drives, and for folders."""


def to_disk(handle: int) -> None:
    """Wait until the disk has what was written, where it can tell; raises OSError."""
    try:
        os.fsync(handle)
    except OSError as trouble:
        if trouble.errno not in _NO_SYNC:
            raise
