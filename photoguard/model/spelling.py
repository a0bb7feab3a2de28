"""Normal forms of text, so that spellings which look alike compare as equal.

Names, groups and headings are compared by the keys made here; what somebody wrote is shown
and kept as ``visible`` returns it. Pure, and the only place where this is decided.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_UNSEEN = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    + "".join(map(chr, range(0xFE00, 0xFE10)))
    + "".join(map(chr, range(0xE0100, 0xE01F0)))
)
"""Invisible characters that are not of category Cf: fillers and variation selectors."""

_JOINERS = frozenset("\u200d\ufe0e\ufe0f")
"""Characters that join several symbols to one: kept after a symbol, dropped after a letter."""

_SIGNS = frozenset({"So", "Sk"})

_HYPHENS = "\u2043\u2212\u02d7"
_APOSTROPHES = (
    "`\u00b4\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u0384\u1fbd\u1fbf\u2018\u2019\u201a"
    "\u201b\u2032\u2035\ua78c\uff07\u055a\u05f3"
)
_QUOTES = "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\u2036\u02ee"
_ONE_SIGN = str.maketrans(
    {
        **dict.fromkeys(_JOINERS, ""),
        **dict.fromkeys(_HYPHENS, "-"),
        **dict.fromkeys(_APOSTROPHES, "'"),
        **dict.fromkeys(_QUOTES, '"'),
    }
)

_AROUND_HYPHEN = re.compile(r" ?- ?")

_LIKE_LATIN = str.maketrans(
    "АВСЕНІЈКМОРЅТХУҮаеіјорсѕухһӏԁԛԝ"  # noqa: RUF001
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧνοαιρυ"  # noqa: RUF001
    "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢıɑɡ",
    "ABCEHIJKMOPSTXYYaeijopcsyxhldqwABEZHIKMNOPTYXvoaipuabcdefghijklmnoprstuvwyziag",
)
"""Letters of Cyrillic, Greek and phonetic script that look like Latin ones."""

_SIGN_LETTERS = {
    first + at: ord("A") + at for first in (0x1F130, 0x1F150, 0x1F170) for at in range(26)
}
"""Latin letters in squares and circles, which are characters of their own."""

_AS_LATIN = _LIKE_LATIN | _SIGN_LETTERS
_STROKED = str.maketrans("øØæÆđĐłŁħĦ", "öÖäÄdDlLhH")
_WITHOUT_DOTS = str.maketrans("åäöÅÄÖ", "aaoAAO")
_SPELLED_OUT = str.maketrans(
    {"å": "aa", "ä": "ae", "ö": "oe", "Å": "Aa", "Ä": "Ae", "Ö": "Oe"}  # passports: ICAO 9303
)

_DOTTED = {"a": "\u0308\u030a", "o": "\u0308"}
"""The accents that make the Finnish and Swedish letters å, ä and ö, by base letter."""


def visible(text: str) -> str:
    """Return ``text`` in NFC, on one line, with single spaces and no invisible characters."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept: list[str] = []
    for character in unicodedata.normalize("NFC", text):
        kept += _shown(character, kept[-1] if kept else " ")
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def _shown(character: str, before: str) -> str:
    if character in _JOINERS and (before in _JOINERS or unicodedata.category(before) in _SIGNS):
        return character
    category = unicodedata.category(character)
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    return "" if category == "Cf" or character in _UNSEEN else character


def plain(text: str) -> str:
    """Return the ``visible`` text with one kind of hyphen, apostrophe and quotation mark."""
    shown = visible(text)
    if shown.isascii():
        return shown.replace("`", "'")
    one = unicodedata.normalize("NFKC", shown.translate(_ONE_SIGN))
    return "".join("-" if unicodedata.category(each) == "Pd" else each for each in one)


@lru_cache(maxsize=1 << 16)
def key(text: str) -> str:
    """Return a key that is equal for texts differing only in case or invisible details."""
    folded = unicodedata.normalize("NFKC", plain(text).casefold())
    return " ".join(folded.split())


@lru_cache(maxsize=1 << 16)
def name_key(name: str) -> str:
    """Return a key that is equal for "Korhonen, Aino" and "aino  Korhonen".

    Accents and hyphens count. Where two persons have the same key both are found, and the
    program asks for an id.
    """
    parts = _AROUND_HYPHEN.sub("-", key(name)).replace(",", " ").split()
    return " ".join(sorted(parts))


def heading_key(written: str) -> str:
    """Return the key of a heading or a fixed word: as ``key``, with spaces for _ and -."""
    folded = key(written)
    return " ".join(folded.replace("_", " ").replace("-", " ").split()) or folded


@lru_cache(maxsize=1 << 12)
def latin(text: str) -> str:
    """Return a text in Latin letters, as names are searched in it: only å, ä and ö keep accents.

    Letters of other alphabets, symbols and small capitals that look like Latin letters are
    replaced by these.
    """
    shown = plain(text)
    if shown.isascii():
        return shown
    kept: list[str] = []
    for letter in unicodedata.normalize("NFD", shown.translate(_AS_LATIN)):
        accent = unicodedata.category(letter) in {"Mn", "Me"}
        if not accent or (kept and letter in _DOTTED.get(kept[-1].casefold(), "")):
            kept.append(letter)
    return unicodedata.normalize("NFC", "".join(kept)).translate(_STROKED)


def undotted(text: str) -> str:
    """Return a text with a for å and ä, and o for ö, as keyboards without them write it."""
    return text.translate(_WITHOUT_DOTS)


def spelled_out(text: str) -> str:
    """Return a text with aa for å, ae for ä and oe for ö: *Aasa* for Åsa, as passports have it."""
    return text.translate(_SPELLED_OUT)


def is_latin(word: str) -> bool:
    """Tell whether every letter of a word is a Latin one."""
    return word.isascii() or all(
        not letter.isalpha() or unicodedata.name(letter, "").startswith("LATIN ")
        for letter in unicodedata.normalize("NFC", word)
    )


def words_in(*lines: str) -> frozenset[str]:
    """Return the words of lines of a list, which are separated by spaces."""
    return frozenset(" ".join(lines).split())
