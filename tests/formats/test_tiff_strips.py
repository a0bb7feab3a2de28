"""Whatever stands in a TIFF's strips and tiles beyond its rows is told, however it is packed."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from PIL import Image

from tests.formats.material import picture, saved, segment, tiff
from tests.formats.plants import findings_in

WIDTH, HEIGHT = 90, 64
NAME = b"Aino Virtanen"
ROWS = {"hidden-pixels: rows below the picture's height"}
BEHIND = {"hidden-pixels: bytes behind the picture's rows"}
LEFT_OVER = {"hidden-pixels: scan, rows or bytes below the picture"}
UNREADABLE = {"structure: strips, their codes cannot be followed"}
PLAIN, LZW, JPEG, DEFLATED, PACKED, FAX = 1, 5, 7, 8, 32773, 4
NAMES = {PLAIN: None, LZW: "tiff_lzw", DEFLATED: "tiff_adobe_deflate", PACKED: "packbits"}


def _strip(compression: int, height: int = HEIGHT, *, is_flat: bool = False) -> bytes:
    """Return a grey picture as one strip of another program."""
    pixels = picture(WIDTH, height)[:, :, 0]
    if is_flat:
        pixels = np.full_like(pixels, 90)
    whole = saved(pixels, "TIFF", compression=NAMES[compression], strip_size=1 << 20)
    with Image.open(io.BytesIO(whole)) as image:
        ((at,), (length,)) = image.tag_v2[0x0111], image.tag_v2[0x0117]  # type: ignore[attr-defined]
    return whole[at : at + length]


def _file(strip: bytes, compression: int, height: int = HEIGHT, **further: int) -> bytes:
    """Return a grey TIFF of one strip."""
    sizes = {
        0x0100: WIDTH,
        0x0101: height,
        0x0102: 8,
        0x0103: compression,
        0x0106: 1,
        0x0116: height,
    }
    sizes |= {int(tag, 16): number for tag, number in further.items()}
    entries = {tag: (4, 1, struct.pack("<I", size)) for tag, size in sizes.items()}

    def at(start: int) -> bytes:
        places = {0x0111: (4, 1, struct.pack("<I", start))}
        return tiff({**entries, **places, 0x0117: (4, 1, struct.pack("<I", len(strip)))})

    return at(len(at(0))) + strip


@pytest.mark.parametrize("is_flat", [False, True])
@pytest.mark.parametrize("compression", NAMES)
def test_one_strip(compression: int, is_flat: bool) -> None:  # noqa: FBT001
    """A strip ends with the picture: rows that the height hides and words behind it are told."""
    strip = _strip(compression, is_flat=is_flat)
    assert findings_in(_file(strip, compression)) == set()
    assert findings_in(_file(strip + bytes(9), compression)) == set()
    assert findings_in(_file(strip + NAME, compression)) == BEHIND
    hidden = BEHIND if compression == PACKED else ROWS
    assert findings_in(_file(strip, compression, HEIGHT - 1)) == hidden
    assert findings_in(_file(strip, compression, HEIGHT // 2)) == hidden


@pytest.mark.parametrize("compression", NAMES)
@pytest.mark.parametrize("mode", ["1", "L", "RGB", "CMYK", "I;16"])
def test_honest_strips(compression: int, mode: str) -> None:
    """Pictures of any depth, in many strips, hold nothing."""
    image = Image.fromarray(picture(WIDTH, HEIGHT))
    file = io.BytesIO()
    image.convert("I" if mode == "I;16" else mode).convert(mode).save(
        file, "TIFF", compression=NAMES[compression], strip_size=700
    )
    assert findings_in(file.getvalue()) == set()


@pytest.mark.parametrize(
    ("untrusted", "expected"),
    [
        (_file(b"\x80\x0b\x30", LZW), UNREADABLE),
        (_file(b"\xff\xff\xff\xff", LZW), UNREADABLE),
        (_file(NAME, DEFLATED), UNREADABLE),
        (_file(b"\x80\x80", PACKED), set()),
        (_file(b"fax", FAX), {"structure: strips, unusual coding"}),
        (_file(bytes(WIDTH), PLAIN, **{"0x0106": 6}), {"structure: strips, unusual coding"}),
        (_file(b"", PLAIN, 60_000_000), {"structure: strips, too large"}),
    ],
)
def test_what_cannot_be_followed(untrusted: bytes, expected: set[str]) -> None:
    """Codes without sense, codings that nobody looks into and too large a picture are told."""
    assert findings_in(untrusted) == expected


def _jpeg(height: int = HEIGHT) -> bytes:
    whole = saved(picture(WIDTH, height)[:, :, 0], "JPEG")
    return whole[:2] + whole[20:]  # TIFF wants no JFIF


@pytest.mark.parametrize(
    ("strip", "expected"),
    [
        (_jpeg(), set()),
        (_jpeg() + NAME, {"trailing-data: after EOI"}),
        (_jpeg()[:2] + segment(0xFE, NAME) + _jpeg()[2:], {"text: COM"}),
        (
            _jpeg()[:-2] + NAME + b"\xff\xd9",
            {"hidden-pixels: scan, rows or bytes below the picture"},
        ),
        (_jpeg(HEIGHT * 2), ROWS),
    ],
)
def test_a_jpeg_in_a_strip(strip: bytes, expected: set[str]) -> None:
    """A JPEG inside a strip is looked into like a file."""
    assert findings_in(_file(strip, JPEG)) == expected


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_jpegs_that_share_tables(mode: str) -> None:
    """Strips with the tables in a tag hold nothing; a comment among the tables is told."""
    file = io.BytesIO()
    Image.fromarray(picture(WIDTH, HEIGHT)).convert(mode).save(
        file, "TIFF", compression="jpeg", strip_size=2000
    )
    whole = file.getvalue()
    assert findings_in(whole) == set()
    at = whole.index(b"\xff\xd8\xff\xdb")
    comment = segment(0xFE, b"Aino")[:4]
    assert "text: COM" in findings_in(whole[: at + 2] + comment + whole[at + 6 :])


def test_planes_and_tiles() -> None:
    """Planes that lie one after another, and tiles, have lengths of their own."""
    sizes = {0x0100: 16, 0x0101: 16, 0x0103: 1, 0x0115: 2, 0x011C: 2, 0x0142: 16, 0x0143: 16}
    for lengths, expected in (((256, 512), set()), ((256, 512 + 13), BEHIND), ((260, 512), BEHIND)):
        entries = {tag: (3, 1, struct.pack("<H", size)) for tag, size in sizes.items()}
        entries |= {0x0102: (3, 2, struct.pack("<HH", 8, 16))}

        def at(start: int, entries: dict[int, tuple[int, int, bytes]] = entries) -> bytes:
            places = struct.pack("<II", start, start + lengths[0])  # noqa: B023
            counts = struct.pack("<II", *lengths)  # noqa: B023
            return tiff({**entries, 0x0144: (4, 2, places), 0x0145: (4, 2, counts)})

        assert findings_in(at(len(at(0))) + b"x" * sum(lengths)) == expected
