"""Edits typed text: as a sentence, shortened, or as a hashtag; pure."""

from __future__ import annotations

import unicodedata

from photoguard.captions.xmp import plain

ELLIPSIS = "…"
_ENDS = ".!?…"
_CLOSING = "\"'”’»)]"
_JOINER = "\u200d"


def sentence(text: str) -> str:
    """Return ``text`` with an initial capital, and a full stop unless it ends with punctuation."""
    bare = text.strip()
    if not bare:
        return ""
    ended = bare.rstrip(_CLOSING).endswith(tuple(_ENDS))
    return bare[0].upper() + bare[1:] + ("" if ended else ".")


def shortened(text: str, limit: int) -> str:
    """Return ``text`` in at most ``limit`` characters, cut after a word if possible, with "…"."""
    if len(text) <= limit:
        return text
    if limit < 1:
        return ""
    room = text[: limit - 1]
    at_word = room if text[limit - 1].isspace() else room.rpartition(" ")[0]
    kept = at_word if len(at_word) > len(room) // 2 else _whole_letters(text, len(room))
    return kept.rstrip(" ,;:–-.!?…") + ELLIPSIS


def _whole_letters(text: str, end: int) -> str:
    """Return up to ``end`` characters, without splitting a combined letter or emoji."""
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
    """Return ``text`` as one hashtag; "" if it has no letter or digit."""
    word = "".join(letter for letter in plain(text) if letter.isalnum() or letter == "_")
    return f"#{word}" if word else ""
