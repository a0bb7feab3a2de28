"""Altered files end as pixels or as a trouble with a code, and never take the decoder along."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from photoguard.errors import PhotoTrouble
from photoguard.images import Decoder
from photoguard.images.upright import target_size
from photoguard.settings import Limits
from tests.images import pictures
from tests.images.pictures import landscape, oriented, saved

if TYPE_CHECKING:
    from collections.abc import Iterator

ORIGINALS = {
    "jpeg": saved(landscape(), exif=oriented(6)),
    "progressive": saved(pictures.noise(64, 48), progressive=True),
    "png": saved(landscape().convert("RGBA"), "png", exif=oriented(3)),
    "webp": saved(landscape().convert("RGBA"), "webp"),
    "heic": saved(landscape(), "heic", exif=oriented(8)),
    "avif": saved(landscape(), "avif"),
    "tiff": saved(landscape(), "tiff", compression="tiff_lzw"),
    "bmp": saved(landscape(), "bmp"),
}
SENTENCES = {
    "",
    *(
        f"decode.{name}"
        for name in (
            "animated",
            "damaged",
            "empty",
            "only_zeros",
            "pixels",
            "raw",
            "several_pages",
            "too_many_pixels",
            "too_much_memory",
            "truncated",
            "unknown_format",
            "unreadable",
            "unsupported_format",
            "video",
        )
    ),
}
"""How an altered file may end; that it stops or slows the worker is not among it."""


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    """One decoder that all altered files must leave alive."""
    with Decoder(Limits(megapixels=20, memory_mb=600, cpu_seconds=5, wall_seconds=10)) as opened:
        yield opened


@st.composite
def altered(draw: st.DrawFn) -> bytes:
    """A real file in which bytes were changed, cut out, doubled, or cut off."""
    whole = bytearray(ORIGINALS[draw(st.sampled_from(sorted(ORIGINALS)))])
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, len(whole)))
        length = draw(st.integers(0, 12))
        piece = draw(st.one_of(st.binary(max_size=12), st.just(bytes(whole[at : at + 64]))))
        whole[at : at + length] = piece
    return bytes(whole[: draw(st.one_of(st.just(len(whole)), st.integers(0, len(whole))))])


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(untrusted=altered(), max_side=st.sampled_from([0, 40]))
@example(untrusted=b"", max_side=0)
def test_altered_files_never_take_the_decoder_along(
    decoder: Decoder, untrusted: bytes, max_side: int
) -> None:
    """Pixels of a bounded size, or a trouble with a code; anything else is a defect."""
    code, shape = "", (1, 1, 3)
    try:
        shape = decoder.decode(untrusted, max_side).pixels.shape
    except PhotoTrouble as trouble:
        code = trouble.code
    assert code in SENTENCES
    assert shape[2] == 3
    assert shape[0] * shape[1] <= 20_000_000
    assert not max_side or max(shape[:2]) <= max_side


@given(
    size=st.tuples(st.integers(1, 30000), st.integers(1, 30000)),
    max_side=st.integers(0, 5000),
)
def test_target_size_is_bounded_and_keeps_its_shape(size: tuple[int, int], max_side: int) -> None:
    """The longest side is the bound, never more, never enlarged, and the shape stays."""
    width, height = target_size(size, max_side)
    if max_side == 0 or max(size) <= max_side:
        assert (width, height) == size
        return
    assert max(width, height) == max_side
    assert abs(width * size[1] - height * size[0]) <= max(size)
