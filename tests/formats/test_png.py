"""What is planted in a PNG is found, and told by kind and place."""

from __future__ import annotations

import binascii
import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from tests.formats.material import (
    png_chunk,
    saved,
)
from tests.formats.plants import (
    CITY,
    EXIF,
    PIXELS,
    PNG,
    XMP_HEADER,
    findings_in,
)

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
        (_chunk(b"sBIT", b"Aino, Kotka"), "unknown: sBIT, too long"),
        (_chunk(b"bKGD", b"Aino, Kotka"), "unknown: bKGD, too long"),
        (PNG[:-12] + png_chunk(b"IEND", b"Aino"), "unknown: IEND, too long"),
        (PNG[:33] + png_chunk(b"gAMA", b"Aino") * 2 + PNG[33:], "structure: a chunk twice"),
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
    assert expected in findings_in(untrusted)


def test_harmless_png_of_others() -> None:
    """Colour, resolution and interlacing are harmless, rows in several chunks too."""
    rows = zlib.compress((b"\0" + bytes(6)) * 2)
    whole = _png(_header(2, 2, 8, 2, 0, 0, 0) + png_chunk(b"gAMA", bytes(4)), rows[:5], rows[5:])
    assert findings_in(whole) == set()
    interlaced = zlib.compress(b"\0\0" + b"\0\0" + b"\0\0\0")
    assert findings_in(_png(_header(2, 2, 8, 0, 0, 0, 1), interlaced)) == set()
    opaque = np.full((*PIXELS.shape[:2], 1), 255, np.uint8)
    screenshot = saved(np.dstack([PIXELS, opaque]), "PNG")
    gamma = png_chunk(b"gAMA", bytes(4))
    assert findings_in(screenshot[:IHDR_END] + gamma + screenshot[IHDR_END:]) == set()


def _palette_png(*added: tuple[int, int, int]) -> bytes:
    """Return a PNG of 8 colours whose palette has these too."""
    image = Image.fromarray(PIXELS).quantize(8)
    file = io.BytesIO()
    image.save(file, "PNG")
    whole = file.getvalue()
    at = whole.index(b"PLTE") - 4
    length = int.from_bytes(whole[at : at + 4])
    palette = whole[at + 8 : at + 8 + length] + b"".join(bytes(colour) for colour in added)
    return whole[:at] + png_chunk(b"PLTE", palette) + whole[at + 12 + length :]


WORDS = b"Aino Virtanen"


@pytest.mark.parametrize(
    ("untrusted", "expected"),
    [
        (_palette_png(), set()),
        (_palette_png(*((level, level, level) for level in range(8))), set()),
        (
            _palette_png(*((*WORDS[at : at + 2], 7) for at in range(8))),
            {"unknown: PLTE, colours that nothing shows"},
        ),
        (_chunk(b"PLTE", WORDS[:12]), {"unknown: PLTE, a palette that nothing needs"}),
        (_chunk(b"cHRM", (3 * WORDS)[:32]), {"text: cHRM"}),
        (_chunk(b"cHRM", struct.pack(">8I", *[31270] * 8)), set()),
    ],
)
def test_words_among_colours(untrusted: bytes, expected: set[str]) -> None:
    """A text in a palette that no pixel uses, or in the primaries, is told."""
    assert findings_in(untrusted) == expected


def test_a_palette_of_a_damaged_picture() -> None:
    """Where nobody can tell which colours are used, the palette is told."""
    rows = zlib.compress(b"\x09\0\0\0\0" * 4)  # a filter that does not exist
    whole = _png(_header(4, 4, 8, 3, 0, 0, 0), rows)
    assert "unknown: PLTE, colours that nothing shows" in findings_in(whole)
