"""``FaceFinder``: runs every detector, combines the results, and lists doubts for a person."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from photoguard.detect import _places
from photoguard.detect._beings import Company, Looks, NanoDet
from photoguard.detect._detector import detectors
from photoguard.detect._known import inside, is_part
from photoguard.detect._places import Judged, cover_of, doubts, faceless, places
from photoguard.detect._views import Views, lit, lit_by_place
from photoguard.detect._votes import (
    COLUMNS,
    ROLL,
    SCORE,
    TURNS,
    apart_from,
    main_turns,
    together,
    turns_left,
    with_neighbours,
)
from photoguard.detect.centerface import CenterFace
from photoguard.model import Box, Face, Sight

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from photoguard.detect._detector import Detector
    from photoguard.detect._places import Place
    from photoguard.detect._votes import Votes
    from photoguard.model import Pixels, Region

BESIDE, HAIR = 0.25, 0.35
"""Hair lies within ``BESIDE`` of a face's sides; a place is hair if this share of it lies there."""
FAINT = 0.12
"""Likelihood below which a place beside a face is hair: of 856 clear faces none was lost by it."""
DISAGREES = 0.6
"""Score from which another detector alone makes the guide look again, on a person or not."""
STILL_VISIBLE = 0.6
"""Least likelihood at which the second look reports a face; weaker places were judged before."""


class FaceFinder:
    """Finds faces in pictures; created once per worker, since loading takes half a second."""

    def __init__(
        self, threads: int = 1, asked: Sequence[Detector] = (), beings: NanoDet | None = None
    ) -> None:
        """Load every detector, or use those in ``asked``, which must include a CenterFace.

        Raises ModelError if weights are missing or altered.
        """
        with ThreadPoolExecutor(max_workers=1) as beside:
            # The first time it takes a tenth of a second, in which Python is not needed.
            beside.submit(lit_by_place, np.zeros((1, 1, 3), np.uint8))
            self._detectors = tuple(asked) or detectors(threads)
            self._beings = beings or NanoDet(threads)
        self._guide = next(d for d in self._detectors if isinstance(d, CenterFace))
        self._others = tuple(d for d in self._detectors if d is not self._guide)

    def find(self, pixels: Pixels, hints: Sequence[Box] = ()) -> Sight:
        """Return the faces of a picture (upright RGB, uint8, any size), the likeliest first.

        ``hints`` are face regions that the camera wrote into the file; each counts as a
        vote.
        """
        views = Views(lit(pixels))
        glances = self._guide.glance(views)
        looks = Looks(self._beings, views)
        turns = _turns_worth_a_look(glances.votes, looks)
        looked_at = turns if 0 in turns else (*turns, 0)
        votes = {d.name: d.sweep(views, looked_at) for d in self._others}
        closer = self._guide.sweep(views, looked_at, glances)
        votes[self._guide.name] = together([closer, glances.votes])
        around = self._in_doubt(votes, _votes_for(hints, _places.CAMERA_SCORE), looks)
        confirmed = self._guide.confirm(views, looked_at, around)
        votes[self._guide.name] = together([votes[self._guide.name], confirmed])
        turns = main_turns(votes[self._guide.name])
        votes[_places.CAMERA] = _votes_for(hints, _places.CAMERA_SCORE, turns[0])
        company = Company(looks, turns[:1])
        judged = self._judge(places(votes, turns), company)
        asked = doubts(company.marked(judged.open), judged.within)
        faces = _hidden(judged.open)
        known = [*(face.box for face in faces), *(doubt.box for doubt in asked)]
        asked += faceless(company.faceless(known), found=bool(faces))
        return Sight(faces=faces, doubts=asked, within=_hidden(judged.within))

    def _in_doubt(self, votes: Mapping[str, Votes], hints: Votes, looks: Looks) -> Votes:
        """Return the votes that the mirrored pass should confirm.

        These are the guide's doubtful votes, ``hints`` of the camera, and what another
        detector sees on a person, or clearly, where the guide does not: of 269 pictures none
        then lost a face or went to review for it.
        """
        name = self._guide.name
        turns = main_turns(votes[name])
        company = Company(looks, turns[:1])
        certain = votes[name][votes[name][:, SCORE] >= self._guide.sure]
        own, others = (
            apart_from(certain, table, _places.SAME, _places.HIDDEN)
            for table in (
                votes[name][_places.speak(votes[name], turns)],
                together([votes[key] for key in votes if key != name]),
            )
        )
        likely = [
            row[None]
            for row in others
            if row[SCORE] >= DISAGREES or company.is_person(Box(*map(float, row[:4])))
        ]
        # In half of a large face the network sees other faces.
        return with_neighbours(together([own, hints, *likely]), certain)

    def look_again(self, pixels: Pixels, known: Sequence[Region]) -> tuple[Face, ...]:
        """Return faces that are still visible in a finished copy, outside the regions ``known``.

        ``pixels`` are the output of ``lit``. Detections in hidden regions are ignored, since
        detectors also fire on blurred or painted heads. The first look used all four turns;
        this one uses those of the faces that it hid.
        """
        views = Views(pixels)
        turns = _turns_of(known)
        votes = {d.name: d.sweep_again(views, turns) for d in self._detectors}
        seen = together(list(votes.values()))
        hidden = _votes_for((region.bounds for region in known), 1.0)
        closer = self._guide.confirm_again(views, turns[0], seen, hidden)
        votes[self._guide.name] = together([votes[self._guide.name], closer])
        found = [
            place
            for place in places(votes, TURNS)
            if self._sure(place) >= STILL_VISIBLE and not inside(place.box, known)
        ]
        turns = main_turns(votes[self._guide.name])[:1]
        judged = self._judge(found, Company(Looks(self._beings, views), turns))
        return tuple(map(_face, judged.all))

    def _judge(self, found: list[Place], company: Company) -> _Sorted:
        """Return the judged places, without animals and hair, the sure ones first."""
        judged = [self._judged(place, company) for place in found]
        judged = [each for each in judged if not (each.matters and company.is_animal(each.box))]
        judged = _without_hair(judged)
        judged.sort(key=lambda each: each.sure < 1)
        sure = [each.place for each in judged if each.sure == 1]
        boxes = np.array([place.best for place in sure], np.float32).reshape(-1, COLUMNS)
        answer = _Sorted([], [])
        for each in judged:
            host = cover_of(each.place, boxes) if each.sure < 1 else None
            if host is None:
                answer.open.append(each)
            elif not is_part(each.place.box, sure[host].box):
                answer.within.append(each)
        return answer

    def _sure(self, place: Place) -> float:
        if _places.is_sure(place, self._detectors):
            return 1.0
        return _places.likelihood(place, self._detectors)

    def _judged(self, place: Place, company: Company) -> Judged:
        height, width = company.shape
        box = place.box.clipped(width, height)
        judged = Judged(place, self._sure(place), box, (height, width))
        if not judged.matters:
            return judged
        return replace(judged, head=company.is_head(box), person=company.is_person(box))


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Judged places, the sure ones first."""

    open: list[Judged]
    within: list[Judged]
    """Places inside a sure face but not the same face; they are hidden as long as that face is."""

    @property
    def all(self) -> list[Judged]:
        """All places."""
        return [*self.open, *self.within]


def _without_hair(judged: list[Judged]) -> list[Judged]:
    """Return the places without the faintest ones beside a face, which are hair and ears."""
    faces = [each.box.grown(BESIDE) for each in judged if each.sure >= _places.ACCEPT]
    return [
        each
        for each in judged
        if each.sure >= FAINT
        or all(face.overlap(each.box) < HAIR * each.box.area for face in faces)
    ]


def _turns_worth_a_look(glances: Votes, looks: Looks) -> tuple[int, ...]:
    """Return the turns in which quick passes found faces, or else those where any are possible.

    If nobody is in the picture, that is not all four turns. (A masked face at the edge of a
    picture on its side was found only by a closer pass.)
    """
    turns = main_turns(glances)
    if turns != TURNS or looks.is_anybody_there():
        return turns
    return turns_left(glances)


def _turns_of(known: Sequence[Region]) -> tuple[int, ...]:
    """Return the turns of hidden faces, the most frequent first, and upright; all turns if none."""
    faces = [region for region in known if not region.cornered]  # a text lies as it likes
    if not faces:
        return TURNS
    turns = [round(region.roll / 90) % 4 for region in faces]
    return tuple(dict.fromkeys([*sorted(turns, key=lambda turn: -turns.count(turn)), 0]))


def _votes_for(boxes: Iterable[Box], score: float, turn: int = 0) -> Votes:
    """Return a vote with this score for each box, for a face that stands upright in ``turn``."""
    rows = [(b.left, b.top, b.right, b.bottom, score, 90.0 * turn, turn) for b in boxes]
    return np.array(rows, np.float32).reshape(-1, COLUMNS)


def _hidden(judged: list[Judged]) -> tuple[Face, ...]:
    return tuple(_face(each) for each in judged if each.hidden)


def _face(judged: Judged) -> Face:
    place = judged.place
    return Face(
        box=judged.box,
        score=round(max(place.scores.values()) if judged.sure == 1 else judged.sure, 4),
        detectors=tuple(place.scores),
        roll=float(place.best[ROLL]) % 360,
        weak=judged.sure < _places.FIRM,
        tight=judged.tight,
        perhaps_no_person=not judged.person,
    )
