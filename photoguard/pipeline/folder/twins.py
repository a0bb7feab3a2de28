"""Twins, files that are byte for byte the same: one is prepared, the others are only listed."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from photoguard.files import Passed, digest_file
from photoguard.notes import with_gaps_filled
from photoguard.pipeline.folder.unwanted import graver

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from photoguard.files import Source
    from photoguard.model import PhotoNotes
    from photoguard.pipeline.values import FolderJob

CODE = "reasons.not_handled_twin"


def with_twins(job: FolderJob, finished: Collection[str]) -> FolderJob:
    """Return the job without superfluous twins; notes on a twin hold for the photo that stays.

    Photos whose source is in ``finished`` all stay. Of the others the one with the shortest
    name stays, since a copy's name is usually longer ("photo (1)").
    """
    notes, passed = dict(job.notes), list(job.batch.passed)
    left = {source.name: source for source in job.batch.photos}
    for twins in _twins(job.batch.photos):
        first, *others = sorted(twins, key=lambda each: _rank(each, finished))
        gone = [twin for twin in others if twin.name not in finished]
        for twin in gone:
            del left[twin.name]
            passed.append(Passed(twin, CODE, {"name": first.name}))
        for stays in (twin for twin in twins if twin not in gone):
            written = (job.notes_of(twin.name) for twin in twins if twin is not stays)
            notes[stays.name] = reduce(with_notes, written, job.notes_of(stays.name))
    batch = replace(job.batch, photos=tuple(left.values()), passed=tuple(passed))
    return replace(job, batch=batch, notes=notes)


def with_notes(notes: PhotoNotes, twin: PhotoNotes) -> PhotoNotes:
    """Return the notes completed from those of a twin, with the people and works of both.

    Older notes on the same photo are used like those. Both show one picture, so the graver
    of the two warnings about unwanted people counts.
    """
    both = graver(with_gaps_filled(notes, twin), twin.unwanted)
    works = (*(notes.works or ()), *(twin.works or ()))
    return replace(
        both,
        people=tuple(dict.fromkeys((*notes.people, *twin.people))),
        counted_up=tuple(dict.fromkeys((*notes.counted_up, *twin.counted_up))),
        works=None if both.works is None else tuple(dict.fromkeys(works)),
    )


def _rank(source: Source, finished: Collection[str]) -> tuple[bool, int, str]:
    return source.name not in finished, len(source.name), source.name


def _twins(photos: Sequence[Source]) -> Iterator[list[Source]]:
    """Yield groups of two or more photos with the same bytes; only files of equal length are read.

    Empty files form no group: each fails, and is reported, by itself.
    """
    by_length: dict[int, list[Source]] = defaultdict(list)
    for source in photos:
        with suppress(OSError):
            by_length[source.path.stat().st_size].append(source)
    by_length.pop(0, None)
    for alike in by_length.values():
        by_digest: dict[str, list[Source]] = defaultdict(list)
        for source in alike if len(alike) > 1 else ():
            with suppress(OSError):
                by_digest[digest_file(source.path)].append(source)
        yield from (twins for twins in by_digest.values() if len(twins) > 1)
