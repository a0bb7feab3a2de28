"""Where lines of text stand: the detector of PP-OCR, and boxes from the map it draws.

Liao, Wan, Yao, Chen, Bai: Real-time Scene Text Detection with Differentiable Binarization
(arXiv:1911.08947). The map holds, for each pixel, how likely it lies in the shrunken core of
a line; a core is grown back by its area over its circumference, times ``UNCLIP``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise, product
from math import ceil
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from photoguard.detect import _runtime
from photoguard.ocr._weights import DETECTION

if TYPE_CHECKING:
    import numpy.typing as npt

    from photoguard.detect._runtime import Tensor
    from photoguard.model import Pixels

    Map = npt.NDArray[np.float32]

OUTPUT = "sigmoid_0.tmp_0"
_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
_SPREAD = np.array([0.229, 0.224, 0.225], np.float32)
SCALED = (np.arange(256, dtype=np.float32)[:, None] / 255 - _MEAN) / _SPREAD
"""What a grey level of B, G or R becomes, as the network was taught."""
STEP = 32
"""The sides of what the network is given are multiples of this."""
CORE = 0.3
"""Likelihood from which a pixel belongs to the core of a line."""
FIRM = 0.5
"""Mean likelihood of a core that is a line."""
UNCLIP = 1.6
LEAST_SIDE = 3.0
"""Pixels of the map below which a core is noise."""
AT_ONCE = 1280
"""Pixels of a side that the network is shown at once: for 2048 it takes twice the memory."""
BORDER = 64
"""Pixels beyond its part of the picture that a tile shows: there a line is seen as it goes on."""
MOST = 400
"""Cores of one map that are looked at, the largest first."""


@dataclass(frozen=True, slots=True)
class Line:
    """A turned rectangle around a line of text, and how firmly it was seen, 0 to 1.

    ``roll`` is the direction of the text's longer side in degrees clockwise from the
    horizontal, -90 to 90; ``width`` runs along it.
    """

    centre: tuple[float, float]
    width: float
    height: float
    roll: float
    score: float

    def enlarged(self, factor: float) -> Line:
        """Return the line in a picture that is ``factor`` times as large."""
        x, y = self.centre
        centre = (x * factor, y * factor)
        return Line(centre, self.width * factor, self.height * factor, self.roll, self.score)

    def meets(self, other: Line) -> bool:
        """Tell whether the middle of this line lies about in the other one."""
        x, y = self.centre[0] - other.centre[0], self.centre[1] - other.centre[1]
        turn = np.radians(other.roll)
        along, down = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
        return bool(abs(along) <= other.width / 2 and abs(down) <= other.height / 2)

    def grown(self, share: float) -> Line:
        """Return the line with this share of its height more on every side."""
        more = 2 * share * self.height
        return replace(self, width=self.width + more, height=self.height + more)


class LineDetector:
    """The network that draws the map; loaded when made, which takes 0.2 seconds."""

    def __init__(self, threads: int) -> None:
        """Load the weights; raises ModelError where they are missing or altered."""
        model = _runtime.read_model(DETECTION)
        self._network = _runtime.load(model, (OUTPUT,), threads, shorten=_shorten)

    def map_of(self, picture: Pixels) -> Map:
        """Return how likely each pixel of a picture (RGB, uint8) lies in a line's core.

        A large picture is shown in tiles.
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


def _shorten(network: Any) -> None:  # noqa: ANN401 - OpenVINO has no types
    from photoguard.ocr._shorter import shorten  # and with it OpenVINO, if it is there

    shorten(network)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A part of a picture's side: what of it is its own, and what is shown to the network."""

    own: slice
    shown: slice

    @property
    def own_in_shown(self) -> slice:
        """What is its own, counted from where the shown part begins."""
        return slice(self.own.start - self.shown.start, self.own.stop - self.shown.start)


def _stretches(length: int) -> list[_Stretch]:
    """Return equal parts of a side of so many pixels, as few as can be shown."""
    count = ceil(length / AT_ONCE)
    edges = [round(length * at / count) for at in range(count + 1)]
    return [
        _Stretch(slice(start, stop), slice(max(0, start - BORDER), min(length, stop + BORDER)))
        for start, stop in pairwise(edges)
    ]


def _batch(picture: Pixels) -> Tensor:
    """Return one picture as the network takes it, its edges repeated to whole steps."""
    below, beside = (-side % STEP for side in picture.shape[:2])
    whole = cv2.copyMakeBorder(picture, 0, below, 0, beside, cv2.BORDER_REPLICATE)
    planes = [cv2.LUT(whole[..., 2 - at], SCALED[:, at].copy()) for at in range(3)]
    return np.stack(planes)[None]


def lines_in(drawn: Map, firm: float = FIRM) -> list[Line]:
    """Return the lines whose cores a map holds, the largest first."""
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
