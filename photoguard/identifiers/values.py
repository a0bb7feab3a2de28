"""What was found in a text, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from photoguard.model import TextKind


@dataclass(frozen=True, slots=True)
class Hit:
    """The letters from ``first`` to ``last`` of a text tell who somebody is.

    ``persons`` are register ids where it is the name of known people. ``sure`` is False
    where it was found by a likeness only.
    """

    kind: TextKind
    first: int
    last: int
    persons: tuple[str, ...] = ()
    sure: bool = True
