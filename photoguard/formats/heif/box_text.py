"""Reports texts hidden in the boxes of a HEIF: names, brands, and bytes at the end of a box.

ISO/IEC 14496-12 (ftyp, hdlr, dref, meta), 23008-12 (items, properties, groups), 23000-22
(MIAF), AV1 image file format.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoguard.formats._parts import shown
from photoguard.formats.heif import coded, isobmff
from photoguard.model import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from photoguard.formats.heif.isobmff import Box

_BRANDS = frozenset(
    b"""heic heix heim heis hevc hevx hevm hevs mif1 mif2 mif3 msf1 miaf MiHB MiHA MiHE MiPr MiAB
    MiCm MiAn MiBu avif avis avio MA1A MA1B av01 tmap pred 1pic geo1 iso1 iso2 iso3 iso4 iso5 iso6
    iso7 iso8 iso9 isoa isob isom mp41 mp42 heif unif jpeg jpgs ster altr hvc1""".split()
)
_HANDLER = bytes(8) + b"pict" + bytes(12)
_PROGRAMS = frozenset({b"", b"libavif", b"PictureHandler", b"Picture"})
"""Names that common encoders write into the handler box."""
_ITEM_NAMES = frozenset({b"", b"Color", b"Alpha", b"Image", b"Exif", b"XMP", b"GMap"})
_SELF = bytes(4) + b"\0\0\0\1" + b"\0\0\0\x0curl \0\0\0\1"
"""The content of a dref box that refers to this file only."""
_LENGTHS = {b"ispe": 12, b"irot": 1, b"imir": 1, b"pasp": 8, b"clap": 32, b"clli": 4, b"mdcv": 24}
_LENGTHS |= {b"lsel": 2, b"a1op": 1, b"rloc": 12}
_MOST = {b"pixi": 12, b"a1lx": 13, b"colr": 11}
_ROLES = frozenset(
    b"""urn:mpeg:mpegB:cicp:systems:auxiliary:alpha urn:mpeg:mpegB:cicp:systems:auxiliary:depth
    urn:mpeg:hevc:2015:auxid:1 urn:mpeg:hevc:2015:auxid:2
    urn:com:apple:photo:2020:aux:hdrgainmap""".split()
)


def in_file_type(untrusted: bytes, box: Box) -> Iterator[Finding]:
    """Yield a finding for a brand that no standard defines: it may be part of a text."""
    content = untrusted[box.start : box.end]
    brands = {content[:4], *(content[at : at + 4] for at in range(8, len(content), 4))}
    if not brands <= _BRANDS:
        yield Finding(FindingKind.UNKNOWN, "box ftyp, brand")


def in_handler(untrusted: bytes, box: Box) -> Iterator[Finding]:
    """Yield a finding for a handler name that no common encoder writes."""
    content = untrusted[box.start : box.end]
    if not content.startswith(_HANDLER) or content[len(_HANDLER) :].rstrip(b"\0") not in _PROGRAMS:
        yield Finding(FindingKind.TEXT, "box hdlr, name")


def in_item(name: bytes, rest: bytes) -> Iterator[Finding]:
    """Yield a finding for an item's unusual name, and for bytes after its strings."""
    if name not in _ITEM_NAMES:
        yield Finding(FindingKind.TEXT, "item name")
    if rest.strip(b"\0"):
        yield Finding(FindingKind.UNKNOWN, "box infe, bytes at its end")


def in_data_references(untrusted: bytes, box: Box) -> Iterator[Finding]:
    """Yield a finding if the box refers to anything but this file."""
    for inner in isobmff.read(untrusted, box.start, box.end)[0]:
        if inner.kind != b"dref" or untrusted[inner.start : inner.end] != _SELF:
            yield Finding(FindingKind.UNKNOWN, "box dinf")


def in_groups(untrusted: bytes, box: Box) -> Iterator[Finding]:
    """Yield a finding for an entity group that holds more than the ids of its items."""
    for group in isobmff.read(untrusted, box.start, box.end)[0]:
        content = untrusted[group.start : group.end]
        if len(content) != 12 + 4 * int.from_bytes(content[8:12]):
            yield Finding(FindingKind.UNKNOWN, f"box grpl, {shown(group.kind)}")


def in_property(untrusted: bytes, box: Box) -> Iterator[Finding]:
    """Yield a finding for a property box longer than its kind allows."""
    content = untrusted[box.start : box.end]
    length = len(content)
    if box.kind == b"auxC":
        is_known = content[4:].split(b"\0", 1)[0] in _ROLES
    elif box.kind == b"hvcC":
        is_known = coded.are_parameter_sets(content)
    elif box.kind == b"av1C":
        is_known = not any(coded.in_av1(content[4:]))
    else:
        is_known = length == _LENGTHS.get(box.kind, length) and length <= _MOST.get(
            box.kind, length
        )
    if not is_known:
        yield Finding(FindingKind.UNKNOWN, f"item property {shown(box.kind)}, content")
