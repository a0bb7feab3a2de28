"""What a file's headers say it is, where that must be known before or besides decoding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoguard.errors import RefusedError
from photoguard.images.whole import end_of_jpeg
from photoguard.model import Reason

if TYPE_CHECKING:
    from PIL import Image

_DNG_VERSION = 50706
_NEW_SUBFILE_TYPE, _SUBFILE_TYPE = 254, 255
_REDUCED, _OLD_REDUCED = 1, 2
_PNG_DEPTH_AT = 24
_BYTE_DEPTH = 8


def webp_canvas(untrusted: bytes) -> tuple[int, int]:
    """Return width and height that a WebP claims: libwebp makes room for them when it opens it."""
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
    """Refuse raw files, whose TIFF shows only a thumbnail, and colour keys that Pillow misreads."""
    if kind == "tiff":
        tags = image.tag_v2  # type: ignore[attr-defined]
        if _is_reduced(image) or _DNG_VERSION in tags or untrusted[8:10] == b"CR":
            raise RefusedError("decode.raw")
    key = kind == "png" and image.mode != "P" and "transparency" in image.info
    if key and untrusted[_PNG_DEPTH_AT] != _BYTE_DEPTH:
        # Pillow scales the samples to 8 bits but not the colour key that hides some of them.
        raise RefusedError("decode.pixels")


def _is_reduced(page: Image.Image) -> bool:
    """Tell whether a page of a TIFF is marked as a smaller copy of another one."""
    tags = page.tag_v2  # type: ignore[attr-defined]
    return (
        bool(tags.get(_NEW_SUBFILE_TYPE, 0) & _REDUCED) or tags.get(_SUBFILE_TYPE) == _OLD_REDUCED
    )


def only_picture(image: Image.Image, untrusted: bytes, kind: str) -> tuple[Reason, ...]:
    """Let ``image`` stand at its picture; return what is left out of the file.

    Raises RefusedError for animations and pages; only where a format names its main picture,
    or shows the first one everywhere, that one counts.
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
    """Go to the one page that is no thumbnail; raises RefusedError where there are several."""
    whole = []
    for page in range(image.n_frames):  # type: ignore[attr-defined]
        image.seek(page)
        if not _is_reduced(image):
            whole.append(page)
    if len(whole) > 1:
        raise RefusedError("decode.several_pages")
    image.seek(whole[0] if whole else 0)


def _has_clip(untrusted: bytes, kind: str) -> bool:
    """Tell whether a phone put a short video behind the photo."""
    if kind == "jpeg":
        return untrusted.find(b"ftyp", end_of_jpeg(untrusted) or len(untrusted)) >= 0
    return kind == "heic" and b"mpvd" in untrusted
