"""Names that are safe to print."""

from __future__ import annotations

import unicodedata

_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def printable(name: str) -> str:
    """Return a name that cannot move a cursor, hide its end or run right to left."""
    return "".join("\ufffd" if _moves(character) else character for character in name)


def _moves(character: str) -> bool:
    return unicodedata.category(character) in _UNPRINTABLE
