"""Reports Photoshop image resources: nested EXIF, XMP and IIM, thumbnails, and all others."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from photoguard.formats._metadata import public_text
from photoguard.formats._parts import Block, BlockKind, only_zeros
from photoguard.model import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from photoguard.formats._parts import Part

_MOST_RESOURCES = 1000
_SIGNATURES = (b"8BIM", b"MeSa", b"PHUT", b"AgHg", b"DCSR")
_NESTED = {
    public_text.IPTC_RESOURCE: BlockKind.IIM,
    0x0422: BlockKind.EXIF,
    0x0423: BlockKind.EXIF,
    0x0424: BlockKind.XMP,
}
_KINDS = {
    0x0406: FindingKind.DEVICE,
    0x0409: FindingKind.EMBEDDED_PICTURE,
    0x040B: FindingKind.TEXT,
    0x040C: FindingKind.EMBEDDED_PICTURE,
    0x040F: FindingKind.COLOUR_PROFILE,
}
_HARMLESS = {public_text.IPTC_DIGEST_RESOURCE: 16, 0x03ED: 16}
"""Resource id → its only valid length in bytes: the IPTC digest and the resolution."""


def read(block: Block) -> Iterator[Part]:
    """Yield the nested metadata blocks, and a finding for every other resource."""
    untrusted, offset = block.untrusted, 0
    for _ in range(_MOST_RESOURCES):
        if only_zeros(untrusted, offset):
            return
        if len(untrusted) < offset + 8 or untrusted[offset : offset + 4] not in _SIGNATURES:
            break
        number, name_length = struct.unpack_from(">HB", untrusted, offset + 4)
        at = offset + 6 + (name_length // 2 + 1) * 2
        if name_length:
            yield Finding(FindingKind.TEXT, f"{block.where}, resource name")
        length = int.from_bytes(untrusted[at : at + 4])
        content = untrusted[at + 4 : at + 4 + length]
        if len(content) != length:
            break
        yield from _resource(number, content, block.where)
        offset = at + 4 + length + length % 2
    yield Finding(FindingKind.UNKNOWN, f"{block.where}, resources")


def _resource(number: int, content: bytes, where: str) -> Iterator[Part]:
    where = f"{where}, resource 0x{number:04X}"
    if number in _NESTED:
        yield Block(_NESTED[number], content, where)
    elif _HARMLESS.get(number) != len(content):
        yield Finding(_KINDS.get(number, FindingKind.UNKNOWN), where)
