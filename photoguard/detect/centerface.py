"""CenterFace: the main detector, run on the whole picture at several sizes and turns.

Xu, Yan, Sun, Yang, Luo: CenterFace, Joint Face Detection and Alignment Using Face as Point
(arXiv:1911.03599). Each cell of a map at a quarter of the input holds the likelihood that a
face has its centre there, the logarithm of its height and width in cells, the centre's
offset, and five landmarks relative to the box (y before x): the eyes, the nose, the corners
of the mouth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from photoguard.detect._runtime import Weights, load_in_strips
from photoguard.detect._views import LARGEST, Views, areas_around, lit, lit_by_place, tiles_around
from photoguard.detect._votes import (
    SCORE,
    TURNS,
    best_of_each,
    cut,
    mirrored_back,
    moved,
    no_votes,
    sizes,
    stretched,
    together,
    turned,
    turned_back,
    turns_seen,
)
from photoguard.model import Box

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from photoguard.detect._runtime import Tensor
    from photoguard.detect._votes import Votes
    from photoguard.model import Pixels

NAME = "centerface"
WEIGHTS = (
    Weights(
        "centerface_first.onnx", "cb0d5f7ed44a689e1cea112b41e9f0f4868c068886f62d5012e3fa6a2865d24b"
    ),
    Weights(
        "centerface_rest.onnx", "1053c311427b8f7b23e47f160388371bc05c04c63c5bc62e7412acd87937f676"
    ),
)
GLANCE = 416
"""Longest side of the pass in all four turns; it detects a face that fills the picture."""
SECOND = 640
"""Longest side of the pass in the turns in which ``GLANCE`` found something."""
MIRRORED = 900
"""Longest side of the pass over the mirrored picture. A network is not symmetrical, so this is
nearly independent evidence, and tells more about a weak vote than any enlarged crop that was
tried. Its contrast is equalised locally, and the picture is continued by reflection beyond its
edges, so that half a face becomes a whole one."""
MARGIN = 0.1
"""Width of that reflection, as a share of the longest side."""
KEPT = 0.4
"""Least share of a vote that must lie inside the picture itself."""
CUT = 32
"""A vote nearer than this to the side of a part of the picture, in network pixels, may be of half
a face, or of the cut itself."""
FINE = 1280
"""Longest side of the pass in the turns that matter."""
TRACE = 0.03
"""Score above which a vote in the pass at ``SECOND`` makes the one at ``FINE`` look there. In 269
pictures all that the other gave 0.35 or more lies there, 1,519 of 1,528 votes from 0.2 and 2,549
of all 2,633; at 0.05 two pictures more or less go to review."""
TRACE_CONTEXT, CONTEXT = 64, 96
"""Distance in pixels from a vote within which what is in the picture changes its score much, for a
first look around traces, and for one that confirms votes."""
AGAIN, MIRRORED_AGAIN = 352, 800
"""Longest sides of the passes over the finished copy: in its turns, and mirrored."""
SMALL = 20
"""Faces smaller than this in a pass, in network pixels, are examined at a larger size."""
LIKELY = 0.2
"""Score from which a small vote is likely to be one face of many: its whole tile is looked at, for
fainter ones beside it, else only what lies around traces."""

_OUTPUTS = ("537", "538", "539", "540")
_BETWEEN = ("387", "394")
"""The tensors between the two files; the first holds the layers at 1/2 and 1/4 of the picture's
size."""
_CELL = 4
_STEP = 32
_FLOOR = 0.1
"""Score above which a vote counts."""
_SAME = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Glances:
    """What the quick passes over a picture saw."""

    votes: Votes
    traces: Mapping[int, Votes]
    """Turn → votes of the closer pass in it, also those that are too weak to count."""


class CenterFace:
    """The network, and the passes in which it is run."""

    name = NAME
    weight = 9.1
    idle = 0.0
    sure = 0.5

    def __init__(self, threads: int) -> None:
        """Load the weights; raises ModelError if they are missing or altered."""
        self._network = load_in_strips(*WEIGHTS, _BETWEEN, _OUTPUTS, threads)

    def glance(self, views: Views) -> Glances:
        """Return the votes of quick passes.

        Turns in which the quickest pass found something are examined more closely; all
        turns, if it found nothing.
        """
        seen = that_count(together([self.look(views, GLANCE, turn) for turn in TURNS]))
        traces = {turn: self.look(views, SECOND, turn) for turn in turns_seen(seen)}
        return Glances(that_count(together([seen, *traces.values()])), traces)

    def sweep(self, views: Views, turns: Sequence[int], glances: Glances | None = None) -> Votes:
        """Return votes for the picture in these turns, in the picture's pixels.

        All of it is looked at, or what lies around the traces of faces in ``glances``, if these
        know the turn.
        """
        seen = []
        for turn in turns:
            around = glances.traces.get(turn) if glances else None
            fine = self.look(views, FINE, turn, around=around)
            seen += [fine, self._closer(views.pixels, fine, turn)]
        return that_count(together(seen))

    def confirm(self, views: Views, turns: Sequence[int], around: Votes) -> Votes:
        """Return votes for the mirrored picture in these turns, around other votes."""
        looks = [self.look(views, MIRRORED, turn, mirrored=True, around=around) for turn in turns]
        return that_count(together(looks))

    def sweep_again(self, views: Views, turns: Sequence[int]) -> Votes:
        """Return votes of a quick pass over a finished copy, at another size than before."""
        return that_count(together([self.look(views, AGAIN, turn) for turn in turns]))

    def confirm_again(self, views: Views, turn: int, votes: Votes, hidden: Votes) -> Votes:
        """Return votes for the mirrored copy, where a quick pass does not suffice.

        That is around its ``votes``, and around ``hidden`` faces that are too small for it.
        """
        small = hidden[sizes(hidden) * AGAIN / max(views.shape) < SMALL]
        around = together([votes, small])
        return that_count(self.look(views, MIRRORED_AGAIN, turn, mirrored=True, around=around))

    def look(
        self,
        views: Views,
        side: int,
        turn: int = 0,
        *,
        mirrored: bool = False,
        around: Votes | None = None,
    ) -> Votes:
        """Return the votes of one pass, also the traces, with the longest side resized to ``side``.

        The pass is limited to what lies ``around`` other votes, if given.
        """
        small = views.sized(side)
        size = small.shape[1], small.shape[0]
        across, down = views.shape[1] / size[0], views.shape[0] / size[1]
        shown = turned(small, turn)
        if around is not None:
            around = stretched(around, 1 / across, 1 / down)
            around = turned_back(around, -turn, shown.shape[1], shown.shape[0])
        if mirrored:
            votes = self._mirrored(shown, around)
        else:
            votes = self._votes_around(shown, around, TRACE_CONTEXT)
        return stretched(turned_back(votes, turn, *size), across, down)

    def _closer(self, pixels: Pixels, fine: Votes, turn: int) -> Votes:
        """Return all votes at twice the size where the fine pass saw small faces."""
        scale = FINE / max(pixels.shape[:2])
        closer = min(2 * scale, LARGEST)
        if closer < scale * np.sqrt(2):
            return no_votes()
        small = fine[sizes(fine) * scale < SMALL]
        seen = []
        for left, top, right, bottom in tiles_around(that_count(small), pixels.shape, closer):
            part = Views(lit(pixels[top:bottom, left:right]))
            there = cut(moved(small, 1.0, -left, -top), right - left, bottom - top, KEPT)
            around = there if there[:, SCORE].max(initial=0) < LIKELY else None
            found = self.look(part, round(closer * max(part.shape)), turn, around=around)
            seen.append(moved(found, 1.0, left, top))
        return together(seen)

    def _mirrored(self, pixels: Pixels, around: Votes | None) -> Votes:
        height, width = pixels.shape[:2]
        margin = round(MARGIN * max(height, width))
        if around is not None:
            around = moved(mirrored_back(around, width), 1.0, margin, margin)
            if not len(around):
                return no_votes()
        sides = (margin, margin, margin, margin)
        flipped = cv2.flip(lit_by_place(pixels), 1)
        wider = cv2.copyMakeBorder(flipped, *sides, cv2.BORDER_REFLECT_101)
        votes = self._votes_around(wider, around, CONTEXT)
        votes = cut(moved(votes, 1.0, -margin, -margin), width, height, KEPT)
        return mirrored_back(votes, width)

    def _votes_around(self, pixels: Pixels, around: Votes | None, context: float) -> Votes:
        """Return all votes of a picture, or of what lies around some others."""
        if around is None:
            return self._votes(pixels)
        picture = Box(0, 0, pixels.shape[1], pixels.shape[0])
        areas = areas_around(around, picture, context)
        # What lies in two parts was seen once.
        return best_of_each(together([self._votes_in(pixels, area) for area in areas]), _SAME)

    def _votes_in(self, pixels: Pixels, area: Box) -> Votes:
        """Return all votes of a part of a picture, without those of what its sides cut."""
        left, top, right, bottom = map(int, (area.left, area.top, area.right, area.bottom))
        votes = moved(self._votes(pixels[top:bottom, left:right]), 1.0, left, top)
        low = [side + CUT if side else -np.inf for side in (left, top)]
        high = [
            side - CUT if side < whole else np.inf
            for side, whole in zip((right, bottom), pixels.shape[1::-1], strict=True)
        ]
        whole = (votes[:, :2] >= low).all(axis=1) & (votes[:, 2:4] <= high).all(axis=1)
        kept: Votes = votes[whole]
        return kept

    def _votes(self, pixels: Pixels) -> Votes:
        height, width = (-(-side // _STEP) * _STEP for side in pixels.shape[:2])
        canvas = np.zeros((height, width, 3), np.uint8)
        canvas[: pixels.shape[0], : pixels.shape[1]] = pixels
        outputs = self._network.run(canvas[None])
        return _decode(*(part[0] for part in outputs))


def that_count(votes: Votes) -> Votes:
    """Return the votes without those that are mere traces."""
    counted: Votes = votes[votes[:, SCORE] > _FLOOR]
    return counted


def _decode(heat: Tensor, scale: Tensor, offset: Tensor, landmarks: Tensor) -> Votes:
    rows, columns = np.nonzero(heat[0] > TRACE)
    if len(rows) == 0:
        return no_votes()
    high, wide = np.exp(scale[:, rows, columns]) * _CELL
    top = (rows + offset[0, rows, columns] + 0.5) * _CELL - high / 2
    left = (columns + offset[1, rows, columns] + 0.5) * _CELL - wide / 2
    points = landmarks[:, rows, columns].reshape(5, 2, -1)
    rolls = _roll(points[:, 1] * wide, points[:, 0] * high)
    table = [left, top, left + wide, top + high, heat[0, rows, columns], rolls, 0 * rolls]
    return best_of_each(np.stack(table, axis=1).astype(np.float32), _SAME)


def _roll(x: Tensor, y: Tensor) -> Tensor:
    """Return degrees clockwise from upright to the crown, from eyes, nose and mouth, each (5, n).

    The direction from mouth to eyes and the normal of the line between the eyes are added:
    the first is more reliable in a profile, the second in a face that looks down.
    """
    up_x = (x[0] + x[1] - x[3] - x[4]) / 2 + (y[1] - y[0])
    up_y = (y[0] + y[1] - y[3] - y[4]) / 2 - (x[1] - x[0])
    angle: Tensor = np.degrees(np.arctan2(up_x, -up_y))
    return angle


def create(threads: int) -> CenterFace:
    """Return the detector with its weights loaded."""
    return CenterFace(threads)
