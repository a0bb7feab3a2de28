"""What a worker is told of one photo; light, since the main program makes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from photoguard.model import PhotoNotes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from photoguard.files import Batch
    from photoguard.model import Outcome, Reason
    from photoguard.output.records import Numbering
    from photoguard.pipeline.workers import RunSpec
    from photoguard.register import Snapshot


@dataclass(frozen=True, slots=True)
class Task:
    """One photo that is to be prepared."""

    path: Path
    name: str
    stem: str
    """Of the output: neutral, numbered."""
    work: Path
    """The private folder for unfinished files."""
    shelves: tuple[tuple[Outcome, str], ...]
    """Names of the folders for ready and review."""
    key: str
    notes: PhotoNotes
    before: Numbering | None = None
    """How the last report numbered the faces of this photo."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One photo is finished: how many of how many, and how it ended."""

    done: int
    total: int
    source: str
    status: Outcome
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class FolderResult:
    """What came of one folder."""

    output: Path
    exit_code: int
    manifest: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FolderJob:
    """One folder and everything that staff said of it, checked before any output."""

    batch: Batch
    spec: RunSpec
    notes: Mapping[str, PhotoNotes] = field(default_factory=dict)
    notices: tuple[Reason, ...] = ()
    """What of the staff's table met no photo."""
    fresh: bool = False
    asked: bool = False
    """Whether staff answered in this run who must not be in pictures; if not, what they
    answered earlier for this output holds."""
    makers: tuple[str, ...] | None = None
    """The makers of works that staff told in this run for all photos of which their table
    says nothing, () for no works; None where nothing was told: then earlier answers hold."""
    ask_again: Callable[[], Snapshot | None] | None = None
    """Reads the register anew, so that a word taken back during the run counts; raises
    RegisterError. None where what ``spec`` holds is all there is."""

    def notes_of(self, name: str) -> PhotoNotes:
        """Return what staff wrote of one photo, or nothing."""
        return self.notes.get(name, PhotoNotes())
