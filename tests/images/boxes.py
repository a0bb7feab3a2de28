"""Adds properties to the primary picture of a HEIF or AVIF that an encoder wrote."""

from __future__ import annotations

import struct
from fractions import Fraction

from photoguard.formats.heif import isobmff

_ESSENTIAL = 0x80
_INNER = {b"meta": 4, b"iprp": 0}
"""Boxes that hold the changed ones, and the bytes before their first inner box."""


def box(kind: bytes, content: bytes) -> bytes:
    """One box with its length."""
    return struct.pack(">I", 8 + len(content)) + kind + content


def clap(width: float, height: float, right: float = 0, down: float = 0) -> bytes:
    """A clean aperture of this size, its centre moved right and down from the picture's."""
    pairs = (Fraction(number).as_integer_ratio() for number in (width, height, right, down))
    return box(b"clap", b"".join(struct.pack(">iI", above, below) for above, below in pairs))


def nclx(primaries: int, transfer: int, matrix: int = 6) -> bytes:
    """Colour primaries, transfer characteristics and matrix (ITU-T H.273), full range."""
    return box(b"colr", b"nclx" + struct.pack(">HHHB", primaries, transfer, matrix, 0x80))


def with_properties(untrusted: bytes, *added: bytes, first: bool = False) -> bytes:
    """Give the properties to the first item; ``first`` puts them before those that it has."""
    grown = _rebuilt(untrusted, added, 0, first=first)
    return _rebuilt(untrusted, added, len(grown) - len(untrusted), first=first)


def without(untrusted: bytes, kind: bytes) -> bytes:
    """Name a property so that nobody knows it."""
    return untrusted.replace(kind, b"none")


def _rebuilt(content: bytes, added: tuple[bytes, ...], moved: int, *, first: bool) -> bytes:
    parts = []
    for each in isobmff.read(content, 0, len(content))[0]:
        inside = content[each.start : each.end]
        if each.kind in _INNER:
            ahead = _INNER[each.kind]
            inside = inside[:ahead] + _rebuilt(inside[ahead:], added, moved, first=first)
        elif each.kind == b"ipco":
            inside += b"".join(added)
        elif each.kind == b"ipma":
            inside = _associated(inside, content, len(added), first=first)
        elif each.kind == b"iloc":
            inside = _moved(inside, moved)
        parts.append(box(each.kind, inside))
    return b"".join(parts)


def _associated(ipma: bytes, iprp: bytes, added: int, *, first: bool) -> bytes:
    """Let the first item of an ipma box, version 0, have the last properties of ipco too."""
    shelf = next(each for each in isobmff.read(iprp, 0, len(iprp))[0] if each.kind == b"ipco")
    before = len(isobmff.read(iprp, shelf.start, shelf.end)[0])
    new = bytes(_ESSENTIAL | number for number in range(before + 1, before + 1 + added))
    count = ipma[10]
    old = ipma[11 : 11 + count]
    both = new + old if first else old + new
    return ipma[:10] + bytes([count + added]) + both + ipma[11 + count :]


def _moved(iloc: bytes, by: int) -> bytes:
    """Move what an iloc box, version 0, says of single extents that lie in mdat."""
    changed = bytearray(iloc)
    sizes, at = iloc[4], 8
    base = iloc[5] >> 4
    for _ in range(struct.unpack_from(">H", iloc, 6)[0]):
        at += 4 + base
        (extents,) = struct.unpack_from(">H", iloc, at)
        at += 2
        for _ in range(extents):
            width = sizes >> 4
            offset = int.from_bytes(iloc[at : at + width]) + by
            changed[at : at + width] = offset.to_bytes(width)
            at += width + (sizes & 15)
    return bytes(changed)
