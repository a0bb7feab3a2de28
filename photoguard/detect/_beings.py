"""NanoDet: which parts of a picture are persons and which are animals.

RangiLyu: NanoDet (github.com/RangiLyu/nanodet), the variant g, taught on COCO. Each cell of
its maps at an 8th, 16th and 32nd of the input holds logits of 80 classes, and for each side
a distribution over 0 to 10 cells of how far away it lies. It is no detector of faces: it
tells a dog's head from a child's, and where the head of a person should be.
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
"""Longest side of the look at every picture."""
CLOSER = 640
"""Longest side of the look for persons where an animal was seen."""
PERSON = 0.25
"""Score from which something is a person: a man whom a dog licks has no more."""
PERSON_CLOSER = 0.3
"""The same in the closer look, which sees persons in the fur of cats and dogs up to 0.29.
Of 199 pictures of animals a third as much is hidden as without the rule, and nobody was shown
in them or in 151 others; in portraits with painted faces and masks persons had 0.36 or more."""
PERSON_ANYWHERE = 0.35
"""Score from which somebody may be in the picture: landscapes and things had 0.32 or less."""
ANIMAL = 0.3
"""Score from which something is an animal, if nothing there is a person."""

_STRIDES = (8, 16, 32)
_MAPS = tuple(f"map{stride}" for stride in _STRIDES)
_PERSON = 0
_ANIMALS = slice(14, 24)
"""Bird, cat, dog, horse, sheep, cow, elephant, bear, zebra, giraffe; no teddy bear."""
_CLASSES = 80
_MEAN = np.array([103.53, 116.28, 123.675], np.float32)
_SCALE = np.array([57.375, 57.12, 58.395], np.float32)
_STEP = 32
_FLOOR = 0.2
_SAME = 0.6

_CLEAR_PERSON, _LARGE_PERSON = 0.6, 0.05
"""Score and share of the picture from which a person should have a face, or show none: of 269
pictures 3 had one on whose head something faint was seen and nothing hidden, one a face."""
_CUT = 0.02
"""Share of the picture's height within which a person begins who is cut off above."""
_TOUCHES = 0.1
"""Share of a place that a person must cover to be evidence that it is no animal's."""
_INSIDE = 0.6
"""Share of a place that an animal must cover."""
_HEAD, _ROUND = 0.4, 0.9
"""A head takes at most this share of a person's height, and of the width if only the top
of a person is seen."""
_BESIDE, _OVER, _DOWN = 1.2, 0.15, 0.85
"""How far its middle may lie: beside a person's, in widths, and above or below the top."""
_SMALLEST, _LARGEST = 0.1, 1.3
"""Of a face on it, in widths of the person."""


@dataclass(frozen=True, slots=True)
class Beings:
    """Persons and animals in one picture, as votes."""

    persons: Votes
    animals: Votes

    def animal_at(self, box: Box) -> bool:
        """Tell whether an animal is there, whatever else may be."""
        return _covered(box, self.animals, ANIMAL) >= _INSIDE

    def person_at(self, box: Box, least: float = PERSON) -> bool:
        """Tell whether a person is there, or reaches into it."""
        return _covered(box, self.persons, least) >= _TOUCHES

    def heads_at(self, box: Box, least: float = PERSON) -> list[Box]:
        """Return the persons on whose head a box lies, as large as a face there would be.

        The head is where the look that saw the person had its top.
        """
        return [
            person
            for *sides, score, _roll, turn in self.persons.tolist()
            if score >= least
            and _is_head(_upright(box, int(turn)), _upright(person := Box(*sides), int(turn)))
        ]


class Looks:
    """The network's looks at one picture, each made once."""

    def __init__(self, network: NanoDet, views: Views) -> None:
        """Keep the picture; nothing is looked at yet."""
        self._network, self._views = network, views
        self._made: dict[tuple[int, int], Beings] = {}
        self.shape = views.shape

    def at(self, side: int, turn: int) -> Beings:
        """Return what is seen with the longest side resized to ``side`` pixels, in this turn."""
        if (side, turn) not in self._made:
            self._made[side, turn] = self._network.look(self._views, side, turn)
        return self._made[side, turn]

    def is_anybody_there(self) -> bool:
        """Tell whether somebody may be in the picture, whichever side is up."""
        persons = (self.at(LOOK, turn).persons for turn in TURNS)
        return any(votes[:, SCORE].max(initial=0) >= PERSON_ANYWHERE for votes in persons)


class Company:
    """Who and what is in one picture, looked at when it is asked."""

    def __init__(self, looks: Looks, turns: tuple[int, ...]) -> None:
        """Keep the picture, to be looked at upright and in the ``turns`` of its faces.

        An animal's face may be seen in any turn, and a person in the wrong one is not.
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
        """Who is seen in the turn of the picture's faces: in others feet are taken for heads."""
        return self._looks.at(LOOK, self._main)

    def _look(self, side: int) -> Beings:
        looks = [self._looks.at(side, turn) for turn in self._turns]
        return Beings(
            persons=together([look.persons for look in looks]),
            animals=together([look.animals for look in looks]),
        )

    def is_animal(self, box: Box) -> bool:
        """Tell whether an animal is there and no person, in a closer look as well.

        A looser rule, an animal half as sure again as the person, showed a man whom a dog
        licked; and a child with the face of a cat painted on is a person by this one.
        """
        if not self._beings.animal_at(box) or self._beings.person_at(box):
            return False
        return not self._closer.person_at(box, PERSON_CLOSER)

    def is_person(self, box: Box) -> bool:
        """Tell whether a person is there at all."""
        return self._beings.person_at(box)

    def is_head(self, box: Box) -> bool:
        """Tell whether the head of a person is there."""
        return bool(self._standing.heads_at(box))

    def marked(self, judged: Sequence[Judged]) -> list[Judged]:
        """Return the places with the likeliest marked on each large person without a face."""
        least = _LARGE_PERSON * self.shape[0] * self.shape[1]
        seen: dict[Box, Judged | None] = {}
        for each in sorted(judged, key=lambda one: -one.sure):
            for person in self._standing.heads_at(each.box, _CLEAR_PERSON):
                if person.area >= least:
                    seen.setdefault(person, None if each.hidden else each)
        alone = [each for each in seen.values() if each is not None]
        return [replace(each, alone=any(each is one for one in alone)) for each in judged]

    def faceless(self, known: Sequence[Box] = ()) -> list[Box]:
        """Return the heads of the large persons on which none of these places lies.

        Of a person whom the picture cuts off above, what is there is an arm or a leg.
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
    """The network, and what of its classes matters here."""

    def __init__(self, threads: int) -> None:
        """Load the weights; raises ModelError where they are missing or altered."""
        self._network = _runtime.load(_runtime.read_model(WEIGHTS[0]), _MAPS, threads)

    def look(self, views: Views, side: int, turn: int) -> Beings:
        """Return what is seen with the longest side resized to ``side`` pixels, in this turn."""
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
    """Return the network's input: blue first, normalised, with grey up to whole cells."""
    height, width = pixels.shape[:2]
    batch = np.zeros((1, 3, -(-height // _STEP) * _STEP, -(-width // _STEP) * _STEP), np.float32)
    batch[0, :, :height, :width] = ((pixels[:, :, ::-1] - _MEAN) / _SCALE).transpose(2, 0, 1)
    return batch


def _votes(part: Tensor, stride: int, classes: slice) -> Votes:
    """Return the votes of one map, (124, rows, columns), for the best of these classes."""
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
    """Return a box of the picture where a look in this turn sees it, around the same corner."""
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
    """Return the largest share of a box that a being of at least this score covers."""
    boxes = (Box(*map(float, row[:4])) for row in beings if row[4] >= least)
    return max((box.overlap(each) / max(box.area, 1.0) for each in boxes), default=0.0)
