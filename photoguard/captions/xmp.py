"""Builds the XMP packet of a published picture and its sidecar; pure.

Properties and namespaces: XMP specification part 1 and 2 (ISO 16684), IPTC Photo Metadata
Standard 2023.1 (accessibility, data mining), PLUS vocabulary "Data Mining".
"""

from __future__ import annotations

import unicodedata
from html import escape
from typing import TYPE_CHECKING

from photoguard.model import Language

if TYPE_CHECKING:
    from photoguard.model import Localised, PublicText

HUMAN_EDITS = "http://cv.iptc.org/newscodes/digitalsourcetype/humanEdits"
"""IPTC's vocabulary "Digital Source Type": original media with minor edits by a person."""
_EXTENSION = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
DATA_MINING_PROHIBITED = "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED"

_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_SPACES = frozenset({"Zl", "Zp"})
_JOINER = "\u200d"
_DRESS = "\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
"""Characters that modify the emoji before them: emoji presentation and the five skin tones."""

_FRAME = """\
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
    xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/"
    xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
    xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/">
{properties}
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""


def plain(value: str) -> str:
    """Return ``value`` on one line, in NFC, without invisible characters.

    Control, format (bidi, zero width), surrogate, private use and unassigned characters are
    removed, except joiners between emoji. Line ends and runs of blanks become one space.
    """
    kept = []
    for place, character in enumerate(value):
        category = unicodedata.category(character)
        if character.isspace() or category in _SPACES:
            kept.append(" ")
        elif category not in _DROPPED or (character == _JOINER and _joins_pictures(value, place)):
            kept.append(character)
    # Composed last: what went may have stood between a letter and its mark.
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def _joins_pictures(value: str, place: int) -> bool:
    """Return whether the joiner at this index has an emoji, perhaps modified, on both sides."""
    before = value[:place].rstrip(_DRESS)[-1:]
    around = before, value[place + 1 : place + 2]
    return all(picture and unicodedata.category(picture) == "So" for picture in around)


def spoken(texts: Localised) -> dict[Language, str]:
    """Return the texts that are not empty after ``plain``, in the order fi, sv, en."""
    plains = {language: plain(texts.get(language, "")) for language in Language}
    return {language: text for language, text in plains.items() if text}


def default(texts: Localised, language: Language) -> str:
    """Return the text in ``language``, else the first there is, else ""."""
    plains = spoken(texts)
    return plains.get(language) or next(iter(plains.values()), "")


def packet(text: PublicText, alt_text: Localised | None = None) -> str:
    """Return a read-only XMP packet with the allowed properties and nothing else.

    ``alt_text`` replaces ``text.alt_text``: a sidecar may contain a draft that is not
    embedded in the picture. Properties with empty texts are left out.
    """
    alternatives = text.alt_text if alt_text is None else alt_text
    properties = [
        _ordered("dc:creator", plain(text.creator)),
        _language_alternatives("dc:description", alternatives, text.language),
        _language_alternatives("dc:rights", text.rights, text.language),
        _simple("photoshop:Credit", plain(text.credit)),
        _simple("xmpRights:Marked", "True"),
        _language_alternatives("xmpRights:UsageTerms", text.usage_terms, text.language),
        _language_alternatives("Iptc4xmpCore:AltTextAccessibility", alternatives, text.language),
        _language_alternatives(
            "Iptc4xmpCore:ExtDescrAccessibility", text.description, text.language
        ),
        _simple("plus:DataMining", DATA_MINING_PROHIBITED),
        _human_edits() if text.human_edits else "",
    ]
    return _FRAME.format(properties="\n".join(filter(None, properties)))


def _simple(name: str, value: str) -> str:
    return f"   <{name}>{escape(value, quote=False)}</{name}>" if value else ""


def _human_edits() -> str:
    """Return the source type, with its own namespace declaration as few files have it."""
    name = "Iptc4xmpExt:DigitalSourceType"
    return f'   <{name} xmlns:Iptc4xmpExt="{_EXTENSION}">{HUMAN_EDITS}</{name}>'


def _ordered(name: str, value: str) -> str:
    if not value:
        return ""
    return f"   <{name}><rdf:Seq><rdf:li>{escape(value, quote=False)}</rdf:li></rdf:Seq></{name}>"


def _language_alternatives(name: str, texts: Localised, language: Language) -> str:
    plains = spoken(texts)
    if not plains:
        return ""
    entries = [("x-default", default(texts, language)), *plains.items()]
    lines = "".join(
        f'\n     <rdf:li xml:lang="{code}">{escape(value, quote=False)}</rdf:li>'
        for code, value in entries
    )
    return f"   <{name}>\n    <rdf:Alt>{lines}\n    </rdf:Alt>\n   </{name}>"
