"""Computes exactly which pixels a rotated ellipse or box covers, row by row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, cos, floor, radians, sin
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from photoguard.model import Region

LEAST_HALF = 0.75
"""Least half axis in pixels: such a circle always contains the centre of a pixel."""
_LEVEL = 1e-9
"""Largest slope of a side that is treated as horizontal or vertical."""


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the picture as half-open ranges of rows and columns."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width) in pixels; 0 if it lies outside the picture."""
        return max(0, self.bottom - self.top), max(0, self.right - self.left)

    @property
    def empty(self) -> bool:
        """Whether it contains no pixel."""
        return 0 in self.shape

    @property
    def slices(self) -> tuple[slice, slice]:
        """(rows, columns) for indexing an array."""
        return slice(self.top, self.bottom), slice(self.left, self.right)


def grown(region: Region, factor: float, pixels: float = 0.0) -> Region:
    """Return the region with half axes ``factor`` times as long, plus ``pixels``.

    A rotated box grows equally on all sides, by as much as its shorter half axis does.
    """
    wide, tall = _halves(region)
    more = (factor - 1) * min(wide, tall) if region.cornered else 0.0
    times = 1.0 if region.cornered else factor
    return replace(
        region,
        half_width=wide * times + more + pixels,
        half_height=tall * times + more + pixels,
    )


def _halves(region: Region) -> tuple[float, float]:
    return max(region.half_width, LEAST_HALF), max(region.half_height, LEAST_HALF)


def window_of(region: Region, shape: tuple[int, ...]) -> Window:
    """Return the part of a picture of ``shape`` (height, width, ...) that contains the region."""
    around = grown(region, 1).bounds
    return Window(
        top=_within(floor(around.top), shape[0]),
        bottom=_within(ceil(around.bottom), shape[0]),
        left=_within(floor(around.left), shape[1]),
        right=_within(ceil(around.right), shape[1]),
    )


def spans(region: Region, window: Window) -> Spans:
    """Return (starts, ends) of the region's columns in each row of the window, half-open.

    A pixel belongs to the region if its centre does; end <= start where no pixel of a row
    does.
    """
    y: Heights = np.arange(window.top, window.bottom, dtype=np.float64) + 0.5 - region.centre[1]
    first, last = _chords_of_box(region, y) if region.cornered else _chords(region, y)
    empty = ~(first < last)
    first, last = (np.where(empty, 0.0, each) + region.centre[0] for each in (first, last))
    start = np.clip(np.ceil(first - 0.5), window.left, window.right).astype(np.intp)
    end = np.clip(np.floor(last + 0.5), window.left, window.right).astype(np.intp)
    end[empty] = window.left
    return start, end


def _chords(region: Region, y: Heights) -> tuple[Heights, Heights]:
    """Return the left and right x of the ellipse at each height ``y``, relative to its centre."""
    turn, (wide, tall) = radians(region.roll), _halves(region)
    xx = (cos(turn) / wide) ** 2 + (sin(turn) / tall) ** 2
    yy = (sin(turn) / wide) ** 2 + (cos(turn) / tall) ** 2
    xy = cos(turn) * sin(turn) * (wide**-2 - tall**-2)
    # Solve xx * x^2 + 2 * xy * x * y + yy * y^2 = 1 for x.
    root = (xy * y) ** 2 - xx * (yy * y**2 - 1)
    half = np.sqrt(np.maximum(root, 0)) / xx
    return -xy * y / xx - half, -xy * y / xx + half


def _chords_of_box(region: Region, y: Heights) -> tuple[Heights, Heights]:
    """Return the left and right x of the box at each height ``y``, relative to its centre."""
    turn, (wide, tall) = radians(region.roll), _halves(region)
    ends = []
    # |x * lean + y * rise| <= half for each pair of sides
    for lean, rise, half in ((cos(turn), sin(turn), wide), (-sin(turn), cos(turn), tall)):
        if abs(lean) < _LEVEL:
            far = np.where(np.abs(y * rise) <= half, np.inf, -np.inf)
            ends.append((-far, far))
        else:
            sides = (-half - y * rise) / lean, (half - y * rise) / lean
            ends.append((np.minimum(*sides), np.maximum(*sides)))
    return np.maximum(ends[0][0], ends[1][0]), np.minimum(ends[0][1], ends[1][1])


def confine(cover: npt.NDArray[Any], region: Region, window: Window) -> None:
    """Set ``cover`` to 0, in place, in the window outside the region.

    Needed since coarse grids and anti-aliased outlines exceed the tips of a thin ellipse.
    """
    start, end = spans(region, window)
    for row, first, last in zip(cover, start - window.left, end - window.left, strict=True):
        row[:first] = 0
        row[last:] = 0


def mask_of(shape: tuple[int, ...], regions: Sequence[Region]) -> npt.NDArray[np.bool_]:
    """Return a mask of the regions: bool, (height, width)."""
    mask = np.zeros(shape[:2], bool)
    for region in regions:
        window = window_of(region, shape)
        start, end = spans(region, window)
        for row, first, last in zip(mask[window.top : window.bottom], start, end, strict=True):
            row[first:last] = True
    return mask


def radius(region: Region, x: npt.NDArray[np.float32], y: npt.NDArray[np.float32]) -> FloatGrid:
    """Return the distance of points from the centre, 1 on the edge; ``x`` and ``y`` broadcast.

    Outside a rotated box it grows by 1 per length of its shorter half axis.
    """
    turn, (wide, tall) = radians(region.roll), _halves(region)
    across, down = x - region.centre[0], y - region.centre[1]
    along, aside = across * cos(turn) + down * sin(turn), down * cos(turn) - across * sin(turn)
    if region.cornered:
        beyond = np.maximum(np.abs(along) - wide, np.abs(aside) - tall)
        return np.asarray(1 + beyond / min(wide, tall), np.float32)
    far: FloatGrid = np.hypot(along / wide, aside / tall).astype(np.float32)
    return far


if TYPE_CHECKING:
    FloatGrid = npt.NDArray[np.float32]
    Heights = npt.NDArray[np.floating[Any]]
    Spans = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]


def _within(value: int, end: int) -> int:
    return min(max(value, 0), end)
