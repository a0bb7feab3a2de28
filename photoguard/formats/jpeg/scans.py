"""Reports bytes of a JPEG's scans after the last block of the picture, and unused tables.

Decoders silently skip bytes between the last block and the next marker, and tables that no
scan refers to (ITU-T T.81, annexes B, F and G).
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoguard.formats.jpeg import codes
from photoguard.formats.jpeg.codes import Component, ScanComponent, Span
from photoguard.formats.jpeg.segments import DHT, DQT, DRI, FRAMES, SOS
from photoguard.formats.jpeg.tables import Tables
from photoguard.model import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from photoguard.formats.jpeg.segments import Segment

MOST_PIXELS = 100_000_000
MOST_WORK = 800_000_000
"""Most pixels times scans: a larger progressive file is reported without being followed."""
_SHORTEST_FRAME = 9
_USUAL_PRECISION = 8
_SEQUENTIAL, _PROGRESSIVE = frozenset({0xC0, 0xC1}), 0xC2
_RESTART = re.compile(rb"\xff+[\xd0-\xd7]")
_FILLING = (b"\0", b"\xff")
_BLOCK = 8
_ALTERNATING = 0x10
"""Bit that marks the number of a Huffman table as one for AC coefficients."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """The frame header: coding, components by their id, and the number of MCUs."""

    is_progressive: bool
    components: dict[int, Component]
    units: int


@dataclass(frozen=True, slots=True)
class _Scan:
    """A scan header, with the Huffman tables that are valid for it."""

    parts: list[ScanComponent]
    span: Span
    units: int
    """MCUs in the scan; blocks, if it has one component."""
    is_progressive: bool

    def read(self, coded: bytes, units: range) -> int:
        """Return how many bytes these units take up; raises IndexError if ``coded`` is shorter."""
        if not self.is_progressive:
            return codes.read_sequential(self.parts, coded, len(units))
        if self.span.first == 0:
            return codes.read_direct(self.parts, coded, len(units), is_refined=self.span.is_refined)
        return codes.read_alternating(self.parts[0], coded, units, self.span)


def findings(segments: Sequence[Segment]) -> Iterator[Finding]:
    """Yield findings for rows and bytes after the last block, and for unused tables.

    A file whose scans cannot be followed within the limits gives a STRUCTURE finding.
    """
    frames = [segment for segment in segments if segment.marker in FRAMES]
    scans = [segment for segment in segments if segment.marker == SOS]
    if len(frames) != 1 or not scans or len(frames[0].untrusted) < _SHORTEST_FRAME:
        yield Finding(FindingKind.STRUCTURE, "frame header")
        return
    precision, height, width = struct.unpack_from(">BHH", frames[0].untrusted)
    if not 0 < height * width <= MOST_PIXELS or height * width * len(scans) > MOST_WORK:
        yield Finding(FindingKind.STRUCTURE, "frame header, size")
    elif frames[0].marker not in {*_SEQUENTIAL, _PROGRESSIVE} or precision != _USUAL_PRECISION:
        yield Finding(FindingKind.STRUCTURE, "frame header, unusual coding")
    else:
        try:
            yield from _walk(_frame(frames[0]), segments)
        except (struct.error, ArithmeticError, LookupError, ValueError):
            yield Finding(FindingKind.STRUCTURE, "scan, its codes cannot be followed")


def _walk(frame: _Frame, segments: Sequence[Segment]) -> Iterator[Finding]:
    tables = Tables()
    for segment in segments:
        if segment.marker in {DHT, DQT, DRI}:
            tables.define(segment)
        elif segment.marker == SOS:
            scan = _scan_of(frame, segment.untrusted, tables)
            rests = list(_rests(scan, segment.scan, tables.interval()))
            if any(all(rest.strip(filling) for filling in _FILLING) for rest in rests):
                yield Finding(FindingKind.HIDDEN_PIXELS, "scan, rows or bytes below the picture")
    yield from tables.troubles()


def _frame(segment: Segment) -> _Frame:
    """Read the frame header; raises struct.error or ValueError if it is malformed."""
    _, height, width, count = struct.unpack_from(">BHHB", segment.untrusted)
    described = [struct.unpack_from("BBB", segment.untrusted, 6 + 3 * n) for n in range(count)]
    most_across = max(packed >> 4 for _, packed, _ in described)
    most_down = max(packed & 15 for _, packed, _ in described)

    def component(packed: int, quantisation: int) -> Component:
        across, down = packed >> 4, packed & 15
        columns = _ceil_div(_ceil_div(width * across, most_across), _BLOCK)
        rows = _ceil_div(_ceil_div(height * down, most_down), _BLOCK)
        return Component(across * down, columns * rows, quantisation)

    units = _ceil_div(width, _BLOCK * most_across) * _ceil_div(height, _BLOCK * most_down)
    components = {name: component(packed, table) for name, packed, table in described}
    return _Frame(segment.marker == _PROGRESSIVE, components, units)


def _scan_of(frame: _Frame, header: bytes, tables: Tables) -> _Scan:
    """Read a scan header, and mark its tables as used; raises KeyError if one is missing."""
    count = header[0]
    first, last, approximation = header[1 + 2 * count : 4 + 2 * count]
    span = Span(first, last, is_refined=approximation >> 4 > 0)
    needs_direct = not frame.is_progressive or (first == 0 and not span.is_refined)
    parts = []
    for name, packed in struct.iter_unpack("BB", header[1 : 1 + 2 * count]):
        component = frame.components[name]
        tables.quantise(component.quantisation)
        parts.append(
            ScanComponent(
                component,
                tables.codes(packed >> 4) if needs_direct else b"",
                tables.codes(_ALTERNATING | packed & 15) if last else b"",
            )
        )
    units = parts[0].component.alone if count == 1 else frame.units
    return _Scan(parts, span, units, is_progressive=frame.is_progressive)


def _rests(scan: _Scan, coded: bytes, interval: int) -> Iterator[bytes]:
    """Yield the bytes after the blocks of each restart interval; raises ValueError if too few."""
    done = 0
    for stretch in _RESTART.split(coded):
        plain = stretch.replace(b"\xff\0", b"\xff")
        here = min(interval or scan.units, scan.units - done)
        yield plain[scan.read(plain, range(done, done + here)) :]
        done += here
    if done < scan.units:
        raise ValueError


def _ceil_div(whole: int, size: int) -> int:
    return -(-whole // size)
