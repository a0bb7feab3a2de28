"""Paints one plain colour with a smooth outline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from photoguard.redact._flatten import fill
from photoguard.redact._mask import confine, grown, window_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from photoguard.model import Pixels, Region
    from photoguard.redact._flatten import Colour
    from photoguard.redact._mask import Window

RIM = 2.0
"""Width in pixels of the fading edge."""
_SIXTEENTHS = 4
"""Fractional bits of the coordinates passed to OpenCV."""


def fill_softly(canvas: Pixels, regions: Sequence[Region], colour: Colour) -> None:
    """Fill the regions with a colour, in place; their edges fade within ``RIM`` pixels."""
    for region in regions:
        _soften(canvas, region, colour)
    for region in regions:
        fill(canvas, region, colour)


def _soften(canvas: Pixels, region: Region, colour: Colour) -> None:
    """Draw the region in this colour with an anti-aliased outline, in place."""
    window = window_of(grown(region, 1, RIM), canvas.shape)
    drawn = np.zeros(window.shape, np.uint8)
    _draw(drawn, grown(region, 1, RIM / 4), window)
    confine(drawn, grown(region, 1, RIM), window)
    cover = drawn.astype(np.float32) / 255
    patch = canvas[window.slices]
    plain = np.full_like(patch, colour.astype(np.uint8))
    patch[:] = cv2.blendLinear(plain, np.ascontiguousarray(patch), cover, 1 - cover)


def _draw(drawn: npt.NDArray[np.uint8], region: Region, window: Window) -> None:
    """Draw the region in white with an anti-aliased outline, in place."""
    origin = np.array([window.left + 0.5, window.top + 0.5])
    if region.cornered:
        corners = (np.array(region.corners) - origin) * 2**_SIXTEENTHS
        points = np.rint(corners).astype(np.int32)
        cv2.fillConvexPoly(drawn, points, 255, cv2.LINE_AA, _SIXTEENTHS)
        return
    centre, axes = np.array(region.centre) - origin, (region.half_width, region.half_height)
    middle, half = (tuple(round(16 * float(value)) for value in pair) for pair in (centre, axes))
    cv2.ellipse(drawn, middle, half, region.roll, 0, 360, 255, cv2.FILLED, cv2.LINE_AA, _SIXTEENTHS)
