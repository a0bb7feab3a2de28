"""BMP: reads the headers, and reports all bytes that are neither header nor pixel row."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from photoguard.formats._format import Format
from photoguard.formats._parts import trailer
from photoguard.model import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from photoguard.formats._parts import Part

_FILE_HEADER = 14
_RESERVED = slice(6, 10)
_INFO_HEADER, _V5_HEADER = 40, 124
_COLOUR_SPACE = slice(_FILE_HEADER + 56, _FILE_HEADER + 60)
_PROFILES = (b"KNIL", b"DEBM")
_MASKS = {0: 0, 3: 12, 6: 16}
"""Uncompressed kinds → bytes of bit masks that follow a 40-byte header."""
_PALETTE_DEPTH, _ALPHA_DEPTH = 8, 32


def recognise(untrusted_head: bytes) -> str | None:
    """Return "bmp" if the file begins with "BM", else None."""
    return "bmp" if untrusted_head.startswith(b"BM") else None


def parts(untrusted: bytes) -> Iterator[Part]:
    """Yield findings for a profile, an alpha channel, and bytes outside the pixel rows."""
    size = int.from_bytes(untrusted[_FILE_HEADER : _FILE_HEADER + 4], "little")
    if size < _INFO_HEADER or len(untrusted) < _FILE_HEADER + size:
        yield Finding(FindingKind.STRUCTURE, "BMP header")
        return
    if size >= _V5_HEADER and untrusted[_COLOUR_SPACE] in _PROFILES:
        yield Finding(FindingKind.COLOUR_PROFILE, "BMP header")
    if any(untrusted[_RESERVED]):
        yield Finding(FindingKind.UNKNOWN, "BMP header, reserved bytes")
    yield from _row_findings(untrusted, size)


def _row_findings(untrusted: bytes, size: int) -> Iterator[Part]:
    rows_at = int.from_bytes(untrusted[10:14], "little")
    fields = struct.unpack_from("<iiHHIIiiI", untrusted, _FILE_HEADER + 4)
    width, height, _, depth, compression, coded, _, _, colours = fields
    plain = (width * depth + 31) // 32 * 4 * abs(height)
    length = plain if compression in _MASKS else coded
    if depth == _ALPHA_DEPTH:
        yield Finding(FindingKind.HIDDEN_PIXELS, "alpha channel")
    if depth <= _PALETTE_DEPTH:
        colours = colours or 1 << depth
    masks = _MASKS.get(compression, 0) if size == _INFO_HEADER else 0
    if rows_at != _FILE_HEADER + size + masks + 4 * colours:
        yield Finding(FindingKind.STRUCTURE, "bytes before the rows")
    if length < 0 or rows_at + length > len(untrusted):
        yield Finding(FindingKind.STRUCTURE, "rows missing")
        return
    if compression in _MASKS and _has_padding(untrusted[rows_at : rows_at + length], width, depth):
        yield Finding(FindingKind.HIDDEN_PIXELS, "bytes between the rows")
    yield from trailer(untrusted[rows_at + length :], "after the rows")


def _has_padding(rows: bytes, width: int, depth: int) -> bool:
    """Return whether the padding that aligns each row to four bytes holds anything but zeros."""
    used, stride = (width * depth + 7) // 8, (width * depth + 31) // 32 * 4
    begins = range(0, len(rows), stride) if stride > 0 else ()
    return any(rows[at + used : at + stride].strip(b"\0") for at in begins)


FORMAT = Format(recognise, parts)
