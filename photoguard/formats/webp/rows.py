"""Finds what a WebP's coded picture holds beyond the picture: rows, and bytes behind them.

The same coded bytes are decoded once more, with a greater height in the header (RFC 6386,
9.1) or without the last few of them. Where they end with the admitted rows, the decoder has
nothing left, or too little, and fails; where rows were cut away by two changed bytes, or
something was added that no decoder reads, it does not.
"""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING

from PIL.WebPImagePlugin import WebPImageFile

from photoguard.formats.webp.partitions import HEADER, partitions, shortened
from photoguard.model import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_PIXELS = 100_000_000
_SIZE_AT = 6
_LONGEST_SIDE = 0x3FFF
_BLOCK = 16
_FURTHER_BLOCKS = 16
"""So many do not fit into the few bits that are left of the last byte."""
_PADDING = 8
"""More bytes than any encoder adds to the end of a partition."""
_BEHIND = Finding(FindingKind.HIDDEN_PIXELS, "bytes behind the picture's last block")


def look(untrusted_frame: bytes) -> Iterator[Finding]:
    """Yield findings where a lossy picture holds more, or where that cannot be told."""
    if len(untrusted_frame) < HEADER:
        yield Finding(FindingKind.STRUCTURE, "VP8 frame header")
        return
    sizes = struct.unpack_from("<HH", untrusted_frame, _SIZE_AT)
    width, height = (size & _LONGEST_SIDE for size in sizes)
    across, down = -(-width // _BLOCK), -(-height // _BLOCK)
    taller = (down + -(-_FURTHER_BLOCKS // max(across, 1))) * _BLOCK
    if width * taller > MOST_PIXELS or not width * height:
        yield Finding(FindingKind.STRUCTURE, "VP8 frame header, size")
    elif taller <= _LONGEST_SIDE and _is_whole(b"VP8 ", _with_height(untrusted_frame, taller)):
        yield Finding(FindingKind.HIDDEN_PIXELS, "rows below the picture's height")
    elif any(
        _is_whole(b"VP8 ", shortened(untrusted_frame, part, _PADDING))
        for part in partitions(untrusted_frame)
    ):
        yield _BEHIND


def look_lossless(untrusted: bytes) -> Iterator[Finding]:
    """Yield a finding where bytes stand behind a lossless picture."""
    if _is_whole(b"VP8L", untrusted[:-_PADDING]):
        yield _BEHIND


def _with_height(frame: bytes, height: int) -> bytes:
    return frame[: _SIZE_AT + 2] + struct.pack("<H", height) + frame[HEADER:]


def _is_whole(kind: bytes, coded: bytes) -> bool:
    """Tell whether the coded bytes suffice for the picture that they announce."""
    chunk = kind + struct.pack("<I", len(coded)) + coded + b"\0" * (len(coded) % 2)
    riff = b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk
    try:
        with WebPImageFile(io.BytesIO(riff)) as picture:
            picture.load()
    except (OSError, EOFError, SyntaxError, ValueError, MemoryError):
        return False
    return True
