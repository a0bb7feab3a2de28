"""How sure a place is: the votes of the sweep, and a second look where they are weak.

The weights are a logistic regression on the places that CenterFace proposed in
annotated pictures, upright, turned and shrunk; the raw scores of turned looks count for
less than those of the turns in which a picture shows its faces, since two thirds of all
needless hiding comes from them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from photoguard.detect._join import Place

SURE = 0.5
"""Score in a main turn from which a place is a face without a second look."""
ACCEPT = 0.14
"""Likelihood from which a place is hidden."""
FIRM = 0.5
"""Likelihood below which a hidden place is called weak."""
_WEIGHTS: Final = {"score": 7.3, "looks": 0.55, "second": 2.5}
_START = -5.1
_MOST_LOOKS = 4
_ODD_TURN = 0.15
"""A vote in another turn than the picture's own is worth so much less."""


def likelihood(place: Place, second: float) -> float:
    """Return how likely a place holds a face, 0 to 1, given the score of the second look."""
    evidence = (
        _START
        + _WEIGHTS["score"] * max(place.main, place.other - _ODD_TURN)
        + _WEIGHTS["looks"] * min(place.looks, _MOST_LOOKS)
        + _WEIGHTS["second"] * second
    )
    return float(1 / (1 + np.exp(-evidence)))
