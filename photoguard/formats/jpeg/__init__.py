"""JPEG: writes a new baseline file, 4:2:0; reads a file by its markers."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING

from PIL import Image

from photoguard.captions import xmp
from photoguard.errors import WriteError
from photoguard.formats._format import Format, Writer
from photoguard.formats._metadata import public_text
from photoguard.formats.jpeg import parts
from photoguard.model import OutputFormat

if TYPE_CHECKING:
    from photoguard.model import Pixels, PublicText

_APP1, _APP13 = 0xE1, 0xED
_LONGEST_SEGMENT = 0xFFFF - 2
_LONGEST_SIDE = 65500


def recognise(untrusted_head: bytes) -> str | None:
    """Return "jpeg" if the first bytes are SOI and another marker, else None."""
    return "jpeg" if untrusted_head.startswith(b"\xff\xd8\xff") else None


def segments(text: PublicText) -> bytes:
    """Return the segments of the public text, to be placed after APP0: Exif, XMP, Photoshop."""
    exif = public_text.exif(text)
    photoshop = public_text.photoshop(text)
    return (
        (_segment(_APP1, public_text.EXIF_HEADER + exif) if exif else b"")
        + _segment(_APP1, public_text.XMP_HEADER + xmp.packet(text).encode())
        + (_segment(_APP13, public_text.PHOTOSHOP_HEADER + photoshop) if photoshop else b"")
    )


def encode(pixels: Pixels, text: PublicText, quality: int) -> bytes:
    """Return a baseline JPEG of pixels and text; raises WriteError if either is too large."""
    height, width = pixels.shape[:2]
    if max(height, width) > _LONGEST_SIDE:
        raise WriteError("formats.too_large_for_format", pixels=_LONGEST_SIDE)
    picture = Image.frombytes("RGB", (width, height), pixels.tobytes())
    bare = io.BytesIO()
    picture.save(bare, "JPEG", quality=quality, subsampling="4:2:0", comment="")
    coded = bare.getvalue()
    behind_app0 = 4 + struct.unpack_from(">H", coded, 4)[0]
    return coded[:behind_app0] + segments(text) + coded[behind_app0:]


def _segment(marker: int, content: bytes) -> bytes:
    if len(content) > _LONGEST_SEGMENT:
        raise WriteError("formats.text_too_long")
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


FORMAT = Format(recognise, parts.parts, parts.beyond, Writer(OutputFormat.JPEG, encode))
