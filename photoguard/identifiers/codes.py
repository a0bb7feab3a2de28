"""Finds identity codes, numbers, addresses, accounts and number plates in a text; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoguard.identifiers.identity import identity_codes
from photoguard.model import TextKind

if TYPE_CHECKING:
    from collections.abc import Iterator

_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]+\s?(?:@|[(\[]\s?(?:at|a|ät)\s?[)\]])\s?[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}",
    re.IGNORECASE,
)
_GAP = r"(?:\s{1,2}|[\u2010\u2011-]|\s?–\s?)?"
_PHONE = re.compile(
    r"(?<![\w+-])(?<!\d[.,/])(?:"
    rf"(?:\+\s?\d{{1,3}}{_GAP}\(?0?\)?|\(?0)\d{{1,3}}\)?(?:{_GAP}\d(?=\s\d{{3}}))?"
    rf"(?:{_GAP}\d{{2,4}}){{1,4}}"
    r"|0\d{1,2}[./]\d{3}[.\s-]?\d{3,4}|358\d{8,10}"
    r")(?![\w/]|-\d(?!\d))"
)
_NO_PHONE = re.compile(
    r"(?:0[1-9]|[12]\d|3[01])([\s\u2010\u2011-])(?:0[1-9]|1[0-2])\1(?:19|20)\d\d"
    r"|(?:[01]\d|2[0-3])[0-5]\d\s?[–\u2010\u2011-]\s?(?:[01]\d|2[0-3])[0-5]\d"
)
"""A date, or a range of times."""
_FEWEST_DIGITS, _MOST_DIGITS = 7, 14
_MEASURE = r"(?-i:k?m|v|x|kk|kpl|st)\b|[€%]"
_HOME = (
    rf"(?:\s?[-–]\s?\d{{1,3}})?(?:\s?(?!{_MEASURE})[A-Za-z](?:\s?\d{{1,3}})?"
    r"|,?\s?(?:as|lgh|bst|l)\b\.?\s?\d{1,4})?"
    rf"(?!\w|[.:]\d|\s?(?:{_MEASURE}))"
)
"""Staircase and door after a street number; not followed by a unit such as kilometres or years."""
_STREET = re.compile(
    r"(?<![^\W\d_])[^\W\d_]{2,}(?:-[^\W\d_]+)?"
    r"(?:katu|(?<!valta)(?<!kanta)tie|(?<=[^\W\d_]{3})kuja|polku|kaari|raitti|väylä|rinne|penger|"
    r"aukio|tanhua|puistikko|esplanadi|gatan|(?<!riks)vägen|gränden|stigen|svängen|bågen|"
    r"esplanaden|gränd)"
    rf"\s{{1,2}}\d{{1,3}}{_HOME}",
    re.IGNORECASE,
)
"""Street names with a number; neither highways nor words such as *lukuja 1*."""
_STREET_BY_CAPITAL = re.compile(
    r"(?<!\w)(?:"
    r"[A-ZÅÄÖ][^\W\d_]{2,}(?:mäki|ranta|tori|torget|backen)"
    r"|(?!(?:Tammi|Helmi|Maalis|Huhti|Touko|Kesä|Heinä|Elo|Syys|Loka|Marras|Joulu)k\.)"
    r"(?!Maanant)[A-ZÅÄÖ][^\W\d_]{3,}(?:k|nt|g|v)\."
    r"|(?:Lilla|Stora|Norra|Södra|Östra|Västra|Gamla|Nya|Övre|Nedre)\s(?:[Gg]atan|[Vv]ägen)"
    r"|(?:Vanha|Uusi|Iso|Pieni)\s(?:tie|katu)|[Ee]splanad(?:i|en)"
    rf")\s{{1,2}}\d{{1,3}}{_HOME}"
    r"|(?<!\w)[A-ZÅÄÖ][^\W\d_]{3,}\s\d{1,3}\s?[A-L]\s?\d{1,3}(?!\w|[.:]\d)"
    r"|(?<!\w)[Cc]/[Oo]\s[^\W\d_]+(?:[\s-][A-ZÅÄÖ][^\W\d_]+)?"
)
"""Street names that need a capital: endings that also mean a hill or a square, abbreviations
(*Kauppak. 3*), any word followed by house, staircase and door, and "c/o" forms."""
_STREET_IN_ENGLISH = re.compile(
    r"(?<!\w)\d{1,3}[A-Za-z]?\s(?:[A-Z][\w'’-]*\s){1,3}"
    r"(?i:street|road|avenue|lane|drive|close|crescent|st\.|rd\.)(?!\w)"
    r"|(?<!\w)[A-Z][\w'’-]{1,40}\s?(?i:street|road|avenue|lane)\s\d{1,3}[A-Za-z]?(?!\w|[.:]\d)"
)
_POSTAL = re.compile(
    r"(?<![\w.,:+/-])(?:(?:FIN?|AX)[\s-]?\d{5}|\d{5}|SE?[\s-]?\d{3}\s?\d{2})"
    r"\s{1,2}[A-ZÅÄÖ][^\W\d_]{2,}(?!\w)"
)
"""A postal code followed by its town."""
_PLATE = re.compile(
    r"(?<![^\W_])(?:(?:FIN|S|EST|N|LV|D)\s)?"
    r"(?:[A-ZÅÄÖ]{2,3}\s?[-–·:]\s?[0-9OI]{1,3}|[A-ZÅÄÖ]{3}\s?\d{2}[0-9A-Z]|\d{3}\s?[A-Z]{3}"
    r"|CDD?\s?-\s?\d{1,4}|[A-Z][80158][A-Z]-\d{3}|[A-Z]{2}-\d{4}|[A-Z]{3}\s\d{2}"
    r"|(?!EN|NR|NO|FI|AX|SE|ID)[A-Z]{2}\s?\d{2}\s?\d{3})"
    r"(?![^\W_]|-)"
)
_PLATE_ALONE = 3
"""Most other letters on the line of a number plate."""
_ACCOUNT = re.compile(
    r"(?<![\w.+-])[\w.+-]*@[A-Za-z0-9][\w.]{1,29}(?<!\.)"
    r"|(?:instagram|facebook|tiktok|snapchat|twitter|youtube|t)\.(?:com|me)/[@\w./-]+(?<!\.)"
    r"|(?<![\w-])(?:wilma-?|daisy-?|käyttäjä)tunnus(?:\s?[:=]\s?|\s(?=\S*\d))\S{3,}"
    r"|(?<!\w)(?:salasana|user\s?name|password|användarnamn|lösenord)\s?[:=]\s?\S{3,}"
    r"|(?<![\w-])(?:tunnus|wilma|daisy|snäppi|discord|roblox|minecraft)\s?:\s?(?=\S*[.\d#_])\S{3,}"
    r"|(?<!\w)(?:pin|pin-koodi|pinkod)\s?:\s?\d{4,6}(?!\d)"
    r"|(?<!\w)(?:ig|insta|snap|snapchat|tiktok)\s?:\s?[\w.]{3,}(?<!\.)",
    re.IGNORECASE,
)
"""An account name or address on a service, a user name, a password, or a PIN."""
_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){2,7}(?:\s?[A-Z0-9]{1,3})?(?!\w)")


@dataclass(frozen=True, slots=True)
class Hit:
    """The characters from ``first`` to ``last`` of a text that identify a person.

    ``persons`` are register ids if it is the name of known people. ``sure`` is False if it
    only resembles a name.
    """

    kind: TextKind
    first: int
    last: int
    persons: tuple[str, ...] = ()
    sure: bool = True


def codes_in(text: str) -> tuple[Hit, ...]:
    """Return the codes, numbers and addresses in a text that may belong to a person."""
    found: list[Hit] = []
    taken = bytearray(len(text))
    for hit in (*_simple(text), *_phones(text), *_plates(text)):
        place = slice(hit.first, hit.last + 1)
        if not any(taken[place]):
            found.append(hit)
            taken[place] = b"\x01" * (hit.last + 1 - hit.first)
    return tuple(sorted(found, key=lambda hit: hit.first))


def _simple(text: str) -> Iterator[Hit]:
    for found in identity_codes(text):
        yield _hit(TextKind.IDENTITY_CODE, found)
    for pattern, kind in (
        (_EMAIL, TextKind.EMAIL),
        (_ACCOUNT, TextKind.ACCOUNT),
        (_STREET, TextKind.ADDRESS),
        (_STREET_BY_CAPITAL, TextKind.ADDRESS),
        (_STREET_IN_ENGLISH, TextKind.ADDRESS),
        (_POSTAL, TextKind.ADDRESS),
    ):
        for found in pattern.finditer(text):
            yield _hit(kind, found)
    for found in _IBAN.finditer(text):
        if _is_iban(found[0]):
            yield _hit(TextKind.BANK, found)


def _is_iban(written: str) -> bool:
    """Return whether the check digits of an IBAN are right (ISO 13616)."""
    number = "".join(written.split())
    return int("".join(str(int(sign, 36)) for sign in number[4:] + number[:4])) % 97 == 1


def _phones(text: str) -> Iterator[Hit]:
    for found in _PHONE.finditer(text):
        count = sum(letter.isdigit() for letter in found[0])
        other = _NO_PHONE.fullmatch(found[0])
        if _FEWEST_DIGITS <= count <= _MOST_DIGITS and not other:
            yield _hit(TextKind.PHONE, found)


def _plates(text: str) -> Iterator[Hit]:
    for found in _PLATE.finditer(text):
        beside = text[: found.start()] + text[found.end() :]
        if sum(map(str.isalnum, beside)) <= _PLATE_ALONE:
            yield _hit(TextKind.PLATE, found)


def _hit(kind: TextKind, found: re.Match[str]) -> Hit:
    return Hit(kind, found.start(), found.end() - 1)
