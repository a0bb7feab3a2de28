"""Compares the files in a folder of published copies with the lines of an evidence file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from photoguard.errors import UsageTrouble
from photoguard.files import (
    MANIFEST,
    PRIVATE,
    REPORT,
    SHEET,
    SIDECARS,
    digest_file,
    is_folder,
    is_link,
)
from photoguard.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from photoguard.proof.chain import Evidence, PhotoLine

MOST_FILES = 100_000
_NO_COPIES = frozenset(
    name.casefold() for name in (MANIFEST, REPORT, SHEET, "Thumbs.db", "desktop.ini")
)
"""Files beside the copies that are no copies; every other file, but sidecars, has to be one."""


@dataclass(frozen=True, slots=True)
class Held:
    """A file that is the copy of a photo which was not ready, with its line."""

    file: str
    line: PhotoLine


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result of a comparison; files are POSIX paths below the folder."""

    proven: tuple[PhotoLine, ...]
    """Lines of ready photos whose copy is in the folder."""
    missing: tuple[PhotoLine, ...]
    """Lines of ready photos whose copy is not in the folder, or was changed."""
    held: tuple[Held, ...]
    """Copies in the folder whose photo was not ready."""
    unknown: tuple[str, ...]
    """Files that are no copy of any line, links, and what cannot be read."""


def compare(evidence: Evidence, folder: Path) -> Comparison:
    """Compare every file of a folder, whatever its name, with the lines by its SHA-256.

    No link is followed. Raises UsageTrouble where there is no folder, or where it has more
    than ``MOST_FILES`` files.
    """
    by_digest = {photo.copy: photo for photo in evidence.photos if photo.copy}
    found: dict[str, PhotoLine] = {}
    held, unknown = list[Held](), list[str]()
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        line = by_digest.get(_digest(path))
        if line is None:
            unknown.append(name)
        elif line.outcome == Outcome.READY:
            found[line.copy] = line
        else:
            held.append(Held(name, line))
    ready = [photo for photo in evidence.photos if photo.copy and photo.outcome == Outcome.READY]
    return Comparison(
        tuple(photo for photo in ready if photo.copy in found),
        tuple(photo for photo in ready if photo.copy not in found),
        tuple(held),
        tuple(unknown),
    )


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files that may be copies, links to folders, and folders that cannot be read."""
    if not is_folder(folder):
        raise UsageTrouble("evidence.no_folder", folder=folder.name)
    count = 0
    closed: list[Path] = []
    walk = os.walk(folder, onerror=lambda trouble: closed.append(Path(trouble.filename or folder)))
    for place, folders, names in walk:
        folders[:] = sorted(name for name in folders if name != PRIVATE)
        yield from (path for name in folders if is_link(path := Path(place, name)))
        for name in sorted(names):
            if (count := count + 1) > MOST_FILES:
                raise UsageTrouble("evidence.too_many_files", folder=folder.name, most=MOST_FILES)
            if _may_be_copy(name):
                yield Path(place, name)
    yield from closed


def _may_be_copy(name: str) -> bool:
    is_ours = name.casefold() in _NO_COPIES or name.casefold().endswith(tuple(SIDECARS))
    return not is_ours and not name.startswith(".")


def _digest(path: Path) -> str:
    """Return a file's SHA-256, "" for a link and where it cannot be read."""
    try:
        return "" if path.is_symlink() else digest_file(path)
    except OSError:
        return ""
