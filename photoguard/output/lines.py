"""A file of signed lines that grows by whole lines: what is written is there, or is not."""

from __future__ import annotations

import errno
import json
import os
from copy import copy
from itertools import count
from typing import TYPE_CHECKING, Any

from photoguard.errors import OutputError, WriteError
from photoguard.files import Seal, open_regular, publish, write_new
from photoguard.files.untrusted import MOST_JSON

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

GROWTH = 4 * 1024 * 1024
"""Bytes of changes after which a file is written anew, far below what is read of one."""


class SignedLines:
    """One file of lines of JSON, each signed with a key of this user to follow the one before.

    Nothing is opened before ``rewrite``; ``read`` leaves the file as it is.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        """Keep the place of the file and the key of its signatures."""
        self._path = path
        self._key = key
        self._seal = Seal(key)
        self._handle = -1
        self._shorten_from = GROWTH

    @property
    def is_open(self) -> bool:
        """Whether lines can be added."""
        return self._handle >= 0

    def read(self) -> Iterator[str]:
        """Yield each line without its signature; none where there is no file.

        A last line that is torn, by a power cut, or that somebody else added is dropped. A file
        may be as long as it likes: only lines of ours are read, one after the other.
        Raises OutputError for any other line without a signature of ours, and OSError.
        """
        try:
            readable = open_regular(self._path, follow=False)
        except FileNotFoundError:
            return
        self._seal = Seal(self._key)
        with readable:
            for position in count():
                signed = readable.readline(MOST_JSON).decode("utf-8", "replace").rstrip("\n")
                line = self._seal.opened(signed) if signed else None
                if line is None:
                    is_last = not readable.read(1)
                    if is_last and (position > 0 or not signed):
                        return
                    raise OutputError("journal.damaged")
                yield line

    def rewrite(self, steps: Iterable[Mapping[str, Any]]) -> None:
        """Write the file anew and keep it open for more; raises OSError or WriteError."""
        self._seal = Seal(self._key)
        content = "".join(self._signed(step) for step in steps)
        work = self._path.with_name(f"new-{self._path.name}")
        write_new(work, content.encode())
        publish(work, self._path, private=True)
        self._handle = os.open(self._path, os.O_WRONLY | os.O_APPEND)
        self._shorten_from = os.fstat(self._handle).st_size + GROWTH

    def shorten(self, steps: Iterable[Mapping[str, Any]]) -> None:
        """Write the file anew once it has grown much.

        The lines that it had stay where that is not possible now.
        """
        if os.fstat(self._handle).st_size < self._shorten_from:
            return
        before, old = copy(self._seal), self._handle
        try:
            self.rewrite(steps)
        except (OSError, WriteError):
            self._seal = before
            self._shorten_from *= 2
        else:
            os.close(old)

    def append(self, step: Mapping[str, Any]) -> None:
        """Add a whole line or none; raises WriteError, so that a full disk costs one photo."""
        before = copy(self._seal)
        line = self._signed(step).encode()
        size = os.fstat(self._handle).st_size
        try:
            written = os.write(self._handle, line)
            os.fsync(self._handle)
        except OSError as trouble:
            self._seal = before
            os.ftruncate(self._handle, size)
            raise WriteError("files.cannot_write", problem=trouble.strerror or "") from trouble
        if written < len(line):
            self._seal = before
            os.ftruncate(self._handle, size)
            raise WriteError("files.cannot_write", problem=os.strerror(errno.ENOSPC))

    def close(self) -> None:
        """Close the file where it is open."""
        if self.is_open:
            os.close(self._handle)
        self._handle = -1

    def _signed(self, step: Mapping[str, Any]) -> str:
        """Return a line of the file; the next one is signed to follow it."""
        signed = self._seal.sign(json.dumps(step, ensure_ascii=True, separators=(",", ":")))
        self._seal.advance(signed)
        return f"{signed}\n"
