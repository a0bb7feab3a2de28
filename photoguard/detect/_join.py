"""One face from many votes: recall first, so a face is the union of what was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from photoguard.detect._votes import ROLL, SCORE, best_of_each, overlaps
from photoguard.model import Box, Face

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from photoguard.detect._votes import Votes

ACCEPT = 0.25
_SAME = 0.35
_UNITED = 0.5


def join(
    votes: Mapping[str, Votes], hints: Sequence[Box], width: int, height: int
) -> tuple[Face, ...]:
    """Return the faces, from the surest to the least sure."""
    names = list(votes)
    table = np.concatenate([votes[name] for name in names])
    camera = [[b.left, b.top, b.right, b.bottom, 1.0, 0.0] for b in hints]
    table = np.concatenate([table, np.array(camera, np.float32).reshape(-1, 6)])
    table = table[table[:, SCORE] >= ACCEPT]
    faces = []
    for best in best_of_each(table, _SAME):
        same = table[overlaps(best[None], table)[0][0] > _UNITED]
        box = Box(*(float(v) for v in (*same[:, :2].min(axis=0), *same[:, 2:4].max(axis=0))))
        faces.append(
            Face(box.clipped(width, height), float(best[SCORE]), tuple(names), float(best[ROLL]))
        )
    return tuple(faces)
