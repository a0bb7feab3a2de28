"""Reports what an untrusted JPEG holds beside its picture."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from photoguard.formats._metadata import public_text
from photoguard.formats._parts import Block, BlockKind, trailer
from photoguard.formats.jpeg import scans
from photoguard.formats.jpeg.segments import COM, DAC, FRAMES, SOI, SOS, TABLES
from photoguard.formats.jpeg.segments import read as read_segments
from photoguard.model import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from photoguard.formats._parts import Part
    from photoguard.formats.jpeg.segments import Segment

_APP0, _APP14, _APP15 = 0xE0, 0xEE, 0xEF
_EXTENSION_HEADER = b"http://ns.adobe.com/xmp/extension/\0"
_EXTENSION_PREFIX = len(_EXTENSION_HEADER) + 40
_MOST_EXTENSIONS = 8

_BLOCKS = (
    (0xE1, public_text.EXIF_HEADER, BlockKind.EXIF),
    (0xE1, b"Exif\0\xff", BlockKind.EXIF),
    (0xE1, public_text.XMP_HEADER, BlockKind.XMP),
    (0xED, public_text.PHOTOSHOP_HEADER, BlockKind.PHOTOSHOP),
    (0xED, b"Adobe_Photoshop2.5:", BlockKind.PHOTOSHOP),
)
_KNOWN = (
    (0xE0, b"JFXX\0", FindingKind.EMBEDDED_PICTURE, "JFXX"),
    (0xE1, _EXTENSION_HEADER, FindingKind.STRUCTURE, "extended XMP"),
    (0xE2, b"ICC_PROFILE\0", FindingKind.COLOUR_PROFILE, "ICC"),
    (0xE2, b"MPF\0", FindingKind.EMBEDDED_PICTURE, "MPF"),
    (0xE2, b"urn:iso:std:iso:ts:21496", FindingKind.EMBEDDED_PICTURE, "gain map"),
    (0xEB, b"JP", FindingKind.IDENTIFIERS, "JUMBF"),
)
_JFIF_LENGTH, _ADOBE_LENGTH = 14, 12
_ONCE = ((b"JFIF\0", "APP0 JFIF"), (b"Adobe", "APP14 Adobe"))
"""Harmless segments that may occur once: many of them could spell a text."""


def parts(untrusted: bytes) -> Iterator[Part]:
    """Yield what is in segments, between them, and after EOI."""
    stream = read_segments(untrusted)
    for trouble in stream.troubles:
        yield Finding(FindingKind.STRUCTURE, trouble)
    for segment in stream.segments:
        yield from _segment_parts(segment)
    for header, label in _ONCE:
        if sum(segment.untrusted.startswith(header) for segment in stream.segments) > 1:
            yield Finding(FindingKind.STRUCTURE, f"{label} twice")
    yield from _extensions(stream.segments)
    yield from trailer(untrusted[stream.end :], "after EOI")


def beyond(untrusted: bytes) -> Iterator[Part]:
    """Yield findings for data in the scans beyond the picture, and for unused tables."""
    yield from scans.findings(read_segments(untrusted).segments)


def _segment_parts(segment: Segment) -> Iterator[Part]:
    marker = segment.marker
    if marker == COM:
        yield Finding(FindingKind.TEXT, "COM")
    elif _APP0 <= marker <= _APP15:
        yield from _application_parts(marker, segment.untrusted)
    elif marker == SOI:
        yield Finding(FindingKind.STRUCTURE, "second SOI")
    elif marker not in FRAMES | TABLES | {SOS, DAC}:
        yield Finding(FindingKind.UNKNOWN, f"marker 0x{marker:02X}")


def _application_parts(marker: int, content: bytes) -> Iterator[Part]:
    where = f"APP{marker - _APP0}"
    for known, header, block_kind in _BLOCKS:
        if marker == known and content.startswith(header):
            yield Block(block_kind, content[len(header) :], f"{where} {block_kind.label}")
            return
    for known, header, kind, label in _KNOWN:
        if marker == known and content.startswith(header):
            yield Finding(kind, f"{where} {label}")
            return
    if marker == _APP0 and content.startswith(b"JFIF\0"):
        if len(content) != _JFIF_LENGTH or any(content[12:14]):
            yield Finding(FindingKind.EMBEDDED_PICTURE, f"{where} JFIF thumbnail")
    elif not (marker == _APP14 and content.startswith(b"Adobe") and len(content) == _ADOBE_LENGTH):
        yield Finding(FindingKind.UNKNOWN, where)


def _extensions(segments: Sequence[Segment]) -> Iterator[Block]:
    """Join the parts of extended XMP by their GUID (XMP specification part 3, 1.1.3.1)."""
    joined: dict[bytes, list[tuple[int, bytes]]] = {}
    for segment in segments:
        content = segment.untrusted
        if not content.startswith(_EXTENSION_HEADER) or len(content) < _EXTENSION_PREFIX:
            continue
        identifier = content[len(_EXTENSION_HEADER) :][:32]
        offset = struct.unpack_from(">I", content, _EXTENSION_PREFIX - 4)[0]
        if identifier in joined or len(joined) < _MOST_EXTENSIONS:
            joined.setdefault(identifier, []).append((offset, content[_EXTENSION_PREFIX:]))
    for pieces in joined.values():
        packet = b"".join(piece for _, piece in sorted(pieces))
        yield Block(BlockKind.XMP, packet, "APP1 extended XMP")
