"""Measures how fast a folder of phone photos is prepared, beside the floor and another tool.

``python -m tests.benchmarks.speed [--photos 40] [--growth 1000] [--against deface] [--rounds 5]``

Makes JPEGs of 12 megapixels and of 1 with people, from the public-domain portraits of the
samples, and of 12 megapixels without, from their drawn yards and rooms. Runs the real command
on each kind and prints in one run: wall and CPU time a photo, what start-up and the first photo
take apart from that, peak memory, the floor (decode, resize and encode of the same files on as
many cores), the share of each step and of each look, the other tool's command on the same
photos, and how the time grows with the number of photos. A computer's pace changes within
minutes: the other tool and the floor are run in turns with the program, and the medians of
the rounds' ratios are printed.
"""

from __future__ import annotations

import argparse
import compileall
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from photoguard.pipeline import default_jobs
from samples import scenes
from tests.benchmarks._steps import shares

if TYPE_CHECKING:
    from collections.abc import Iterable

ORIGINALS = Path(__file__).resolve().parents[2] / "samples" / "originals"
WIDTH, HEIGHT = 4032, 3024
SMALL = (1152, 864)
"""Of the photos of 1 megapixel."""
DRAWN = (scenes.forest, scenes.playroom, scenes.summer_yard)
PREPARE = [sys.executable, "-m", "photoguard", "prepare", "--quiet", "--no-names"]


@dataclass(frozen=True, slots=True)
class Run:
    """What one command cost."""

    wall: float
    cpu: float
    largest: int
    together: int

    def line(self, name: str, photos: int) -> str:
        """Return the costs a photo as one line of the table."""
        return (
            f"{name:34} {self.wall / photos:7.3f} s wall  {self.cpu / photos:7.3f} s CPU a photo"
            f"   largest {self.largest / 1e6:5.0f} MB, together {self.together / 1e6:5.0f} MB"
        )


def make_photos(folder: Path, count: int, size: tuple[int, int] = (WIDTH, HEIGHT)) -> Path:
    """Write ``count`` different phone-like JPEGs: three or four people before a busy ground."""
    portraits = [Image.open(path).convert("RGB") for path in sorted(ORIGINALS.glob("*.[jp]*g"))]
    made = (_phone_photo(portraits, np.random.default_rng(number)) for number in range(count))
    return _written(folder, (photo.resize(size) for photo in made))


def make_empty_photos(folder: Path, count: int) -> Path:
    """Write ``count`` different phone-like JPEGs with nobody in them."""
    drawn = [draw((WIDTH // 2, HEIGHT // 2)).convert("RGB") for draw in DRAWN[:count]]
    large = [picture.resize((WIDTH, HEIGHT)) for picture in drawn]
    grained = (
        _grained(large[number % len(large)], np.random.default_rng(number))
        for number in range(count)
    )
    return _written(folder, grained)


def _written(folder: Path, photos: Iterable[Image.Image]) -> Path:
    folder.mkdir(parents=True)
    for number, photo in enumerate(photos):
        photo.save(folder / f"IMG_{number:04d}.jpg", quality=92, subsampling="4:2:0")
    return folder


def _phone_photo(portraits: list[Image.Image], random: np.random.Generator) -> Image.Image:
    coarse = random.integers(40, 215, (12, 16, 3), dtype=np.uint8)
    ground = Image.fromarray(coarse).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    for place in range(int(random.integers(2, 5))):
        portrait = portraits[int(random.integers(len(portraits)))]
        height = int(random.integers(700, 1900))
        size = (portrait.width * height // portrait.height, height)
        left = min(place * 1000 + int(random.integers(0, 200)), WIDTH - size[0])
        ground.paste(portrait.resize(size), (left, HEIGHT - height))
    return _grained(ground, random)


def _grained(picture: Image.Image, random: np.random.Generator) -> Image.Image:
    grain = random.normal(0, 4, (HEIGHT, WIDTH, 1)).astype(np.float32)
    return Image.fromarray(np.clip(np.asarray(picture) + grain, 0, 255).astype(np.uint8))


def measure(command: list[str]) -> Run:
    """Run a command to its end and return what it and its children cost."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peaks = [0, 0]
    watcher = threading.Thread(target=_watch, args=(process, peaks))
    watcher.start()
    process.wait()
    watcher.join()
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(wall, cpu, peaks[0], peaks[1])


def _watch(process: subprocess.Popen[bytes], peaks: list[int]) -> None:
    while process.poll() is None:
        sizes = _resident(process.pid)
        peaks[0] = max(peaks[0], *sizes, 0)
        peaks[1] = max(peaks[1], sum(sizes))
        time.sleep(0.05)


def _resident(root: int) -> list[int]:
    """Return the resident bytes of a process and of everything below it (Linux)."""
    parents: dict[int, int] = {}
    sizes: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            sizes[int(folder.name)] = int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
            parents[int(folder.name)] = int(fields[1])
        except OSError:
            continue
    family = {root}
    while True:
        more = {pid for pid, parent in parents.items() if parent in family} - family
        if not more:
            return [sizes.get(pid, 0) for pid in family]
        family |= more


def floor(folder: Path, jobs: int) -> float:
    """Return the seconds a photo that decoding, resizing and encoding alone take."""
    began = time.perf_counter()
    paths = sorted(folder.iterdir())
    with ProcessPoolExecutor(jobs) as pool:
        list(pool.map(_decode_resize_encode, paths))
    return (time.perf_counter() - began) / len(paths)


def _decode_resize_encode(path: Path) -> None:
    with Image.open(path) as picture:
        picture.thumbnail((2048, 2048), Image.Resampling.LANCZOS, reducing_gap=None)
        picture.convert("RGB").save(path.with_suffix(".floor"), "JPEG", quality=90)
    path.with_suffix(".floor").unlink()


def startup() -> float:
    """Return the seconds that ``--help`` takes, the best of five."""
    command = [sys.executable, "-m", "photoguard", "--help"]
    return min(measure(command).wall for _ in range(5))


def main() -> None:
    """Measure and print."""
    options = _options()
    jobs = options.jobs or default_jobs()
    _compiled()
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        folder = make_photos(place / "photos", options.photos)
        print(f"--help: {startup():.2f} s; {jobs} workers, {options.photos} photos of each kind")
        _shown("12 megapixels, people", folder, place, jobs)
        if options.against:
            _against(options.against, folder, place, jobs, options.rounds)
        _shown(
            "1 megapixel, people", make_photos(place / "small", options.photos, SMALL), place, jobs
        )
        _shown(
            "12 megapixels, nobody",
            make_empty_photos(place / "nobody", options.photos),
            place,
            jobs,
        )
        if options.growth:
            _growth(place, options.growth, jobs)


def _compiled() -> None:
    """Leave the program compiled, as an installation does: else each process compiles it anew."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    compileall.compile_dir(ORIGINALS.parents[1] / "photoguard", quiet=1)


def _shown(kind: str, folder: Path, place: Path, jobs: int) -> None:
    """Print what photos of one kind cost."""
    count = len(list(folder.iterdir()))
    first = place / f"first-{folder.name}"
    first.mkdir()
    shutil.copy(min(folder.iterdir()), first)
    command = [*PREPARE, "--jobs", str(jobs)]
    begun = measure([*command, str(first), "--output", str(place / f"{first.name}-out")])
    run = measure([*command, str(folder), "--output", str(place / f"{folder.name}-out")])
    least = floor(folder, jobs)
    print(run.line(kind, count), flush=True)
    print(f"  start-up and first photo: {begun.wall:.2f} s wall, {begun.cpu:.2f} s CPU")
    if count > 1:
        print(f"  each further photo: {(run.wall - begun.wall) / (count - 1):.3f} s wall")
    print(f"  floor: {least:.3f} s wall; photoguard / floor: {run.wall / count / least:.2f}")
    for step, seconds in shares(folder).items():
        print(f"    {step:32} {seconds:6.3f} s CPU a photo in one process", flush=True)


def _against(tool: str, folder: Path, place: Path, jobs: int, rounds: int) -> None:
    """Run the program, the other tool, as its users do, and the floor in turns on one folder."""
    count = len(list(folder.iterdir()))
    others, floors = [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(dir=place) as name:
            output, copies = Path(name) / "output", Path(name) / "copies"
            ours = measure([*PREPARE, "--jobs", str(jobs), str(folder), "--output", str(output)])
            shutil.copytree(folder, copies)
            other = measure([tool, *map(str, sorted(copies.iterdir()))])
        others.append(other.wall / ours.wall)
        floors.append(ours.wall / count / floor(folder, jobs))
        print(ours.line("photoguard", count))
        print(other.line(Path(tool).name, count), flush=True)
    print(f"{Path(tool).name} / photoguard: {_medians(others)}")
    print(f"photoguard / floor: {_medians(floors)}")


def _medians(ratios: list[float]) -> str:
    return f"{median(ratios):.2f}, rounds {' '.join(f'{each:.2f}' for each in sorted(ratios))}"


def _growth(place: Path, most: int, jobs: int) -> None:
    """Tell how the time grows from ten photos to ``most``; linear means as many times."""
    originals = sorted((place / "photos").iterdir())
    walls: dict[int, float] = {}
    for count in sorted({10, min(100, most), most}):
        many = place / f"{count}-photos"
        many.mkdir()
        for number in range(count):
            # What follows the picture's end makes each file another one.
            content = originals[number % len(originals)].read_bytes() + number.to_bytes(4, "big")
            (many / f"IMG_{number:05d}.jpg").write_bytes(content)
        command = [*PREPARE, "--jobs", str(jobs), str(many), "--output", str(place / f"{count}")]
        run = measure(command)
        walls[count] = run.wall
        print(run.line(f"{count} photos, {run.wall / walls[10]:.1f} times ten", count), flush=True)
        shutil.rmtree(many)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--photos", type=int, default=40)
    parser.add_argument("--jobs", type=int, default=0)
    parser.add_argument("--against", help="another tool's command, such as deface")
    parser.add_argument("--rounds", type=int, default=5, help="how often it is run in turns")
    parser.add_argument("--growth", type=int, default=0, help="so many photos at most")
    return parser.parse_args()


if __name__ == "__main__":
    main()
