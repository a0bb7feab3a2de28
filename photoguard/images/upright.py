"""Which way is up, and how large the picture shall be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from PIL import Image

    from photoguard.images.properties import Properties

_ORIENTATION = 0x0112
_LYING = {5, 6, 7, 8}
"""Orientations that swap width and height."""
_ENTRY = 12
"""Bytes of one entry of a TIFF directory."""
_WIDTHS = {3: 2, 4: 4, 8: 2, 9: 4}
"""Bytes of the types in which an orientation is a plain number: SHORT, LONG, with sign or not."""
_EXIF = b"Exif\x00\x00"
_HEADERS = re.compile(rb"\A(?:Exif\x00[\x00\xff])+")
_ORDERS: dict[bytes, Literal["little", "big"]] = {b"II*\x00": "little", b"MM\x00*": "big"}
_RAW_PROFILE = re.compile(r"\s*exif\s+\d+\s+((?:[0-9a-fA-F]{2}\s*)*)", re.IGNORECASE)
_XMP_ORIENTATION = re.compile(rb"tiff:Orientation(?:\s*=\s*[\"']|>)\s*([0-9])")
NEARLY = 0.97
"""Of the longest side that was asked for: less is not taken for the same."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The orientation of a file, and what of it is left to do once the pixels are loaded."""

    orientation: int
    left: int
    is_sure: bool = True
    """Whether every program would turn the picture alike."""

    def applied(self, size: tuple[int, int]) -> tuple[int, int]:
        """Return the size that a picture has after the turn, or had before it."""
        width, height = size
        return (height, width) if self.left in _LYING else (width, height)


@dataclass(frozen=True, slots=True)
class _Noted:
    """What one EXIF block says of the orientation: nothing is None."""

    orientation: int | None = None
    is_sure: bool = True


def turn_of(image: Image.Image, kind: str, properties: Properties) -> Turn:
    """Return the EXIF orientation, 1 to 8; absent, 0 and other numbers count as 1.

    EXIF comes first, then XMP, as viewers do. An EXIF that is damaged, doubled or says two
    things is not sure: the picture stays as it is stored. HEIC and AVIF have properties
    for it; what EXIF and XMP say there only repeats them, or what they once were.
    """
    if kind in {"heic", "avif"}:
        orientation = properties.orientation
        # libheif obeys the properties by itself.
        left = 1 if kind == "heic" else orientation
        return Turn(orientation, left, is_sure=properties.is_usual_order)
    if kind == "tiff":
        value = image.getexif().get(_ORIENTATION, 1)
        # Pillow turns a TIFF while loading, where it can read the number.
        return Turn(_sensible(value), 1, is_sure=isinstance(value, int))
    blocks = [_noted_in(block) for block in _exif_blocks(image)]
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
    """Return every EXIF block: a JPEG may hold several, of which programs read one or the other.

    A segment without a byte order continues the block before it.
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
    """Return the block that ImageMagick writes into a PNG in hexadecimal digits."""
    found = _RAW_PROFILE.match(text)
    return bytes.fromhex(found[1]) if found else b""


def _noted_in(untrusted: bytes) -> _Noted:
    """Return what a block says; one that is blank, or has no directory, says nothing.

    A block is not sure where another reader may find an orientation in it that this one
    does not, or the other way round.
    """
    exif = _HEADERS.sub(b"", untrusted)
    usual = untrusted[: len(untrusted) - len(exif)] in {b"", _EXIF}
    if not exif.strip(exif[:1]):
        return _Noted()  # one byte over and over: filled, not damaged
    order = _ORDERS.get(exif[:4])
    if order is None:
        return _Noted(is_sure=False)
    noted = _in_directory(exif, order)
    return (
        noted
        if usual or noted.orientation in {None, 1}
        else _Noted(noted.orientation, is_sure=False)
    )


def _in_directory(exif: bytes, order: Literal["little", "big"]) -> _Noted:
    """Look through the first directory, where the orientation stands if anywhere."""
    first = int.from_bytes(exif[4:8], order)
    if not first:
        return _Noted()
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
        return _Noted(is_sure=whole)
    kind, number, value = found.pop()
    width = _WIDTHS.get(int.from_bytes(kind, order), 0)
    plain = bool(width) and int.from_bytes(number, order) == 1 and len(value) >= width and not found
    return _Noted(int.from_bytes(value[:width], order) if plain else None, is_sure=plain)


def _orientation_in_xmp(image: Image.Image) -> int:
    packet = image.info.get("XML:com.adobe.xmp") or image.info.get("xmp") or b""
    untrusted = packet.encode(errors="replace") if isinstance(packet, str) else packet
    found = _XMP_ORIENTATION.search(untrusted)
    return _sensible(int(found[1])) if found else 1


def target_size(
    size: tuple[int, int], max_side: int, divisors: tuple[int, ...] = ()
) -> tuple[int, int]:
    """Return the size whose longest side is at most ``max_side``; 0 keeps every size.

    A whole part of the size that misses ``max_side`` by no more than 3 % is taken as it
    is: a decoder that can divide by one of ``divisors`` gives it at once.
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
    """Return the picture at this size, or as it is where it has it already."""
    from PIL.Image import Resampling

    if image.size == size:
        return image
    # Bicubic at half size keeps a zone plate as clean as Lanczos does, in 6/10 of the time.
    return image.resize(size, Resampling.BICUBIC, reducing_gap=2.0)
