"""A folder whose faces are told instead of found, prepared and opened for a person to settle.

Everything else is the real thing: the rules, the register's records, decoding, hiding,
verifying, the journal and the folders. A photo is grey, and its grey says who is in it.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from PIL import Image

from photoguard import report
from photoguard.errors import RegisterError, UsageTrouble
from photoguard.files import gather
from photoguard.model import Box, Doubt, Face, PhotoNotes, Sight, Unit
from photoguard.pipeline import FolderJob, RunSpec, Workers, prepare_folder
from photoguard.pipeline.values import Tools
from photoguard.register.snapshot import Snapshot
from photoguard.review.desk import ReviewDesk
from photoguard.review.outside import Outside
from photoguard.settings import Settings
from tests.pipeline.scripted import InThisDecoder
from tests.policy.town import DAY, permitted, pupil, record, staff, word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from photoguard.detect import FaceFinder
    from photoguard.images import Decoder
    from photoguard.model import Pixels, Record, Region
    from photoguard.ocr import TextReader
    from photoguard.register import Register

WIDE, HIGH = 400, 240
SURE = ("centerface", "blazeface")
LIISA = record(replace(pupil("liisa"), group="7B"), word("own", "no"), guardians="äiti")
AINO, BEA = (
    replace(each, person=replace(each.person, group="7B"))
    for each in (permitted("aino"), permitted("bea"))
)
NEVER = record(replace(pupil("niilo"), never_in_pictures=True, group="7B"))
MAIJA = record(staff("maija"), word("own", channel="instagram"))


def snapshot(*records: Record) -> Snapshot:
    """A register with these people."""
    return Snapshot(records, (), (), {})


SCHOOL = Settings(unit=Unit.BASIC_EDUCATION, channels=("instagram",), publish_on=DAY)
DAYCARE = replace(SCHOOL, unit=Unit.EARLY_CHILDHOOD)
CLASS = snapshot(AINO, BEA, LIISA, NEVER, MAIJA)


def face(left: float, *, sure: bool = True, weak: bool = False) -> Face:
    """A face of 60 pixels."""
    return Face(Box(left, 40, left + 60, 100), 0.9, SURE if sure else SURE[:1], weak=weak)


def doubt(left: float) -> Doubt:
    """A place that may be a face and is not hidden."""
    return Doubt(Box(left, 120, left + 40, 160), 0.4, "sight.detectors_disagree")


@dataclass
class ByGrey:
    """Sees in each photo what is told for its grey."""

    seen: dict[int, Sight]
    late: Iterator[Face] = field(default_factory=lambda: iter(()))

    def find(self, pixels: Pixels, _hints: Sequence[Box] = ()) -> Sight:
        """Return what is in the photo of this grey."""
        return self.seen.get(round(float(np.median(pixels))), Sight(()))

    def look_again(self, _: Pixels, __: Sequence[Region]) -> tuple[Face, ...]:
        """Return whoever is still seen; as a rule nobody."""
        return tuple(islice(self.late, 1))


@contextmanager
def unheard(office: Office, *paths: str) -> Iterator[None]:
    """Keep requests whose path begins so from the server until the block ends."""
    office.unheard = paths
    try:
        yield
    finally:
        office.unheard = ()


@dataclass
class Office:
    """A folder of photos and all that is told of it."""

    folder: Path
    decoder: Decoder
    settings: Settings = SCHOOL
    register: Snapshot | None = CLASS
    seen: dict[int, Sight] = field(default_factory=dict)
    people: dict[str, tuple[str, ...]] = field(default_factory=dict)
    counted_up: tuple[str, ...] = ()
    """Entries whose face number counts up from row to row of the table."""
    named: tuple[str, ...] = ()
    """Whom staff named for any photo of the folder, as they wrote it."""
    late: Iterator[Face] = field(default_factory=lambda: iter(()))
    """Whom the second looks at the finished copies still see, one a look."""
    reader: TextReader | None = None
    registry: Register | None = None
    """A register on the disk, where a test has one: it is read anew, and posts go there."""
    is_away: bool = False
    """Whether the register cannot be read now."""
    city: tuple[str, ...] = ()
    """The channels that the city leaves to the unit; none named means all."""
    asked_late: dict[str, float] = field(default_factory=dict)
    """Seconds that a request waits before the server hears of it, by how its path begins."""
    unheard: tuple[str, ...] = ()
    """How the paths begin of requests that do not reach the server for now."""
    answered_late: dict[str, float] = field(default_factory=dict)
    """Seconds that an answer waits once it is there, by how its path begins."""

    @property
    def output(self) -> Path:
        """Where the copies lie."""
        return self.folder.with_name(f"{self.folder.name}-photoguard")

    def take(self, grey: int, *faces: Face, doubts: tuple[Doubt, ...] = ()) -> None:
        """Put a photo into the folder, named by its grey."""
        self.folder.mkdir(exist_ok=True)
        Image.new("RGB", (WIDE, HIGH), (grey,) * 3).save(self.folder / f"{grey:03}.png")
        self.seen[grey] = Sight(faces, doubts)

    def job(self) -> FolderJob:
        """Everything that a run is told."""
        (batch,) = gather([self.folder])
        notes = {
            each.name: PhotoNotes(
                people=self.people.get(each.name, ()), works=(), counted_up=self.counted_up
            )
            for each in batch.photos
        }
        spec = RunSpec(self.settings, self.register, named=self.named)
        return FolderJob(batch=batch, spec=spec, notes=notes)

    def _workers(self) -> Workers:
        def engine(_: int) -> Any:  # noqa: ANN401
            spec = RunSpec(self.settings, self.register)
            return InThisDecoder(
                Tools(
                    spec,
                    self.decoder,
                    cast("FaceFinder", ByGrey(self.seen, self.late)),
                    self.reader,
                )
            )

        return Workers(1, engine)

    def prepare(self) -> list[dict[str, Any]]:
        """Prepare the folder; return the photos of its manifest."""
        job = self.job()
        with self._workers() as workers:
            result = prepare_folder(job, workers, lambda _: None)
        report.write(result.output, result.manifest, self.settings.language)
        photos: list[dict[str, Any]] = result.manifest["photos"]
        return photos

    def read(self) -> Snapshot | None:
        """Return the register as it is now; raises RegisterError while it is away."""
        if self.is_away:
            raise RegisterError("consent.no_register", register="")
        return self.registry.snapshot() if self.registry else self.register

    @property
    def outside(self) -> Outside:
        """The world outside the folder as the desk may ask it."""

        def opened(*, read_only: bool) -> Register:
            if self.registry is None:
                raise RegisterError("consent.no_register", register=str(read_only))
            return self.registry

        return Outside(
            read=self.read,
            open=opened,
            channels=lambda names: tuple(n for n in names if n in self.city or not self.city),
        )

    @contextmanager
    def open(self) -> Iterator[ReviewDesk]:
        """Open the prepared folder for a person."""
        with (
            self._workers() as workers,
            ReviewDesk(self.job(), workers, "tester", self.outside) as desk,
        ):
            yield desk


def shown(desk: ReviewDesk, photo: int = 1) -> Mapping[str, Any]:
    """One photo as the page shows it."""
    return next(each for each in desk.folder()["photos"] if each["id"] == photo)


def ask(desk: ReviewDesk, do: str, photo: int = 1, **asked: object) -> Mapping[str, Any]:
    """Ask for a change as the page does; return the photo as it is then."""
    version = shown(desk, photo)["version"]
    answer = desk.change(photo, {"do": do, "version": version, **asked})
    now: Mapping[str, Any] = answer["photos"][0]
    return now


def refused(desk: ReviewDesk, do: str, photo: int = 1, **asked: object) -> str:
    """Ask for a change that has to be refused; return the code, and see that nothing changed."""
    before = shown(desk, photo)
    try:
        ask(desk, do, photo, **asked)
    except UsageTrouble as trouble:
        assert shown(desk, photo) == before
        return trouble.code
    raise AssertionError(do)


def spot(desk: ReviewDesk, number: int = 0, photo: int = 1) -> str:
    """The id of a place."""
    found: str = shown(desk, photo)["spots"][number]["id"]
    return found


def settle_down(desk: ReviewDesk) -> None:
    """Wait until every copy that was asked for is made."""
    desk._maker._asked.join()


def greys(path: Path) -> Any:  # noqa: ANN401
    """The pixels of a finished copy."""
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB")).astype(int)


def is_visible(path: Path, grey: int, box: Box) -> bool:
    """Tell whether a copy shows the photo's own grey all over a place."""
    part = greys(path)[int(box.top) : int(box.bottom), int(box.left) : int(box.right)]
    return bool(abs(part - grey).max() <= 6)
