"""Which parts of a picture are worth a closer look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from photoguard.detect._votes import Votes

_SIDE = 640
"""Of a tile as the network sees it; about 70 MB of working memory."""
_MARGIN = 48
"""Around a tile, so that a face on the line between two is whole in one."""


def tiles_around(
    votes: Votes, shape: tuple[int, ...], factor: float
) -> list[tuple[int, int, int, int]]:
    """Return (left, top, right, bottom) of the tiles that hold the centre of a vote.

    The picture of ``shape`` is cut into equal tiles of at most 640 px once it is
    ``factor`` times as large.
    """
    height, width = shape[:2]
    columns = max(1, int(np.ceil(width * factor / _SIDE)))
    rows = max(1, int(np.ceil(height * factor / _SIDE)))
    across, down = width / columns, height / rows
    margin = _MARGIN / factor
    centres = (votes[:, :2] + votes[:, 2:4]) / 2
    cells = {(int(x // across), int(y // down)) for x, y in centres}
    tiles = []
    for column, row in sorted(cells):
        left, right = column * across - margin, (column + 1) * across + margin
        top, bottom = row * down - margin, (row + 1) * down + margin
        tiles.append(
            (max(0, int(left)), max(0, int(top)), min(width, int(right)), min(height, int(bottom)))
        )
    return [tile for tile in tiles if tile[0] < tile[2] and tile[1] < tile[3]]


def squares(shape: tuple[int, ...], parts: int) -> list[tuple[int, int, int, int]]:
    """Return (left, top, right, bottom) of overlapping squares that cover a picture.

    Each is a quarter wider than the longest side divided by ``parts``; one part is the
    whole picture.
    """
    height, width = shape[:2]
    if parts == 1:
        return [(0, 0, width, height)]
    side = max(1, min(max(height, width), round(1.25 * max(height, width) / parts)))
    return [
        (left, top, min(width, left + side), min(height, top + side))
        for top in _starts(height, side)
        for left in _starts(width, side)
    ]


def _starts(length: int, side: int) -> list[int]:
    """Return where squares of a side begin so that they cover a length evenly."""
    if length <= side:
        return [0]
    count = int(np.ceil((length - side) / (0.8 * side))) + 1
    return [int(start) for start in np.linspace(0, length - side, count)]
