"""What is planted in a WebP is found, and told by kind and place."""

from __future__ import annotations

import base64
import struct
from typing import TYPE_CHECKING

import numpy as np
import pytest

from photoguard.formats.webp import rows
from tests.formats.material import (
    picture,
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

if TYPE_CHECKING:
    from photoguard.model import Pixels


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
        (_framed(riff_chunk(b"VP8X", b"\0" * 10)), "structure: second VP8X chunk"),
        (_framed(riff_chunk(b"VP8X", b"\0Aino Virt")), "structure: VP8X"),
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


def _cut(whole: bytes, height: int) -> bytes:
    """Return a lossy WebP whose frame header admits so many rows only."""
    at = whole.index(b"VP8 ") + 16
    return whole[:at] + struct.pack("<H", height) + whole[at + 2 :]


HIDDEN_ROWS = "hidden-pixels: rows below the picture's height"


@pytest.mark.parametrize("quality", [5, 90])
@pytest.mark.parametrize("plain", [picture(320, 240), np.full((240, 320, 3), 200, np.uint8)])
def test_rows_below_the_height(plain: Pixels, quality: int) -> None:
    """Two changed bytes hide the lower part of a lossy WebP, which is told."""
    whole = saved(plain, "WEBP", quality=quality)
    assert findings_in(whole) == set()
    assert findings_in(_cut(whole, 176)) == {HIDDEN_ROWS}


@pytest.mark.parametrize("size", [(1, 1), (8, 8), (17, 33), (300, 1), (1, 300), (640, 16)])
def test_small_pictures_hide_no_rows(size: tuple[int, int]) -> None:
    """What is left in the last byte is no row, however few bytes there are."""
    for quality in (0, 50, 100):
        for pixels in (picture(*size), np.full((size[1], size[0], 3), 255, np.uint8)):
            assert findings_in(saved(pixels, "WEBP", quality=quality)) == set()


FOUR_PARTITIONS = base64.b85decode(
    "umk{|0V+TMKmY^>2!(}+g@lNff&#W|(G&kK=8I}!mJ}9$@7aHSsNYo)t^WWl001EX03!eZ9-OD~<(~$!{U4*}x10EcM"
    "A16li=tI4&>`dkm<4R_<F$IITtGzExJLj0{@H{4@z1*BnI^WI-y;^6SSmIXLmFzeMgs5IXNnL&0RHIv`GH%Z>p&EX#"
    "YW~x{4T?-!kTrMq{`yOjQ}TX&p7V@{Rs_!wwb_tx4~tWs8e%VV1>F#&}XVQt^f"
)
"""A frame of libvpx, whose coder ends every partition with four bytes that hold nothing."""
BEHIND = "hidden-pixels: bytes behind the picture's last block"
NAME = b"Aino Virtanen"


def _lengthened(frame: bytes, number: int) -> bytes:
    """Put a name at the end of one of the partitions."""
    part = rows.partitions(frame)[number]
    longer = bytearray(frame[: part.end] + NAME + frame[part.end :])
    if part.length_at is not None:
        shift = 0 if part.length_at else 5
        length = int.from_bytes(frame[part.length_at : part.length_at + 3], "little")
        longer[part.length_at : part.length_at + 3] = (length + (len(NAME) << shift)).to_bytes(
            3, "little"
        )
    return bytes(longer)


def test_words_behind_the_coded_blocks() -> None:
    """Bytes at the end of any partition, which no decoder reads, are told."""
    bare = saved(PIXELS, "WEBP")
    length = int.from_bytes(bare[16:20], "little")
    for frame, count in ((bare[20 : 20 + length], 2), (FOUR_PARTITIONS, 5)):
        assert findings_in(_webp(riff_chunk(b"VP8 ", frame), flags=0)) == set()
        for number in range(count):
            chunk = riff_chunk(b"VP8 ", _lengthened(frame, number))
            assert findings_in(_webp(chunk, flags=0)) == {BEHIND}


def test_words_behind_a_lossless_picture() -> None:
    """Bytes at the end of a lossless picture are told."""
    bare = saved(PIXELS, "WEBP", lossless=True)
    length = int.from_bytes(bare[16:20], "little")
    longer = riff_chunk(b"VP8L", bare[20 : 20 + length] + NAME)
    assert findings_in(_webp(longer, flags=0)) == {BEHIND}


def test_headers_of_any_encoder() -> None:
    """Whatever a frame header holds, a file that was changed there is judged, never a crash."""
    for header in range(0, 256, 3):
        frame = FOUR_PARTITIONS[:10] + bytes([header]) + FOUR_PARTITIONS[11:]
        findings_in(_webp(riff_chunk(b"VP8 ", frame), flags=0))
        assert rows.partitions(frame)


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (b"", "structure: VP8 frame header"),
        (bytes(10), "structure: VP8 frame header, size"),
        (bytes(6) + b"\xff\x3f\xff\x3f", "structure: VP8 frame header, size"),
    ],
)
def test_a_frame_that_cannot_be_judged(frame: bytes, expected: str) -> None:
    """A frame without a size, or with one that is too large, is told."""
    assert expected in findings_in(_webp(riff_chunk(b"VP8 ", frame)))
