"""The tables of a JPEG: which codes a scan has, and which tables nothing asks for."""

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
"""In a place of DHT: a table for AC coefficients, not for DC."""
_LARGEST_SIZE = 15
"""Bits of any difference; what a code for DC means is such a size."""


class Tables:
    """The tables as they stand at one place of the file."""

    def __init__(self) -> None:
        """Begin without any table."""
        self._contents: dict[tuple[int, int], bytes] = {}
        self._unused: set[tuple[int, int]] = set()
        self._troubles: dict[str, None] = {}

    def define(self, segment: Segment) -> None:
        """Take in every table of a segment; raises IndexError where one is cut."""
        content = segment.untrusted
        while content:
            length = _length(segment.marker, content)
            if length > len(content):
                raise IndexError
            self._put((segment.marker, _number(segment.marker, content)), content[:length])
            content = content[length:]

    def codes(self, place: int) -> bytes:
        """Return a table of Huffman codes, 16 counts and the symbols; raises KeyError."""
        return self._used(DHT, place)[1:]

    def interval(self) -> int:
        """Return after how many units a restart marker stands, 0 for none."""
        return int.from_bytes(self._used(DRI, 0)) if (DRI, 0) in self._contents else 0

    def quantise(self, number: int) -> None:
        """Note that a scan needs this quantisation table; raises KeyError."""
        self._used(DQT, number)

    def troubles(self) -> Iterator[Finding]:
        """Yield a finding for each kind of table that held something no scan needed."""
        for marker, _ in self._unused:
            self._tell(marker, "a table that nothing uses")
        for trouble in self._troubles:
            yield Finding(FindingKind.UNKNOWN, trouble)

    def _put(self, place: tuple[int, int], content: bytes) -> None:
        """Let a table take its place; the one before it may never have been used."""
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
    """Tell whether the codes have different meanings, and those for DC are sizes."""
    symbols = table[1 + _LENGTHS :]
    is_small = table[0] >= _ALTERNATING or max(symbols, default=0) <= _LARGEST_SIZE
    return is_small and len({*symbols}) == len(symbols)
