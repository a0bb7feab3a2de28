"""What is planted in a WebP is found, and told by kind and place."""

from __future__ import annotations

import struct

import pytest

from tests.formats.material import (
    riff_chunk,
    saved,
)
from tests.formats.plants import (
    CITY,
    EXIF,
    PIXELS,
    WEBP,
    findings_in,
)


def _webp(*chunks: bytes, flags: int = 0x0C) -> bytes:
    body = b"WEBP" + riff_chunk(b"VP8X", bytes([flags]) + bytes(9)) + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _framed(*chunks: bytes, flags: int = 0) -> bytes:
    start = WEBP.index(b"VP8 ")
    length = 8 + int.from_bytes(WEBP[start + 4 : start + 8], "little")
    return _webp(WEBP[start : start + length + length % 2], *chunks, flags=flags)


@pytest.mark.parametrize(
    ("untrusted", "expected"),
    [
        (_framed(riff_chunk(b"EXIF", EXIF), flags=8), "text: EXIF, IFD0"),
        (_framed(riff_chunk(b"EXIF", b"Exif\0\0" + EXIF), flags=8), "text: EXIF, IFD0"),
        (_framed(riff_chunk(b"XMP ", CITY), flags=4), "location: XMP photoshop:City"),
        (_framed(riff_chunk(b"XMP ", CITY)), "structure: VP8X flags, XMP"),
        (_framed(flags=2), "structure: VP8X flags, ANIM"),
        (_framed(riff_chunk(b"ICCP", b"?"), flags=32), "colour-profile: ICCP"),
        (_framed(riff_chunk(b"ALPH", b"?"), flags=16), "hidden-pixels: ALPH"),
        (_framed(riff_chunk(b"ANMF", b"?")), "hidden-pixels: ANMF"),
        (_framed(riff_chunk(b"ZZZZ", b"?")), "unknown: ZZZZ"),
        (_framed(riff_chunk(b"VP8 ", b"?")), "embedded-picture: second VP8 chunk"),
        (_framed(riff_chunk(b"VP8X", b"?")), "structure: VP8X"),
        (_webp(flags=0), "structure: no picture"),
        (_webp(riff_chunk(b"VP8L", b"\x2f\0\0\0\x10")), "hidden-pixels: alpha channel"),
        (_webp(riff_chunk(b"VP8L", b"\x2f")), "structure: VP8X flags, EXIF"),
        (WEBP + b"more", "trailing-data: after RIFF"),
        (WEBP[:-20], "structure: RIFF size"),
    ],
)
def test_webp(untrusted: bytes, expected: str) -> None:
    """A plant in a WebP is told, wherever it stands."""
    assert expected in findings_in(untrusted)


def test_harmless_webp_of_others() -> None:
    """A plain WebP of another program, with or without features, holds nothing."""
    assert findings_in(saved(PIXELS, "WEBP")) == set()
    assert findings_in(saved(PIXELS, "WEBP", lossless=True)) == set()
    assert findings_in(_framed()) == set()
