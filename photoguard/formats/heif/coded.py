"""Reports what a coded HEVC or AV1 picture holds beside its pixels: messages, padding, pictures.

HEVC: NAL units (ITU-T H.265, 7.3.1 and table 7-1; ISO/IEC 14496-15, hvcC). AV1: open
bitstream units (AV1 specification, 5.3 and 6.2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoguard.model import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator

_MESSAGE = Finding(FindingKind.TEXT, "coded picture, a message or padding in it")
_FURTHER = Finding(FindingKind.HIDDEN_PIXELS, "coded picture, a further picture in it")
_UNREADABLE = Finding(FindingKind.STRUCTURE, "coded picture, its units cannot be followed")
MOST_UNITS = 100_000

_SLICES, _PARAMETER_SETS, _DELIMITER = frozenset(range(32)), frozenset({32, 33, 34}), 35
_HVCC_SETS_AT = 22

_SEQUENCE, _TEMPORAL, _FRAME_HEADER, _TILES, _FRAME, _REPEATED = 1, 2, 3, 4, 6, 7
_PADDING = 15


def in_hevc(untrusted: bytes, length_size: int = 4) -> Iterator[Finding]:
    """Yield findings for an item of NAL units, each after its length (``length_size`` bytes)."""
    at = pictures = units = 0
    while at < len(untrusted):
        units += 1
        start = at + length_size
        at = start + int.from_bytes(untrusted[at:start])
        if at > len(untrusted) or at < start + 2 or units > MOST_UNITS:
            yield _UNREADABLE
            return
        kind = untrusted[start] >> 1 & 63
        if kind in _SLICES:
            is_first = untrusted[start + 2 : at][:1] >= b"\x80"
            is_layer = untrusted[start] & 1 or untrusted[start + 1] >> 3
            pictures += 2 if is_layer else is_first
        elif kind != _DELIMITER and kind not in _PARAMETER_SETS:
            yield _MESSAGE
    if pictures > 1:
        yield _FURTHER


def are_parameter_sets(untrusted: bytes) -> bool:
    """Return whether an hvcC box holds parameter sets and nothing else."""
    at = _HVCC_SETS_AT + 1
    for _ in range(int.from_bytes(untrusted[_HVCC_SETS_AT:at])):
        if untrusted[at : at + 1] and untrusted[at] & 63 not in _PARAMETER_SETS:
            return False
        count, at = int.from_bytes(untrusted[at + 1 : at + 3]), at + 3
        for _ in range(min(count, MOST_UNITS)):
            at += 2 + int.from_bytes(untrusted[at : at + 2])
    return at == len(untrusted)


def in_av1(untrusted: bytes) -> Iterator[Finding]:
    """Yield findings for an item of AV1 open bitstream units."""
    at = frames = units = 0
    while at < len(untrusted):
        units += 1
        header = untrusted[at]
        kind = header >> 3 & 15
        at += 1 + (header >> 2 & 1)
        end = len(untrusted)
        if header & 2:
            length, at = _leb128(untrusted, at)
            end = at + length
        if end > len(untrusted) or units > MOST_UNITS:
            yield _UNREADABLE
            return
        frames += kind in {_FRAME_HEADER, _FRAME}
        if kind not in {_SEQUENCE, _TEMPORAL, _FRAME_HEADER, _TILES, _FRAME, _REPEATED} and (
            kind != _PADDING or untrusted[at:end].strip(b"\0")
        ):
            yield _MESSAGE
        at = end
    if frames > 1:
        yield _FURTHER


def _leb128(untrusted: bytes, at: int) -> tuple[int, int]:
    """Return the LEB128 number at offset ``at``, and the offset after it."""
    number = 0
    for place in range(8):
        byte = untrusted[at + place : at + place + 1]
        number |= (byte[0] & 0x7F if byte else 0) << 7 * place
        if byte < b"\x80":
            return number, at + place + 1
    return number, at + 8
