"""Does a picture look like the screen of a chat? Names and words of others stand in those.

Three things together say so: the size of a screen, no camera in the file, and text in
lines on flat ground. A photo of a wall of text has a camera, a drawing no lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from photoguard.model import Pixels

_LONG = 1.95, 2.4
"""Long side over short side of telephones since 2017; no camera takes such pictures."""
_SIZES = frozenset(
    {
        *((640, 1136), (750, 1334), (720, 1280), (1080, 1920), (1242, 2208), (1440, 2560)),
        *((1536, 2048), (1620, 2160), (1640, 2360), (1668, 2224), (1668, 2388), (2048, 2732)),
        *((1200, 1920), (1600, 2560), (768, 1366), (900, 1440), (900, 1600), (1200, 1920)),
        *((1440, 2560), (1600, 2560), (1664, 2560), (1800, 2880), (1964, 3024), (2160, 3840)),
    }
)
"""Short and long side in pixels of older telephones, tablets and computers."""
SIDE = 1200
"""Longest side in pixels at which a picture is looked at."""
FLAT = 0.7
"""Share of pixels like their left neighbour; photos have noise and stay far below."""
_SAME, _EDGE = 2, 50
"""Grey levels up to which neighbours are alike, and from which there is the edge of a letter."""
_TALL = 5, 45
"""Height of a line of text in rows."""
LINES = 6
"""From so many lines of text on it is more than a sign or a headline."""
_INKED = 3
"""Edges in a row of a line of text, at the least."""


def looks_like_chat(pixels: Pixels, size: tuple[int, int], *, camera: bool) -> bool:
    """Tell whether a picture is likely a photo of a screen with lines of text.

    ``pixels`` are RGB, uint8, (height, width, 3); ``size`` is the file's own (width, height);
    ``camera`` says whether the file names one.
    """
    if camera or not is_of_a_screen(size):
        return False
    grey = _grey(pixels)
    steps = np.abs(np.diff(grey, axis=1))
    return bool((steps <= _SAME).mean() >= FLAT) and _lines(steps >= _EDGE) >= LINES


def is_of_a_screen(size: tuple[int, int]) -> bool:
    """Tell whether a picture of this (width, height) may have been a screen."""
    short, long = sorted(size)
    return (short, long) in _SIZES or (short > 0 and _LONG[0] <= long / short <= _LONG[1])


def _grey(pixels: Pixels) -> npt.NDArray[np.int16]:
    step = max(1, max(pixels.shape[:2]) // SIDE)
    return pixels[::step, ::step, 1].astype(np.int16)


def _lines(edges: npt.NDArray[np.bool_]) -> int:
    """Return how many runs of rows have many edges and are as high as a line of text."""
    inked = np.concatenate(([False], edges.sum(axis=1) >= _INKED, [False]))
    turns = np.flatnonzero(inked[1:] != inked[:-1])
    heights = turns[1::2] - turns[::2]
    return int(((heights >= _TALL[0]) & (heights <= _TALL[1])).sum())
