"""The content of one unit's register at one moment, in memory for a whole run.

A run decides by one snapshot, so that the same permissions hold for all its photos, and a
server that cannot be reached later does not interrupt it. Workers get it as well, so this
module imports no database library.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from photoguard.model.spelling import name_key

if TYPE_CHECKING:
    from datetime import date

    from photoguard.model import Permission, Person, Photographer, Record
    from photoguard.register.groups import LeftGroup


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One unit's persons, guardians, permissions and photographers."""

    records: tuple[Record, ...]
    """Ordered by groups and names."""
    photographers: tuple[Photographer, ...]
    photographer_permissions: tuple[Permission, ...]
    """The permissions about photographers who are no persons of the register."""
    since: dict[str, date]
    """Person's id to the first day on which the register knew them."""
    register: str = ""
    """A random id of this register and unit, which outputs keep; empty for an empty register."""
    groups_left: dict[str, tuple[LeftGroup, ...]] = field(default_factory=dict)
    """Person's id to the groups they left, the oldest first."""
    renewed_on: date | None = None
    """The day of the last import, else of the last person added by hand; None for an empty
    register."""

    def record(self, person: str) -> Record | None:
        """Return the record of the person with this id, None for an unknown id."""
        return next((record for record in self.records if record.person.id == person), None)

    def person(self, person: str) -> Person | None:
        """Return the person with this id, None for an unknown id."""
        record = self.record(person)
        return record.person if record else None

    def find_by_name(self, name: str) -> tuple[Person, ...]:
        """Return every person of this name: none, one, or several who need an id."""
        wanted = name_key(name)
        return tuple(
            record.person
            for record in self.records
            if wanted and name_key(record.person.name) == wanted
        )

    def permissions(self, subject: str) -> tuple[Permission, ...]:
        """Return the permissions about a person or a photographer, incomplete ones too."""
        record = self.record(subject)
        if record:
            return record.permissions
        return tuple(each for each in self.photographer_permissions if each.person == subject)

    def find_photographers(self, who: str) -> tuple[Photographer, ...]:
        """Return the photographers with this id or name, or linked to the person of this id."""
        wanted = name_key(who)
        return tuple(
            photographer
            for photographer in self.photographers
            if who in {photographer.id, photographer.person}
            or (wanted and name_key(photographer.name) == wanted)
        )
