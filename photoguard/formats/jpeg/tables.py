"""The tables of a JPEG as they are defined, replaced and used, and findings for unused ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoguard.formats.jpeg.segments import DHT, DQT, DRI
from photoguard.model import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from photoguard.formats.jpeg.segments import Segment

_NAMES = {DHT: "DHT", DQT: "DQT", DRI: "DRI"}
_LENGTHS = 16
_ALTERNATING = 0x10
"""Bit that marks the number of a Huffman table as one for AC coefficients."""
_LARGEST_SIZE = 15
"""Largest valid symbol of a DC table: the bits of a difference."""


class Tables:
    """The tables that are valid at one place of the file."""

    def __init__(self) -> None:
        """Start without any table."""
        self._contents: dict[tuple[int, int], bytes] = {}
        self._unused: set[tuple[int, int]] = set()
        self._troubles: dict[str, None] = {}

    def define(self, segment: Segment) -> None:
        """Store every table of a segment; raises IndexError if one is cut."""
        content = segment.untrusted
        while content:
            length = _length(segment.marker, content)
            if length > len(content):
                raise IndexError
            self._put((segment.marker, _number(segment.marker, content)), content[:length])
            content = content[length:]

    def codes(self, place: int) -> bytes:
        """Return a Huffman table (16 counts, then symbols), marked as used; raises KeyError."""
        return self._used(DHT, place)[1:]

    def interval(self) -> int:
        """Return the number of units between two restart markers; 0 if there are none."""
        return int.from_bytes(self._used(DRI, 0)) if (DRI, 0) in self._contents else 0

    def quantise(self, number: int) -> None:
        """Mark a quantisation table as used; raises KeyError if there is none with this number."""
        self._used(DQT, number)

    def troubles(self) -> Iterator[Finding]:
        """Yield a finding for each kind of table that was unused or held invalid codes."""
        for marker, _ in self._unused:
            self._tell(marker, "a table that nothing uses")
        for trouble in self._troubles:
            yield Finding(FindingKind.UNKNOWN, trouble)

    def _put(self, place: tuple[int, int], content: bytes) -> None:
        """Store a table; note if it replaces one that was never used."""
        if self._contents.get(place) == content:
            return
        if place in self._unused:
            self._tell(place[0], "a table that nothing uses")
        self._contents[place] = content
        self._unused.add(place)

    def _used(self, marker: int, number: int) -> bytes:
        content = self._contents[marker, number]
        self._unused.discard((marker, number))
        if marker == DHT and not _is_sensible(content):
            self._tell(marker, "codes that mean nothing")
        return content

    def _tell(self, marker: int, trouble: str) -> None:
        self._troubles[f"{_NAMES[marker]}, {trouble}"] = None


def _length(marker: int, content: bytes) -> int:
    """Return the length of the first table in a segment."""
    if marker == DHT:
        return 1 + _LENGTHS + sum(content[1 : 1 + _LENGTHS])
    return 1 + 64 * (1 + (content[0] >> 4)) if marker == DQT else 2


def _number(marker: int, content: bytes) -> int:
    return {DHT: content[0], DQT: content[0] & 0x0F, DRI: 0}[marker]


def _is_sensible(table: bytes) -> bool:
    """Return whether no symbol occurs twice, and all symbols of a DC table are valid sizes."""
    symbols = table[1 + _LENGTHS :]
    is_small = table[0] >= _ALTERNATING or max(symbols, default=0) <= _LARGEST_SIZE
    return is_small and len({*symbols}) == len(symbols)
