"""A file of signed lines that grows by whole lines: what is written is there, or is not."""

from __future__ import annotations

import errno
import json
import os
from copy import copy
from itertools import count
from typing import TYPE_CHECKING, Any

from photoguard.errors import OutputError, WriteError, problem_of
from photoguard.files import Seal, open_patiently, open_regular, publish, to_disk, write_new
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
        self._put(self._drafted(steps))

    def _drafted(self, steps: Iterable[Mapping[str, Any]]) -> Path:
        """Write a new file beside the one that is there, and return its path."""
        self._seal = Seal(self._key)
        content = "".join(self._signed(step) for step in steps)
        work = self._path.with_name(f"new-{self._path.name}")
        write_new(work, content.encode())
        return work

    def _put(self, work: Path) -> None:
        publish(work, self._path, private=True)
        self._open()

    def _open(self) -> None:
        self._handle = open_patiently(self._path, os.O_WRONLY | os.O_APPEND)
        self._shorten_from = os.fstat(self._handle).st_size + GROWTH

    def shorten(self, steps: Iterable[Mapping[str, Any]]) -> None:
        """Write the file anew once it has grown much; raises WriteError.

        The lines that it had stay where that is not possible now. The file is closed while it
        is replaced, since Windows replaces none that is open. Where it cannot be opened again,
        nothing more is added: a line that goes into a file that was replaced is lost.
        """
        if not self.is_open or os.fstat(self._handle).st_size < self._shorten_from:
            return
        before, shorten_from = copy(self._seal), self._shorten_from
        try:
            work = self._drafted(steps)
        except (OSError, WriteError):
            self._seal, self._shorten_from = before, 2 * shorten_from
            return
        self.close()
        try:
            self._put(work)
        except (OSError, WriteError):
            if work.exists():  # it was not moved: the lines from before are there
                self._seal = before
            self._reopen(2 * shorten_from)

    def _reopen(self, shorten_from: int) -> None:
        if not self.is_open:
            try:
                self._open()
            except OSError as trouble:
                raise WriteError("files.cannot_write", problem=problem_of(trouble)) from trouble
        self._shorten_from = shorten_from

    def append(self, step: Mapping[str, Any]) -> None:
        """Add a whole line or none; raises WriteError, so that a full disk costs one photo."""
        before = copy(self._seal)
        line = self._signed(step).encode()
        size = -1
        try:
            size = os.fstat(self._handle).st_size
            self._write(line)
        except OSError as trouble:
            self._seal = before
            self._cut(size)
            raise WriteError("files.cannot_write", problem=problem_of(trouble)) from trouble

    def _write(self, line: bytes) -> None:
        if os.write(self._handle, line) < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        to_disk(self._handle)

    def _cut(self, size: int) -> None:
        """Take back what was added last; where that is not possible, add nothing behind it."""
        try:
            os.ftruncate(self._handle, size)
        except OSError:
            self.close()

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
