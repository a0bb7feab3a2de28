"""NanoDet, an object detector: finds persons and animals, as evidence about possible faces.

RangiLyu: NanoDet (github.com/RangiLyu/nanodet), variant g, trained on COCO. For each cell of
its maps, at 1/8, 1/16 and 1/32 of the input size, it gives logits of 80 classes, and for
each side of the box a distribution of its distance over 0 to 10 cells. It does not detect
faces, but it distinguishes a dog's head from a child's, and shows where a person's head
should be.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from photoguard.detect import _runtime
from photoguard.detect._runtime import Weights
from photoguard.detect._votes import (
    SCORE,
    TURNS,
    best_of_each,
    no_votes,
    together,
    turned,
    turned_back,
)
from photoguard.model import Box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from photoguard.detect._places import Judged
    from photoguard.detect._runtime import Tensor
    from photoguard.detect._views import Views
    from photoguard.detect._votes import Votes
    from photoguard.model import Pixels

WEIGHTS = (
    Weights("nanodet.onnx", "5ce1077591f7dfc575beabdda74b978c21473d052a8cfdee6ed9a4bb141404c4"),
)

LOOK = 416
"""Longest side, in pixels, of the pass over every picture."""
CLOSER = 640
"""Longest side of a further pass for persons where an animal was found."""
PERSON = 0.25
"""Least score of a person: a man licked by a dog has no more."""
PERSON_CLOSER = 0.3
"""Least score in the closer pass, which sees persons in the fur of cats and dogs up to 0.29. Of
199 pictures of animals a third as much is hidden as without the rule, and nobody became visible
in them or in 151 others; in portraits with painted faces and masks persons had at least 0.36."""
PERSON_ANYWHERE = 0.35
"""Least score at which somebody may be in the picture: landscapes and things had at most 0.32."""
ANIMAL = 0.3
"""Least score of an animal, provided that no person is there."""

_STRIDES = (8, 16, 32)
_MAPS = tuple(f"map{stride}" for stride in _STRIDES)
_PERSON = 0
_ANIMALS = slice(14, 24)
"""COCO classes bird, cat, dog, horse, sheep, cow, elephant, bear, zebra, giraffe; not teddy
bear."""
_CLASSES = 80
_MEAN = np.array([103.53, 116.28, 123.675], np.float32)
_SCALE = np.array([57.375, 57.12, 58.395], np.float32)
_STEP = 32
_FLOOR = 0.2
_SAME = 0.6

_CLEAR_PERSON, _LARGE_PERSON = 0.6, 0.05
"""Least score, and least share of the picture, of a person who should have a visible face. Of
269 pictures, 3 had such a person on whose head something faint was seen and nothing was hidden;
one of these was a face."""
_CUT = 0.02
"""A person whose box begins within this share of the picture's height is cut off at the top."""
_TOUCHES = 0.1
"""Least share of a place that a person must cover to show that it is no animal's head."""
_INSIDE = 0.6
"""Least share of a place that an animal must cover."""
_HEAD, _ROUND = 0.4, 0.9
"""Largest height of a head: ``_HEAD`` of the person's height, or ``_ROUND`` of the width if only
the top of the person is visible."""
_BESIDE, _OVER, _DOWN = 1.2, 0.15, 0.85
"""Where the centre of a face may be on a head: up to half of ``_BESIDE`` times the person's
width beside the centre line, and from ``_OVER`` head heights above the top to ``_DOWN`` below
it."""
_SMALLEST, _LARGEST = 0.1, 1.3
"""Least and greatest size (square root of the area) of a face on a head, in widths of the
person."""


@dataclass(frozen=True, slots=True)
class Beings:
    """Persons and animals found in one picture, as votes."""

    persons: Votes
    animals: Votes

    def animal_at(self, box: Box) -> bool:
        """Return whether an animal covers the box, whatever else is there."""
        return _covered(box, self.animals, ANIMAL) >= _INSIDE

    def person_at(self, box: Box, least: float = PERSON) -> bool:
        """Return whether a person of at least this score overlaps the box."""
        return _covered(box, self.persons, least) >= _TOUCHES

    def heads_at(self, box: Box, least: float = PERSON) -> list[Box]:
        """Return the persons on whose head the box lies, if it has the size of a face there.

        The head is at the top of the person in the orientation in which the person was
        found.
        """
        return [
            person
            for *sides, score, _roll, turn in self.persons.tolist()
            if score >= least
            and _is_head(_upright(box, int(turn)), _upright(person := Box(*sides), int(turn)))
        ]


class Looks:
    """The passes of the network over one picture, each computed once."""

    def __init__(self, network: NanoDet, views: Views) -> None:
        """Store the picture; nothing is computed yet."""
        self._network, self._views = network, views
        self._made: dict[tuple[int, int], Beings] = {}
        self.shape = views.shape

    def at(self, side: int, turn: int) -> Beings:
        """Return what is found with the longest side resized to ``side`` pixels, in this turn."""
        if (side, turn) not in self._made:
            self._made[side, turn] = self._network.look(self._views, side, turn)
        return self._made[side, turn]

    def is_anybody_there(self) -> bool:
        """Return whether somebody may be in the picture, in any orientation."""
        persons = (self.at(LOOK, turn).persons for turn in TURNS)
        return any(votes[:, SCORE].max(initial=0) >= PERSON_ANYWHERE for votes in persons)


class Company:
    """The persons and animals in one picture, found when they are first asked for."""

    def __init__(self, looks: Looks, turns: tuple[int, ...]) -> None:
        """Store the picture, to be examined upright and in the ``turns`` in which it shows faces.

        An animal's face may be detected in any orientation, a person only in the right one.
        """
        self._looks = looks
        self._turns = dict.fromkeys((0, *turns))
        self._main = next(iter(turns), 0)
        self.shape = looks.shape

    @cached_property
    def _beings(self) -> Beings:
        return self._look(LOOK)

    @cached_property
    def _closer(self) -> Beings:
        return self._look(CLOSER)

    @property
    def _standing(self) -> Beings:
        """What is found in the turn of the picture's faces; in others feet look like heads."""
        return self._looks.at(LOOK, self._main)

    def _look(self, side: int) -> Beings:
        looks = [self._looks.at(side, turn) for turn in self._turns]
        return Beings(
            persons=together([look.persons for look in looks]),
            animals=together([look.animals for look in looks]),
        )

    def is_animal(self, box: Box) -> bool:
        """Return whether an animal and no person is there, also in a closer pass.

        A looser rule (an animal at 1.5 times the person's score) made visible a man whom a
        dog licked. By this rule a child with the face of a cat painted on is a person.
        """
        if not self._beings.animal_at(box) or self._beings.person_at(box):
            return False
        return not self._closer.person_at(box, PERSON_CLOSER)

    def is_person(self, box: Box) -> bool:
        """Return whether a person is at the box."""
        return self._beings.person_at(box)

    def is_head(self, box: Box) -> bool:
        """Return whether the head of a person is at the box."""
        return bool(self._standing.heads_at(box))

    def marked(self, judged: Sequence[Judged]) -> list[Judged]:
        """Return the places; ``alone`` is set on the likeliest of each large, faceless person."""
        least = _LARGE_PERSON * self.shape[0] * self.shape[1]
        seen: dict[Box, Judged | None] = {}
        for each in sorted(judged, key=lambda one: -one.sure):
            for person in self._standing.heads_at(each.box, _CLEAR_PERSON):
                if person.area >= least:
                    seen.setdefault(person, None if each.hidden else each)
        alone = [each for each in seen.values() if each is not None]
        return [replace(each, alone=any(each is one for one in alone)) for each in judged]

    def faceless(self, known: Sequence[Box] = ()) -> list[Box]:
        """Return the heads of large persons on which none of the known boxes lies.

        Persons cut off at the top are left out: what is visible there is an arm or a leg.
        """
        heads = []
        for *sides, score, _roll, turn in self._standing.persons.tolist():
            person = _upright(Box(*sides), int(turn))
            frame = _upright(Box(0, 0, self.shape[1], self.shape[0]), int(turn))
            whole = person.top - frame.top >= _CUT * frame.height
            large = person.area >= _LARGE_PERSON * frame.area
            faces = (_upright(box, int(turn)) for box in known)
            if score < _CLEAR_PERSON or not (large and whole):
                continue
            if not any(_is_head(face, person) for face in faces):
                head = replace(person, bottom=person.top + _height_of_head(person))
                heads.append(_upright(head, -int(turn) % 4))
        return heads


class NanoDet:
    """The network, reduced to persons and animals."""

    def __init__(self, threads: int) -> None:
        """Load the weights; raises ModelError if they are missing or altered."""
        self._network = _runtime.load(_runtime.read_model(WEIGHTS[0]), _MAPS, threads)

    def look(self, views: Views, side: int, turn: int) -> Beings:
        """Return what is found with the longest side resized to ``side`` pixels, in this turn."""
        small = views.sized(side)
        height, width = small.shape[:2]
        maps = self._network.run(_input(turned(small, turn)))
        kinds = []
        for classes in (slice(_PERSON, _PERSON + 1), _ANIMALS):
            found = [
                _votes(part[0], stride, classes)
                for part, stride in zip(maps, _STRIDES, strict=True)
            ]
            votes = turned_back(best_of_each(together(found), _SAME), turn, width, height)
            votes[:, [0, 2]] *= views.shape[1] / width
            votes[:, [1, 3]] *= views.shape[0] / height
            kinds.append(votes)
        return Beings(*kinds)


def _input(pixels: Pixels) -> Tensor:
    """Return the network's input: B, G, R, normalised, padded with grey to whole cells."""
    height, width = pixels.shape[:2]
    batch = np.zeros((1, 3, -(-height // _STEP) * _STEP, -(-width // _STEP) * _STEP), np.float32)
    batch[0, :, :height, :width] = ((pixels[:, :, ::-1] - _MEAN) / _SCALE).transpose(2, 0, 1)
    return batch


def _votes(part: Tensor, stride: int, classes: slice) -> Votes:
    """Return the votes of one map, (124, rows, columns), each for the best of these classes."""
    scores = 1 / (1 + np.exp(-part[:_CLASSES][classes].max(axis=0)))
    rows, columns = np.nonzero(scores > _FLOOR)
    if len(rows) == 0:
        return no_votes()
    spread = part[_CLASSES:, rows, columns].reshape(4, -1, len(rows))
    shares = np.exp(spread - spread.max(axis=1, keepdims=True))
    steps = np.arange(shares.shape[1], dtype=np.float32)[None, :, None]
    left, top, right, bottom = (shares * steps).sum(axis=1) / shares.sum(axis=1) * stride
    x, y = (columns + 0.5) * stride, (rows + 0.5) * stride
    table = [x - left, y - top, x + right, y + bottom, scores[rows, columns], 0 * x, 0 * x]
    return np.stack(table, axis=1).astype(np.float32)


def _upright(box: Box, turn: int) -> Box:
    """Return the box as it appears in a picture turned by ``turn``, with the same corner."""
    for _ in range(turn):
        box = Box(box.top, -box.right, box.bottom, -box.left)
    return box


def _height_of_head(person: Box) -> float:
    return min(person.height, max(_HEAD * person.height, _ROUND * person.width))


def _is_head(box: Box, person: Box) -> bool:
    x, y = box.centre
    head = _height_of_head(person)
    return (
        2 * abs(x - person.centre[0]) <= _BESIDE * person.width
        and -_OVER * head <= y - person.top <= _DOWN * head
        and _SMALLEST * person.width <= np.sqrt(box.area) <= _LARGEST * person.width
    )


def _covered(box: Box, beings: Votes, least: float) -> float:
    """Return the largest share of a box that one of the beings with at least this score covers."""
    boxes = (Box(*map(float, row[:4])) for row in beings if row[4] >= least)
    return max((box.overlap(each) / max(box.area, 1.0) for each in boxes), default=0.0)
