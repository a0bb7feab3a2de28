"""Measures Huffman-coded JPEG blocks without computing coefficients (ITU-T T.81, annexes F, G).

A table indexed by the next 16 bits gives the length of the code and of the number after it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from photoguard.formats._bits import windows

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

COEFFICIENTS = 64
_AHEAD = 16
_ALL_AHEAD = 0xFFFF
_SIXTEEN_ZEROS = 15
_BITS = 31
"""Mask of a sequential AC step: the lowest five bits are the bits to skip, the higher ones the
coefficients to skip."""
_FAR = 1 << 40
"""Bits to skip where no code begins: more than any file has, so that reading fails."""
_MOST_TABLES = 16
_FAR_STEP = (COEFFICIENTS << 5) | _BITS


@dataclass(slots=True)
class Component:
    """One colour component of the picture, counted in blocks of 8×8."""

    in_unit: int
    """Blocks in one minimum coded unit (MCU)."""
    alone: int
    """Blocks in a scan of this component alone."""
    quantisation: int
    """Number of its quantisation table."""
    not_zero: dict[int, int] = field(default_factory=dict)
    """Block → bit mask of its non-zero coefficients; later scans of a progressive file refine
    them."""


@dataclass(frozen=True, slots=True)
class ScanComponent:
    """A component in one scan, with its Huffman tables: 16 counts, then the symbols."""

    component: Component
    direct: bytes
    """The table for DC coefficients; b"" if the scan has none."""
    alternating: bytes
    """The table for AC coefficients; b"" if the scan has none."""


@dataclass(frozen=True, slots=True)
class Span:
    """The range of coefficients of each block that a progressive scan holds."""

    first: int
    last: int
    is_refined: bool
    """Whether the scan holds one more bit of coefficients that an earlier scan began."""


def read_sequential(parts: Sequence[ScanComponent], coded: bytes, units: int) -> int:
    """Return how many bytes ``units`` MCUs take up; raises IndexError if ``coded`` is shorter."""
    ahead = windows(coded)
    plan = [
        (_lengths(part.direct), _steps(part.alternating))
        for part in parts
        for _ in range(part.component.in_unit if len(parts) > 1 else 1)
    ]
    at = 0
    for _ in range(units):
        for direct, alternating in plan:
            at += direct[ahead[at >> 3] >> (8 - (at & 7)) & _ALL_AHEAD]
            coefficient = 1
            while coefficient < COEFFICIENTS:
                step = alternating[ahead[at >> 3] >> (8 - (at & 7)) & _ALL_AHEAD]
                at += step & _BITS
                coefficient += step >> 5
    return _bytes(at, coded)


def read_direct(
    parts: Sequence[ScanComponent], coded: bytes, units: int, *, is_refined: bool
) -> int:
    """Return how many bytes ``units`` MCUs of a progressive DC scan take up; raises IndexError."""
    ahead = windows(coded)
    plan = [
        None if is_refined else _lengths(part.direct)
        for part in parts
        for _ in range(part.component.in_unit if len(parts) > 1 else 1)
    ]
    at = 0
    for _ in range(units):
        for direct in plan:
            at += direct[ahead[at >> 3] >> (8 - (at & 7)) & _ALL_AHEAD] if direct else 1
    return _bytes(at, coded)


def read_alternating(part: ScanComponent, coded: bytes, blocks: range, span: Span) -> int:
    """Return how many bytes these blocks take up in a progressive AC scan of one component.

    Updates ``not_zero`` of the component. Raises IndexError if ``coded`` is shorter.
    """
    reader = _Reader(coded, part.alternating)
    not_zero = part.component.not_zero
    read = reader.refine if span.is_refined else reader.begin
    for block in blocks:
        not_zero[block] = read(not_zero.get(block, 0), span)
    return _bytes(reader.at, coded)


class _Reader:
    """Reads progressive AC codes block by block; keeps the count of empty blocks still to come."""

    def __init__(self, coded: bytes, table: bytes) -> None:
        self._windows = windows(coded)
        self._codes = _filled(_codes(table), _FAR << 8)
        self._empty = 0
        self.at = 0

    def begin(self, not_zero: int, span: Span) -> int:
        """Skip a block's codes in its first scan; return the mask of its non-zero coefficients."""
        if self._empty:
            self._empty -= 1
            return not_zero
        at = span.first
        while at <= span.last:
            zeros, size = self._symbol()
            if size:
                not_zero |= 1 << at + zeros
                self.at += size
            elif zeros < _SIXTEEN_ZEROS:
                self._empty = self._run(zeros) - 1
                break
            at += zeros + 1
        return not_zero

    def refine(self, not_zero: int, span: Span) -> int:
        """Skip a block's codes in a refining scan; return the mask of non-zero coefficients."""
        before, at = not_zero, span.first
        while not self._empty and at <= span.last:
            zeros, size = self._symbol()
            if not size and zeros < _SIXTEEN_ZEROS:
                self._empty = self._run(zeros)
                break
            self.at += bool(size)
            while at <= span.last and (before >> at & 1 or zeros):
                if before >> at & 1:
                    self.at += 1
                else:
                    zeros -= 1
                at += 1
            not_zero |= bool(size) << at
            at += 1
        if self._empty:
            self._empty -= 1
            self.at += (before >> at & (1 << max(span.last + 1 - at, 0)) - 1).bit_count()
        return not_zero

    def _symbol(self) -> tuple[int, int]:
        at = self.at
        code = self._codes[self._windows[at >> 3] >> (8 - (at & 7)) & _ALL_AHEAD]
        self.at += code >> 8
        return code >> 4 & 15, code & 15

    def _run(self, size: int) -> int:
        """Return the length of a run of empty blocks: 2 ** size plus the next ``size`` bits."""
        window = self._windows[self.at >> 3] >> (24 - (self.at & 7) - size)
        self.at += size
        return (1 << size) + (window & (1 << size) - 1)


def _bytes(at: int, coded: bytes) -> int:
    """Return ``at`` bits in bytes, rounded up; raises IndexError if ``coded`` has fewer."""
    if at > 8 * len(coded):
        raise IndexError
    return -(-at // 8)


@lru_cache(_MOST_TABLES)
def _lengths(table: bytes) -> list[int]:
    """Return for all next 16 bits how many bits a DC code and the difference after it take up."""
    codes = _codes(table)
    return _filled((codes >> 8) + (codes & 0xFF), _FAR)


@lru_cache(_MOST_TABLES)
def _steps(table: bytes) -> list[int]:
    """Return for all next 16 bits the sequential AC step; see ``_BITS``."""
    codes = _codes(table)
    zeros, size = codes >> 4 & 15, codes & 15
    is_end = (size == 0) & (zeros < _SIXTEEN_ZEROS)
    return _filled((codes >> 8) + size | np.where(is_end, COEFFICIENTS, zeros + 1) << 5, _FAR_STEP)


def _codes(table: bytes) -> npt.NDArray[np.int64]:
    """Return ``length << 8 | symbol`` of the Huffman code that begins each of all next 16 bits.

    The array ends before the first 16 bits with which no code begins. Raises ValueError if
    the table has more codes than 16 bits allow.
    """
    counts = table[:_AHEAD]
    lengths = np.repeat(np.arange(1, _AHEAD + 1), np.frombuffer(counts, np.uint8))
    symbols = np.frombuffer(table[_AHEAD:], np.uint8)
    widths = 1 << (_AHEAD - lengths)
    if widths.sum() > 1 << _AHEAD:
        raise ValueError
    return np.repeat(lengths << 8 | symbols, widths)


def _filled(meanings: npt.NDArray[np.int64], none: int) -> list[int]:
    return [*meanings.tolist(), *[none] * ((1 << _AHEAD) - len(meanings))]
