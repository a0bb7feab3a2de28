"""What is planted in a JPEG is found, and told by kind and place."""

from __future__ import annotations

import io
import re
import struct
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from photoguard import formats
from tests.formats.material import (
    picture,
    saved,
    segment,
)
from tests.formats.plants import (
    CITY,
    EXIF,
    EXTENSION_HEADER,
    INSIDE,
    JPEG,
    PIXELS,
    XMP_HEADER,
    findings_in,
)

if TYPE_CHECKING:
    from photoguard.model import Pixels


def _with(marker: int, content: bytes) -> bytes:
    return JPEG[:20] + segment(marker, content) + JPEG[20:]


def _extended(*pieces: tuple[int, bytes]) -> bytes:
    return b"".join(
        segment(0xE1, EXTENSION_HEADER + struct.pack(">II", 99, offset) + piece)
        for offset, piece in pieces
    )


@pytest.mark.parametrize(
    ("untrusted", "expected"),
    [
        (_with(0xFE, b"Aino"), "text: COM"),
        (_with(0xE1, b"Exif\0\0" + EXIF), "text: APP1 Exif, IFD0"),
        (_with(0xE1, XMP_HEADER + CITY), "location: APP1 XMP photoshop:City"),
        (_with(0xE2, b"ICC_PROFILE\0\1\1"), "colour-profile: APP2 ICC"),
        (_with(0xE2, b"MPF\0"), "embedded-picture: APP2 MPF"),
        (_with(0xE2, b"urn:iso:std:iso:ts:21496:-1\0"), "embedded-picture: APP2 gain map"),
        (_with(0xE0, b"JFXX\0\x10"), "embedded-picture: APP0 JFXX"),
        (_with(0xE0, b"JFIF\0" + bytes(7) + b"\2\2"), "embedded-picture: APP0 JFIF thumbnail"),
        (_with(0xE7, b"vendor"), "unknown: APP7"),
        (_with(0xEB, b"JP\0\1"), "identifiers: APP11 JUMBF"),
        (_with(0xEE, b"Adobe, and more than it should be"), "unknown: APP14"),
        (_with(0xF7, b"?"), "unknown: marker 0xF7"),
        (_with(0xED, b"Photoshop 3.0\0rest"), "unknown: APP13 Photoshop, resources"),
        (JPEG[:20] + b"\xff\xd8" + JPEG[20:], "structure: second SOI"),
        (JPEG[:20] + b"junk" + JPEG[20:], "structure: bytes between segments"),
        (JPEG[:-2], "structure: no EOI"),
        (JPEG[:20] + b"\xff\xff\0" + JPEG[20:], "structure: no EOI"),
        (JPEG[:20] + b"\xff\xff", "structure: no EOI"),
        (JPEG + b"more", "trailing-data: after EOI"),
        (JPEG + INSIDE, "embedded-picture: after EOI"),
        (JPEG + b"2026SEFT", "times: after EOI, Samsung SEF"),
        (JPEG[:-2] + segment(0xE1, b"Exif\0\0" + EXIF) + JPEG[-2:], "text: APP1 Exif, IFD0"),
        (b"\xff\xd8\xff\xd9", "structure: frame header"),
        (b"\xff\xd8" + segment(0xE0, b"") * 5001, "structure: too many segments"),
        (
            JPEG[:20] + _extended((5, CITY[5:]), (0, CITY[:5])) + JPEG[20:],
            "location: APP1 extended XMP photoshop:City",
        ),
        (_with(0xE1, EXTENSION_HEADER), "structure: APP1 extended XMP"),
    ],
)
def test_jpeg(untrusted: bytes, expected: str) -> None:
    """A plant in a JPEG is told, wherever it stands."""
    assert expected in findings_in(untrusted)


def test_harmless_jpeg_of_others() -> None:
    """A plain JPEG of another program, an Adobe segment included, holds nothing."""
    adobe = segment(0xEE, b"Adobe\0\x64\0\0\0\0\1")
    plain = saved(PIXELS, "JPEG")
    assert findings_in(plain[:20] + adobe + plain[20:]) == set()


def test_joined_extensions_are_few() -> None:
    """No more extended packets are joined than an honest file has."""
    packets = b"".join(
        segment(0xE1, EXTENSION_HEADER[:-2] + b"%02d" % number + bytes(8) + CITY)
        for number in range(20)
    )
    assert len(formats._xmp_packets(JPEG[:20] + packets + JPEG[20:])) == 9


OPTIONS: dict[str, dict[str, object]] = {
    "baseline": {},
    "optimised": {"optimize": True},
    "unsampled": {"subsampling": "4:4:4"},
    "half sampled": {"subsampling": "4:2:2"},
    "progressive": {"progressive": True},
    "progressive, finest": {"progressive": True, "quality": 100},
    "restarts": {"restart_marker_blocks": 3},
    "restarts by row": {"restart_marker_rows": 1},
    "progressive, restarts": {"progressive": True, "restart_marker_rows": 1},
}


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("size", [(64, 48), (61, 45), (200, 17), (16, 150), (5, 5)])
@pytest.mark.parametrize("bands", [1, 3, 4])
def test_rows_below_the_height(
    options: dict[str, object], size: tuple[int, int], bands: int
) -> None:
    """Rows that the header hides are found; a whole picture gives no false alarm."""
    pixels = picture(*size)
    if bands == 1:
        pixels = pixels[:, :, 0]
    elif bands == 4:
        pixels = np.dstack([pixels, pixels[:, :, :1]])
    mode = {1: "L", 3: "RGB", 4: "CMYK"}[bands]
    whole = _coded(pixels, mode, options)
    assert findings_in(whole) == set()
    taller = _coded(np.concatenate([pixels] * 8), mode, options)
    frame = taller.index(b"\xff\xc2" if options.get("progressive") else b"\xff\xc0")
    cut = taller[: frame + 5] + struct.pack(">H", size[1]) + taller[frame + 7 :]
    assert findings_in(cut) == {"hidden-pixels: scan, rows or bytes below the picture"}


def _coded(pixels: Pixels, mode: str, options: dict[str, object]) -> bytes:
    size = (pixels.shape[1], pixels.shape[0])
    image = Image.frombytes(mode, size, pixels.tobytes())
    file = io.BytesIO()
    image.save(file, "JPEG", **options)
    return file.getvalue()


def _frame(offset: int, value: bytes) -> bytes:
    at = JPEG.index(b"\xff\xc0") + offset
    return JPEG[:at] + value + JPEG[at + len(value) :]


WORDS = b"Aino Virtanen, Kotkankatu 5 B 12, 040 1234567. "
LEFT_OVER = "hidden-pixels: scan, rows or bytes below the picture"


def _before(marker: bytes, place: int, coded: bytes, added: bytes) -> bytes:
    """Put bytes before one of the markers of this kind."""
    at = [found.start() for found in re.finditer(marker, coded)][place]
    return coded[:at] + added + coded[at:]


@pytest.mark.parametrize(
    "untrusted",
    [
        JPEG[:-2] + WORDS[:4] + JPEG[-2:],
        JPEG[:-2] + b"\xff\xd0" + WORDS + JPEG[-2:],
        *(
            _before(rb"\xff[\xd0-\xd7]", place, saved(PIXELS, "JPEG", restart_marker_rows=1), WORDS)
            for place in (0, -1)
        ),
        *(
            _before(rb"\xff[\xc4\xd9]", place, saved(PIXELS, "JPEG", progressive=True), WORDS)
            for place in range(3, 9)
        ),
    ],
)
def test_words_behind_coded_blocks(untrusted: bytes) -> None:
    """Bytes between the last block and the next marker, which every decoder skips, are told."""
    assert LEFT_OVER in findings_in(untrusted)


def test_filling_behind_coded_blocks() -> None:
    """Zeros and ones before the end, as some cameras write them, hold nothing."""
    for filling in (bytes(40), b"\xff" * 40):
        assert findings_in(JPEG[:-2] + filling + JPEG[-2:]) == set()


_COUNTS = bytes([0] * 5 + [20, 20] + [0] * 9)


@pytest.mark.parametrize(
    ("untrusted", "expected"),
    [
        (_with(0xDB, b"\3" + (2 * WORDS)[:64]), "unknown: DQT, a table that nothing uses"),
        (_with(0xDB, b"\0" + (2 * WORDS)[:64]), "unknown: DQT, a table that nothing uses"),
        (_with(0xC4, b"\x13" + _COUNTS + WORDS[:40]), "unknown: DHT, a table that nothing uses"),
        (_with(0xC4, b"\0" + _COUNTS + WORDS[:40]), "unknown: DHT, a table that nothing uses"),
        (
            JPEG[:20] + segment(0xDD, b"Ai") + segment(0xDD, b"\0\0") + JPEG[20:],
            "unknown: DRI, a table that nothing uses",
        ),
        (_with(0xE0, b"JFIF\0\1\1\0Aino\0\0"), "structure: APP0 JFIF twice"),
        (_with(0xEE, b"AdobeAinoVi"), "unknown: APP14"),
        (
            JPEG[:20] + 2 * segment(0xEE, b"Adobe\0Ainoo\1") + JPEG[20:],
            "structure: APP14 Adobe twice",
        ),
    ],
)
def test_tables_that_nothing_uses(untrusted: bytes, expected: str) -> None:
    """Text in tables and headers that no decoder looks at is told."""
    assert expected in findings_in(untrusted)


_RESTARTED = saved(PIXELS, "JPEG", restart_marker_rows=1)


@pytest.mark.parametrize(
    "untrusted",
    [
        JPEG[:-3] + JPEG[-2:],
        JPEG[:-300] + JPEG[-2:],
        _RESTARTED[: _RESTARTED.rindex(b"\xff\xd1")] + b"\xff\xd9",
        JPEG.replace(b"\xff\xc4\0\x1f\0\0\1\5", b"\xff\xc4\0\x1f\0\3\1\2"),
    ],
)
def test_codes_that_break_off(untrusted: bytes) -> None:
    """A scan that ends before the picture, or has no sense, is told."""
    assert findings_in(untrusted) & {"structure: scan, its codes cannot be followed"}


def test_codes_that_no_picture_has() -> None:
    """A text among the meanings of the codes that are used is told."""
    at = JPEG.index(b"\xff\xc4") + 4
    table = JPEG[at : at + 29]
    longer = table[:16] + bytes([30]) + table[17:] + b"Lea ja Aino uimahallissa 2024."
    changed = JPEG[: at - 4] + segment(0xC4, longer) + JPEG[at + 29 :]
    assert "unknown: DHT, codes that mean nothing" in findings_in(changed)


@pytest.mark.parametrize(
    ("untrusted", "expected"),
    [
        (_frame(5, b"\xff\xdc\xff\xdc"), "structure: frame header, size"),
        (_frame(5, b"\xff\xdc\0\x10"), "structure: scan, its codes cannot be followed"),
        (_frame(5, b"\0\0"), "structure: frame header, size"),
        (_frame(1, b"\xc9"), "structure: frame header, unusual coding"),
        (_frame(4, b"\x0c"), "structure: frame header, unusual coding"),
        (JPEG.replace(b"\xff\xc4", b"\xff\xdd"), "structure: scan, its codes cannot be followed"),
    ],
)
def test_frames_that_cannot_be_looked_into(untrusted: bytes, expected: str) -> None:
    """What cannot be decoded within bounds is told, never passed over."""
    assert expected in findings_in(untrusted)
