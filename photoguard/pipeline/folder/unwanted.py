"""Photos of somebody who must not be in pictures, as staff answered the icon.

The icon asks, a plain ``prepare`` does not: an answer stays in the output's journal and
counts for every later run until staff answer again. A photo that staff named is kept by its
bytes as well, so that renaming it does not clear it.
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
"""Outcomes from the mildest to the gravest."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The answers for an output's photos: BLOCKED if somebody unwanted is in it, REVIEW if unsure.

    READY where nobody unwanted is in the photo, or nobody was asked.
    """

    photos: Mapping[str, Outcome] = field(default_factory=dict)
    """Source to answer, for every photo that was asked about."""
    files: Mapping[str, Outcome] = field(default_factory=dict)
    """SHA-256 to answer, for the photos that staff named."""
    others: Outcome = Outcome.READY
    """The answer for photos that came after it."""

    def of(self, source: str, sha256: str | None) -> Outcome:
        """Return the graver of the answers kept for this source and for these bytes."""
        known = self.files.get(sha256 or "", Outcome.READY)
        return max(self.photos.get(source, self.others), known, key=GRAVITY.index)


UNREADABLE = Marks(others=Outcome.REVIEW)
"""Stands for kept answers that this version cannot read: every photo waits for a look."""


def with_marks(job: FolderJob, journal: Journal) -> FolderJob:
    """Return the job with the answer that holds for each photo in its notes.

    If staff answered in this run, the answers are kept in the journal; raises WriteError.
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
    """Return the notes with the graver of their own answer and this one."""
    return replace(notes, unwanted=max(notes.unwanted, outcome, key=GRAVITY.index))


def _answered(job: FolderJob, before: Marks) -> Marks:
    """Return ``before`` with this run's answers for all photos of the batch.

    Answers for photos that are not in the folder now stay. Loose photos share their output
    with others, so an answer about them says nothing about photos that come later.
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
