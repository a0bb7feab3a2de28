"""Follows Huffman codes block by block, without computing a coefficient (T.81, annexes F, G).

A list of all next 16 bits tells how far a code and the number behind it reach.
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
"""In a list for sequential AC: the lowest five bits are how far to go on, the rest how many
coefficients that is."""
_FAR = 1 << 40
"""Bits to go on where no code begins: beyond every file."""
_MOST_TABLES = 16
_FAR_STEP = (COEFFICIENTS << 5) | _BITS


@dataclass(slots=True)
class Component:
    """One colour of the picture, in blocks of 8×8."""

    in_unit: int
    """Blocks of one unit (MCU)."""
    alone: int
    """Blocks of a scan of this component alone."""
    quantisation: int
    not_zero: dict[int, int] = field(default_factory=dict)
    """Block → which coefficients are not zero, as bits: a progressive file refines them."""


@dataclass(frozen=True, slots=True)
class Part:
    """A component in one scan, and its Huffman tables: 16 counts and the symbols."""

    component: Component
    direct: bytes
    alternating: bytes


@dataclass(frozen=True, slots=True)
class Span:
    """Which coefficients of each block a progressive scan has, and how."""

    first: int
    last: int
    is_refined: bool
    """Whether it has one further bit of what an earlier scan began."""


def read_sequential(parts: Sequence[Part], coded: bytes, units: int) -> int:
    """Return the bytes that so many units take up; raises IndexError where there are less."""
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


def read_direct(parts: Sequence[Part], coded: bytes, units: int, *, is_refined: bool) -> int:
    """Return the bytes of a progressive scan of the DC coefficients."""
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


def read_alternating(part: Part, coded: bytes, blocks: range, span: Span) -> int:
    """Return the bytes of a progressive scan of AC coefficients of one component."""
    reader = _Reader(coded, part.alternating)
    not_zero = part.component.not_zero
    read = reader.refine if span.is_refined else reader.begin
    for block in blocks:
        not_zero[block] = read(not_zero.get(block, 0), span)
    return _bytes(reader.at, coded)


class _Reader:
    """Reads progressive AC codes one block after another; a run of empty blocks goes on."""

    def __init__(self, coded: bytes, table: bytes) -> None:
        self._windows = windows(coded)
        self._codes = _filled(_codes(table), _FAR << 8)
        self._empty = 0
        self.at = 0

    def begin(self, not_zero: int, span: Span) -> int:
        """Read what a first scan has of a block; return which coefficients are not zero now."""
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
        """Read the further bits of a block, and the coefficients that begin only now."""
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
        """Return how many blocks end here: a power of two and so many further bits."""
        window = self._windows[self.at >> 3] >> (24 - (self.at & 7) - size)
        self.at += size
        return (1 << size) + (window & (1 << size) - 1)


def _bytes(at: int, coded: bytes) -> int:
    """Return the bytes that so many bits begin."""
    if at > 8 * len(coded):
        raise IndexError
    return -(-at // 8)


@lru_cache(_MOST_TABLES)
def _lengths(table: bytes) -> list[int]:
    """Return how many bits a DC code has together with the difference behind it."""
    codes = _codes(table)
    return _filled((codes >> 8) + (codes & 0xFF), _FAR)


@lru_cache(_MOST_TABLES)
def _steps(table: bytes) -> list[int]:
    """Return for sequential AC the bits of code and number, and the coefficients passed."""
    codes = _codes(table)
    zeros, size = codes >> 4 & 15, codes & 15
    is_end = (size == 0) & (zeros < _SIXTEEN_ZEROS)
    return _filled((codes >> 8) + size | np.where(is_end, COEFFICIENTS, zeros + 1) << 5, _FAR_STEP)


def _codes(table: bytes) -> npt.NDArray[np.int64]:
    """Return length and symbol (<< 8, and lowest 8 bits) for each of all next 16 bits.

    The end of the list is missing where no code begins with it. Raises ValueError for more
    codes than there can be.
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
