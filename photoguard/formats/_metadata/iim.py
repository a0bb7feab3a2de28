"""Reports every IPTC IIM dataset that is not known to be harmless (IPTC IIM 4.2)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from photoguard.formats._parts import only_zeros
from photoguard.model import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from photoguard.formats._parts import Block, Part

_MOST_DATASETS = 2000
_MARK = 0x1C
_EXTENDED = 0x8000
_HARMLESS = {(1, 0): 2, (1, 90): 4, (2, 0): 2}
"""(record, dataset) → most bytes: the versions and the character set."""
_BY_NUMBER = {
    FindingKind.LOCATION: ((2, 26), (2, 27), (2, 90), (2, 92), (2, 95), (2, 100), (2, 101)),
    FindingKind.TIMES: (
        *((2, 30), (2, 35), (2, 37), (2, 38), (2, 47), (2, 55), (2, 60), (2, 62), (2, 63)),
        *((1, 70), (1, 80)),
    ),
    FindingKind.NAMES: ((2, 80), (2, 85), (2, 110), (2, 115), (2, 116), (2, 118), (2, 122)),
    FindingKind.DEVICE: ((2, 65), (2, 70)),
    FindingKind.IDENTIFIERS: ((1, 100), (2, 103), (2, 187), (2, 188)),
    FindingKind.EMBEDDED_PICTURE: ((2, 125), (2, 200), (2, 201), (2, 202), (8, 10)),
}
_KINDS = {number: kind for kind, numbers in _BY_NUMBER.items() for number in numbers}


def read(block: Block) -> Iterator[Part]:
    """Yield a finding for each dataset that is not harmless; TEXT where its kind is unknown."""
    untrusted, offset = block.untrusted, 0
    for _ in range(_MOST_DATASETS):
        if only_zeros(untrusted, offset):
            return
        if len(untrusted) < offset + 5 or untrusted[offset] != _MARK:
            break
        _, record, number, length = struct.unpack_from(">BBBH", untrusted, offset)
        if length & _EXTENDED or offset + 5 + length > len(untrusted):
            break
        if length > _HARMLESS.get((record, number), -1):
            kind = _KINDS.get((record, number), FindingKind.TEXT)
            yield Finding(kind, f"{block.where}, IIM {record}:{number:02d}")
        offset += 5 + length
    yield Finding(FindingKind.UNKNOWN, f"{block.where}, IIM")
