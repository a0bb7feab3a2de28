"""Every property of an XMP packet that is not known to be harmless."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from photoguard.formats._metadata import xmp_kinds, xmp_tree
from photoguard.formats._metadata.xmp_tree import RDF
from photoguard.model import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from photoguard.formats._parts import Block, Part

_ABOUT = f"{RDF}about"
_TOOLKIT = "{adobe:ns:meta/}xmptk"
_STRANGE_MARKUP = re.compile(r"<!--|<\?(?!xpacket |xml )")


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
    if root.get(_TOOLKIT):
        yield Finding(FindingKind.DEVICE, f"{block.where} xmptk")
    for description in (child for rdf in descriptions for child in rdf):
        yield from _properties(description, block.where)


def _properties(description: Element, where: str) -> Iterator[Finding]:
    """Judge each property; inside it only what is known, since the property is reported itself."""
    if description.get(_ABOUT):
        yield Finding(FindingKind.IDENTIFIERS, f"{where} rdf:about")
    names = [name for name in description.attrib if not name.startswith(RDF)]
    names += [child.tag for child in description]
    for name in names:
        yield from _judged(name, where, FindingKind.UNKNOWN)
    for child in description:
        for inner in child.iter():
            for name in (inner.tag, *inner.attrib):
                yield from _judged(name, where, None)


def _judged(name: str, where: str, unknown: FindingKind | None) -> Iterator[Finding]:
    label, kind = xmp_kinds.kind_of(name)
    if kind is not None:
        yield Finding(kind, f"{where} {label}")
    elif not label and unknown is not None:
        yield Finding(unknown, f"{where}, unknown property")
