"""What a HEIF or AVIF says of its primary picture beside the pixels (ISO/IEC 23008-12).

Whoever decodes the pixels may leave these properties to others: Pillow's AVIF reader turns
a picture, but shows what its clean aperture cuts away.
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
"""By EXIF orientation: which corner of the stored picture comes to the upper left, upper
right, lower right and lower left. A turn (irot) is 8, a mirror (imir) 4 or 2."""
_NCLX = b"nclx"
_EXIF_ITEM = re.compile(rb"(infe(?:\x02.{5}|\x03.{7}).{2})Exif", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Crop:
    """What is kept of a stored picture, in whole pixels, right and bottom not included."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of what is kept."""
        return self.right - self.left, self.bottom - self.top

    @property
    def box(self) -> tuple[int, int, int, int]:
        """The crop as Pillow takes it."""
        return self.left, self.top, self.right, self.bottom


@dataclass(frozen=True, slots=True)
class _Span:
    """Where the aperture begins and ends along one side of the stored picture."""

    begin: Fraction
    end: Fraction
    length: int

    @property
    def is_exact(self) -> bool:
        """Whether it lies within the picture, between whole pixels."""
        whole = self.begin.denominator == self.end.denominator == 1
        return whole and 0 <= self.begin < self.end <= self.length

    @property
    def inside(self) -> tuple[int, int]:
        """Begin and end in whole pixels that lie within both."""
        return max(0, ceil(self.begin)), min(self.length, floor(self.end))


@dataclass(frozen=True, slots=True)
class Aperture:
    """The part of the stored picture that shall be seen (ISO/IEC 14496-12, clap)."""

    width: Fraction
    height: Fraction
    right: Fraction
    """How far its centre lies right of the picture's."""
    down: Fraction

    def across(self, length: int) -> _Span:
        """Return where it lies along the width of a picture that is so wide."""
        begin = (length - self.width) / 2 + self.right
        return _Span(begin, begin + self.width, length)

    def along(self, length: int) -> _Span:
        """Return where it lies along the height of a picture that is so high."""
        begin = (length - self.height) / 2 + self.down
        return _Span(begin, begin + self.height, length)


@dataclass(frozen=True, slots=True)
class Properties:
    """The properties of the primary picture that change what is seen of it."""

    size: tuple[int, int] = (0, 0)
    """Width and height of the stored picture."""
    aperture: Aperture | None = None
    is_odd: bool = False
    """Whether the aperture is one that programs read differently."""
    orientation: int = 1
    """What the turns and mirrors amount to, as EXIF would say it: 1 to 8."""
    is_usual_order: bool = True
    """Whether there is at most one turn and then one mirror, as MIAF wants it.

    The format obeys the file's own order; some programs always turn first.
    """
    coding: tuple[int, int] | None = None
    """Colour primaries and transfer characteristics (ITU-T H.273)."""
    brightest: int = 0
    """Of the brightest pixel, in cd/m²; 0 where the file does not say."""


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    content: bytes


def properties_of(untrusted: bytes) -> Properties:
    """Return the properties of the primary picture; raises struct.error on damaged boxes."""
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
    """Follow the corners of the stored picture through the turns, in the file's order."""
    corners = _CORNERS[1]
    for box in turns:
        (value,) = struct.unpack_from(">B", box.content)
        for _ in range(value & 3 if box.kind == b"irot" else 1):
            step = _CORNERS[8] if box.kind == b"irot" else _CORNERS[2 if value & 1 else 4]
            first, second, third, fourth = (corners[place] for place in step)
            corners = first, second, third, fourth
    return next(number for number, known in _CORNERS.items() if known == corners)


def crop_of(properties: Properties) -> Crop | None:
    """Return what is kept of the stored picture; None for all of it."""
    if properties.aperture is None:
        return None
    left, right = properties.aperture.across(properties.size[0]).inside
    top, bottom = properties.aperture.along(properties.size[1]).inside
    return Crop(left, top, right, bottom) if left < right and top < bottom else None


def is_sure(properties: Properties) -> bool:
    """Tell whether every program cuts the picture alike: within it, and at whole pixels."""
    if properties.aperture is None or properties.is_odd:
        return not properties.is_odd
    across = properties.aperture.across(properties.size[0])
    return across.is_exact and properties.aperture.along(properties.size[1]).is_exact


def without_exif(untrusted: bytes) -> bytes:
    """Return the file with its EXIF item named so that no reader looks for it.

    A damaged EXIF stops Pillow's AVIF reader; which way is up stands in properties.
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
    """Yield the properties of the primary item in the order in which the file lists them."""
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
    """Yield which properties an ipma box gives to one item, counted from 1."""
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
    """Return the clean aperture; None where its numbers say nothing."""
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
