"""Checks of what is written into the register, whether typed or read from a file.

Personal identity codes are refused: Finnish, Swedish and Estonian ones. The Finnish form is
that of the Digital and Population Data Services Agency: ddmmyy, a mark for the century (``+``;
``-`` and since 2023 ``YXWVU``; ``A`` and since 2023 ``BCDEF``), a number of three digits and a
check character, which is the nine digits modulo 31.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import fields, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from photoguard.errors import UsageTrouble
from photoguard.identifiers.identity import has_foreign_code
from photoguard.model import PersonKind, Stage
from photoguard.model.days import refuse_too_early, refuse_unlikely_end
from photoguard.model.spelling import plain, visible

if TYPE_CHECKING:
    from photoguard.model import Permission, Person

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without 0, 1, i, l and o, which look alike on paper."""

_LENGTH = 8
"""Characters of an id: with 31^8 (8.5e11) ids, 100,000 entries differ with 99 % probability."""


def new_id(prefix: str) -> str:
    """Return a random id such as ``p-7kq2mx4f``; the prefix is that of the kind of entry."""
    number, letters = secrets.randbelow(len(_ALPHABET) ** _LENGTH), []
    for _ in range(_LENGTH):
        number, rest = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[rest])
    return f"{prefix}-{''.join(letters)}"


_CENTURIES = {"+": 1800} | dict.fromkeys("-UVWXY", 1900) | dict.fromkeys("ABCDEF", 2000)
_CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_CODE = re.compile(
    r"(?<![0-9A-Za-z])(\d{2})(\d{2})(\d{2})\s?([-+A-FU-Y])\s?(\d{3})([0-9A-FHJ-NPR-Y])(?![0-9A-Za-z])",
    re.IGNORECASE,
)


def has_identity_code(text: str) -> bool:
    """Tell whether ``text`` contains a valid Finnish, Swedish or Estonian identity code.

    Valid means a real date and the right check character.
    """
    read = plain(text)
    return any(_is_real(found) for found in _CODE.finditer(read)) or has_foreign_code(read)


def _is_real(found: re.Match[str]) -> bool:
    day, month, year, mark, number, check = (part.upper() for part in found.groups())
    try:
        date(_CENTURIES[mark] + int(year), int(month), int(day))
    except ValueError:
        return False
    return _CHECK[int(day + month + year + number) % len(_CHECK)] == check


LONGEST = 300
"""Most characters of one text."""

_EARLIEST = date(1900, 1, 1)


@lru_cache(maxsize=1024)
def checked_text(text: str) -> str:
    """Return ``text`` as ``visible``; raises UsageTrouble for an identity code or a long text."""
    plain = visible(text)
    if has_identity_code(plain):
        raise UsageTrouble("consent.identity_code")
    if len(plain) > LONGEST:
        raise UsageTrouble("consent.text_too_long", longest=LONGEST)
    return plain


def checked_name(text: str) -> str:
    """Return a name as ``checked_text``; raises UsageTrouble for one of signs only, such as -."""
    name = checked_text(text)
    if not any(map(str.isalnum, name)):
        raise UsageTrouble("consent.name_missing")
    return name


def _texts(value: Person | Permission) -> dict[str, str]:
    """Return the checked values of all fields of type str, by field."""
    return {
        field.name: checked_text(getattr(value, field.name))
        for field in fields(value)
        if type(getattr(value, field.name)) is str
    }


def checked_person(person: Person) -> Person:
    """Return the person tidied; raises UsageTrouble for a missing name or an unlikely date."""
    kept = replace(person, **_texts(person))  # type: ignore[arg-type]
    checked_name(kept.name)
    if kept.born and not kept.born >= _EARLIEST:
        raise UsageTrouble("consent.unlikely_date", day=kept.born.isoformat())
    if kept.born and kept.born > date.today():  # noqa: DTZ011 - a calendar day, where the school is
        raise UsageTrouble("consent.born_in_future", day=kept.born.isoformat())
    if is_unlikely_age(kept, date.today()):  # noqa: DTZ011 - the same
        raise UsageTrouble("consent.unlikely_age", day=str(kept.born), oldest=OLDEST_PUPIL)
    return kept


OLDEST_PUPIL = 21
"""Highest age in years of a pupil of basic education; adults there are students."""

_SCHOOL = {Stage.EARLY_CHILDHOOD, Stage.PRE_PRIMARY, Stage.BASIC_EDUCATION}


def is_unlikely_age(person: Person, today: date) -> bool:
    """Tell whether a child or pupil would be an adult, as with 1914 typed for 2014."""
    young = person.kind in {PersonKind.CHILD, PersonKind.PUPIL} and person.stage in _SCHOOL
    return young and person.born is not None and today.year - person.born.year > OLDEST_PUPIL


def refuse_impossible_day(given_on: date, born: date | None, today: date) -> None:
    """Raise UsageTrouble for an answer given in the future, before the birth, or before the web."""
    if given_on > today:
        raise UsageTrouble("consent.given_in_future", day=given_on.isoformat())
    if born and given_on < born:
        raise UsageTrouble(
            "consent.answer_before_birth", day=given_on.isoformat(), born=born.isoformat()
        )
    refuse_too_early(given_on)


def checked_permission(permission: Permission) -> Permission:
    """Return the permission tidied; raises UsageTrouble for an end that cannot be right."""
    kept = replace(permission, **_texts(permission))  # type: ignore[arg-type]
    refuse_wrong_order(kept.given_on, kept.valid_until)
    refuse_unlikely_end(kept.valid_until)
    return kept


def refuse_wrong_order(first: date | None, last: date | None) -> None:
    """Raise UsageTrouble where both days are known and the last comes before the first."""
    if first and last and last < first:
        raise UsageTrouble(
            "consent.ends_before_start", start=first.isoformat(), end=last.isoformat()
        )
