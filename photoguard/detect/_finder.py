"""Asks every detector, joins what they say, and says where a person should look."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, Protocol

import numpy as np

from photoguard.detect import __path__ as _folder
from photoguard.detect import _judge, _second
from photoguard.detect._doubts import doubts
from photoguard.detect._join import Place, covered, places
from photoguard.detect._votes import COLUMNS, ROLL, main_turns, no_votes, together
from photoguard.model import Box, Face, Sight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from photoguard.detect._votes import Votes
    from photoguard.model import Pixels, Region

CAMERA = "camera"
_HINT = 0.3
"""What a face region of the camera counts as: many are right, some belong to another crop."""
_MOST_SECOND_LOOKS = 64
_BATCH = 16


class Detector(Protocol):
    """What a detector's module makes with ``create(threads)``."""

    name: str

    def sweep(self, pixels: Pixels) -> Votes:
        """Return votes for a whole picture, in its own pixels."""
        ...

    def examine(self, crops: Sequence[Pixels]) -> list[Votes]:
        """Return votes for each of several square crops of one size."""
        ...


def detectors(threads: int) -> tuple[Detector, ...]:
    """Return every detector of this folder, made ready."""
    names = sorted(m.name for m in pkgutil.iter_modules(_folder) if not m.name.startswith("_"))
    modules = [importlib.import_module(f"photoguard.detect.{name}") for name in names]
    return tuple(module.create(threads) for module in modules)


class FaceFinder:
    """Finds faces in pictures; made once a worker, since loading takes half a second."""

    def __init__(self, threads: int = 1) -> None:
        """Load every detector; raises ModelError where weights are missing or altered."""
        self._detectors = detectors(threads)

    def find(self, pixels: Pixels, hints: Sequence[Box] = ()) -> Sight:
        """Return the faces of a picture (upright RGB, uint8, any size), the surest first.

        ``hints`` are the camera's own face regions: each counts as a vote.
        """
        votes = {detector.name: detector.sweep(pixels) for detector in self._detectors}
        turns = main_turns(together(list(votes.values())))
        votes[CAMERA] = _hint_votes(hints, turns[0])
        judged = self._judge(pixels, places(votes, turns))
        faces = tuple(
            _face(place, sure, pixels.shape) for place, sure in judged if sure >= _judge.ACCEPT
        )
        return Sight(faces, doubts(judged, faces, pixels.shape))

    def look_again(self, pixels: Pixels, known: Sequence[Region]) -> tuple[Face, ...]:
        """Return faces that are still visible in a finished picture, outside ``known``."""
        faces = self.find(pixels).faces
        return tuple(f for f in faces if not f.weak and not _inside(f.box, known))

    def _judge(self, pixels: Pixels, found: list[Place]) -> list[tuple[Place, float]]:
        """Return each place that is not hidden by a sure one, with its likelihood."""
        sure = [place for place in found if place.main >= _judge.SURE]
        hidden = np.array([place.best for place in sure], np.float32).reshape(-1, COLUMNS)
        weak = [p for p in found if p.main < _judge.SURE and not covered(p, hidden)]
        weak = weak[:_MOST_SECOND_LOOKS]
        seconds = self._second_looks(pixels, weak)
        judged = [(place, 1.0) for place in sure]
        judged += [(p, _judge.likelihood(p, s)) for p, s in zip(weak, seconds, strict=True)]
        return judged

    def _second_looks(self, pixels: Pixels, weak: list[Place]) -> list[float]:
        scores: list[float] = []
        for start in range(0, len(weak), _BATCH):
            crops = [_second.upright_crop(pixels, p.best) for p in weak[start : start + _BATCH]]
            both = crops + [_second.mirrored(crop) for crop in crops]
            answers = [_second.middle_score(v) for v in self._detectors[0].examine(both)]
            scores += np.reshape(answers, (2, -1)).mean(axis=0).tolist()
        return scores


def _hint_votes(hints: Sequence[Box], turn: int) -> Votes:
    if not hints:
        return no_votes()
    rows = [(b.left, b.top, b.right, b.bottom, _HINT, 90.0 * turn, turn) for b in hints]
    return np.array(rows, np.float32)


def _face(place: Place, sure: float, shape: tuple[int, ...]) -> Face:
    return Face(
        box=place.box.clipped(shape[1], shape[0]),
        score=round(max(sure if sure < 1 else 0.0, place.main, place.other), 4),
        detectors=place.detectors,
        roll=float(place.best[ROLL]) % 360,
        weak=sure < _judge.FIRM,
    )


def _inside(box: Box, known: Sequence[Region]) -> bool:
    return any(_covers(region, box.centre) for region in known)


def _covers(region: Region, point: tuple[float, float]) -> bool:
    angle = np.radians(region.roll)
    x, y = point[0] - region.centre[0], point[1] - region.centre[1]
    across = x * np.cos(angle) + y * np.sin(angle)
    along = y * np.cos(angle) - x * np.sin(angle)
    return bool(
        (across / max(region.half_width, 1)) ** 2 + (along / max(region.half_height, 1)) ** 2 <= 1
    )
