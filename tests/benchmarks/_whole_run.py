"""Whole runs of the real command with other weights, in copies of the package."""

from __future__ import annotations

import hashlib
import shutil
import statistics
import sys
from contextlib import chdir
from pathlib import Path
from typing import TYPE_CHECKING

from photoguard.detect import centerface
from tests.benchmarks.speed import PREPARE, make_photos, measure

if TYPE_CHECKING:
    from collections.abc import Mapping

PROJECT = Path(__file__).resolve().parents[2]
ROUNDS = 3


def lines(place: Path, copies: Mapping[str, tuple[bytes, ...]], photos: int) -> list[str]:
    """Return wall and CPU time a photo for each of the named weights, CenterFace's files.

    Each is run ``ROUNDS`` times, in turns, and the median counts.
    """
    folder = make_photos(place / "photos", photos)
    packages = {
        name: copy_package(place / f"package-{number}", files)
        for number, (name, files) in enumerate(copies.items())
    }
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in packages}
    for _ in range(ROUNDS):
        for name, copy in packages.items():
            runs[name].append(_run(copy, folder))
    found = [f"\nwhole runs, {photos} photos"]
    for name, seconds in runs.items():
        wall, cpu = (statistics.median(each) / photos for each in zip(*seconds, strict=True))
        found.append(f"  {name:<26}{wall:7.3f} s wall {cpu:7.3f} s CPU a photo")
    return found


def copy_package(place: Path, files: tuple[bytes, ...]) -> Path:
    """Copy the package, and let the copy pin and load these files of CenterFace."""
    shutil.copytree(
        PROJECT / "photoguard", place / "photoguard", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copytree(PROJECT / "models", place / "models")
    module = place / "photoguard" / "detect" / "centerface.py"
    for pinned, content in zip(centerface.WEIGHTS, files, strict=True):
        (place / "models" / pinned.file).write_bytes(content)
        _alter(module, pinned.sha256, hashlib.sha256(content).hexdigest())
    return place


def _alter(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    if old not in text:
        raise LookupError(old)
    path.write_text(text.replace(old, new), "utf-8")


def _run(package: Path, folder: Path) -> tuple[float, float]:
    """Return wall and CPU seconds of one run; the package lies in the current folder."""
    output = package / "out"
    with chdir(package):
        run = measure([*PREPARE, str(folder), "--output", str(output)])
    if not (output / "manifest.json").is_file():
        sys.exit(f"the run in {package} wrote nothing")
    shutil.rmtree(output)
    return run.wall, run.cpu
