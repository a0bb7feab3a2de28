"""Converts rows of the register's tables to values of the model, and reads a unit's register."""

from __future__ import annotations

import hashlib
from collections import defaultdict
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
from photoguard.register import schema
from photoguard.register.snapshot import Snapshot

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row, Table


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
    """Return the whole register of the unit that the connection sees."""
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
    """Return an id of the register: a digest of the log's first line, which never changes.

    "" for an empty log.
    """
    first = select(schema.log.c.digest).where(schema.log.c.number == 1)
    found = connection.execute(first).scalar_one_or_none()
    return hashlib.sha256(f"register\x1f{found}".encode()).hexdigest()[:32] if found else ""
