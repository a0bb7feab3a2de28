"""A file of signed lines, to which whole lines are added or none."""

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
"""Bytes by which a file may grow before it is written anew."""


class SignedLines:
    """A file of JSON lines; each is signed with the user's key over itself and the line before.

    The file is opened for writing by ``rewrite``; ``read`` does not change it.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        """Keep the path of the file and the key of its signatures."""
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
        """Yield each line without its signature; nothing where there is no file.

        A last line without a valid signature, cut short by a power cut or added by somebody
        else, is dropped. Lines are read one by one, so that the file's length does not
        matter. Raises OutputError for any other line without a valid signature, and OSError.
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
        """Write the file anew and keep it open for appending; raises OSError or WriteError."""
        self._replace_file(self._write_draft(steps))

    def _write_draft(self, steps: Iterable[Mapping[str, Any]]) -> Path:
        """Write the steps to a new file beside the present one, and return its path."""
        self._seal = Seal(self._key)
        content = "".join(self._signed(step) for step in steps)
        work = self._path.with_name(f"new-{self._path.name}")
        write_new(work, content.encode())
        return work

    def _replace_file(self, work: Path) -> None:
        publish(work, self._path, private=True)
        self._open()

    def _open(self) -> None:
        self._handle = open_patiently(self._path, os.O_WRONLY | os.O_APPEND)
        self._shorten_from = os.fstat(self._handle).st_size + GROWTH

    def shorten(self, steps: Iterable[Mapping[str, Any]]) -> None:
        """Write the file anew with ``steps`` if it has grown by ``GROWTH`` or more.

        Where that is not possible, the old file stays and the next attempt comes later. The
        file is closed meanwhile, since Windows replaces no open file. Raises WriteError where
        it cannot be opened again; then it stays closed and nothing can be appended.
        """
        if not self.is_open or os.fstat(self._handle).st_size < self._shorten_from:
            return
        before, shorten_from = copy(self._seal), self._shorten_from
        try:
            work = self._write_draft(steps)
        except (OSError, WriteError):
            self._seal, self._shorten_from = before, 2 * shorten_from
            return
        self.close()
        try:
            self._replace_file(work)
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
        """Add a whole line, or none and raise WriteError."""
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
        """Cut the file back to ``size`` bytes; where that fails, close it for good."""
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
        """Return the signed line of a step, and advance the chain of signatures."""
        signed = self._seal.sign(json.dumps(step, ensure_ascii=True, separators=(",", ":")))
        self._seal.advance(signed)
        return f"{signed}\n"
