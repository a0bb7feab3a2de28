"""Parses untrusted XMP packets into element trees, without entities and within limits."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"

LONGEST_PACKET = 16 << 20
MOST_ELEMENTS = 20_000
DEEPEST_ELEMENT = 64
MOST_MARKS = 4 * MOST_ELEMENTS
"""Most "<" or "=" in a packet: with millions in one element the parser itself becomes slow."""

_ENCODINGS = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)


class UnreadableXmpError(ValueError):
    """The packet is no XML, too large, or declares entities; the message says which."""


class _BoundedBuilder(TreeBuilder):
    """Builds a tree, and raises UnreadableXmpError above the limits on elements and depth."""

    def __init__(self) -> None:
        super().__init__()
        self._elements = 0
        self._depth = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self._elements += 1 + len(attrs)
        self._depth += 1
        if self._elements > MOST_ELEMENTS or self._depth > DEEPEST_ELEMENT:
            raise UnreadableXmpError("too many elements")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def parse(untrusted: bytes) -> Element:
    """Return the root of a packet in UTF-8, UTF-16 or UTF-32; raises UnreadableXmpError."""
    if len(untrusted) > LONGEST_PACKET:
        raise UnreadableXmpError("too large")
    text = text_of(untrusted)
    if max(text.count("<"), text.count("=")) > MOST_MARKS:
        raise UnreadableXmpError("too many elements")
    parser = DefusedXMLParser(target=_BoundedBuilder(), forbid_dtd=True)
    try:
        parser.feed(text)
        root: Element = parser.close()
    except DefusedXmlException as trouble:
        raise UnreadableXmpError("entities") from trouble
    except (ParseError, UnicodeError) as trouble:
        raise UnreadableXmpError("no XML") from trouble
    return root


def text_of(untrusted: bytes) -> str:
    """Return the packet decoded as UTF-8, UTF-16 or UTF-32; invalid bytes become U+FFFD."""
    encoding = next((name for start, name in _ENCODINGS if untrusted.startswith(start)), "utf-8")
    return untrusted.decode(encoding, errors="replace").strip("\ufeff\0 \t\r\n")
