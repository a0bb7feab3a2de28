"""Which way is up, and how large the picture shall be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoguard.errors import RefusedError

if TYPE_CHECKING:
    from PIL import Image

_ORIENTATION = 0x0112
_UPRIGHT = 1
_LYING = {5, 6, 7, 8}
"""Orientations that swap width and height."""
_ENTRY = 12
"""Bytes of one entry of a TIFF directory."""


def orientation_of(image: Image.Image) -> int:
    """Return the EXIF orientation, 1 to 8; what is absent or means nothing counts as 1.

    EXIF comes first, then XMP, as viewers do. Raises RefusedError where the EXIF is damaged
    in a way that may hide an orientation.
    """
    value = image.getexif().get(_ORIENTATION)
    if value is None and not _directory_is_whole(image.info.get("exif") or b""):
        raise RefusedError("decode.orientation")
    return value if isinstance(value, int) and value in range(1, 9) else _UPRIGHT


def _directory_is_whole(exif: bytes) -> bool:
    """Tell whether the first directory, where the orientation would stand, can be read."""
    exif = exif.removeprefix(b"Exif\x00\x00")
    if not exif:
        return True
    order = {b"II*\x00": "little", b"MM\x00*": "big"}.get(exif[:4])
    if order is None:
        return False
    first = int.from_bytes(exif[4:8], order)  # type: ignore[arg-type]
    count = int.from_bytes(exif[first : first + 2], order)  # type: ignore[arg-type]
    return first + 2 <= len(exif) and first + 2 + count * _ENTRY <= len(exif)


def upright_size(image: Image.Image, orientation: int) -> tuple[int, int]:
    """Return width and height as they will be once the picture stands upright."""
    width, height = image.size
    turned = orientation in _LYING and image.format != "TIFF"  # Pillow's TIFF size is upright
    return (height, width) if turned else (width, height)


def target_size(size: tuple[int, int], max_side: int) -> tuple[int, int]:
    """Return the size whose longest side is at most ``max_side``; 0 keeps every size."""
    longest = max(size)
    if not 0 < max_side < longest:
        return size
    width, height = (max(1, round(side * max_side / longest)) for side in size)
    return width, height


def turned(image: Image.Image, orientation: int) -> Image.Image:
    """Return the picture turned and mirrored as the orientation says."""
    from PIL.Image import Transpose

    method = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }.get(orientation)
    return image if method is None else image.transpose(method)


def shrunk(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return the picture at this size, or as it is where it has it."""
    from PIL.Image import Resampling

    if image.size == size:
        return image
    return image.resize(size, Resampling.LANCZOS, reducing_gap=3.0)
