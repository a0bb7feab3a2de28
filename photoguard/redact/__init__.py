"""Hides regions irreversibly; one module per style, found by its name.

Before a style is applied, every region is filled with one coarse colour, so the style has
nothing left to reveal. A style module offers::

    def paint(canvas: Pixels, regions: Sequence[FlatRegion], chance: Generator) -> None
    def reach(region: Region) -> Region

``paint`` draws over the regions in place. ``reach`` returns the area it may touch: the
region and its soft edge.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from photoguard.redact._ellipse import region_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

    from photoguard.model import Pixels, Region, Style
    from photoguard.redact._flatten import FlatRegion

__all__ = ["hide", "levelled", "mask_of", "reach_of", "region_of"]

_LEVEL = 128


class _StyleModule(Protocol):
    """The interface of a style module."""

    def paint(
        self, canvas: Pixels, regions: Sequence[FlatRegion], chance: np.random.Generator
    ) -> None:
        """Draw over the regions, in place; they are filled with one colour already."""

    def reach(self, region: Region) -> Region:
        """Return the ellipse outside which ``paint`` touches no pixel."""


def hide(pixels: Pixels, regions: Sequence[Region], style: Style) -> Pixels:
    """Return a copy of ``pixels`` with the regions hidden in this style.

    ``pixels``: RGB, uint8, (height, width, 3), not changed. Outside ``reach_of`` the copy is
    identical. Each call draws fresh randomness from the operating system, so two copies of a
    photo differ inside the regions.
    """
    import numpy as np

    from photoguard.redact._flatten import flatten

    canvas = pixels.copy()
    # The nearest faces are the largest: they are painted last, over those behind them.
    near_last = sorted(regions, key=lambda region: region.half_width * region.half_height)
    flattened = flatten(canvas, near_last)
    _module(style).paint(canvas, flattened, np.random.default_rng())
    return canvas


def levelled(pixels: Pixels, regions: Sequence[Region]) -> Pixels:
    """Return a copy of ``pixels`` in which the regions, without soft edges, are medium grey."""
    import cv2
    import numpy as np

    mask = mask_of(pixels.shape, regions).view(np.uint8)
    level: Pixels = cv2.copyTo(np.full_like(pixels, _LEVEL), mask, pixels.copy())
    return level


def mask_of(shape: tuple[int, ...], regions: Sequence[Region]) -> npt.NDArray[np.bool_]:
    """Return a mask of the regions without their soft edges: bool, (height, width)."""
    from photoguard.redact._mask import mask_of as mask

    return mask(shape, regions)


def reach_of(
    shape: tuple[int, ...], regions: Sequence[Region], style: Style
) -> npt.NDArray[np.bool_]:
    """Return a mask of what ``hide`` may change, soft edges included: bool, (height, width)."""
    module = _module(style)
    return mask_of(shape, [*regions, *(module.reach(region) for region in regions)])


def _module(style: Style) -> _StyleModule:
    return cast("_StyleModule", import_module(f"{__name__}.{style}"))
