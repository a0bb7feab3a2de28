"""Opens and reads the register of one unit, after checking it for damage."""

from __future__ import annotations

import stat
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select, text

from photoguard.errors import RegisterError
from photoguard.register import location, log, schema, sealing, soundness
from photoguard.register.engine import (
    SERVER_AWAY,
    WRITES,
    connectable,
    describe,
    locate,
    register_faults,
)
from photoguard.register.migrations import found_version, migrate, refuse_newer
from photoguard.register.rows import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL, Connection, Engine

    from photoguard.model import Permission, Person, Record
    from photoguard.register.snapshot import Snapshot

_FIRST_ROWS = (
    "INSERT INTO unit (unit) VALUES (:unit) ON CONFLICT DO NOTHING",
    "INSERT INTO log_head (unit, lines, digest) VALUES (:unit, 0, :start) ON CONFLICT DO NOTHING",
)


@dataclass(frozen=True, slots=True)
class _Kept:
    """The snapshot that was read last, and the log's head at that time."""

    head: log.LogHead
    snapshot: Snapshot


class Register:
    """One unit's register; made by ``open_register``."""

    def __init__(self, url: URL, unit: str, *, read_only: bool) -> None:
        """Keep the URL; nothing is opened yet."""
        self.url = url
        self.unit = unit
        self.read_only = read_only
        self.place = describe(url)
        self.is_file = url.get_backend_name() == "sqlite"
        self._kept: _Kept | None = None

    @property
    def head_key(self) -> str:
        """Return the key of this register and unit in the user's data folder."""
        return location.head_key(self.url.get_backend_name(), self.place, self.unit)

    @cached_property
    def _engine(self) -> Engine:
        return connectable(self.url, self.unit, read_only=self.read_only)

    @contextmanager
    def connection(self, *, writes: bool = False) -> Iterator[Connection]:
        """Open one transaction, committed at the end; database errors become RegisterError."""
        with (
            register_faults(self.place),
            self._engine.execution_options(**{WRITES: writes}).begin() as connection,
        ):
            yield connection

    def snapshot(self) -> Snapshot:
        """Return the present content of the register; a read-only one is read only once.

        The database is read again only if the log's head has changed, since every change has
        a line in the log.
        """
        if self._kept and self.read_only:
            return self._kept.snapshot
        with self.connection() as connection:
            head = log.head(connection)
            if self._kept is None or self._kept.head != head:
                found = load(connection)
                renewed, left = log.renewed_on(connection), log.groups_left(connection)
                self._kept = _Kept(head, replace(found, renewed_on=renewed, groups_left=left))
        return self._kept.snapshot

    def person(self, person: str) -> Person | None:
        """Return the person with this id, None for an unknown id."""
        return self.snapshot().person(person)

    def record(self, person: str) -> Record | None:
        """Return the person with this id, with guardians and permissions; None if unknown."""
        return self.snapshot().record(person)

    def find_by_name(self, name: str) -> tuple[Person, ...]:
        """Return every person of this name: none, one, or several who need an id."""
        return self.snapshot().find_by_name(name)

    def permissions(self, subject: str) -> tuple[Permission, ...]:
        """Return the permissions about a person or a photographer."""
        return self.snapshot().permissions(subject)

    def logins(self) -> dict[str, str]:
        """Return the logins behind the actors' ids in the log, by id.

        On a server a login sees only its own, unless the owner has let it see all.
        """
        with self.connection() as connection:
            rows = connection.execute(select(schema.actor.c.id, schema.actor.c.login))
            return {row.id: row.login for row in rows}

    def log_lines(self) -> tuple[log.Line, ...]:
        """Return the log's lines, the oldest first."""
        with self.connection() as connection:
            return log.read(connection)

    def examine_log(self, kept: str = "") -> log.Examination:
        """Examine the log, and compare it with the entries and with the head seen before.

        ``kept`` is the last digest of an earlier log that somebody kept elsewhere, or "".
        """
        seen = location.known_heads().get(self.head_key)
        with self.connection() as connection:
            lines = log.read(connection)
            entries = sealing.all_digests(connection)
            known = log.LogReference(log.head(connection), seen, entries, kept)
        return log.examine(lines, self.unit, known)

    def refuse_broken_log(self, kept: str = "") -> log.Examination:
        """Return the examination of a log without fault; raises RegisterError for any fault."""
        found = self.examine_log(kept)
        if found.fault:
            raise RegisterError(
                f"consent.log_{found.fault}",
                line=found.at_line,
                subject=found.subject,
                heads=str(location.heads_file()),
            )
        return found

    def refuse_shorter_log(self) -> None:
        """Raise RegisterError if the log lacks lines that this computer has seen.

        An older copy of the register would not have later withdrawals.
        """
        number, digest = self._seen()
        with self.connection() as connection:
            if log.digest_at(connection, number) != digest:
                heads = str(location.heads_file())
                raise RegisterError("consent.log_cut_here", line=number, heads=heads)

    def _seen(self) -> tuple[int, str]:
        return location.known_heads().get(self.head_key, (0, log.START))

    def remember_log(self) -> None:
        """Keep the log's head in the user's data folder, if the log contains the one kept there.

        Does nothing if the server cannot be reached: the change itself is written already.
        """
        number, digest = self._seen()
        try:
            with self.connection() as connection:
                head = log.head(connection)
                holds = log.digest_at(connection, number) == digest
        except RegisterError as trouble:
            if trouble.code != SERVER_AWAY:
                raise
            return
        if holds:
            location.remember_head(self.head_key, *head)
            if self.is_file:
                location.remember_head(location.head_key("sqlite", self.place), *head)


def open_register(
    register: str, unit: str | None = None, *, read_only: bool = False, makes: bool = True
) -> Register:
    """Open the register at a path or a URL, or at the usual path for "".

    ``unit`` is the name of the school or day care centre; a file contains its own, for a
    server it is needed. A writable register is migrated first, and made if it is missing,
    unless ``makes`` is False. The log is not examined. Raises RegisterError whenever the
    register cannot be used.
    """
    url = locate(register)
    opened = Register(url, (unit or "").strip(), read_only=read_only)
    if opened.is_file:
        _find_file(Path(opened.place), opened.unit, makes=makes and not read_only)
    elif not opened.unit:
        raise RegisterError("consent.unit_missing", register=opened.place)
    if read_only:
        _refuse_unusable(opened)
    else:
        _make_or_migrate(opened)
    if read_only:
        opened.snapshot()
    return opened


def _find_file(path: Path, unit: str, *, makes: bool) -> None:
    if _is_no_file(path):
        raise RegisterError("consent.damaged", register=str(path))
    if _exists(path):
        soundness.refuse_damaged_header(path)
    elif location.was_seen(path, unit):
        raise RegisterError("consent.lost", register=str(path), heads=str(location.heads_file()))
    elif not makes:
        raise RegisterError("consent.no_register", register=str(path))


def _is_no_file(path: Path) -> bool:
    """Tell whether the path exists and is not a regular file."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False


def _exists(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except FileNotFoundError:
        return False
    except OSError as trouble:
        raise RegisterError("consent.no_rights", register=str(path)) from trouble


def _refuse_unusable(register: Register) -> None:
    with register.connection() as connection:
        found = found_version(connection)
        refuse_newer(found)
        if register.is_file:
            _refuse_damage(connection, register)
        if found == 0:
            code = "consent.no_register" if register.is_file else "register.server_empty"
            raise RegisterError(code, register=register.place)
        if found < schema.NEWEST:
            code = "consent.older_schema" if register.is_file else "register.older_server"
            raise RegisterError(code, register=register.place)
        if not register.is_file:
            _refuse_damage(connection, register)
        _set_unit(connection, register)


def _make_or_migrate(register: Register) -> None:
    """Make or migrate a register in a file; only check one on a server."""
    if not register.is_file:
        _refuse_unusable(register)
        return
    path = Path(register.place)
    is_new = not _exists(path)
    if not is_new:
        _refuse_damaged_file(register)
    location.create_private(path)
    with register.connection(writes=True) as connection:
        if not is_new:
            _refuse_damage(connection, register)
        if found_version(connection) != schema.NEWEST:
            migrate(connection)
        _set_unit(connection, register)
        for statement in _FIRST_ROWS:
            connection.execute(text(statement), {"unit": register.unit, "start": log.START})


def _refuse_damaged_file(register: Register) -> None:
    """Raise RegisterError for a damaged file, through a read-only connection.

    An interrupted write is accepted: SQLite undoes it when the file is opened for writing.
    """
    reader = Register(register.url, register.unit, read_only=True)
    try:
        with reader.connection() as connection:
            _refuse_damage(connection, reader)
    except RegisterError as trouble:
        if trouble.code != "consent.interrupted":
            raise


def _refuse_damage(connection: Connection, register: Register) -> None:
    if register.is_file:
        soundness.refuse_damage(connection, register.place)
        return
    role = connection.exec_driver_sql(
        "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = session_user"
    ).scalar_one()
    if role:
        raise RegisterError("consent.role_sees_all", register=register.place)


def _set_unit(connection: Connection, register: Register) -> None:
    """Set the unit from a file, or check that the server lets this login see the unit.

    Raises RegisterError for another unit.
    """
    if not register.is_file:
        _refuse_unbound(connection, register)
        return
    found = connection.execute(select(schema.unit.c.unit)).scalars().all()
    # A file that was made without a unit's name can be opened for every unit.
    if len(found) == 1 and (not register.unit or not found[0]):
        register.unit = found[0]
    if found and list(found) != [register.unit]:
        raise RegisterError("consent.other_unit", register=register.place)


def _refuse_unbound(connection: Connection, register: Register) -> None:
    """Raise RegisterError where the login is not bound to the unit, or the unit is unknown."""
    asked = {"unit": register.unit}
    if not connection.execute(text("SELECT photoguard_may(:unit)"), asked).scalar_one():
        raise RegisterError("register.not_bound", register=register.place, unit=register.unit)
    known = select(schema.unit.c.unit).where(schema.unit.c.unit == register.unit)
    if connection.execute(known).first() is None:
        raise RegisterError("register.no_unit", register=register.place, unit=register.unit)
