"""WebP: writes a new file of VP8X, VP8, EXIF, XMP; reads a file by its chunks."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING

from PIL import Image

from photoguard.captions import xmp
from photoguard.errors import WriteError
from photoguard.formats._format import Format, Writer
from photoguard.formats._metadata import public_text
from photoguard.formats.webp import parts
from photoguard.model import OutputFormat

if TYPE_CHECKING:
    from photoguard.model import Pixels, PublicText

_RIFF_HEADER = 12
_EXIF_FLAG, _XMP_FLAG = 0x08, 0x04
_LONGEST_SIDE = 16383


def recognise(untrusted_head: bytes) -> str | None:
    """Return "webp" for a RIFF file of type WEBP, else None."""
    is_webp = untrusted_head.startswith(b"RIFF") and untrusted_head[8:12] == b"WEBP"
    return "webp" if is_webp else None


def feature_chunk(size: tuple[int, int], text: PublicText) -> bytes:
    """Return the VP8X chunk for a canvas of (width, height) with this public text."""
    flags = _XMP_FLAG | (_EXIF_FLAG if public_text.exif(text) else 0)
    canvas = b"".join((side - 1).to_bytes(3, "little") for side in size)
    return _chunk(b"VP8X", struct.pack("<I", flags) + canvas)


def chunks(text: PublicText) -> bytes:
    """Return the chunks of the public text, to be placed after the picture: EXIF, XMP."""
    exif = public_text.exif(text)
    return (_chunk(b"EXIF", exif) if exif else b"") + _chunk(b"XMP ", xmp.packet(text).encode())


def encode(pixels: Pixels, text: PublicText, quality: int) -> bytes:
    """Return a lossy WebP of the pixels and the text; raises WriteError if either is too large."""
    height, width = pixels.shape[:2]
    if max(height, width) > _LONGEST_SIDE:
        raise WriteError("formats.too_large_for_format", pixels=_LONGEST_SIDE)
    bare = io.BytesIO()
    picture = Image.frombytes("RGB", (width, height), pixels.tobytes())
    picture.save(bare, "WEBP", quality=quality, lossless=False, method=4)
    body = b"WEBP" + feature_chunk((width, height), text)
    body += bare.getvalue()[_RIFF_HEADER:] + chunks(text)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _chunk(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


FORMAT = Format(recognise, parts.parts, parts.beyond, writer=Writer(OutputFormat.WEBP, encode))
