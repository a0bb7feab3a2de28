"""Digests of files, and a cache of them for programs that look at a folder again and again."""

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
"""Nanoseconds within which two versions of a file may get the same time; FAT counts 2 seconds."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A file's identity, size and times as the system gives them; times in nanoseconds."""

    device: int
    inode: int
    size: int
    modified: int
    changed: int
    """When content or attributes last changed; programs cannot set it. 0 except on POSIX."""


def stamp_of(found: os.stat_result) -> Stamp:
    """Return the stamp from a file's ``stat`` result."""
    changed = found.st_ctime_ns if os.name == "posix" else 0  # elsewhere: the time of creation
    return Stamp(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, changed)


@dataclass(frozen=True, slots=True)
class KnownDigest:
    """The SHA-256 of a file when it had this stamp."""

    stamp: Stamp
    sha256: str


KnownDigests = dict[str, KnownDigest]
"""By path."""
_memories: list[KnownDigests] = []


@contextmanager
def caching_digests(known: KnownDigests) -> Iterator[None]:
    """Let ``digest_file`` use and fill this cache within the block.

    A file that was changed less than two seconds ago is not kept, since its next content
    could have the same stamp.
    """
    _memories.append(known)
    try:
        yield
    finally:
        _memories.remove(known)


def digest_file(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal, reading it in parts; raises OSError."""
    with open_regular(path) as readable:
        stamp = stamp_of(os.fstat(readable.fileno()))
        for memory in _memories:
            if (known := memory.get(str(path))) and known.stamp == stamp:
                return known.sha256
        begun = time.time_ns()
        sha256 = hashlib.file_digest(readable, "sha256").hexdigest()
        if max(stamp.modified, stamp.changed) < begun - _COARSEST:
            for memory in _memories:
                memory[str(path)] = KnownDigest(stamp, sha256)
    return sha256
