"""A picture in the sizes at which it is looked at, each made once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2

if TYPE_CHECKING:
    from photoguard.model import Pixels

LARGEST = 4.0
"""More than so many times its own pixels, a picture gains nothing by enlarging."""


class Views:
    """A picture (upright RGB, uint8) and its smaller and larger copies."""

    def __init__(self, pixels: Pixels) -> None:
        """Keep the picture; it must not change while it is looked at."""
        self.pixels = pixels
        self._sized: dict[tuple[int, int], Pixels] = {}

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the picture in pixels."""
        return self.pixels.shape[0], self.pixels.shape[1]

    def sized(self, side: int, largest: float = LARGEST) -> Pixels:
        """Return the picture with its longest side at ``side`` pixels, as far as that goes."""
        height, width = self.shape
        factor = min(side / max(height, width), largest)
        size = (max(1, round(width * factor)), max(1, round(height * factor)))
        if size not in self._sized:
            self._sized[size] = resized(self.pixels, size)
        return self._sized[size]


def resized(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Return the picture in another size (width, height), by areas when it gets smaller."""
    if size == (pixels.shape[1], pixels.shape[0]):
        return pixels
    way = cv2.INTER_AREA if size[0] < pixels.shape[1] else cv2.INTER_LINEAR
    other: Pixels = cv2.resize(pixels, size, interpolation=way)
    return other
