"""EXIF and TIFF structures: tags, directories, and what nothing points to."""

from __future__ import annotations

import struct

import pytest

from photoguard.formats._metadata.ifd import MOST_DIRECTORIES, walk
from photoguard.formats._parts import BlockKind
from tests.formats.material import ifd, tiff
from tests.formats.plants import findings_of

LONG = bytes(range(1, 40))


def _pointing(tag: int, inner: bytes) -> bytes:
    """Return a TIFF block whose only tag points to another directory."""
    return tiff({tag: (4, 1, struct.pack("<I", 26))}) + inner


@pytest.mark.parametrize(
    ("tag", "value", "expected"),
    [
        (0x010F, b"Make\0", "device"),
        (0x0132, b"2026:06:01 09:00:00\0", "times"),
        (0x013B, b"Aino\0\0", "names"),
        (0xA420, b"id-17\0", "identifiers"),
        (0x9286, b"at home", "text"),
        (0x8773, b"profile", "colour-profile"),
        (0xFE00, b"vendor", "unknown"),
    ],
)
def test_exif_tags(tag: int, value: bytes, expected: str) -> None:
    """A tag is told by what it gives away; an unknown one counts."""
    assert findings_of(BlockKind.EXIF, tiff({tag: (2, len(value), value)})) == {
        f"{expected}: here, IFD0"
    }


def test_harmless_exif() -> None:
    """Orientation, resolution and the shape of the picture give nothing away."""
    numbers = {0x0112: (3, 1, b"\6\0"), 0x0128: (3, 1, b"\2\0")}
    assert findings_of(BlockKind.EXIF, tiff(numbers)) == set()


@pytest.mark.parametrize("tag", [0x0112, 0x011A, 0x9000, 0x9101, 0xA002])
def test_harmless_exif_is_a_few_numbers(tag: int) -> None:
    """Where a number belongs, a sentence is told."""
    sentence = b"Aino, Kotka, 60.46 N\0"
    assert findings_of(BlockKind.EXIF, tiff({tag: (2, len(sentence), sentence)})) == {
        "unknown: here, IFD0, a long value"
    }


@pytest.mark.parametrize("tag", [0x0103, 0x0112, 0x0115, 0xA001, 0xA002])
@pytest.mark.parametrize("kind", [2, 1, 7])
def test_letters_in_a_number_are_a_text(tag: int, kind: int) -> None:
    """A few letters where every reader expects a number are told, in however many tags."""
    words = b"Aino V. 5 B" if tag != 0x0112 else b"Ain\0"
    found = findings_of(BlockKind.EXIF, tiff({tag: (kind, len(words), words)}))
    is_few = len(words) <= 4 and kind != 2
    expected = set() if is_few else {"text: here, IFD0, a text instead of a number"}
    assert found == expected


def test_a_tag_stands_once() -> None:
    """Many harmless numbers under one name are a text in pieces."""
    entries = [struct.pack("<HHI", 0x0103, 4, 1) + piece for piece in (b"Aino", b" Vir", b"tane")]
    block = b"II*\0\x08\0\0\0" + struct.pack("<H", 3) + b"".join(entries) + bytes(4)
    assert findings_of(BlockKind.EXIF, block) == {"structure: here, a tag twice"}


def test_words_in_the_interoperability_directory() -> None:
    """Only the few words of the standard are harmless there."""
    for words, strange in (
        (b"THM\0", False),
        (b"Exif JPEG Ver. 2.2\0", False),
        (b"Aino Virtanen\0", True),
    ):
        inner = ifd({0x1000: (2, len(words), words)}, at=26)
        assert findings_of(BlockKind.EXIF, _pointing(0xA005, inner)) == (
            {"unknown: here, Interop"} if strange else set()
        )


def test_exif_directories() -> None:
    """GPS, interoperability and thumbnail directories are followed and told."""
    gps = _pointing(0x8825, ifd({1: (2, 2, b"N\0")}, at=26))
    assert findings_of(BlockKind.EXIF, gps) == {"location: here, GPS"}
    inner = ifd({1: (2, 4, b"R98\0")}, at=26)
    assert findings_of(BlockKind.EXIF, _pointing(0xA005, inner)) == set()
    inner = ifd({0x7777: (2, 4, b"R98\0")}, at=26)
    assert findings_of(BlockKind.EXIF, _pointing(0xA005, inner)) == {"unknown: here, Interop"}
    thumbnail = {0x0201: (4, 1, struct.pack("<I", 60)), 0x0202: (4, 1, struct.pack("<I", 39))}
    second = tiff({0x0112: (3, 1, b"\1\0")}, following=26) + ifd(thumbnail, at=26)
    second += bytes(60 - len(second)) + LONG
    assert findings_of(BlockKind.EXIF, second) == {"embedded-picture: here, IFD1"}


def test_bytes_that_nothing_points_to() -> None:
    """A directory whose pointer was taken out is still told; padding is not."""
    assert findings_of(BlockKind.EXIF, tiff({}) + LONG) == {
        "hidden-pixels: here, bytes nothing points to"
    }
    assert findings_of(BlockKind.EXIF, tiff({}) + bytes(50)) == set()


@pytest.mark.parametrize(
    ("untrusted", "expected"),
    [
        (b"", "header"),
        (b"II*\0", "header"),
        (b"JJ*\0\x08\0\0\0", "header"),
        (b"II*\0\xff\xff\0\0", "IFD0 outside the file"),
        (b"II*\0\x08\0\0\0", "IFD0 outside the file"),
        (b"II*\0\x08\0\0\0\xff\xff", "IFD0 outside the file"),
        (tiff({})[:-4], "IFD0 outside the file"),
        (tiff({0x010E: (2, 1 << 31, b"")}), "IFD0 value outside the file"),
        (tiff({0x010E: (2, 99, b"123456")}), "IFD0 value outside the file"),
        (tiff({}, following=8), "directories in a loop or too many"),
    ],
)
def test_broken_directories(untrusted: bytes, expected: str) -> None:
    """What points outside or in a circle is told, and the walk ends."""
    assert f"structure: here, {expected}" in findings_of(BlockKind.EXIF, untrusted)


def test_successor_of_a_child() -> None:
    """A directory behind a child directory is followed too."""
    inner = ifd({1: (2, 2, b"N\0")}, at=26, following=44) + ifd({2: (2, 2, b"6\0")}, at=44)
    assert walk(_pointing(0x8825, inner)).names == ["IFD0", "GPS", "GPS+"]


def test_big_tiff_in_the_other_byte_order() -> None:
    """BigTIFF and big-endian numbers are read alike."""
    entry = struct.pack(">HHQ8s", 0x010F, 2, 5, b"Make\0")
    big = b"MM\0+\0\x08\0\0" + struct.pack(">QQ", 16, 1) + entry + bytes(8)
    assert findings_of(BlockKind.EXIF, big) == {"device: here, IFD0"}


def test_many_directories_end() -> None:
    """A chain of a thousand directories is not followed to its end."""
    chain = b"II*\0\x08\0\0\0"
    for number in range(1000):
        chain += b"\0\0" + struct.pack("<I", 14 + 6 * number)
    walked = walk(chain)
    assert len(walked.names) == MOST_DIRECTORIES
    assert walked.troubles == ["directories in a loop or too many"]
