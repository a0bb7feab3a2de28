"""Draws a sun with a friendly face, and its shadow. Lengths are multiples of the disc's radius."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import ceil, cos, pi, sin
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from photoguard.model import Pixels

    Cover = npt.NDArray[np.float32]
    """Coverage of each pixel, 0 to 1, (height, width)."""
    Point = tuple[float, float]
    Rgb = tuple[int, int, int]

SUN_REACH = 1.26
"""Radius of the tips of the rays."""
SHADOW_REACH = 1.42
"""Radius of the shadow's end; beyond it the picture is unchanged."""

_RAYS = 14
_RAY: Rgb = (255, 176, 46)
_RIM: Rgb = (255, 200, 58)
_HEART: Rgb = (255, 226, 120)
_RINGS = 20
_INK: Rgb = (110, 66, 24)
_CHEEK: Rgb = (255, 172, 92)
_SHINE: Rgb = (255, 250, 240)
_SHADOW_DROP = 0.07
_SHADOW_DEPTH = 0.36
_SHADOW_CELLS = 96
_FINE = 240
"""Radius in pixels of the drawing from which smaller suns are scaled down."""


@dataclass(frozen=True, slots=True)
class _Brush:
    """Draws anti-aliased shapes on a colour plane and a coverage plane."""

    colours: Pixels
    cover: Pixels
    centre: Point
    disc: float

    def outline(self, outline: npt.NDArray[np.float64], colour: Rgb) -> None:
        """Fill a closed outline, (points, 2), in the colours and in the coverage."""
        self.shape(outline, colour)
        self._fill(self.cover, outline, (255, 255, 255))

    def shape(self, outline: npt.NDArray[np.float64], colour: Rgb) -> None:
        """Fill a closed outline, (points, 2), in the colours only."""
        self._fill(self.colours, outline, colour)

    def _fill(self, target: Pixels, outline: npt.NDArray[np.float64], colour: Rgb) -> None:
        # OpenCV counts from the middle of a pixel, and in sixteenths here.
        points = np.rint(16 * (outline * self.disc + np.array(self.centre) - 0.5)).astype(np.int32)
        cv2.fillPoly(target, [points], colour, cv2.LINE_AA, 4)

    def oval(self, middle: Point, half: Point, colour: Rgb) -> None:
        """Fill an upright ellipse, in the colours only."""
        around = np.linspace(0, 2 * pi, 97)[:-1]
        points = np.stack([np.cos(around) * half[0], np.sin(around) * half[1]], axis=1)
        self.shape(points + np.array(middle), colour)


def draw_sun(shape: tuple[int, int], centre: Point, disc: float) -> tuple[Pixels, Cover]:
    """Return the sun's colours, (height, width, 3), and its coverage of each pixel, 0 to 1.

    ``centre`` is (x, y) in pixels of ``shape``, ``disc`` the radius in pixels.
    """
    if disc > _FINE:
        return _drawn(shape, centre, disc)
    # Small suns are one sun made smaller; the fraction of a pixel is no loss.
    colours, cover = _model_sun()
    side = max(1, ceil(len(cover) * disc / _FINE))
    size = side, side
    colours = cv2.resize(colours, size, interpolation=cv2.INTER_AREA)
    cover = cv2.resize(cover, size, interpolation=cv2.INTER_AREA)
    left, top = (round(middle - side / 2) for middle in centre)
    return _placed(colours, shape, (left, top)), _placed(cover, shape, (left, top))


@cache
def _model_sun() -> tuple[Pixels, Cover]:
    side = 2 * ceil(_FINE * SUN_REACH)
    return _drawn((side, side), (side / 2, side / 2), _FINE)


def _drawn(shape: tuple[int, int], centre: Point, disc: float) -> tuple[Pixels, Cover]:
    # Where the cover is partial the colour below it must be the ray's, not black.
    colours = np.empty((*shape, 3), np.uint8)
    cv2.rectangle(colours, (0, 0), (shape[1], shape[0]), _RAY, cv2.FILLED)
    cover = np.zeros(shape, np.uint8)
    _draw(_Brush(colours, cover, centre, disc))
    share: Cover = cover.astype(np.float32) / np.float32(255)
    return colours, share


def _placed(plane: Any, shape: tuple[int, int], corner: tuple[int, int]) -> Any:  # noqa: ANN401
    """Return an array of ``shape`` with the plane at this corner (left, top), zero elsewhere."""
    whole = np.zeros((*shape, *plane.shape[2:]), plane.dtype)
    (left, top), (tall, wide) = corner, plane.shape[:2]
    part = plane[max(0, -top) : max(0, shape[0] - top), max(0, -left) : max(0, shape[1] - left)]
    whole[max(0, top) : max(0, top + tall), max(0, left) : max(0, left + wide)] = part
    return whole


def _draw(brush: _Brush) -> None:
    brush.outline(_rays(), _RAY)
    for ring in np.linspace(0, 1, _RINGS):
        size = 1 - 0.85 * ring
        brush.oval((-0.12 * ring, -0.16 * ring), (size, size), _between(_RIM, _HEART, ring))
    for side in (-1, 1):
        brush.oval((side * 0.53, 0.16), (0.14, 0.11), _CHEEK)
        brush.oval((side * 0.32, -0.14), (0.085, 0.125), _INK)
        brush.oval((side * 0.32 + 0.025, -0.19), (0.028, 0.036), _SHINE)
    brush.shape(_smile(), _INK)


def _rays() -> npt.NDArray[np.float64]:
    around = np.linspace(0, 2 * pi, 24 * _RAYS + 1)[:-1]
    swell = ((1 - np.cos(_RAYS * around)) / 2) ** 1.4
    far = 1.03 + (SUN_REACH - 1.03) * swell
    return np.stack([np.sin(around) * far, -np.cos(around) * far], axis=1)


def _smile() -> npt.NDArray[np.float64]:
    """Return the outline of a crescent with round ends, thickest in the middle."""
    along = np.linspace(0.12 * pi, 0.88 * pi, 41)
    middle = np.stack([0.42 * np.cos(along), 0.06 + 0.40 * np.sin(along)], axis=1)
    thick = (0.022 + 0.018 * np.sin(along))[:, None]
    outward = np.stack([np.cos(along), np.sin(along)], axis=1) * thick
    ends = [
        middle[index] + _turned(outward[index], turn)
        for index, turns in ((-1, (0.25, 0.5, 0.75)), (0, (1.25, 1.5, 1.75)))
        for turn in turns
    ]
    outer, inner = middle + outward, (middle - outward)[::-1]
    return np.concatenate([outer, np.array(ends[:3]), inner, np.array(ends[3:])])


def _turned(vector: npt.NDArray[np.float64], turn: float) -> npt.NDArray[np.float64]:
    c, s = cos(turn * pi), sin(turn * pi)
    return np.array([vector[0] * c - vector[1] * s, vector[0] * s + vector[1] * c])


def draw_shadow(shape: tuple[int, int], centre: Point, disc: float) -> Cover:
    """Return how much the sun's shadow darkens each pixel, 0 to 1, (height, width)."""
    scale = min(1.0, _SHADOW_CELLS / max(shape))
    rows, columns = (max(1, round(side * scale)) for side in shape)
    x = ((np.arange(columns) + 0.5) * (shape[1] / columns) - centre[0]) / disc
    y = ((np.arange(rows) + 0.5) * (shape[0] / rows) - centre[1]) / disc - _SHADOW_DROP
    far = np.hypot(x[None, :], y[:, None])
    # One cell of the grid is what the enlargement below adds.
    end = SHADOW_REACH - _SHADOW_DROP - 3 / _SHADOW_CELLS
    step = np.clip((end - far) / (end - 0.9), 0, 1)
    soft = (_SHADOW_DEPTH * step * step * (3 - 2 * step)).astype(np.float32)
    shadow: Cover = cv2.resize(soft, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR)
    return shadow


def _between(first: Rgb, second: Rgb, share: float) -> Rgb:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue
