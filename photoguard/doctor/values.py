"""What an examination found."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from photoguard.errors import PhotoguardError


class Status(StrEnum):
    """How one thing stands."""

    FINE = "fine"
    NOTICE = "notice"
    """Photos can be prepared, but something should be seen to."""
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, as a code and what its sentence names.

    Where it is not fine, the code with ``.remedy`` says what to do.
    """

    name: str
    status: Status
    code: str
    parameters: Mapping[str, str | int] = field(default_factory=dict)


def fine(name: str, **parameters: str | int) -> Check:
    """Return that a thing is as it should be."""
    return Check(name, Status.FINE, f"doctor.{name}", parameters)


def notice(name: str, code: str, **parameters: str | int) -> Check:
    """Return something to see to."""
    return Check(name, Status.NOTICE, code, parameters)


def broken(name: str, code: str, **parameters: str | int) -> Check:
    """Return that a thing does not work."""
    return Check(name, Status.BROKEN, code, parameters)


def from_trouble(name: str, trouble: PhotoguardError) -> Check:
    """Return an expected trouble with its own sentence and remedy."""
    return Check(name, Status.BROKEN, trouble.code, trouble.parameters)
