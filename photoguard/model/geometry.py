"""Places in a picture: boxes, faces, regions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, cos, floor, hypot, radians, sin
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Pixels: TypeAlias = npt.NDArray[np.uint8]
    """Upright sRGB, uint8, shape (height, width, 3), channel order R, G, B."""


@dataclass(frozen=True, slots=True)
class Box:
    """A half-open rectangle in upright pixels, origin at the top left."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Width in pixels, 0 for an empty box."""
        return max(0.0, self.right - self.left)

    @property
    def height(self) -> float:
        """Height in pixels, 0 for an empty box."""
        return max(0.0, self.bottom - self.top)

    @property
    def area(self) -> float:
        """Area in square pixels."""
        return self.width * self.height

    @property
    def centre(self) -> tuple[float, float]:
        """The middle as (x, y)."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def overlap(self, other: Box) -> float:
        """Area in square pixels that both boxes share."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, width) * max(0.0, height)

    def iou(self, other: Box) -> float:
        """Intersection over union, 0 to 1."""
        shared = self.overlap(other)
        union = self.area + other.area - shared
        return shared / union if union > 0 else 0.0

    def clipped(self, width: float, height: float) -> Box:
        """Return the part that lies inside a picture of this size."""
        return Box(
            min(max(self.left, 0.0), width),
            min(max(self.top, 0.0), height),
            min(max(self.right, 0.0), width),
            min(max(self.bottom, 0.0), height),
        )

    def grown(self, share: float) -> Box:
        """Return the box enlarged on every side by this share of its width and height."""
        across, down = share * self.width, share * self.height
        return Box(self.left - across, self.top - down, self.right + across, self.bottom + down)

    def widened(self, pixels: float) -> Box:
        """Return the box enlarged by this number of pixels on every side."""
        return Box(self.left - pixels, self.top - pixels, self.right + pixels, self.bottom + pixels)

    def on_grid(self, step: int) -> Box:
        """Return the smallest box with sides at multiples of ``step`` that contains this one."""
        left, top = floor(self.left / step) * step, floor(self.top / step) * step
        right, bottom = ceil(self.right / step) * step, ceil(self.bottom / step) * step
        return Box(left, top, right, bottom)

    def joined(self, other: Box) -> Box:
        """Return the smallest box that holds both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def scaled(self, factor: float) -> Box:
        """Return the box with all coordinates multiplied by ``factor``."""
        return self.stretched(factor, factor)

    def stretched(self, across: float, down: float) -> Box:
        """Return the box with x coordinates multiplied by ``across`` and y by ``down``."""
        return Box(self.left * across, self.top * down, self.right * across, self.bottom * down)


@dataclass(frozen=True, slots=True)
class Face:
    """A face that detectors found."""

    box: Box
    score: float
    """How sure the detectors are, 0 to 1."""
    detectors: tuple[str, ...]
    """The names of the detectors that found it."""
    roll: float = 0.0
    """Turn of the head in degrees clockwise; 0 is upright, at 90 the crown points right."""
    weak: bool = False
    """Whether only one weak vote found it; it is hidden, and a person should look."""
    tight: bool = False
    """Whether only the face is hidden and not the head around it, since it is very doubtful."""
    perhaps_no_person: bool = False
    """Whether no person was found around it: perhaps a doll, a drawing or a pattern."""


@dataclass(frozen=True, slots=True)
class Region:
    """A region that is hidden: the ellipse in a turned box, or the whole box (``cornered``).

    An ellipse fits a head, a box a line of text. The soft edge of a style lies outside it.
    ``centre`` is (x, y); lengths are pixels, ``roll`` degrees clockwise.
    """

    centre: tuple[float, float]
    half_width: float
    half_height: float
    roll: float = 0.0
    cornered: bool = False

    @property
    def bounds(self) -> Box:
        """The smallest upright box that holds the region."""
        turn = radians(self.roll)
        wide, tall = self.half_width, self.half_height
        if self.cornered:
            across = abs(wide * cos(turn)) + abs(tall * sin(turn))
            down = abs(wide * sin(turn)) + abs(tall * cos(turn))
        else:
            across = hypot(wide * cos(turn), tall * sin(turn))
            down = hypot(wide * sin(turn), tall * cos(turn))
        x, y = self.centre
        return Box(x - across, y - down, x + across, y + down)

    @property
    def corners(self) -> tuple[tuple[float, float], ...]:
        """The corners (x, y) of the turned box, clockwise from its own top left."""
        turn, (x, y) = radians(self.roll), self.centre
        signs = ((-1, -1), (1, -1), (1, 1), (-1, 1))
        offsets = ((right * self.half_width, down * self.half_height) for right, down in signs)
        return tuple(
            (x + a * cos(turn) - d * sin(turn), y + a * sin(turn) + d * cos(turn))
            for a, d in offsets
        )

    def contains(self, point: tuple[float, float]) -> bool:
        """Tell whether the point (x, y) lies in the region or on its edge.

        Raises ZeroDivisionError for a region without width or height.
        """
        turn = radians(self.roll)
        x, y = point[0] - self.centre[0], point[1] - self.centre[1]
        across = (x * cos(turn) + y * sin(turn)) / self.half_width
        along = (y * cos(turn) - x * sin(turn)) / self.half_height
        return max(abs(across), abs(along)) <= 1 if self.cornered else hypot(across, along) <= 1

    def part(self, start: float, end: float) -> Region:
        """Return the part of the region from ``start`` to ``end``, shares of its width (0 to 1)."""
        turn, shift = radians(self.roll), (start + end - 1) * self.half_width
        x, y = self.centre
        centre = (x + shift * cos(turn), y + shift * sin(turn))
        return replace(self, centre=centre, half_width=(end - start) * self.half_width)

    def share_in(self, other: Region) -> float:
        """Return the approximate share, 0 to 1, of this ellipse that lies in another region."""
        points = [self._point(radius, step) for radius in (0.3, 0.6, 0.9) for step in range(12)]
        return sum(map(other.contains, points)) / len(points)

    def _point(self, radius: float, step: int) -> tuple[float, float]:
        """Return the point (x, y) at this share of the radius and ``step`` times 30 degrees."""
        turn, angle = radians(self.roll), radians(30 * step)
        across = radius * self.half_width * cos(angle)
        along = radius * self.half_height * sin(angle)
        x = self.centre[0] + across * cos(turn) - along * sin(turn)
        return x, self.centre[1] + across * sin(turn) + along * cos(turn)


@dataclass(frozen=True, slots=True)
class NamedRegion:
    """A face region that another program wrote into the file, in upright pixels."""

    box: Box
    name: str | None
    source: str
