"""Digest files; who looks at the same folder again and again need not read all of it again."""

from __future__ import annotations

import hashlib
import os
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoguard.files.write import open_regular

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_COARSEST = 2_000_000_000
"""Nanoseconds within which a disk may give two contents one time; FAT counts in 2 seconds."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the system knows of a file without reading it; times in nanoseconds."""

    device: int
    inode: int
    size: int
    modified: int
    changed: int
    """When anything about it was last changed; no program can set that where it is kept."""


def stamp_of(found: os.stat_result) -> Stamp:
    """Return the stamp of a file from what the system answered about it."""
    changed = found.st_ctime_ns if os.name == "posix" else 0  # elsewhere: when it was made
    return Stamp(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, changed)


@dataclass(frozen=True, slots=True)
class Known:
    """The SHA-256 of a file when it bore this stamp."""

    stamp: Stamp
    sha256: str


KnownDigests = dict[str, Known]
"""By path."""
_memories: list[KnownDigests] = []


@contextmanager
def remembering(known: KnownDigests) -> Iterator[None]:
    """Meanwhile, read no file again whose digest is ``known``; keep there what was read.

    A file that was changed less than two seconds ago is not kept: its next content could
    bear the same stamp.
    """
    _memories.append(known)
    try:
        yield
    finally:
        _memories.remove(known)


def digest_file(path: Path) -> str:
    """Return the SHA-256 of a file without holding it in memory whole; raises OSError."""
    with open_regular(path) as readable:
        stamp = stamp_of(os.fstat(readable.fileno()))
        for memory in _memories:
            if (known := memory.get(str(path))) and known.stamp == stamp:
                return known.sha256
        begun = time.time_ns()
        sha256 = hashlib.file_digest(readable, "sha256").hexdigest()
        if max(stamp.modified, stamp.changed) < begun - _COARSEST:
            for memory in _memories:
                memory[str(path)] = Known(stamp, sha256)
    return sha256
