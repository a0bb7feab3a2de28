"""The self-test: prepares a known portrait, and gives the verifier manipulated copies."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from photoguard import detect, formats, verify
from photoguard.doctor.values import broken, fine, from_trouble, notice
from photoguard.errors import PhotoguardError
from photoguard.images import Decoder
from photoguard.model import Box, Language, Outcome, OutputFormat, PublicText, Region

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from photoguard.detect import FaceFinder
    from photoguard.doctor.values import Check
    from photoguard.model import Pixels
    from photoguard.pipeline import Progress, RunSpec, Workers
    from photoguard.settings import Settings

FACE = Box(57, 43, 257, 279)
"""The face in portrait.jpg, in pixels."""
SAME_FACE = 0.4
"""Least IoU at which a detected face counts as ``FACE``."""
PLANTED = (b"Planted Name", b"2026:05:03")
"""Metadata that ``samples/builtin.py`` wrote into portrait.jpg."""
HEIC_SIZE = (200, 160)
LARGE = (4000, 3000)
"""(width, height) of a typical phone's photo."""
TELEPHONE_QUALITY = 92
ROUNDS = 1
"""Photos per worker in the speed measurement, after one to warm up."""
LATEST = 12.0
"""Seconds after which speed is not measured any more: the whole test shall take at most 20."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What is loaded once and shared by all parts of the test."""

    spec: RunSpec
    workers: Workers
    finder: FaceFinder


@contextmanager
def open_bench(settings: Settings) -> Iterator[Bench]:
    """Yield the loaded detectors and workers; worker processes start with the first photo."""
    from photoguard.pipeline import RunSpec, Workers, default_jobs

    with Workers(default_jobs()) as workers:
        yield Bench(RunSpec(settings), workers, detect.FaceFinder())


def checks(
    settings: Settings, *, speed: bool, begin: Callable[[str], None], latest: float = LATEST
) -> Iterator[Check]:
    """Yield the checks of the self-test; ``begin`` gets the code of each before it starts."""
    until = time.monotonic() + latest
    try:
        begin("doctor.doing_detectors")
        with _portraits() as folder, Decoder(settings.limits) as decoder:
            yield heic(folder, decoder)
            pixels = decoder.decode((folder / "portrait.jpg").read_bytes()).pixels
            with open_bench(settings) as bench:
                yield detectors(pixels, bench)
                begin("doctor.doing_writer")
                yield writer(folder, bench)
                yield verifier(pixels)
                if speed and time.monotonic() > until:
                    yield notice("speed", "doctor.not_measured")
                elif speed:
                    begin("doctor.doing_speed")
                    yield measured(pixels, bench)
    except PhotoguardError as trouble:
        yield from_trouble("selftest", trouble)


@contextmanager
def _portraits() -> Iterator[Path]:
    with as_file(files("photoguard") / "doctor" / "portrait") as folder:
        yield Path(folder)


def heic(folder: Path, decoder: Decoder) -> Check:
    """Check that HEIC, the format of iPhones, can be decoded."""
    try:
        shape = decoder.decode((folder / "portrait.heic").read_bytes()).pixels.shape
    except PhotoguardError:
        return broken("heic", "doctor.no_heic")
    return fine("heic") if shape[:2] == HEIC_SIZE else broken("heic", "doctor.no_heic")


def detectors(pixels: Pixels, bench: Bench) -> Check:
    """Check that the detectors find the portrait's face."""
    faces = bench.finder.find(pixels).faces
    seen = next((face for face in faces if face.box.iou(FACE) > SAME_FACE), None)
    if seen is None:
        return broken("detectors", "doctor.face_missed")
    return fine("detectors", listed=", ".join(seen.detectors))


def writer(folder: Path, bench: Bench) -> Check:
    """Check that the portrait's copy is hidden, written, verified and free of metadata."""
    from photoguard.inspection import Inspector

    with TemporaryDirectory(prefix="photoguard-") as name:
        photos = Path(name) / "portraits"
        photos.mkdir()
        content = (folder / "portrait.jpg").read_bytes()
        (photos / "portrait.jpg").write_bytes(content)
        record = _prepared(photos, bench)["photos"][0]
        if record["status"] not in {Outcome.READY, Outcome.REVIEW}:
            return broken("writer", "doctor.not_written", why=record["reasons"][0]["text"])
        copy = Path(name) / "portraits-photoguard" / record["output"]
        with Inspector(bench.spec.settings.limits, bench.finder) as inspector:
            left = inspector.inspect(copy)
        traces = [trace for trace in PLANTED if trace not in content or trace in copy.read_bytes()]
    visible = [face for face in left.faces if not _inside(face.box.centre, record["faces"])]
    if traces or left.findings or visible:
        return broken("writer", "doctor.traces_left")
    return fine("writer")


def _inside(point: tuple[float, float], faces: list[dict[str, Any]]) -> bool:
    """Return whether a point is inside a hidden face."""
    return any(
        left <= point[0] <= left + width and top <= point[1] <= top + height
        for left, top, width, height in (face["box"] for face in faces)
    )


def _prepared(
    photos: Path, bench: Bench, tell: Callable[[Progress], None] = lambda _: None
) -> Mapping[str, Any]:
    """Prepare a folder in the usual way; return its manifest."""
    from photoguard.files import gather
    from photoguard.pipeline import FolderJob, prepare_folder

    job = FolderJob(gather([photos])[0], bench.spec)
    return prepare_folder(job, bench.workers, tell).manifest


def verifier(pixels: Pixels) -> Check:
    """Check that the verifier accepts a correct copy and rejects three manipulated ones."""
    form = verify.Form(PublicText(Language.EN, "photoguard"), OutputFormat.JPEG, 90)
    honest = formats.encode(pixels, *form)
    hidden = (Region(FACE.centre, FACE.width / 2, FACE.height / 2, 0.0),)
    other = formats.encode(pixels[:, ::-1].copy(), *form)
    tampered = (
        honest + b"Planted Name",
        honest[:2] + _comment(b"Planted Name") + honest[2:],
        other,
    )
    with TemporaryDirectory(prefix="photoguard-") as name:
        place = Path(name) / "copy.jpg"
        verdicts = []
        for content in (honest, *tampered):
            place.write_bytes(content)
            verdicts.append(bool(verify.verify(place, pixels, hidden, form)))
    if verdicts != [False, True, True, True]:
        return broken("verifier", "doctor.verifier_blind")
    return fine("verifier", number=len(tampered))


def _comment(text: bytes) -> bytes:
    """Return a JPEG comment segment."""
    return b"\xff\xfe" + (len(text) + 2).to_bytes(2, "big") + text


def measured(pixels: Pixels, bench: Bench) -> Check:
    """Return the number of phone photos that this computer prepares per minute."""
    jobs = bench.workers.jobs
    finished: list[float] = []
    with TemporaryDirectory(prefix="photoguard-") as name:
        photos = Path(name) / "photos"
        photos.mkdir()
        content = _large(pixels)
        for number in range(jobs * (1 + ROUNDS)):  # the same photo twice is prepared once
            other = content[:2] + _comment(str(number).encode()) + content[2:]
            (photos / f"{number}.jpg").write_bytes(other)
        manifest = _prepared(photos, bench, lambda _: finished.append(time.perf_counter()))
    record = manifest["photos"][-1]
    if record["status"] == Outcome.FAILED:
        return broken("speed", "doctor.not_written", why=record["reasons"][0]["text"])
    taken = finished[-1] - finished[jobs - 1]
    return fine("speed", number=max(1, round(60 * jobs * ROUNDS / taken)), jobs=jobs)


def _large(pixels: Pixels) -> bytes:
    """Return the portrait as a JPEG of twelve megapixels."""
    from io import BytesIO

    from PIL import Image

    content = BytesIO()
    large = Image.fromarray(pixels).resize(LARGE, Image.Resampling.BILINEAR)
    large.save(content, "JPEG", quality=TELEPHONE_QUALITY)
    return content.getvalue()
