"""When two spellings are one name: case, order of the parts and spaces do not matter."""

from __future__ import annotations

import unicodedata


def name_key(name: str) -> str:
    """Return what equal names share: "Korhonen, Aino" and "aino  Korhonen" are one.

    Accents and hyphens count. Two persons whose names fall together are both found, and
    the program then asks for an id: it never guesses.
    """
    plain = unicodedata.normalize("NFKC", name).casefold().replace(",", " ")
    return " ".join(sorted(plain.split()))


def tidy(text: str) -> str:
    """Return ``text`` in NFC, on one line, without control characters and double spaces."""
    printable = "".join(
        " " if unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp"} else char for char in text
    )
    return " ".join(unicodedata.normalize("NFC", printable).split())
