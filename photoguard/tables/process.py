"""Reads a table in a child process, bounded in time and memory (the parent's side)."""

from __future__ import annotations

import json
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from photoguard import launch
from photoguard.errors import SetupTrouble
from photoguard.images.watch import Watch
from photoguard.model import Reason
from photoguard.tables.values import (
    LENGTH,
    MEGABYTES,
    OUT_OF_MEMORY,
    SECONDS,
    Merged,
    Note,
    OtherCell,
    Row,
    Table,
    TableError,
)

if TYPE_CHECKING:
    import subprocess

    from photoguard.tables.values import ExpectedTable

_STARTING = 60.0
"""Seconds that the child has to start; the computer may be scanning files or waking up."""
_ATTEMPTS = 3
"""Most children that are started; one may be killed from outside."""


def read_apart(
    untrusted: bytes, expected: ExpectedTable, module: str = "photoguard.tables.child"
) -> Table:
    """Return the table that a child process, ``module``, reads from these bytes.

    Raises TableError without the file's name, with the code ``too_heavy`` where it takes more
    than ``SECONDS`` or ``MEGABYTES``; SetupTrouble where no child can be started. A child
    that dies of anything else is replaced, since the last rows of its answer may be missing.
    """
    for _ in range(_ATTEMPTS):
        answer = _answer_of(module, _request(expected) + untrusted)
        if answer.is_whole:
            return _table(answer.lines)
    if answer.began:
        raise TableError("not_a_table")
    raise SetupTrouble("tables.no_worker")


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one child wrote before it ended."""

    began: bool
    """Whether it was ready to read."""
    is_whole: bool
    """Whether it ended by itself; if not, the last rows may be missing."""
    lines: list[bytes]


def _answer_of(module: str, asked: bytes) -> _Answer:
    with _started(module) as worker:
        try:
            with Watch(worker, _STARTING, MEGABYTES) as start:
                began = worker.stdout.read(1) == b"\n"  # type: ignore[union-attr]
            if start.trouble:
                raise SetupTrouble("tables.no_worker")
            if not began:
                return _Answer(began=False, is_whole=False, lines=[])
            with Watch(worker, SECONDS, MEGABYTES) as watch:
                answer, _ = worker.communicate(asked)
        finally:
            worker.kill()
    if watch.trouble or worker.returncode in _OVER:
        raise TableError("too_heavy", seconds=SECONDS, megabytes=MEGABYTES)
    return _Answer(began, worker.returncode == 0, answer.splitlines())


_OVER = {OUT_OF_MEMORY, -getattr(signal, "SIGXCPU", OUT_OF_MEMORY)}


def _started(module: str) -> subprocess.Popen[bytes]:
    try:
        return launch.start(module)
    except OSError as trouble:
        raise SetupTrouble("tables.no_worker") from trouble


def _request(expected: ExpectedTable) -> bytes:
    words = {
        "headings": sorted(expected.headings),
        "needed": sorted(expected.needed),
        "sheet": expected.sheet,
        "aside": sorted(expected.aside),
    }
    asked = json.dumps(words).encode()
    return LENGTH.pack(len(asked)) + asked


def _table(lines: list[bytes]) -> Table:
    """Return the table that the child process sent; raises TableError for anything else."""
    try:
        first: dict[str, Any] = json.loads(lines[0])
        if "trouble" in first:
            raise TableError(first["trouble"], **first["parameters"])
        rows = (json.loads(line) for line in lines[1:])
        return Table(
            tuple(first["headings"]),
            tuple(Row(number, tuple(cells), tuple(broken)) for number, cells, broken in rows),
            first["heading_row"],
            first["sheet"],
            tuple(Reason(code, (), parameters) for code, parameters in first["notices"]),
            tuple(Note(*note) for note in first["notes"]),
            tuple(Merged(*area) for area in first["merged"]),
            tuple(OtherCell(*cell) for cell in first["others"]),
        )
    except (IndexError, KeyError, TypeError, ValueError) as trouble:
        raise TableError("not_a_table") from trouble
