"""Everything that one unit's register holds at one moment, in memory for a whole run.

A run decides from one snapshot, so that all its photos are decided by the same permissions,
and a server that goes away cannot leave a folder half decided. Workers get it as well, so
nothing of a database is loaded with it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from photoguard.model.spelling import name_key

if TYPE_CHECKING:
    from datetime import date

    from photoguard.model import Permission, Person, Photographer, Record
    from photoguard.register.groups import Left


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One unit's persons, guardians, permissions and photographers."""

    records: tuple[Record, ...]
    """In the order of groups and names."""
    photographers: tuple[Photographer, ...]
    photographer_permissions: tuple[Permission, ...]
    """Those that were given for a photographer who is no person of the register."""
    since: dict[str, date]
    """By person: the first day on which the register knew them."""
    register: str = ""
    """Random, of this register and unit: outputs remember by it whom they belong to. Empty
    for a register into which nobody has written anything yet."""
    groups_left: dict[str, tuple[Left, ...]] = field(default_factory=dict)
    """By person: the groups in which they were before."""
    renewed_on: date | None = None
    """The day of the last import, or of the last person who was added by hand; None for an
    empty register."""

    def record(self, person: str) -> Record | None:
        """Return all that is known of the person with this id, None for an unknown id."""
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
        """Return every photographer of this id or name, or who is the person of this id."""
        wanted = name_key(who)
        return tuple(
            photographer
            for photographer in self.photographers
            if who in {photographer.id, photographer.person}
            or (wanted and name_key(photographer.name) == wanted)
        )
