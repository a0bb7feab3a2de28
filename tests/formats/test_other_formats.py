"""TIFF, BMP and GIF: plants are told, plain pictures hold nothing."""

from __future__ import annotations

import io
import struct

import pytest
from PIL import Image

from photoguard import formats
from tests.formats.material import ifd, picture, saved, tiff
from tests.formats.plants import CITY, INSIDE, findings_in

PIXELS = picture(32, 24)
BMP = saved(PIXELS, "BMP")
TIFF = saved(PIXELS, "TIFF")
GIF = saved(PIXELS, "GIF")


def test_plain_pictures_hold_nothing() -> None:
    """A picture without metadata is harmless in every format."""
    assert [findings_in(file) for file in (BMP, TIFF, GIF)] == [set()] * 3
    assert [formats.recognise(file) for file in (BMP, TIFF, GIF)] == ["bmp", "tiff", "gif"]


def test_tiff_pages_and_slack() -> None:
    """Further pages and bytes outside every directory are told."""
    file = io.BytesIO()
    image = Image.fromarray(PIXELS)
    image.save(file, "TIFF", save_all=True, append_images=[image])
    assert "embedded-picture: TIFF, page IFD1" in findings_in(file.getvalue())
    assert findings_in(TIFF + INSIDE) == {"hidden-pixels: TIFF, bytes nothing points to"}


@pytest.mark.parametrize("options", [{}, {"compression": "tiff_lzw"}])
def test_tiff_with_transparency(options: dict[str, str]) -> None:
    """What is merely transparent is still there."""
    see_through = saved(PIXELS[:, :, [0, 1, 2, 0]], "TIFF", **options)
    assert findings_in(see_through) == {"hidden-pixels: alpha channel"}


ROWS_BELOW = "hidden-pixels: rows below the picture's height"


def _cut(whole: bytes, height: int) -> bytes:
    """Return a little-endian TIFF whose directory admits so many rows only."""
    at = int.from_bytes(whole[4:8], "little") + 2
    entry = whole.index(struct.pack("<H", 0x0101), at) + 8
    return whole[:entry] + struct.pack("<I", height) + whole[entry + 4 :]


@pytest.mark.parametrize("mode", ["RGB", "L", "1", "CMYK"])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"strip_size": 500},
        {"strip_size": 500, "compression": "tiff_lzw"},
        {"strip_size": 500, "compression": "tiff_adobe_deflate"},
    ],
)
def test_tiff_rows_below_the_height(mode: str, options: dict[str, object]) -> None:
    """Two changed bytes hide the lower part of a TIFF, which is told."""
    file = io.BytesIO()
    Image.fromarray(picture(120, 90)).convert(mode).save(file, "TIFF", **options)
    assert findings_in(file.getvalue()) == set()
    cut = _cut(file.getvalue(), 40)
    assert findings_in(cut) == {ROWS_BELOW}


@pytest.mark.parametrize(("height", "expected"), [(17, set()), (16, {ROWS_BELOW})])
def test_tiff_tiles_below_the_height(height: int, expected: set[str]) -> None:
    """Tiles of which the last ones lie wholly below the picture are told."""

    def tiled(start: int) -> bytes:
        sizes = {0x0100: 16, 0x0101: height, 0x0142: 16, 0x0143: 16}
        entries = {tag: (3, 1, struct.pack("<H", size)) for tag, size in sizes.items()}
        places = struct.pack("<II", start, start + 256)
        return tiff(
            {**entries, 0x0144: (4, 2, places), 0x0145: (4, 2, struct.pack("<II", 256, 256))}
        )

    assert findings_in(tiled(len(tiled(0))) + bytes(512)) == expected


def test_tiff_tags() -> None:
    """Tags, sub-directories and nested XMP are told."""
    assert findings_in(tiff({700: (1, len(CITY), CITY)})) == {"location: TIFF, IFD0 photoshop:City"}
    inner = ifd({0x0100: (3, 1, b"\1\0")}, at=26)
    sub = tiff({0x014A: (4, 1, struct.pack("<I", 26))}) + inner
    assert "embedded-picture: TIFF, page SubIFD" in findings_in(sub)
    gps = tiff({0x8825: (4, 1, struct.pack("<I", 26))}) + ifd({1: (2, 2, b"N\0")}, at=26)
    assert findings_in(gps) == {"location: TIFF, GPS"}


def _bmp(at: int, value: bytes) -> bytes:
    return BMP[:at] + value + BMP[at + len(value) :]


@pytest.mark.parametrize(
    ("untrusted", "expected"),
    [
        (BMP + b"more", {"trailing-data: after the rows"}),
        (BMP[:-1], {"structure: rows missing"}),
        (BMP[:20], {"structure: BMP header"}),
        (_bmp(14, b"\x0c"), {"structure: BMP header"}),
        (_bmp(10, b"\x40"), {"structure: bytes before the rows", "structure: rows missing"}),
        (saved(PIXELS[:, :, [0, 1, 2, 0]], "BMP"), {"hidden-pixels: alpha channel"}),
    ],
)
def test_bmp(untrusted: bytes, expected: set[str]) -> None:
    """Gaps, missing rows, transparency and bytes behind the rows are told."""
    assert findings_in(untrusted) == expected


def test_words_around_the_rows_of_a_bmp() -> None:
    """Letters in the reserved bytes and between the rows, which no viewer shows, are told."""
    assert findings_in(_bmp(6, b"Aino")) == {"unknown: BMP header, reserved bytes"}
    narrow = saved(picture(31, 24), "BMP")
    assert findings_in(narrow) == set()
    padded = narrow[: 54 + 93] + b"Ain" + narrow[54 + 96 :]
    assert findings_in(padded) == {"hidden-pixels: bytes between the rows"}
    assert findings_in(_bmp(18, bytes(4))) == {"trailing-data: after the rows"}


def test_bmp_variants() -> None:
    """A palette is no gap, a profile is told, packed rows count by their length."""
    assert findings_in(saved(PIXELS[:, :, 0], "BMP")) == set()
    fields = struct.pack("<IiiHHIIiiII", 124, 1, 1, 1, 24, 0, 0, 0, 0, 0, 0)
    header = fields + bytes(12) + b"DEBM" + bytes(64) + b"\0\0\0\0"
    file = b"BM" + struct.pack("<IHHI", 142, 0, 0, 138) + header.ljust(124, b"\0") + b"\1\2\3\0"
    assert "colour-profile: BMP header" in findings_in(_with_profile(file))
    packed = struct.pack("<IiiHHIIiiII", 40, 1, 1, 1, 8, 1, 2, 0, 0, 2, 0)
    rows = b"BM" + struct.pack("<IHHI", 64, 0, 0, 62) + packed + bytes(8) + b"\0\1"
    assert findings_in(rows) == set()


def _with_profile(file: bytes) -> bytes:
    return file[:70] + b"DEBM" + file[74:]


def _extension(label: int, *blocks: bytes) -> bytes:
    body = b"".join(bytes([len(block)]) + block for block in blocks)
    return b"\x21" + bytes([label]) + body + b"\0"


def _gif(added: bytes) -> bytes:
    return GIF[:-1] + added + b";"


XMP_TRAILER = bytes([1, *range(255, -1, -1), 0])


@pytest.mark.parametrize(
    ("untrusted", "expected"),
    [
        (_gif(_extension(0xFE, b"Aino")), {"text: comment or text extension"}),
        (_gif(_extension(0x01, b"Aino")), {"text: comment or text extension"}),
        (_gif(_extension(0xF9, bytes(4))), set()),
        (_gif(_extension(0xFF, b"VENDOR 1.00", b"?")), {"unknown: application extension"}),
        (_gif(_extension(0xFF, b"NETSCAPE2.0", b"\1\0\0")), set()),
        (_gif(_extension(0xFF, b"NETSCAPE2.0", b"\1\0\0Aino")), {"unknown: application loop"}),
        (
            _gif(b"\x21\xff\x0bXMP DataXMP" + CITY + XMP_TRAILER),
            {"location: application XMP photoshop:City"},
        ),
        (_gif(GIF[GIF.index(b"\x2c", 13 + 3 * 256) : -1]), {"hidden-pixels: further frames"}),
        (_gif(b"\x99"), {"unknown: block of unknown kind", "trailing-data: after the trailer"}),
        (GIF + b"more", {"trailing-data: after the trailer"}),
        (GIF[:-1], {"structure: no trailer"}),
        (GIF[:8], {"structure: no trailer"}),
        (b"GIF89a\xff\xff\xff\xff\0\0\0;", {"structure: screen size"}),
        (
            GIF[:6] + b"\1\0\1\0" + GIF[10:],
            {"hidden-pixels: frame larger than the screen"},
        ),
        (b"GIF89a\1\0\1\0\0\0\0\x21\xfe" + b"\1x" * 2_000_001, {"structure: no trailer"}),
    ],
)
def test_gif(untrusted: bytes, expected: set[str]) -> None:
    """Extensions, further frames, hidden parts and bytes behind the trailer are told."""
    assert findings_in(untrusted) == expected
