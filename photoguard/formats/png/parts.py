"""Reports what an untrusted PNG holds beside its picture (PNG specification, third edition)."""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from typing import TYPE_CHECKING

from photoguard.formats._parts import Block, BlockKind, shown, trailer
from photoguard.formats.png import rows, text
from photoguard.formats.png.rows import Chunk
from photoguard.model import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from photoguard.formats._parts import Part

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST_CHUNKS = 100_000
MOST_TEXT_BLOCKS = 20

_HARMLESS = {b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"pHYs": 9, b"cICP": 4}
"""Colour and resolution chunks → their only valid length in bytes."""
_LARGEST_CHROMATICITY = 200_000
"""In units of 1/100,000. Four letters read as a number are larger, so they are reported."""
_LONGEST = {b"IHDR": 13, b"PLTE": 768, b"sBIT": 4, b"bKGD": 6, b"IEND": 0}
"""The picture's other chunks → their greatest length in bytes."""
_KINDS = {
    b"tRNS": FindingKind.HIDDEN_PIXELS,
    b"acTL": FindingKind.HIDDEN_PIXELS,
    b"fcTL": FindingKind.HIDDEN_PIXELS,
    b"fdAT": FindingKind.HIDDEN_PIXELS,
    b"tIME": FindingKind.TIMES,
    b"iCCP": FindingKind.COLOUR_PROFILE,
    b"caBX": FindingKind.IDENTIFIERS,
    b"sPLT": FindingKind.TEXT,
}


def parts(untrusted: bytes) -> Iterator[Part]:
    """Yield what is in chunks and after IEND."""
    chunks, end, troubles = _read(untrusted)
    for trouble in troubles:
        yield Finding(FindingKind.STRUCTURE, trouble)
    once = Counter(chunk.kind for chunk in chunks if chunk.kind in {*_LONGEST, *_HARMLESS})
    if max(once.values(), default=0) > 1:
        yield Finding(FindingKind.STRUCTURE, "a chunk twice")
    blocks = 0
    for chunk in chunks:
        blocks += chunk.kind in text.KINDS and text.holds_block(chunk.untrusted)
        if blocks <= MOST_TEXT_BLOCKS:
            yield from _chunk_parts(chunk)
    if blocks > MOST_TEXT_BLOCKS:
        yield Finding(FindingKind.UNKNOWN, "too many text chunks")
    yield from trailer(untrusted[end:], "after IEND")


def beyond(untrusted: bytes) -> Iterator[Part]:
    """Yield findings for transparent pixels, rows below the height, and bytes after the rows."""
    yield from rows.findings(_read(untrusted)[0])


def _read(untrusted: bytes) -> tuple[list[Chunk], int, list[str]]:
    """Return the chunks up to IEND, the offset after the last one, and what is malformed."""
    chunks: list[Chunk] = []
    offset = len(SIGNATURE)
    while len(chunks) < MOST_CHUNKS:
        length = int.from_bytes(untrusted[offset : offset + 4])
        end = offset + 12 + length
        if end > len(untrusted):
            return chunks, len(untrusted), ["no IEND"]
        kind = untrusted[offset + 4 : offset + 8]
        if zlib.crc32(untrusted[offset + 4 : end - 4]) != int.from_bytes(untrusted[end - 4 : end]):
            return chunks, len(untrusted), [f"{shown(kind)} checksum"]
        chunks.append(Chunk(kind, untrusted[offset + 8 : end - 4]))
        offset = end
        if kind == b"IEND":
            return chunks, end, []
    return chunks, len(untrusted), ["too many chunks"]


def _chunk_parts(chunk: Chunk) -> Iterator[Part]:
    kind, content = chunk.kind, chunk.untrusted
    if kind in text.KINDS:
        yield from text.read(kind, content)
    elif kind == b"eXIf":
        yield Block(BlockKind.EXIF, content, "eXIf")
    elif kind in _LONGEST and len(content) > _LONGEST[kind]:
        yield Finding(FindingKind.UNKNOWN, f"{shown(kind)}, too long")
    elif kind not in {b"IDAT", *_LONGEST} and _HARMLESS.get(kind) != len(content):
        yield Finding(_KINDS.get(kind, FindingKind.UNKNOWN), shown(kind))
    elif kind == b"cHRM" and max(struct.unpack(">8I", content)) > _LARGEST_CHROMATICITY:
        yield Finding(FindingKind.TEXT, "cHRM")
