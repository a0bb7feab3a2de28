"""Fills each region with one coarse colour before a style is painted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from photoguard.redact._mask import radius, spans, window_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from photoguard.model import Pixels, Region
    from photoguard.redact._mask import Window

    Colour = npt.NDArray[np.float32]
    """R, G, B from 0 to 255, shape (3,)."""

LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""Weights of R, G, B (BT.601)."""
NEUTRAL = 136.0
"""Lightness towards which every face is shifted."""
KEPT = 0.25
"""Share of a face's own lightness that is kept. Nothing of its hue is kept."""
LIGHT_STEP = 22.0
"""Lightness is rounded to multiples of this, which leaves three or four shades for all faces."""
PAPER_STEP = 32.0
"""Each channel of a label's mean colour is rounded to multiples of this: eight shades."""
WARM = np.array([0.17, -0.04, -0.21], np.float32)
"""R, G, B added to grey for skin and hair in daylight, as a share of the lightness."""
NO_COLOUR = 2.5
"""Largest difference to grey, in levels, of a mean colour in a black-and-white picture."""
EXPOSED = 190.0
"""Lightness of the 90th percentile of a picture in daylight."""
DARKEST = 0.25
EXPOSURE_STEP = 0.125
"""Exposure is rounded to multiples of this."""
SAMPLE_SIDE = 24
"""Side in pixels of the downscaled window from which a region's colour is computed."""


@dataclass(frozen=True, slots=True)
class FlatRegion:
    """A region, the window of the picture around it, and its one coarse colour."""

    region: Region
    window: Window
    colour: Colour
    exposure: float
    """How light the whole picture is, 1 in daylight; styles darken their paint by it."""


def flatten(canvas: Pixels, regions: Sequence[Region]) -> list[FlatRegion]:
    """Fill each region with its coarse colour, in place; return those that lie in the picture."""
    windows = [(region, window_of(region, canvas.shape)) for region in regions]
    exposure = exposure_of(canvas) if windows else 1.0
    flattened = [
        FlatRegion(region, window, _shade(canvas, region, window, exposure), exposure)
        for region, window in windows
        if not window.empty
    ]
    for flat in flattened:
        fill(canvas, flat.region, flat.colour)
    return flattened


def fill(canvas: Pixels, region: Region, colour: Colour) -> None:
    """Set every pixel of the region to this colour, in place."""
    window = window_of(region, canvas.shape)
    flat = np.rint(colour).astype(np.uint8)
    start, end = spans(region, window)
    line = np.tile(flat, (window.shape[1], 1))
    for row, first, last in zip(canvas[window.top : window.bottom], start, end, strict=True):
        row[first:last] = line[: max(0, last - first)]


def exposure_of(canvas: Pixels) -> float:
    """Return how light a picture is, from DARKEST to 1, in steps of EXPOSURE_STEP."""
    step = max(1, max(canvas.shape[:2]) // 256)
    # Sorting them takes less time than loading all that NumPy's percentile needs.
    levels = np.sort(canvas[::step, ::step] @ LUMA, axis=None)
    bright = float(levels[round(0.9 * (levels.size - 1))]) / EXPOSED
    return float(np.clip(round(bright / EXPOSURE_STEP) * EXPOSURE_STEP, DARKEST, 1.0))


def _shade(canvas: Pixels, region: Region, window: Window, exposure: float) -> Colour:
    """Return the colour of a region: for a head from ``coarse``, for a label its rounded mean."""
    mean = _mean(canvas, region, window)
    if not region.cornered:
        return coarse(mean, exposure)
    stepped: Colour = np.clip(np.rint(mean / PAPER_STEP) * PAPER_STEP, 0, 255).astype(np.float32)
    return stepped


def coarse(colour: Colour, exposure: float = 1.0) -> Colour:
    """Return the nearest of a few warm shades; of a few greys for a black-and-white picture."""
    own = float(colour @ LUMA)
    neutral, step = NEUTRAL * exposure, LIGHT_STEP * exposure
    light = round((neutral + KEPT * (own - neutral)) / step) * step
    grey = float(np.abs(colour - own).max()) < NO_COLOUR
    shade: Colour = np.full(3, light, np.float32) + (0 if grey else WARM * np.float32(light))
    return shade


def downscaled(canvas: Pixels, window: Window, size: tuple[int, int]) -> Pixels:
    """Return the window downscaled to ``size`` (width, height)."""
    # Four pixels a cell tell its mean colour; reading all of a large face takes longer.
    step = max(1, min(window.shape[0] // (4 * size[1]), window.shape[1] // (4 * size[0])))
    patch = canvas[window.slices][::step, ::step]
    small: Pixels = cv2.resize(patch, size, interpolation=cv2.INTER_AREA)
    return small


def _mean(canvas: Pixels, region: Region, window: Window) -> Colour:
    """Return the mean colour of the region's inner part."""
    tall, wide = window.shape
    size = min(wide, SAMPLE_SIDE), min(tall, SAMPLE_SIDE)
    small = downscaled(canvas, window, size)
    x = window.left + (np.arange(size[0], dtype=np.float32) + 0.5) * (wide / size[0])
    y = window.top + (np.arange(size[1], dtype=np.float32) + 0.5) * (tall / size[1])
    far = radius(region, x[None, :], y[:, None])
    inner = far <= max(0.75, float(far.min()))
    colour: Colour = small[inner].mean(axis=0, dtype=np.float32)
    return colour
