"""Every property of an XMP packet that is not known to be harmless."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from photoguard.formats._metadata import xmp_kinds, xmp_tree
from photoguard.formats._metadata.xmp_tree import LANGUAGE, RDF
from photoguard.model import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from photoguard.formats._parts import Block, Part

_META = "{adobe:ns:meta/}"
_TOOLKIT = f"{_META}xmptk"
_RESOURCE = f"{RDF}resource"
_FRAME = frozenset({f"{_META}xmpmeta", f"{_META}xapmeta", f"{RDF}RDF"})
_PACKET = r"xpacket(?:\s+(?:begin|bytes|encoding|end|id)=(?:'[^'<>]*'|\"[^\"<>]*\"))+\s*\?>"
_STRANGE_MARKUP = re.compile(rf"<!--|<\?(?!{_PACKET}|xml )")


def read(block: Block) -> Iterator[Part]:
    """Yield findings by kind and known property; the names of unknown ones are not given."""
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
        yield from _frame(element, block.where)
    for description in (child for rdf in descriptions for child in rdf):
        yield from _properties(description, block.where)


def _frame(element: Element, where: str) -> Iterator[Finding]:
    """Judge what stands around the descriptions, where no property has its place."""
    if element.tag not in _FRAME or any(name != _TOOLKIT for name in element.attrib):
        yield Finding(FindingKind.UNKNOWN, f"{where}, outside the properties")
    yield from _words_between(element, where)


def _words_between(element: Element, where: str) -> Iterator[Finding]:
    if any((text or "").strip() for text in (element.text, *(child.tail for child in element))):
        yield Finding(FindingKind.TEXT, f"{where}, outside the properties")


def _properties(description: Element, where: str) -> Iterator[Finding]:
    """Judge each property: its name and, where that is harmless, what stands in it."""
    yield from _words_between(description, where)
    if description.tag != f"{RDF}Description":
        yield from _judged(description.tag, where, FindingKind.UNKNOWN)
    for name, value in description.attrib.items():
        if not name.startswith(RDF):
            yield from _judged(name, where, FindingKind.UNKNOWN)
            yield from _value(name, value, where)
        elif value:
            yield Finding(FindingKind.IDENTIFIERS, f"{where} rdf:{name.removeprefix(RDF)}")
    for child in description:
        yield from _judged(child.tag, where, FindingKind.UNKNOWN)
        yield from _value(child.tag, child.get(_RESOURCE) or "".join(child.itertext()), where)
        yield from _inside(child, where)


def _inside(child: Element, where: str) -> Iterator[Finding]:
    """Judge what a property holds: only what is known where the property is reported itself."""
    unknown = FindingKind.UNKNOWN if xmp_kinds.is_harmless(child.tag) else None
    for inner in child.iter():
        for name in (inner.tag, *inner.attrib):
            if name != LANGUAGE and not name.startswith(RDF):
                yield from _judged(name, where, unknown)


def _value(name: str, value: str, where: str) -> Iterator[Finding]:
    if not xmp_kinds.is_plain(name, value.strip()):
        yield Finding(FindingKind.TEXT, f"{where} {xmp_kinds.kind_of(name)[0]}")


def _judged(name: str, where: str, unknown: FindingKind | None) -> Iterator[Finding]:
    label, kind = xmp_kinds.kind_of(name)
    if kind is not None:
        yield Finding(kind, f"{where} {label}")
    elif not label and unknown is not None:
        yield Finding(unknown, f"{where}, unknown property")
