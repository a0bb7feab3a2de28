"""People responsible for a unit's accounts, and the figures that are typed in once a year."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


class Duty(StrEnum):
    """The duty of a person in a unit's publishing."""

    RESPONSIBLE = "responsible"
    """Coordinates the unit's communications; belongs to no single channel."""
    HOLDER = "holder"
    """May use the account of one channel."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with a duty, from ``since`` to ``until``, that day included; None: no bound.

    ``channel`` is the channel's name, "" for a responsible person. ``workplace`` is given
    for a person who does not work in the unit.
    """

    id: str
    name: str
    duty: Duty
    channel: str = ""
    workplace: str = ""
    since: date | None = None
    until: date | None = None

    def is_held(self, day: date) -> bool:
        """Tell whether the duty holds on a day."""
        begun = self.since is None or self.since <= day
        return begun and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of a channel that a person read off on a day; None where nobody did."""

    channel: str
    told_on: date
    followers: int | None = None
    most_liked: str = ""
    """The link of the post that got the most likes and comments."""
    likes: int | None = None
