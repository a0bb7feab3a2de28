"""Everything that one unit's register holds at one moment, in memory for a whole run.

A run decides from one snapshot, so that all its photos are decided by the same permissions,
and a server that goes away cannot leave a folder half decided.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from photoguard.model import (
    Answer,
    Guardian,
    Permission,
    PermissionKind,
    Person,
    PersonKind,
    Photographer,
    Record,
    Role,
    Stage,
)
from photoguard.model.spelling import name_key
from photoguard.register import schema

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection, Row, Table

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

    def photographer(self, name: str) -> Photographer | None:
        """Return the photographer with this id or name; None if unknown or not the only one."""
        found = [each for each in self.find_photographers(name) if each.person != name]
        return found[0] if len(found) == 1 else None

    def find_photographers(self, who: str) -> tuple[Photographer, ...]:
        """Return every photographer of this id or name, or who is the person of this id."""
        wanted = name_key(who)
        return tuple(
            photographer
            for photographer in self.photographers
            if who in {photographer.id, photographer.person}
            or (wanted and name_key(photographer.name) == wanted)
        )


def _rows(connection: Connection, table: Table, *order: str) -> list[Row[Any]]:
    columns = [table.c[name] for name in order]
    return list(connection.execute(select(table).order_by(*columns)))


def _person(row: Row[Any]) -> Person:
    return Person(
        row.id,
        row.name,
        PersonKind(row.kind),
        Stage(row.stage),
        born=row.born,
        group=row.group_name,
        never_in_pictures=row.never_in_pictures,
        outside_id=row.outside_id,
        retain_until=row.retain_until,
    )


def as_permission(row: Row[Any]) -> Permission:
    """Return a row of the table of permissions as a value."""
    return Permission(
        row.id,
        row.person_id or row.photographer_id,
        PermissionKind(row.kind),
        row.channel,
        row.purpose,
        row.given_by,
        Answer(row.answer),
        given_on=row.given_on,
        valid_until=row.valid_until,
        withdrawn_on=row.withdrawn_on,
        reference=row.reference,
        information_version=row.information_version,
    )


def load(connection: Connection) -> Snapshot:
    """Read the whole register of the unit that the connection sees."""
    guardians: dict[str, list[Guardian]] = defaultdict(list)
    for row in _rows(connection, schema.guardian, "position"):
        guardians[row.person_id].append(Guardian(row.id, row.person_id, row.name))
    given: dict[str, list[Permission]] = defaultdict(list)
    others: list[Permission] = []
    for row in _rows(connection, schema.permission, "given_on", "id"):
        (given[row.person_id] if row.person_id else others).append(as_permission(row))
    people = _rows(connection, schema.person, "group_name", "name", "id")
    return Snapshot(
        tuple(
            Record(_person(row), tuple(guardians[row.id]), tuple(given[row.id])) for row in people
        ),
        tuple(
            Photographer(row.id, row.name, Role(row.role), row.person_id)
            for row in _rows(connection, schema.photographer, "name", "id")
        ),
        tuple(others),
        {row.id: row.since for row in people if row.since},
        _register_id(connection),
    )


def _register_id(connection: Connection) -> str:
    """Return a digest of the log's first line, which holds random ids and never changes."""
    first = select(schema.log.c.digest).where(schema.log.c.number == 1)
    found = connection.execute(first).scalar_one_or_none()
    return hashlib.sha256(f"register\x1f{found}".encode()).hexdigest()[:32] if found else ""
