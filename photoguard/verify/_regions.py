"""Inside a hidden region the pixels are what was meant, but for the coder's own loss."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from photoguard.model import Pixels, Region

BLOCK = 16
"""Side in pixels: one macroblock of 4:2:0, over which the coders keep the mean colour."""
TOLERANCE = 24
"""Largest difference of a block's mean, of 255. The coders' own loss over 120 photos was
at most 10 at quality 90 and 17 at quality 50."""


def same_inside(seen: Pixels, meant: Pixels, region: Region) -> bool:
    """Return whether every block of the region has the colour it should have.

    Both pictures are (height, width, 3) and of one size. A region outside them is the same.
    """
    rows, columns = _extent(region, seen.shape)
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return True
    difference = cv2.absdiff(_means(seen[rows, columns]), _means(meant[rows, columns]))
    return bool(difference.max() <= TOLERANCE)


def _extent(region: Region, shape: tuple[int, ...]) -> tuple[slice, slice]:
    """Return the rows and columns of whole blocks around the turned ellipse."""
    around = region.bounds
    rows = _blocks(around.top, around.bottom, shape[0])
    return rows, _blocks(around.left, around.right, shape[1])


def _blocks(start: float, stop: float, end: int) -> slice:
    first = max(0, floor(start / BLOCK) * BLOCK)
    return slice(first, min(end, ceil(stop / BLOCK) * BLOCK))


def _means(patch: Pixels) -> Pixels:
    """Return the mean of every block; at the picture's edge its last pixels are repeated."""
    below, beside = (-side % BLOCK for side in patch.shape[:2])
    whole = cv2.copyMakeBorder(patch, 0, below, 0, beside, cv2.BORDER_REPLICATE)
    blocks = (whole.shape[1] // BLOCK, whole.shape[0] // BLOCK)
    return np.asarray(cv2.resize(whole, blocks, interpolation=cv2.INTER_AREA), dtype=np.uint8)
