"""Restoration: the best linear map from hidden to clear faces, learnt on other people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tests.benchmarks._strength_attacks import ranks, thumbnail

if TYPE_CHECKING:
    from tests.benchmarks._strength_attacks import Vectors
    from tests.benchmarks._strength_people import Pairs, Person

SIDE = 24
"""Of the small pictures between which the map is learnt."""
STRENGTHS = (1e-2, 1e-1, 1.0, 10.0, 100.0)
"""Ridge penalties as shares of the mean variance; the attacker takes the luckiest."""


def restored(people: list[Person], runs: list[Pairs]) -> tuple[float, float]:
    """Return the share of restored faces that match their clear photo best, and the likeness.

    Learns on one half of the people and restores the other, both ways round. ``runs``
    holds the same people hidden several times. The likeness is the mean correlation of
    what is particular in a face: the mean face of the others is taken off both.
    """
    hits, likenesses = [], []
    even = np.arange(len(people)) % 2 == 0
    for learn in (even, ~even):
        best = max(_attempt(people, runs, learn, strength) for strength in STRENGTHS)
        hits.append(best[0])
        likenesses.append(best[1])
    return float(np.mean(hits)), float(np.mean(likenesses))


def _attempt(
    people: list[Person], runs: list[Pairs], learn: Vectors, strength: float
) -> tuple[float, float]:
    clear = _faces(people, [person.photos for person in people])
    hidden = [_faces(people, pairs) for pairs in runs]
    both = np.concatenate([learn, learn])
    known = np.concatenate([run[both] for run in hidden])
    wanted = np.concatenate([clear[both]] * len(hidden))
    mean_in, mean_out = known.mean(axis=0), wanted.mean(axis=0)
    guess = _ridge(known - mean_in, wanted - mean_out, hidden[0][~both] - mean_in, strength)
    truth = clear[~both] - mean_out
    guess, truth = _unit(guess), _unit(truth)
    return float((ranks(truth, guess) == 0).mean()), float((guess * truth).sum(axis=1).mean())


def _ridge(known: Vectors, wanted: Vectors, asked: Vectors, strength: float) -> Vectors:
    """Return the ridge regression's answer, solved in the space of the examples."""
    gram = known @ known.T
    penalty = strength * max(1e-9, float(np.trace(gram)) / len(gram))
    weights = np.linalg.solve(gram + penalty * np.eye(len(gram)), wanted)
    answer: Vectors = asked @ known.T @ weights
    return answer


def _faces(people: list[Person], pairs: Pairs) -> Vectors:
    """Return all first photos' faces, then all second ones', a row each."""
    return np.array(
        [
            thumbnail(pair[side], person.boxes[side], SIDE).ravel()
            for side in (0, 1)
            for person, pair in zip(people, pairs, strict=True)
        ]
    )


def _unit(rows: Vectors) -> Vectors:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    result: Vectors = rows / np.maximum(norms, 1e-9)
    return result
