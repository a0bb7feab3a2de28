"""The second look at a place that may hold a face: cut out, set upright, enlarged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from photoguard.detect._votes import ROLL, SCORE, overlaps, sizes

if TYPE_CHECKING:
    from photoguard.detect._votes import Votes
    from photoguard.model import Pixels

CROP = 128
"""Side of a crop in pixels."""
AROUND = 3.0
"""A crop is so many times as wide as the face it is cut around."""
_FITS = 0.3
"""IoU with the middle of the crop from which a vote is about the same face."""


def mirrored_crop(pixels: Pixels, vote: Votes) -> Pixels:
    """Return the surroundings of a vote (one row), crown up, mirrored.

    The face is a third of the side. Mirrored, the answer is most independent of the vote:
    of the crops that were tried (plain, other sizes, more contrast) none told more.
    """
    size = max(1.0, float(sizes(vote[None])[0]))
    factor = CROP / (AROUND * size)
    x, y = ((vote[:2] + vote[2:4]) / 2).tolist()
    if factor < 1 / 2:
        # An affine warp looks at four pixels only; a large face is shrunk by areas first.
        reach = AROUND * size
        left, top = max(0, int(x - reach)), max(0, int(y - reach))
        part = pixels[top : int(y + reach) + 1, left : int(x + reach) + 1]
        shape = (max(1, int(part.shape[1] * factor)), max(1, int(part.shape[0] * factor)))
        pixels = cv2.resize(part, shape, interpolation=cv2.INTER_AREA)
        x, y, factor = (x - left) * factor, (y - top) * factor, 1.0
    turn = cv2.getRotationMatrix2D((x, y), float(vote[ROLL]), factor)
    turn[:, 2] += (CROP / 2 - x, CROP / 2 - y)
    crop: Pixels = cv2.warpAffine(pixels, turn, (CROP, CROP), flags=cv2.INTER_LINEAR)
    return np.ascontiguousarray(crop[:, ::-1])


def middle_score(votes: Votes) -> float:
    """Return the best score of the votes that are about the face in a crop's middle."""
    low, high = CROP / 2 - CROP / AROUND / 2, CROP / 2 + CROP / AROUND / 2
    middle = np.array([[low, low, high, high]], np.float32)
    fits = overlaps(middle, votes)[0][0] > _FITS
    return float(votes[fits, SCORE].max(initial=0.0))
