"""HEIC, HEIF and AVIF: reads the boxes and items (ISO/IEC 14496-12, 23008-12)."""

from __future__ import annotations

import struct
from contextlib import suppress
from typing import TYPE_CHECKING

from photoguard.formats._format import Format
from photoguard.formats._parts import shown, trailer
from photoguard.formats.heif import box_text, isobmff, items
from photoguard.images.properties import crop_of, properties_of
from photoguard.model import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from photoguard.formats._parts import Part

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_KINDS = {
    b"moov": FindingKind.HIDDEN_PIXELS,
    b"moof": FindingKind.HIDDEN_PIXELS,
    b"mpvd": FindingKind.EMBEDDED_PICTURE,
    b"uuid": FindingKind.IDENTIFIERS,
    b"jumb": FindingKind.IDENTIFIERS,
}
_HARMLESS = frozenset({b"meta", b"mdat"})
_PADDING = frozenset({b"free", b"skip", b"wide"})
_MOST_CUT = 8
"""Most pixels along a side that an encoder adds as padding to fill its blocks, and crops again."""


def recognise(untrusted_head: bytes) -> str | None:
    """Return "avif" or "heic" by the brands of the file type box, else None."""
    if untrusted_head[4:8] != b"ftyp":
        return None
    length = min(int.from_bytes(untrusted_head[:4]), 256)
    brands = [untrusted_head[8:12]]
    brands += [untrusted_head[at : at + 4] for at in range(16, length - 3, 4)]
    if any(brand in _AVIF_BRANDS for brand in brands):
        return "avif"
    return "heic" if any(brand in _HEIC_BRANDS for brand in brands) else None


def parts(untrusted: bytes) -> Iterator[Part]:
    """Yield what is in boxes and items that the primary picture does not need."""
    boxes, end = isobmff.read(untrusted, 0, len(untrusted))
    for box in boxes:
        if box.kind in _PADDING:
            if untrusted[box.start : box.end].strip(b"\0"):
                yield Finding(FindingKind.UNKNOWN, f"box {shown(box.kind)}")
        elif box.kind == b"ftyp":
            yield from box_text.in_file_type(untrusted, box)
        elif box.kind not in _HARMLESS:
            yield Finding(_KINDS.get(box.kind, FindingKind.UNKNOWN), f"box {shown(box.kind)}")
    metas = [box for box in boxes if box.kind == b"meta"]
    if len(metas) != 1:
        yield Finding(FindingKind.STRUCTURE, "box meta")
    for meta in metas[:1]:
        yield from items.parts(untrusted, meta, boxes)
    with suppress(struct.error):  # such a file is refused as damaged
        if _is_cropped(untrusted):
            yield Finding(FindingKind.HIDDEN_PIXELS, "outside the clean aperture")
    yield from trailer(untrusted[end:], "after the boxes")


def _is_cropped(untrusted: bytes) -> bool:
    """Return whether the primary picture shows less of the stored pixels than padding explains."""
    properties = properties_of(untrusted)
    crop = crop_of(properties)
    if crop is None:
        return False
    return any(
        whole - seen > _MOST_CUT for whole, seen in zip(properties.size, crop.size, strict=True)
    )


FORMAT = Format(recognise, parts)
