"""The recogniser of PP-OCR, and the decoding of its output into letters.

For each narrow column of a line the network gives the likelihood of every character.
Repeated characters are merged, and a blank separates double letters (CTC: Graves, Fernández,
Gomez, Schmidhuber, ICML 2006).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from photoguard.detect import _runtime
from photoguard.ocr._weights import RECOGNITION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from photoguard.detect._runtime import Tensor
    from photoguard.model import Pixels
    from photoguard.ocr._detector import Line

OUTPUT = "fetch_name_0"
HEIGHT = 48
"""Rows of the network's input."""
NARROWEST, WIDEST, STEP = 96, 1600, 32
"""Columns of the network's input: at least NARROWEST, at most WIDEST, in multiples of STEP."""
MOST_TIMES = 4
"""Largest height of a cut-out line, as a multiple of ``HEIGHT``."""
_MORE = 0x80
"""Continuation bit of a protobuf varint."""
_DICTIONARY = b"\x0a\x09character\x12"
"""Beginning of the metadata entry ``character`` of an ONNX file, in protobuf encoding."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The text of a line, its score (0 to 1), and each letter's position along the line, 0 to 1."""

    text: str
    score: float
    places: tuple[float, ...]


class Recogniser:
    """The network that reads lines; loading takes 0.2 seconds."""

    def __init__(self, threads: int) -> None:
        """Load the weights; raises ModelError if they are missing or altered."""
        model = _runtime.read_model(RECOGNITION)
        self._letters = ("", *dictionary_in(model), " ")
        self._network = _runtime.load(model, (OUTPUT,), threads)

    def read(self, strips: Sequence[Pixels]) -> list[Reading]:
        """Return the reading of each strip (RGB, uint8, HEIGHT rows), in the order given.

        One at a time: four at once take a quarter more time and four times the memory.
        """
        return [self._read(strip) for strip in strips]

    def _read(self, strip: Pixels) -> Reading:
        width = columns_of(strip.shape[1])
        likely = self._network.run(_tensor(strip, width))[0][0]
        return decoded(likely, self._letters, strip.shape[1] / width)


def dictionary_in(model: bytes) -> list[str]:
    """Return the characters that the network knows, from the metadata of its ONNX file."""
    # It stands at the end, and what lies before it, 21 MB, is not to be copied.
    rest = model[model.rindex(_DICTIONARY) + len(_DICTIONARY) :]
    length = end = 0
    while rest[end] & _MORE:
        length |= (rest[end] & ~_MORE) << (7 * end)
        end += 1
    length |= rest[end] << (7 * end)
    return rest[end + 1 : end + 1 + length].decode().split("\n")


def decoded(likely: Tensor, letters: Sequence[str], filled: float) -> Reading:
    """Return the text of one line from likelihoods of shape (columns, characters).

    ``filled`` is the share of the columns that the line fills; the rest is padding.
    """
    best = likely.argmax(axis=1)
    new = best != np.concatenate([[-1], best[:-1]])
    columns = np.flatnonzero(new & (best > 0))
    columns = columns[columns < max(1, round(filled * len(best))) + 1]
    text = [letters[best[column]] for column in columns]
    sure = likely[columns, best[columns]]
    places = (columns + 0.5) / (len(best) * filled) if len(columns) else columns
    score = float(sure.mean()) if len(columns) else 0.0
    # A letter of several code points is one place; none of the dictionary has more than one.
    return Reading("".join(text), score, tuple(float(min(1.0, place)) for place in places))


def strip_of(picture: Pixels, line: Line) -> Pixels:
    """Return a line cut out of a picture, upright, scaled to HEIGHT rows: (HEIGHT, width, 3)."""
    width = min(max(1, round(line.width * HEIGHT / max(line.height, 1.0))), WIDEST)
    turn = np.radians(line.roll)
    across = np.array([np.cos(turn), np.sin(turn)]) * line.width / 2
    down = np.array([-np.sin(turn), np.cos(turn)]) * line.height / 2
    middle = np.array(line.centre) - 0.5
    corners = (middle - across - down, middle + across - down, middle - across + down)
    # Cut out at a whole multiple of the size, and then averaged: no letter falls through.
    times = min(MOST_TIMES, max(1, round(line.height / HEIGHT)))
    tall, wide = HEIGHT * times, width * times
    matrix = cv2.getAffineTransform(
        np.array(corners, np.float32), np.array([[0, 0], [wide, 0], [0, tall]], np.float32)
    )
    large = cv2.warpAffine(
        picture, matrix, (wide, tall), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    strip: Pixels = cv2.resize(large, (width, HEIGHT), interpolation=cv2.INTER_AREA)
    return strip


def _tensor(strip: Pixels, width: int) -> Tensor:
    filled = np.zeros((1, 3, HEIGHT, width), np.float32)
    scaled = strip[..., ::-1].astype(np.float32) / 127.5 - 1
    filled[0, :, :, : strip.shape[1]] = scaled.transpose(2, 0, 1)
    return filled


def columns_of(width: int) -> int:
    """Return how many columns the network is given for a strip of this width."""
    return max(NARROWEST, -(-width // STEP) * STEP)
