"""How many faces are gone from what is published, and what was hidden for nothing.

    python -m tests.benchmarks.faces --pictures DIR --annotations FILE
        [--against COMMAND] [--transforms upright turned-90 ...] [--every N]
        [--joined N] [--direct]

Runs the real ``photoguard prepare`` on the annotated pictures and compares the
published pixels with the original's; what the program says of itself is not asked.
COMMAND is another tool, with ``{pictures}`` for the files; what it writes beside them
as ``NAME_anonymized.png`` is scored in the same way, for example
``deface {pictures}``. ``--direct`` asks the finder alone and paints its faces over,
which is quicker when detection is tuned. ``--joined 3`` makes one picture of nine, whose
faces are then as small to the detectors as those of a crowd. What lies on animals is told
apart in upright pictures.
``--transforms`` are turns, mirrors, sizes and lights, and what pictures go through: ``grey``,
``sepia``, ``noisy``, ``squeezed`` (JPEG at quality 20), ``shaken``, ``tiny`` (240 pixels long),
``panorama``, ``screenshot`` (on a telephone, between bars) and ``backlit``. A face that is
missed although it is painted over whole has less detail than the paint: relit ones often do.
"""

from __future__ import annotations

import argparse
import json
import resource
import shlex
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from tests.benchmarks._material import (
    TRANSFORMS,
    Annotated,
    joined,
    read_annotations,
    read_picture,
    write_picture,
)
from tests.benchmarks._score import Tally, score

_ANY_DAY = date(2026, 1, 1)
"""Nobody is named, so that no rule looks at the day."""

if TYPE_CHECKING:
    from collections.abc import Callable

    from photoguard.model import Pixels
    from tests.benchmarks._material import Boxes

    Batch = list[tuple[Annotated, Path, Boxes]]
    Tool = Callable[[Batch, Path, Tally], dict[Path, Path]]
    """Writes pictures, notes seconds and reviews, and says which became which."""


def main() -> None:
    """Run the benchmark and print its tables."""
    options = _options()
    pictures = read_annotations(options.pictures, options.annotations)[:: options.every]
    with tempfile.TemporaryDirectory(prefix="joined-") as place:
        if options.joined > 1:
            pictures = joined(pictures, options.joined, Path(place))
        _run(pictures, options)


def _run(pictures: list[Annotated], options: argparse.Namespace) -> None:
    tools: dict[str, Tool] = {"photoguard": _direct if options.direct else _photoguard}
    if options.against:
        tools[shlex.split(options.against)[0]] = _other(options.against)
    for name in options.transforms:
        tallies = {tool: _measure(pictures, name, run) for tool, run in tools.items()}
        _print(name, len(pictures), tallies)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.benchmarks.faces", description=__doc__)
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--annotations", type=Path, required=True)
    parser.add_argument("--against", default="")
    parser.add_argument("--every", type=int, default=1, help="only every N-th picture")
    parser.add_argument("--joined", type=int, default=1, help="one picture of N times N")
    parser.add_argument("--direct", action="store_true", help="the finder alone")
    names = list(TRANSFORMS)
    parser.add_argument("--transforms", nargs="+", choices=names, default=names)
    return parser.parse_args()


def _measure(pictures: list[Annotated], transform: str, run: Tool) -> Tally:
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="faces-") as place:
        folder, output = Path(place, "in"), Path(place, "out")
        folder.mkdir()
        batch: Batch = []
        for number, picture in enumerate(pictures):
            path = folder / f"{number:05d}.png"
            pixels, boxes = TRANSFORMS[transform](read_picture(picture.path), picture.boxes)
            write_picture(path, pixels)
            animals = picture.animals if transform == "upright" else boxes[:0]
            batch.append((replace(picture, animals=animals), path, boxes))
        written = run(batch, output, tally)
        for picture, path, boxes in batch:
            before = read_picture(path)
            after = read_picture(written[path]) if path in written else np.zeros_like(before)
            tally.unwritten += path not in written
            score(tally, picture, boxes, before, after)
    return tally


def _photoguard(batch: Batch, output: Path, tally: Tally) -> dict[Path, Path]:
    folder = batch[0][1].parent
    command = [sys.executable, "-m", "photoguard", "prepare", str(folder), "--quiet"]
    command += ["--output", str(output), "--max-side", "0", "--format", "png", "--no-names"]
    _clocked(command, tally)
    manifest = json.loads((output / "manifest.json").read_text(encoding="utf-8"))
    entries = {folder / entry["source"]: entry for entry in manifest["photos"]}
    for picture, path, _boxes in batch:
        tally.review[str(picture.path)] = entries[path]["status"] != "ready"
    return {path: output / e["output"] for path, e in entries.items() if e.get("output")}


def _clocked(command: list[str], tally: Tally) -> None:
    """Run a command to its end, and note what it and its children took."""
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    tally.seconds = time.monotonic() - started
    tally.cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _direct(batch: Batch, output: Path, tally: Tally) -> dict[Path, Path]:
    from photoguard import policy
    from photoguard.detect import FaceFinder

    output.mkdir(exist_ok=True)
    finder = FaceFinder(threads=1)
    for picture, path, _boxes in batch:
        pixels = read_picture(path)
        started = time.process_time()
        sight = finder.find(pixels)
        tally.seconds += time.process_time() - started
        tally.cpu = tally.seconds
        plan = policy.decide(policy.Question(sight, _ANY_DAY))
        tally.review[str(picture.path)] = bool(plan.doubts)
        for face in sight.faces:
            grown = 1.44 / 1.6 if face.tight else 1.0
            _paint(pixels, face.box.centre, (grown * face.box.width, grown * face.box.height))
        write_picture(output / path.name, pixels)
    return {path: output / path.name for _picture, path, _boxes in batch}


def _paint(pixels: Pixels, centre: tuple[float, float], size: tuple[float, float]) -> None:
    """Hide an ellipse about as large as ``--cover head`` does, with a colour not there."""
    mask = np.zeros(pixels.shape[:2], np.uint8)
    grown = (size[0] * 1.4, size[1] * 1.4)
    cv2.ellipse(mask, (centre, grown, 0.0), 1, -1)
    inside = mask > 0
    if inside.any():
        pixels[inside] = (pixels[inside].mean(axis=0) + 128) % 256


def _other(command: str) -> Tool:
    def run(batch: Batch, _output: Path, tally: Tally) -> dict[Path, Path]:
        paths = [str(path) for _picture, path, _boxes in batch]
        words: list[str] = []
        for word in shlex.split(command):
            words += paths if word == "{pictures}" else [word]
        _clocked(words, tally)
        beside = {path: path.with_name(f"{path.stem}_anonymized.png") for _p, path, _b in batch}
        return {path: made for path, made in beside.items() if made.is_file()}

    return run


def _print(transform: str, pictures: int, tallies: dict[str, Tally]) -> None:
    print(f"\n{transform}: {pictures} pictures" + "".join(f"{tool:>24}" for tool in tallies))
    groups = sorted({group for tally in tallies.values() for group in tally.faces}, key=_order)
    for group in groups:
        cells = (_cell(tally, group) for tally in tallies.values())
        print(f"  {group:<28}" + "".join(f"{cell:>24}" for cell in cells))
    rows: dict[str, Callable[[Tally], str]] = {
        "needlessly hidden area": lambda t: f"{100 * float(np.mean(t.needless)):.2f} %",
        "  of it on animals": lambda t: f"{100 * float(np.mean(t.animals)):.2f} %",
        "  of it on things and limbs": lambda t: f"{100 * _elsewhere(t):.2f} %",
        "hidden beyond the heads": lambda t: f"{100 * float(np.mean(t.beyond)):.2f} %",
        "ms a picture": lambda t: f"{1000 * t.seconds / max(1, pictures):.0f}",
        "CPU ms a picture": lambda t: f"{1000 * t.cpu / max(1, pictures):.0f}",
        "pictures not written": lambda t: str(t.unwritten),
        "sent to review": lambda t: f"{100 * sum(t.review.values()) / max(1, pictures):.1f} %",
        "  where 1 to 5 faces are": _few,
        "missed faces in review": _caught,
        "ready with a missed face": _shown,
        "missed, yet painted over": lambda t: str(t.painted_over),
    }
    for name, text in rows.items():
        print(f"  {name:<28}" + "".join(f"{text(tally):>24}" for tally in tallies.values()))
    for tool, tally in tallies.items():
        for path, size in tally.missed[:20]:
            print(f"    {tool} missed a face of {size} px in {Path(path).name}")


def _order(group: str) -> tuple[int, str]:
    steps = group.split()[1].split("-", 1)[0] if group.endswith("px") else ""
    return (not group.startswith("clear"), steps.zfill(4) if steps.isdigit() else group)


def _cell(tally: Tally, group: str) -> str:
    return f"{100 * tally.share(group):.1f} % of {tally.faces.get(group, 0)}"


def _elsewhere(tally: Tally) -> float:
    return float(np.mean(tally.needless) - np.mean(tally.animals))


def _caught(tally: Tally) -> str:
    caught = sum(tally.review.get(path, False) for path, _size in tally.missed)
    return f"{caught} of {len(tally.missed)}"


def _few(tally: Tally) -> str:
    few = [tally.review.get(path, False) for path, count in tally.people.items() if 1 <= count <= 5]
    return f"{100 * sum(few) / max(1, len(few)):.1f} %"


def _shown(tally: Tally) -> str:
    ready = {path for path in tally.people if not tally.review.get(path, False)}
    missed = {path for path, _size in tally.missed} & ready
    return f"{len(missed)} of {len(ready)} ready"


if __name__ == "__main__":
    main()
