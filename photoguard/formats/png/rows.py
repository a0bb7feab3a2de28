"""Reports what the compressed rows of a PNG hold beyond the picture."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL.PngImagePlugin import PngImageFile

from photoguard.model import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_PIXELS = 100_000_000
MOST_WITH_ALPHA = 50_000_000
"""Most pixels of a picture with alpha that is decoded; a larger one is reported unseen."""
_FULL = 255
_HEADER = struct.Struct(">IIBBBBB")
_BANDS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_WITH_ALPHA = frozenset({4, 6})
_WITH_PALETTE = 3
_SEVERAL = 4
_STEP = 1 << 20
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2))
_LAST_PASS = (0, 1, 1, 2)
"""The last pass of Adam7, as all of ``_PASSES``: first column, first row, column step, row step."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk of a PNG."""

    kind: bytes
    untrusted: bytes


def findings(chunks: Sequence[Chunk]) -> Iterator[Finding]:
    """Yield findings for transparency, unused colours, and rows or bytes too many or missing."""
    header = chunks[0].untrusted if chunks else b""
    if len(header) != _HEADER.size or chunks[0].kind != b"IHDR":
        yield Finding(FindingKind.STRUCTURE, "IHDR")
        return
    width, height, depth, colour, _, _, interlaced = _HEADER.unpack(header)
    if width * height > MOST_PIXELS or colour not in _BANDS:
        yield Finding(FindingKind.STRUCTURE, "IHDR, size or colour")
        return
    bits = depth * _BANDS[colour]
    passes = (*_PASSES, _LAST_PASS) if interlaced else ((0, 0, 1, 1),)
    expected = sum(
        _bytes(_part(width, x, dx), _part(height, y, dy), bits) for x, y, dx, dy in passes
    )
    coded = (chunk.untrusted for chunk in chunks if chunk.kind == b"IDAT")
    found = list(_inflate(coded, expected))
    yield from found
    large = width * height > MOST_WITH_ALPHA
    if colour in _WITH_ALPHA and (found or large or not _is_opaque(chunks)):
        yield Finding(FindingKind.HIDDEN_PIXELS, "alpha channel")
    if colour != _WITH_PALETTE:
        if any(chunk.kind == b"PLTE" for chunk in chunks):
            yield Finding(FindingKind.UNKNOWN, "PLTE, a palette that nothing needs")
    elif found or large or _has_colours_unseen(chunks):
        yield Finding(FindingKind.UNKNOWN, "PLTE, colours that nothing shows")


def _is_opaque(chunks: Sequence[Chunk]) -> bool:
    """Return whether alpha is 255 everywhere, as in screenshots; False if it cannot be decoded."""
    try:
        with PngImageFile(io.BytesIO(_bare(chunks))) as picture:
            lowest, _ = picture.getchannel("A").getextrema()
    except (OSError, SyntaxError, ValueError):
        return False
    return lowest == _FULL


def _has_colours_unseen(chunks: Sequence[Chunk]) -> bool:
    """Return whether the palette has several unused colours; True if it cannot be decoded.

    Unused greys do not count: some programs write a whole grey scale.
    """
    palette = b"".join(chunk.untrusted for chunk in chunks if chunk.kind == b"PLTE")
    try:
        with PngImageFile(io.BytesIO(_bare(chunks))) as picture:
            used = picture.histogram()
    except (OSError, SyntaxError, ValueError):
        return True
    colours = zip(palette[::3], palette[1::3], palette[2::3], strict=False)
    unseen = {colour for colour, pixels in zip(colours, used, strict=False) if not pixels}
    return sum(len({*colour}) > 1 for colour in unseen) >= _SEVERAL


def _bare(chunks: Sequence[Chunk]) -> bytes:
    """Return the PNG with its critical chunks only, for the decoder."""
    parts = [b"\x89PNG\r\n\x1a\n"]
    for chunk in chunks:
        if chunk.kind in {b"IHDR", b"PLTE", b"IDAT", b"IEND"}:
            body = chunk.kind + chunk.untrusted
            length = struct.pack(">I", len(chunk.untrusted))
            parts += (length, body, struct.pack(">I", zlib.crc32(body)))
    return b"".join(parts)


def _part(side: int, first: int, step: int) -> int:
    return max(0, (side - first + step - 1) // step)


def _bytes(width: int, height: int, bits: int) -> int:
    """Return the raw size of one pass in bytes: a filter byte and the pixels for each row."""
    return height * (1 + (width * bits + 7) // 8) if width else 0


def _inflate(coded: Iterator[bytes], expected: int) -> Iterator[Finding]:
    inflater = zlib.decompressobj()
    length = 0
    behind = False
    try:
        for piece in coded:
            behind = behind or (inflater.eof and bool(piece))
            waiting = piece
            while waiting and length <= expected and not inflater.eof:
                length += len(inflater.decompress(waiting, _STEP))
                waiting = inflater.unconsumed_tail
    except zlib.error:
        yield Finding(FindingKind.STRUCTURE, "IDAT cannot be inflated")
        return
    if length > expected:
        yield Finding(FindingKind.HIDDEN_PIXELS, "IDAT, rows below the picture's height")
    elif length < expected:
        yield Finding(FindingKind.STRUCTURE, "IDAT, rows missing")
    if behind or inflater.unused_data:
        yield Finding(FindingKind.HIDDEN_PIXELS, "IDAT, bytes behind the rows")
