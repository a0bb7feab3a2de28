"""Finds rows in a lossy WebP that its frame header does not admit.

The same coded bytes are decoded once more with a greater height in the header (RFC 6386,
9.1). Where they end with the admitted rows, the decoder has nothing left and fails; where
rows were cut away by two changed bytes, it does not.
"""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING

from PIL.WebPImagePlugin import WebPImageFile

from photoguard.model import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_PIXELS = 100_000_000
_SIZE_AT = 6
_HEADER = 10
_LONGEST_SIDE = 0x3FFF
_BLOCK = 16
_FURTHER_BLOCKS = 16
"""So many do not fit into the few bits that are left of the last byte."""


def look(untrusted_frame: bytes) -> Iterator[Finding]:
    """Yield a finding where rows are hidden, or where that cannot be told."""
    if len(untrusted_frame) < _HEADER:
        yield Finding(FindingKind.STRUCTURE, "VP8 frame header")
        return
    sizes = struct.unpack_from("<HH", untrusted_frame, _SIZE_AT)
    width, height = (size & _LONGEST_SIDE for size in sizes)
    across, down = -(-width // _BLOCK), -(-height // _BLOCK)
    taller = (down + -(-_FURTHER_BLOCKS // max(across, 1))) * _BLOCK
    if width * taller > MOST_PIXELS or not width * height:
        yield Finding(FindingKind.STRUCTURE, "VP8 frame header, size")
    elif taller <= _LONGEST_SIDE and _is_whole(untrusted_frame, taller):
        yield Finding(FindingKind.HIDDEN_PIXELS, "rows below the picture's height")


def _is_whole(untrusted_frame: bytes, height: int) -> bool:
    """Tell whether the coded bytes suffice for a picture of this height."""
    changed = untrusted_frame[: _SIZE_AT + 2] + struct.pack("<H", height)
    frame = changed + untrusted_frame[_HEADER:]
    chunk = b"VP8 " + struct.pack("<I", len(frame)) + frame + b"\0" * (len(frame) % 2)
    riff = b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk
    try:
        with WebPImageFile(io.BytesIO(riff)) as picture:
            picture.load()
    except (OSError, EOFError, SyntaxError, ValueError, MemoryError):
        return False
    return True
