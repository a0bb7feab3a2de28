"""The log: who did what, when and why, in random ids and codes, as a chain of digests.

Every line has the SHA-256 of its own fields and of the line before it, so that a changed,
moved or missing line breaks the chain. The number of lines and the last digest, the *head*,
are kept in the register and again in the user's data folder. So missing last lines are noticed
too: by the register, or, if its head was changed as well, by every computer that has seen a
longer log. A line about an entry also has the digest of the entry after the change (see
``sealing``), so that entries cannot change without the log. Somebody who can rewrite the
register *and* all those folders can forge the log, unless a digest of its end is kept elsewhere.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, exists, func, insert, select, text, update

from photoguard.register import schema, sealing
from photoguard.register.groups import LeftGroup

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sqlalchemy import Connection

START = "0" * 64
"""Stands for the digest of the line before the first one."""


REASON_OF_IMPORT = "import"
"""The reason in lines about changes by the import of a table."""


class Action(StrEnum):
    """The action of a line."""

    PERSON_ADDED = "person-added"
    PERSON_CHANGED = "person-changed"
    GROUP_LEFT = "group-left"
    """A person has left a group; the reason is a digest of its name."""
    PERSON_FORGOTTEN = "person-forgotten"
    GUARDIAN_ADDED = "guardian-added"
    GUARDIAN_CHANGED = "guardian-changed"
    GUARDIAN_REMOVED = "guardian-removed"
    PERMISSION_ADDED = "permission-added"
    PERMISSION_REPLACED = "permission-replaced"
    PERMISSION_WITHDRAWN = "permission-withdrawn"
    PHOTOGRAPHER_ADDED = "photographer-added"
    PHOTOGRAPHER_CHANGED = "photographer-changed"
    NEVER_SET = "never-set"
    NEVER_LIFTED = "never-lifted"
    IMPORTED = "imported"
    EXPORTED = "exported"
    EVIDENCE_WRITTEN = "evidence-written"
    """An evidence file was written; the subject is the digest of its end."""
    FORM_MADE = "form-made"
    HOLDER_ADDED = "holder-added"
    HOLDER_CHANGED = "holder-changed"
    HOLDER_REMOVED = "holder-removed"
    FIGURES_WRITTEN = "figures-written"
    POST_ADDED = "post-added"
    POST_CHANGED = "post-changed"
    POST_REMOVED = "post-removed"
    TAKEDOWN_FAILED = "takedown-failed"
    PREPARED_REMOVED = "prepared-removed"
    ERASED = "erased"
    """An entry was erased together with a person."""
    COVERED = "covered"
    """An entry of an older program got its first digest."""
    FOUND_CHANGED = "found-changed"
    """An entry did not agree with the log when it was about to be changed."""


UNSEALED = frozenset(
    {
        *(Action.IMPORTED, Action.EXPORTED, Action.EVIDENCE_WRITTEN, Action.PREPARED_REMOVED),
        Action.FIGURES_WRITTEN,
    }
)
"""Actions that change no entry, so that their lines have no digest of one."""


@dataclass(frozen=True, slots=True)
class NewLine:
    """The content of a new line, before it has its place in the chain."""

    action: str
    subject: str
    reason: str = ""
    content: str = ""
    """The digest of the entry that the line is about, "" if it is about none."""


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
    content: str = ""

    def expected(self, unit: str) -> str:
        """Return the digest that the line must have, by its other fields."""
        parts = (
            self.previous,
            unit,
            str(self.number),
            self.at,
            self.actor,
            self.action,
            self.subject,
            self.reason,
            *([self.content] if self.content else []),
        )
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


class Fault(StrEnum):
    """What can be wrong with a log; each has a sentence ``consent.log_NAME``."""

    CHANGED = "changed"
    MISSING = "missing"
    CUT = "cut"
    """Last lines are missing, by the register's own head."""
    CUT_HERE = "cut_here"
    """Lines are missing that this computer has seen."""
    OTHER = "other"
    """No line has the digest that was kept elsewhere."""
    ENTRY_CHANGED = "entry_changed"
    ENTRY_MISSING = "entry_missing"
    ENTRY_ADDED = "entry_added"


@dataclass(frozen=True, slots=True)
class Examination:
    """The result of examining a log: its head, and its first fault with the line's number."""

    lines: int
    digest: str
    fault: Fault | None = None
    at_line: int = 0
    subject: str = ""
    """The id of the entry that does not agree with the log."""


@dataclass(frozen=True, slots=True)
class LogReference:
    """What a log is compared with; heads are number of lines and last digest."""

    head: tuple[int, str]
    """The head in the register."""
    seen: tuple[int, str] | None = None
    """The head that this computer saw last, None if it saw none."""
    entries: Mapping[str, str] = field(default_factory=dict)
    """The digests of the register's present entries, by id."""
    kept: str = ""
    """The last digest of an earlier log that somebody kept elsewhere, "" for none."""


class LogHead(NamedTuple):
    """The number of lines in the log, and the digest of the last one."""

    lines: int
    digest: str


def lock(connection: Connection, unit: str) -> LogHead:
    """Return the head, and lock it for other writers until the transaction ends.

    PostgreSQL locks the unit's row; SQLite locked the file when the transaction began.
    """
    waiting = " FOR UPDATE" if connection.dialect.name == "postgresql" else ""
    row = connection.execute(
        text(f"SELECT lines, digest FROM log_head WHERE unit = :unit{waiting}"),  # noqa: S608
        {"unit": unit},
    ).one()
    return LogHead(row.lines, row.digest)


def imported(connection: Connection, action: Action) -> frozenset[str]:
    """Return the subjects of the lines with this action by an import."""
    wanted = select(schema.log.c.subject).where(
        schema.log.c.action == action.value, schema.log.c.reason == REASON_OF_IMPORT
    )
    return frozenset(connection.execute(wanted).scalars())


def renewed_on(connection: Connection) -> date | None:
    """Return the day of the last import, else of the last person added by hand, or None."""
    for action in (Action.IMPORTED, Action.PERSON_ADDED):
        last = select(func.max(schema.log.c.at)).where(schema.log.c.action == action.value)
        if found := connection.execute(last).scalar_one_or_none():
            return datetime.fromisoformat(found).date()
    return None


def erasures(connection: Connection) -> tuple[date, ...]:
    """Return the days on which a person was erased, the oldest first."""
    table = schema.log.c
    wanted = select(table.at).where(table.action == Action.PERSON_FORGOTTEN.value)
    days = connection.execute(wanted.order_by(table.number)).scalars()
    return tuple(datetime.fromisoformat(at).date() for at in days)


def groups_left(connection: Connection) -> dict[str, tuple[LeftGroup, ...]]:
    """Return the groups that each person left, the oldest first, by person's id."""
    table = schema.log.c
    wanted = select(table.subject, table.at, table.reason).where(
        table.action == Action.GROUP_LEFT.value
    )
    found: dict[str, list[LeftGroup]] = defaultdict(list)
    for row in connection.execute(wanted.order_by(table.number)):
        found[row.subject].append(LeftGroup(datetime.fromisoformat(row.at).date(), row.reason))
    return {person: tuple(left) for person, left in found.items()}


def append(connection: Connection, unit: str, actor: str, entries: Sequence[NewLine]) -> None:
    """Write a line for each entry, and the new head."""
    number, previous = lock(connection, unit)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    rows = []
    for entry in entries:
        number += 1
        line = Line(
            number,
            at,
            actor,
            entry.action,
            entry.subject,
            entry.reason,
            previous,
            "",
            entry.content,
        )
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
        "content": line.content,
    }


def head(connection: Connection) -> LogHead:
    """Return the present head, that of an empty log where there is none."""
    row = connection.execute(select(schema.log_head)).one_or_none()
    return LogHead(row.lines, row.digest) if row else LogHead(0, START)


def digest_at(connection: Connection, number: int) -> str | None:
    """Return the digest of one line, ``START`` for line 0, None for a line that is missing."""
    if number == 0:
        return START
    wanted = select(schema.log.c.digest).where(schema.log.c.number == number)
    return connection.execute(wanted).scalar_one_or_none()


def is_older(connection: Connection) -> bool:
    """Tell whether an older program wrote this log, so that no line has an entry's digest."""
    covers = exists(select(schema.log).where(schema.log.c.content != ""))
    speaks = exists(select(schema.log).where(schema.log.c.action.not_in(UNSEALED)))
    return bool(connection.execute(select(and_(speaks, ~covers))).scalar_one())


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
            row["content"],
        )
        for row in rows
    )


def examine(lines: tuple[Line, ...], unit: str, known: LogReference) -> Examination:
    """Return the result of checking the chain, then its end, then every entry against it."""
    previous = START
    for number, line in enumerate(lines, start=1):
        if line.number != number:
            return Examination(len(lines), previous, Fault.MISSING, number)
        if line.previous != previous or line.digest != line.expected(unit):
            return Examination(len(lines), previous, Fault.CHANGED, number)
        previous = line.digest
    end = (len(lines), previous)
    if known.head != end:
        return Examination(*end, Fault.CUT, max(len(lines), known.head[0]))
    if known.seen and not _holds(lines, known.seen):
        return Examination(*end, Fault.CUT_HERE, known.seen[0])
    if known.kept and known.kept not in {START, *(line.digest for line in lines)}:
        return Examination(*end, Fault.OTHER, len(lines))
    return _examine_entries(lines, known.entries, Examination(*end))


def _holds(lines: tuple[Line, ...], seen: tuple[int, str]) -> bool:
    number, digest = seen
    if number == 0:
        return True
    return number <= len(lines) and lines[number - 1].digest == digest


def _is_covering(lines: Sequence[Line]) -> bool:
    """Tell whether every entry must have a line; not so in a log of an older program."""
    return any(line.content for line in lines) or all(line.action in UNSEALED for line in lines)


def _examine_entries(
    lines: tuple[Line, ...], entries: Mapping[str, str], whole: Examination
) -> Examination:
    """Return ``whole``, or the first fault of an entry against the last line about it."""
    last = {line.subject: line for line in lines if line.content}
    found = next((line for line in lines if line.action == Action.FOUND_CHANGED), None)
    if found:
        return _faulty(whole, Fault.ENTRY_CHANGED, found.subject, found.number)
    for subject, line in last.items():
        if line.content != entries.get(subject, sealing.GONE):
            gone = subject not in entries
            fault = Fault.ENTRY_MISSING if gone else Fault.ENTRY_CHANGED
            return _faulty(whole, fault, subject, line.number)
    added = next((subject for subject in sorted(entries) if subject not in last), None)
    if added and _is_covering(lines):
        return _faulty(whole, Fault.ENTRY_ADDED, added, len(lines))
    return whole


def _faulty(whole: Examination, fault: Fault, subject: str, line: int) -> Examination:
    return replace(whole, fault=fault, subject=subject, at_line=line)
