"""Attackers: a face recogniser, and two simple ones that compare pixels and colours.

The recogniser is dlib's ResNet (D. E. King, "High quality face recognition with deep
metric learning", 2017), from the models of ``face_recognition_models``.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from photoguard.model import Box, Pixels
    from tests.benchmarks._strength_people import Pairs, Person

    Vectors = npt.NDArray[np.float64]
    Attacker = Callable[[Pixels, Pixels, Box], Vectors]
    """Describes a hidden photo; it may use the clear one and the box to find the place."""


def ranks(gallery: Vectors, probes: Vectors) -> npt.NDArray[np.int64]:
    """Return for each probe how many of the gallery are nearer than the right one; 0 is a hit.

    Of equally near ones the right one comes in the middle, as by chance.
    """
    squares = (probes**2).sum(1)[:, None] + (gallery**2).sum(1)[None, :]
    apart = np.maximum(squares - 2 * probes @ gallery.T, 0)
    right = np.diag(apart)[:, None]
    nearer = (apart < right - 1e-9).sum(1)
    level = (np.abs(apart - right) <= 1e-9).sum(1) - 1
    return np.asarray(nearer + level // 2, np.int64)


def parrot(people: list[Person], pairs: Pairs, attacker: Attacker) -> npt.NDArray[np.int64]:
    """Return the ranks when the attacker knows photo 1, hidden alike, and sees photo 2."""
    sides = [
        np.array(
            [
                attacker(pair[side], person.photos[side], person.boxes[side])
                for person, pair in zip(people, pairs, strict=True)
            ]
        )
        for side in (0, 1)
    ]
    return ranks(sides[0], sides[1])


def recogniser(hidden: Pixels, clear: Pixels, box: Box) -> Vectors:
    """Describe the face in 128 numbers, aligned by the landmarks of the clear photo."""
    landmarks, network, dlib = _dlib()
    place = dlib.rectangle(*(round(side) for side in (box.left, box.top, box.right, box.bottom)))
    chip = dlib.get_face_chip(hidden, landmarks(clear, place), 150, 0.25)
    return np.array(network.compute_face_descriptor(chip))


def pixels(hidden: Pixels, _clear: Pixels, box: Box) -> Vectors:
    """Describe the face by 12 x 12 grey cells, brightness and contrast taken out."""
    small = thumbnail(hidden, box, 12).mean(axis=2).ravel()
    small = small - small.mean()
    norm: Vectors = small / max(1e-6, float(np.linalg.norm(small)))
    return norm


def colours(hidden: Pixels, _clear: Pixels, box: Box) -> Vectors:
    """Describe the face by the mean and the spread of its colours."""
    small = thumbnail(hidden, box, 12).reshape(-1, 3)
    return np.concatenate([small.mean(axis=0), small.std(axis=0)])


def thumbnail(photo: Pixels, box: Box, side: int) -> Vectors:
    """Return the face's box as a small RGB picture, (side, side, 3)."""
    part = box.clipped(photo.shape[1], photo.shape[0])
    patch = photo[int(part.top) : int(part.bottom), int(part.left) : int(part.right)]
    small: Vectors = cv2.resize(patch, (side, side), interpolation=cv2.INTER_AREA)
    return small.astype(np.float64)


@cache
def _dlib() -> tuple[Any, Any, Any]:
    import dlib

    # The package of the models imports what newer Pythons lack; its files are enough.
    spec = find_spec("face_recognition_models")
    if spec is None or spec.origin is None:
        raise SystemExit("pip install 'photoguard[benchmark]'")
    models = Path(spec.origin).parent / "models"
    return (
        dlib.shape_predictor(str(models / "shape_predictor_5_face_landmarks.dat")),
        dlib.face_recognition_model_v1(str(models / "dlib_face_recognition_resnet_model_v1.dat")),
        dlib,
    )


ATTACKERS: dict[str, Attacker] = {"recogniser": recogniser, "pixels": pixels, "colours": colours}
