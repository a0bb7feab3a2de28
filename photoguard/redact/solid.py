"""One calm colour, the same for every region."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from photoguard.redact._mask import grown
from photoguard.redact._plain import RIM, fill_softly

if TYPE_CHECKING:
    from collections.abc import Sequence

    from photoguard.model import Pixels, Region
    from photoguard.redact._flatten import FlatRegion

CALM = np.array([126, 140, 152], np.float32)
"""A grey-blue (R, G, B) that is inconspicuous in most pictures."""


def paint(canvas: Pixels, regions: Sequence[FlatRegion], chance: np.random.Generator) -> None:
    """Fill each region with the calm colour."""
    del chance
    fill_softly(canvas, [flat.region for flat in regions], CALM)


def reach(region: Region) -> Region:
    """Return the region including its soft edge."""
    return grown(region, 1, RIM)
