"""The process that reads one table: ``python -m photoguard.tables.child``.

Its standard input is 4 bytes length (little-endian), what is expected of the table as JSON,
and the file's bytes; its standard output an empty line once it is ready, then a line of JSON
with the headings or an error, and one more for each row. It opens no file of the user's.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import signal
import sys
from typing import TYPE_CHECKING, BinaryIO

from photoguard.tables.values import (
    LENGTH,
    MEGABYTES,
    OUT_OF_MEMORY,
    SECONDS,
    ExpectedTable,
    TableError,
)

if TYPE_CHECKING:
    from photoguard.tables.values import Table

_DATA_MB = 256
_MEGABYTE = 1 << 20


def main() -> int:
    """Read one table and return the exit status."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a stray print must not become an answer
    _preload()
    _limit()
    with contextlib.suppress(BrokenPipeError):
        answers.write(b"\n")
        answers.flush()
        _answer(sys.stdin.buffer, answers)
    return 0


def _preload() -> None:
    """Import what reading needs, but keep openpyxl from importing numpy and lxml.

    numpy takes time and address space for nothing here; lxml would replace the XML parser
    that refuses entities.
    """
    os.environ["OPENPYXL_LXML"] = "False"
    sys.modules["numpy"] = None  # type: ignore[assignment]
    from photoguard.tables import reading  # noqa: F401


def _answer(source: BinaryIO, answers: BinaryIO) -> None:
    from photoguard.tables.reading import read

    (length,) = LENGTH.unpack(source.read(LENGTH.size))
    asked = json.loads(source.read(length))
    expected = ExpectedTable(
        frozenset(asked["headings"]),
        frozenset(asked["needed"]),
        asked["sheet"],
        frozenset(asked["aside"]),
    )
    try:
        table = read(source.read(), expected)
    except TableError as trouble:
        _tell(answers, {"trouble": trouble.code, "parameters": trouble.parameters})
    else:
        _tell_table(answers, table)
    answers.flush()


def _tell_table(answers: BinaryIO, table: Table) -> None:
    notices = [[notice.code, notice.parameters] for notice in table.notices]
    _tell(
        answers,
        {
            "headings": table.headings,
            "heading_row": table.heading_row,
            "sheet": table.sheet,
            "notices": notices,
            "notes": table.notes,
            "merged": table.merged,
            "others": table.others,
        },
    )
    for row in table.rows:
        _tell(answers, row)


def _tell(answers: BinaryIO, words: object) -> None:
    answers.write(json.dumps(words).encode() + b"\n")


def _limit() -> None:
    """Limit memory and time of this process, except on Windows; the parent watches it too."""
    if sys.platform != "win32":
        import resource

        with contextlib.suppress(OSError, ValueError):
            space = _address_space() + MEGABYTES * _MEGABYTE
            resource.setrlimit(resource.RLIMIT_AS, (space, space))
            resource.setrlimit(resource.RLIMIT_DATA, (_DATA_MB * _MEGABYTE,) * 2)
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _address_space() -> int:
    """Return the bytes of address space in use before the table, 0 where unknown."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - pathlib is not needed else
            return int(file.read().split()[0]) * mmap.PAGESIZE
    except OSError:
        return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
