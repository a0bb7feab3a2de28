"""From many votes to places that may hold a face, how likely each is, and what is worth a look.

The weights of the likelihood are a logistic regression on the places that the detectors
proposed in annotated pictures, upright, turned and shrunk. Enlarged crops (plain, mirrored,
wider) shown to either detector, and the presence score of a face mesh, were tried as further
evidence: beside a look at the mirrored picture they told nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from photoguard.detect._votes import SCORE, TURN, best_of_each, overlaps, sizes, together
from photoguard.model import Box, Doubt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from photoguard.detect._detector import Detector
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


ACCEPT = 0.18
"""Likelihood from which a place is hidden: between 0.08 and 0.19 the choice changed nothing
in which of 1,481 faces were hidden, and much in what was hidden for nothing."""
TINY = 10
TINY_ACCEPT = 0.26
"""The same below ``TINY`` pixels, where nobody is recognised and nets see faces in leaves."""
MAYBE = 0.06
"""Likelihood from which a place is doubtful: it is hidden where that costs little, or a person
is asked to look."""
LEAST = 16
"""Pixels on a side of a face in which nobody can be told from another: it asks nobody."""
LARGE = 20, 0.03
"""Smaller doubts, in pixels and as a share of the longest side, are in every crowd."""
SPOT = 0.006
"""Share of the picture up to which a doubtful place is hidden rather than asked about: with
what hides it a hundredth, in foliage or a crowd no loss."""
HEAD_ACCEPT = 0.04
HEAD_LEAST = 12
"""On the head of a person a place is hidden from this likelihood, if it is a spot, and size on,
in pixels: what is hidden for nothing there is hair or a hat, what is missed is a child. A larger
one is no less clear to the detectors, and costs more: a person is asked to look, and only what
is doubtful is hidden. In either half of 269 pictures a lower bound hid 0.06 % more of the area
and sent one picture in twenty more to review, for no face more."""
SPECK_ACCEPT = 0.09
"""Likelihood from which a speck is hidden: below ``LARGE`` nobody is asked, so a face would stay
visible. On the head of a person a speck has no least size. In thirty pictures made of nine
others each, 9 instead of 11 of 856 clear faces were missed, for 0.1 % of the area; what is
likelier than 0.06 only added area."""
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
    votes = sum(d.weight * max(0.0, place.scores.get(d.name, 0.0) - d.idle) for d in detectors)
    votes += _CAMERA * place.scores.get(CAMERA, 0.0)
    evidence = _START + votes + _LOOK * min(place.looks, _MOST_LOOKS)
    return float(1 / (1 + np.exp(-evidence)))


@dataclass(frozen=True, slots=True)
class Judged:
    """A place, how likely it holds a face, and where it lies."""

    place: Place
    sure: float
    box: Box
    """The part of the place that lies in the picture."""
    shape: tuple[int, ...]
    """Of the picture."""
    head: bool = False
    """Whether the head of a person is there."""
    person: bool = True
    """Whether a person is there at all."""
    alone: bool = False
    """Whether it is the likeliest place on the head of a large person with no face yet."""

    @property
    def matters(self) -> bool:
        """Whether it may be hidden or asked about at all."""
        return self.sure >= HEAD_ACCEPT

    @property
    def side(self) -> float:
        """The shorter side in pixels."""
        return min(self.box.width, self.box.height)

    @property
    def large(self) -> bool:
        """Whether it is larger than what every crowd is full of."""
        pixels, share = LARGE
        return self.side >= max(pixels, share * max(self.shape[:2]))

    @property
    def spot(self) -> bool:
        """Whether it is so small a part of the picture that hiding it costs little."""
        return self.box.area <= SPOT * self.shape[0] * self.shape[1]

    @property
    def speck(self) -> bool:
        """Whether it is so small in the picture that hiding it costs next to nothing."""
        return self.side < LARGE[1] * max(self.shape[:2])

    @property
    def tight(self) -> bool:
        """Whether no more than the face is hidden: it is doubtful, or weak and on nobody's head."""
        return self.sure < (ACCEPT if self.head else FIRM)

    @property
    def settled(self) -> bool:
        """Whether hiding it costs so little that it is hidden rather than asked about."""
        if self.head:
            return self.side >= HEAD_LEAST or self.speck
        return self.large and self.spot

    @property
    def hidden(self) -> bool:
        """Whether the place is hidden."""
        if self.place.box.area < TINY * TINY:
            return self.sure >= TINY_ACCEPT
        if self.settled:
            return self.sure >= (HEAD_ACCEPT if self.head and self.spot else MAYBE)
        return self.sure >= (SPECK_ACCEPT if self.speck else ACCEPT)


LIKELY = 0.12
"""Likelihood from which even a small place asks, where nothing was hidden."""
BARELY = 0.22
"""Likelihood below which a large place that was hidden asks whether that is right."""
_EDGE = 2.0


def faceless(heads: Sequence[Box], *, found: bool) -> tuple[Doubt, ...]:
    """Return the doubts about persons on whose heads nothing was seen."""
    return tuple(Doubt(head, 0.0, _missing(found=found)) for head in heads)


def _missing(*, found: bool) -> str:
    return "sight.detectors_disagree" if found else "sight.people_likely_no_face"


def doubts(judged: Sequence[Judged], within: Sequence[Judged] = ()) -> tuple[Doubt, ...]:
    """Return where a person should look; mostly nowhere.

    ``within`` are places in a sure face: hidden beside a face that is shown, each of them
    asks whether it is another one.
    """
    found = any(each.hidden for each in judged)
    open_places = [*judged, *(each for each in within if not each.hidden)]
    inner = (_doubt(each, "sight.weak_face") for each in within if each.hidden)
    return (
        *(
            _doubt(each, _code(each, found=found))
            for each in open_places
            if _asks(each, found=found)
        ),
        *inner,
    )


def _asks(judged: Judged, *, found: bool) -> bool:
    """Tell whether somebody may be recognised there, or is hidden there for nothing."""
    if judged.hidden:
        return judged.large and not judged.settled and ACCEPT <= judged.sure < BARELY
    seen = judged.alone or (judged.head and judged.matters) or (not found and judged.sure >= LIKELY)
    return (seen and judged.side >= LEAST) or (judged.large and judged.sure >= MAYBE)


def _doubt(judged: Judged, code: str) -> Doubt:
    return Doubt(judged.box, judged.sure, code, judged.hidden)


def _code(judged: Judged, *, found: bool) -> str:
    if judged.hidden:
        return "sight.weak_face"
    if _at_edge(judged.box, judged.shape):
        return "sight.face_at_edge"
    return _missing(found=found)


def _at_edge(box: Box, shape: tuple[int, ...]) -> bool:
    right, bottom = shape[1] - box.right, shape[0] - box.bottom
    return min(box.left, box.top, right, bottom) < _EDGE
