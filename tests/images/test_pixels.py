"""Every layout of pixels arrives upright, in 8-bit sRGB, without transparency."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from PIL import Image, ImageCms

from photoguard.images.colour import flat
from tests.images import pictures
from tests.images.pictures import (
    CORNERS,
    HEIGHT,
    WIDTH,
    brightest_corner,
    colour_at,
    decoded,
    landscape,
    oriented,
    saved,
)

WITH_EXIF = ["jpeg", "png", "webp", "heic", "avif", "tiff"]
GREEN = (20, 60, 30)


@pytest.mark.parametrize("kind", list(pictures.SAVED_AS))
def test_every_format_is_read(kind: str) -> None:
    """Each format that staff bring arrives with its size, its name and its colours."""
    found = decoded(saved(landscape(), kind))
    assert (found.format, found.original_size) == (kind, (WIDTH, HEIGHT))
    assert found.pixels.shape == (HEIGHT, WIDTH, 3)
    assert found.pixels.dtype == np.uint8
    assert found.pixels.flags.c_contiguous
    assert np.abs(np.subtract(colour_at(found, 80, 50), GREEN)).max() < 12


@pytest.mark.parametrize("kind", WITH_EXIF)
@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("max_side", [0, 48])
def test_every_orientation_ends_upright(kind: str, orientation: int, max_side: int) -> None:
    """The picture is turned exactly once, whether the format or the EXIF says how."""
    found = decoded(saved(landscape(), kind, exif=oriented(orientation)), max_side)
    assert brightest_corner(found) == CORNERS[orientation]
    lying = orientation > 4
    assert found.original_size == ((HEIGHT, WIDTH) if lying else (WIDTH, HEIGHT))
    assert found.orientation == orientation


def test_xmp_orientation_counts_where_exif_has_none() -> None:
    """A file that tells its orientation in XMP only is turned too."""
    xmp = b'<x:xmpmeta><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
    found = decoded(saved(landscape(), "jpeg", xmp=xmp))
    assert (brightest_corner(found), found.orientation) == ("top right", 6)


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_meaningless_orientation_counts_as_upright(value: int) -> None:
    """Cameras write 0 for unknown: the picture stays as it lies."""
    found = decoded(saved(landscape(), "jpeg", exif=oriented(value)))
    assert (brightest_corner(found), found.orientation) == ("top left", 1)


def with_hidden_quarter(mode: str) -> Image.Image:
    """The landscape with its bright quarter made fully transparent."""
    image = landscape().convert("RGBA")
    alpha = Image.new("L", image.size, 255)
    alpha.paste(0, (0, 0, WIDTH // 2, HEIGHT // 2))
    image.putalpha(alpha)
    return image.convert(mode)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("png", "RGBA"), ("png", "LA"), ("webp", "RGBA"), ("tiff", "RGBA"), ("tiff", "LA")],
)
def test_transparent_pixels_do_not_come_back(kind: str, mode: str) -> None:
    """What was made transparent is white, not what lies below."""
    options = {"lossless": True, "exact": True} if kind == "webp" else {}
    found = decoded(saved(with_hidden_quarter(mode), kind, **options))
    assert colour_at(found, 5, 5) == (255, 255, 255)
    assert colour_at(found, 80, 50) != (255, 255, 255)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA", "RGBa", "La"])
def test_every_mode_with_alpha_is_composed_on_white(mode: str) -> None:
    """Plain, palette and premultiplied transparency all end white."""
    image = with_hidden_quarter("LA" if mode == "La" else "RGBA").convert(mode)
    found = flat(image)
    assert (image.mode, found.mode) == (mode, "RGB")
    assert found.getpixel((5, 5)) == (255, 255, 255)
    assert found.getpixel((80, 50)) != (255, 255, 255)


def test_padding_is_not_transparency() -> None:
    """The fourth byte of RGBX means nothing."""
    padded = landscape().convert("RGBX")
    assert flat(padded).getpixel((80, 50)) == GREEN


@pytest.mark.parametrize("kind", ["heic", "avif"])
def test_transparent_pixels_do_not_come_back_from_lossy_formats(kind: str) -> None:
    """The same in formats that blur the transparency's edge."""
    found = decoded(saved(with_hidden_quarter("RGBA"), kind))
    assert min(colour_at(found, 5, 5)) > 245
    assert max(colour_at(found, 80, 50)) < 100


def test_transparent_palette_entry_is_white() -> None:
    """One palette colour that is marked as transparent hides what it paints."""
    image = Image.new("P", (8, 8), 0)
    image.putpalette([200, 10, 10, 10, 200, 10])
    image.paste(1, (4, 0, 8, 8))
    found = decoded(saved(image, "png", transparency=0))
    assert colour_at(found, 1, 1) == (255, 255, 255)
    assert colour_at(found, 6, 1) == (10, 200, 10)


def test_palette_with_levels_of_transparency_is_composed() -> None:
    """A palette with an alpha for each entry is composed entry by entry."""
    image = Image.new("P", (8, 8), 0)
    image.putpalette([200, 10, 10, 10, 200, 10])
    image.paste(1, (4, 0, 8, 8))
    found = decoded(saved(image, "png", transparency=bytes([0, 255])))
    assert colour_at(found, 1, 1) == (255, 255, 255)
    assert colour_at(found, 6, 1) == (10, 200, 10)


@pytest.mark.parametrize(("mode", "key"), [("RGB", (240, 150, 60)), ("L", 167)])
def test_colour_key_is_white(mode: str, key: object) -> None:
    """A colour that a PNG declares transparent is white."""
    found = decoded(saved(landscape().convert(mode), "png", transparency=key))
    assert colour_at(found, 5, 5) == (255, 255, 255)
    assert colour_at(found, 80, 50) != (255, 255, 255)


def test_grey_of_16_bits_keeps_its_brightness() -> None:
    """16-bit grey is scaled, not clipped to white."""
    levels = np.full((8, 8), 30000, np.uint16)
    for kind in ("png", "tiff"):
        assert colour_at(decoded(saved(Image.fromarray(levels), kind)), 4, 4) == (117, 117, 117)


def test_colour_of_16_bits_keeps_its_colour() -> None:
    """16-bit RGB arrives as the upper 8 bits."""
    samples = np.full((4, 4, 3), (60000, 30000, 1000), ">u2")
    rows = b"".join(b"\x00" + row.tobytes() for row in samples)
    import zlib

    found = decoded(pictures.png((4, 4, 16, 2), (b"IDAT", zlib.compress(rows))))
    assert colour_at(found, 2, 2) == (234, 117, 3)


def test_heic_of_more_than_8_bits_is_read() -> None:
    """A 10-bit HEIC arrives in 8 bits with its brightness."""
    levels = np.full((64, 64), 30000, np.uint16)
    found = decoded(saved(Image.fromarray(levels), "heic"))
    assert np.abs(found.pixels.astype(int) - 117).max() < 5


@pytest.mark.parametrize("kind", ["jpeg", "tiff"])
def test_cmyk_is_not_inverted(kind: str) -> None:
    """CMYK without a profile keeps light light and dark dark."""
    found = decoded(saved(landscape().convert("CMYK"), kind))
    assert np.abs(np.subtract(colour_at(found, 80, 50), GREEN)).max() < 16


@pytest.mark.parametrize("mode", ["1", "L", "P"])
def test_poor_modes_are_read(mode: str) -> None:
    """Black and white, grey and palettes arrive as three channels."""
    found = decoded(saved(landscape().convert(mode), "png"))
    assert found.pixels.shape == (HEIGHT, WIDTH, 3)
    assert brightest_corner(found) == "top left"


def test_lab_is_converted() -> None:
    """A TIFF in Lab arrives in sRGB."""
    lab = ImageCms.profileToProfile(
        landscape(), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    assert lab is not None
    found = decoded(saved(lab, "tiff"))
    assert np.abs(np.subtract(colour_at(found, 80, 50), GREEN)).max() < 12


def wide_profile() -> bytes:
    """An RGB profile whose red and green have changed places."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = profile.index(b"rXYZ"), profile.index(b"gXYZ")
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(profile)


def test_colour_profile_is_applied() -> None:
    """Pixels are converted by the profile of the file, and orange becomes green."""
    plain = decoded(saved(landscape(), "png"))
    found = decoded(saved(landscape(), "png", icc_profile=wide_profile()))
    red, green, _ = colour_at(found, 5, 5)
    assert green > red
    assert colour_at(plain, 5, 5) == (240, 150, 60)


def test_profile_of_another_colour_space_is_ignored_with_a_note() -> None:
    """A profile that does not fit the pixels changes nothing and is told."""
    cmyk = bytearray(wide_profile())
    cmyk[16:20] = b"CMYK"
    found = decoded(saved(landscape(), "png", icc_profile=bytes(cmyk)))
    assert colour_at(found, 5, 5) == (240, 150, 60)
    assert [note.code for note in found.notes] == ["decode.profile_ignored"]


def test_broken_profile_is_ignored_with_a_note() -> None:
    """Rubbish in place of a profile does not cost the photo."""
    found = decoded(saved(landscape(), "jpeg", icc_profile=b"no profile" * 20))
    assert brightest_corner(found) == "top left"
    assert [note.code for note in found.notes] == ["decode.profile_ignored"]


def test_grey_with_an_rgb_profile_is_read() -> None:
    """A grey JPEG that carries an sRGB profile keeps its levels."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    found = decoded(saved(Image.new("L", (16, 16), 120), "png", icc_profile=profile))
    assert colour_at(found, 8, 8) == (120, 120, 120)
    assert found.notes == ()


def grey_profile(gamma: float) -> bytes:
    """A profile for grey of this gamma (ICC.1, version 2)."""
    white = struct.pack(">iii", 63189, 65536, 54061)
    tags = {
        b"wtpt": b"XYZ " + bytes(4) + white,
        b"kTRC": b"curv" + bytes(4) + struct.pack(">IHH", 1, round(gamma * 256), 0),
    }
    start = 128 + 4 + 12 * len(tags)
    table, values = struct.pack(">I", len(tags)), b""
    for name, value in tags.items():
        table += struct.pack(">4sII", name, start + len(values), len(value))
        values += value
    size = struct.pack(">I", start + len(values))
    head = size + bytes(4) + b"\x02\x10\0\0mntrGRAYXYZ " + bytes(12) + b"acsp" + bytes(28) + white
    return head.ljust(128, b"\0") + table + values


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_a_grey_profile_is_applied_with_transparency_too(mode: str) -> None:
    """Linear grey becomes as light as it is meant, with a channel of transparency or without."""
    grey = Image.new("L", (16, 16), 55).convert(mode)
    found = decoded(saved(grey, "png", icc_profile=grey_profile(1.0)))
    assert abs(colour_at(found, 8, 8)[0] - 128) <= 2
    assert found.notes == ()


@pytest.mark.parametrize("kind", list(pictures.SAVED_AS))
def test_the_longest_side_is_bounded(kind: str) -> None:
    """The picture is made smaller to the pixel, and its first size is told."""
    found = decoded(saved(pictures.noise(301, 200), kind), 100)
    assert found.pixels.shape == (66, 100, 3)
    assert found.original_size == (301, 200)


def test_small_pictures_are_never_enlarged() -> None:
    """A picture below the bound keeps its size."""
    assert decoded(saved(landscape()), 2048).pixels.shape == (HEIGHT, WIDTH, 3)


def test_a_line_keeps_one_pixel() -> None:
    """A picture a thousand times as long as high does not vanish."""
    assert decoded(saved(Image.new("RGB", (3000, 2)), "png"), 100).pixels.shape == (1, 100, 3)


def test_reduced_jpeg_equals_the_full_one_made_smaller() -> None:
    """Decoding at half scale keeps what decoding in full would show."""
    smooth = pictures.noise(30, 20).resize((1200, 800), Image.Resampling.BICUBIC)
    untrusted = saved(smooth, "jpeg", quality=95)
    reduced = decoded(untrusted, 300).pixels.astype(int)
    full = Image.fromarray(decoded(untrusted).pixels).resize((300, 200), Image.Resampling.LANCZOS)
    assert np.abs(reduced - np.asarray(full)).mean() < 2
