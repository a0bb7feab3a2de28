"""Checks that a PNG is IHDR, public text, IDAT, IEND, with right checksums and no more."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from photoguard.formats import png
from photoguard.model import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from photoguard.model import PublicText

_END = bytes.fromhex("00000000 49454e44 ae426082")


def structure(written: bytes, size: tuple[int, int], text: PublicText) -> Iterator[Finding]:
    """Yield a finding for each difference from the structure that the writer produces."""
    header = b"IHDR" + struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0)
    beginning = png.SIGNATURE + struct.pack(">I", 13) + header
    beginning += struct.pack(">I", zlib.crc32(header)) + png.chunks(text)
    if not written.startswith(beginning):
        yield Finding(FindingKind.STRUCTURE, "beginning or words differ")
        return
    coded, offset = _coded(written, len(beginning))
    if not written.startswith(_END, offset):
        yield Finding(FindingKind.STRUCTURE, "IDAT is not followed by IEND")
    elif offset + len(_END) != len(written):
        yield Finding(FindingKind.TRAILING_DATA, "after IEND")
    if not _ends_at_last_row(coded, size[1] * (1 + 3 * size[0])):
        yield Finding(FindingKind.HIDDEN_PIXELS, "IDAT does not end at the last row")


def _coded(written: bytes, offset: int) -> tuple[bytes, int]:
    """Return the contents of the valid IDAT chunks, and the offset of the next chunk."""
    parts: list[bytes] = []
    while written.startswith(b"IDAT", offset + 4):
        length = int.from_bytes(written[offset : offset + 4])
        end = offset + 8 + length
        checksum = zlib.crc32(written[offset + 4 : end]).to_bytes(4)
        if written[end : end + 4] != checksum:
            break
        parts.append(written[offset + 8 : end])
        offset = end + 4
    return b"".join(parts), offset


def _ends_at_last_row(coded: bytes, expected: int) -> bool:
    inflater = zlib.decompressobj()
    try:
        raw = inflater.decompress(coded, expected + 1)
    except zlib.error:
        return False
    return len(raw) == expected and inflater.eof and not inflater.unused_data
