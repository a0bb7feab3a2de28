"""Identity codes, telephone numbers, e-mail and street addresses, number plates; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoguard.model import TextKind

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"
"""The check character of a Finnish identity code, by the remainder of its digits by 31."""
_CODE = re.compile(
    r"(?<![0-9])([0-3OIL][0-9OIL]{5})\s?([-+A-FU-Y\u2010-\u2014\u2212])\s?([0-9OIL]{3})\s?"
    r"([0-9A-Z])(?![0-9A-Z])",
    re.IGNORECASE,
)
"""Whatever dash a word processor made of the hyphen, and glued to a word or not."""
_EMAIL = re.compile(
    r"[\w.+-]+\s?(?:@|[(\[]\s?(?:at|a|ät)\s?[)\]])\s?[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}",
    re.IGNORECASE,
)
_GAP = r"(?:[\s\u2010\u2011-]|\s?–\s?)?"
_PHONE = re.compile(
    r"(?<![\w+-])(?<!\d[.,/])(?:"
    rf"(?:\+\d{{1,3}}{_GAP}\(?0?\)?|\(?0)\d{{1,3}}\)?(?:{_GAP}\d(?=\s\d{{3}}))?"
    rf"(?:{_GAP}\d{{2,4}}){{1,4}}"
    r"|0\d{1,2}[./]\d{3}[.\s-]?\d{3,4}"
    r")(?![\w/]|-\d(?!\d))"
)
_NO_PHONE = re.compile(
    r"(?:0[1-9]|[12]\d|3[01])([\s\u2010\u2011-])(?:0[1-9]|1[0-2])\1(?:19|20)\d\d"
    r"|(?:[01]\d|2[0-3])[0-5]\d\s?[–\u2010\u2011-]\s?(?:[01]\d|2[0-3])[0-5]\d"
)
"""A date, and from what to what o'clock."""
_FEWEST_DIGITS, _MOST_DIGITS = 7, 14
_STREET = re.compile(
    r"[^\W\d_][^\W\d_-]+(?:-[^\W\d_]+)?"
    r"(?:katu|(?<!valta)(?<!kanta)tie|(?<=[^\W\d_]{3})kuja|polku|kaari|raitti|väylä|rinne|penger|"
    r"aukio|tanhua|gatan|(?<!riks)vägen|gränden|stigen|svängen|bågen)"
    r"\s{1,2}\d{1,3}(?:\s?[A-Za-z](?:\s?\d{1,3})?)?(?!\w|[.:]\d|\s?(?:k?m|v|€)\b)",
    re.IGNORECASE,
)
"""Neither the number of a highway, nor numbers (*lukuja 1*), kilometres, years or a date."""
_STREET_IN_ENGLISH = re.compile(
    r"(?<!\w)\d{1,3}[A-Za-z]?\s(?:[A-Z][\w'’-]*\s){1,3}"
    r"(?i:street|road|avenue|lane|drive|close|crescent|st\.|rd\.)(?!\w)"
    r"|(?<!\w)[A-Z][\w'’-]+\s?(?i:street|road|avenue|lane)\s\d{1,3}[A-Za-z]?(?!\w|[.:]\d)"
)
_PLATE = re.compile(
    r"(?<![^\W_])(?:(?:FIN|S|EST|N|LV|D)\s)?"
    r"(?:[A-ZÅÄÖ]{2,3}\s?[-–·:]\s?[0-9OI]{1,3}|[A-ZÅÄÖ]{3}\s?\d{2}[0-9A-Z]|\d{3}\s?[A-Z]{3})"
    r"(?![^\W_]|-)"
)
_PLATE_ALONE = 3
"""Letters that may stand beside a plate on its line: it stands alone, or after a country."""


@dataclass(frozen=True, slots=True)
class Hit:
    """The letters from ``first`` to ``last`` of a text tell who somebody is.

    ``persons`` are register ids where it is the name of known people. ``sure`` is False
    where it was found by a likeness only.
    """

    kind: TextKind
    first: int
    last: int
    persons: tuple[str, ...] = ()
    sure: bool = True


def codes_in(text: str) -> tuple[Hit, ...]:
    """Return where a text holds a code, a number or an address that is somebody's own."""
    found = [*_identity_codes(text), *_simple(text), *_phones(text)]
    taken = [(hit.first, hit.last) for hit in found]
    plates = (hit for hit in _plates(text) if not any(a <= hit.first <= b for a, b in taken))
    return tuple(sorted((*found, *plates), key=lambda hit: hit.first))


def _identity_codes(text: str) -> Iterator[Hit]:
    for found in _CODE.finditer(text):
        born, _, number, check = found.groups()
        digits = _digits(born + number)
        if len(born) == 6 and CHECK[int(digits) % 31] == check.upper():  # noqa: PLR2004 - ddmmyy
            yield _hit(TextKind.IDENTITY_CODE, found)


def _digits(read: str) -> str:
    """Return digits for the letters that a reader takes for them."""
    return read.upper().translate(str.maketrans("OIL", "011"))


def _simple(text: str) -> Iterator[Hit]:
    for found in _EMAIL.finditer(text):
        yield _hit(TextKind.EMAIL, found)
    for pattern in (_STREET, _STREET_IN_ENGLISH):
        for found in pattern.finditer(text):
            yield _hit(TextKind.ADDRESS, found)


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
