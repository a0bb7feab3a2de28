"""Finds a picture's orientation and its target size, and applies both."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from PIL import Image

    from photoguard.images.properties import Properties

_ORIENTATION = 0x0112
_LYING = {5, 6, 7, 8}
"""EXIF orientations that swap width and height."""
_ENTRY = 12
"""Bytes of an entry of a TIFF directory."""
_WIDTHS = {3: 2, 4: 4, 8: 2, 9: 4}
"""TIFF types in which the orientation may be stored → bytes: SHORT, LONG, SSHORT, SLONG."""
_EXIF = b"Exif\x00\x00"
_HEADERS = re.compile(rb"\A(?:Exif\x00[\x00\xff])+")
_ORDERS: dict[bytes, Literal["little", "big"]] = {b"II*\x00": "little", b"MM\x00*": "big"}
_RAW_PROFILE = re.compile(r"\s*exif\s+\d+\s+((?:[0-9a-fA-F]{2}\s*)*)", re.IGNORECASE)
_XMP_ORIENTATION = re.compile(rb"tiff:Orientation(?:\s*=\s*[\"']|>)\s*([0-9])")
NEARLY = 0.97
"""Least share of ``max_side`` at which a size is accepted instead of it."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The orientation of a file, and the part of it that Pillow does not apply on loading."""

    orientation: int
    """The EXIF orientation, 1 to 8."""
    remaining: int
    """The orientation still to be applied once the pixels are loaded."""
    is_sure: bool = True
    """Whether every program would orient the picture alike."""

    def applied(self, size: tuple[int, int]) -> tuple[int, int]:
        """Return the size after the turn; also the size before it, given the one after."""
        width, height = size
        return (height, width) if self.remaining in _LYING else (width, height)


@dataclass(frozen=True, slots=True)
class _ExifOrientation:
    """The orientation in one EXIF block; None if it has none."""

    orientation: int | None = None
    is_sure: bool = True


def turn_of(image: Image.Image, kind: str, properties: Properties) -> Turn:
    """Return the orientation from EXIF or else XMP; absent, 0 and other invalid values count as 1.

    If EXIF is damaged, duplicated or contradicts itself, ``is_sure`` is False and the
    orientation 1. HEIC and AVIF have their own properties instead; EXIF and XMP are ignored
    there, since they only repeat the orientation, or an older one.
    """
    if kind in {"heic", "avif"}:
        orientation = properties.orientation
        # libheif obeys the properties by itself.
        remaining = 1 if kind == "heic" else orientation
        return Turn(orientation, remaining, is_sure=properties.is_usual_order)
    if kind == "tiff":
        value = image.getexif().get(_ORIENTATION, 1)
        # Pillow turns a TIFF while loading, where it can read the number.
        return Turn(_sensible(value), 1, is_sure=isinstance(value, int))
    blocks = [_orientation_in_exif(block) for block in _exif_blocks(image)]
    noted = {_sensible(block.orientation) for block in blocks}
    if len(noted) > 1 or not all(block.is_sure for block in blocks):
        return Turn(1, 1, is_sure=False)
    if any(block.orientation is not None for block in blocks):
        turn = noted.pop()
        return Turn(turn, turn)
    alone = _orientation_in_xmp(image)
    return Turn(alone, alone)


def _sensible(value: object) -> int:
    return value if isinstance(value, int) and value in range(1, 9) else 1


def _exif_blocks(image: Image.Image) -> list[bytes]:
    """Return all EXIF blocks; if a JPEG has several, programs differ in which they read.

    A segment without a byte order mark continues the previous block.
    """
    blocks: list[bytes] = []
    for name, content in getattr(image, "applist", ()):
        if name != "APP1" or content[:5] != _EXIF[:5]:
            continue
        rest = _HEADERS.sub(b"", content)
        if blocks and rest[:4] not in _ORDERS:
            blocks[-1] += rest
        else:
            blocks.append(content)
    exif = image.info.get("exif") or _raw_profile(image.info.get("Raw profile type exif", ""))
    return blocks or [exif]


def _raw_profile(text: str) -> bytes:
    """Return the EXIF block that ImageMagick writes into a PNG as hexadecimal digits."""
    found = _RAW_PROFILE.match(text)
    return bytes.fromhex(found[1]) if found else b""


def _orientation_in_exif(untrusted: bytes) -> _ExifOrientation:
    """Return the orientation in a block; None for one that is blank or has no directory.

    ``is_sure`` is False if another reader could find a different orientation in it.
    """
    exif = _HEADERS.sub(b"", untrusted)
    usual = untrusted[: len(untrusted) - len(exif)] in {b"", _EXIF}
    if not exif.strip(exif[:1]):
        return _ExifOrientation()  # one byte over and over: filled, not damaged
    order = _ORDERS.get(exif[:4])
    if order is None:
        return _ExifOrientation(is_sure=False)
    noted = _in_directory(exif, order)
    return (
        noted
        if usual or noted.orientation in {None, 1}
        else _ExifOrientation(noted.orientation, is_sure=False)
    )


def _in_directory(exif: bytes, order: Literal["little", "big"]) -> _ExifOrientation:
    """Return the orientation in the first directory (IFD0)."""
    first = int.from_bytes(exif[4:8], order)
    if not first:
        return _ExifOrientation()
    count = int.from_bytes(exif[first : first + 2], order)
    begin = first + 2
    entries = [exif[at : at + _ENTRY] for at in range(begin, begin + count * _ENTRY, _ENTRY)]
    found = {
        (entry[2:4], entry[4:8], entry[8:])
        for entry in entries
        if int.from_bytes(entry[:2], order) == _ORIENTATION
    }
    whole = begin <= len(exif) and begin + count * _ENTRY <= len(exif)
    if not found:
        return _ExifOrientation(is_sure=whole)
    kind, number, value = found.pop()
    width = _WIDTHS.get(int.from_bytes(kind, order), 0)
    plain = bool(width) and int.from_bytes(number, order) == 1 and len(value) >= width and not found
    return _ExifOrientation(int.from_bytes(value[:width], order) if plain else None, is_sure=plain)


def _orientation_in_xmp(image: Image.Image) -> int:
    packet = image.info.get("XML:com.adobe.xmp") or image.info.get("xmp") or b""
    untrusted = packet.encode(errors="replace") if isinstance(packet, str) else packet
    found = _XMP_ORIENTATION.search(untrusted)
    return _sensible(int(found[1])) if found else 1


def target_size(
    size: tuple[int, int], max_side: int, divisors: tuple[int, ...] = ()
) -> tuple[int, int]:
    """Return the size whose longest side is at most ``max_side``; 0 keeps the size.

    If dividing by one of ``divisors`` misses ``max_side`` by no more than 3 %, that size is
    returned, since the decoder produces it directly.
    """
    longest = max(size)
    if not 0 < max_side < longest:
        return size
    for divisor in divisors:
        part = -(-size[0] // divisor), -(-size[1] // divisor)
        if NEARLY * max_side <= max(part) <= max_side:
            return part
    width, height = (max(1, round(side * max_side / longest)) for side in size)
    return width, height


def turned(image: Image.Image, orientation: int) -> Image.Image:
    """Return the picture rotated and mirrored according to the EXIF orientation."""
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
    """Return the picture resized to ``size``; unchanged if it has that size already."""
    from PIL.Image import Resampling

    if image.size == size:
        return image
    # Bicubic at half size keeps a zone plate as clean as Lanczos does, in 6/10 of the time.
    return image.resize(size, Resampling.BICUBIC, reducing_gap=2.0)
