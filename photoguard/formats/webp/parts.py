"""Reports what an untrusted WebP holds beside its picture (RFC 9649)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoguard.formats._parts import Block, BlockKind, shown, trailer
from photoguard.formats.webp import rows
from photoguard.model import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from photoguard.formats._parts import Part

MOST_CHUNKS = 100_000
_RIFF_HEADER = 12
_FEATURES_LENGTH = 10
_PICTURES = frozenset({b"VP8 ", b"VP8L"})
_BLOCKS = {b"EXIF": BlockKind.EXIF, b"XMP ": BlockKind.XMP}
_KINDS = {
    b"ICCP": FindingKind.COLOUR_PROFILE,
    b"ALPH": FindingKind.HIDDEN_PIXELS,
    b"ANIM": FindingKind.HIDDEN_PIXELS,
    b"ANMF": FindingKind.HIDDEN_PIXELS,
}
_FLAGS = {b"ICCP": 0x20, b"EXIF": 0x08, b"XMP ": 0x04, b"ANIM": 0x02}
"""Chunk → its flag in VP8X. The alpha flag is not here: it may also refer to VP8L or ANMF."""
_ALL_FLAGS = 0x3E
_LOSSLESS_ALPHA = 0x10
"""The bit alpha_is_used, in the fifth byte of a VP8L chunk."""


def parts(untrusted: bytes) -> Iterator[Part]:
    """Yield what is in chunks and after the RIFF, and contradictions to the VP8X flags."""
    length = int.from_bytes(untrusted[4:8], "little") + 8
    chunks, end = _read(untrusted[:length])
    if end != length:
        yield Finding(FindingKind.STRUCTURE, "RIFF size")
    for kind, content in chunks:
        yield from _chunk_parts(kind, content)
    kinds = [kind for kind, _ in chunks]
    if kinds.count(b"VP8X") > 1:
        yield Finding(FindingKind.STRUCTURE, "second VP8X chunk")
    if sum(kind in _PICTURES for kind in kinds) > 1:
        yield Finding(FindingKind.EMBEDDED_PICTURE, "second VP8 chunk")
    if not _PICTURES.union({b"ANMF"}).intersection(kinds):
        yield Finding(FindingKind.STRUCTURE, "no picture")
    yield from _against_flags(chunks)
    yield from trailer(untrusted[end:], "after RIFF")


def beyond(untrusted: bytes) -> Iterator[Part]:
    """Yield findings for data of the coded picture below or after its rows."""
    for kind, content in _read(untrusted)[0]:
        if kind == b"VP8 ":
            yield from rows.findings(content)
        elif kind == b"VP8L":
            yield from rows.lossless_findings(content)


def _read(untrusted: bytes) -> tuple[list[tuple[bytes, bytes]], int]:
    """Return (name, content) of each chunk, and the offset after the last complete one."""
    chunks: list[tuple[bytes, bytes]] = []
    offset = _RIFF_HEADER
    while offset + 8 <= len(untrusted) and len(chunks) < MOST_CHUNKS:
        length = int.from_bytes(untrusted[offset + 4 : offset + 8], "little")
        end = offset + 8 + length + length % 2
        if end > len(untrusted):
            break
        content = untrusted[offset + 8 : offset + 8 + length]
        chunks.append((untrusted[offset : offset + 4], content))
        offset = end
    return chunks, offset


def _chunk_parts(kind: bytes, content: bytes) -> Iterator[Part]:
    if kind in _BLOCKS:
        header = b"Exif\0\0" if kind == b"EXIF" else b""
        yield Block(_BLOCKS[kind], content.removeprefix(header), kind.decode().strip())
    elif kind == b"VP8L":
        if content[4:5] and content[4] & _LOSSLESS_ALPHA:
            yield Finding(FindingKind.HIDDEN_PIXELS, "alpha channel")
    elif kind == b"VP8X":
        if len(content) != _FEATURES_LENGTH or content[0] & ~_ALL_FLAGS or any(content[1:4]):
            yield Finding(FindingKind.STRUCTURE, "VP8X")
    elif kind != b"VP8 ":
        yield Finding(_KINDS.get(kind, FindingKind.UNKNOWN), shown(kind.strip()))


def _against_flags(chunks: list[tuple[bytes, bytes]]) -> Iterator[Finding]:
    """Yield a finding for each chunk that VP8X does not announce, or announces in vain."""
    kinds = {kind for kind, _ in chunks}
    announced = next((content[0] for kind, content in chunks if kind == b"VP8X" and content), 0)
    for kind, flag in _FLAGS.items():
        if (kind in kinds) != bool(announced & flag):
            yield Finding(FindingKind.STRUCTURE, f"VP8X flags, {shown(kind.strip())}")
