"""Whole runs over a folder whose faces are told instead of found: same code, no models."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

from PIL import Image

from photoguard.errors import RegisterError, WriteError
from photoguard.files import gather
from photoguard.model import Box, Doubt, Face, Outcome, PhotoNotes, Sight, Unit
from photoguard.pipeline import FolderJob, RunSpec, Workers, prepare_folder
from photoguard.pipeline.values import Tools
from photoguard.register.snapshot import Snapshot
from photoguard.settings import Settings
from tests.policy.town import DAY, permitted
from tests.stress.blind import InThisThread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from photoguard.detect import FaceFinder
    from photoguard.images import Decoder
    from photoguard.model import Pixels, Region
    from photoguard.ocr import TextReader
    from photoguard.pipeline import FolderResult, Progress

SIDE = 400
AINO, BEA = permitted("aino"), permitted("bea")
REGISTER = Snapshot((AINO, BEA), (), (), {})
SCHOOL = Settings(unit=Unit.BASIC_EDUCATION, channels=("instagram",), publish_on=DAY)


def face(left: float, *, size: float = 60) -> Face:
    """A face of a picture 400 pixels wide."""
    return Face(Box(left, 40, left + size, 40 + size), 0.9, ("centerface",))


@dataclass
class ScriptedFinder:
    """Sees what it is told, in pictures of every size."""

    faces: Sequence[Face]
    late: tuple[Face, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    within: tuple[Face, ...] = ()

    def find(self, pixels: Pixels, _hints: Sequence[Box] = ()) -> Sight:
        """Return the faces that were told for a picture 400 pixels wide."""
        factor = pixels.shape[1] / SIDE
        faces = tuple(replace(each, box=each.box.scaled(factor)) for each in self.faces)
        return Sight(faces, self.doubts, self.within)

    def look_again(self, _: Pixels, known: Sequence[Region]) -> tuple[Face, ...]:
        """Return the late faces until they are hidden."""
        return self.late if len(known) == len(self.faces) else ()


class InThisDecoder(InThisThread):
    """Leaves the decoder open for the next run."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002
        """Do nothing: whoever opened the decoder closes it."""


@dataclass
class School:
    """A folder with one photo, in which runs differ by faces, notes and settings."""

    folder: Path
    decoder: Decoder
    settings: Settings = SCHOOL
    finder: ScriptedFinder = field(default_factory=lambda: ScriptedFinder(()))
    register: Snapshot = REGISTER
    reader: TextReader | None = None
    gone: bool = False
    """Whether the register cannot be read any more."""
    result: FolderResult | None = None
    """Of the last run that came to its end."""

    def take(self, grey: int = 90, name: str = "kuva.jpg") -> None:
        """Put a photo into the folder; another grey is another file."""
        self.folder.mkdir(exist_ok=True)
        Image.new("RGB", (SIDE, 200), (grey, grey, grey)).save(self.folder / name)

    def run(  # noqa: PLR0913 - what a run may meet, each named where it is used
        self,
        *people: str,
        faces: Sequence[Face] = (),
        stopped: bool = False,
        fresh: bool = False,
        unseen: bool = False,
        mark: Outcome = Outcome.READY,
        meanwhile: Callable[[], None] | None = None,
        last: Callable[[], None] | None = None,
        **changes: object,
    ) -> dict[str, Any]:
        """Prepare the folder and return what the manifest says of its photo.

        ``stopped`` is a run that somebody stops after the photo; ``unseen`` is one whose
        report cannot be written. ``mark`` is what staff said of somebody unwanted. After each
        photo ``meanwhile`` happens, and ``last`` while the report is written.
        """

        def tell(_: Progress) -> None:
            if meanwhile:
                meanwhile()
            if stopped:
                raise KeyboardInterrupt

        def show(_: object) -> None:
            if last:
                last()
            if unseen:
                raise WriteError("files.cannot_write", problem="")

        self.finder.faces = faces or self.finder.faces
        (batch,) = gather([self.folder])
        self.settings = replace(self.settings, **changes)  # type: ignore[arg-type]
        notes = PhotoNotes(people=people, works=(), unwanted=mark)
        job = FolderJob(
            batch=batch,
            spec=RunSpec(self.settings, self.register),
            read_register=self.read_register,
            notes=dict.fromkeys((each.name for each in batch.photos), notes),
            fresh=fresh,
        )
        tools = Tools(job.spec, self.decoder, cast("FaceFinder", self.finder), self.reader)
        with Workers(1, lambda _: InThisDecoder(tools)) as workers:
            result = prepare_folder(job, workers, tell, show)
        self.result = result
        photo: dict[str, Any] = result.manifest["photos"][0]
        return photo

    def read_register(self) -> Snapshot:
        """Return what the register says now; raises RegisterError while it is gone."""
        if self.gone:
            raise RegisterError("consent.no_register", register="")
        return self.register

    @property
    def ready(self) -> list[str]:
        """The names of the pictures in the ready folder."""
        shelf = self.folder.with_name(f"{self.folder.name}-photoguard") / "ready"
        return sorted(path.name for path in shelf.glob("*.jpg"))
