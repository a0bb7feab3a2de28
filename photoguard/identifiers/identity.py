"""Finds personal identity codes of Finland, Sweden and Estonia, and passport numbers; pure.

A personal identity code is verified by its check character, so telephone numbers and other
digits are not matched. A Finnish code with a letter between its digits only needs a valid
day and month: nothing else is written like this, and a character may have been misread.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"
"""The check character of a Finnish code, indexed by the remainder of its digits modulo 31."""
_DASH = r"[-\u2010-\u2015\u2212]"
"""Any dash that a word processor may substitute for the hyphen."""
_FINNISH = re.compile(
    r"(?<![0-9])([0-3OIL][0-9OIL]{5})\s?("
    rf"{_DASH}|[+A-FU-Y])?\s?([0-9OIL]{{3}})\s?([0-9A-Z])(?![0-9A-Z])",
    re.IGNORECASE,
)
"""May be joined to a word. The century sign is optional, since text recognition may miss it."""
_SWEDISH = re.compile(
    rf"(?<![0-9,.])(19|20)?([0-9OIL]{{6}})\s?({_DASH}|\+)?\s?([0-9OIL]{{4}})(?![0-9A-Z]|[,.]\d)",
    re.IGNORECASE,
)
_COORDINATED = 60
"""Added to the day of the month in a Swedish coordination number."""
_ESTONIAN = re.compile(r"(?<![\d+])[1-8]\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{4}(?!\d)")
_WEIGHTS = ((1, 2, 3, 4, 5, 6, 7, 8, 9, 1), (3, 4, 5, 6, 7, 8, 9, 1, 2, 3))
"""Weights of an Estonian code's digits; the second row is used if the first gives 10."""
_PASSPORT = re.compile(
    r"(?<![A-Z0-9])(?:[A-Z]{2}\d{7}|(?:P|ID|I|AC)?[A-Z0-9<]{0,20}[A-Z]<<[A-Z<]{2,}[A-Z0-9<]*)"
    r"(?![A-Z0-9<])"
)
"""The number of a Finnish passport or identity card, or a machine-readable line."""


def identity_codes(text: str) -> Iterator[re.Match[str]]:
    """Yield matches of personal identity codes, passport numbers and machine-readable lines."""
    for pattern, proves in (
        (_FINNISH, _is_finnish),
        (_SWEDISH, _is_swedish),
        (_ESTONIAN, _is_estonian),
        (_PASSPORT, bool),
    ):
        yield from filter(proves, pattern.finditer(text))


def has_foreign_code(text: str) -> bool:
    """Return whether a table cell holds a Swedish or Estonian code that can be no other number.

    A Swedish code must have its sign, and must not begin like a Finnish telephone number.
    """
    swedish = (found for found in _SWEDISH.finditer(text) if _is_swedish(found))
    return any(
        found[3] and (found[1] or not found[2].startswith(("04", "05"))) for found in swedish
    ) or any(map(_is_estonian, _ESTONIAN.finditer(text)))


def _is_finnish(found: re.Match[str]) -> bool:
    born, sign, number, check = found.groups()
    # No code ends in G, I, O, Q or Z: they are too like 6, 1, 0, 0 and 2.
    last = check.upper().translate(str.maketrans("GIOQZ", "61002"))
    if sign is None and check.isdigit():
        return False  # ten digits in a row are a telephone number
    proved = CHECK[int(_digits(born + number)) % len(CHECK)] == last
    lettered = sign is not None and sign.isalpha()
    return proved or (lettered and _is_day(_digits(born[2:4]), int(_digits(born[:2]))))


def _is_swedish(found: re.Match[str]) -> bool:
    century, born, sign, number = found.groups()
    date, rest = _digits(born), _digits(number)
    if not (century or sign or date[0] != "0"):
        return False  # ten digits that begin with 0 are a telephone number
    return _is_day(date[2:4], int(date[4:]) % _COORDINATED) and _luhn(date + rest)


def _is_day(month: str, day: int) -> bool:
    return 1 <= int(month) <= 12 and 1 <= day <= 31  # noqa: PLR2004 - months, days


def _luhn(digits: str) -> bool:
    """Return whether the digits pass the Luhn check (ISO/IEC 7812)."""
    doubled = (int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits)))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def _is_estonian(found: re.Match[str]) -> bool:
    digits = [int(digit) for digit in found[0]]
    for weights in _WEIGHTS:
        left = sum(map(int.__mul__, weights, digits)) % 11
        if left < 10:  # noqa: PLR2004 - one digit
            return left == digits[-1]
    return digits[-1] == 0


def _digits(read: str) -> str:
    """Return the text with letters replaced by the digits that they are confused with."""
    return read.upper().translate(str.maketrans("OIL", "011"))
