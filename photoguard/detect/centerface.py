"""CenterFace: the workhorse, asked about the whole picture at several sizes and turns.

Xu, Yan, Sun, Yang, Luo: CenterFace, Joint Face Detection and Alignment Using Face as
Point (arXiv:1911.03599). Each cell of a map at a quarter of the input holds the
likelihood that a face has its centre there, the logarithm of its height and width in
cells, the centre's offset, and five landmarks relative to the box (y before x): the
eyes, the nose, the corners of the mouth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from photoguard.detect import _engine, _models
from photoguard.detect._votes import (
    best_of_each,
    mirrored_back,
    no_votes,
    together,
    turned,
    turned_back,
)

if TYPE_CHECKING:
    from photoguard.detect._engine import Tensor
    from photoguard.detect._votes import Votes
    from photoguard.model import Pixels

NAME = "centerface"
_OUTPUTS = ("537", "538", "539", "540")
_CELL = 4
_STEP = 32
_FLOOR = 0.08
_SAME = 0.3


class CenterFace:
    """The network, and where it looks."""

    name = NAME

    def __init__(self, threads: int) -> None:
        """Load the weights; raises ModelError where they are missing or altered."""
        self._network = _engine.load(_models.read_model("centerface.onnx"), _OUTPUTS, threads)

    def sweep(self, pixels: Pixels) -> Votes:
        """Return votes for the whole picture, in its own pixels."""
        return together([self.look(pixels, *p) for p in passes(max(pixels.shape[:2]))])

    def examine(self, pixels: Pixels) -> Votes:
        """Return votes for a small square part of a picture, as it stands."""
        return self.look(pixels, max(pixels.shape[:2]))

    def look(self, pixels: Pixels, side: int, quarters: int = 0, *, mirror: bool = False) -> Votes:
        """Return votes of one pass with the longest side resized to ``side`` pixels."""
        height, width = pixels.shape[:2]
        factor = side / max(height, width)
        size = (max(1, round(width * factor)), max(1, round(height * factor)))
        way = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
        small = pixels if factor == 1 else cv2.resize(pixels, size, interpolation=way)
        seen = turned(small, quarters)
        if mirror:
            seen = np.ascontiguousarray(seen[:, ::-1])
        votes = self._votes(seen)
        if mirror:
            votes = mirrored_back(votes, seen.shape[1])
        votes = turned_back(votes, quarters, *size)
        votes[:, [0, 2]] *= width / size[0]
        votes[:, [1, 3]] *= height / size[1]
        return votes

    def _votes(self, pixels: Pixels) -> Votes:
        height, width = (-(-side // _STEP) * _STEP for side in pixels.shape[:2])
        canvas = np.zeros((height, width, 3), np.uint8)
        canvas[: pixels.shape[0], : pixels.shape[1]] = pixels
        batch = cv2.dnn.blobFromImage(canvas)
        return best_of_each(_decode(*(out[0] for out in self._network.run(batch))), _SAME)


def passes(longest: int) -> list[tuple[int, int]]:
    """Return (longest side, quarter turns) of the passes for a picture of this size."""
    top = min(2048, max(640, longest * 3))
    sides = sorted({side for side in (320, 640, 1280, top) if side <= top})
    return [(side, 0) for side in sides] + [
        (side, quarters) for side in (640, min(1280, top)) for quarters in (1, 2, 3)
    ]


def _decode(heat: Tensor, scale: Tensor, offset: Tensor, landmarks: Tensor) -> Votes:
    rows, columns = np.nonzero(heat[0] > _FLOOR)
    if len(rows) == 0:
        return no_votes()
    high, wide = np.exp(scale[:, rows, columns]) * _CELL
    top = (rows + offset[0, rows, columns] + 0.5) * _CELL - high / 2
    left = (columns + offset[1, rows, columns] + 0.5) * _CELL - wide / 2
    points = landmarks[:, rows, columns].reshape(5, 2, -1)
    rolls = _roll(points[:, 1] * wide, points[:, 0] * high)
    table = [left, top, left + wide, top + high, heat[0, rows, columns], rolls]
    return np.stack(table, axis=1).astype(np.float32)


def _roll(x: Tensor, y: Tensor) -> Tensor:
    """Degrees clockwise from upright to the crown, from eyes, nose and mouth (5, n).

    The way from mouth to eyes and the square to the line of the eyes are added: the
    first is the surer one in a profile, the second in a face that looks down.
    """
    up_x = (x[0] + x[1] - x[3] - x[4]) / 2 + (y[1] - y[0])
    up_y = (y[0] + y[1] - y[3] - y[4]) / 2 - (x[1] - x[0])
    angle: Tensor = np.degrees(np.arctan2(up_x, -up_y))
    return angle


def create(threads: int) -> CenterFace:
    """Return the detector with its weights loaded."""
    return CenterFace(threads)
