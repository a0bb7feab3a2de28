"""Splits an untrusted JPEG into its segments, scans included (ITU-T T.81, annex B)."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_SEGMENTS = 5000

SOI, EOI, SOS, DQT, DHT, DRI, COM, DAC = 0xD8, 0xD9, 0xDA, 0xDB, 0xC4, 0xDD, 0xFE, 0xCC
FRAMES = frozenset(range(0xC0, 0xD0)) - {DHT, 0xC8, DAC}
TABLES = frozenset({DQT, DHT, DRI})
_ALONE = frozenset({SOI, EOI, 0x01, *range(0xD0, 0xD8)})

_MARKER = re.compile(rb"\xff[^\x00]")
_FILLING = re.compile(rb"\xff+")
_MARKER_BEHIND_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7]")


@dataclass(frozen=True, slots=True)
class Segment:
    """One marker with its content."""

    marker: int
    untrusted: bytes
    """The content, without marker and length."""
    scan: bytes = b""
    """The entropy-coded bytes after SOS, restart markers included; b"" for all other markers."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A JPEG from SOI to EOI."""

    segments: tuple[Segment, ...]
    end: int
    """Offset of the first byte after EOI."""
    troubles: tuple[str, ...] = ()
    """What is malformed, in English."""


def read(untrusted: bytes) -> Stream:
    """Return the segments in file order; malformed ones go into ``troubles``, nothing is raised."""
    segments: list[Segment] = []
    troubles: list[str] = []
    offset = 2
    while len(segments) < MOST_SEGMENTS:
        first, at = _next_marker(untrusted, offset)
        if not untrusted[at : at + 1].strip(b"\0"):
            return Stream(tuple(segments), len(untrusted), (*troubles, "no EOI"))
        if first > offset:
            troubles.append("bytes between segments")
        if untrusted[at] == EOI:
            return Stream(tuple(segments), at + 1, tuple(troubles))
        segment, offset = _segment(untrusted, at)
        segments.append(segment)
    return Stream(tuple(segments), len(untrusted), (*troubles, "too many segments"))


def _next_marker(untrusted: bytes, offset: int) -> tuple[int, int]:
    """Return the offset of the next 0xFF and that of the marker's code, behind any fill bytes."""
    mark = _MARKER.search(untrusted, offset)
    filling = _FILLING.match(untrusted, mark.start()) if mark else None
    return filling.span() if filling else (len(untrusted), len(untrusted))


def _segment(untrusted: bytes, at: int) -> tuple[Segment, int]:
    """Return the segment whose marker code is at ``at``, and the offset where it ends."""
    marker, start = untrusted[at], at + 1
    if marker in _ALONE:
        return Segment(marker, b""), start
    length = int.from_bytes(untrusted[start : start + 2])
    end = start + max(length, 2)
    content = untrusted[start + 2 : end]
    if marker != SOS:
        return Segment(marker, content), end
    behind = _MARKER_BEHIND_SCAN.search(untrusted, end)
    scan_end = behind.start() if behind else len(untrusted)
    return Segment(marker, content, untrusted[end:scan_end]), scan_end
