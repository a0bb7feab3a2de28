"""How sure a place is: the votes of the sweep, and a second look where they are weak.

The weights are a logistic regression on the places that CenterFace proposed in
annotated pictures, upright, turned and shrunk; the raw scores of turned looks count for
less than those of the turns in which a picture shows its faces, since two thirds of all
needless hiding comes from them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from photoguard.detect._detector import Detector
    from photoguard.detect._join import Place

ACCEPT = 0.14
"""Likelihood from which a place is hidden."""
TINY = 10
TINY_ACCEPT = 0.22
"""The same below ``TINY`` pixels, where nobody is recognised and nets see faces in leaves."""
FIRM = 0.5
"""Likelihood below which a hidden place is called weak."""
_START = -4.8
_LOOK = 0.54
_SECOND = 2.6
_MOST_LOOKS = 4
CAMERA = "camera"
"""The name under which face regions found in the file vote."""
CAMERA_SCORE = 0.12
_CAMERA = (-1.5 - _START - _LOOK) / CAMERA_SCORE
"""Enough to hide a place that nothing else speaks for, as one of the weakest."""


def is_sure(place: Place, detectors: Sequence[Detector]) -> bool:
    """Tell whether one detector alone is sure enough to need no second look."""
    return any(place.scores.get(d.name, 0.0) >= d.sure for d in detectors)


def likelihood(place: Place, second: float, detectors: Sequence[Detector]) -> float:
    """Return how likely a place holds a face, 0 to 1, given the score of the second look."""
    said = sum(d.weight * place.scores.get(d.name, 0.0) for d in detectors)
    said += _CAMERA * place.scores.get(CAMERA, 0.0)
    evidence = _START + said + _LOOK * min(place.looks, _MOST_LOOKS) + _SECOND * second
    return float(1 / (1 + np.exp(-evidence)))


def is_hidden(place: Place, sure: float) -> bool:
    """Tell whether a place of this likelihood is hidden."""
    tiny = place.box.area < TINY * TINY
    return sure >= (TINY_ACCEPT if tiny else ACCEPT)
