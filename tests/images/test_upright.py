"""Which way is up where the EXIF is blank, doubled, damaged or says two things."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.images import boxes, pictures
from tests.images.pictures import brightest_corner, decoded, landscape, oriented, saved

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEADER = b"Exif\x00\x00"
UNSURE = ["decode.orientation"]


def directory(*entries: bytes, count: int | None = None) -> bytes:
    """A little-endian TIFF block with one directory of these entries."""
    claimed = len(entries) if count is None else count
    return b"II*\x00\x08\x00\x00\x00" + struct.pack("<H", claimed) + b"".join(entries) + bytes(4)


def orientation(value: int, kind: int = 3, number: int = 1) -> bytes:
    """The entry that says which way is up."""
    return struct.pack("<HHII", 0x0112, kind, number, value)


def jpeg_with(*exif_segments: bytes) -> bytes:
    """A JPEG with these APP1 segments behind SOI."""
    whole = saved(landscape())
    parts = (struct.pack(">BBH", 0xFF, 0xE1, len(each) + 2) + each for each in exif_segments)
    return whole[:2] + b"".join(parts) + whole[2:]


@pytest.mark.parametrize(
    "exif",
    [
        HEADER,
        HEADER + bytes(60),
        HEADER + b"\xff" * 33,
        HEADER + b" " * 12,
        HEADER + b"II*\x00" + bytes(4),
        HEADER + b"MM\x00*" + bytes(4),
        HEADER + directory(),
        HEADER + HEADER,
        HEADER + HEADER + directory(orientation(1)),
        HEADER * 3 + directory(),
        HEADER + directory(orientation(0)),
        HEADER + directory(orientation(9)),
    ],
)
def test_an_exif_that_holds_no_turn_leaves_the_photo_upright(exif: bytes) -> None:
    """A blank or doubled EXIF, and one without a directory, hides no orientation."""
    found = decoded(jpeg_with(exif))
    assert (brightest_corner(found), found.orientation, found.notes) == ("top left", 1, ())


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "heic"])
def test_a_blank_exif_is_no_trouble_in_any_format(kind: str) -> None:
    """Every format that carries EXIF may carry a blank one."""
    found = decoded(saved(landscape(), kind, exif=HEADER + bytes(40)))
    assert (brightest_corner(found), found.notes) == ("top left", ())


def test_a_blank_exif_is_no_trouble_in_avif() -> None:
    """Pillow's own AVIF reader would give up on it."""
    # An orientation alone goes into a property: another tag keeps the EXIF.
    exif = directory(struct.pack("<HHI", 0x010F, 2, 4) + b"ABC\x00")
    whole = saved(landscape(), "avif", exif=exif)
    assert exif in whole
    found = decoded(whole.replace(exif, bytes(len(exif))))
    assert (brightest_corner(found), found.notes) == ("top left", ())


@pytest.mark.parametrize(
    "segments",
    [
        [HEADER + HEADER + directory(orientation(6))],
        [b"Exif\x00\xff" + directory(orientation(6))],
        [HEADER + directory(orientation(6)), HEADER + directory(orientation(1))],
        [HEADER + directory(orientation(6)), HEADER + directory()],
        [HEADER + b"rubbish in place of a header"],
        [HEADER + b"II*\x00\xff\xff\x00\x00"],
        [HEADER + directory(count=9)],
        [HEADER + directory(orientation(6), orientation(3))],
        [HEADER + directory(orientation(6, number=2))],
        # the orientation as a word
        [HEADER + directory(struct.pack("<HHI", 0x0112, 2, 2) + b"up\x00\x00")],
    ],
)
def test_what_programs_read_differently_asks_for_a_look(segments: list[bytes]) -> None:
    """Where nobody can tell which way is up, the photo stays as stored, and a person looks."""
    found = decoded(jpeg_with(*segments))
    assert (brightest_corner(found), found.orientation) == ("top left", 1)
    assert [note.code for note in found.doubts] == UNSURE
    assert found.notices == ()


def test_two_blocks_that_agree_are_obeyed() -> None:
    """Two EXIF segments that say the same turn the photo."""
    same = HEADER + directory(orientation(6))
    found = decoded(jpeg_with(same, same))
    assert (brightest_corner(found), found.orientation, found.notes) == ("top right", 6, ())


def test_a_directory_cut_behind_the_orientation_still_tells_it() -> None:
    """An EXIF whose end is missing is obeyed where the orientation was read."""
    found = decoded(jpeg_with(HEADER + directory(orientation(6), count=9)))
    assert (brightest_corner(found), found.notes) == ("top right", ())


@pytest.mark.parametrize("kind", [3, 4, 8, 9])
def test_a_number_of_another_width_is_an_orientation_too(kind: int) -> None:
    """Some programs write the orientation in four bytes, or with a sign."""
    found = decoded(jpeg_with(HEADER + directory(orientation(8, kind=kind))))
    assert (found.orientation, found.notes) == (8, ())


def test_an_exif_in_several_segments_is_one() -> None:
    """What is too long for one segment goes on in the next, without a directory of its own."""
    exif = HEADER + directory(orientation(6))
    found = decoded(jpeg_with(exif, HEADER + b"the rest of a long note"))
    assert (brightest_corner(found), found.notes) == ("top right", ())


TURNED_BY_XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/>'
    b"</rdf:RDF></x:xmpmeta>"
)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (b"eXIf", directory(orientation(6))),
        (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + TURNED_BY_XMP),
        (
            b"zTXt",
            b"Raw profile type exif\0\0"
            + zlib.compress(b"\nexif\n 34\n" + directory(orientation(6)).hex().encode() + b"\n"),
        ),
    ],
)
def test_an_orientation_behind_the_rows_of_a_png_counts(kind: bytes, content: bytes) -> None:
    """ExifTool writes there what it adds: the photo is turned as if it stood before."""
    whole = saved(landscape(), "png")
    end = len(whole) - 12
    found = decoded(whole[:end] + pictures.png_chunk(kind, content) + whole[end:])
    assert (brightest_corner(found), found.orientation, found.notes) == ("top right", 6, ())


def test_a_tiff_that_its_xmp_turns_keeps_its_shape() -> None:
    """Width and height change places with the turn: nobody becomes broad."""
    found = decoded(saved(landscape(), "tiff", tiffinfo={700: TURNED_BY_XMP}))
    assert (brightest_corner(found), found.orientation, found.notes) == ("top right", 6, ())
    assert found.pixels.shape == (96, 64, 3)
    assert found.original_size == (64, 96)


def test_the_xmp_of_an_avif_turns_nothing() -> None:
    """Its properties alone say which way is up (ISO/IEC 23008-12); XMP was left behind."""
    left_behind = saved(landscape(), "avif", xmp=TURNED_BY_XMP)
    assert TURNED_BY_XMP in left_behind
    found = decoded(left_behind)
    assert (brightest_corner(found), found.orientation, found.notes) == ("top left", 1, ())


def with_text(keyword: bytes, text: bytes) -> bytes:
    """A PNG with a compressed text chunk."""
    whole = saved(landscape(), "png")
    chunk = pictures.png_chunk(b"zTXt", keyword + b"\x00\x00" + zlib.compress(text))
    return whole[:33] + chunk + whole[33:]


@pytest.mark.parametrize("tail", [b"", b"\n", b'\n$"\x1d\x1a!#'])
def test_an_exif_in_hexadecimal_digits_is_read(tail: bytes) -> None:
    """ImageMagick's way of writing EXIF into a PNG counts, whatever stands behind it."""
    exif = oriented(6)
    text = b"\nexif\n%8d\n" % len(exif) + exif.hex().encode() + tail
    found = decoded(with_text(b"Raw profile type exif", text))
    assert (brightest_corner(found), found.orientation, found.notes) == ("top right", 6, ())


def test_a_text_that_is_no_exif_hides_no_turn() -> None:
    """A text under the same name without digits is no EXIF."""
    assert decoded(with_text(b"Raw profile type exif", b"hello")).notes == ()


def test_the_given_cases_end_as_told(shared: Path) -> None:
    """The files that were reported: two upright ones, and one that programs turn differently."""
    place = shared / "cases" / "exif-blank"
    assert decoded((place / "double.jpg").read_bytes()).notes == ()
    assert decoded((place / "zero_filled.jpg").read_bytes()).notes == ()
    doubtful = decoded((place / "double6.jpg").read_bytes())
    assert [note.code for note in doubtful.doubts] == UNSURE


TURN, BACK = boxes.box(b"irot", b"\1"), boxes.box(b"irot", b"\3")
UPSIDE, ASIDE = boxes.box(b"imir", b"\0"), boxes.box(b"imir", b"\1")
STEPS: dict[bytes, Callable[[np.ndarray], np.ndarray]] = {
    TURN: np.rot90,
    BACK: lambda pixels: np.rot90(pixels, 3),
    UPSIDE: np.flipud,
    ASIDE: np.fliplr,
}
"""What each property does to the picture (ISO/IEC 23008-12, 6.5.10 and 6.5.12)."""


@pytest.mark.parametrize("kind", ["avif", "heic"])
@pytest.mark.parametrize(
    ("properties", "orientation"),
    [
        ((TURN,), 8),
        ((BACK,), 6),
        ((UPSIDE,), 4),
        ((ASIDE,), 2),
        ((TURN, UPSIDE), 5),
        ((BACK, ASIDE), 5),
        ((TURN, ASIDE), 7),
        ((UPSIDE, TURN), 7),
        ((ASIDE, BACK), 7),
        ((TURN, TURN), 3),
    ],
)
def test_turns_and_mirrors_in_any_order(
    kind: str, properties: tuple[bytes, ...], orientation: int
) -> None:
    """The file's own order counts; where a program may turn first, a person looks."""
    found = decoded(boxes.with_properties(saved(landscape(), kind, quality=95), *properties))
    expected = np.asarray(landscape())
    for each in properties:
        expected = STEPS[each](expected)
    assert found.pixels.shape == expected.shape
    assert np.abs(found.pixels.astype(int) - expected).mean() < 4
    assert found.orientation == orientation
    is_usual = [each[4:8] for each in properties] in ([b"irot"], [b"imir"], [b"irot", b"imir"])
    assert [note.code for note in found.notes] == ([] if is_usual else UNSURE)


@pytest.mark.parametrize("kind", ["avif", "heic"])
def test_an_exif_that_was_forgotten_turns_nothing(kind: str) -> None:
    """What EXIF says of a picture without turns is old: regions stay where they are as well."""
    turned = saved(landscape(), kind, exif=oriented(6))
    found = decoded(turned.replace(b"irot\3", b"irot\0"))
    assert (found.pixels.shape[:2], found.orientation, found.notes) == ((64, 96), 1, ())
