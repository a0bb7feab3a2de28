"""Computes the ellipse to hide from a detected face."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, hypot, radians, sin
from typing import TYPE_CHECKING

from photoguard.model import Cover, Region

if TYPE_CHECKING:
    from photoguard.model import Face

MIN_HALF = 2.5
"""Least half axis in pixels: detectors are wrong by that much on a tiny face."""
FLATTEST = 1.1
"""Least height of a face as a multiple of its width: detectors differ in how much forehead they
include."""
NARROWEST = 0.7
"""Least width of a head as a multiple of its height: a profile, or a face at the edge of the
picture, is narrower than its head."""


@dataclass(frozen=True, slots=True)
class _Growth:
    """The ellipse relative to the box: half axes, and the shift towards the crown."""

    across: float
    along: float
    up: float


# An ellipse through the corners of a box is the square root of 2 as large. CenterFace boxes
# half the forehead too: hair ends within a third of a box above, measured on portraits.
_GROWTH = {
    Cover.FACE: _Growth(across=0.72, along=0.73, up=0.015),
    Cover.HEAD: _Growth(across=0.80, along=0.77, up=0.08),
}


def region_of(face: Face, cover: Cover) -> Region:
    """Return the ellipse that hides this face: forehead, chin and ears, or the whole head.

    It contains the detector's box with its corners. For a weak detection only the face is
    hidden, whatever ``cover`` says.
    """
    growth = _GROWTH[Cover.FACE if face.tight else cover]
    turn = radians(face.roll)
    across, down = (cos(turn), sin(turn)), (-sin(turn), cos(turn))
    # The box stands upright in the picture, whichever way the face does.
    box = face.box
    width = box.width * across[0] ** 2 + box.height * across[1] ** 2
    height = box.height * across[0] ** 2 + box.width * across[1] ** 2
    tall = max(height, FLATTEST * width)
    wide = max(width, NARROWEST * height)
    up = growth.up * tall + (tall - height) / 2
    centre = (box.centre[0] - up * down[0], box.centre[1] - up * down[1])
    half_width = max(growth.across * wide, MIN_HALF)
    half_height = max(growth.along * tall, MIN_HALF)
    stretch = max(
        1.0,
        *(
            hypot(
                _along(x - centre[0], y - centre[1], across) / half_width,
                _along(x - centre[0], y - centre[1], down) / half_height,
            )
            for x in (box.left, box.right)
            for y in (box.top, box.bottom)
        ),
    )
    return Region(centre, half_width * stretch, half_height * stretch, face.roll)


def _along(x: float, y: float, axis: tuple[float, float]) -> float:
    return x * axis[0] + y * axis[1]
