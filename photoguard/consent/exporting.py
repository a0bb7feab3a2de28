"""Tables that leave the register: no cell can become a formula."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Also in their full-width forms, which some spreadsheets read alike."""


def neutral(text: str) -> str:
    """Return a cell that no spreadsheet reads as a formula: an apostrophe goes before it."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA_STARTS) else text


def as_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as Excel in Finland opens them: semicolons, UTF-8 with a BOM."""
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")
