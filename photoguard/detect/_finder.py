"""Asks every detector, joins what they say, and says where a person should look."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, Protocol

import numpy as np

from photoguard.detect import __path__ as _folder
from photoguard.detect._join import join
from photoguard.model import Sight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from photoguard.detect._votes import Votes
    from photoguard.model import Box, Face, Pixels, Region


class Detector(Protocol):
    """What a detector's module makes with ``create(threads)``."""

    name: str

    def sweep(self, pixels: Pixels) -> Votes:
        """Return votes for a whole picture, in its own pixels."""
        ...

    def examine(self, pixels: Pixels) -> Votes:
        """Return votes for a small square part of a picture, as it stands."""
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
        """Return the faces of a picture (upright RGB, uint8, any size).

        ``hints`` are the camera's own face regions: each counts as a vote.
        """
        votes = {d.name: d.sweep(pixels) for d in self._detectors}
        return Sight(join(votes, hints, pixels.shape[1], pixels.shape[0]))

    def look_again(self, pixels: Pixels, known: Sequence[Region]) -> tuple[Face, ...]:
        """Return faces that are still visible in a finished picture, outside ``known``."""
        faces = self.find(pixels).faces
        return tuple(f for f in faces if not f.weak and not _inside(f.box, known))


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
