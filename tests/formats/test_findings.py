"""What is planted in a JPEG, PNG or WebP is found, and told by kind and place."""

from __future__ import annotations

import binascii
import io
import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from photoguard import formats
from photoguard.errors import UnreadableError
from photoguard.model import OutputFormat
from tests.formats.material import (
    TEXT,
    picture,
    png_chunk,
    riff_chunk,
    saved,
    segment,
    tiff,
)

if TYPE_CHECKING:
    from photoguard.model import Pixels

DESCRIPTION = {0x010E: (2, 6, b"Aino!\0")}
EXIF = tiff(DESCRIPTION)
CITY = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:p="http://ns.adobe.com/photoshop/1.0/" p:City="Kotka"/>'
    b"</rdf:RDF></x:xmpmeta>"
)
XMP_HEADER = b"http://ns.adobe.com/xap/1.0/\0"
EXTENSION_HEADER = b"http://ns.adobe.com/xmp/extension/\0" + b"F" * 32
PIXELS = picture(64, 48)
JPEG = formats.encode(PIXELS, TEXT, OutputFormat.JPEG, 90)
PNG = formats.encode(PIXELS, TEXT, OutputFormat.PNG, 90)
WEBP = formats.encode(PIXELS, TEXT, OutputFormat.WEBP, 90)
INSIDE = saved(picture(16, 16), "JPEG")


def told(untrusted: bytes) -> set[str]:
    """Return the findings of a file as "kind: where"."""
    return {f"{finding.kind}: {finding.where}" for finding in formats.findings(untrusted)}


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
    assert expected in told(untrusted)


def test_harmless_jpeg_of_others() -> None:
    """A plain JPEG of another program, an Adobe segment included, holds nothing."""
    adobe = segment(0xEE, b"Adobe\0\x64\0\0\0\0\1")
    plain = saved(PIXELS, "JPEG")
    assert told(plain[:20] + adobe + plain[20:]) == set()


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
    assert told(whole) == set()
    taller = _coded(np.concatenate([pixels] * 8), mode, options)
    frame = taller.index(b"\xff\xc2" if options.get("progressive") else b"\xff\xc0")
    cut = taller[: frame + 5] + struct.pack(">H", size[1]) + taller[frame + 7 :]
    assert told(cut) == {"hidden-pixels: rows below the picture's height"}


def _coded(pixels: Pixels, mode: str, options: dict[str, object]) -> bytes:
    size = (pixels.shape[1], pixels.shape[0])
    image = Image.frombytes(mode, size, pixels.tobytes())
    file = io.BytesIO()
    image.save(file, "JPEG", **options)
    return file.getvalue()


def _frame(offset: int, value: bytes) -> bytes:
    at = JPEG.index(b"\xff\xc0") + offset
    return JPEG[:at] + value + JPEG[at + len(value) :]


@pytest.mark.parametrize(
    ("untrusted", "expected"),
    [
        (_frame(5, b"\xff\xdc\xff\xdc"), "structure: frame header, size"),
        (_frame(5, b"\xff\xdc\0\x10"), "structure: frame header, size"),
        (_frame(5, b"\0\0"), "structure: frame header, size"),
        (_frame(1, b"\xc9"), "structure: frame header, unusual coding"),
        (_frame(4, b"\x0c"), "structure: cannot be decoded"),
        (JPEG.replace(b"\xff\xc4", b"\xff\xdd"), "structure: cannot be decoded"),
    ],
)
def test_frames_that_cannot_be_looked_into(untrusted: bytes, expected: str) -> None:
    """What cannot be decoded within bounds is told, never passed over."""
    assert expected in told(untrusted)


IHDR_END = 33
IEND = png_chunk(b"IEND", b"")
ROWS = zlib.compress((b"\0" + bytes(6)) * 2)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return PNG[:IHDR_END] + png_chunk(kind, content) + PNG[IHDR_END:]


def _header(width: int, height: int, *rest: int) -> bytes:
    return png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, *rest))


def _png(header: bytes, *rows: bytes) -> bytes:
    return PNG[:8] + header + b"".join(png_chunk(b"IDAT", row) for row in rows) + IEND


def _raw_profile(name: bytes, content: bytes, digits: bytes | None = None) -> bytes:
    digits = binascii.hexlify(content) if digits is None else digits
    text = b"\n%s\n %d\n" % (name, len(content)) + digits + b"\n"
    return _chunk(b"zTXt", b"Raw profile type " + name + b"\0\0" + zlib.compress(text))


@pytest.mark.parametrize(
    ("untrusted", "expected"),
    [
        (_chunk(b"tEXt", b"Comment\0Aino"), "text: tEXt"),
        (_chunk(b"tEXt", b"Author\0Aino"), "names: tEXt"),
        (_chunk(b"zTXt", b"Creation Time\0\0" + zlib.compress(b"now")), "times: zTXt"),
        (_chunk(b"zTXt", b"Software\0\0broken"), "device: zTXt"),
        (_chunk(b"iTXt", b"Title\0\0\0\0\0Aino"), "text: iTXt"),
        (
            _chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(CITY)),
            "location: iTXt XMP photoshop:City",
        ),
        (_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0fi-Aino\0\0" + CITY), "text: iTXt XMP, language"),
        (_chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0junk"), "text: iTXt"),
        (
            PNG[:33] + png_chunk(b"zTXt", b"XML:com.adobe.xmp\0\0") * 21 + PNG[33:],
            "unknown: too many text chunks",
        ),
        (_chunk(b"eXIf", EXIF), "text: eXIf, IFD0"),
        (_chunk(b"tIME", bytes(7)), "times: tIME"),
        (_chunk(b"iCCP", b"name"), "colour-profile: iCCP"),
        (_chunk(b"tRNS", bytes(6)), "hidden-pixels: tRNS"),
        (_chunk(b"acTL", bytes(8)), "hidden-pixels: acTL"),
        (_chunk(b"caBX", b""), "identifiers: caBX"),
        (_chunk(b"prVt", b"Aino"), "unknown: prVt"),
        (_chunk(b"\1\2\3\4", b""), "unknown: 0x01020304"),
        (_chunk(b"pHYs", b"more than nine"), "unknown: pHYs"),
        (_raw_profile(b"exif", b"Exif\0\0" + EXIF), "text: zTXt raw profile, IFD0"),
        (_raw_profile(b"APP1", b"Exif\0\0" + EXIF), "text: zTXt raw profile, IFD0"),
        (_raw_profile(b"APP1", XMP_HEADER + CITY), "location: zTXt raw profile photoshop:City"),
        (_raw_profile(b"xmp", CITY), "location: zTXt raw profile photoshop:City"),
        (
            _chunk(b"tEXt", b"Raw profile type xmp\0\nxmp\n 9\n" + binascii.hexlify(CITY)),
            "location: tEXt raw profile photoshop:City",
        ),
        (_raw_profile(b"vendor", b"Aino"), "unknown: zTXt raw profile"),
        (_raw_profile(b"exif", b"", b"no digits"), "unknown: zTXt raw profile"),
        (PNG[:-12], "structure: no IEND"),
        (PNG + b"more", "trailing-data: after IEND"),
        (PNG[:-1] + b"?", "structure: IEND checksum"),
        (PNG[:8] + IEND, "structure: IHDR"),
        (PNG[:8], "structure: IHDR"),
        (PNG[:8] + png_chunk(b"tEXt", b"") * 100_000, "structure: too many chunks"),
        (_png(_header(2, 2, 8, 6, 0, 0, 0), ROWS), "hidden-pixels: alpha channel"),
        (saved(np.dstack([PIXELS, PIXELS[:, :, 0]]), "PNG"), "hidden-pixels: alpha channel"),
        (
            _png(_header(1, 2, 8, 4, 0, 0, 0), zlib.compress(b"\x99\1\1" * 2)),
            "hidden-pixels: alpha channel",
        ),
        (_png(_header(20_000, 6_000, 8, 2, 0, 0, 0), ROWS), "structure: IHDR, size or colour"),
        (_png(_header(2, 2, 8, 5, 0, 0, 0), ROWS), "structure: IHDR, size or colour"),
        (_png(_header(2, 3, 8, 2, 0, 0, 0), ROWS), "structure: IDAT, rows missing"),
        (
            _png(_header(2, 1, 8, 2, 0, 0, 0), ROWS),
            "hidden-pixels: IDAT, rows below the picture's height",
        ),
        (
            _png(_header(2, 2, 8, 2, 0, 0, 0), ROWS + b"Aino"),
            "hidden-pixels: IDAT, bytes behind the rows",
        ),
        (
            _png(_header(2, 2, 8, 2, 0, 0, 0), ROWS, b"Aino"),
            "hidden-pixels: IDAT, bytes behind the rows",
        ),
        (_png(_header(2, 2, 8, 2, 0, 0, 0), b"junk"), "structure: IDAT cannot be inflated"),
    ],
)
def test_png(untrusted: bytes, expected: str) -> None:
    """A plant in a PNG is told, wherever it stands."""
    assert expected in told(untrusted)


def test_harmless_png_of_others() -> None:
    """Colour, resolution and interlacing are harmless, rows in several chunks too."""
    rows = zlib.compress((b"\0" + bytes(6)) * 2)
    whole = _png(_header(2, 2, 8, 2, 0, 0, 0) + png_chunk(b"gAMA", bytes(4)), rows[:5], rows[5:])
    assert told(whole) == set()
    interlaced = zlib.compress(b"\0\0" + b"\0\0" + b"\0\0\0")
    assert told(_png(_header(2, 2, 8, 0, 0, 0, 1), interlaced)) == set()
    opaque = np.full((*PIXELS.shape[:2], 1), 255, np.uint8)
    screenshot = saved(np.dstack([PIXELS, opaque]), "PNG")
    gamma = png_chunk(b"gAMA", bytes(4))
    assert told(screenshot[:IHDR_END] + gamma + screenshot[IHDR_END:]) == set()


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
    assert expected in told(untrusted)


def test_harmless_webp_of_others() -> None:
    """A plain WebP of another program, with or without features, holds nothing."""
    assert told(saved(PIXELS, "WEBP")) == set()
    assert told(saved(PIXELS, "WEBP", lossless=True)) == set()
    assert told(_framed()) == set()


def test_unknown_formats() -> None:
    """What is no picture is refused with a sentence; it has neither names nor regions."""
    for untrusted in (b"", b"plain text", b"%PDF-1.7"):
        with pytest.raises(UnreadableError) as refused:
            formats.findings(untrusted)
        assert refused.value.code == "formats.unrecognised"
        assert formats.named_persons(untrusted) == ()
        assert formats.named_regions(untrusted, 1, (10, 10)) == ()
        assert formats.recognise(untrusted) is None
