"""One finder for all tests, and public-domain portraits to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from photoguard.detect import FaceFinder
from tests.conftest import PROJECT

if TYPE_CHECKING:
    from photoguard.model import Pixels


@pytest.fixture(scope="session")
def finder() -> FaceFinder:
    """A finder with its weights loaded."""
    return FaceFinder(threads=1)


def read(name: str) -> Pixels:
    """Return RGB pixels of one of the project's portraits."""
    encoded = np.fromfile(PROJECT / "samples" / "originals" / name, np.uint8)
    pixels: Pixels = cv2.cvtColor(cv2.imdecode(encoded, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    return pixels


@pytest.fixture(scope="session")
def astronaut() -> Pixels:
    """One face, upright, of about 90 px in 512."""
    return read("astronaut.png")


@pytest.fixture(scope="session")
def meadow() -> Pixels:
    """Sky over grass, with a little grain, and nobody in it."""
    rows = np.linspace(0, 1, 120)[:, None, None]
    sky, grass = np.array([150.0, 190.0, 230.0]), np.array([60.0, 130.0, 50.0])
    colours = np.where(rows < 0.5, sky * (0.8 + 0.4 * rows), grass * (1.4 - 0.4 * rows))
    grain = np.random.default_rng(7).normal(0, 3, (120, 160, 1))
    return np.clip(colours + grain, 0, 255).astype(np.uint8)
