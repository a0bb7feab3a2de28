"""What may be written into the register, whoever brings it: a hand or a file."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import TYPE_CHECKING

from photoguard.consent.identity import has_identity_code
from photoguard.consent.names import tidy
from photoguard.errors import UsageTrouble

if TYPE_CHECKING:
    from photoguard.model import Permission, Person

LONGEST = 300
"""Characters of one text; more is a paste that went to the wrong place."""

_EARLIEST = date(1900, 1, 1)


def checked_text(text: str) -> str:
    """Return ``text`` tidied; raises UsageTrouble for an identity code or a whole letter."""
    plain = tidy(text)
    if has_identity_code(plain):
        raise UsageTrouble("consent.identity_code")
    if len(plain) > LONGEST:
        raise UsageTrouble("consent.text_too_long", longest=LONGEST)
    return plain


def _texts(value: Person | Permission) -> dict[str, str]:
    """Return the checked texts of a value; ids and fixed words pass unchanged."""
    return {
        field.name: checked_text(getattr(value, field.name))
        for field in fields(value)
        if type(getattr(value, field.name)) is str
    }


def checked_person(person: Person) -> Person:
    """Return the person tidied; raises UsageTrouble for a missing name or an unlikely date."""
    kept = replace(person, **_texts(person))  # type: ignore[arg-type]
    if not kept.name:
        raise UsageTrouble("consent.name_missing")
    if kept.born and not kept.born >= _EARLIEST:
        raise UsageTrouble("consent.unlikely_date", day=kept.born.isoformat())
    return kept


def checked_permission(permission: Permission) -> Permission:
    """Return the permission tidied; raises UsageTrouble for dates in the wrong order."""
    kept = replace(permission, **_texts(permission))  # type: ignore[arg-type]
    if kept.given_on and kept.valid_until and kept.valid_until < kept.given_on:
        raise UsageTrouble(
            "consent.ends_before_start",
            start=kept.given_on.isoformat(),
            end=kept.valid_until.isoformat(),
        )
    return kept
