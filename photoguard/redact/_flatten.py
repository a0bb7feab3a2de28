"""Destroy first: each region becomes one coarse colour before anything is painted."""

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
"""Lightness towards which every face is drawn."""
KEPT = 0.25
"""How much of a face's own lightness is kept; of its hue, nothing is."""
LIGHT_STEP = 22.0
"""Lightness is rounded to this: three or four shades are left for everybody."""
PAPER_STEP = 32.0
"""To this each channel of a label's mean is rounded: eight shades, whatever stands on it."""
WARM = np.array([0.17, -0.04, -0.21], np.float32)
"""What skin and hair under daylight add to grey, as a share of its lightness."""
NO_COLOUR = 2.5
"""A mean colour nearer to grey than this is one of a black-and-white picture."""
EXPOSED = 190.0
"""Lightness of the brighter tenth of a picture in daylight."""
DARKEST = 0.25
EXPOSURE_STEP = 0.125
"""How dark a picture is, is told in steps: paint that is too light would glow in it."""
GLIMPSE = 24
"""Cells on a side of the small picture from which a region's colour is taken."""


@dataclass(frozen=True, slots=True)
class FlatRegion:
    """A region in the picture, the window around it, and its one coarse colour."""

    region: Region
    window: Window
    colour: Colour
    exposure: float
    """How light the whole picture is, 1 in daylight; what is painted follows it."""


def flatten(canvas: Pixels, regions: Sequence[Region]) -> list[FlatRegion]:
    """Fill each region with its coarse colour, in place; those outside the picture drop out."""
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
    """Give every pixel of the region this colour, in place."""
    window = window_of(region, canvas.shape)
    flat = np.rint(colour).astype(np.uint8)
    start, end = spans(region, window)
    line = np.tile(flat, (window.shape[1], 1))
    for row, first, last in zip(canvas[window.top : window.bottom], start, end, strict=True):
        row[first:last] = line[: max(0, last - first)]


def exposure_of(canvas: Pixels) -> float:
    """Return how light a picture is, from DARKEST to 1, in steps of EXPOSURE_STEP."""
    step = max(1, max(canvas.shape[:2]) // 256)
    bright = float(np.percentile(canvas[::step, ::step] @ LUMA, 90)) / EXPOSED
    return float(np.clip(round(bright / EXPOSURE_STEP) * EXPOSURE_STEP, DARKEST, 1.0))


def _shade(canvas: Pixels, region: Region, window: Window, exposure: float) -> Colour:
    """Return the one colour of a region: a head has nobody's own, a label its paper's."""
    mean = _mean(canvas, region, window)
    if not region.cornered:
        return coarse(mean, exposure)
    stepped: Colour = np.clip(np.rint(mean / PAPER_STEP) * PAPER_STEP, 0, 255).astype(np.float32)
    return stepped


def coarse(colour: Colour, exposure: float = 1.0) -> Colour:
    """Return one of a few warm shades, or of a few greys in a black-and-white picture."""
    own = float(colour @ LUMA)
    neutral, step = NEUTRAL * exposure, LIGHT_STEP * exposure
    light = round((neutral + KEPT * (own - neutral)) / step) * step
    grey = float(np.abs(colour - own).max()) < NO_COLOUR
    shade: Colour = np.full(3, light, np.float32) + (0 if grey else WARM * np.float32(light))
    return shade


def glimpse(canvas: Pixels, window: Window, size: tuple[int, int]) -> Pixels:
    """Return the window as a small picture of ``size`` (width, height)."""
    # Four pixels a cell tell its mean colour; reading all of a large face takes longer.
    step = max(1, min(window.shape[0] // (4 * size[1]), window.shape[1] // (4 * size[0])))
    patch = canvas[window.slices][::step, ::step]
    small: Pixels = cv2.resize(patch, size, interpolation=cv2.INTER_AREA)
    return small


def _mean(canvas: Pixels, region: Region, window: Window) -> Colour:
    """Return the mean colour of the inner part, from a small picture of the window."""
    tall, wide = window.shape
    size = min(wide, GLIMPSE), min(tall, GLIMPSE)
    small = glimpse(canvas, window, size)
    x = window.left + (np.arange(size[0], dtype=np.float32) + 0.5) * (wide / size[0])
    y = window.top + (np.arange(size[1], dtype=np.float32) + 0.5) * (tall / size[1])
    far = radius(region, x[None, :], y[:, None])
    inner = far <= max(0.75, float(far.min()))
    colour: Colour = small[inner].mean(axis=0, dtype=np.float32)
    return colour
