"""Annotated pictures, and what is done to them before a tool sees them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from tests.benchmarks._hardships import HARDSHIPS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy.typing as npt

    from photoguard.model import Pixels

    Boxes = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Annotated:
    """A picture's path and its faces: boxes (n, 4) as left, top, right, bottom."""

    path: Path
    boxes: Boxes
    difficult: tuple[bool, ...]
    groups: tuple[tuple[str, ...], ...]
    """For each face the tags of its picture and the skin, age, mask and turn of its person."""
    animals: Boxes = field(default_factory=lambda: np.zeros((0, 4)))
    """Boxes of animals, as left, top, right, bottom; few sets tell them."""


_NOTED = ("skin", "age", "mask", "turn")


def read_annotations(pictures: Path, annotations: Path) -> list[Annotated]:
    """Return the annotated pictures of a folder; those that are not there are left out."""
    entries = json.loads(annotations.read_text(encoding="utf-8"))
    return [_annotated(pictures, e) for e in entries if (pictures / e["image"]).is_file()]


def _annotated(pictures: Path, entry: dict[str, Any]) -> Annotated:
    faces = entry["faces"]
    table = np.array([face["box"] for face in faces], float).reshape(-1, 4)
    table[:, 2:] += table[:, :2]
    animals = np.array(entry.get("animals", ()), float).reshape(-1, 4)
    animals[:, 2:] += animals[:, :2]
    shared = tuple(f"tag {tag}" for tag in entry.get("tags", ()))
    groups = tuple(
        shared + tuple(f"{key} {face[key]}" for key in _NOTED if key in face) for face in faces
    )
    difficult = tuple(bool(face.get("difficult")) for face in faces)
    return Annotated(pictures / entry["image"], table, difficult, groups, animals)


def read_picture(path: Path) -> Pixels:
    """Return RGB pixels; the measuring pictures are all plain and upright."""
    picture: Pixels = cv2.cvtColor(
        cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB
    )
    return picture


def write_picture(path: Path, pixels: Pixels) -> None:
    """Write a PNG."""
    path.write_bytes(cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))[1].tobytes())


_CELL = 410
"""Pixels on a side of a picture's place among others; most of the set are 400 long."""
_WALL = 118


def joined(pictures: list[Annotated], across: int, folder: Path) -> list[Annotated]:
    """Return pictures made of ``across`` times ``across`` others, written into a folder.

    A small picture is enlarged before it is looked at; among others it is not, so that its
    faces are as small to the detectors as those in a photo of a crowd. Animals are left out.
    """
    made = []
    for start in range(0, len(pictures), across**2):
        part = pictures[start : start + across**2]
        canvas = np.full((across * _CELL, across * _CELL, 3), _WALL, np.uint8)
        boxes = [
            _placed(canvas, each, row * _CELL, column * _CELL)
            for each, (row, column) in zip(part, np.ndindex(across, across), strict=False)
        ]
        path = folder / f"joined-{start:05d}.png"
        write_picture(path, canvas)
        difficult = tuple(flag for each in part for flag in each.difficult)
        groups = tuple(group for each in part for group in each.groups)
        made.append(Annotated(path, np.concatenate(boxes), difficult, groups))
    return made


def _placed(canvas: Pixels, picture: Annotated, top: int, left: int) -> Boxes:
    """Draw a picture in the middle of its place; return where its faces are then."""
    pixels, boxes = read_picture(picture.path), picture.boxes
    if max(pixels.shape[:2]) > _CELL:
        pixels, boxes = _scale(pixels, boxes, _CELL / max(pixels.shape[:2]))
    height, width = pixels.shape[:2]
    top, left = top + (_CELL - height) // 2, left + (_CELL - width) // 2
    canvas[top : top + height, left : left + width] = pixels
    placed: Boxes = boxes + np.array([left, top, left, top])
    return placed


def _turn(pixels: Pixels, boxes: Boxes, quarters: int) -> tuple[Pixels, Boxes]:
    for _ in range(quarters):
        height = pixels.shape[0]
        pixels = np.rot90(pixels, -1)
        left, top, right, bottom = boxes.T
        boxes = np.stack([height - bottom, left, height - top, right], axis=1)
    return np.ascontiguousarray(pixels), boxes


def _mirror(pixels: Pixels, boxes: Boxes) -> tuple[Pixels, Boxes]:
    width = pixels.shape[1]
    left, top, right, bottom = boxes.T
    flipped = np.stack([width - right, top, width - left, bottom], axis=1)
    return np.ascontiguousarray(pixels[:, ::-1]), flipped


def _scale(pixels: Pixels, boxes: Boxes, factor: float) -> tuple[Pixels, Boxes]:
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    resized: Pixels = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=way)
    return resized, boxes * factor


def _enlarge(pixels: Pixels, boxes: Boxes) -> tuple[Pixels, Boxes]:
    return _scale(pixels, boxes, 1600 / max(pixels.shape[:2]))


def _darken(pixels: Pixels, boxes: Boxes) -> tuple[Pixels, Boxes]:
    return (pixels * 0.35).astype(np.uint8), boxes


def _relight(pixels: Pixels, boxes: Boxes) -> tuple[Pixels, Boxes]:
    """Show every head at a third of its light, as darker skin, a hat or light behind would."""
    shade = np.zeros(pixels.shape[:2], np.float32)
    for left, top, right, bottom in boxes:
        middle = ((left + right) / 2, (top + bottom) / 2)
        sides = (1.3 * (right - left), 1.3 * (bottom - top))
        cv2.ellipse(shade, (middle, sides, 0.0), 1, -1)
    shade = cv2.GaussianBlur(shade, (0, 0), 3)
    return (pixels * (1 - 0.67 * shade[:, :, None])).astype(np.uint8), boxes


TRANSFORMS: dict[str, Callable[[Pixels, Boxes], tuple[Pixels, Boxes]]] = {
    "upright": lambda pixels, boxes: (pixels, boxes),
    "turned-90": lambda pixels, boxes: _turn(pixels, boxes, 1),
    "turned-180": lambda pixels, boxes: _turn(pixels, boxes, 2),
    "turned-270": lambda pixels, boxes: _turn(pixels, boxes, 3),
    "mirrored": _mirror,
    "darkened": _darken,
    "relit": _relight,
    "shrunk": lambda pixels, boxes: _scale(pixels, boxes, 0.5),
    "enlarged": _enlarge,
    **HARDSHIPS,
}
"""What can be done to the pictures; the degrees are clockwise."""
