"""One photo on the desk: its record, what is settled of it, and the way back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from photoguard.model import Box, Plan, Settled
    from photoguard.output.records import PhotoRecord


@dataclass(slots=True)
class OpenPhoto:
    """What is known of a photo while the page is open."""

    id: int
    record: PhotoRecord
    settled: Settled
    version: int = 1
    picture_version: int = 1
    working: bool = False
    plan: Plan | None = None
    """What the rules make of it with what is settled now, before any last word."""
    shown: tuple[tuple[object, ...], Mapping[str, Any]] | None = None
    """What the page was shown last, and of which state that was."""
    before: list[Settled] = field(default_factory=list)
    looked_at: tuple[Box, ...] = ()
    """The doubtful places that a person had before them at the last word."""
    asked_twice: str = ""
    """The place for which the person was just warned that two detectors are sure of it."""
