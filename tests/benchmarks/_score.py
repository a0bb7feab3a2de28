"""What is left of each face in the published pixels, and what was hidden for nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from photoguard.model import Pixels
    from tests.benchmarks._material import Annotated, Boxes

GONE = 0.3
"""A face counts as hidden when less than this share of its detail is left."""
CHANGED = 10
"""Levels by which a hidden pixel differs from the original's in some channel."""
LEAST = 16
"""Clearly visible faces are counted from this size in pixels."""
_STEPS = ((0, 10), (10, 16), (16, 24), (24, 40), (40, 80), (80, 160), (160, 100000))


@dataclass(slots=True)
class Tally:
    """Counts of one tool under one transform."""

    hidden: dict[str, int] = field(default_factory=dict)
    faces: dict[str, int] = field(default_factory=dict)
    needless: list[float] = field(default_factory=list)
    """For each picture the share of its area that was hidden far from every face."""
    animals: list[float] = field(default_factory=list)
    """Of that, what lies on an annotated animal; the rest are things and limbs."""
    beyond: list[float] = field(default_factory=list)
    """The share that was hidden beside a face, beyond its head."""
    missed: list[tuple[str, int]] = field(default_factory=list)
    """Picture and size of each clearly visible face that was not hidden."""
    painted_over: int = 0
    """How many of them nothing shows: their detail is less than that of what was painted."""
    people: dict[str, int] = field(default_factory=dict)
    """For each picture how many faces are annotated in it."""
    review: dict[str, bool] = field(default_factory=dict)
    seconds: float = 0.0
    cpu: float = 0.0
    """Seconds of processor time, of all processes."""
    unwritten: int = 0

    def note(self, group: str, *, hidden: bool) -> None:
        """Count one face in a group."""
        self.faces[group] = self.faces.get(group, 0) + 1
        self.hidden[group] = self.hidden.get(group, 0) + hidden

    def share(self, group: str) -> float:
        """Return the share of hidden faces in a group."""
        return self.hidden.get(group, 0) / max(1, self.faces.get(group, 0))


def detail_left(original: Pixels, published: Pixels, box: Boxes) -> float:
    """Return how much of the original's detail inside the box the published pixels hold.

    Both are brought to the same small size and lose what is coarser than an eighth of
    the face; then the published detail is projected on the original's: 1 is untouched,
    0 is gone, and a face hidden by half keeps about a half.
    """
    left, top = np.floor(box[:2]).astype(int).clip(0)
    right, bottom = np.ceil(box[2:]).astype(int)
    before, after = (_detail(pixels[top:bottom, left:right]) for pixels in (original, published))
    energy = float((before * before).sum())
    return float((before * after).sum()) / energy if energy > 0 else 0.0


def _detail(part: Pixels) -> Boxes:
    small = cv2.resize(part, (48, 48), interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(float)
    fine: Boxes = grey - cv2.GaussianBlur(grey, (0, 0), 6.0)
    return fine


@dataclass(frozen=True, slots=True)
class Needless:
    """What was hidden and is no head, in shares of the picture."""

    far: float
    """Further from a face than its own size on every side."""
    animals: float
    """Of that, on animals."""
    beyond: float
    """Nearer, but beyond the head."""


_HEAD = 0.5
"""Of a face's size on every side: hair, ears and neck."""


WHOLE, TOUCHED = 0.95, 3
"""Share of a face's box that must be changed for all of it to be painted over, and by how many
levels: paint is here and there almost as what it covers."""


def is_painted_over(original: Pixels, published: Pixels, box: Boxes) -> bool:
    """Tell whether nothing of what lies in the box is left as it was.

    ``detail_left`` takes the paint of a hidden face for the face's own detail where that is
    less, as in the dark: there this tells what was hidden from what was missed.
    """
    left, top = np.floor(box[:2]).astype(int).clip(0)
    right, bottom = np.ceil(box[2:]).astype(int)
    part = slice(top, bottom), slice(left, right)
    return float(_changed(original[part], published[part], TOUCHED).mean()) >= WHOLE


def needless_share(original: Pixels, published: Pixels, boxes: Boxes, animals: Boxes) -> Needless:
    """Return which shares of the picture were changed where no head is."""
    changed = _changed(original, published)
    far, heads = changed.copy(), changed.copy()
    _leave_out(far, boxes, 1.0)
    _leave_out(heads, boxes, _HEAD)
    rest = far.copy()
    _leave_out(rest, animals, 0.0)
    whole = float(far.mean())
    return Needless(whole, whole - float(rest.mean()), float(heads.mean()) - whole)


def _leave_out(changed: Pixels, boxes: Boxes, edge: float) -> None:
    for left, top, right, bottom in boxes:
        width, height = edge * (right - left), edge * (bottom - top)
        rows = slice(max(0, int(top - height)), max(0, int(bottom + height)))
        changed[rows, max(0, int(left - width)) : max(0, int(right + width))] = 0


def _changed(original: Pixels, published: Pixels, levels: int = CHANGED) -> Pixels:
    difference = np.abs(original.astype(np.int16) - published).max(axis=2)
    changed = (difference > levels).astype(np.uint8)
    closed: Pixels = cv2.morphologyEx(changed, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    return closed


def score(tally: Tally, picture: Annotated, boxes: Boxes, before: Pixels, after: Pixels) -> None:
    """Add one picture to a tally."""
    needless = needless_share(before, after, boxes, picture.animals)
    tally.people[str(picture.path)] = len(boxes)
    tally.needless.append(needless.far)
    tally.animals.append(needless.animals)
    tally.beyond.append(needless.beyond)
    for box, difficult, groups in zip(boxes, picture.difficult, picture.groups, strict=True):
        size = float(np.sqrt((box[2] - box[0]) * (box[3] - box[1])))
        hidden = detail_left(before, after, box) < GONE
        step = next(f"{low}-{high} px" for low, high in _STEPS if low <= size < high)
        if difficult:
            tally.note("difficult", hidden=hidden)
            continue
        tally.note(f"clear {step}", hidden=hidden)
        if size < LEAST:
            continue
        for group in ("clear", *(("clear from 40 px",) if size >= 40 else ()), *groups):
            tally.note(group, hidden=hidden)
        if not hidden:
            tally.missed.append((str(picture.path), round(size)))
            tally.painted_over += is_painted_over(before, after, box)
