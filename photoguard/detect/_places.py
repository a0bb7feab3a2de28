"""Groups votes into places, and computes their likelihoods, what is hidden, and the doubts.

The weights of the likelihood are a logistic regression on the places that the detectors
proposed in annotated pictures, upright, turned and shrunk. Enlarged crops (plain, mirrored,
wider) for either detector, and the presence score of a face mesh, were tried as further
evidence, but added nothing to a pass over the mirrored picture.
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
"""Least IoU of two votes for the same face."""
UNITED = 0.45
"""Least IoU at which a vote extends the box of the best vote."""
AGREES = 0.15
"""Least score at which a vote counts as another pass that saw the face."""
SIDES = 0.1
"""Share of its size by which a sure face is extended before it covers places beside it."""
HIDDEN = 0.7
"""Least share of a place that a sure face must cover for the place to be hidden with it."""
ODD_TURN = 0.15
"""Reduction of a vote's score in another turn than those of the picture's faces."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A place that may be a face, with the evidence for it."""

    best: Votes
    """The best vote, as one row."""
    box: Box
    """The union of the best vote and those that agree with it."""
    scores: Mapping[str, float]
    """Detector → its best score here."""
    looks: int
    """The number of passes that saw it."""


def places(votes: Mapping[str, Votes], turns: tuple[int, ...]) -> list[Place]:
    """Return the places of all votes, the best first.

    ``turns`` are the turns of the picture's faces; votes in others count for less.
    """
    table = together(list(votes.values()))
    names = np.repeat(list(votes), [len(v) for v in votes.values()])
    kept = speak(table, turns)
    table, names = table[kept], names[kept]
    if len(table) == 0:
        return []
    table[~np.isin(table[:, TURN], turns), SCORE] -= ODD_TURN
    best = best_of_each(table, SAME)
    shared = overlaps(best, table)[0]
    for row, vote in zip(shared, best, strict=True):
        row[(table == vote).all(axis=1)] = 1.0
    # A vote speaks for one place only: a clear face must not vouch for what lies beside it.
    shared[np.arange(len(best))[:, None] != shared.argmax(axis=0)] = 0.0
    return [_place(vote, row, table, names) for vote, row in zip(best, shared, strict=True)]


def speak(votes: Votes, turns: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Return which votes speak for a place; in other turns than ``turns`` the faintest do not."""
    return np.isin(votes[:, TURN], turns) | (votes[:, SCORE] > ODD_TURN)


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
    """Return the index of the sure face that also hides this place; None if none does."""
    if len(sure) == 0:
        return None
    grown = sure.copy()
    edge = sizes(sure)[:, None] * SIDES
    grown[:, :2] -= edge
    grown[:, 2:4] += edge
    shares = overlaps(place.best[None], grown)[1][0]
    return int(shares.argmax()) if shares.max() >= HIDDEN else None


ACCEPT = 0.18
"""Least likelihood of a place that is hidden. Between 0.08 and 0.19 the value made no difference
to which of 1,481 faces were hidden, but a large one to what was hidden needlessly."""
TINY = 10
TINY_ACCEPT = 0.26
"""The same for faces below ``TINY`` pixels, in which nobody is recognised and networks see faces
in leaves."""
MAYBE = 0.06
"""Least likelihood of a doubtful place: it is hidden if that costs little, else a person is
asked."""
LEAST = 16
"""Side in pixels below which people cannot be told apart: such a face raises no doubt."""
LARGE = 20, 0.03
"""Least size of a doubt, in pixels and as a share of the longest side: every crowd has smaller
ones."""
SPOT = 0.006
"""Largest share of the picture up to which a doubtful place is hidden without asking. With its
margin that is about 1 %, no loss in foliage or a crowd."""
HEAD_ACCEPT = 0.04
HEAD_LEAST = 12
"""On a person's head a place is hidden from ``HEAD_ACCEPT`` on, if it is a spot of at least
``HEAD_LEAST`` pixels: a false alarm there hides hair or a hat, a miss shows a child. A larger
place is no clearer to the detectors but costs more to hide; there a person is asked, and only
what is doubtful is hidden. In either half of 269 pictures a lower bound hid 0.06 % more of the
area and sent 5 % more pictures to review, without finding another face."""
SPECK_ACCEPT = 0.09
"""Least likelihood at which a speck is hidden: below ``LARGE`` nobody is asked, so a face would
stay visible. On a person's head a speck has no least size. In thirty pictures made of nine
others each, 9 instead of 11 of 856 clear faces were missed, for 0.1 % of the area; lowering it
to 0.06 only added area."""
FIRM = 0.5
"""Likelihood below which a hidden place is called weak."""
_START = -5.04
_LOOK = 0.47
_MOST_LOOKS = 5
CAMERA = "camera"
"""The name under which face regions of the file count as votes."""
CAMERA_SCORE = 0.12
_CAMERA = (-1.4 - _START - _LOOK) / CAMERA_SCORE
"""Log-odds per unit of score that just suffice to hide a place which no detector saw."""


def is_sure(place: Place, detectors: Sequence[Detector]) -> bool:
    """Return whether a single detector suffices to take the place for a face."""
    return any(place.scores.get(d.name, 0.0) >= d.sure for d in detectors)


def likelihood(place: Place, detectors: Sequence[Detector]) -> float:
    """Return the probability that a place is a face."""
    votes = sum(d.weight * max(0.0, place.scores.get(d.name, 0.0) - d.idle) for d in detectors)
    votes += _CAMERA * place.scores.get(CAMERA, 0.0)
    evidence = _START + votes + _LOOK * min(place.looks, _MOST_LOOKS)
    return float(1 / (1 + np.exp(-evidence)))


@dataclass(frozen=True, slots=True)
class Judged:
    """A place with its likelihood and what was found about it."""

    place: Place
    sure: float
    """The likelihood that it is a face, 0 to 1."""
    box: Box
    """The part of the place inside the picture."""
    shape: tuple[int, ...]
    """(height, width) of the picture."""
    head: bool = False
    """Whether the head of a person is there."""
    person: bool = True
    """Whether a person is there."""
    alone: bool = False
    """Whether it is the likeliest place on the head of a large person who has no face yet."""

    @property
    def matters(self) -> bool:
        """Whether it is likely enough to be hidden or asked about."""
        return self.sure >= HEAD_ACCEPT

    @property
    def side(self) -> float:
        """The shorter side in pixels."""
        return min(self.box.width, self.box.height)

    @property
    def large(self) -> bool:
        """Whether it is larger than the small doubts that every crowd has."""
        pixels, share = LARGE
        return self.side >= max(pixels, share * max(self.shape[:2]))

    @property
    def spot(self) -> bool:
        """Whether it is so small a part of the picture that hiding it costs little."""
        return self.box.area <= SPOT * self.shape[0] * self.shape[1]

    @property
    def speck(self) -> bool:
        """Whether it is so small in the picture that hiding it costs almost nothing."""
        return self.side < LARGE[1] * max(self.shape[:2])

    @property
    def tight(self) -> bool:
        """Whether only the face is to be hidden: doubtful, or weak and on no person's head."""
        return self.sure < (ACCEPT if self.head else FIRM)

    @property
    def settled(self) -> bool:
        """Whether hiding it costs so little that nobody needs to be asked."""
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
"""Least likelihood at which a small place raises a doubt in a picture where nothing was hidden."""
BARELY = 0.22
"""Likelihood below which a large hidden place raises a doubt whether hiding it is right."""
_EDGE = 2.0


def faceless(heads: Sequence[Box], *, found: bool) -> tuple[Doubt, ...]:
    """Return doubts about persons on whose heads no face was found."""
    return tuple(Doubt(head, 0.0, _missing(found=found)) for head in heads)


def _missing(*, found: bool) -> str:
    return "sight.detectors_disagree" if found else "sight.people_likely_no_face"


def doubts(judged: Sequence[Judged], within: Sequence[Judged] = ()) -> tuple[Doubt, ...]:
    """Return the places that a person should look at; usually none.

    ``within`` are places inside a sure face: if hidden beside a face that is shown, each of
    them raises the doubt whether it is another face.
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
    """Return whether somebody may be recognised there, or something is hidden needlessly."""
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
