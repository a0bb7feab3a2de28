"""BlazeFace through mediapipe's Tasks API: the second, independent detector.

Bazarevsky, Kartynnik, Vakunov, Raveendran, Grundmann: BlazeFace, Sub-millisecond Neural Face
Detection on Mobile GPUs (arXiv:1907.05047). The short-range network detects faces from about
a tenth of its square input on, so larger pictures are examined in parts. The full-range
network was tried, and found nothing that CenterFace had missed.
"""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from photoguard.detect import _runtime
from photoguard.detect._runtime import Weights, native_libraries, native_quiet, stand_ins
from photoguard.detect._views import squares
from photoguard.detect._votes import (
    best_of_each,
    moved,
    no_votes,
    together,
    turned,
    turned_back,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from photoguard.detect._views import Views
    from photoguard.detect._votes import Votes
    from photoguard.model import Pixels

NAME = "blazeface"
WEIGHTS = (
    Weights(
        "face_detection_short_range.tflite",
        "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
    ),
)
PARTS = (1, 2, 3)
"""The picture is examined whole, and in squares of 1/2 and 1/3 of its longest side."""

_LARGEST = 768
_FLOOR = 0.3
_SAME = 0.3
_BROW = 0.16
_CHIN = 0.04
"""CenterFace's boxes extend further by these shares of the height, at the brow and the chin (the
median of 53 faces)."""


class BlazeFace:
    """The network in mediapipe's own runtime."""

    name = NAME
    weight = 5.1
    idle = 0.4
    sure = 2.0

    def __init__(self) -> None:
        """Load the weights; raises ModelError if they are missing or altered.

        Raises SetupTrouble if mediapipe lacks a library of the system.
        """
        weights = _runtime.read_model(WEIGHTS[0])
        with native_quiet(), native_libraries():
            self._network = _load(weights)
            self._votes(np.zeros((64, 64, 3), np.uint8))

    def sweep(self, views: Views, turns: Sequence[int]) -> Votes:
        """Return votes for the whole picture in these turns, in the picture's pixels."""
        small = views.sized(_LARGEST, largest=1.0)
        size = small.shape[1], small.shape[0]
        seen = []
        for turn in turns:
            picture = turned(small, turn)
            found = [
                moved(self._votes(picture[top:bottom, left:right]), 1.0, left, top)
                for parts in PARTS
                for left, top, right, bottom in squares(picture.shape, parts)
            ]
            seen.append(turned_back(best_of_each(together(found), _SAME), turn, *size))
        return moved(together(seen), max(views.shape) / max(size))

    def sweep_again(self, views: Views, turns: Sequence[int]) -> Votes:  # noqa: ARG002
        """Return no votes: it fires on painted heads, and the first look included it already."""
        return no_votes()

    def _votes(self, pixels: Pixels) -> Votes:
        import mediapipe as mp

        data = np.ascontiguousarray(pixels)
        picture = mp.Image(image_format=mp.ImageFormat.SRGB, data=data)
        rows = [_row(found, data.shape) for found in self._network.detect(picture).detections]
        return np.array(rows, np.float32) if rows else no_votes()


@cache
def _load(weights: bytes) -> Any:  # noqa: ANN401 - mediapipe has no types
    # mediapipe would load a library for microphones, and compilers to look for it; and one
    # for drawing charts, which starts a program to list this computer's fonts.
    sys.modules.setdefault("sounddevice", None)  # type: ignore[arg-type]
    with stand_ins("matplotlib", "matplotlib.pyplot"):
        from mediapipe.tasks.python import BaseOptions, vision

    options = vision.FaceDetectorOptions(
        base_options=BaseOptions(model_asset_buffer=weights), min_detection_confidence=_FLOOR
    )
    network = vision.FaceDetector.create_from_options(options)
    # Its destructor needs threads and modules that are gone when the interpreter ends, and
    # complains; one reference more leaves this one object to the operating system.
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(network))
    return network


def _row(found: Any, shape: tuple[int, ...]) -> tuple[float, ...]:  # noqa: ANN401
    """Return one detection as a row; its key points begin with the eyes, nose and mouth."""
    box = found.bounding_box
    points = np.array([(p.x * shape[1], p.y * shape[0]) for p in found.keypoints[:4]])
    up = (points[0] + points[1]) / 2 - points[3]
    roll = float(np.degrees(np.arctan2(up[0], -up[1])))
    left, right = box.origin_x, box.origin_x + box.width
    top = box.origin_y - _BROW * box.height
    bottom = box.origin_y + (1 + _CHIN) * box.height
    return (left, top, right, bottom, found.categories[0].score, roll, 0.0)


def create(threads: int) -> BlazeFace:  # noqa: ARG001 - mediapipe chooses for itself
    """Return the detector with its weights loaded."""
    return BlazeFace()
