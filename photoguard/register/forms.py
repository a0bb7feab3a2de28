"""Printed forms: each has a number, by which the signed paper is assigned to its child.

The number is random and is never given twice, not even after the child was erased: an old
paper must not count as another child's answer. Its last digit is a check digit (Luhn,
ISO/IEC 7812-1), so that one wrong digit, or two swapped ones, give no other valid number.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from photoguard.errors import UsageTrouble
from photoguard.register import schema
from photoguard.register.checks import checked_text
from photoguard.register.log import Action

if TYPE_CHECKING:
    from datetime import date

    from photoguard.register.changes import Writing
    from photoguard.register.register import Register

PREFIX = "b"
_DIGITS = 7
_BASE = 10
_HALF = 5


def _check_digit(digits: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit)
        if place % 2 == 0:
            value = value * 2 - (_BASE - 1) * (value >= _HALF)
        total += value
    return str(-total % _BASE)


def new_number() -> str:
    """Return a random number of eight digits, the last one a check digit."""
    digits = f"{secrets.randbelow(_BASE**_DIGITS):0{_DIGITS}d}"
    return digits + _check_digit(digits)


def number_text(number: str) -> str:
    """Return a number as it is printed: two groups of four digits."""
    return f"{number[:4]} {number[4:]}"


def plain_number(typed: str) -> str:
    """Return a typed number without spaces and dashes."""
    return re.sub(r"[\s-]", "", typed)


def read_number(typed: str) -> str:
    """Return the digits of a typed number; raises UsageTrouble where it cannot be one."""
    digits = plain_number(typed)
    is_number = re.fullmatch(r"[0-9]{8}", digits)
    if not is_number or _check_digit(digits[:-1]) != digits[-1]:
        raise UsageTrouble("consent.form_number_wrong", number=typed[:40])
    return digits


def make_form(change: Writing, person: str, day: date, version: str) -> str:
    """Record that a form is printed for a person, and return its new number."""
    number = new_number()
    while _was_given(change, f"{PREFIX}-{number}"):
        number = new_number()
    change.insert(
        schema.form,
        f"{PREFIX}-{number}",
        person_id=person,
        made_on=day,
        information_version=checked_text(version),
    )
    change.note(Action.FORM_MADE, f"{PREFIX}-{number}")
    return number


def _was_given(change: Writing, entry: str) -> bool:
    """Tell whether a number was ever given, by the log, which also knows erased forms."""
    line = select(schema.log.c.number).where(schema.log.c.subject == entry)
    return change.connection.execute(line.limit(1)).first() is not None


@dataclass(frozen=True, slots=True)
class Form:
    """A printed form."""

    number: str
    """Its eight digits."""
    person: str
    """The id of the person it is about."""
    information_version: str
    """The version of the information that was printed with it."""


def form_of(register: Register, typed: str) -> Form:
    """Return the form with a typed number; raises UsageTrouble where there is none."""
    number = read_number(typed)
    mine = select(schema.form).where(schema.form.c.id == f"{PREFIX}-{number}")
    with register.connection() as connection:
        found = connection.execute(mine).one_or_none()
    if found is None:
        raise UsageTrouble("consent.form_number_unknown", number=number_text(number))
    return Form(number, found.person_id, found.information_version)


def persons_by_number(register: Register) -> dict[str, str]:
    """Return the id of the person of each form, by the form's digits."""
    with register.connection() as connection:
        rows = connection.execute(select(schema.form.c.id, schema.form.c.person_id)).all()
    return {row.id.partition("-")[2]: row.person_id for row in rows}
