"""Reads the face regions and names of persons that other programs left in XMP.

Metadata Working Group guidelines 2.0, section 5.9 (``mwg-rs``); Microsoft's people tagging
schema (``MP``); IPTC Extension (PersonInImage). Coordinates refer to the stored picture,
unless ``mwg-rs:AppliedToDimensions`` shows that the writing program had turned it upright.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from photoguard.captions.xmp import plain
from photoguard.formats._metadata import xmp_tree
from photoguard.formats._metadata.xmp_tree import RDF
from photoguard.model import Box, NamedRegion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from xml.etree.ElementTree import Element

MOST_REGIONS = 500
LONGEST_NAME = 200
SAME_FACE = 0.5
"""Least IoU at which a Microsoft region is a duplicate of an ``mwg-rs`` one."""

_MWG = "{http://www.metadataworkinggroup.com/schemas/regions/}"
_AREA = "{http://ns.adobe.com/xmp/sType/Area#}"
_DIMENSIONS = "{http://ns.adobe.com/xap/1.0/sType/Dimensions#}"
_MP_INFO = "{http://ns.microsoft.com/photo/1.2/t/RegionInfo#}"
_MP_REGION = "{http://ns.microsoft.com/photo/1.2/t/Region#}"
_IPTC = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
_TAGS = "{http://www.digikam.org/ns/1.0/}TagsList"
_PEOPLE = "People/"
_SAME_ASPECT = 0.02
_LYING = frozenset({5, 6, 7, 8})
_NUMBERS_OF_RECTANGLE = 4


def regions(
    untrusted_packets: Iterable[bytes], orientation: int, size: tuple[int, int]
) -> tuple[NamedRegion, ...]:
    """Return the regions in upright pixels, ``mwg-rs`` before Microsoft's.

    ``size`` is (width, height) of the upright picture, ``orientation`` the EXIF orientation
    (1 to 8) of the stored one. Regions are left out if the picture was cropped after they
    were written.
    """
    roots = list(_roots(untrusted_packets))
    found = [region for root in roots for region in _mwg(root, orientation, size)]
    for region in (region for root in roots for region in _microsoft(root, orientation, size)):
        if not any(region.box.iou(other.box) >= SAME_FACE for other in found):
            found.append(region)
    return tuple(found[:MOST_REGIONS])


def persons(untrusted_packets: Iterable[bytes]) -> tuple[str, ...]:
    """Return each name of a person once, with or without a region."""
    names: dict[str, None] = {}
    for root in _roots(untrusted_packets):
        for name in _names(root):
            shown = _shown(name)
            if shown and len(names) < MOST_REGIONS:
                names[shown] = None
    return tuple(names)


def _roots(untrusted_packets: Iterable[bytes]) -> Iterator[Element]:
    for packet in untrusted_packets:
        try:
            yield xmp_tree.parse(packet)
        except xmp_tree.UnreadableXmpError:
            continue


def _names(root: Element) -> Iterator[str]:
    for element in root.iter():
        if element.tag in (f"{_IPTC}PersonInImage", f"{_IPTC}PersonName"):
            yield from element.itertext()
        elif element.tag == _TAGS:
            paths = (path.strip() for path in element.itertext())
            yield from (path.rpartition("/")[2] for path in paths if path.startswith(_PEOPLE))
        elif element.tag == f"{_MWG}RegionList":
            yield from (f.get(f"{_MWG}Name", "") for f in _entries(element) if _is_face(f))
        elif element.tag == f"{_MP_INFO}Regions":
            yield from (f.get(f"{_MP_REGION}PersonDisplayName", "") for f in _entries(element))


def _entries(element: Element) -> Iterator[dict[str, str]]:
    """Yield the attributes and child elements of each entry of an RDF bag or sequence."""
    for entry in element.iter(f"{RDF}li"):
        yield _fields(entry)


def _fields(element: Element) -> dict[str, str]:
    fields: dict[str, str] = {}
    for inner in element.iter():
        fields.setdefault(inner.tag, inner.text or "")
        for name, value in inner.attrib.items():
            fields.setdefault(name, value)
    return fields


def _is_face(fields: dict[str, str]) -> bool:
    return fields.get(f"{_MWG}Type", "Face").strip() in {"Face", ""}


def _shown(name: str) -> str:
    return plain(name[: 4 * LONGEST_NAME])[:LONGEST_NAME]


def _mwg(root: Element, orientation: int, size: tuple[int, int]) -> Iterator[NamedRegion]:
    for element in root.iter():
        if element.find(f"{_MWG}RegionList") is None:
            continue
        dimensions = next(map(_fields, element.iter(f"{_MWG}AppliedToDimensions")), {})
        turn = _turn(dimensions, orientation, size)
        if turn is None:
            continue
        for fields in filter(_is_face, _entries(element)):
            sides = _numbers(fields.get(f"{_AREA}{side}", "") for side in "xywh")
            sides = sides and _normalised(sides, fields, dimensions)
            if sides:
                x, y, width, height = sides
                corner = (x - width / 2, y - height / 2, width, height)
                name = _shown(fields.get(f"{_MWG}Name", "")) or None
                yield NamedRegion(_upright(corner, turn, size), name, "mwg-rs")


def _microsoft(root: Element, orientation: int, size: tuple[int, int]) -> Iterator[NamedRegion]:
    for element in root.iter(f"{_MP_INFO}Regions"):
        for fields in _entries(element):
            sides = _numbers(fields.get(f"{_MP_REGION}Rectangle", "").split(","))
            if sides:
                name = _shown(fields.get(f"{_MP_REGION}PersonDisplayName", "")) or None
                yield NamedRegion(_upright(sides, orientation, size), name, "MP")


_Sides = tuple[float, float, float, float]


def _numbers(texts: Iterable[str]) -> _Sides | None:
    """Return the texts as four finite numbers with the last two above zero; None otherwise."""
    try:
        sides = [float(text) for text in texts]
    except ValueError:
        return None
    if len(sides) != _NUMBERS_OF_RECTANGLE or not all(map(isfinite, sides)) or min(sides[2:]) <= 0:
        return None
    return sides[0], sides[1], sides[2], sides[3]


def _normalised(sides: _Sides, fields: dict[str, str], dimensions: dict[str, str]) -> _Sides | None:
    """Return the sides as shares of the picture where a program wrote pixels; None if it cannot."""
    if fields.get(f"{_AREA}unit", "normalized").strip() != "pixel":
        return sides
    applied = _applied(dimensions)
    if applied is None:
        return None
    width, height = applied
    return sides[0] / width, sides[1] / height, sides[2] / width, sides[3] / height


def _applied(dimensions: dict[str, str]) -> tuple[float, float] | None:
    texts = [dimensions.get(f"{_DIMENSIONS}{side}", "") for side in "wh"]
    sides = _numbers(["0", "0", *texts])
    return sides[2:] if sides else None


def _turn(dimensions: dict[str, str], orientation: int, size: tuple[int, int]) -> int | None:
    """Return the orientation to apply to the coordinates; None if the picture was cropped since."""
    applied = _applied(dimensions)
    if applied is None:
        return orientation
    upright = size[0] / size[1]
    stored = 1 / upright if orientation in _LYING else upright
    given = applied[0] / applied[1]
    if abs(given / stored - 1) <= _SAME_ASPECT:
        return orientation
    return 1 if abs(given / upright - 1) <= _SAME_ASPECT else None


def _upright(corner: _Sides, orientation: int, size: tuple[int, int]) -> Box:
    """Convert (left, top, width, height) in shares of the stored picture to upright pixels."""
    left, top = corner[:2]
    ends = (
        _turned(left, top, orientation),
        _turned(left + corner[2], top + corner[3], orientation),
    )
    (x0, x1), (y0, y1) = (sorted(values) for values in zip(*ends, strict=True))
    width, height = size
    return Box(x0 * width, y0 * height, x1 * width, y1 * height).clipped(width, height)


def _turned(x: float, y: float, orientation: int) -> tuple[float, float]:
    return {
        2: (1 - x, y),
        3: (1 - x, 1 - y),
        4: (x, 1 - y),
        5: (y, x),
        6: (1 - y, x),
        7: (1 - y, 1 - x),
        8: (y, 1 - x),
    }.get(orientation, (x, y))
