"""Reads the boxes of an untrusted ISO base media file, and the numbers inside them."""

from __future__ import annotations

from dataclasses import dataclass

MOST_BOXES = 2000


class BoxError(ValueError):
    """A box is malformed or ends too early."""


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its four-letter type, and the offsets where its content begins and ends."""

    kind: bytes
    start: int
    end: int


def read(untrusted: bytes, start: int, end: int) -> tuple[list[Box], int]:
    """Return the boxes between two offsets, and the offset where the last complete one ends."""
    boxes: list[Box] = []
    while start + 8 <= end and len(boxes) < MOST_BOXES:
        length, header = int.from_bytes(untrusted[start : start + 4]), 8
        if length == 1:
            length, header = int.from_bytes(untrusted[start + 8 : start + 16]), 16
        elif length == 0:
            length = end - start
        if length < header or start + length > end:
            break
        boxes.append(Box(untrusted[start + 4 : start + 8], start + header, start + length))
        start += length
    return boxes, start


class Cursor:
    """Reads big-endian numbers and strings one after another; raises BoxError at the end."""

    def __init__(self, untrusted: bytes, start: int, end: int) -> None:
        """Read ``untrusted`` from ``start`` up to, not including, ``end``."""
        self._untrusted = untrusted
        self.at = start
        self._end = end

    def take(self, length: int) -> bytes:
        """Return the next ``length`` bytes."""
        if self.at + length > self._end:
            raise BoxError
        self.at += length
        return self._untrusted[self.at - length : self.at]

    def number(self, length: int) -> int:
        """Return the next ``length`` bytes as an unsigned number; 0 for no bytes."""
        return int.from_bytes(self.take(length))

    def rest(self) -> bytes:
        """Return all remaining bytes."""
        return self._untrusted[self.at : self._end]

    def string(self) -> bytes:
        """Return the bytes up to the next zero byte, and skip that."""
        end = self._untrusted.find(b"\0", self.at, self._end)
        if end < 0:
            raise BoxError
        text = self._untrusted[self.at : end]
        self.at = end + 1
        return text
