"""How large a decoded picture is."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from photoguard.images import decode
from photoguard.settings import Limits


@pytest.mark.parametrize(
    ("stored", "orientation", "size"),
    [
        ((4032, 3024), 1, (2016, 1512)),
        ((4000, 3000), 6, (1500, 2000)),
        ((4608, 3456), 1, (2048, 1536)),
        ((1600, 900), 1, (1600, 900)),
    ],
)
def test_the_longest_side_is_at_most_what_was_asked(
    stored: tuple[int, int], orientation: int, size: tuple[int, int]
) -> None:
    """A size that the JPEG decoder gives at once is taken if it misses the limit by little."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    written = io.BytesIO()
    Image.new("RGB", stored, (90, 120, 60)).save(written, "JPEG", exif=exif)
    pixels = decode(written.getvalue(), limits=Limits(), max_side=2048).pixels
    assert (pixels.shape[1], pixels.shape[0]) == size
