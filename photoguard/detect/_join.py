"""From many votes to places that may hold a face: recall first, so boxes are united."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from photoguard.detect._votes import SCORE, TURN, best_of_each, overlaps, sizes
from photoguard.model import Box

if TYPE_CHECKING:
    from collections.abc import Mapping

    from photoguard.detect._votes import Votes

SAME = 0.35
"""IoU from which two votes are about one face."""
UNITED = 0.45
"""IoU from which a vote widens the box of the best."""
AGREES = 0.15
"""Score from which a vote counts as another look that saw the same."""
SIDES = 0.25
"""Share of its size by which a sure face covers what lies beside it."""
HIDDEN = 0.6
"""Share of a place that a sure face must cover for the place to need no answer."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place that may hold a face, and what speaks for it."""

    best: Votes
    """The best vote, one row."""
    box: Box
    """The union of the votes that agree with it."""
    detectors: tuple[str, ...]
    main: float
    """Best score of the looks in the turns in which this picture shows its faces."""
    other: float
    """Best score of the looks in the other turns."""
    looks: int
    """How many looks saw it."""


def places(votes: Mapping[str, Votes], turns: tuple[int, ...]) -> list[Place]:
    """Return the places that any vote is about, the best first."""
    table = np.concatenate(list(votes.values()))
    names = np.repeat(list(votes), [len(v) for v in votes.values()])
    found = best_of_each(table, SAME)
    return [_place(best, table, names, turns) for best in found]


def _place(best: Votes, table: Votes, names: Votes, turns: tuple[int, ...]) -> Place:
    alike = overlaps(best[None], table)[0][0] >= UNITED
    alike |= (table == best).all(axis=1)
    same, who = table[alike], names[alike]
    backing = same[same[:, SCORE] >= min(AGREES, float(best[SCORE]))]
    low, high = backing[:, :2].min(axis=0), backing[:, 2:4].max(axis=0)
    ours = np.isin(same[:, TURN], turns)
    return Place(
        best=best,
        box=Box(float(low[0]), float(low[1]), float(high[0]), float(high[1])),
        detectors=tuple(sorted(set(who.tolist()))),
        main=float(same[ours, SCORE].max(initial=0.0)),
        other=float(same[~ours, SCORE].max(initial=0.0)),
        looks=len(backing),
    )


def covered(place: Place, sure: Votes) -> bool:
    """Tell whether what hides the sure faces hides this place as well."""
    if len(sure) == 0:
        return False
    grown = sure.copy()
    edge = sizes(sure)[:, None] * SIDES
    grown[:, :2] -= edge
    grown[:, 2:4] += edge
    return bool(overlaps(place.best[None], grown)[1].max() >= HIDDEN)
