"""Checks that a JPEG is SOI, APP0, public text, DQT, SOF0, DHT, SOS, one scan, EOI, and no more."""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

from photoguard.formats import jpeg
from photoguard.model import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from photoguard.model import PublicText

BEGINNING = bytes.fromhex("ffd8 ffe0 0010 4a464946 00 0101 00 0001 0001 0000")
"""SOI, and a JFIF 1.01 APP0 of 16 bytes without density and thumbnail."""

_MARK, _SOF0, _SOS = 0xFF, 0xC0, 0xDA
_ORDER = re.compile(rb"\xdb+\xc0\xc4+\xda")
_MARKER_IN_SCAN = re.compile(rb"\xff[^\x00]")
_SOF_COMPONENTS = bytes.fromhex("03 012200 021101 031101")
_SCAN_HEADER = bytes.fromhex("03 0100 0211 0311 00 3f 00")


def structure(written: bytes, size: tuple[int, int], text: PublicText) -> Iterator[Finding]:
    """Yield a finding for each difference from the structure that the writer produces."""
    beginning = BEGINNING + jpeg.segments(text)
    if not written.startswith(beginning):
        yield Finding(FindingKind.STRUCTURE, "beginning or words differ")
        return
    segments, scan = _tables(written, len(beginning))
    kinds = bytes(kind for kind, _ in segments)
    if not _ORDER.fullmatch(kinds):
        yield Finding(FindingKind.STRUCTURE, f"segments {kinds.hex(' ')}")
        return
    contents = dict(segments)
    if contents[_SOF0] != struct.pack(">BHH", 8, size[1], size[0]) + _SOF_COMPONENTS:
        yield Finding(FindingKind.STRUCTURE, "SOF0")
    if contents[_SOS] != _SCAN_HEADER:
        yield Finding(FindingKind.STRUCTURE, "SOS")
    yield from _ending(written, scan)


def _tables(written: bytes, offset: int) -> tuple[list[tuple[int, bytes]], int]:
    """Return (marker, content) of the segments up to SOS, and the offset of the scan."""
    segments: list[tuple[int, bytes]] = []
    while offset + 4 <= len(written) and written[offset] == _MARK:
        _, marker, length = struct.unpack_from(">BBH", written, offset)
        segments.append((marker, written[offset + 4 : offset + 2 + length]))
        offset += 2 + length
        if marker == _SOS:
            break
    return segments, offset


def _ending(written: bytes, scan: int) -> Iterator[Finding]:
    end = _MARKER_IN_SCAN.search(written, scan)
    if not end or end[0] != b"\xff\xd9":
        yield Finding(FindingKind.STRUCTURE, "scan does not end in EOI")
    elif end.end() != len(written):
        yield Finding(FindingKind.TRAILING_DATA, "after EOI")
