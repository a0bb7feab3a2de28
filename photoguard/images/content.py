"""Recognises a file by its first bytes and headers, never by its name."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from photoguard.errors import RefusedError, UnreadableError
from photoguard.images.whole import end_of_jpeg, markers
from photoguard.model import Reason

if TYPE_CHECKING:
    from PIL import Image


PLUGINS = {
    "jpeg": "JPEG",  # "MPO" may not stand in Pillow's list: an MPO opens as JPEG
    "png": "PNG",
    "webp": "WEBP",
    "heic": "HEIF",
    "avif": "AVIF",
    "tiff": "TIFF",
    "bmp": "BMP",
}
"""Format → the only Pillow plugin that may read it. Other formats are refused."""

_SIGNATURES = (
    (0, b"\xff\xd8\xff", "jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (8, b"WEBP", "webp"),
    (0, b"II*\x00", "tiff"),
    (0, b"MM\x00*", "tiff"),
    (0, b"II+\x00", "tiff"),
    (0, b"BM", "bmp"),
)
_KNOWN_UNSUPPORTED = (
    (0, b"GIF8", "GIF"),
    (0, b"%PDF", "PDF"),
    (0, b"MM\x00+", "BigTIFF (big-endian)"),
    (0, b"8BPS", "Photoshop (PSD)"),
    (0, b"\xff\x0a", "JPEG XL"),
    (4, b"JXL \r\n", "JPEG XL"),
    (4, b"jP  \r\n", "JPEG 2000"),
    (0, b"\xff\x4f\xff\x51", "JPEG 2000"),
    (0, b"\x00\x00\x01\x00", "ICO"),
)
_RAW = (
    (0, b"FUJIFILMCCD"),
    (0, b"IIRO"),
    (0, b"IIRS"),
    (0, b"MMOR"),
    (0, b"IIU\x00"),
    (4, b"ftypcrx "),
)
_VIDEO = ((8, b"AVI "), (0, b"\x1aE\xdf\xa3"), (4, b"moov"), (4, b"mdat"), (0, b"\x00\x00\x01\xba"))
_HEAD = 64
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis"}
_SEQUENCE_BRANDS = {b"hevc", b"hevx", b"hevm", b"hevs", b"msf1", b"avis"}


def recognise(untrusted: bytes) -> str:
    """Return the name of the format, a key of ``PLUGINS``.

    Raises UnreadableError for an empty file and for one of zeros (the placeholder of a cloud
    service for a file that was not downloaded), and RefusedError for any other content.
    """
    if not untrusted:
        raise UnreadableError("decode.empty")
    if not untrusted[:_HEAD].strip(b"\0") and not untrusted.strip(b"\0"):
        raise UnreadableError("decode.only_zeros")
    if any(_matches(untrusted, offset, magic) for offset, magic in _RAW):
        raise RefusedError("decode.raw")
    if _matches(untrusted, 4, b"ftyp"):
        return _recognise_brand(untrusted)
    for offset, magic, name in _SIGNATURES:
        if _matches(untrusted, offset, magic):
            return name
    for offset, magic, name in _KNOWN_UNSUPPORTED:
        if _matches(untrusted, offset, magic):
            raise RefusedError("decode.unsupported_format", format=name)
    if any(_matches(untrusted, offset, magic) for offset, magic in _VIDEO):
        raise RefusedError("decode.video")
    raise RefusedError("decode.unknown_format")


def _matches(untrusted: bytes, offset: int, magic: bytes) -> bool:
    return untrusted[offset : offset + len(magic)] == magic


def _recognise_brand(untrusted: bytes) -> str:
    """Return "heic" or "avif" by a file's brands; raises RefusedError for sequences and videos."""
    length = min(int.from_bytes(untrusted[:4], "big"), 256)
    brands = [untrusted[8:12]]
    brands += [untrusted[at : at + 4] for at in range(16, length - 3, 4)]
    if brands[0] in _SEQUENCE_BRANDS:
        raise RefusedError("decode.animated")
    for brand in brands:
        if brand in _HEIC_BRANDS:
            return "heic"
        if brand == b"avif":
            return "avif"
    if brands[0] == b"mif1":
        return "heic"
    raise RefusedError("decode.video")


_DNG_VERSION = 50706
_NEW_SUBFILE_TYPE, _SUBFILE_TYPE = 254, 255
_PHOTOMETRIC, _WHITE_IS_ZERO = 262, 0
_REDUCED, _OLD_REDUCED = 1, 2
_PNG_DEPTH_AT = 24
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_USUAL_FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC9, 0xCA})
_LENGTH_BYTES = 2
_HEADER, _BIG_HEADER = 8, 16
_BITS, _SAMPLE_FORMAT, _MOST_BITS = 258, 339, 16
_BYTE_DEPTH = 8


def webp_canvas(untrusted: bytes) -> tuple[int, int]:
    """Return the (width, height) a WebP announces: libwebp allocates that on opening."""
    kind = untrusted[12:16]
    if kind == b"VP8X":
        width, height = untrusted[24:27], untrusted[27:30]
        return int.from_bytes(width, "little") + 1, int.from_bytes(height, "little") + 1
    if kind == b"VP8L":
        packed = int.from_bytes(untrusted[21:25], "little")
        return (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1
    width, height = untrusted[26:28], untrusted[28:30]
    return int.from_bytes(width, "little") & 0x3FFF, int.from_bytes(height, "little") & 0x3FFF


def require_ordinary(image: Image.Image, untrusted: bytes, kind: str) -> None:
    """Raise RefusedError for raw files, and for samples that Pillow would misread."""
    if kind == "tiff":
        tags = image.tag_v2  # type: ignore[attr-defined]
        if _is_reduced(image) or _DNG_VERSION in tags or untrusted[8:10] == b"CR":
            raise RefusedError("decode.raw")
        if image.mode.startswith("I;16") and tags.get(_PHOTOMETRIC) == _WHITE_IS_ZERO:
            # Pillow turns light and dark about in 8 bits, not in 16.
            raise RefusedError("decode.pixels")
    key = kind == "png" and image.mode != "P" and "transparency" in image.info
    if key and untrusted[_PNG_DEPTH_AT] != _BYTE_DEPTH:
        # Pillow scales the samples to 8 bits but not the colour key that hides some of them.
        raise RefusedError("decode.pixels")


def require_usual_samples(untrusted: bytes, kind: str) -> None:
    """Raise RefusedError for a JPEG that is not 8-bit baseline, extended or progressive."""
    if kind != "jpeg":
        return
    frame = next((each for each in markers(untrusted) if each.marker in _FRAMES), None)
    if frame is None:
        return
    precision = untrusted[frame.end + _LENGTH_BYTES : frame.end + _LENGTH_BYTES + 1]
    if frame.marker not in _USUAL_FRAMES or precision != b"\x08":
        raise RefusedError("decode.pixels")


def is_unusual_tiff(untrusted: bytes) -> bool:
    """Return whether a TIFF has samples other than integers of up to 16 bits."""
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    tags = ImageFileDirectory_v2(untrusted[: _BIG_HEADER if b"+" in untrusted[2:4] else _HEADER])
    file = io.BytesIO(untrusted)
    file.seek(tags.next)
    tags.load(file)
    formats, bits = tags.get(_SAMPLE_FORMAT, (1,)), tags.get(_BITS, (1,))
    return any(each != 1 for each in formats) or max(bits) > _MOST_BITS


def _is_reduced(page: Image.Image) -> bool:
    """Return whether a TIFF page is marked as a smaller version of another page."""
    tags = page.tag_v2  # type: ignore[attr-defined]
    return (
        bool(tags.get(_NEW_SUBFILE_TYPE, 0) & _REDUCED) or tags.get(_SUBFILE_TYPE) == _OLD_REDUCED
    )


def only_picture(image: Image.Image, untrusted: bytes, kind: str) -> tuple[Reason, ...]:
    """Seek ``image`` to its main picture; return notes on what else is in the file.

    Raises RefusedError for animations and several pages, unless the format names the main
    picture or every program shows the first one.
    """
    notes = []
    if getattr(image, "n_frames", 1) > 1:
        if kind == "tiff":
            _go_to_only_page(image)
        elif kind not in {"jpeg", "heic"}:
            raise RefusedError("decode.animated")
        notes.append(Reason("decode.first_picture"))
    if _has_clip(untrusted, kind):
        notes.append(Reason("decode.clip_left_out"))
    return tuple(notes)


def _go_to_only_page(image: Image.Image) -> None:
    """Seek to the only page that is no thumbnail; raises RefusedError if there are several."""
    whole = []
    for page in range(image.n_frames):  # type: ignore[attr-defined]
        image.seek(page)
        if not _is_reduced(image):
            whole.append(page)
    if len(whole) > 1:
        raise RefusedError("decode.several_pages")
    image.seek(whole[0] if whole else 0)


def _has_clip(untrusted: bytes, kind: str) -> bool:
    """Return whether a phone appended a short video to the photo."""
    if kind == "jpeg":
        return untrusted.find(b"ftyp", end_of_jpeg(untrusted) or len(untrusted)) >= 0
    return kind == "heic" and b"mpvd" in untrusted
