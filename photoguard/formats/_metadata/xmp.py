"""Reports every property of an XMP packet that is not known to be harmless, by kind.

Names: XMP specification part 2, IPTC Photo Metadata Standard, MWG guidelines 2.0, Exif
metadata for XMP (CIPA DC-010), and the makers' own schemas.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from photoguard.formats._metadata import xmp_tree
from photoguard.formats._metadata.xmp_tree import LANGUAGE, RDF
from photoguard.model import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from photoguard.formats._parts import Block, Part


_LOCATION, _NAMES, _TIMES = FindingKind.LOCATION, FindingKind.NAMES, FindingKind.TIMES
_DEVICE, _IDENTIFIERS = FindingKind.DEVICE, FindingKind.IDENTIFIERS
_PICTURE, _TEXT = FindingKind.EMBEDDED_PICTURE, FindingKind.TEXT

_PREFIXES = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/xap/1.0/mm/": "xmpMM",
    "http://ns.adobe.com/xap/1.0/rights/": "xmpRights",
    "http://ns.adobe.com/xap/1.0/g/img/": "xmpGImg",
    "http://ns.adobe.com/xmp/note/": "xmpNote",
    "http://ns.adobe.com/exif/1.0/": "exif",
    "http://ns.adobe.com/exif/1.0/aux/": "aux",
    "http://cipa.jp/exif/1.0/": "exifEX",
    "http://ns.adobe.com/tiff/1.0/": "tiff",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://ns.adobe.com/lightroom/1.0/": "lr",
    "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/": "Iptc4xmpCore",
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/": "Iptc4xmpExt",
    "http://ns.useplus.org/ldf/xmp/1.0/": "plus",
    "http://www.metadataworkinggroup.com/schemas/regions/": "mwg-rs",
    "http://www.metadataworkinggroup.com/schemas/keywords/": "mwg-kw",
    "http://ns.microsoft.com/photo/1.0/": "MicrosoftPhoto",
    "http://ns.microsoft.com/photo/1.2/": "MP",
    "http://ns.microsoft.com/photo/1.2/t/RegionInfo#": "MPRI",
    "http://ns.microsoft.com/photo/1.2/t/Region#": "MPReg",
    "http://www.digikam.org/ns/1.0/": "digiKam",
    "http://ns.google.com/photos/1.0/camera/": "GCamera",
    "http://ns.google.com/photos/1.0/image/": "GImage",
    "http://ns.google.com/photos/1.0/depthmap/": "GDepth",
    "http://ns.google.com/photos/1.0/audio/": "GAudio",
    "http://ns.google.com/photos/1.0/container/": "Container",
    "http://ns.adobe.com/hdr-gain-map/1.0/": "hdrgm",
    "http://ns.apple.com/HDRGainMap/1.0/": "HDRGainMap",
}
_BY_PREFIX = {
    "dc": _TEXT,
    "xmp": _TEXT,
    "xmpMM": _IDENTIFIERS,
    "xmpRights": _TEXT,
    "xmpGImg": _PICTURE,
    "xmpNote": FindingKind.STRUCTURE,
    "exif": _DEVICE,
    "aux": _DEVICE,
    "exifEX": _DEVICE,
    "tiff": _DEVICE,
    "photoshop": _TEXT,
    "lr": _TEXT,
    "Iptc4xmpCore": _TEXT,
    "Iptc4xmpExt": _TEXT,
    "plus": _TEXT,
    "mwg-rs": _NAMES,
    "mwg-kw": _TEXT,
    "MicrosoftPhoto": _TEXT,
    "MP": _NAMES,
    "MPRI": _NAMES,
    "MPReg": _NAMES,
    "digiKam": _TEXT,
    "GCamera": _PICTURE,
    "GImage": _PICTURE,
    "GDepth": _PICTURE,
    "GAudio": _PICTURE,
    "Container": _PICTURE,
    "hdrgm": _PICTURE,
    "HDRGainMap": _PICTURE,
}
_BY_NAME = {
    _LOCATION: """photoshop:City photoshop:State photoshop:Country Iptc4xmpCore:Location
        Iptc4xmpCore:CountryCode Iptc4xmpExt:LocationCreated Iptc4xmpExt:LocationShown
        Iptc4xmpExt:City Iptc4xmpExt:Sublocation Iptc4xmpExt:CountryName
        Iptc4xmpExt:CountryCode Iptc4xmpExt:ProvinceState Iptc4xmpExt:WorldRegion
        Iptc4xmpExt:LocationName dc:coverage""",
    _NAMES: """dc:creator dc:contributor dc:publisher dc:rights tiff:Artist tiff:Copyright
        xmpRights:Owner exifEX:CameraOwnerName aux:OwnerName photoshop:CaptionWriter
        photoshop:AuthorsPosition photoshop:Credit Iptc4xmpCore:CreatorContactInfo
        Iptc4xmpExt:PersonInImage Iptc4xmpExt:PersonInImageWDetails Iptc4xmpExt:PersonName
        Iptc4xmpExt:ImageRegion Iptc4xmpExt:AOCreator digiKam:TagsList lr:hierarchicalSubject
        MicrosoftPhoto:LastKeywordXMP""",
    _TIMES: """xmp:CreateDate xmp:ModifyDate xmp:MetadataDate dc:date photoshop:DateCreated
        tiff:DateTime exif:DateTimeOriginal exif:DateTimeDigitized exif:GPSTimeStamp
        exif:GPSDateStamp xmpMM:when MicrosoftPhoto:DateAcquired""",
    _DEVICE: "xmp:CreatorTool photoshop:History",
    _IDENTIFIERS: """dc:identifier dc:source exif:ImageUniqueID exifEX:BodySerialNumber
        exifEX:LensSerialNumber aux:SerialNumber aux:LensSerialNumber aux:LensID
        Iptc4xmpExt:DigImageGUID Iptc4xmpExt:RegistryId photoshop:DocumentAncestors
        xmp:Identifier plus:ImageSupplierImageID""",
    _PICTURE: "xmp:Thumbnails xmp:PageInfo",
    _TEXT: "exif:UserComment tiff:ImageDescription dc:title dc:description dc:subject",
}
_KINDS = {name: kind for kind, names in _BY_NAME.items() for name in names.split()}
_NUMBER = r"-?\d{1,10}(?:[./]\d{1,10})?"
_HARMLESS = {
    "xmpRights:Marked": r"(?i:true|false)",
    "plus:DataMining": r"(?:http://ns\.useplus\.org/ldf/vocab/)?DMI-[A-Z-]{1,40}",
    "photoshop:ColorMode": _NUMBER,
    "dc:format": r"image/[\w.+-]{1,20}",
    "tiff:Orientation": _NUMBER,
    "tiff:ImageWidth": _NUMBER,
    "tiff:ImageLength": _NUMBER,
    "tiff:ResolutionUnit": _NUMBER,
    "tiff:XResolution": _NUMBER,
    "tiff:YResolution": _NUMBER,
    "exif:ColorSpace": _NUMBER,
    "exif:PixelXDimension": _NUMBER,
    "exif:PixelYDimension": _NUMBER,
    "Iptc4xmpExt:DigitalSourceType": r"https?://cv\.iptc\.org/newscodes/digitalsourcetype/\w{1,40}",
}
"""Property → pattern of its valid values. Any other value is reported as a text."""


def is_harmless(name: str) -> bool:
    """Return whether a property, written "{namespace}local", is harmless if its value is valid."""
    return kind_of(name)[0] in _HARMLESS


def is_plain(name: str, value: str) -> bool:
    """Return whether a harmless property has a valid value; True for all other properties."""
    pattern = _HARMLESS.get(kind_of(name)[0], ".*")
    return not value or re.fullmatch(pattern, value, re.DOTALL) is not None


def kind_of(name: str) -> tuple[str, FindingKind | None]:
    """Return label ("dc:creator") and kind of a property; ``name`` is "{namespace}local".

    The kind is None for a harmless property; label "" and kind None mean an unknown one.
    """
    namespace, _, local = name.removeprefix("{").partition("}")
    prefix = _PREFIXES.get(namespace)
    if prefix is None:
        return "", None
    label = f"{prefix}:{local}"
    if label in _HARMLESS:
        return label, None
    if label in _KINDS:
        return label, _KINDS[label]
    if label.startswith("exif:GPS"):
        return "exif:GPS", _LOCATION
    return prefix, _BY_PREFIX[prefix]


_META = "{adobe:ns:meta/}"
_TOOLKIT = f"{_META}xmptk"
_RESOURCE = f"{RDF}resource"
_FRAME = frozenset({f"{_META}xmpmeta", f"{_META}xapmeta", f"{RDF}RDF"})
_PACKET = r"xpacket(?:\s+(?:begin|bytes|encoding|end|id)=(?:'[^'<>]*'|\"[^\"<>]*\"))+\s*\?>"
_STRANGE_MARKUP = re.compile(rf"<!--|<\?(?!{_PACKET}|xml )")


def read(block: Block) -> Iterator[Part]:
    """Yield findings with the names of known properties; unknown names are never repeated."""
    try:
        root = xmp_tree.parse(block.untrusted)
    except xmp_tree.UnreadableXmpError as trouble:
        yield Finding(FindingKind.UNKNOWN, f"{block.where}, {trouble}")
        return
    if _STRANGE_MARKUP.search(xmp_tree.text_of(block.untrusted)):
        yield Finding(FindingKind.TEXT, f"{block.where}, comment")
    descriptions = list(root.iter(f"{RDF}RDF"))
    if not descriptions:
        yield Finding(FindingKind.UNKNOWN, f"{block.where}, no RDF")
        return
    if root.get(_TOOLKIT):
        yield Finding(FindingKind.DEVICE, f"{block.where} xmptk")
    around = () if root in descriptions else tuple(root)
    for element in dict.fromkeys((root, *around, *descriptions)):
        yield from _frame_findings(element, block.where)
    for description in (child for rdf in descriptions for child in rdf):
        yield from _properties(description, block.where)


def _frame_findings(element: Element, where: str) -> Iterator[Finding]:
    """Yield findings for attributes, elements and text around the RDF descriptions."""
    if element.tag not in _FRAME or any(name != _TOOLKIT for name in element.attrib):
        yield Finding(FindingKind.UNKNOWN, f"{where}, outside the properties")
    yield from _text_between(element, where)


def _text_between(element: Element, where: str) -> Iterator[Finding]:
    if any((text or "").strip() for text in (element.text, *(child.tail for child in element))):
        yield Finding(FindingKind.TEXT, f"{where}, outside the properties")


def _properties(description: Element, where: str) -> Iterator[Finding]:
    """Yield findings for each property's name and, if the name is harmless, for its value."""
    yield from _text_between(description, where)
    if description.tag != f"{RDF}Description":
        yield from _property_findings(description.tag, where, FindingKind.UNKNOWN)
    for name, value in description.attrib.items():
        if not name.startswith(RDF):
            yield from _property_findings(name, where, FindingKind.UNKNOWN)
            yield from _value_findings(name, value, where)
        elif value:
            yield Finding(FindingKind.IDENTIFIERS, f"{where} rdf:{name.removeprefix(RDF)}")
    for child in description:
        yield from _property_findings(child.tag, where, FindingKind.UNKNOWN)
        yield from _value_findings(
            child.tag, child.get(_RESOURCE) or "".join(child.itertext()), where
        )
        yield from _nested_findings(child, where)


def _nested_findings(child: Element, where: str) -> Iterator[Finding]:
    """Yield findings for the properties nested in a property.

    Unknown ones are reported only inside a harmless property; any other is reported itself.
    """
    unknown = FindingKind.UNKNOWN if is_harmless(child.tag) else None
    for inner in child.iter():
        for name in (inner.tag, *inner.attrib):
            if name != LANGUAGE and not name.startswith(RDF):
                yield from _property_findings(name, where, unknown)


def _value_findings(name: str, value: str, where: str) -> Iterator[Finding]:
    if not is_plain(name, value.strip()):
        yield Finding(FindingKind.TEXT, f"{where} {kind_of(name)[0]}")


def _property_findings(name: str, where: str, unknown: FindingKind | None) -> Iterator[Finding]:
    label, kind = kind_of(name)
    if kind is not None:
        yield Finding(kind, f"{where} {label}")
    elif not label and unknown is not None:
        yield Finding(unknown, f"{where}, unknown property")
