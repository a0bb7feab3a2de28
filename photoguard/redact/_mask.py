"""Where a turned ellipse lies, row by row, exactly."""

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
"""Pixels; the smallest circle that holds the middle of a pixel wherever it lies."""


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the picture: half-open rows and columns."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in pixels; 0 where it lies outside the picture."""
        return max(0, self.bottom - self.top), max(0, self.right - self.left)

    @property
    def empty(self) -> bool:
        """Whether no pixel lies in it."""
        return 0 in self.shape

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns, to index a picture with."""
        return slice(self.top, self.bottom), slice(self.left, self.right)


def grown(region: Region, factor: float, pixels: float = 0.0) -> Region:
    """Return the region with its half axes ``factor`` times as long, plus ``pixels``."""
    return replace(
        region,
        half_width=max(region.half_width, LEAST_HALF) * factor + pixels,
        half_height=max(region.half_height, LEAST_HALF) * factor + pixels,
    )


def window_of(region: Region, shape: tuple[int, ...]) -> Window:
    """Return the part of a picture of ``shape`` (height, width, ...) that holds the ellipse."""
    around = grown(region, 1).bounds
    return Window(
        top=_within(floor(around.top), shape[0]),
        bottom=_within(ceil(around.bottom), shape[0]),
        left=_within(floor(around.left), shape[1]),
        right=_within(ceil(around.right), shape[1]),
    )


def spans(region: Region, window: Window) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return where the ellipse starts and ends in each row of the window, half-open.

    A pixel belongs to the ellipse when its middle does; end <= start where none does.
    """
    turn = radians(region.roll)
    wide, tall = max(region.half_width, LEAST_HALF), max(region.half_height, LEAST_HALF)
    xx = (cos(turn) / wide) ** 2 + (sin(turn) / tall) ** 2
    yy = (sin(turn) / wide) ** 2 + (cos(turn) / tall) ** 2
    xy = cos(turn) * sin(turn) * (wide**-2 - tall**-2)
    y = np.arange(window.top, window.bottom) + 0.5 - region.centre[1]
    # Solve xx * x^2 + 2 * xy * x * y + yy * y^2 = 1 for x.
    root = (xy * y) ** 2 - xx * (yy * y**2 - 1)
    half = np.sqrt(np.maximum(root, 0)) / xx
    middle = region.centre[0] - xy * y / xx
    start = np.clip(np.ceil(middle - half - 0.5), window.left, window.right).astype(np.intp)
    end = np.clip(np.floor(middle + half + 0.5), window.left, window.right).astype(np.intp)
    end[root <= 0] = window.left
    return start, end


def confine(cover: npt.NDArray[Any], region: Region, window: Window) -> None:
    """Set to 0, in place, what lies in the window but outside the region.

    Coarse grids and smooth outlines run past the tips of a needle.
    """
    start, end = spans(region, window)
    for row, first, last in zip(cover, start - window.left, end - window.left, strict=True):
        row[:first] = 0
        row[last:] = 0


def mask_of(shape: tuple[int, ...], regions: Sequence[Region]) -> npt.NDArray[np.bool_]:
    """Return where the ellipses lie: bool, (height, width)."""
    mask = np.zeros(shape[:2], bool)
    for region in regions:
        window = window_of(region, shape)
        start, end = spans(region, window)
        for row, first, last in zip(mask[window.top : window.bottom], start, end, strict=True):
            row[first:last] = True
    return mask


def radius(region: Region, x: npt.NDArray[np.float32], y: npt.NDArray[np.float32]) -> FloatGrid:
    """Return how far points lie from the centre, 1 on the ellipse; ``x`` and ``y`` broadcast."""
    turn = radians(region.roll)
    across, down = x - region.centre[0], y - region.centre[1]
    wide, tall = max(region.half_width, LEAST_HALF), max(region.half_height, LEAST_HALF)
    far: FloatGrid = np.hypot(
        (across * cos(turn) + down * sin(turn)) / wide,
        (down * cos(turn) - across * sin(turn)) / tall,
    ).astype(np.float32)
    return far


if TYPE_CHECKING:
    FloatGrid = npt.NDArray[np.float32]


def _within(value: int, end: int) -> int:
    return min(max(value, 0), end)
