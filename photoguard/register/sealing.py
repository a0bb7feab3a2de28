"""Digests of the register's entries, which are part of the lines in the log.

A line about an entry has the SHA-256 of the whole entry after the change, so that an entry
that was changed, removed or added outside the program no longer agrees with the log. Each
entry has a random salt, which is erased with it: then names cannot be guessed from the log.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from photoguard.register import schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection, Table

GONE = "gone"
"""Stands in a line for the digest of an entry that was removed."""

SALT_BYTES = 16

SEALED = {
    "p": schema.person,
    "g": schema.guardian,
    "f": schema.photographer,
    "w": schema.permission,
    "j": schema.post,
    "b": schema.form,
    "h": schema.account_holder,
}
"""The tables whose entries have digests in the log, by the prefix of their ids."""

_PARTS_OF_POSTS = (schema.post_group, schema.post_photo, schema.noted)
_AT_ONCE = 500
"""Most ids in one query; SQLite allows at least 999 parameters."""


def new_salt() -> str:
    """Return a random salt for an entry, in hexadecimal."""
    return secrets.token_hex(SALT_BYTES)


def table_of(subject: str) -> Table | None:
    """Return the table of the entry with this id, None for anything else."""
    start, dash, rest = subject.partition("-")
    return SEALED.get(start) if dash and rest and " " not in rest else None


def digests(connection: Connection, subjects: Iterable[str]) -> dict[str, str]:
    """Return the present digest of each entry by id, ``GONE`` for missing ones."""
    wanted: dict[str, list[str]] = defaultdict(list)
    for subject in dict.fromkeys(subjects):
        if table_of(subject) is not None:
            wanted[subject.partition("-")[0]].append(subject)
    found: dict[str, str] = {}
    for start, ids in wanted.items():
        found |= dict.fromkeys(ids, GONE)
        for place in range(0, len(ids), _AT_ONCE):
            found |= _of_table(connection, SEALED[start], ids[place : place + _AT_ONCE])
    return found


def all_digests(connection: Connection) -> dict[str, str]:
    """Return the present digest of every entry of the unit, by id."""
    found: dict[str, str] = {}
    for table in SEALED.values():
        found |= _of_table(connection, table, None)
    return found


def salt_all(connection: Connection) -> None:
    """Add a salt to every entry without one, as older programs wrote them."""
    for table in SEALED.values():
        bare = select(table.c.id).where(table.c.salt == "")
        for entry in list(connection.execute(bare).scalars()):
            known = update(table).where(table.c.id == entry)
            connection.execute(known.values(salt=new_salt()))


def _of_table(connection: Connection, table: Table, ids: Sequence[str] | None) -> dict[str, str]:
    parts = _parts(connection, ids) if table is schema.post else {}
    rows = _rows(connection, table, "id", ids)
    return {row["id"]: _digest(table.name, row, parts.get(row["id"], [])) for row in rows}


def _rows(
    connection: Connection, table: Table, key: str, ids: Sequence[str] | None
) -> Iterator[dict[str, Any]]:
    query = select(table) if ids is None else select(table).where(table.c[key].in_(ids))
    for row in connection.execute(query).mappings():
        yield _filled_columns(row)


def _filled_columns(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of any table
    """Return a row without empty columns, so that a column added later changes no digest."""
    return {
        name: value if isinstance(value, str | int) else value.isoformat()
        for name, value in row.items()
        if name != "unit" and value not in {None, "", False}
    }


def _parts(connection: Connection, ids: Sequence[str] | None) -> dict[str, list[str]]:
    """Return the rows that belong to each post as texts: groups, photos and persons noted."""
    found: dict[str, list[str]] = defaultdict(list)
    for table in _PARTS_OF_POSTS:
        for row in _rows(connection, table, "post_id", ids):
            found[row["post_id"]].append(_as_text(table.name, row))
    return found


def _as_text(name: str, row: dict[str, Any]) -> str:
    return json.dumps([name, row], sort_keys=True, ensure_ascii=True)


def _digest(name: str, row: dict[str, Any], parts: list[str]) -> str:
    text = "\n".join([_as_text(name, row), *sorted(parts)])
    return hashlib.sha256(text.encode()).hexdigest()
