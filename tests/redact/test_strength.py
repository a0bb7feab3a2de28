"""A small parrot attack that runs everywhere: drawn faces, no recogniser, no photo.

The full one, with a recogniser and real people, is ``python -m tests.benchmarks.strength``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from photoguard.model import Box, Cover, Face, Style
from photoguard.redact import hide, region_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from photoguard.model import Pixels

    Vectors = npt.NDArray[np.float64]

PEOPLE = 50
BOX = Box(28, 26, 68, 74)


def _portrait(person: int, photo: int) -> Pixels:
    """Draw a head whose tones and features are the person's; place and light are the photo's."""
    own, day = np.random.default_rng(person), np.random.default_rng(1000 * photo + person)
    skin = own.uniform((150, 100, 70), (235, 190, 165))
    picture = np.full((100, 96, 3), day.uniform(60, 200, 3), np.float32)
    cv2.ellipse(picture, (48, 46), (26, 34), 0, 0, 360, own.uniform(20, 190, 3).tolist(), -1)
    cv2.ellipse(picture, (48, 52), (20, 25), 0, 0, 360, skin.tolist(), -1)
    apart, high, low = own.integers(6, 12), own.integers(40, 50), own.integers(60, 70)
    for x in (48 - int(apart), 48 + int(apart)):
        cv2.circle(picture, (x, int(high)), int(own.integers(2, 5)), (30, 30, 40), -1)
    mouth = (int(own.integers(5, 12)), int(own.integers(2, 5)))
    cv2.ellipse(picture, (48, int(low)), mouth, 0, 0, 360, (150, 60, 60), -1)
    lit = picture * day.uniform(0.92, 1.08) + day.normal(0, 3, picture.shape)
    return np.clip(lit, 0, 255).astype(np.uint8)


def _described(photo: Pixels) -> Vectors:
    patch = photo[int(BOX.top) : int(BOX.bottom), int(BOX.left) : int(BOX.right)]
    small = cv2.resize(patch, (10, 12), interpolation=cv2.INTER_AREA).astype(float).ravel()
    small -= small.mean()
    unit: Vectors = small / max(1e-9, float(np.linalg.norm(small)))
    return unit


def _hits(style: Style | None) -> int:
    region = region_of(Face(BOX, 1.0, ("drawn",)), Cover.HEAD)

    def side(photo: int) -> Vectors:
        portraits = (_portrait(person, photo) for person in range(PEOPLE))
        shown = (hide(p, [region], style) if style else p for p in portraits)
        return np.array([_described(p) for p in shown])

    likeness = side(2) @ side(1).T
    return int((likeness.argmax(axis=1) == np.arange(PEOPLE)).sum())


def test_the_attack_works() -> None:
    """Without hiding, the attacker knows nearly everybody: otherwise it proves nothing."""
    assert _hits(None) > 0.9 * PEOPLE


@pytest.mark.parametrize("style", list(Style))
def test_hidden_people_are_found_by_chance_only(style: Style) -> None:
    """Hidden alike on both sides, nobody is picked more often than by chance."""
    # Chance is one hit a run; more than 11 in three runs happen once in ten thousand.
    assert sum(_hits(style) for _ in range(3)) <= 11
