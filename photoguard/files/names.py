"""Names: what an output folder holds, and what is safe to print."""

from __future__ import annotations

import os
import unicodedata
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path, PurePath

    AnyPath = TypeVar("AnyPath", bound=PurePath)


_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def printable(name: str) -> str:
    """Return a name that cannot move a cursor, hide its end or run right to left."""
    return "".join("\ufffd" if _moves(character) else character for character in name)


def _moves(character: str) -> bool:
    return unicodedata.category(character) in _UNPRINTABLE


PRIVATE = ".photoguard"
"""The folder inside an output that holds unfinished work, the journal and the lock."""
MANIFEST = "manifest.json"
REPORT = "report.html"
SIDECARS = (".xmp", ".txt")
"""Of a picture: what is added to its name, and what takes its ending's place."""


def sidecars_of(copy: AnyPath) -> tuple[AnyPath, AnyPath]:
    """Return where the XMP and the text of a picture lie."""
    return copy.with_name(copy.name + SIDECARS[0]), copy.with_suffix(SIDECARS[1])


def remove_copy(copy: Path) -> None:
    """Remove a picture and then its sidecars; raises OSError.

    The picture goes first, so that an interruption leaves none without its words.
    """
    for path in (copy, *sidecars_of(copy)):
        path.unlink(missing_ok=True)


@contextmanager
def as_old_as_before(output: Path) -> Iterator[None]:
    """Leave an output as old as its last run: what is changed inside is none.

    The private folder's time is that of the last run; ``keep_days`` are counted from it.
    """
    before = (output / PRIVATE).stat() if (output / PRIVATE).is_dir() else None
    try:
        yield
    finally:
        if before:
            with suppress(OSError):
                os.utime(output / PRIVATE, ns=(before.st_atime_ns, before.st_mtime_ns))
