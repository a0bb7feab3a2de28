"""The planted files: each is decoded rightly or refused with a code, in bounded time and memory."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pillow_heif import register_heif_opener

from photoguard.errors import PhotoTrouble
from photoguard.images import Decoder
from photoguard.settings import Limits

REFUSED = {
    "animated": "decode.animated",
    "bomb/gif": "decode.unsupported_format",
    "bomb/jpeg": "decode.too_many_pixels",
    "bomb/png_20000": "decode.too_many_pixels",
    "bomb/png_60000": "decode.too_many_pixels",
    "bomb/png_iccp": "decode.unreadable",
    "bomb/png_ztxt": "decode.unreadable",
    "corrupt/bad_crc": "decode.damaged",
    "corrupt/empty": "decode.empty",
    "corrupt/garbage": "decode.unknown_format",
    "corrupt/text": "decode.unknown_format",
    "corrupt/no_eoi": "decode.truncated",
    "corrupt/truncated.heic": "decode.unreadable",
    "corrupt/truncated.tif": "decode.unreadable",
    "corrupt/truncated": "decode.truncated",
    "tiff_pages": "decode.several_pages",
}
"""Beginnings of paths and the code; the first that fits counts, all others are decoded."""


def expected(path: str) -> str | None:
    """The code that a planted file is refused with, None where it is decoded."""
    if path.endswith(".gif"):
        return "decode.unsupported_format"
    return next((code for start, code in REFUSED.items() if path.startswith(start)), None)


def outcome(decoder: Decoder, path: Path) -> str | None:
    """The code that decoding ends in, None where it gives pixels."""
    try:
        decoder.decode(path.read_bytes())
    except PhotoTrouble as trouble:
        return trouble.code
    return None


def work_of(decoder: Decoder) -> float:
    """Processor seconds that this process and its decoders took, or the clock elsewhere."""
    if sys.platform != "linux":
        return time.monotonic()
    ended = sum(os.times()[:4])
    if decoder.pid is None:
        return ended
    fields = Path(f"/proc/{decoder.pid}/stat").read_text().rpartition(")")[2].split()
    return ended + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_every_planted_file_ends_as_foreseen(shared: Path) -> None:
    """Each file ends with its code or its pixels, within two seconds of work and 400 MB."""
    planted = [entry["path"] for entry in json.loads((shared / "hostile/index.json").read_text())]
    assert len(planted) > 90
    with Decoder(Limits()) as decoder:
        for path in planted:
            decoder.__enter__()  # whoever came to an odd end was replaced: the start does not count
            begun = work_of(decoder)
            assert (path, outcome(decoder, shared / "hostile" / path)) == (path, expected(path))
            assert work_of(decoder) - begun < 2
            if sys.platform == "linux" and decoder.pid:
                status = Path(f"/proc/{decoder.pid}/status").read_text()
                peak_kb = int(status.split("VmHWM:")[1].split()[0])
                assert peak_kb < 400_000


def test_planted_orientations_show_the_same_picture(shared: Path) -> None:
    """Eight files of eight orientations become one picture."""
    with Decoder(Limits()) as decoder:
        first = decoder.decode(
            (shared / "hostile/orientation/orientation_1.jpg").read_bytes()
        ).pixels
        for orientation in range(2, 9):
            path = shared / f"hostile/orientation/orientation_{orientation}.jpg"
            found = decoder.decode(path.read_bytes())
            assert found.orientation == orientation
            assert np.abs(found.pixels.astype(int) - first).mean() < 4


@pytest.mark.parametrize("suffix", ["png", "webp"])
def test_planted_hidden_face_stays_hidden(shared: Path, suffix: str) -> None:
    """Where the planted picture is transparent, nothing but white comes out."""
    path = shared / f"hostile/hidden_pixels/alpha_hidden_face.{suffix}"
    with Image.open(path) as image:
        hidden = np.asarray(image.getchannel("A")) == 0
    assert hidden.any()
    with Decoder(Limits()) as decoder:
        assert (decoder.decode(path.read_bytes()).pixels[hidden] == 255).all()


def test_planted_second_pictures_are_left_out(shared: Path) -> None:
    """Of files with several pictures the one that viewers show is taken, and that is told."""
    with Decoder(Limits()) as decoder:
        for path in ("mpf/mpf_preview_original.jpg", "heic_aux/second_image_unblurred.heic"):
            found = decoder.decode((shared / "hostile" / path).read_bytes())
            assert [note.code for note in found.notes] == ["decode.first_picture"]
            register_heif_opener()
            with Image.open(shared / "hostile" / path) as viewer:
                shown = np.asarray(viewer.convert("RGB")).astype(int)
            assert np.abs(found.pixels - shown).max() <= 1
