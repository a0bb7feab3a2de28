"""In which groups a person was, and when: only posts of those groups may show them.

The register keeps the present group. When somebody leaves a group, the log keeps the day and a
digest of the group's name, so that it reveals nothing after the person is erased.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from photoguard.model.spelling import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from photoguard.model import Person

LATE = timedelta(days=62)
"""Longest time between a change of groups and its entry in the register."""


@dataclass(frozen=True, slots=True)
class LeftGroup:
    """A group that a person left, as a digest, and the day on which that was recorded."""

    day: date
    group: str


def digest_of(group: str) -> str:
    """Return the digest of a group's name, as the log keeps it; "" for no name."""
    plain = key(group)
    return hashlib.sha256(plain.encode()).hexdigest()[:12] if plain else ""


def groups_between(
    person: Person, left: Iterable[LeftGroup], first: date, last: date
) -> frozenset[str]:
    """Return the digests of the groups in which a person may have been between two days.

    "" among them stands for a time without a recorded group: it may have been any.
    """
    return frozenset(
        group
        for group, since, until in _spells(person, left)
        if (since is None or since - LATE <= last) and (until is None or first <= until)
    )


def _spells(
    person: Person, left: Iterable[LeftGroup]
) -> Iterator[tuple[str, date | None, date | None]]:
    """Yield each group's digest with its first and last day, None for an open end."""
    since = None
    for each in left:
        yield each.group, since, each.day
        since = each.day
    yield digest_of(person.group), since, None
