"""From many votes to places that may hold a face: recall first, so boxes are united."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from photoguard.detect._votes import SCORE, TURN, best_of_each, overlaps, sizes, together
from photoguard.model import Box

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from photoguard.detect._votes import Votes

SAME = 0.35
"""IoU from which two votes are about one face."""
UNITED = 0.45
"""IoU from which a vote widens the box of the best."""
AGREES = 0.15
"""Score from which a vote counts as another look that saw the same."""
SIDES = 0.1
"""Share of its size by which a sure face covers what lies beside it."""
HIDDEN = 0.7
"""Share of a place that a sure face must cover for the place to need no answer."""
ODD_TURN = 0.15
"""A vote in another turn than the picture's own is worth so much less."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A place that may hold a face, and what speaks for it."""

    best: Votes
    """The best vote, one row."""
    box: Box
    """The union of the votes that agree with it."""
    scores: Mapping[str, float]
    """For each detector that saw it the best score."""
    looks: int
    """How many looks saw it."""


def places(votes: Mapping[str, Votes], turns: tuple[int, ...]) -> list[Place]:
    """Return the places that any vote is about, the best first.

    ``turns`` are those in which the picture shows its faces: a vote from another turn
    counts for less.
    """
    table = together(list(votes.values())).copy()
    names = np.repeat(list(votes), [len(v) for v in votes.values()])
    table[~np.isin(table[:, TURN], turns), SCORE] -= ODD_TURN
    kept = table[:, SCORE] > 0
    table, names = table[kept], names[kept]
    if len(table) == 0:
        return []
    best = best_of_each(table, SAME)
    shared = overlaps(best, table)[0]
    for row, vote in zip(shared, best, strict=True):
        row[(table == vote).all(axis=1)] = 1.0
    # A vote speaks for one place only: a clear face must not vouch for what lies beside it.
    shared[np.arange(len(best))[:, None] != shared.argmax(axis=0)] = 0.0
    return [_place(vote, row, table, names) for vote, row in zip(best, shared, strict=True)]


def _place(best: Votes, shared: Votes, table: Votes, names: npt.NDArray[np.str_]) -> Place:
    about, who = table[shared >= SAME], names[shared >= SAME]
    same = table[shared >= UNITED]
    backing = same[same[:, SCORE] >= min(AGREES, float(best[SCORE]))]
    low, high = backing[:, :2].min(axis=0), backing[:, 2:4].max(axis=0)
    return Place(
        best=best,
        box=Box(float(low[0]), float(low[1]), float(high[0]), float(high[1])),
        scores={name: float(about[who == name, SCORE].max()) for name in sorted(set(who.tolist()))},
        looks=len(backing),
    )


def cover_of(place: Place, sure: Votes) -> int | None:
    """Return the sure face that hides this place as well when it is hidden, None if none does."""
    if len(sure) == 0:
        return None
    grown = sure.copy()
    edge = sizes(sure)[:, None] * SIDES
    grown[:, :2] -= edge
    grown[:, 2:4] += edge
    shares = overlaps(place.best[None], grown)[1][0]
    return int(shares.argmax()) if shares.max() >= HIDDEN else None
