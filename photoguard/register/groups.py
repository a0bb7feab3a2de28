"""In which groups somebody was, and when: only posts of those groups may hold them.

The register keeps the group of today. That somebody left a group stands in the log, as a day
and a digest of the group's name, so that the log names nothing when the person is erased.
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
"""How long before it was written down somebody may have come to a new group already."""


@dataclass(frozen=True, slots=True)
class Left:
    """The day on which it was written down that somebody had left a group, and its digest."""

    day: date
    group: str


def digest_of(group: str) -> str:
    """Return by what the log knows a group; "" for none."""
    plain = key(group)
    return hashlib.sha256(plain.encode()).hexdigest()[:12] if plain else ""


def groups_between(person: Person, left: Iterable[Left], first: date, last: date) -> frozenset[str]:
    """Return the digests of the groups in which somebody may have been on any of these days.

    "" among them stands for a group that nobody wrote down: it may have been any.
    """
    return frozenset(
        group
        for group, since, until in _spells(person, left)
        if (since is None or since - LATE <= last) and (until is None or first <= until)
    )


def _spells(person: Person, left: Iterable[Left]) -> Iterator[tuple[str, date | None, date | None]]:
    """Yield each group with its first and last day, None where that is open."""
    since = None
    for each in left:
        yield each.group, since, each.day
        since = each.day
    yield digest_of(person.group), since, None
