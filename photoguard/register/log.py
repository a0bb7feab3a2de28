"""The log: who did what, when and why, in random ids and codes, each line tied to the last.

Every line holds the SHA-256 of its own words and of the line before it, so that a changed,
moved or missing line breaks the chain. How long the chain is and how it ends stands in the
register and a second time in the user's data folder, so that lines cut off at the end are
missed too: by the register unless its own head was changed as well, and then by every
computer that has seen a longer log. Whoever can rewrite the register *and* all those
folders can forge the log; no file on a computer can prevent that.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, text, update

from photoguard.register import schema

if TYPE_CHECKING:
    from sqlalchemy import Connection

START = "0" * 64
"""What stands in place of the line before the first."""


class Action(StrEnum):
    """What can stand in a line of the log."""

    PERSON_ADDED = "person-added"
    PERSON_CHANGED = "person-changed"
    PERSON_FORGOTTEN = "person-forgotten"
    GUARDIAN_ADDED = "guardian-added"
    GUARDIAN_CHANGED = "guardian-changed"
    GUARDIAN_REMOVED = "guardian-removed"
    PERMISSION_ADDED = "permission-added"
    PERMISSION_REPLACED = "permission-replaced"
    PERMISSION_WITHDRAWN = "permission-withdrawn"
    PHOTOGRAPHER_ADDED = "photographer-added"
    NEVER_SET = "never-set"
    NEVER_LIFTED = "never-lifted"
    IMPORTED = "imported"
    EXPORTED = "exported"
    POST_ADDED = "post-added"
    POST_REMOVED = "post-removed"
    PREPARED_REMOVED = "prepared-removed"


@dataclass(frozen=True, slots=True)
class Line:
    """One line; ``at`` is UTC in ISO 8601, ``actor`` and ``subject`` are random ids."""

    number: int
    at: str
    actor: str
    action: str
    subject: str
    reason: str
    previous: str
    digest: str

    def expected(self, unit: str) -> str:
        """Return the digest that these words must have."""
        words = (
            self.previous,
            unit,
            str(self.number),
            self.at,
            self.actor,
            self.action,
            self.subject,
            self.reason,
        )
        return hashlib.sha256("\x1f".join(words).encode()).hexdigest()


class Fault(StrEnum):
    """What can be wrong with a log; each has a sentence ``consent.log.NAME``."""

    CHANGED = "changed"
    MISSING = "missing"
    CUT = "cut"
    CUT_HERE = "cut_here"


@dataclass(frozen=True, slots=True)
class Examination:
    """How long the log is, how it ends, and its first fault with the line's number."""

    lines: int
    digest: str
    fault: Fault | None = None
    at_line: int = 0


def append(connection: Connection, unit: str, actor: str, entries: list[tuple[str, ...]]) -> None:
    """Write a line for each (action, subject, reason) and move the head on.

    PostgreSQL locks the unit's head, SQLite the file, until the transaction ends.
    """
    lock = " FOR UPDATE" if connection.dialect.name == "postgresql" else ""
    head = connection.execute(
        text(f"SELECT lines, digest FROM log_head WHERE unit = :unit{lock}"),  # noqa: S608
        {"unit": unit},
    ).one()
    number, previous = head.lines, head.digest
    at = datetime.now(UTC).isoformat(timespec="seconds")
    rows = []
    for action, subject, reason in entries:
        number += 1
        line = Line(number, at, actor, action, subject, reason, previous, "")
        previous = line.expected(unit)
        rows.append(_row(line, unit, previous))
    if rows:
        connection.execute(insert(schema.log), rows)
    head_row = update(schema.log_head).where(schema.log_head.c.unit == unit)
    connection.execute(head_row.values(lines=number, digest=previous))


def _row(line: Line, unit: str, digest: str) -> dict[str, object]:
    return {
        "unit": unit,
        "number": line.number,
        "at": line.at,
        "actor_id": line.actor,
        "action": line.action,
        "subject": line.subject,
        "reason": line.reason,
        "previous": line.previous,
        "digest": digest,
    }


def head(connection: Connection) -> tuple[int, str]:
    """Return the register's own note of how many lines there are and how the last one ends."""
    row = connection.execute(select(schema.log_head)).one_or_none()
    return (row.lines, row.digest) if row else (0, START)


def digest_at(connection: Connection, number: int) -> str | None:
    """Return the digest of one line, ``START`` for line 0, None for a line that is missing."""
    if number == 0:
        return START
    wanted = select(schema.log.c.digest).where(schema.log.c.number == number)
    return connection.execute(wanted).scalar_one_or_none()


def read(connection: Connection) -> tuple[Line, ...]:
    """Return every line, the oldest first."""
    rows = connection.execute(
        select(schema.log).order_by(schema.log.c.unit, schema.log.c.number)
    ).mappings()
    return tuple(
        Line(
            row["number"],
            row["at"],
            row["actor_id"],
            row["action"],
            row["subject"],
            row["reason"],
            row["previous"],
            row["digest"],
        )
        for row in rows
    )


def examine(
    lines: tuple[Line, ...], unit: str, head: tuple[int, str], seen: tuple[int, str] | None
) -> Examination:
    """Walk the chain; ``head`` is the register's note of its end, ``seen`` this computer's."""
    previous = START
    for number, line in enumerate(lines, start=1):
        if line.number != number:
            return Examination(len(lines), previous, Fault.MISSING, number)
        if line.previous != previous or line.digest != line.expected(unit):
            return Examination(len(lines), previous, Fault.CHANGED, number)
        previous = line.digest
    end = (len(lines), previous)
    if head != end:
        return Examination(*end, Fault.CUT, max(len(lines), head[0]))
    if seen and not _holds(lines, seen):
        return Examination(*end, Fault.CUT_HERE, seen[0])
    return Examination(*end)


def _holds(lines: tuple[Line, ...], seen: tuple[int, str]) -> bool:
    number, digest = seen
    if number == 0:
        return True
    return number <= len(lines) and lines[number - 1].digest == digest
