"""Recognises metadata blocks that this package's own writer produced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoguard.captions import xmp
from photoguard.formats._metadata import public_text, xmp_tree
from photoguard.model import Language, PublicText

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from xml.etree.ElementTree import Element

_DC = "{http://purl.org/dc/elements/1.1/}"
_PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
_RIGHTS = "{http://ns.adobe.com/xap/1.0/rights/}"
_IPTC = "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}"
_EXTENSION = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
_LONGEST = 1 << 20


def blocks(untrusted_packets: Sequence[bytes]) -> frozenset[bytes]:
    """Return the blocks that our writer would produce together with this single XMP packet.

    The packet is parsed into a PublicText and written again. Only if that gives the very
    same bytes, the result holds the packet and the EXIF and Photoshop blocks of the same
    text; otherwise, or if there is not exactly one packet, it is empty.
    """
    if len(untrusted_packets) != 1 or len(untrusted_packets[0]) > _LONGEST:
        return frozenset()
    packet = untrusted_packets[0]
    try:
        root = xmp_tree.parse(packet)
    except xmp_tree.UnreadableXmpError:
        return frozenset()
    for language in Language:
        text = _text(root, language)
        if xmp.packet(text).encode() == packet:
            return frozenset({packet, public_text.exif(text), public_text.photoshop(text)})
    return frozenset()


def _text(root: Element, language: Language) -> PublicText:
    return PublicText(
        language=language,
        credit="".join(_values(root, f"{_PHOTOSHOP}Credit")),
        creator="".join(_values(root, f"{_DC}creator")),
        rights=_alternatives(root, f"{_DC}rights"),
        usage_terms=_alternatives(root, f"{_RIGHTS}UsageTerms"),
        alt_text=_alternatives(root, f"{_IPTC}AltTextAccessibility"),
        description=_alternatives(root, f"{_IPTC}ExtDescrAccessibility"),
        human_edits=xmp.HUMAN_EDITS in _values(root, f"{_EXTENSION}DigitalSourceType"),
    )


def _values(root: Element, name: str) -> Iterator[str]:
    for element in root.iter(name):
        yield from (text for text in element.itertext() if text.strip())


def _alternatives(root: Element, name: str) -> dict[Language, str]:
    texts: dict[Language, str] = {}
    for element in root.iter(name):
        for entry in element.iter(f"{xmp_tree.RDF}li"):
            language = entry.get(xmp_tree.LANGUAGE)
            if language in set(Language):
                texts[Language(language)] = entry.text or ""
    return texts
