"""Reports what the strips and tiles of a TIFF hold beyond the picture's rows (TIFF 6.0).

Each is decompressed, or its codes are followed, up to the size in the header; no result is
kept.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoguard.formats._bits import windows
from photoguard.formats.jpeg import scans
from photoguard.formats.jpeg.parts import parts as jpeg_parts
from photoguard.formats.jpeg.segments import FRAMES
from photoguard.formats.jpeg.segments import read as jpeg_segments
from photoguard.model import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from photoguard.formats._parts import Part

MOST_PIXELS = 100_000_000
MOST_CODED = 64 << 20
_STEP = 1 << 20
_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _COLOURS = 0x0100, 0x0101, 0x0102, 0x0103, 0x0106
_STRIPS, _SAMPLES, _ROWS_PER_STRIP, _STRIP_LENGTHS = 0x0111, 0x0115, 0x0116, 0x0117
_PLANAR, _SEPARATE = 0x011C, 2
_TILE_WIDTH, _TILE_HEIGHT, _TILES, _TILE_LENGTHS = 0x0142, 0x0143, 0x0144, 0x0145
_JPEG, _YCBCR = 7, 6
_ROWS = Finding(FindingKind.HIDDEN_PIXELS, "rows below the picture's height")
_BEHIND = Finding(FindingKind.HIDDEN_PIXELS, "bytes behind the picture's rows")


@dataclass(frozen=True, slots=True)
class _Strip:
    """A strip or tile: its compressed bytes, and how many rows and columns it may have."""

    untrusted: bytes
    columns: int
    rows: int
    bits: int
    """Bits per pixel in its plane."""

    @property
    def length(self) -> int:
        """Its size in bytes once decompressed."""
        return self.rows * -(-self.columns * self.bits // 8)


class _Layout:
    """How the first directory divides its picture into strips or tiles."""

    def __init__(self, numbers: Mapping[int, tuple[int, ...]]) -> None:
        self._numbers = numbers
        self.width, self.height = self.one(_WIDTH, 1), self.one(_HEIGHT, 1)
        bits = numbers.get(_BITS) or (1,)
        samples = self.one(_SAMPLES, 1)
        self._bits = (*bits, *(bits[-1],) * samples)[:samples]
        self.is_separate = self.one(_PLANAR, 1) == _SEPARATE
        self.planes = samples if self.is_separate else 1

    def one(self, tag: int, usual: int) -> int:
        """Return the first number of a tag, or ``usual`` if it is absent; at least 1."""
        return max(1, next(iter(self._numbers.get(tag, ())), usual))

    @property
    def is_tiled(self) -> bool:
        """Whether the picture has tiles instead of strips."""
        return bool(self._numbers.get(_TILES))

    def byte_ranges(self) -> list[tuple[int, int]]:
        """Return (offset, end) of each strip or tile in the file."""
        tags = (_TILES, _TILE_LENGTHS) if self.is_tiled else (_STRIPS, _STRIP_LENGTHS)
        starts, lengths = (self._numbers.get(tag, ()) for tag in tags)
        return [(at, at + length) for at, length in zip(starts, lengths, strict=False)]

    def in_plane(self) -> int:
        """Return how many strips or tiles make up one plane of the picture."""
        if self.is_tiled:
            across = -(-self.width // self.one(_TILE_WIDTH, 1))
            return across * -(-self.height // self.one(_TILE_HEIGHT, 1))
        return -(-self.height // self.one(_ROWS_PER_STRIP, self.height))

    def strip(self, untrusted: bytes, number: int) -> _Strip:
        """Return strip or tile ``number`` (from 0) with its size."""
        bits = self._bits[number // self.in_plane()] if self.is_separate else sum(self._bits)
        if self.is_tiled:
            sides = self.one(_TILE_WIDTH, 1), self.one(_TILE_HEIGHT, 1)
            return _Strip(untrusted, *sides, bits)
        whole = min(self.one(_ROWS_PER_STRIP, self.height), self.height)
        left = self.height - number % self.in_plane() * whole
        return _Strip(untrusted, self.width, min(whole, left), bits)


def findings(
    untrusted: bytes, numbers: Mapping[int, tuple[int, ...]], jpeg_tables: bytes
) -> Iterator[Part]:
    """Yield findings for data after the rows of the first picture, and blocks in JPEG strips.

    ``numbers``: the directory's size and offset tags; ``jpeg_tables``: tag 0x015B, or b"".
    """
    layout = _Layout(numbers)
    byte_ranges = layout.byte_ranges()
    if len(byte_ranges) > layout.in_plane() * layout.planes:
        yield _ROWS
        return
    compression = layout.one(_COMPRESSION, 1)
    follow = _FOLLOWED.get(compression)
    is_odd = layout.one(_COLOURS, 1) == _YCBCR and compression != _JPEG
    if (
        layout.width * layout.height > MOST_PIXELS
        or sum(stop - start for start, stop in byte_ranges) > MOST_CODED
    ):
        yield Finding(FindingKind.STRUCTURE, "strips, too large")
    elif compression == _JPEG:
        yield from jpeg_parts(jpeg_tables)
        for number, (start, stop) in enumerate(byte_ranges):
            yield from _in_jpeg(layout.strip(untrusted[start:stop], number), jpeg_tables)
    elif follow is None or is_odd:
        yield Finding(FindingKind.STRUCTURE, "strips, unusual coding")
    else:
        for number, (start, stop) in enumerate(byte_ranges):
            yield from follow(layout.strip(untrusted[start:stop], number))


def _in_jpeg(strip: _Strip, tables: bytes) -> Iterator[Part]:
    yield from jpeg_parts(strip.untrusted)
    own = jpeg_segments(strip.untrusted).segments
    frames = [segment.untrusted for segment in own if segment.marker in FRAMES]
    sides = [(frame[1:3], frame[3:5]) for frame in frames]
    if any(
        int.from_bytes(rows) > strip.rows or int.from_bytes(columns) > strip.columns
        for rows, columns in sides
    ):
        yield _ROWS
    yield from scans.findings((*jpeg_segments(tables).segments, *own))


def _in_plain(strip: _Strip) -> Iterator[Finding]:
    if strip.untrusted[strip.length :].strip(b"\0"):
        yield (
            _ROWS if len(strip.untrusted) >= strip.length + strip.length // strip.rows else _BEHIND
        )


def _in_deflated(strip: _Strip) -> Iterator[Finding]:
    inflater = zlib.decompressobj()
    waiting, length = strip.untrusted, 0
    try:
        while waiting and length <= strip.length and not inflater.eof:
            length += len(inflater.decompress(waiting, _STEP))
            waiting = inflater.unconsumed_tail
    except zlib.error:
        yield Finding(FindingKind.STRUCTURE, "strips, their codes cannot be followed")
        return
    if length > strip.length:
        yield _ROWS
    elif inflater.unused_data.strip(b"\0"):
        yield _BEHIND


def _in_packed(strip: _Strip) -> Iterator[Finding]:
    """Yield findings for a PackBits strip, by its run lengths.

    Each row is packed separately, so no run may pass the end of the last row.
    """
    coded, at, length = strip.untrusted, 0, 0
    while at < len(coded) and length < strip.length:
        count = coded[at]
        if count < 128:  # noqa: PLR2004  (the sign of a byte)
            length, at = length + count + 1, at + count + 2
        else:
            length, at = length + (257 - count) % 129, at + 2 - (count == 128)  # noqa: PLR2004
    if length > strip.length or coded[at:].strip(b"\0"):
        yield _BEHIND


_CLEAR, _END, _FIRST = 256, 257, 258
_NARROWEST, _WIDEST = 9, 12


def _in_lzw(strip: _Strip) -> Iterator[Finding]:
    """Yield findings for an LZW strip, by the lengths of its codes (TIFF 6.0, section 13)."""
    coded = windows(strip.untrusted)
    lengths = [1] * _CLEAR + [0, 0]
    at = length = before = 0
    width = _NARROWEST
    try:
        while length <= strip.length:
            code = coded[at >> 3] >> (24 - width - (at & 7)) & (1 << width) - 1
            at += width
            if code == _END:
                break
            if code == _CLEAR:
                del lengths[_FIRST:]
                before, width = 0, _NARROWEST
                continue
            if before:
                lengths.append(before + 1)
            before = lengths[code]
            length += before
            if len(lengths) >= (1 << width) - 1 and width < _WIDEST:
                width += 1
    except IndexError:
        yield Finding(FindingKind.STRUCTURE, "strips, their codes cannot be followed")
        return
    if length > strip.length:
        yield _ROWS
    elif strip.untrusted[-(-at // 8) :].strip(b"\0"):
        yield _BEHIND


_FOLLOWED: dict[int, Callable[[_Strip], Iterator[Finding]]] = {
    1: _in_plain,
    5: _in_lzw,
    8: _in_deflated,
    32773: _in_packed,
    32946: _in_deflated,
}
