"""Builds the files beside a picture: an XMP sidecar, and a text file for copying by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoguard.captions import xmp as packets
from photoguard.texts import say

if TYPE_CHECKING:
    from photoguard.model import Caption, Language

_END = "\r\n"
_DRAFT = "<!-- The alt text is a draft: no person has confirmed it. -->"
_MARK = "\ufeff"


def xmp(caption: Caption) -> str:
    """Return the content of ``NAME.jpg.xmp``: the embedded texts, and any draft alt text.

    A draft is marked by an XML comment, which XMP readers ignore.
    """
    packet = packets.packet(caption.public, caption.alt_text)
    if caption.alt_text_confirmed or not caption.alt_text:
        return packet
    head, opening, rest = packet.partition("<x:xmpmeta")
    return f"{head}{_DRAFT}\n{opening}{rest}"


def text(caption: Caption, language: Language) -> str:
    """Return the content of ``NAME.txt``: caption, hashtags, credit, then the alt text.

    It begins with a byte order mark and has CR LF line ends; it must be written as UTF-8
    without newline translation. Older versions of Notepad need both, and TextEdit and Quick
    Look take UTF-8 without the mark for another encoding.
    """
    alt_text = caption.alt_text.get(language, "")
    blocks = (
        _END.join(filter(None, (_caption_label(caption, language), caption.caption))),
        " ".join(caption.hashtags),
        caption.public.credit,
        _END.join(filter(None, (_label(caption, alt_text, language), alt_text))),
    )
    return _MARK + (_END * 2).join(filter(None, blocks)) + _END


def _caption_label(caption: Caption, language: Language) -> str:
    """Return the line above a caption that is only suggested; "" above one a person wrote."""
    drafted = caption.caption and caption.caption_drafted
    return say("captions.note_caption_draft", language) if drafted else ""


def _label(caption: Caption, alt_text: str, language: Language) -> str:
    """Return the line above the alt text; it says if that is a draft or missing."""
    if not alt_text:
        return say("captions.note_alt_text_none", language)
    if caption.alt_text_confirmed:
        return say("captions.note_alt_text", language)
    return say("captions.note_alt_text_draft", language)
