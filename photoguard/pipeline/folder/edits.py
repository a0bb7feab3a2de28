"""Crops and edits that a photo program described in a file beside the photo.

They are not applied here, so the whole picture would show what was cropped away: such a photo
waits for a look. Each run searches for the files again, since they may come or go.
"""

from __future__ import annotations

import re
from collections import defaultdict
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from photoguard import formats
from photoguard.errors import PhotoTrouble
from photoguard.files import EDITS, read_limited

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from photoguard.pipeline.values import FolderJob

_MOST_MB = 4
_PICASA = frozenset({".picasa.ini", "picasa.ini"})
_PICASA_SECTION = re.compile(r"^\[([^\]\n]+)\]\s*$([^\[]*)", re.MULTILINE)
_PICASA_EDIT = re.compile(r"^(?:crop|filters)\s*=\s*\S", re.MULTILINE)
_APPLE = re.compile(r"^(img_)[eo](\d+)$")
"""IMG_O0001.AAE belongs to IMG_0001 as IMG_0001.AAE does."""


def with_edits(job: FolderJob) -> FolderJob:
    """Return the job with ``edited_beside`` set for each photo whose edit such a file describes."""
    by_folder: dict[Path, list[Path]] = defaultdict(list)
    for source in job.batch.photos:
        by_folder[source.path.parent].append(source.path)
    edited = {path for folder, paths in by_folder.items() for path in _edited(folder, paths)}
    if not edited:
        return job
    marked = {
        source.name: replace(job.notes_of(source.name), edited_beside=True)
        for source in job.batch.photos
        if source.path in edited
    }
    return replace(job, notes={**job.notes, **marked})


def _edited(folder: Path, photos: Iterable[Path]) -> Iterator[Path]:
    names: set[str] = set()
    with suppress(OSError):
        for path in folder.iterdir():
            names.update(_edited_in(path))
    for photo in photos:
        if not names.isdisjoint({photo.name.casefold(), photo.stem.casefold()}):
            yield photo


def _edited_in(path: Path) -> Iterator[str]:
    """Yield the names of the photos whose edit a file describes, with or without a suffix."""
    suffix = path.suffix.casefold().lstrip(".")
    stem = path.stem.casefold()
    if suffix in EDITS:
        yield stem
        yield _APPLE.sub(r"\1\2", stem)
    elif suffix == "xmp" and formats.sidecar_describes_edit(_read(path)):
        yield stem
    elif path.name.casefold() in _PICASA:
        for section in _PICASA_SECTION.finditer(_read(path).decode("utf-8", "replace")):
            if _PICASA_EDIT.search(section[2]):
                yield section[1].casefold()


def _read(path: Path) -> bytes:
    with suppress(PhotoTrouble):
        return read_limited(path, _MOST_MB)
    return b""
