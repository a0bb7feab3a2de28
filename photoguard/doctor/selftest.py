"""The self-test: a known portrait goes the whole way, and the verifier meets tampered copies."""

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
"""Where the face is in portrait.jpg."""
SAME_FACE = 0.4
"""IoU from which a face that was found is that face."""
PLANTED = (b"Planted Name", b"2026:05:03")
"""What ``samples/builtin.py`` planted in portrait.jpg."""
HEIC_SIZE = (200, 160)
LARGE = (4000, 3000)
"""Width and height of an ordinary telephone's photo."""
TELEPHONE_QUALITY = 92
ROUNDS = 1
"""Photos a worker prepares while the speed is measured, after one to warm up."""
LATEST = 12.0
"""Seconds after which the speed is not measured any more: all of it shall take 20 at most."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What is loaded once and serves every part of the test."""

    spec: RunSpec
    workers: Workers
    finder: FaceFinder


@contextmanager
def open_bench(settings: Settings) -> Iterator[Bench]:
    """Load the detectors; workers start with the first photo."""
    from photoguard.pipeline import RunSpec, Workers, default_jobs

    with Workers(default_jobs()) as workers:
        yield Bench(RunSpec(settings), workers, detect.FaceFinder())


def checks(
    settings: Settings, *, speed: bool, begin: Callable[[str], None], latest: float = LATEST
) -> Iterator[Check]:
    """Yield what came of the portrait; ``begin`` gets the code of each step before it starts."""
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
    """Return whether the photos of an iPhone can be opened."""
    try:
        shape = decoder.decode((folder / "portrait.heic").read_bytes()).pixels.shape
    except PhotoguardError:
        return broken("heic", "doctor.no_heic")
    return fine("heic") if shape[:2] == HEIC_SIZE else broken("heic", "doctor.no_heic")


def detectors(pixels: Pixels, bench: Bench) -> Check:
    """Return which detectors find the face of the portrait."""
    faces = bench.finder.find(pixels).faces
    seen = next((face for face in faces if face.box.iou(FACE) > SAME_FACE), None)
    if seen is None:
        return broken("detectors", "doctor.face_missed")
    return fine("detectors", listed=", ".join(seen.detectors))


def writer(folder: Path, bench: Bench) -> Check:
    """Return whether the portrait's copy is hidden, written, verified and free of traces."""
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
    """Tell whether a point lies in a hidden face: detectors may fire on what hides it."""
    return any(
        left <= point[0] <= left + width and top <= point[1] <= top + height
        for left, top, width, height in (face["box"] for face in faces)
    )


def _prepared(
    photos: Path, bench: Bench, tell: Callable[[Progress], None] = lambda _: None
) -> Mapping[str, Any]:
    """Return the manifest of one folder, prepared as any folder is."""
    from photoguard.files import gather
    from photoguard.pipeline import FolderJob, prepare_folder

    job = FolderJob(gather([photos])[0], bench.spec)
    return prepare_folder(job, bench.workers, tell).manifest


def verifier(pixels: Pixels) -> Check:
    """Return whether the verifier passes an honest copy and refuses three tampered ones."""
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
    """Return how many photos of a telephone this computer prepares in a minute."""
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
