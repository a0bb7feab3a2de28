"""One calm colour, the same for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from photoguard.redact._flatten import fill
from photoguard.redact._mask import confine, grown, window_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from photoguard.model import Pixels, Region
    from photoguard.redact._flatten import Spot

CALM = np.array([126, 140, 152], np.float32)
"""A quiet grey-blue that stands back in most pictures."""
RIM = 2.0
"""Pixels within which the edge fades."""


def paint(canvas: Pixels, spots: Sequence[Spot], chance: np.random.Generator) -> None:
    """Fill each region with the calm colour."""
    del chance
    for spot in spots:
        _soften(canvas, spot.region)
    for spot in spots:
        fill(canvas, spot.region, CALM)


def reach(region: Region) -> Region:
    """Return the ellipse within which the edge ends."""
    return grown(region, 1, RIM)


def _soften(canvas: Pixels, region: Region) -> None:
    """Draw the ellipse with a smooth outline."""
    window = window_of(reach(region), canvas.shape)
    drawn = np.zeros(window.shape, np.uint8)
    # OpenCV counts from the middle of a pixel, and in sixteenths here.
    centre = region.centre[0] - window.left - 0.5, region.centre[1] - window.top - 0.5
    drawn_region = grown(region, 1, RIM / 4)
    axes = drawn_region.half_width, drawn_region.half_height
    middle, half = (tuple(round(16 * value) for value in pair) for pair in (centre, axes))
    cv2.ellipse(drawn, middle, half, region.roll, 0, 360, 255, cv2.FILLED, cv2.LINE_AA, 4)
    confine(drawn, reach(region), window)
    cover = drawn.astype(np.float32) / 255
    patch = canvas[window.slices]
    calm = np.full_like(patch, CALM.astype(np.uint8))
    patch[:] = cv2.blendLinear(calm, np.ascontiguousarray(patch), cover, 1 - cover)
