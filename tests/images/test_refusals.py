"""What is damaged, incomplete, moving, too large or no photo is refused with a sentence."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, TiffImagePlugin

from photoguard.errors import PhotoTrouble, RefusedError, UnreadableError
from photoguard.images import decode
from photoguard.images.values import DOUBTS
from photoguard.model import Language
from photoguard.settings import Limits
from photoguard.texts import say
from tests.images import pictures
from tests.images.pictures import decoded, landscape, noise, saved

PROJECT = Path(__file__).resolve().parents[2]


def trouble_with(untrusted: bytes, limits: Limits | None = None) -> PhotoTrouble:
    """The trouble that decoding ends in."""
    with pytest.raises((RefusedError, UnreadableError)) as caught:
        decode(untrusted, limits=limits or Limits())
    return caught.value


def two_frames(kind: str, **options: object) -> bytes:
    """A file with two different pictures."""
    second = landscape().transpose(Image.Transpose.ROTATE_180)
    return saved(landscape(), kind, save_all=True, append_images=[second], **options)


@pytest.mark.parametrize(
    ("untrusted", "code"),
    [
        (b"", "empty"),
        (b"not a picture at all", "unknown_format"),
        (b"\x00" * 4096, "only_zeros"),
        (saved(landscape(), "gif"), "unsupported_format"),
        (b"%PDF-1.7 and so on", "unsupported_format"),
        (b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2mp41", "video"),
        (b"\x00\x00\x00\x14ftypqt  \x00\x00\x02\x00qt  ", "video"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "video"),
        (b"\x1aE\xdf\xa3" + b"\x00" * 40, "video"),
        (b"\x00\x00\x00\x18ftypcrx \x00\x00\x00\x01crx isom", "raw"),
        (b"\x00\x00\x00\x14ftyphevc\x00\x00\x00\x00heic", "animated"),
        (b"\x00\x00\x00\x14ftypmif1\x00\x00\x00\x00miaf", "unreadable"),
        (b"\xff\xd8\xff\xe0\x00\x04abrubbish between segments", "truncated"),
        (b"\xff\xd8\xff\xda\x00\x02a scan that never ends", "truncated"),
        (b"\xff\xd8\xff\xff\xff", "truncated"),
        (b"RIFF\x04\x00\x00\x00WEBP", "unreadable"),
        (b"garbage" + saved(landscape()), "unknown_format"),
    ],
)
def test_what_is_no_photo_is_refused(untrusted: bytes, code: str) -> None:
    """Content decides, and a file that is no accepted photo gets a code of its own."""
    assert trouble_with(untrusted).code == f"decode.{code}"


@pytest.mark.parametrize("kind", list(pictures.SAVED_AS))
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.95])
def test_truncated_files_are_refused(kind: str, share: float) -> None:
    """A file whose end is missing is never half a picture."""
    whole = saved(noise(160, 120), kind)
    assert isinstance(trouble_with(whole[: int(len(whole) * share)]), PhotoTrouble)


def test_jpeg_without_its_last_marker_is_refused() -> None:
    """A JPEG that ends before EOI is incomplete, even if every row is there."""
    assert trouble_with(saved(landscape())[:-2]).code == "decode.truncated"


def test_fill_bytes_between_segments_are_no_damage() -> None:
    """A JPEG may put any number of 0xFF before a marker."""
    whole = saved(landscape())
    found = decoded(whole[:2] + b"\xff\xff\xff" + whole[2:])
    assert pictures.brightest_corner(found) == "top left"


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("share", [0.3, 0.7, 0.97])
def test_jpeg_with_missing_blocks_is_refused(mode: str, share: float) -> None:
    """A scan that ends early is refused where libjpeg would fill the rest with grey."""
    whole = saved(noise(160, 120).convert(mode))
    short = whole[: int(len(whole) * share)].rstrip(b"\xff") + b"\xff\xd9"
    assert trouble_with(short).code == "decode.truncated"


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("progressive", [False, True])
def test_grey_pictures_are_not_taken_for_incomplete(mode: str, *, progressive: bool) -> None:
    """A picture that really is mid-grey down to its last corner is read."""
    grey = Image.new(mode, (200, 120), (128,) * len(mode))
    assert decoded(saved(grey, progressive=progressive)).pixels.max() == 128


def test_png_with_missing_rows_is_refused() -> None:
    """A PNG whose compressed rows end early is refused where Pillow would add black."""
    rows = b"".join(b"\x00" + b"\x70" * 300 for _ in range(50))
    short = pictures.png((100, 100, 8, 2), (b"IDAT", zlib.compress(rows)))
    assert trouble_with(short).code == "decode.truncated"


@pytest.mark.parametrize("depth", [1, 2, 4, 8, 16])
@pytest.mark.parametrize("interlaced", [0, 1])
def test_black_png_is_not_taken_for_incomplete(depth: int, interlaced: int) -> None:
    """A PNG that really is black is read, whatever its depth and order of rows."""
    steps = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2)]
    passes = [*steps, (0, 1, 1, 2)] if interlaced else [(0, 0, 1, 1)]
    packed = b""
    for left, top, across, down in passes:
        columns, rows = len(range(left, 37, across)), len(range(top, 21, down))
        packed += (b"\x00" * (1 + (columns * depth + 7) // 8)) * rows
    parts = struct.pack(">IIBBBBB", 37, 21, depth, 0, 0, 0, interlaced)
    untrusted = b"\x89PNG\r\n\x1a\n" + b"".join(
        pictures.png_chunk(name, content)
        for name, content in ((b"IHDR", parts), (b"IDAT", zlib.compress(packed)), (b"IEND", b""))
    )
    assert decoded(untrusted).pixels.max() == 0


def test_wrong_checksum_is_refused() -> None:
    """A PNG chunk that was altered on the way is noticed."""
    altered = bytearray(saved(noise(64, 64), "png"))
    altered[len(altered) // 2] ^= 0x20
    assert trouble_with(bytes(altered)).code == "decode.damaged"


def test_png_without_its_end_is_refused() -> None:
    """A PNG that stops before IEND is incomplete."""
    assert trouble_with(saved(landscape(), "png")[:-12]).code == "decode.truncated"


@pytest.mark.parametrize("kind", ["png", "webp", "avif"])
def test_moving_pictures_are_refused(kind: str) -> None:
    """More than one frame is refused."""
    assert trouble_with(two_frames(kind)).code == "decode.animated"


def test_apng_with_a_hidden_default_image_is_refused() -> None:
    """An animation of one frame whose default image is another picture is refused."""
    untrusted = two_frames("png", default_image=True)
    assert trouble_with(untrusted).code == "decode.animated"


def test_several_pages_are_refused() -> None:
    """A TIFF of two pages is refused, the second page may show what the first hides."""
    assert trouble_with(two_frames("tiff")).code == "decode.several_pages"


def test_mpo_gives_its_first_picture() -> None:
    """A JPEG with a second picture behind it is read as its first, and that is told."""
    found = decoded(two_frames("MPO"))
    assert pictures.brightest_corner(found) == "top left"
    assert found.format == "jpeg"
    assert [note.code for note in found.notes] == ["decode.first_picture"]


def test_motion_photo_gives_its_still() -> None:
    """A JPEG with a video behind it is read, and the video is told."""
    clip = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00" * 99
    found = decoded(saved(landscape()) + clip)
    assert [note.code for note in found.notes] == ["decode.clip_left_out"]


@pytest.mark.parametrize("primary", [0, 1])
def test_heic_gives_its_primary_picture(primary: int) -> None:
    """Of several pictures in a HEIC, the one that viewers show is read."""
    found = decoded(two_frames("heic", primary_index=primary))
    assert pictures.brightest_corner(found) == ("top left", "bottom right")[primary]
    assert [note.code for note in found.notes] == ["decode.first_picture"]


def test_raw_files_are_refused() -> None:
    """A raw file that looks like a TIFF would give its thumbnail only: it is refused."""
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[50706] = b"\x01\x04\x00\x00"
    assert trouble_with(saved(landscape(), "tiff", tiffinfo=tags)).code == "decode.raw"


def claimed(kind: str, width: int, height: int) -> bytes:
    """A small file that claims to be a large picture."""
    if kind == "png":
        return pictures.png((width, height, 8, 2), (b"IDAT", zlib.compress(b"\x00" * 99)))
    if kind == "webp":
        size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        body = b"WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00" + size
        return b"RIFF" + len(body).to_bytes(4, "little") + body
    whole = bytearray(saved(landscape(), kind))
    if kind == "bmp":
        whole[18:26] = struct.pack("<II", width, height)
    else:
        frame = whole.index(b"\xff\xc0")
        whole[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(whole)


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "bmp"])
@pytest.mark.parametrize("size", [(10001, 10000), (16000, 16000)])
def test_bombs_are_refused_by_their_header(kind: str, size: tuple[int, int]) -> None:
    """More than 100 megapixels are refused before there is room made for them."""
    found = trouble_with(claimed(kind, *size))
    assert (found.code, found.parameters) == ("decode.too_many_pixels", {"limit": 100})


def test_limits_can_be_tightened() -> None:
    """The limit on the picture is the one that was handed in."""
    untrusted = saved(noise(1200, 900))
    assert trouble_with(untrusted, Limits(megapixels=1)).code == "decode.too_many_pixels"


def test_a_colour_key_that_would_be_misread_is_refused() -> None:
    """A 16-bit PNG with a transparent colour is refused rather than shown."""
    rows = zlib.compress((b"\x00" + b"\x12\x34" * 12) * 4)
    untrusted = pictures.png((4, 4, 16, 2), (b"tRNS", b"\x12\x34" * 3), (b"IDAT", rows))
    assert trouble_with(untrusted).code == "decode.pixels"


def test_samples_without_a_sure_meaning_are_refused() -> None:
    """Floating-point samples are refused rather than guessed."""
    assert trouble_with(saved(landscape().convert("F"), "tiff")).code == "decode.pixels"


def test_unusual_samples_are_no_damage() -> None:
    """A sound file that is written for specialists is refused as that, not as damaged."""
    whole = saved(landscape())
    at = whole.index(b"\xff\xc0")
    twelve_bits = whole[: at + 4] + b"\x0c" + whole[at + 5 :]
    lossless = whole[: at + 1] + b"\xc3" + whole[at + 2 :]
    assert trouble_with(twelve_bits).code == "decode.pixels"
    assert trouble_with(lossless).code == "decode.pixels"
    for depth in (cv2.CV_32F, cv2.CV_64F):
        floats = np.zeros((4, 4, 3), {cv2.CV_32F: np.float32, cv2.CV_64F: np.float64}[depth])
        assert trouble_with(cv2.imencode(".tif", floats)[1].tobytes()).code == "decode.pixels"
    assert trouble_with(b"MM\0+" + bytes(60)).code == "decode.unsupported_format"
    assert trouble_with(b"II*\0\x08\0\0\0\1\0").code == "decode.unreadable"


def test_grey_of_16_bits_whose_zero_is_white_is_refused() -> None:
    """Pillow shows such a TIFF as its negative: it is refused rather than published so."""
    grey = Image.fromarray(np.full((8, 8), 60000, np.uint16))
    black_is_zero, white_is_zero = saved(grey, "tiff"), saved(grey, "tiff", tiffinfo={262: 0})
    assert decoded(black_is_zero).pixels.min() == 234
    assert trouble_with(white_is_zero).code == "decode.pixels"


def test_names_do_not_count() -> None:
    """The file's content decides, and Pillow is never asked to guess."""
    assert decoded(saved(landscape(), "png")).format == "png"
    assert io.BytesIO(saved(landscape(), "jpeg")).read(2) == b"\xff\xd8"


def codes_in_source() -> set[str]:
    """Every code of the catalogue that the decoder's source names."""
    import re

    source = "".join(p.read_text() for p in (PROJECT / "photoguard" / "images").glob("*.py"))
    return set(re.findall(r'"(decode\.[a-z_]+)"', source))


@pytest.mark.parametrize("language", list(Language))
def test_every_code_has_a_sentence(language: Language) -> None:
    """Each code renders in three languages, and each trouble has a remedy."""
    notes = {
        f"decode.{name}" for name in ("first_picture", "clip_left_out", "profile_ignored", "hdr")
    }
    notes |= DOUBTS
    for code in codes_in_source():
        assert say(code, language, limit=7, format="GIF")
        if code not in notes:
            assert say(f"{code}.remedy", language, limit=7)
