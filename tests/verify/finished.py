"""The finished file that is changed, and what is smuggled into it."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from photoguard import formats
from tests.formats.material import (
    TEXT,
    ifd,
    picture,
    saved,
    tiff,
)

if TYPE_CHECKING:
    from photoguard.model import OutputFormat, Pixels

SIZE = (160, 120)
QUALITY = 90
MEANT = picture(*SIZE)
SECRET = b"60.17N 24.94E Aino"
GPS = tiff({0x8825: (4, 1, struct.pack("<I", 26))}) + ifd({1: (2, 2, b"N\0")}, at=26)
EXIF = b"Exif\0\0"
XMP = b"http://ns.adobe.com/xap/1.0/\0"
PICTURE_INSIDE = saved(picture(40, 30, seed=9), "JPEG")

Change = tuple[str, bytes]


def finished(output_format: OutputFormat, pixels: Pixels = MEANT, quality: int = QUALITY) -> bytes:
    """Return the file that all changes start from."""
    return formats.encode(pixels, TEXT, output_format, quality)


def flipped(file: bytes, at: int) -> bytes:
    """Return the file with one bit changed."""
    return file[:at] + bytes([file[at] ^ 0x10]) + file[at + 1 :]
