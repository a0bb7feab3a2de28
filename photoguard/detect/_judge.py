"""How likely a place holds a face, from everything that was seen there.

The weights are a logistic regression on the places that the detectors proposed in
annotated pictures, upright, turned and shrunk. Enlarged crops (plain, mirrored, wider)
shown to either detector, and the presence score of a face mesh, were tried as further
evidence: beside a look at the mirrored picture they told nothing more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from photoguard.detect._detector import Detector
    from photoguard.detect._join import Place

ACCEPT = 0.18
"""Likelihood from which a place is hidden: between 0.08 and 0.19 the choice changed nothing
in which of 1,481 faces were hidden, and much in what was hidden for nothing."""
TINY = 10
TINY_ACCEPT = 0.26
"""The same below ``TINY`` pixels, where nobody is recognised and nets see faces in leaves."""
FIRM = 0.5
"""Likelihood below which a hidden place is called weak."""
_START = -5.04
_LOOK = 0.47
_MOST_LOOKS = 5
CAMERA = "camera"
"""The name under which face regions found in the file vote."""
CAMERA_SCORE = 0.12
_CAMERA = (-1.4 - _START - _LOOK) / CAMERA_SCORE
"""Enough to hide a place that nothing else speaks for, as one of the weakest."""


def is_sure(place: Place, detectors: Sequence[Detector]) -> bool:
    """Tell whether one detector alone is sure enough."""
    return any(place.scores.get(d.name, 0.0) >= d.sure for d in detectors)


def likelihood(place: Place, detectors: Sequence[Detector]) -> float:
    """Return how likely a place holds a face, 0 to 1."""
    said = sum(d.weight * max(0.0, place.scores.get(d.name, 0.0) - d.idle) for d in detectors)
    said += _CAMERA * place.scores.get(CAMERA, 0.0)
    evidence = _START + said + _LOOK * min(place.looks, _MOST_LOOKS)
    return float(1 / (1 + np.exp(-evidence)))


def is_hidden(place: Place, sure: float) -> bool:
    """Tell whether a place of this likelihood is hidden."""
    tiny = place.box.area < TINY * TINY
    return sure >= (TINY_ACCEPT if tiny else ACCEPT)
