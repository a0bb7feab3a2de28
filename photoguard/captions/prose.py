"""What may be done to words that somebody typed: shorten, end, join to a hashtag; pure."""

from __future__ import annotations

import unicodedata

from photoguard.captions.xmp import plain

ELLIPSIS = "…"
_ENDS = ".!?…"
_CLOSING = "\"'”’»)]"
_JOINER = "\u200d"


def sentence(text: str) -> str:
    """Return ``text`` with a capital first and with a full stop unless it has an end."""
    bare = text.strip()
    if not bare:
        return ""
    ended = bare.rstrip(_CLOSING).endswith(tuple(_ENDS))
    return bare[0].upper() + bare[1:] + ("" if ended else ".")


def shortened(text: str, limit: int) -> str:
    """Return ``text`` in at most ``limit`` characters, cut at a word and marked with …."""
    if len(text) <= limit:
        return text
    if limit < 1:
        return ""
    room = text[: limit - 1]
    at_word = room if text[limit - 1].isspace() else room.rpartition(" ")[0]
    kept = at_word if len(at_word) > len(room) // 2 else _whole_letters(text, len(room))
    return kept.rstrip(" ,;:–-.!?…") + ELLIPSIS


def _whole_letters(text: str, end: int) -> str:
    """Return the first ``end`` characters, fewer where a letter or an emoji would be torn."""
    while end > 0 and _belong_together(text[end - 1], text[end]):
        end -= 1
    return text[:end]


def _belong_together(before: str, after: str) -> bool:
    return (
        _JOINER in (before, after)
        or unicodedata.category(after) in {"Mn", "Me", "Mc"}
        or "🏻" <= after <= "🏿"
    )


def hashtag(text: str) -> str:
    """Return ``text`` as one hashtag, or nothing where no letter or digit is left."""
    word = "".join(letter for letter in plain(text) if letter.isalnum() or letter == "_")
    return f"#{word}" if word else ""
