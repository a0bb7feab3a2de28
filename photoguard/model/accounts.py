"""People responsible for a unit's accounts, and the figures that are typed in once a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


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

    def meets(self, other: Holder) -> bool:
        """Tell whether another entry is about the same duty, and both hold on some day."""
        is_same = (self.duty, self.channel) == (other.duty, other.channel)
        begins = max(filter(None, (self.since, other.since)), default=date.min)
        return is_same and self._is_open(begins) and other._is_open(begins)

    def _is_open(self, day: date) -> bool:
        """Tell whether the duty has not ended before a day."""
        return self.until is None or day <= self.until


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of a channel that a person read off on a day; None where nobody did."""

    channel: str
    told_on: date
    followers: int | None = None
    most_liked: str = ""
    """The link of the post that got the most likes and comments."""
    likes: int | None = None
