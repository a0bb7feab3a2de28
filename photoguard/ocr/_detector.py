"""The line detector of PP-OCR, and the conversion of its map to lines.

Liao, Wan, Yao, Chen, Bai: Real-time Scene Text Detection with Differentiable Binarization
(arXiv:1911.08947). For each pixel the map holds the likelihood that it lies in the shrunken
core of a line; a core is enlarged by ``UNCLIP`` times its area over its perimeter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise, product
from math import ceil
from typing import TYPE_CHECKING

import cv2
import numpy as np

from photoguard.detect._runtime import load_in_strips
from photoguard.ocr._weights import DETECTION

if TYPE_CHECKING:
    import numpy.typing as npt

    from photoguard.detect._runtime import Pictures
    from photoguard.model import Pixels

    Map = npt.NDArray[np.float32]

OUTPUT = "sigmoid_0.tmp_0"
_BETWEEN = ("conv2d_469.tmp_0", "p2o.Add.47")
"""The tensors between the two files; the first holds the layers at 1/2 and 1/4 of the picture's
size."""
STEP = 32
"""The sides of the network's input are multiples of this."""
CORE = 0.3
"""Least likelihood of a pixel in the core of a line."""
FIRM = 0.5
"""Least mean likelihood of a core that is a line."""
UNCLIP = 1.6
LEAST_SIDE = 3.0
"""Least side of a core in pixels of the map; smaller ones are noise."""
AT_ONCE = 1280
"""Longest side of the network's input; 2048 would take twice the memory."""
BORDER = 64
"""Overlap in pixels of a tile with its neighbours, so that lines are continued."""
MOST = 400
"""Most cores of one map that are examined, the largest first."""


@dataclass(frozen=True, slots=True)
class Line:
    """A rotated rectangle around a line of text, and the score of its detection, 0 to 1.

    ``roll`` is the direction of the longer side in degrees clockwise from the horizontal,
    -90 to 90; ``width`` runs along it.
    """

    centre: tuple[float, float]
    width: float
    height: float
    roll: float
    score: float

    def enlarged(self, factor: float) -> Line:
        """Return the line in a picture scaled by ``factor``."""
        x, y = self.centre
        centre = (x * factor, y * factor)
        return Line(centre, self.width * factor, self.height * factor, self.roll, self.score)

    def meets(self, other: Line) -> bool:
        """Return whether the centre of this line lies approximately in the other one."""
        x, y = self.centre[0] - other.centre[0], self.centre[1] - other.centre[1]
        turn = np.radians(other.roll)
        along, down = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
        return bool(abs(along) <= other.width / 2 and abs(down) <= other.height / 2)

    def grown(self, share: float) -> Line:
        """Return the line extended on every side by this share of its height."""
        more = 2 * share * self.height
        return replace(self, width=self.width + more, height=self.height + more)


class LineDetector:
    """The line detection network; loading takes 0.2 seconds."""

    def __init__(self, threads: int) -> None:
        """Load the weights; raises ModelError if they are missing or altered."""
        self._network = load_in_strips(*DETECTION, _BETWEEN, (OUTPUT,), threads)

    def map_of(self, picture: Pixels) -> Map:
        """Return the likelihood of each pixel of a picture (RGB, uint8) to be in a line's core.

        A large picture is processed in tiles.
        """
        height, width = picture.shape[:2]
        drawn: Map = np.empty((height, width), np.float32)
        for down, across in product(_stretches(height), _stretches(width)):
            seen = self._network.run(_batch(picture[down.shown, across.shown]))[0][0, 0]
            drawn[down.own, across.own] = seen[down.own_in_shown, across.own_in_shown]
        return drawn

    def find(self, picture: Pixels, firm: float = FIRM) -> list[Line]:
        """Return the lines of a picture, in its own pixels, the largest first."""
        return lines_in(self.map_of(picture), firm)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A tile along one side of a picture: its own range, and the range the network sees."""

    own: slice
    shown: slice

    @property
    def own_in_shown(self) -> slice:
        """Its own range relative to the start of the shown one."""
        return slice(self.own.start - self.shown.start, self.own.stop - self.shown.start)


def _stretches(length: int) -> list[_Stretch]:
    """Return the smallest number of equal tiles for a side of this many pixels."""
    count = ceil(length / AT_ONCE)
    edges = [round(length * at / count) for at in range(count + 1)]
    return [
        _Stretch(slice(start, stop), slice(max(0, start - BORDER), min(length, stop + BORDER)))
        for start, stop in pairwise(edges)
    ]


def _batch(picture: Pixels) -> Pictures:
    """Return one picture as network input, with its edges repeated up to a multiple of STEP."""
    below, beside = (-side % STEP for side in picture.shape[:2])
    whole = cv2.copyMakeBorder(picture, 0, below, 0, beside, cv2.BORDER_REPLICATE)
    return np.asarray(whole)[None]


def lines_in(drawn: Map, firm: float = FIRM) -> list[Line]:
    """Return the lines in a map, the largest first."""
    cores, _ = cv2.findContours(
        (drawn > CORE).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE
    )
    largest = sorted(cores, key=cv2.contourArea, reverse=True)[:MOST]
    found = (_line(drawn, core) for core in largest)
    return [line for line in found if line is not None and line.score >= firm]


def _line(drawn: Map, core: npt.NDArray[np.int32]) -> Line | None:
    centre, (across, down), turn = cv2.minAreaRect(core)
    if min(across, down) < LEAST_SIDE:
        return None
    grow = 2 * UNCLIP * across * down / (2 * (across + down))
    width, height = across + grow, down + grow
    roll = (turn + 90) % 180 - 90
    if height > width:
        width, height, roll = height, width, (roll + 180) % 180 - 90
    # OpenCV counts from the middle of a pixel.
    middle = (centre[0] + 0.5, centre[1] + 0.5)
    return Line(middle, width, height, roll, _mean(drawn, core))


def _mean(drawn: Map, core: npt.NDArray[np.int32]) -> float:
    """Return the mean likelihood inside a core."""
    left, top, width, height = cv2.boundingRect(core)
    inside = np.zeros((height, width), np.uint8)
    cv2.drawContours(inside, [core], -1, 1, cv2.FILLED, offset=(-left, -top))
    return float(cv2.mean(drawn[top : top + height, left : left + width], inside)[0])
