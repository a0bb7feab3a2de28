"""What a run and its workers are given; light, since the main program makes these values."""

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
"""Tells whether a picture holds no trace, and no visible face but in these boxes."""


def nobody_looks(_: Path, __: tuple[Box, ...]) -> bool:
    """Examine no changed copy: each of them waits for a person to look at it."""
    return False


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
    texts: str = ""
    """The folder on the shelf for the sidecars; empty where they lie beside the picture."""
    before: Numbering | None = None
    """How the last report numbered the faces of this photo."""
    settled: Settled = NOTHING_SETTLED
    """What a person settled of it on the review page."""
    earlier: PhotoRecord | None = None
    """What an earlier run found, which may have known more names."""


@dataclass(frozen=True, slots=True)
class RunSpec:
    """Everything that a worker gets once: it builds its tools from it and keeps them."""

    settings: Settings
    register: Snapshot | None = None
    """The unit's persons and permissions as plain values, or None."""
    not_names: frozenset[str] = frozenset()
    """Words of which staff said that they are no child's name."""
    named: tuple[str, ...] = ()
    """Whom staff named for any photo of the folder, as they wrote it."""
    id: str = field(default_factory=lambda: uuid4().hex)

    def anew(self, **changes: object) -> RunSpec:
        """Return the same with changes and a new id: workers keep their tools by the id."""
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
        """Let the decoder's own process end."""
        self.decoder.close()

    def load(self) -> None:
        """Load what every photo needs and is else loaded with the first; raises ModelError."""
        if self.reader is not None:
            self.reader.load()


class PhotoWorkers(Protocol):
    """Who prepares photos: processes on this computer, or many computers."""

    def get_ready(self, spec: RunSpec, photos: int) -> None:
        """Begin, if that saves time, to load what so many photos of a run like this need."""

    def prepare(self, spec: RunSpec, tasks: Iterator[Task]) -> Iterator[Prepared]:
        """Yield photos as they are finished; raises SetupTrouble where none can be."""

    def stop(self) -> None:
        """Drop what waits and end what can be ended."""


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
    examine: Examine = nobody_looks
    """Asked of a copy that a person changed, before it may lie in the ready folder."""
    answered: bool = False
    """Whether staff answered the icon's questions for this run."""
    asked: bool = False
    """Whether staff answered in this run who must not be in pictures; if not, what they
    answered earlier for this output holds."""
    makers: tuple[str, ...] | None = None
    """The makers of works, as staff answered in this run for all photos of which their table
    says nothing; () for no works. None where nobody answered: then earlier answers hold."""
    waiting: frozenset[str] = frozenset()
    """Photos that are not whole yet, by source: nothing is made of them, nothing taken away."""
    resting: frozenset[str] = frozenset()
    """Photos that failed before and are not tried again in this run: they are listed as failed."""
    ask_again: Callable[[], Snapshot | None] | None = None
    """Reads the register anew, so that a word taken back during the run counts; raises
    RegisterError. None where what ``spec`` holds is all there is."""

    def notes_of(self, name: str) -> PhotoNotes:
        """Return what staff wrote of one photo, or nothing."""
        return self.notes.get(name, PhotoNotes())
