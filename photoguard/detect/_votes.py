"""Detections as arrays, and their conversion between coordinate systems.

``Votes`` is an array with a row per detection: left, top, right, bottom, score (0 to 1),
roll (degrees clockwise from upright to the crown) and turn (quarter turns of the picture, 0
to 3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from photoguard.model import Pixels

    Votes: TypeAlias = npt.NDArray[np.float32]

COLUMNS = 7
SCORE = 4
ROLL = 5
TURN = 6
TURNS = (0, 1, 2, 3)
_CLEAR = 0.25


def no_votes() -> Votes:
    """Return an empty array of votes."""
    return np.zeros((0, COLUMNS), np.float32)


def together(tables: list[Votes]) -> Votes:
    """Return all rows of several arrays."""
    return np.concatenate([no_votes(), *tables])


def turned(pixels: Pixels, quarters: int) -> Pixels:
    """Return the picture rotated counter-clockwise by ``quarters`` times 90 degrees."""
    return np.ascontiguousarray(np.rot90(pixels, quarters)) if quarters % 4 else pixels


def turned_back(votes: Votes, quarters: int, width: float, height: float) -> Votes:
    """Convert votes of a rotated picture to the original, of size ``width`` by ``height``."""
    quarters %= 4
    left, top, right, bottom, score, roll, turn = votes.T
    sides = {
        0: (left, top, right, bottom),
        1: (width - bottom, left, width - top, right),
        2: (width - right, height - bottom, width - left, height - top),
        3: (top, height - right, bottom, height - left),
    }[quarters]
    return np.stack([*sides, score, roll + 90 * quarters, (turn + quarters) % 4], axis=1)


def mirrored_back(votes: Votes, width: float) -> Votes:
    """Convert votes of a mirrored picture to the original, of this width."""
    left, top, right, bottom, score, roll, turn = votes.T
    return np.stack([width - right, top, width - left, bottom, score, -roll, turn], axis=1)


def stretched(votes: Votes, across: float, down: float) -> Votes:
    """Convert votes to a picture that is wider and higher by these factors."""
    result = votes.copy()
    result[:, [0, 2]] *= across
    result[:, [1, 3]] *= down
    return result


def moved(votes: Votes, factor: float, left: float = 0.0, top: float = 0.0) -> Votes:
    """Convert votes of a part of a picture to the whole: scaled first, then shifted."""
    result = votes.copy()
    result[:, :4] *= factor
    result[:, [0, 2]] += left
    result[:, [1, 3]] += top
    return result


def cut(votes: Votes, width: float, height: float, least: float) -> Votes:
    """Return votes clipped to the picture, without those of which less than ``least`` remains."""
    inside = votes.copy()
    inside[:, [0, 2]] = votes[:, [0, 2]].clip(0, width)
    inside[:, [1, 3]] = votes[:, [1, 3]].clip(0, height)
    kept: Votes = inside[sizes(inside) ** 2 >= least * np.maximum(sizes(votes) ** 2, 1e-6)]
    return kept


def sizes(votes: Votes) -> Votes:
    """Return the geometric mean of width and height, shape (n,)."""
    sides = np.clip(votes[:, 2:4] - votes[:, :2], 0, None)
    size: Votes = np.sqrt(sides.prod(axis=1))
    return size


def best_of_each(votes: Votes, overlap: float) -> Votes:
    """Return the votes, best first, without those whose IoU with a better one exceeds this."""
    if len(votes) == 0:
        return votes
    boxes = np.concatenate([votes[:, :2], votes[:, 2:4] - votes[:, :2]], axis=1)
    kept = cv2.dnn.NMSBoxes(boxes.tolist(), votes[:, SCORE].tolist(), 0.0, overlap)
    best: Votes = votes[np.asarray(kept, dtype=int).ravel()]
    return best


def overlaps(first: Votes, second: Votes) -> tuple[Votes, Votes]:
    """Return IoU, and the share of each first box that a second covers, both (n, m)."""
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:4], second[None, :, 2:4])
    shared = np.clip(high - low, 0, None).prod(axis=2)
    areas = [np.clip(v[:, 2:4] - v[:, :2], 0, None).prod(axis=1) for v in (first, second)]
    union = areas[0][:, None] + areas[1][None, :] - shared
    tiny = np.float32(1e-6)
    return shared / np.maximum(union, tiny), shared / np.maximum(areas[0][:, None], tiny)


def apart_from(certain: Votes, votes: Votes, same: float, covered: float) -> Votes:
    """Return the votes that no ``certain`` one explains.

    ``same`` is the least IoU of two votes for the same face, ``covered`` the least share of
    a vote that lies in a face of which it is a part.
    """
    alike, shares = (table.max(axis=1, initial=0) for table in overlaps(votes, certain))
    left: Votes = votes[(alike < same) & (shares < covered)]
    return left


def with_neighbours(votes: Votes, certain: Votes) -> Votes:
    """Return the votes, their boxes extended by each ``certain`` vote that they meet."""
    answer = votes.copy()
    for row, meets in zip(answer, overlaps(votes, certain)[1] > 0, strict=True):
        row[:2] = certain[meets, :2].min(axis=0, initial=np.inf).clip(max=row[:2])
        row[2:4] = certain[meets, 2:4].max(axis=0, initial=-np.inf).clip(min=row[2:4])
    return answer


def turns_seen(votes: Votes) -> tuple[int, ...]:
    """Return the turns with clearly seen faces, fullest first; all turns if there are none."""
    sums = _turn_sums(votes)
    return _turns_above(sums, _CLEAR) if sums.max() >= _CLEAR else TURNS


def main_turns(votes: Votes) -> tuple[int, ...]:
    """Return the turns in which a picture shows most of its faces; all turns if there are none.

    Most photos have one; it is not 0 if the photo lies on its side.
    """
    sums = _turn_sums(votes)
    return _turns_above(sums, max(_CLEAR, sums.max() / 2)) if sums.max() >= _CLEAR else TURNS


def turns_left(votes: Votes) -> tuple[int, ...]:
    """Return the turns worth a closer pass after the quick ones.

    If no face was seen clearly, these are upright and the turn with most faint votes: in the
    other turns of a landscape, leaves look as much like a face.
    """
    if _turn_sums(votes).max() >= _CLEAR:
        return main_turns(votes)
    faint = [float(votes[votes[:, TURN] == turn, SCORE].sum()) for turn in TURNS]
    fullest = int(np.argmax(faint))
    return (0, fullest) if fullest and faint[fullest] else (0,)


def _turn_sums(votes: Votes) -> npt.NDArray[np.float64]:
    """Return for each turn the sum by which its best votes exceed a doubtful score."""
    best = best_of_each(votes, 0.35)
    clear = np.clip(best[:, SCORE] - _CLEAR, 0, None)
    turns = best[:, TURN].astype(int)
    return np.array([clear[turns == turn].sum() for turn in TURNS], float)


def _turns_above(sums: npt.NDArray[np.float64], least: float) -> tuple[int, ...]:
    return tuple(int(turn) for turn in np.argsort(-sums, kind="stable") if sums[turn] >= least)
