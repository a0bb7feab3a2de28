"""Tells an alpha channel that hides nothing from one that may."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING

from PIL.PngImagePlugin import PngImageFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from photoguard.formats.png.rows import Chunk

MOST_PIXELS = 50_000_000
"""Larger pictures are not decoded for this: their alpha channel counts as hiding."""
_OPAQUE = 255


def is_opaque(chunks: Sequence[Chunk]) -> bool:
    """Return whether every pixel shows fully; False where that cannot be told.

    Screenshots have such a channel. The chunks have right checksums, and their rows
    inflate to the size of the header; nothing else of the file reaches the decoder.
    """
    parts = [b"\x89PNG\r\n\x1a\n"]
    for chunk in chunks:
        if chunk.kind in {b"IHDR", b"IDAT", b"IEND"}:
            body = chunk.kind + chunk.untrusted
            length = struct.pack(">I", len(chunk.untrusted))
            parts += (length, body, struct.pack(">I", zlib.crc32(body)))
    try:
        with PngImageFile(io.BytesIO(b"".join(parts))) as picture:
            lowest, _ = picture.getchannel("A").getextrema()
    except (OSError, SyntaxError, ValueError):
        return False
    return lowest == _OPAQUE
