"""Finds Finnish personal identity codes, which have no place in the register.

The form is that of the Digital and Population Data Services Agency: ddmmyy, a mark for
the century (``+``; ``-`` and since 2023 ``YXWVU``; ``A`` and since 2023 ``BCDEF``), a
number of three digits and a check character: the nine digits modulo 31.
"""

from __future__ import annotations

import re
from datetime import date

_CENTURIES = {"+": 1800} | dict.fromkeys("-UVWXY", 1900) | dict.fromkeys("ABCDEF", 2000)
_CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-"))
_CODE = re.compile(
    r"(?<![0-9A-Za-z])(\d{2})(\d{2})(\d{2})\s?([-+A-FU-Y])\s?(\d{3})([0-9A-FHJ-NPR-Y])(?![0-9A-Za-z])",
    re.IGNORECASE,
)


def has_identity_code(text: str) -> bool:
    """Tell whether ``text`` holds a code with a real date and a right check character."""
    return any(_is_real(found) for found in _CODE.finditer(text.translate(_DASHES)))


def _is_real(found: re.Match[str]) -> bool:
    day, month, year, mark, number, check = (part.upper() for part in found.groups())
    try:
        date(_CENTURIES[mark] + int(year), int(month), int(day))
    except ValueError:
        return False
    return _CHECK[int(day + month + year + number) % len(_CHECK)] == check
