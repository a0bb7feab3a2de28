"""What a file keeps beside its pixels is obeyed: a crop, high dynamic range, the one page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageCms, TiffImagePlugin

from photoguard.errors import RefusedError, UnreadableError
from photoguard.images import decode
from photoguard.settings import Limits
from tests.images import boxes, pictures
from tests.images.pictures import brightest_corner, decoded, landscape, saved

if TYPE_CHECKING:
    from pathlib import Path

CROP = ["decode.crop"]
HDR = ["decode.hdr"]
LEFT_TOP = boxes.clap(48, 32, -24, -16)
"""The bright quarter of ``landscape`` alone."""
SRGB, BT709, BT2020, P3 = 13, 1, 9, 12
PQ, HLG = 16, 18


def codes(untrusted: bytes) -> list[str]:
    """What decoding has to say of a file."""
    return [note.code for note in decoded(untrusted).notes]


@pytest.mark.parametrize("kind", ["avif", "heic"])
def test_what_was_cropped_away_stays_away(kind: str) -> None:
    """A clean aperture is applied in AVIF as it is in HEIC, without a word."""
    found = decoded(boxes.with_properties(saved(landscape(), kind), LEFT_TOP))
    assert (found.pixels.shape, found.original_size, found.notes) == ((32, 48, 3), (48, 32), ())
    assert found.pixels.min(axis=(0, 1))[0] > 180  # nothing but orange


@pytest.mark.parametrize(("orientation", "shape"), [(1, (32, 48)), (6, (48, 32)), (3, (32, 48))])
def test_an_avif_is_cropped_before_it_is_turned(orientation: int, shape: tuple[int, int]) -> None:
    """The aperture counts in the stored picture; the copy is cropped and upright."""
    whole = saved(landscape(), "avif", exif=pictures.oriented(orientation))
    found = decoded(boxes.with_properties(whole, LEFT_TOP, first=True))
    assert (found.pixels.shape[:2], found.orientation, found.notes) == (shape, orientation, ())
    assert found.pixels.min(axis=(0, 1))[0] > 180


def test_a_cropped_avif_is_made_smaller_by_what_is_left() -> None:
    """The longest side that was asked for is that of the cropped picture."""
    whole = boxes.with_properties(saved(landscape(), "avif"), LEFT_TOP)
    assert decoded(whole, max_side=24).pixels.shape == (16, 24, 3)


@pytest.mark.parametrize(
    "odd",
    [
        boxes.clap(48.5, 32, -24, -16),
        boxes.clap(200, 32),
        boxes.clap(48, 32, -60),
        boxes.box(b"clap", bytes(32)),
    ],
)
def test_a_crop_that_programs_read_differently_asks_for_a_look(odd: bytes) -> None:
    """An aperture between pixels, beyond the picture or without a size comes to review."""
    assert codes(boxes.with_properties(saved(landscape(), "avif"), odd)) == CROP


def test_a_crop_behind_a_turn_asks_for_a_look() -> None:
    """The standard wants the crop first; of a file that turns first nobody knows."""
    whole = saved(landscape(), "avif", exif=pictures.oriented(6))
    assert codes(boxes.with_properties(whole, LEFT_TOP)) == CROP


def test_two_crops_ask_for_a_look() -> None:
    """Of two apertures one program obeys the first, another one the second."""
    whole = saved(landscape(), "avif")
    assert codes(boxes.with_properties(whole, boxes.clap(96, 64), LEFT_TOP)) == CROP


def coded(levels: int, kind: str, primaries: int, transfer: int) -> bytes:
    """A grey picture of these levels that says how its light is coded."""
    grey = Image.new("RGB", (64, 48), (levels,) * 3)
    if kind == "png":
        whole = saved(grey, "png")
        chunk = pictures.png_chunk(b"cICP", bytes((primaries, transfer, 0, 1)))
        return whole[:33] + chunk + whole[33:]
    plain = boxes.without(saved(grey, kind, quality=95), b"colr")
    return boxes.with_properties(plain, boxes.nclx(primaries, transfer))


@pytest.mark.parametrize("kind", ["avif", "heic", "png"])
@pytest.mark.parametrize(
    ("transfer", "levels", "bright"),
    [
        (PQ, 0, range(3)),
        (PQ, 97, range(95, 108)),  # 38 % of the signal, 26 cd/m²: middle grey (BT.2408)
        (PQ, 148, range(215, 246)),  # reference white, rolled off a little
        (PQ, 255, range(250, 256)),
        (HLG, 97, range(95, 108)),  # 38 % of the signal too
        (HLG, 191, range(215, 246)),  # 75 %: reference white
        (HLG, 255, range(250, 256)),
    ],
)
def test_hdr_is_brought_to_ordinary_brightness(
    kind: str, transfer: int, levels: int, bright: range
) -> None:
    """Middle grey and reference white of PQ and HLG are those of sRGB, and it is told."""
    found = decoded(coded(levels, kind, BT2020, transfer))
    middle = found.pixels[24, 32]
    assert int(np.ptp(middle)) <= 2
    assert int(middle.mean()) in bright
    assert [note.code for note in found.notes] == HDR


@pytest.mark.parametrize("kind", ["avif", "heic", "png"])
def test_an_ordinary_coding_is_left_as_it_is(kind: str) -> None:
    """A file that names sRGB keeps its levels and is told nothing."""
    found = decoded(coded(120, kind, BT709, SRGB))
    assert abs(int(found.pixels[24, 32].mean()) - 120) <= 2
    assert found.notes == ()


def test_wide_colours_keep_their_hue() -> None:
    """Red of BT.2020 and of Display P3 becomes red of sRGB, not orange or pink."""
    for primaries in (BT2020, P3, BT709):
        red = saved(Image.new("RGB", (8, 8), (140, 0, 0)), "png")
        chunk = pictures.png_chunk(b"cICP", bytes((primaries, PQ, 0, 1)))
        middle = decoded(red[:33] + chunk + red[33:]).pixels[4, 4]
        assert middle[0] > 150
        assert middle[1:].max() < 40


def test_a_profile_may_say_that_a_picture_is_hdr() -> None:
    """An ICC profile with a cicp tag for PQ counts as the file's own word."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = int.from_bytes(profile[128:132])
    end = len(profile)
    for at in range(132, 132 + 12 * count, 12):
        if profile[at : at + 4] == b"cprt":
            profile[at : at + 12] = b"cicp" + end.to_bytes(4) + (12).to_bytes(4)
    profile += b"cicp" + bytes(4) + bytes((BT2020, PQ, 0, 1))
    whole = saved(Image.new("RGB", (64, 48), (148,) * 3), "jpeg", icc_profile=bytes(profile))
    found = decoded(whole)
    assert [note.code for note in found.notes] == HDR
    assert int(found.pixels[24, 32].mean()) in range(215, 246)


def test_brightness_that_a_file_tells_is_kept_apart() -> None:
    """A file that says how bright it gets is rolled off no more than it needs."""
    levels, white = 148, []
    for nits in (203, 4000):
        plain = boxes.without(saved(Image.new("RGB", (64, 48), (levels,) * 3), "avif"), b"colr")
        light = boxes.box(b"clli", nits.to_bytes(2) + bytes(2))
        whole = boxes.with_properties(plain, boxes.nclx(BT2020, PQ), light)
        white.append(int(decoded(whole).pixels[24, 32].mean()))
    assert white[0] > 250 > white[1] > 180


def pages(*marks: int | None, old: bool = False, side: int = 96) -> bytes:
    """A TIFF whose pages have these marks; unmarked ones are ``landscape``, so wide."""
    found = []
    whole = landscape().resize((side, side * 2 // 3))
    for number, mark in enumerate(marks):
        page = whole.copy() if mark is None else Image.new("RGB", (16, 12), (number, 90, 90))
        tags = TiffImagePlugin.ImageFileDirectory_v2()
        if mark is not None:
            tags[255 if old else 254] = mark
        page.encoderinfo = {"tiffinfo": tags}
        found.append(page)
    first = found[0].encoderinfo
    return saved(found[0], "tiff", save_all=True, append_images=found[1:], **first)


@pytest.mark.parametrize("marks", [(None, 1), (None, 1, 1, 1), (1, None), (1, None, 1)])
def test_a_marked_thumbnail_is_no_page(marks: tuple[int | None, ...]) -> None:
    """Of a TIFF with thumbnails the one whole page is read, wherever it stands."""
    found = decoded(pages(*marks))
    assert brightest_corner(found) == "top left"
    assert found.pixels.shape == (64, 96, 3)
    assert [note.code for note in found.notes] == ["decode.first_picture"]


def test_the_older_mark_of_a_thumbnail_counts_too() -> None:
    """TIFF 5 marked thumbnails by another tag."""
    assert brightest_corner(decoded(pages(None, 2, old=True))) == "top left"


@pytest.mark.parametrize("marks", [(None, None), (None, 2), (None, 4), (None, 1, None)])
def test_real_pages_are_refused(marks: tuple[int | None, ...]) -> None:
    """Pages and masks are no thumbnails: nobody knows which one is meant."""
    with pytest.raises(RefusedError) as caught:
        decoded(pages(*marks))
    assert caught.value.code == "decode.several_pages"


def test_a_tiff_of_thumbnails_alone_is_refused() -> None:
    """Where every page is marked as smaller, the picture is elsewhere: a raw file."""
    with pytest.raises(RefusedError) as caught:
        decoded(pages(1, 1))
    assert caught.value.code == "decode.raw"


def test_the_page_that_counts_is_bounded_too() -> None:
    """A small thumbnail in front lets no larger picture through."""
    with pytest.raises(RefusedError) as caught:
        decode(pages(1, None, side=1500), limits=Limits(megapixels=1))
    assert caught.value.code == "decode.too_many_pixels"


@pytest.mark.parametrize(
    "junk", [b"\x00\x00", b"\x00", b"hello", b"\x01\xff\x00\x02", b"\x00" * 999]
)
@pytest.mark.parametrize("place", ["app0", "tables", "scan"])
def test_bytes_between_segments_are_skipped(junk: bytes, place: str) -> None:
    """A JPEG with bytes before a marker opens as in every viewer."""
    whole = saved(landscape())
    at = {"app0": 20, "tables": whole.index(b"\xff\xc0"), "scan": whole.index(b"\xff\xda")}[place]
    found = decoded(whole[:at] + junk + whole[at:])
    assert (brightest_corner(found), found.notes) == ("top left", ())


@pytest.mark.parametrize("stray", [b"\xff\x42", b"\xff\xe5\x00\x02stray", b"\xff\xdb\x00\x02"])
def test_a_scan_that_is_broken_off_is_noticed(stray: bytes) -> None:
    """What stops a decoder in the middle leaves grey behind: the photo is incomplete."""
    whole = saved(pictures.noise(160, 120))
    scan = whole.index(b"\xff\xda")
    broken = whole[: scan + 900].rstrip(b"\xff") + stray + whole[scan + 900 :]
    with pytest.raises(UnreadableError) as caught:
        decoded(broken)
    # libjpeg gives up aloud where a marker means nothing.
    assert caught.value.code in {"decode.truncated", "decode.unreadable"}


def test_a_grey_corner_behind_stray_bytes_is_no_damage() -> None:
    """Bytes before the tables of a picture that really is grey tell nothing of its end."""
    whole = saved(Image.new("RGB", (64, 48), (128, 128, 128)))
    assert decoded(whole[:20] + b"stray" + whole[20:]).pixels.max() == 128


@pytest.mark.parametrize("length", [0, 1])
def test_a_segment_that_says_it_is_too_short_is_passed_over(length: int) -> None:
    """A segment shorter than its own length bytes ends behind them."""
    whole = saved(landscape())
    found = decoded(whole[:20] + b"\xff\xec" + length.to_bytes(2) + whole[20:])
    assert brightest_corner(found) == "top left"


@pytest.mark.parametrize("kind", ["png", "tiff", "bmp"])
def test_a_picture_of_two_tones_asks_for_a_look(kind: str) -> None:
    """In black and white dots a face is plain to people and not to detectors."""
    assert codes(saved(landscape().convert("1"), kind)) == ["decode.two_tones"]
    assert codes(saved(landscape().convert("L"), kind)) == []


def test_zeros_alone_are_told_as_such() -> None:
    """A cloud's placeholder is not called a wrong format, whatever its length."""
    for length in (1, 63, 64, 65, 100_000):
        with pytest.raises(UnreadableError) as caught:
            decoded(bytes(length))
        assert caught.value.code == "decode.only_zeros"


def test_the_given_cases_end_as_told(shared: Path) -> None:
    """The files that were reported: cropped, tone-mapped, opened."""
    place = shared / "cases"
    cropped = decoded((place / "avif-clap" / "crop.avif").read_bytes())
    assert cropped.pixels.shape == (48, 16, 3)
    assert cropped.pixels[..., 2].min() > 150  # blue alone
    ramp = decoded((place / "hdr-avif" / "pq.avif").read_bytes())
    assert [note.code for note in ramp.notes] == HDR
    assert ramp.pixels.max() > 200
    assert codes((place / "jpeg-padding" / "pad.jpg").read_bytes()) == []
    assert codes((place / "tiff-thumbnail" / "thumb.tif").read_bytes()) == ["decode.first_picture"]
