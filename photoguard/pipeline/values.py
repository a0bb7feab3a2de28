"""The input and output values of a run and its workers; importing them loads no heavy library."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias
from uuid import uuid4

from photoguard.model import NOTHING_SETTLED, Box, PhotoNotes, Settled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from photoguard.detect import FaceFinder
    from photoguard.files import Batch
    from photoguard.images import Decoder
    from photoguard.model import Outcome, Reason
    from photoguard.ocr import TextReader
    from photoguard.output.records import Numbering, PhotoRecord, Prepared
    from photoguard.register import Snapshot
    from photoguard.settings import Settings

Examine: TypeAlias = Callable[[Path, tuple[Box, ...]], bool]
"""Checks the picture at a path: returns True if it has no metadata that gives anything away,
and no visible face outside the given boxes (in pixels of that picture)."""


def examine_nothing(_: Path, __: tuple[Box, ...]) -> bool:
    """Return False for every changed copy, so that each waits for a person to look at it."""
    return False


@dataclass(frozen=True, slots=True)
class Task:
    """One photo that is to be prepared."""

    path: Path
    """Where the source file lies."""
    name: str
    """The source's path below the photo folder, with slashes."""
    stem: str
    """The output's file name without its suffix: a neutral prefix and a number."""
    work: Path
    """The private folder for unfinished files."""
    shelves: tuple[tuple[Outcome, str], ...]
    """The outcomes READY and REVIEW, each with the name of its output folder."""
    key: str
    """The digest of everything that shapes the copy, as ``done.key_of`` returns it."""
    notes: PhotoNotes
    texts: str = ""
    """The name of the sidecars' subfolder; empty where they lie beside the picture."""
    before: Numbering | None = None
    """How the last report numbered the faces of this photo; None where no report showed it."""
    settled: Settled = NOTHING_SETTLED
    """What a person settled for this photo on the review page."""
    earlier: PhotoRecord | None = None
    """The record of an earlier run, which may have known more names than this one."""


@dataclass(frozen=True, slots=True)
class RunSpec:
    """What all photos of a run have in common; each worker builds its tools from it once."""

    settings: Settings
    register: Snapshot | None = None
    """The unit's persons and permissions as plain values, or None."""
    not_names: frozenset[str] = frozenset()
    """Words that staff marked as no child's name."""
    named: tuple[str, ...] = ()
    """Every name that staff gave for any photo of the folder, as they wrote it."""
    id: str = field(default_factory=lambda: uuid4().hex)
    """Random; a worker builds its tools anew when it meets another id."""

    def anew(self, **changes: object) -> RunSpec:
        """Return a copy with the changed fields and a new id, so that workers build new tools."""
        kept = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "id"}
        return RunSpec(**{**kept, **changes})


@dataclass(frozen=True, slots=True)
class Tools:
    """What a worker keeps from photo to photo."""

    spec: RunSpec
    decoder: Decoder
    finder: FaceFinder
    reader: TextReader | None = None
    """None where the run looks for no text in pictures."""

    def close(self) -> None:
        """End the decoder's process."""
        self.decoder.close()

    def load(self) -> None:
        """Load what could not be loaded yet; raises ModelError where it cannot be now either."""
        if self.reader is not None:
            self.reader.load()


class PhotoWorkers(Protocol):
    """The interface of what prepares photos: processes on this computer, or other computers."""

    def get_ready(self, spec: RunSpec, photos: int) -> None:
        """Start to load libraries and models for this number of photos, if that saves time."""

    def prepare(self, spec: RunSpec, tasks: Iterator[Task]) -> Iterator[Prepared]:
        """Yield each photo when it is finished; raises SetupTrouble where none can be prepared."""

    def stop(self) -> None:
        """Drop the photos that wait, and end those under way where that is possible."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The news that one photo is finished."""

    done: int
    """How many photos are finished by now, this one included."""
    total: int
    source: str
    status: Outcome
    skipped: bool = False
    """Whether the copy of an earlier run was kept as it was."""


@dataclass(frozen=True, slots=True)
class FolderResult:
    """The result of one folder's run."""

    output: Path
    exit_code: int
    manifest: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FolderJob:
    """One folder and everything that staff stated about it; all of it is checked already."""

    batch: Batch
    spec: RunSpec
    notes: Mapping[str, PhotoNotes] = field(default_factory=dict)
    notices: tuple[Reason, ...] = ()
    """Notices about rows of the staff's table that match no photo."""
    fresh: bool = False
    """Whether all photos are prepared anew, also those that are finished."""
    examine: Examine = examine_nothing
    """Checks a copy that a person changed; only if it returns True may the copy be ready."""
    answered: bool = False
    """Whether staff answered the icon's questions for this run."""
    asked: bool = False
    """Whether staff answered in this run who must not be in pictures; if not, their earlier
    answer for this output holds."""
    makers: tuple[str, ...] | None = None
    """The makers of works, as staff answered in this run for all photos whose row in the table
    names none; () for no works. None where nobody answered: then earlier answers hold."""
    waiting: frozenset[str] = frozenset()
    """The sources of photos that are still being copied into the folder: this run neither
    prepares them nor removes their earlier copies."""
    resting: frozenset[str] = frozenset()
    """The sources of photos that failed before and are not tried again: listed as failed."""
    read_register: Callable[[], Snapshot | None] | None = None
    """Reads the register again, so that a permission withdrawn during the run counts; raises
    RegisterError. None where the run has no register to read again."""

    def notes_of(self, name: str) -> PhotoNotes:
        """Return what staff wrote about the photo of this source, empty notes where nothing."""
        return self.notes.get(name, PhotoNotes())
