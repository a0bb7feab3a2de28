"""Asks every detector, joins what they say, and says where a person should look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from photoguard.detect import _places
from photoguard.detect._detector import detectors
from photoguard.detect._known import inside, is_part
from photoguard.detect._places import Place, cover_of, doubts, places
from photoguard.detect._views import Views, lit
from photoguard.detect._votes import COLUMNS, ROLL, TURNS, main_turns, no_votes, together
from photoguard.detect.centerface import CenterFace
from photoguard.model import Box, Face, Sight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from photoguard.detect._detector import Detector
    from photoguard.detect._votes import Votes
    from photoguard.model import Pixels, Region

AGAIN = (352, 800)
"""Longest sides of the second look at the finished picture: in all turns, and mirrored."""
STILL_VISIBLE = 0.6
"""Likelihood from which the second look calls a face visible: what is weaker was judged."""


class FaceFinder:
    """Finds faces in pictures; made once a worker, since loading takes half a second."""

    def __init__(self, threads: int = 1, asked: Sequence[Detector] = ()) -> None:
        """Load every detector, or take those that are ``asked``, a CenterFace among them.

        Raises ModelError where weights are missing or altered.
        """
        self._detectors = tuple(asked) or detectors(threads)
        self._guide = next(d for d in self._detectors if isinstance(d, CenterFace))

    def find(self, pixels: Pixels, hints: Sequence[Box] = ()) -> Sight:
        """Return the faces of a picture (upright RGB, uint8, any size), the surest first.

        ``hints`` are the camera's own face regions: each counts as a vote.
        """
        views = Views(lit(pixels))
        glances, turns = self._guide.glance(views)
        looked_at = turns if 0 in turns else (*turns, 0)
        votes = {d.name: d.sweep(views, looked_at) for d in self._detectors}
        votes[self._guide.name] = together([votes[self._guide.name], glances])
        turns = main_turns(votes[self._guide.name])
        votes[_places.CAMERA] = _hint_votes(hints, turns[0])
        judged = self._judge(places(votes, turns))
        return Sight(
            faces=_hidden(judged.open, pixels.shape),
            doubts=doubts(judged.open, pixels.shape, judged.within),
            within=_hidden(judged.within, pixels.shape),
        )

    def look_again(self, pixels: Pixels, known: Sequence[Region]) -> tuple[Face, ...]:
        """Return faces that are still clear in a finished picture, outside ``known``.

        ``pixels`` are as ``lit`` leaves them. Asks at other scales than ``find`` and in all
        turns. What lies in hidden regions is left out: detectors fire on a blurred or painted
        head as well.
        """
        views = Views(pixels)
        looks = [self._guide.look(views, AGAIN[0], turn) for turn in TURNS]
        votes = together([*looks, self._guide.look(views, AGAIN[1], mirrored=True)])
        found = [p for p in places({self._guide.name: votes}, TURNS) if not inside(p.box, known)]
        clear = [(p, sure) for p, sure in self._judge(found).all if sure >= STILL_VISIBLE]
        return tuple(_face(place, sure, pixels.shape) for place, sure in clear)

    def _judge(self, found: list[Place]) -> _Judged:
        """Return how likely each place is, but those that are part of a sure face."""
        sure = [place for place in found if _places.is_sure(place, self._detectors)]
        boxes = np.array([place.best for place in sure], np.float32).reshape(-1, COLUMNS)
        judged = _Judged([(place, 1.0) for place in sure], [])
        for place in found:
            if any(place is one for one in sure):
                continue
            likely = place, _places.likelihood(place, self._detectors)
            host = cover_of(place, boxes)
            if host is None:
                judged.open.append(likely)
            elif not is_part(place.box, sure[host].box):
                judged.within.append(likely)
        return judged


@dataclass(frozen=True, slots=True)
class _Judged:
    """Places with their likelihoods, the sure ones first."""

    open: list[tuple[Place, float]]
    within: list[tuple[Place, float]]
    """Those that lie in a sure face and are not it: they are hidden as long as it is."""

    @property
    def all(self) -> list[tuple[Place, float]]:
        """All places."""
        return [*self.open, *self.within]


def _hint_votes(hints: Sequence[Box], turn: int) -> Votes:
    if not hints:
        return no_votes()
    rows = [
        (b.left, b.top, b.right, b.bottom, _places.CAMERA_SCORE, 90.0 * turn, turn) for b in hints
    ]
    return np.array(rows, np.float32)


def _hidden(judged: list[tuple[Place, float]], shape: tuple[int, ...]) -> tuple[Face, ...]:
    return tuple(
        _face(place, sure, shape) for place, sure in judged if _places.is_hidden(place, sure)
    )


def _face(place: Place, sure: float, shape: tuple[int, ...]) -> Face:
    return Face(
        box=place.box.clipped(shape[1], shape[0]),
        score=round(max(place.scores.values()) if sure == 1 else sure, 4),
        detectors=tuple(place.scores),
        roll=float(place.best[ROLL]) % 360,
        weak=sure < _places.FIRM,
    )
