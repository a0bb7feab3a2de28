"""A drawn sun over each head, like a sticker; over text, a strip of paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from photoguard.model import Region
from photoguard.redact._mask import grown, window_of
from photoguard.redact._plain import RIM, fill_softly
from photoguard.redact._sun import SHADOW_REACH, draw_shadow, draw_sun

if TYPE_CHECKING:
    from collections.abc import Sequence

    from photoguard.model import Pixels
    from photoguard.redact._flatten import FlatRegion

SPARE = 0.75
"""Pixels added to the radius of the sun's disc, because its outline is anti-aliased."""
STRIP_OF_PAPER = np.array([246, 226, 160], np.float32)
"""The pale yellow (R, G, B) of the strip over a text."""
STRIP = 128
"""Rows blended at a time: so many stay in the processor's cache."""


def paint(canvas: Pixels, regions: Sequence[FlatRegion], chance: np.random.Generator) -> None:
    """Draw, in place, an upright sun on each head and a strip on each text."""
    del chance
    fill_softly(canvas, [flat.region for flat in regions if flat.region.cornered], STRIP_OF_PAPER)
    for flat in regions:
        if not flat.region.cornered:
            _stick(canvas, flat.region)


def reach(region: Region) -> Region:
    """Return the circle of the sun's rays and shadow, or the strip with its edge."""
    if region.cornered:
        return grown(region, 1, RIM)
    side = _disc(region) * SHADOW_REACH + 2
    return Region(region.centre, side, side)


def _disc(region: Region) -> float:
    """Return the radius of the disc without its rays, in pixels."""
    return max(region.half_width, region.half_height) + SPARE


def _stick(canvas: Pixels, region: Region) -> None:
    window = window_of(reach(region), canvas.shape)
    if window.empty:
        return
    patch = canvas[window.slices]
    centre = region.centre[0] - window.left, region.centre[1] - window.top
    shadow = draw_shadow(window.shape, centre, _disc(region))
    sun, cover = draw_sun(window.shape, centre, _disc(region))
    for top in range(0, len(patch), STRIP):
        rows = slice(top, top + STRIP)
        bright, dim, opaque = np.ascontiguousarray(patch[rows]), shadow[rows], cover[rows]
        under = cv2.blendLinear(np.zeros_like(bright), bright, dim, 1 - dim)
        patch[rows] = cv2.blendLinear(sun[rows], under, opaque, 1 - opaque)
