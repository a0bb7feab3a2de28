"""Hides regions so that nothing comes back; one module a style, found by its name.

Every style starts from pixels in which each region is already one coarse colour: it
can add, but it has nothing left to give away. A style module offers::

    def paint(canvas: Pixels, regions: Sequence[FlatRegion], chance: Generator) -> None
    def reach(region: Region) -> Region

``paint`` draws over the regions in place, ``reach`` bounds what it may touch: the
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

__all__ = ["hide", "mask_of", "reach_of", "region_of"]


class _StyleModule(Protocol):
    """What a module of a style offers."""

    def paint(
        self, canvas: Pixels, regions: Sequence[FlatRegion], chance: np.random.Generator
    ) -> None:
        """Draw over the regions, which are flat by now."""

    def reach(self, region: Region) -> Region:
        """Return the ellipse that bounds what ``paint`` may touch."""


def hide(pixels: Pixels, regions: Sequence[Region], style: Style) -> Pixels:
    """Return a copy of ``pixels`` in which the regions are hidden in this style.

    ``pixels`` is RGB, uint8, (height, width, 3), and stays as it is. Outside ``reach_of``
    the copy is the same bit for bit. Fresh randomness from the operating system goes into
    every copy, so two copies differ within the regions.
    """
    import numpy as np

    from photoguard.redact._flatten import flatten

    canvas = pixels.copy()
    # The nearest faces are the largest: they are painted last, over those behind them.
    near_last = sorted(regions, key=lambda region: region.half_width * region.half_height)
    flattened = flatten(canvas, near_last)
    _module(style).paint(canvas, flattened, np.random.default_rng())
    return canvas


def mask_of(shape: tuple[int, ...], regions: Sequence[Region]) -> npt.NDArray[np.bool_]:
    """Return where the regions lie, without their soft edge: bool, (height, width)."""
    from photoguard.redact._mask import mask_of as mask

    return mask(shape, regions)


def reach_of(
    shape: tuple[int, ...], regions: Sequence[Region], style: Style
) -> npt.NDArray[np.bool_]:
    """Return where ``hide`` may change pixels, soft edge included: bool, (height, width)."""
    module = _module(style)
    return mask_of(shape, [*regions, *(module.reach(region) for region in regions)])


def _module(style: Style) -> _StyleModule:
    return cast("_StyleModule", import_module(f"{__name__}.{style}"))
