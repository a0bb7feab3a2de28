"""Walks the directories of an untrusted TIFF structure (TIFF 6.0, BigTIFF, EXIF 2.32).

No directory is followed twice, no value is copied, and the number of directories and entries
is bounded. ``Directories.gaps`` then gives the bytes that no directory refers to.
"""

from __future__ import annotations

import struct
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_DIRECTORIES = 64
MOST_ENTRIES = 4000
MOST_NUMBERS = 200_000

SUB_IFDS, EXIF_IFD, GPS_IFD, INTEROP_IFD = 0x014A, 0x8769, 0x8825, 0xA005
_CHILDREN = {SUB_IFDS: "SubIFD", EXIF_IFD: "ExifIFD", GPS_IFD: "GPS", INTEROP_IFD: "Interop"}
_LENGTH_OF = {0x0111: 0x0117, 0x0144: 0x0145, 0x0201: 0x0202, 0x0120: 0x0121}
"""Tag with offsets → tag with the byte counts: strips, tiles, thumbnail, free areas."""

_WIDTHS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_WIDTHS |= {16: 8, 17: 8, 18: 8}
_INTEGERS = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
POINTING = frozenset({*_CHILDREN, *_LENGTH_OF, *_LENGTH_OF.values()})
"""Tags whose numbers are offsets or byte counts."""
_SIZES = frozenset({0x0100, 0x0101, 0x0102, 0x0103, 0x0106, 0x0115, 0x0116, 0x011C, 0x0142, 0x0143})
"""Tags with the size of the picture, its samples, strips and tiles."""


@dataclass(frozen=True, slots=True)
class Tag:
    """One entry of one directory."""

    directory: str
    number: int
    untrusted: memoryview
    """The raw value, a view into the structure."""
    numbers: tuple[int, ...] = ()
    """The value as integers, for tags of ``POINTING`` and ``_SIZES`` only; else empty. All tags
    of a structure together have at most ``MOST_NUMBERS``."""
    kind: int = 0
    """The type of the value (TIFF 6.0, section 2)."""


@dataclass(frozen=True, slots=True)
class Directories:
    """The result of ``walk``."""

    tags: list[Tag] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    """Names of the directories that were read, such as IFD0, IFD1 or ExifIFD."""
    troubles: list[str] = field(default_factory=list)
    """What is malformed, in English."""
    spans: list[tuple[int, int]] = field(default_factory=list)
    """Half-open byte ranges that the structure refers to."""

    def gaps(self, length: int) -> Iterator[tuple[int, int]]:
        """Yield the half-open byte ranges below ``length`` that the structure does not refer to."""
        end = 0
        for start, stop in sorted((*self.spans, (length, length))):
            if start > end:
                yield end, min(start, length)
            end = max(end, stop)


def walk(untrusted: bytes) -> Directories:
    """Return all tags; malformed directories are listed in ``troubles``, nothing is raised."""
    layout = _layout(untrusted)
    found = Directories()
    if layout is None:
        found.troubles.append("header")
        return found
    _Walk(memoryview(untrusted), layout, found).run()
    return found


@dataclass(frozen=True, slots=True)
class _Layout:
    """Field widths of classic TIFF or BigTIFF as ``struct`` codes, with the byte order."""

    order: str
    count: str
    offset: str
    first: int
    """Position of the first directory's offset."""


_LAYOUTS = {
    b"II*\0": _Layout("<", "H", "I", 4),
    b"MM\0*": _Layout(">", "H", "I", 4),
    b"II+\0": _Layout("<", "Q", "Q", 8),
    b"MM\0+": _Layout(">", "Q", "Q", 8),
}


def _layout(untrusted: bytes) -> _Layout | None:
    layout = _LAYOUTS.get(untrusted[:4])
    if layout is None or len(untrusted) < layout.first + struct.calcsize(layout.offset):
        return None
    return layout


class _OutsideError(Exception):
    """An offset points outside the structure, or a value has an unknown type."""


@dataclass(slots=True)
class _Walk:
    """The state of one walk through one structure."""

    view: memoryview
    layout: _Layout
    found: Directories
    numbers_left: int = MOST_NUMBERS

    def run(self) -> None:
        first = self.layout.first
        self.found.spans.append((0, first + struct.calcsize(self.layout.offset)))
        waiting = deque([("IFD0", self._number(first, self.layout.offset))])
        visited: set[int] = set()
        while waiting:
            name, at = waiting.popleft()
            if at in visited or len(visited) >= MOST_DIRECTORIES:
                self.found.troubles.append("directories in a loop or too many")
                return
            visited.add(at)
            try:
                waiting.extend(self._directory(name, at))
            except _OutsideError:
                self.found.troubles.append(f"{name} outside the file")

    def _number(self, at: int, code: str) -> int:
        code = self.layout.order + code
        if at + struct.calcsize(code) > len(self.view):
            raise _OutsideError
        return int(struct.unpack_from(code, self.view, at)[0])

    def _directory(self, name: str, at: int) -> Iterator[tuple[str, int]]:
        """Read one directory; yield the directories that it points to."""
        count = self._number(at, self.layout.count)
        if len(self.found.tags) + count > MOST_ENTRIES:
            raise _OutsideError
        self.found.names.append(name)
        width = struct.calcsize(self.layout.offset)
        start = at + struct.calcsize(self.layout.count)
        end = start + count * (4 + 2 * width)
        self.found.spans.append((at, end + width))
        tags: dict[int, Tag] = {}
        for entry in range(start, end, 4 + 2 * width):
            try:
                tag = self._entry(name, entry, width)
            except _OutsideError:
                self.found.troubles.append(f"{name} value outside the file")
                continue
            self.found.tags.append(tag)
            tags[tag.number] = tag
            if tag.number in _CHILDREN:
                yield from ((_CHILDREN[tag.number], number) for number in tag.numbers)
        self._point(tags)
        following = self._number(end, self.layout.offset)
        if following:
            yield _next(name), following

    def _entry(self, name: str, at: int, width: int) -> Tag:
        number, kind = self._number(at, "H"), self._number(at + 2, "H")
        count = self._number(at + 4, self.layout.offset)
        length = count * _WIDTHS.get(kind, 1)
        where = at + 4 + width
        if length > width:
            where = self._number(where, self.layout.offset)
            self.found.spans.append((where, where + length))
        if where + length > len(self.view):
            raise _OutsideError
        value = self.view[where : where + length]
        code = _INTEGERS.get(kind)
        if code is None or number not in POINTING | _SIZES:
            return Tag(name, number, value, kind=kind)
        shown = min(count, self.numbers_left)
        self.numbers_left -= shown
        numbers = struct.unpack_from(f"{self.layout.order}{shown}{code}", value)
        return Tag(name, number, value, numbers, kind)

    def _point(self, tags: dict[int, Tag]) -> None:
        """Store the byte ranges that strips, tiles and thumbnails occupy."""
        for start, length in _LENGTH_OF.items():
            if start in tags and length in tags:
                pairs = zip(tags[start].numbers, tags[length].numbers, strict=False)
                self.found.spans.extend((at, at + long) for at, long in pairs)


def _next(name: str) -> str:
    """Return IFD1 for IFD0 and so on; a plus sign marks the successor of a child."""
    number = name.removeprefix("IFD")
    return f"IFD{int(number) + 1}" if number.isdecimal() else f"{name}+"
