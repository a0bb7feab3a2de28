"""Reports what a WebP's coded picture holds beyond the picture: rows, and bytes after them.

The same coded bytes are decoded again, with a greater height in the header (RFC 6386, 9.1)
or without their last few bytes. If the data ends with the last row, as it should, that
fails. If it succeeds, rows were hidden by changing the height, or bytes were appended that
no decoder reads.

In a lossy picture the last bytes are those of its last partition (RFC 6386, 7.3, 9.2 to
9.6).
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL.WebPImagePlugin import WebPImageFile

from photoguard.model import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator


HEADER = 10
_SIZE_BYTES = 3
_TAG_BITS = 5
"""Bits of the frame tag before the size of the first partition."""
_EVEN = 128
_SEGMENTS, _DELTAS, _PROBABILITIES = 4, 4, 3


@dataclass(frozen=True, slots=True)
class Partition:
    """A partition of a VP8 frame as a half-open byte range."""

    start: int
    end: int
    length_at: int | None
    """Offset of the field with its length; None for the last partition, which has none."""


def partitions(frame: bytes) -> list[Partition]:
    """Return the partitions of the frame: the one with block modes, then the coefficients.

    Partitions that reach beyond the frame are left out: they cannot be decoded anyway.
    """
    first = Partition(HEADER, HEADER + (int.from_bytes(frame[:3], "little") >> _TAG_BITS), 0)
    count = _count(frame[first.start : first.end])
    at = first.end + _SIZE_BYTES * (count - 1)
    found = [first]
    for number in range(count):
        length_at = first.end + _SIZE_BYTES * number if number < count - 1 else None
        length = len(frame) if length_at is None else _number(frame, length_at)
        end = min(at + length, len(frame))
        found.append(Partition(at, end, length_at))
        at = end
    return [part for part in found if part.start < part.end <= len(frame)]


def shortened(frame: bytes, part: Partition, by: int) -> bytes:
    """Return the frame without the last ``by`` bytes of one partition, its length field corrected.

    At least one byte is left: libwebp does not notice if a partition is empty.
    """
    kept = max(part.start + 1, part.end - by)
    coded = bytearray(frame[:kept] + frame[part.end :])
    if part.length_at is not None:
        length, shift = kept - part.start, 0 if part.length_at else _TAG_BITS
        low = _number(frame, part.length_at) & ((1 << shift) - 1)
        number = (length << shift | low).to_bytes(_SIZE_BYTES, "little")
        coded[part.length_at : part.length_at + _SIZE_BYTES] = number
    return bytes(coded)


def _number(frame: bytes, at: int) -> int:
    return int.from_bytes(frame[at : at + _SIZE_BYTES], "little")


def _count(first: bytes) -> int:
    """Return how many coefficient partitions the frame header announces."""
    bits = _Bits(first)
    bits.take(2)  # colour space, clamping
    if bits.take(1):
        _segmentation(bits)
    bits.take(10)  # the loop filter's kind, level and sharpness
    if bits.take(1) and bits.take(1):
        for _ in range(2 * _DELTAS):
            bits.optional(7)
    return 1 << bits.take(2)


def _segmentation(bits: _Bits) -> None:
    has_map, has_values = bits.take(1), bits.take(1)
    if has_values:
        bits.take(1)
        for length in (8,) * _SEGMENTS + (7,) * _SEGMENTS:
            bits.optional(length)
    if has_map:
        for _ in range(_PROBABILITIES):
            bits.optional(8)


class _Bits:
    """Reads bits of probability 1/2 from VP8's boolean coder; zeros after the end."""

    def __init__(self, coded: bytes) -> None:
        self._coded = int.from_bytes(coded[:256].ljust(256, b"\0"))
        self._left = 8 * 256 - 8
        self._range = 255
        self._value = self._coded >> self._left

    def take(self, count: int) -> int:
        """Return the next ``count`` bits as a number, the first one highest."""
        number = 0
        for _ in range(count):
            number = number << 1 | self._bit()
        return number

    def optional(self, length: int) -> None:
        """Skip a flag bit, and the ``length`` bits after it if the flag is 1."""
        if self.take(1):
            self.take(length)

    def _bit(self) -> int:
        split = 1 + ((self._range - 1) * _EVEN >> 8)
        bit = self._value >= split
        self._range, self._value = (
            (self._range - split, self._value - split) if bit else (split, self._value)
        )
        while self._range < _EVEN:
            self._left -= 1
            self._range <<= 1
            self._value = self._value << 1 | self._coded >> self._left & 1
        return int(bit)


MOST_PIXELS = 100_000_000
_SIZE_AT = 6
_LONGEST_SIDE = 0x3FFF
_BLOCK = 16
_FURTHER_BLOCKS = 16
"""Rows of blocks added to the height: too many to fit in the unused bits of the last byte."""
_PADDING = 8
"""Bytes cut from a partition: more than any encoder adds to its end."""
_BEHIND = Finding(FindingKind.HIDDEN_PIXELS, "bytes behind the picture's last block")


def findings(untrusted_frame: bytes) -> Iterator[Finding]:
    """Yield findings if a lossy picture holds more than its height, or may do so."""
    if len(untrusted_frame) < HEADER:
        yield Finding(FindingKind.STRUCTURE, "VP8 frame header")
        return
    sizes = struct.unpack_from("<HH", untrusted_frame, _SIZE_AT)
    width, height = (size & _LONGEST_SIDE for size in sizes)
    across, down = -(-width // _BLOCK), -(-height // _BLOCK)
    taller = (down + -(-_FURTHER_BLOCKS // max(across, 1))) * _BLOCK
    if width * taller > MOST_PIXELS or not width * height:
        yield Finding(FindingKind.STRUCTURE, "VP8 frame header, size")
    elif taller <= _LONGEST_SIDE and _is_whole(b"VP8 ", _with_height(untrusted_frame, taller)):
        yield Finding(FindingKind.HIDDEN_PIXELS, "rows below the picture's height")
    elif any(
        _is_whole(b"VP8 ", shortened(untrusted_frame, part, _PADDING))
        for part in partitions(untrusted_frame)
    ):
        yield _BEHIND


def lossless_findings(untrusted: bytes) -> Iterator[Finding]:
    """Yield a finding if bytes follow the data of a lossless picture."""
    if _is_whole(b"VP8L", untrusted[:-_PADDING]):
        yield _BEHIND


def _with_height(frame: bytes, height: int) -> bytes:
    return frame[: _SIZE_AT + 2] + struct.pack("<H", height) + frame[HEADER:]


def _is_whole(kind: bytes, coded: bytes) -> bool:
    """Return whether the coded bytes suffice for the picture that they announce."""
    chunk = kind + struct.pack("<I", len(coded)) + coded + b"\0" * (len(coded) % 2)
    riff = b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk
    try:
        with WebPImageFile(io.BytesIO(riff)) as picture:
            picture.load()
    except (OSError, EOFError, SyntaxError, ValueError, MemoryError):
        return False
    return True
