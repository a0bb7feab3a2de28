"""Inside a hidden region the pixels are what was meant, but for the coder's own loss."""

from __future__ import annotations

from math import ceil, cos, floor, hypot, radians, sin
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from photoguard.model import Pixels, Region

BLOCK = 16
"""Side in pixels: one macroblock of 4:2:0, over which the coders keep the mean colour."""
TOLERANCE = 16.0
"""Largest difference of a block's mean, of 255; see tests/verify for the measured loss."""


def same_inside(seen: Pixels, meant: Pixels, region: Region) -> bool:
    """Return whether every block of the region has the colour it should have.

    Both pictures are (height, width, 3) and of one size. A region outside them is the same.
    """
    rows, columns = _extent(region, seen.shape)
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return True
    difference = np.abs(_means(seen[rows, columns]) - _means(meant[rows, columns]))
    return bool(difference.max() <= TOLERANCE)


def _extent(region: Region, shape: tuple[int, ...]) -> tuple[slice, slice]:
    """Return the rows and columns of whole blocks around the turned ellipse."""
    turn = radians(region.roll)
    reach_x = hypot(region.half_width * cos(turn), region.half_height * sin(turn))
    reach_y = hypot(region.half_width * sin(turn), region.half_height * cos(turn))
    x, y = region.centre
    return _blocks(y - reach_y, y + reach_y, shape[0]), _blocks(x - reach_x, x + reach_x, shape[1])


def _blocks(start: float, stop: float, end: int) -> slice:
    first = max(0, floor(start / BLOCK) * BLOCK)
    return slice(first, min(end, ceil(stop / BLOCK) * BLOCK))


def _means(patch: Pixels) -> npt.NDArray[np.float64]:
    """Return the mean of every block; those at the picture's edge may be smaller."""
    rows = np.arange(0, patch.shape[0], BLOCK)
    columns = np.arange(0, patch.shape[1], BLOCK)
    sums = np.add.reduceat(patch, rows, axis=0, dtype=np.float64)
    sums = np.add.reduceat(sums, columns, axis=1)
    heights = np.diff(np.append(rows, patch.shape[0]))
    widths = np.diff(np.append(columns, patch.shape[1]))
    return np.asarray(sums / (heights[:, None, None] * widths[None, :, None]))
