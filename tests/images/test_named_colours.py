"""Colours that a file names in few numbers, without a profile, come out as they were meant."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from PIL import Image, ImageCms

from tests.images import boxes, pictures
from tests.images.pictures import decoded, saved

MEANT = (190, 90, 60)
"""In sRGB; the numbers below are the same colour in other words (CSS Color 4, sample code)."""
IN_P3, IN_2020, IN_ADOBE = (177, 96, 68), (161, 101, 68), (168, 90, 64)
LINEAR = (131, 26, 11)
P3_POINTS = (31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)
ADOBE_POINTS = (31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000)
SRGB_POINTS = (31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)


def _png(colour: tuple[int, int, int], *chunks: tuple[bytes, bytes], **options: object) -> bytes:
    plain = saved(Image.new("RGB", (16, 12), colour), "png", **options)
    return plain[:33] + b"".join(pictures.png_chunk(*chunk) for chunk in chunks) + plain[33:]


def _seen(untrusted: bytes) -> tuple[int, ...]:
    found = decoded(untrusted)
    assert found.notes == ()
    return tuple(int(level) for level in found.pixels[6, 8])


def _gama(gamma: int) -> tuple[bytes, bytes]:
    return b"gAMA", struct.pack(">I", gamma)


def _chrm(points: tuple[int, ...]) -> tuple[bytes, bytes]:
    return b"cHRM", struct.pack(">8I", *points)


@pytest.mark.parametrize(
    ("untrusted", "near"),
    [
        (_png(IN_P3, (b"cICP", bytes((12, 13, 0, 1)))), 2),
        (_png(IN_2020, (b"cICP", bytes((9, 1, 0, 1)))), 2),
        (_png(LINEAR, (b"cICP", bytes((1, 8, 0, 1)))), 2),
        (_png(IN_P3, _gama(45455), _chrm(P3_POINTS)), 2),
        (_png(IN_ADOBE, _gama(45455), _chrm(ADOBE_POINTS)), 6),  # 2.2 and sRGB's curve differ
        (_png(LINEAR, _gama(100000)), 2),
        (_png(MEANT, _gama(45455)), 0),
        (_png(MEANT, _gama(45455), _chrm(SRGB_POINTS)), 0),
        (_png(MEANT, _gama(45000), _chrm((31300, 32900, *SRGB_POINTS[2:]))), 1),
        (_png(MEANT, (b"sRGB", b"\0"), _gama(100000)), 0),
        (_png(MEANT, _chrm(P3_POINTS)), 0),
        (_png(MEANT, _gama(0)), 0),
        (_png(MEANT, _gama(45455), _chrm((31270, 32900) * 4)), 0),
        (_png(MEANT, (b"cICP", bytes((2, 2, 0, 1)))), 0),
        (_png(MEANT, (b"cICP", b"\x0c")), 0),
    ],
)
def test_a_png_names_its_colours(untrusted: bytes, near: int) -> None:
    """The chunks of a PNG are obeyed as browsers do; numbers without sense change nothing."""
    assert np.abs(np.subtract(_seen(untrusted), MEANT)).max() <= near


@pytest.mark.parametrize("kind", ["avif", "heic"])
@pytest.mark.parametrize(
    ("colour", "primaries", "transfer"),
    [(IN_P3, 12, 13), (IN_2020, 9, 14), (LINEAR, 1, 8), (MEANT, 1, 13), (MEANT, 2, 2)],
)
def test_a_phone_names_its_colours(
    kind: str, colour: tuple[int, int, int], primaries: int, transfer: int
) -> None:
    """Wide colours of AVIF and HEIC that only nclx names are those of sRGB afterwards."""
    plain = boxes.without(saved(Image.new("RGB", (64, 48), colour), kind, quality=100), b"colr")
    untrusted = boxes.with_properties(plain, boxes.nclx(primaries, transfer))
    assert np.abs(np.subtract(_seen(untrusted), MEANT)).max() <= 5


def test_a_profile_comes_before_gamma_and_behind_cicp() -> None:
    """Of two words about the colours the stronger one of the PNG specification counts."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert _seen(_png(MEANT, _gama(100000), icc_profile=srgb)) == MEANT
    both = _png(IN_P3, (b"cICP", bytes((12, 13, 0, 1))), icc_profile=srgb)
    assert np.abs(np.subtract(_seen(both), MEANT)).max() <= 2


def test_grey_has_a_gamma_too() -> None:
    """The gamma of a grey PNG is obeyed, and what is white stays white."""
    for level, meant in ((131, 190), (255, 255), (0, 0)):
        plain = saved(Image.new("L", (16, 12), level), "png")
        grey = plain[:33] + pictures.png_chunk(*_gama(100000)) + plain[33:]
        assert np.abs(np.subtract(_seen(grey), meant)).max() <= 1
