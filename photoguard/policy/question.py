"""The input of the rules for one photo, and the points that they make about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from photoguard.model import Outcome, Reason, Unit
from photoguard.policy.persons import OVER_A_NO, Rule, Verdict, may_be_shown, on_all
from photoguard.policy.rules import Rules
from photoguard.presence import Presence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from photoguard.model import Channel, Record, Sight

BLOCKING = frozenset(
    {
        "policy.never_in_pictures",
        "policy.withdrawn_not_located",
        "policy.work_not_permitted",
        "policy.work_unknown",
        "policy.photographer_refused",
        "policy.photographer_other_channel",
    }
)
"""Codes of objections that block a photo; every other objection sends it to review."""


@dataclass(frozen=True, slots=True)
class Question:
    """The input of ``decide`` for one photo.

    ``day`` is the day of publication. Without channels no permission counts, and every face
    is hidden.
    """

    sight: Sight
    day: date
    rules: Rules = field(default_factory=Rules)
    channels: tuple[Channel, ...] = ()
    presence: Presence = field(default_factory=Presence)

    @property
    def school(self) -> bool:
        """Whether the unit is a school, in which permissions can keep pupils' faces."""
        return self.rules.unit is not Unit.EARLY_CHILDHOOD

    @property
    def hold(self) -> bool:
        """Whether a face without permission sends the photo to review; only in schools."""
        return self.school and self.rules.without_permission == "hold"

    def verdict(self, rule: Rule, record: Record) -> Verdict:
        """Return the verdict of ``rule`` about this person for all channels together."""
        return on_all(rule, record, self.channels, self.day, self.rules)

    def shown(self, person: str) -> Verdict:
        """Return whether the person with this register id may be shown on all channels."""
        record = self.presence.records.get(person)
        if record is None:
            return Verdict("policy.not_in_register", allowed=False, persons=(person,))
        return self.verdict(may_be_shown, record)


@dataclass(frozen=True, slots=True)
class Point:
    """A reason with its outcome for the photo; with READY it is only a notice."""

    reason: Reason
    outcome: Outcome


def objection(code: str, *persons: str, **parameters: str | int) -> Point:
    """Return a point that sends the photo to review, or blocks it for a code in ``BLOCKING``."""
    outcome = Outcome.BLOCKED if code in BLOCKING else Outcome.REVIEW
    return Point(Reason(code, persons, parameters), outcome)


def notice(code: str, *persons: str, **parameters: str | int) -> Point:
    """Return a point that is only shown and does not hold the photo."""
    return Point(Reason(code, persons, parameters), Outcome.READY)


def overruled_notices(verdict: Verdict) -> Iterator[Point]:
    """Yield a notice if the verdict allows something despite a guardian's earlier no."""
    if verdict.code == OVER_A_NO:
        yield notice("policy.guardian_no_earlier", *verdict.persons, **verdict.parameters)
