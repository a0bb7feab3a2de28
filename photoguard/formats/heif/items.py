"""Reports the items of an untrusted HEIF; only the primary picture and its tiles are harmless."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from photoguard.formats._parts import Block, BlockKind, shown
from photoguard.formats.heif import box_text, coded, isobmff
from photoguard.formats.heif.isobmff import Box, BoxError, Cursor
from photoguard.formats.jpeg import parts as jpeg
from photoguard.model import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from photoguard.formats._parts import Part

MOST_EXTENTS = 20_000
MOST_ITEMS = 5000
MOST_REFERENCES = 50_000
_XMP_TYPE = b"application/rdf+xml"
_PICTURES = frozenset({b"hvc1", b"av01", b"grid", b"iden", b"iovl", b"jpeg", b"tmap", b"hev1"})
_EXIF_PREFIX = 4
_LARGEST_GAP = 8
_IN_IDAT = 1
_GRID_LENGTHS = (8, 12)


_HARMLESS_PROPERTIES = frozenset(
    {
        *(b"ispe", b"hvcC", b"av1C", b"pixi", b"irot", b"imir", b"pasp", b"clap", b"clli", b"mdcv"),
        *(b"auxC", b"lsel", b"a1op", b"a1lx", b"rloc"),
    }
)
_HARMLESS_BOXES = frozenset({b"idat", b"pitm", b"iinf", b"iloc", b"iref"})
_WITH_WORDS = {
    b"hdlr": box_text.in_handler,
    b"dinf": box_text.in_data_references,
    b"grpl": box_text.in_groups,
}


@dataclass(slots=True)
class _Items:
    """What the boxes inside ``meta`` say about the items, by item id."""

    primary: int = -1
    """-1 if the file names no primary item."""
    kinds: dict[int, bytes] = field(default_factory=dict)
    types: dict[int, bytes] = field(default_factory=dict)
    extents: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """Item → half-open byte ranges of the file."""
    references: dict[int, dict[bytes, list[int]]] = field(default_factory=dict)
    """Item → type of reference → items referred to."""
    references_left: int = MOST_REFERENCES
    findings: list[Finding] = field(default_factory=list)
    """Findings in the boxes themselves, which belong to no item."""


def parts(untrusted: bytes, meta: Box, boxes: Sequence[Box]) -> Iterator[Part]:
    """Yield metadata blocks, pictures besides the primary one, and bytes in no item."""
    items = _Items()
    inner, _ = isobmff.read(untrusted, meta.start + 4, meta.end)
    idat = next((box.start for box in inner if box.kind == b"idat"), 0)
    try:
        for box in inner:
            _fill(items, box, untrusted, idat)
    except BoxError:
        yield Finding(FindingKind.STRUCTURE, "box meta")
    for box in inner:
        if box.kind == b"iprp":
            yield from _properties(untrusted, box)
        elif box.kind in _WITH_WORDS:
            yield from _WITH_WORDS[box.kind](untrusted, box)
        elif box.kind not in _HARMLESS_BOXES:
            yield Finding(FindingKind.UNKNOWN, f"box meta, {shown(box.kind)}")
    yield from items.findings
    needed = _needed(items)
    for item, kind in items.kinds.items():
        if item in needed:
            yield from _in_picture(untrusted, items, item, kind)
        else:
            yield from _item_parts(untrusted, items, item, kind)
    if not any(box.kind == b"moov" for box in boxes):
        yield from _gaps(untrusted, items, boxes, [box for box in inner if box.kind == b"idat"])


def _fill(items: _Items, box: Box, untrusted: bytes, idat: int) -> None:
    cursor = Cursor(untrusted, box.start, box.end)
    if box.kind == b"pitm":
        version = cursor.number(4) >> 24
        items.primary = cursor.number(4 if version else 2)
        _end(items, box, cursor.at)
    elif box.kind == b"iinf":
        version = cursor.number(4) >> 24
        cursor.number(4 if version else 2)
        entries, end = isobmff.read(untrusted, cursor.at, box.end)
        for entry in entries:
            _entry(items, Cursor(untrusted, entry.start, entry.end))
        _end(items, box, end)
    elif box.kind == b"iref":
        width = 4 if cursor.number(4) >> 24 else 2
        references, end = isobmff.read(untrusted, cursor.at, box.end)
        _end(items, box, end)
        for reference in references:
            inner = Cursor(untrusted, reference.start, reference.end)
            start, count = inner.number(width), inner.number(2)
            items.references_left -= count
            if items.references_left < 0:
                raise BoxError
            targets = [inner.number(width) for _ in range(count)]
            by_kind = items.references.setdefault(start, {})
            by_kind.setdefault(reference.kind, []).extend(targets)
            _end(items, reference, inner.at)
    elif box.kind == b"iloc":
        _locations(items, cursor, idat)
        _end(items, box, cursor.at)


def _end(items: _Items, box: Box, end: int) -> None:
    """Add a finding if bytes are left between ``end`` and the end of the box."""
    if end < box.end:
        items.findings.append(
            Finding(FindingKind.UNKNOWN, f"box {shown(box.kind)}, bytes at its end")
        )


def _entry(items: _Items, cursor: Cursor) -> None:
    """Read an infe box; versions 0 and 1 have no item type, and such an item counts as mime."""
    version = cursor.number(4) >> 24
    item = cursor.number(4 if version == 3 else 2)  # noqa: PLR2004  (a version)
    cursor.number(2)
    kind = cursor.take(4) if version >= 2 else b"mime"  # noqa: PLR2004  (a version)
    name = cursor.string()
    if len(items.kinds) >= MOST_ITEMS:
        raise BoxError
    items.kinds[item] = kind
    items.types[item] = cursor.string() if kind == b"mime" else b""
    items.findings += box_text.in_item(name, cursor.rest())


def _locations(items: _Items, cursor: Cursor, idat: int) -> None:
    version = cursor.number(4) >> 24
    sizes = cursor.number(1), cursor.number(1)
    offset_size, length_size = sizes[0] >> 4, sizes[0] & 15
    base_size, index_size = sizes[1] >> 4, sizes[1] & 15 if version else 0
    wide = 4 if version > 1 else 2
    left = MOST_EXTENTS
    for _ in range(cursor.number(wide)):
        item = cursor.number(wide)
        method = cursor.number(2) & 15 if version else 0
        cursor.number(2)
        base = cursor.number(base_size) + (idat if method == _IN_IDAT else 0)
        extents = items.extents.setdefault(item, [])
        for _ in range(cursor.number(2)):
            left -= 1
            if left < 0:
                raise BoxError
            cursor.number(index_size)
            start = base + cursor.number(offset_size)
            extents.append((start, start + cursor.number(length_size)))


def _properties(untrusted: bytes, iprp: Box) -> Iterator[Finding]:
    for container in isobmff.read(untrusted, iprp.start, iprp.end)[0]:
        if container.kind == b"ipma":
            continue
        for box in isobmff.read(untrusted, container.start, container.end)[0]:
            if box.kind == b"colr" and untrusted[box.start : box.start + 4] == b"nclx":
                yield from box_text.in_property(untrusted, box)
                continue
            if box.kind == b"colr":
                yield Finding(FindingKind.COLOUR_PROFILE, "item property colr")
            elif box.kind == b"free" and not untrusted[box.start : box.end].strip(b"\0"):
                continue
            elif box.kind not in _HARMLESS_PROPERTIES:
                yield Finding(FindingKind.UNKNOWN, f"item property {shown(box.kind)}")
            else:
                yield from box_text.in_property(untrusted, box)


def _needed(items: _Items) -> set[int]:
    """Return the primary item and the tiles that it is composed of."""
    needed: set[int] = set()
    waiting = [items.primary]
    while waiting:
        item = waiting.pop()
        if item in needed:
            continue
        needed.add(item)
        waiting += items.references.get(item, {}).get(b"dimg", [])
    return needed


def _in_picture(untrusted: bytes, items: _Items, item: int, kind: bytes) -> Iterator[Part]:
    """Yield findings in the data of a needed item: a coded picture, or a grid of tiles."""
    content = _content(untrusted, items, item)
    if kind in {b"hvc1", b"hev1"}:
        yield from coded.in_hevc(content)
    elif kind == b"av01":
        yield from coded.in_av1(content)
    elif kind == b"jpeg":
        yield from jpeg.parts(content)
        yield from jpeg.beyond(content)
    elif kind == b"grid":
        tiles = len(items.references.get(item, {}).get(b"dimg", []))
        if len(content) not in _GRID_LENGTHS or tiles != (content[2] + 1) * (content[3] + 1):
            yield Finding(FindingKind.EMBEDDED_PICTURE, "item grid, tiles that are not shown")
    elif kind != b"iden":
        is_several = kind in {b"tmap", b"iovl"}
        found = FindingKind.EMBEDDED_PICTURE if is_several else FindingKind.UNKNOWN
        yield Finding(found, f"item {shown(kind)}")


def _item_parts(untrusted: bytes, items: _Items, item: int, kind: bytes) -> Iterator[Part]:
    if kind == b"Exif":
        content = _content(untrusted, items, item)
        yield Block(
            BlockKind.EXIF, content[_EXIF_PREFIX + int.from_bytes(content[:4]) :], "item Exif"
        )
    elif kind == b"mime" and items.types.get(item) == _XMP_TYPE:
        yield Block(BlockKind.XMP, _content(untrusted, items, item), "item XMP")
    elif kind in _PICTURES:
        roles = items.references.get(item, {}).keys() - {b"dimg"}
        role = shown(min(roles)) if roles else "picture"
        yield Finding(FindingKind.EMBEDDED_PICTURE, f"item {role}")
    else:
        yield Finding(FindingKind.UNKNOWN, f"item {shown(kind)}")


def _content(untrusted: bytes, items: _Items, item: int) -> bytes:
    """Return an item's bytes; b"" if its extents are longer than the file."""
    extents = items.extents.get(item, [])
    if sum(end - start for start, end in extents) > len(untrusted):
        return b""
    return b"".join(untrusted[start:end] for start, end in extents)


def _gaps(
    untrusted: bytes, items: _Items, boxes: Sequence[Box], idats: Sequence[Box]
) -> Iterator[Finding]:
    """Yield a finding if an mdat or idat box holds bytes that belong to no item."""
    spans = [extent for extents in items.extents.values() for extent in extents]
    for idat in idats:
        ends = [min(stop, idat.end) for start, stop in spans if idat.start <= start < idat.end]
        used = sum(stop - start for start, stop in spans if idat.start <= start < idat.end)
        if untrusted[max(ends, default=idat.start) : idat.end].strip(b"\0") or (
            used < idat.end - idat.start - _LARGEST_GAP
        ):
            yield Finding(FindingKind.HIDDEN_PIXELS, "box idat, bytes in no item")
    before = 0
    for box in boxes:
        spans.append((before, box.start if box.kind == b"mdat" else box.end))
        before = box.end
    end = 0
    for start, stop in (*sorted(spans), (before, before)):
        gap = untrusted[end : min(start, before)] if start > end else b""
        if len(gap) > _LARGEST_GAP and gap.strip(b"\0"):
            yield Finding(FindingKind.HIDDEN_PIXELS, "box mdat, bytes in no item")
            return
        end = max(end, stop)
