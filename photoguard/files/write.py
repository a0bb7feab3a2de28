"""Reading and digesting files, writing them whole or not at all, and locking one."""

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
"""The content of a file to be written, large content in pieces."""

if sys.platform == "win32":  # pragma: no cover - the other branch is the one that runs here
    import msvcrt

    def _lock_handle(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock_handle(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def lock_file(path: Path) -> int:
    """Return the handle of a locked file; the system unlocks it when the program ends.

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
    if not _is_at(handle, path):  # the process that held the lock has removed the file
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
"""Error numbers of flock and msvcrt.locking where another process holds the lock."""


CONSTANT_TIME = 1_577_836_800
"""1 January 2020, UTC: the modification time of every published file."""

_PATIENCE = 2.0
_LOOK_AGAIN = 0.05

_BINARY = getattr(os, "O_BINARY", 0)
AT_ONCE = getattr(os, "O_NONBLOCK", 0)
"""Flag to open a pipe without waiting for its other end, 0 where the system has none."""
NO_LINKS = getattr(os, "O_NOFOLLOW", 0)
"""Flag to refuse a link, 0 where the system has none."""


def digest(content: bytes) -> str:
    """Return the SHA-256 of ``content`` in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def open_regular(path: Path, *, follow: bool = True) -> BufferedReader:
    """Open a regular file for reading, a link to one only with ``follow``.

    Raises OSError for anything else; reading from a pipe would wait for ever.
    """
    handle = os.open(path, os.O_RDONLY | _BINARY | AT_ONCE | (0 if follow else NO_LINKS))
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    return os.fdopen(handle, "rb")


def read_limited(path: Path, megabytes: int) -> bytes:
    """Return the untrusted bytes of a regular file of at most ``megabytes``.

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
    """Write a private file (mode 0600) and wait until it is on the disk; raises WriteError.

    A file that exists is replaced.
    """
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

    Its mode follows the user's umask, or is 0600 for a ``private`` file; its time is constant.
    """
    try:
        work.chmod(0o600 if private else 0o666 & ~_umask())
        os.utime(work, (CONSTANT_TIME, CONSTANT_TIME))
        move_patiently(work, place)
        _sync_folder(place.parent)
    except OSError as trouble:
        raise WriteError("files.cannot_write", problem=problem_of(trouble)) from trouble


def _umask() -> int:
    """Return the user's umask, without a moment in which new files would be public."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def move_patiently(work: Path, place: Path) -> None:
    """Move a file, trying again for two seconds while it is in use; raises OSError.

    On Windows a virus scanner or OneDrive opens every new file for a moment; meanwhile it can
    be neither moved nor replaced, and the system raises PermissionError.
    """
    _patiently(lambda: work.replace(place))


def open_patiently(path: Path, flags: int) -> int:
    """Return a file's descriptor, trying again for two seconds while it is in use.

    Raises OSError.
    """
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
    """Write ``content`` to ``place`` whole (mode 0600), or leave the earlier file as it was.

    ``private`` is the private folder, in which the file is written first. Raises WriteError,
    and OutputError where that folder is a link or another user's.
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
    """Wait until a folder's entries are on the disk; does nothing on Windows."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        to_disk(handle)
    finally:
        os.close(handle)


_NO_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
"""Error numbers of fsync where it is not supported: on some network drives, and for folders."""


def to_disk(handle: int) -> None:
    """Wait until written data is on the disk, where that is supported; raises OSError."""
    try:
        os.fsync(handle)
    except OSError as trouble:
        if trouble.errno not in _NO_SYNC:
            raise
