"""The parent's side of reading a table: a process of its own, bounded in time and memory."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from photoguard.errors import SetupTrouble
from photoguard.images.link import environment
from photoguard.images.watch import Watch
from photoguard.model import Reason
from photoguard.tables.values import (
    LENGTH,
    MEGABYTES,
    OUT_OF_MEMORY,
    SECONDS,
    Row,
    Table,
    TableError,
)

if TYPE_CHECKING:
    from photoguard.tables.values import Question

_STARTING = 60.0
"""Seconds that the child is given to start; a computer may be scanning or waking up."""


def read_apart(
    untrusted: bytes, question: Question, module: str = "photoguard.tables.child"
) -> Table:
    """Have a table read by ``module`` elsewhere; raises TableError without the file's name.

    ``too_heavy`` is what takes more than ``SECONDS`` or ``MEGABYTES``.
    """
    with _started(module) as worker:
        try:
            with Watch(worker, _STARTING, MEGABYTES):
                if worker.stdout.read(1) != b"\n":  # type: ignore[union-attr]
                    raise SetupTrouble("tables.no_worker")
            with Watch(worker, SECONDS, MEGABYTES) as watch:
                told, _ = worker.communicate(_asked(question) + untrusted)
        finally:
            worker.kill()
    if watch.verdict or worker.returncode in _OVER:
        raise TableError("too_heavy", seconds=SECONDS, megabytes=MEGABYTES)
    return _table(told.splitlines())


_OVER = {OUT_OF_MEMORY, -getattr(signal, "SIGXCPU", OUT_OF_MEMORY)}


def _started(module: str) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 - this interpreter, this package
            [sys.executable, "-P", "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as trouble:
        raise SetupTrouble("tables.no_worker") from trouble


def _asked(question: Question) -> bytes:
    told = {
        "headings": sorted(question.headings),
        "needed": sorted(question.needed),
        "sheet": question.sheet,
        "aside": sorted(question.aside),
    }
    asked = json.dumps(told).encode()
    return LENGTH.pack(len(asked)) + asked


def _table(lines: list[bytes]) -> Table:
    """Return what the child told; whatever else it said is no table."""
    try:
        first: dict[str, Any] = json.loads(lines[0])
        if "trouble" in first:
            raise TableError(first["trouble"], **first["parameters"])
        rows = (json.loads(line) for line in lines[1:])
        return Table(
            tuple(first["headings"]),
            tuple(Row(number, tuple(cells)) for number, cells in rows),
            first["heading_row"],
            first["sheet"],
            tuple(Reason(code, (), told) for code, told in first["notices"]),
        )
    except (IndexError, KeyError, TypeError, ValueError) as trouble:
        raise TableError("not_a_table") from trouble
