"""What stands beside a picture: an XMP sidecar for programs, a text for copying by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoguard import xmp as packets

if TYPE_CHECKING:
    from photoguard.model import Caption

_END = "\r\n"
_DRAFT = "<!-- The alt text is a draft: no person has confirmed it. -->"
_MARK = "\ufeff"


def xmp(caption: Caption) -> str:
    """Return the content of ``NAME.jpg.xmp``: what is embedded, and a draft alt text too.

    A draft is marked by a comment, which readers of XMP pass over.
    """
    packet = packets.packet(caption.public, caption.alt_text)
    if caption.alt_text_confirmed or not caption.alt_text:
        return packet
    head, opening, rest = packet.partition("<x:xmpmeta")
    return f"{head}{_DRAFT}\n{opening}{rest}"


def text(caption: Caption, alt_text_label: str) -> str:
    """Return the content of ``NAME.txt``: caption, hashtags, credit, then the alt text.

    ``alt_text_label`` is the line above the alt text; it says so where that is a draft.
    The text begins with a byte order mark and its lines end with CR LF, to be written as
    UTF-8 without any translation: older versions of Notepad need both, and TextEdit and
    Quick Look take UTF-8 without the mark for another encoding.
    """
    alt_text = caption.alt_text.get(caption.public.language, "")
    blocks = (
        caption.caption,
        " ".join(caption.hashtags),
        caption.public.credit,
        _END.join(filter(None, (alt_text_label, alt_text))),
    )
    return _MARK + (_END * 2).join(filter(None, blocks)) + _END
