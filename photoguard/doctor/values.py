"""The result of a check."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from photoguard.errors import PhotoguardError


class Status(StrEnum):
    """The outcome of a check."""

    FINE = "fine"
    NOTICE = "notice"
    """Photos can be prepared, but something should be fixed."""
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Check:
    """The result of one check: a code and its parameters for the sentence.

    Unless FINE, the code with ``.remedy`` says what to do.
    """

    name: str
    status: Status
    code: str
    parameters: Mapping[str, str | int] = field(default_factory=dict)


def fine(name: str, **parameters: str | int) -> Check:
    """Return the check of a thing that works."""
    return Check(name, Status.FINE, f"doctor.{name}", parameters)


def notice(name: str, code: str, **parameters: str | int) -> Check:
    """Return the check of a thing that should be fixed."""
    return Check(name, Status.NOTICE, code, parameters)


def broken(name: str, code: str, **parameters: str | int) -> Check:
    """Return the check of a thing that does not work."""
    return Check(name, Status.BROKEN, code, parameters)


def from_trouble(name: str, trouble: PhotoguardError) -> Check:
    """Return the check for an expected error, with its own sentence and remedy."""
    return Check(name, Status.BROKEN, trouble.code, trouble.parameters)
