"""Single cells of an office's table: dates, yes and no, both guardians in one field."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from photoguard.register.importing.office_headings import ANSWERS, folded

if TYPE_CHECKING:
    from photoguard.model import Answer

_FINNISH = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00)?)?")
_EARLIEST, _LATEST = 1900, 2150
_BETWEEN_WORDS = re.compile(r"[/;,&|+]")
_LABEL = re.compile(r"^([^:()]*):\s*(.*)$")
_BEHIND = re.compile(r"^(.*?)\s*\(([^()]*)\)$")


def day(text: str) -> date:
    """Return the date of ``31.12.2026`` or ``2026-12-31``; raises ValueError for others."""
    finnish, iso = _FINNISH.fullmatch(text.strip()), _ISO.fullmatch(text.strip())
    if finnish:
        parts = finnish[3], finnish[2], finnish[1]
    elif iso:
        parts = iso[1], iso[2], iso[3]
    else:
        raise ValueError(text)
    year, month, number = map(int, parts)
    if not _EARLIEST <= year <= _LATEST:
        raise ValueError(text)
    return date(year, month, number)


def answer(text: str) -> Answer | None:
    """Return what a cell says, None for no word; raises KeyError for anything else."""
    return ANSWERS[folded(text).rstrip(".!")]


def words(text: str) -> tuple[tuple[str, Answer | None], ...]:
    """Return each word of a cell with its label: "Liisa: kyllä / Matti: ei" holds two.

    A cell that separates words by spaces only ("kyllä ei", once two lines) is read too.
    Raises KeyError where a part is no answer.
    """
    try:
        return (("", answer(text)),)
    except KeyError:
        parts = [part.strip() for part in _BETWEEN_WORDS.split(text) if part.strip()]
    if len(parts) == 1 and ":" not in text and "(" not in text:
        parts = text.split()
    return tuple(_labelled(part) for part in parts)


def _labelled(part: str) -> tuple[str, Answer | None]:
    before, behind = _LABEL.match(part), _BEHIND.match(part)
    if before:
        return before[1].strip(), answer(before[2])
    if behind:
        return behind[2].strip(), answer(behind[1])
    return "", answer(part)
