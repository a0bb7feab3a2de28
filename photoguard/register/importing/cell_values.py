"""Reads single cells of an office's table: dates, and one or several answers with labels."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

from photoguard.identifiers import codes_in
from photoguard.model import Answer, TextKind
from photoguard.model.days import FIRST_DAY, LAST_DAY
from photoguard.model.spelling import heading_key
from photoguard.register.importing.office_headings import ANSWERS, FORBIDDEN

_FINNISH = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00)?)?")
_EARLIEST, _LATEST = 1900, 2150
_BETWEEN_ANSWERS = re.compile(r"[/;,&|+\n]")
_LABEL = re.compile(r"^([^:()]*):\s*(.*)$")
_BEHIND = re.compile(r"^(.*?)\s*\(([^()]*)\)$")
_REACHES = (TextKind.PHONE, TextKind.EMAIL, TextKind.ACCOUNT)
_LABEL_OF_CONTACT = re.compile(
    r"\b(?:puh(?:elin)?|p(?=[.:])|gsm|tel|tlf|tfn|telefon|mobil|mob|phone"
    r"|s-?posti|sähköposti|e-?post|e-?mail)[.:\s]*$",
    re.IGNORECASE,
)
_LONGEST_LABEL = 20
_EMPTY = re.compile(r"\(\s*\)|<\s*>|\[\s*\]")
_BLANKS = re.compile(r"[^\S\n]+")
_AT_AN_END = " ,;:/&+|\n"
_BESIDE = frozenset({"kyllä", "kylla", "ei", "ja", "nej", "ej", "yes", "no", "-", "–", "—"})
"""Answers that may be separated by spaces only; shorter ones could be a guardian's initial."""


@dataclass(frozen=True, slots=True)
class Contacts:
    """A guardian's cell without its telephone numbers and e-mail addresses."""

    rest: str
    most: int
    """How many numbers, or how many addresses, were left out, whichever are more."""


@dataclass(frozen=True, slots=True)
class LabelledAnswer:
    """One answer of a cell, with its label: "Liisa" in "Liisa: kyllä" or "kyllä (Liisa)".

    ``answer`` is None where none is given; ``label`` is "" without one.
    """

    answer: Answer | None
    label: str = ""


def without_contacts(text: str) -> Contacts:
    """Return a guardian's cell without what the register does not need of a guardian."""
    rest = text.replace("/", " / ")  # numbers on both sides of it are two
    hits = [hit for hit in codes_in(rest) if hit.kind in _REACHES]
    if not hits:
        return Contacts(text, 0)
    for hit in reversed(hits):
        start = max(0, hit.first - _LONGEST_LABEL)
        label = _LABEL_OF_CONTACT.search(rest, start, hit.first)
        rest = f"{rest[: label.start() if label else hit.first]} {rest[hit.last + 1 :]}"
    rest = _BLANKS.sub(" ", _EMPTY.sub(" ", rest))
    by_kind = Counter(hit.kind is TextKind.PHONE for hit in hits)
    return Contacts(rest.strip(_AT_AN_END), max(by_kind.values()))


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


def likely_day(text: str) -> date:
    """Return the date of an answer or an end, as ``day``; raises ValueError for a wrong century."""
    found = day(text)
    if not FIRST_DAY <= found <= LAST_DAY:
        raise ValueError(text)
    return found


def answer(text: str, *, ban: bool = False) -> Answer | None:
    """Return the answer in a cell, None where it gives none; raises KeyError for other text.

    In a column of prohibitions or marks (``ban``) words such as "kielletty" (forbidden) count
    as a yes, since they do not take the ban back.
    """
    word = heading_key(text).rstrip(".!")
    return Answer.YES if ban and word in FORBIDDEN else ANSWERS[word]


def answers(text: str, *, ban: bool = False) -> tuple[LabelledAnswer, ...]:
    """Return the answers of a cell with their labels: "Liisa: kyllä / Matti: ei" has two.

    A cell with only spaces between answers ("kyllä ei", once two lines) is read too. Raises
    KeyError where a part is no answer, or where only some of the answers have labels.
    """
    try:
        return (LabelledAnswer(answer(text, ban=ban)),)
    except KeyError:
        found = tuple(_labelled(part, ban=ban) for part in _parts(text))
    labelled = tuple(each for each in found if each.label)
    if labelled and any(each.answer and not each.label for each in found):
        raise KeyError(text)
    return labelled or found


def _parts(text: str) -> list[str]:
    """Return the parts of a cell; an empty part between separators is an answer not given."""
    parts = [part.strip() for part in _BETWEEN_ANSWERS.split(text)]
    if len(parts) == 1:
        beside = text.split()
        return beside if all(word.casefold() in _BESIDE for word in beside) else parts
    ends_a_list = not parts[-1] and text.rstrip()[-1] in ";,\n"
    return parts[:-1] if ends_a_list else parts


def _labelled(part: str, *, ban: bool) -> LabelledAnswer:
    """Return an answer with its label; raises KeyError where the label is empty."""
    before, behind = _LABEL.match(part), _BEHIND.match(part)
    if before:
        text, label = before[2], before[1]
    elif behind:
        text, label = behind[1], behind[2]
    else:
        return LabelledAnswer(answer(part, ban=ban))
    if not label.strip():
        raise KeyError(part)
    return LabelledAnswer(answer(text, ban=ban), label.strip())
