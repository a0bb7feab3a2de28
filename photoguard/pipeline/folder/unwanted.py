"""Somebody who must not be in pictures, as staff answered: it holds until they answer anew.

The icon asks, a plain ``prepare`` does not: what was answered for an output stays in its
private folder and counts for every later run there. A photo that was named is known by its
bytes as well, so that another name does not clear it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from photoguard.files import digests_of
from photoguard.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from photoguard.model import PhotoNotes
    from photoguard.output.journal import Journal
    from photoguard.pipeline.values import FolderJob

GRAVITY = (Outcome.READY, Outcome.REVIEW, Outcome.BLOCKED)


@dataclass(frozen=True, slots=True)
class Marks:
    """What staff answered of an output's photos: an outcome each."""

    photos: Mapping[str, Outcome] = field(default_factory=dict)
    """By source: every photo that was asked about."""
    files: Mapping[str, Outcome] = field(default_factory=dict)
    """By SHA-256: the photos that were named."""
    others: Outcome = Outcome.READY
    """Of photos that came later."""

    def of(self, source: str, sha256: str | None) -> Outcome:
        """Return what was answered of one photo, by its name or its bytes: the graver."""
        known = self.files.get(sha256 or "", Outcome.READY)
        return max(self.photos.get(source, self.others), known, key=GRAVITY.index)


UNREADABLE = Marks(others=Outcome.REVIEW)
"""Something was answered, but by another version: every photo waits for a look."""


def with_marks(job: FolderJob, journal: Journal) -> FolderJob:
    """Return the job with the answers that hold, and keep them if this run asked.

    Raises WriteError where they cannot be kept.
    """
    marks = _kept(journal)
    if job.asked:
        marks = _answered(job, marks)
        journal.remember_unwanted(asdict(marks))
    if marks == Marks():
        return job
    names = {*journal.entries, *(source.name for source in job.batch.photos)}
    digests = digests_of(job.batch) if marks.files else {}
    notes = {name: graver(job.notes_of(name), marks.of(name, digests.get(name))) for name in names}
    return replace(job, notes=notes)


def graver(notes: PhotoNotes, outcome: Outcome) -> PhotoNotes:
    """Return the notes with the graver of two answers about somebody unwanted."""
    return replace(notes, unwanted=max(notes.unwanted, outcome, key=GRAVITY.index))


def _answered(job: FolderJob, before: Marks) -> Marks:
    """Return the marks after an answer about all photos of the batch.

    Of photos that are elsewhere now nothing was answered: one that comes back is what it was.
    Loose photos share an output with others, so that they say nothing of later ones either.
    """
    answers = {source.name: job.notes_of(source.name).unwanted for source in job.batch.photos}
    digests = digests_of(job.batch) if before.files or Outcome.BLOCKED in answers.values() else {}
    here = set(digests.values())
    files = {sha256: outcome for sha256, outcome in before.files.items() if sha256 not in here}
    for name, sha256 in digests.items():
        if answers[name] is Outcome.BLOCKED:
            files[sha256] = Outcome.BLOCKED
    others = before.others
    if not job.batch.loose:
        anywhere = set(answers.values()) == {Outcome.REVIEW}
        others = Outcome.REVIEW if anywhere else Outcome.READY
    return Marks({**before.photos, **answers}, files, others)


def _kept(journal: Journal) -> Marks:
    raw = journal.unwanted
    if raw is None:
        return Marks()
    try:
        return Marks(_outcomes(raw["photos"]), _outcomes(raw["files"]), Outcome(raw["others"]))
    except (KeyError, TypeError, ValueError, AttributeError):
        return UNREADABLE


def _outcomes(raw: Any) -> dict[str, Outcome]:  # noqa: ANN401 - JSON
    return {key: Outcome(value) for key, value in raw.items()}
