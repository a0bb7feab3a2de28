"""Single cells of an office's table: dates, yes and no, both guardians in one field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from photoguard.model.spelling import heading_key
from photoguard.register.importing.office_headings import ANSWERS

if TYPE_CHECKING:
    from photoguard.model import Answer

_FINNISH = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00)?)?")
_EARLIEST, _LATEST = 1900, 2150
_BETWEEN_WORDS = re.compile(r"[/;,&|+\n]")
_LABEL = re.compile(r"^([^:()]*):\s*(.*)$")
_BEHIND = re.compile(r"^(.*?)\s*\(([^()]*)\)$")
_BESIDE = frozenset({"kyllä", "kylla", "ei", "ja", "nej", "ej", "yes", "no", "-", "–", "—"})
"""Words that may follow each other with a space only: shorter signs could mean a guardian."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One word of a cell, and what stands in brackets or before a colon beside it."""

    answer: Answer | None
    label: str = ""


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
    return ANSWERS[heading_key(text).rstrip(".!")]


def words(text: str) -> tuple[Spoken, ...]:
    """Return each word of a cell with its label: "Liisa: kyllä / Matti: ei" holds two.

    A cell that separates words by spaces only ("kyllä ei", once two lines) is read too.
    Raises KeyError where a part is no answer, and where an answer stands without a label
    beside others that have one: nobody can tell whose it is.
    """
    try:
        return (Spoken(answer(text)),)
    except KeyError:
        found = tuple(_labelled(part) for part in _parts(text))
    labelled = tuple(word for word in found if word.label)
    if labelled and any(word.answer and not word.label for word in found):
        raise KeyError(text)
    return labelled or found


def _parts(text: str) -> list[str]:
    """Return the words of a cell; an empty place between two signs is a word not given."""
    parts = [part.strip() for part in _BETWEEN_WORDS.split(text)]
    if len(parts) == 1:
        beside = text.split()
        return beside if all(word.casefold() in _BESIDE for word in beside) else parts
    ends_a_list = not parts[-1] and text.rstrip()[-1] in ";,\n"
    return parts[:-1] if ends_a_list else parts


def _labelled(part: str) -> Spoken:
    """Return a word and its label; raises KeyError where the label is empty."""
    before, behind = _LABEL.match(part), _BEHIND.match(part)
    if before:
        word, label = before[2], before[1]
    elif behind:
        word, label = behind[1], behind[2]
    else:
        return Spoken(answer(part))
    if not label.strip():
        raise KeyError(part)
    return Spoken(answer(word), label.strip())
