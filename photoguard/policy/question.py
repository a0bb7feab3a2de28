"""One photo as the rules see it, and the points that they make about it."""

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
"""What forbids a photo; every other objection asks a person to look."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the rules: may this photo be published, and how.

    ``day`` is the day of publication. Without a channel nothing is permitted
    anywhere: every face is hidden.
    """

    sight: Sight
    day: date
    rules: Rules = field(default_factory=Rules)
    channels: tuple[Channel, ...] = ()
    presence: Presence = field(default_factory=Presence)

    @property
    def school(self) -> bool:
        """Whether permissions can keep pupils' faces in this run."""
        return self.rules.unit is not Unit.EARLY_CHILDHOOD

    @property
    def hold(self) -> bool:
        """Whether a face without permission holds the photo; early childhood asks for none."""
        return self.school and self.rules.without_permission == "hold"

    def verdict(self, rule: Rule, record: Record) -> Verdict:
        """Return what ``rule`` says of this person on all channels together."""
        return on_all(rule, record, self.channels, self.day, self.rules)

    def shown(self, person: str) -> Verdict:
        """Return whether the person with this register id may be shown on all channels."""
        record = self.presence.records.get(person)
        if record is None:
            return Verdict("policy.not_in_register", allowed=False, persons=(person,))
        return self.verdict(may_be_shown, record)


@dataclass(frozen=True, slots=True)
class Point:
    """A reason that concerns a photo; with the outcome READY it is only a notice."""

    reason: Reason
    outcome: Outcome


def objection(code: str, *persons: str, **parameters: str | int) -> Point:
    """Return a point that holds the photo, or forbids it where the code is a blocking one."""
    outcome = Outcome.BLOCKED if code in BLOCKING else Outcome.REVIEW
    return Point(Reason(code, persons, parameters), outcome)


def notice(code: str, *persons: str, **parameters: str | int) -> Point:
    """Return a point that is shown and holds nothing up."""
    return Point(Reason(code, persons, parameters), Outcome.READY)


def overruled(verdict: Verdict) -> Iterator[Point]:
    """Tell of a guardian's earlier no that does not count any more."""
    if verdict.code == OVER_A_NO:
        yield notice("policy.guardian_no_earlier", *verdict.persons, **verdict.parameters)
