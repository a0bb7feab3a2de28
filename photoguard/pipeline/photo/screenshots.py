"""Screenshots of chats, which show names and messages of other people.

A picture counts as one if it has the size of a screen, its file names no camera, and it
shows lines of text on flat ground. A photo of a notice names a camera; a drawing has no lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from photoguard.model import Pixels

_LONG = 1.95, 2.4
"""Range of long side over short side of telephones since 2017; no camera has such a ratio."""
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
"""Longest side in pixels to which a picture is reduced for this test."""
FLAT = 0.7
"""Least share of pixels equal to their left neighbour; photos have noise and far fewer."""
_SAME, _EDGE = 2, 50
"""Difference in grey levels up to which neighbours are equal, and from which it is an edge."""
_TALL = 5, 45
"""Least and greatest height of a line of text, in rows of pixels."""
LINES = 6
"""Least number of lines of text; signs and headlines have fewer."""
_INKED = 3
"""Least number of edges in each row of pixels of a line of text."""


def looks_like_chat(pixels: Pixels, size: tuple[int, int], *, camera: bool) -> bool:
    """Tell whether a picture is likely the image of a screen with lines of text.

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
    """Return how many runs of pixel rows with many edges have the height of a line of text."""
    inked = np.concatenate(([False], edges.sum(axis=1) >= _INKED, [False]))
    turns = np.flatnonzero(inked[1:] != inked[:-1])
    heights = turns[1::2] - turns[::2]
    return int(((heights >= _TALL[0]) & (heights <= _TALL[1])).sum())
