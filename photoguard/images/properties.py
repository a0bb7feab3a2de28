"""Reads the display properties of a HEIF's or AVIF's primary picture (ISO/IEC 23008-12).

Decoders do not apply all of them: Pillow's AVIF reader applies rotation and mirroring, but
not the clean aperture, so that it shows pixels which should be cropped away.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_BOXES = 2000
_META_PREFIX = 4
_TURNS = frozenset({b"irot", b"imir"})
_USUAL_ORDERS: tuple[list[bytes], ...] = ([], [b"irot"], [b"imir"], [b"irot", b"imir"])
_CORNERS = {
    1: (0, 1, 2, 3),
    2: (1, 0, 3, 2),
    3: (2, 3, 0, 1),
    4: (3, 2, 1, 0),
    5: (0, 3, 2, 1),
    6: (3, 0, 1, 2),
    7: (2, 1, 0, 3),
    8: (1, 2, 3, 0),
}
"""EXIF orientation → the corners of the stored picture, numbered clockwise from upper left, that
end up at the upper left, upper right, lower right and lower left. A quarter turn (irot) is 8, a
mirroring (imir) 4 or 2."""
_NCLX = b"nclx"
_EXIF_ITEM = re.compile(rb"(infe(?:\x02.{5}|\x03.{7}).{2})Exif", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Crop:
    """The visible part of the stored picture, in whole pixels; right and bottom are exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the visible part."""
        return self.right - self.left, self.bottom - self.top

    @property
    def box(self) -> tuple[int, int, int, int]:
        """(left, top, right, bottom), as Pillow takes it."""
        return self.left, self.top, self.right, self.bottom


@dataclass(frozen=True, slots=True)
class _Span:
    """The clean aperture along one side of the stored picture, whose length is ``length``."""

    begin: Fraction
    end: Fraction
    length: int

    @property
    def is_exact(self) -> bool:
        """Whether both ends are whole pixels within the picture."""
        whole = self.begin.denominator == self.end.denominator == 1
        return whole and 0 <= self.begin < self.end <= self.length

    @property
    def inside(self) -> tuple[int, int]:
        """(begin, end) in whole pixels, inside both the aperture and the picture."""
        return max(0, ceil(self.begin)), min(self.length, floor(self.end))


@dataclass(frozen=True, slots=True)
class Aperture:
    """The clean aperture: the part of the stored picture to be shown (ISO/IEC 14496-12, clap)."""

    width: Fraction
    height: Fraction
    right: Fraction
    """Offset of its centre to the right of the picture's centre."""
    down: Fraction
    """Offset of its centre below the picture's centre."""

    def across(self, length: int) -> _Span:
        """Return its horizontal extent in a picture of width ``length``."""
        begin = (length - self.width) / 2 + self.right
        return _Span(begin, begin + self.width, length)

    def along(self, length: int) -> _Span:
        """Return its vertical extent in a picture of height ``length``."""
        begin = (length - self.height) / 2 + self.down
        return _Span(begin, begin + self.height, length)


@dataclass(frozen=True, slots=True)
class Properties:
    """The properties of the primary picture that affect how it is shown."""

    size: tuple[int, int] = (0, 0)
    """(width, height) of the stored picture."""
    aperture: Aperture | None = None
    is_odd: bool = False
    """Whether the file has an aperture that programs interpret differently."""
    orientation: int = 1
    """The EXIF orientation (1 to 8) equal to all rotations and mirrorings together."""
    is_usual_order: bool = True
    """Whether there is at most one rotation, followed by at most one mirroring (MIAF).

    The standard applies them in the file's order; some programs always rotate first.
    """
    coding: tuple[int, int] | None = None
    """(colour primaries, transfer characteristics) of ITU-T H.273; None if absent."""
    brightest: int = 0
    """Luminance of the brightest pixel in cd/m²; 0 if absent."""


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    content: bytes


def properties_of(untrusted: bytes) -> Properties:
    """Return the properties of the primary picture; raises struct.error for malformed boxes."""
    meta = _first(b"meta", untrusted)
    if meta is None:
        return Properties()
    inner = meta.content[_META_PREFIX:]
    known = list(_of_primary(inner))
    kinds = [box.kind for box in known]
    aperture, is_odd = None, False
    if b"clap" in kinds:
        at = kinds.index(b"clap")
        aperture = _aperture(known[at].content)
        # MIAF wants the aperture before any turn; some programs obey the file's own order.
        is_odd = aperture is None or kinds.count(b"clap") > 1 or bool(_TURNS & {*kinds[:at]})
    contents = {box.kind: box.content for box in known if box.kind != b"colr"}
    width, height = struct.unpack_from(">II", contents.get(b"ispe", bytes(12)), 4)
    (brightest,) = struct.unpack_from(">H", contents.get(b"clli", bytes(4)))
    turns = [box for box in known if box.kind in _TURNS]
    return Properties(
        (width, height),
        aperture,
        is_odd,
        _orientation(turns),
        [box.kind for box in turns] in _USUAL_ORDERS,
        _coding(known),
        brightest,
    )


def _orientation(turns: list[_Box]) -> int:
    """Return the EXIF orientation equal to the rotations and mirrorings, applied in file order."""
    corners = _CORNERS[1]
    for box in turns:
        (value,) = struct.unpack_from(">B", box.content)
        for _ in range(value & 3 if box.kind == b"irot" else 1):
            step = _CORNERS[8] if box.kind == b"irot" else _CORNERS[2 if value & 1 else 4]
            first, second, third, fourth = (corners[place] for place in step)
            corners = first, second, third, fourth
    return next(number for number, known in _CORNERS.items() if known == corners)


def crop_of(properties: Properties) -> Crop | None:
    """Return the visible part of the stored picture; None for all of it."""
    if properties.aperture is None:
        return None
    left, right = properties.aperture.across(properties.size[0]).inside
    top, bottom = properties.aperture.along(properties.size[1]).inside
    return Crop(left, top, right, bottom) if left < right and top < bottom else None


def is_sure(properties: Properties) -> bool:
    """Return whether every program crops the picture alike: to whole pixels within it."""
    if properties.aperture is None or properties.is_odd:
        return not properties.is_odd
    across = properties.aperture.across(properties.size[0])
    return across.is_exact and properties.aperture.along(properties.size[1]).is_exact


def without_exif(untrusted: bytes) -> bytes:
    """Return the file with its EXIF item renamed, so that readers ignore it.

    Pillow's AVIF reader fails on damaged EXIF; the orientation is in the properties anyway.
    """
    return _EXIF_ITEM.sub(rb"\1free", untrusted)


def _boxes(content: bytes) -> Iterator[_Box]:
    at = 0
    for _ in range(_MOST_BOXES):
        if at + 8 > len(content):
            return
        length, kind = struct.unpack_from(">I4s", content, at)
        header = 8
        if length == 1:
            length, header = struct.unpack_from(">Q", content, at + 8)[0], 16
        end = at + length if length else len(content)
        if length and length < header:
            return
        yield _Box(kind, content[at + header : end])
        at = end


def _first(kind: bytes, content: bytes) -> _Box | None:
    return next((box for box in _boxes(content) if box.kind == kind), None)


def _of_primary(meta: bytes) -> Iterator[_Box]:
    """Yield the properties of the primary item in the order of the file."""
    primary, owned = _first(b"pitm", meta), _first(b"iprp", meta)
    if primary is None or owned is None:
        return
    item = int.from_bytes(primary.content[4 : 8 if primary.content[0] else 6])
    store = _first(b"ipco", owned.content)
    shelf = list(_boxes(store.content)) if store else []
    for box in _boxes(owned.content):
        if box.kind == b"ipma":
            for index in _indices(box.content, item):
                if 0 < index <= len(shelf):
                    yield shelf[index - 1]


def _indices(content: bytes, wanted: int) -> Iterator[int]:
    """Yield the 1-based indices of the properties that an ipma box assigns to one item."""
    head, entries = struct.unpack_from(">II", content)
    item_form = ">I" if head >> 24 else ">H"
    form, most = (">H", 0x7FFF) if head & 1 else (">B", 0x7F)
    at = 8
    for _ in range(entries):
        (item,) = struct.unpack_from(item_form, content, at)
        at += struct.calcsize(item_form)
        (count,) = struct.unpack_from(">B", content, at)
        at += 1
        for _ in range(count):
            if item == wanted:
                yield struct.unpack_from(form, content, at)[0] & most
            at += struct.calcsize(form)


def _aperture(content: bytes) -> Aperture | None:
    """Return the clean aperture; None if a denominator is zero or a size not positive."""
    numbers = struct.unpack_from(">IIIIiIiI", content)
    if 0 in numbers[1::2]:
        return None
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    return Aperture(*(Fraction(above, below) for above, below in pairs))


def _coding(known: list[_Box]) -> tuple[int, int] | None:
    for box in known:
        if box.kind == b"colr" and box.content[:4] == _NCLX:
            primaries, transfer = struct.unpack_from(">HH", box.content, 4)
            return primaries, transfer
    return None
