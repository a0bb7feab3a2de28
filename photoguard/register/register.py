"""Opens the register and reads it: one unit, checked before anything is believed."""

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
    """What was read last, and how the log ended then."""

    head: log.LogHead
    snapshot: Snapshot


class Register:
    """One unit's register; made by ``open_register``."""

    def __init__(self, url: URL, unit: str, *, read_only: bool) -> None:
        """Keep the place; nothing is opened yet."""
        self.url = url
        self.unit = unit
        self.read_only = read_only
        self.place = describe(url)
        self.is_file = url.get_backend_name() == "sqlite"
        self._kept: _Kept | None = None

    @property
    def head_key(self) -> str:
        """Return what names this register and unit in the user's data folder: a digest."""
        return location.head_key(self.url.get_backend_name(), self.place, self.unit)

    @cached_property
    def _engine(self) -> Engine:
        return connectable(self.url, self.unit, read_only=self.read_only)

    @contextmanager
    def connection(self, *, writes: bool = False) -> Iterator[Connection]:
        """Open one transaction, committed at the end; driver complaints become RegisterError."""
        with (
            register_faults(self.place),
            self._engine.execution_options(**{WRITES: writes}).begin() as connection,
        ):
            yield connection

    def snapshot(self) -> Snapshot:
        """Return all that the register holds now; a read-only one is read once only.

        Every change has its line in the log: while the log ends as it did, what was read
        before is still true.
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
        """Return the person with this id, their guardians and permissions."""
        return self.snapshot().record(person)

    def find_by_name(self, name: str) -> tuple[Person, ...]:
        """Return every person of this name: none, one, or several who need an id."""
        return self.snapshot().find_by_name(name)

    def permissions(self, subject: str) -> tuple[Permission, ...]:
        """Return the permissions about a person or a photographer."""
        return self.snapshot().permissions(subject)

    def logins(self) -> dict[str, str]:
        """Return who stands behind the ids of the log, as far as this login may see it.

        On a server a login sees its own; one that the owner let see logins sees all.
        """
        with self.connection() as connection:
            rows = connection.execute(select(schema.actor.c.id, schema.actor.c.login))
            return {row.id: row.login for row in rows}

    def log_lines(self) -> tuple[log.Line, ...]:
        """Return the log's lines, the oldest first."""
        with self.connection() as connection:
            return log.read(connection)

    def examine_log(self, kept: str = "") -> log.Examination:
        """Walk the log and compare it with its entries and with what others remember.

        ``kept`` is the digest of an earlier end that somebody kept elsewhere, "" for none.
        """
        seen = location.known_heads().get(self.head_key)
        with self.connection() as connection:
            lines = log.read(connection)
            entries = sealing.all_digests(connection)
            known = log.Known(log.head(connection), seen, entries, kept)
        return log.examine(lines, self.unit, known)

    def refuse_broken_log(self, kept: str = "") -> log.Examination:
        """Return what a whole log comes to; raises RegisterError at its first fault."""
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
        """Raise RegisterError where this computer has seen lines that the register lacks.

        An older copy that was put in its place knows nothing of later withdrawals.
        """
        number, digest = self._seen()
        with self.connection() as connection:
            if log.digest_at(connection, number) != digest:
                heads = str(location.heads_file())
                raise RegisterError("consent.log_cut_here", line=number, heads=heads)

    def _seen(self) -> tuple[int, str]:
        return location.known_heads().get(self.head_key, (0, log.START))

    def remember_log(self) -> None:
        """Keep the log's end in the user's data folder, unless the log lacks the end kept there.

        The change itself is already written: a server that is gone by now is asked next time.
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
    """Open the register that a user named (a path, a URL, "" for the usual place).

    ``unit`` is the name of the school or day care centre; a file holds its own, for a server
    it is needed. A writable register is brought up to date first, and made where there is
    none, unless ``makes`` is False: a name that was typed wrong is no new register. The log's
    chain is not walked here. Raises RegisterError whenever the register cannot be used.
    """
    url = locate(register)
    opened = Register(url, (unit or "").strip(), read_only=read_only)
    if opened.is_file:
        _find_file(Path(opened.place), opened.unit, makes=makes and not read_only)
    elif not opened.unit:
        raise RegisterError("consent.unit_missing", register=opened.place)
    if read_only:
        _look(opened)
    else:
        _make_ready(opened)
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
    """Tell whether something else than a file has this name."""
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


def _look(register: Register) -> None:
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
        _settle_unit(connection, register)


def _make_ready(register: Register) -> None:
    """Make a file, or bring it up to date; a server's register is made by its owner."""
    if not register.is_file:
        _look(register)
        return
    path = Path(register.place)
    is_new = not _exists(path)
    if not is_new:
        _look_before_writing(register)
    location.create_private(path)
    with register.connection(writes=True) as connection:
        if not is_new:
            _refuse_damage(connection, register)
        if found_version(connection) != schema.NEWEST:
            migrate(connection)
        _settle_unit(connection, register)
        for statement in _FIRST_ROWS:
            connection.execute(text(statement), {"unit": register.unit, "start": log.START})


def _look_before_writing(register: Register) -> None:
    """Refuse a damaged file through a reader that cannot write into it.

    An interrupted write is no damage here: SQLite undoes it once the file is opened to write.
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


def _settle_unit(connection: Connection, register: Register) -> None:
    """Take the unit from a file, or ask the server whether this login may see the unit."""
    if not register.is_file:
        _refuse_unbound(connection, register)
        return
    found = connection.execute(select(schema.unit.c.unit)).scalars().all()
    # A file that was made without a name answers for whoever opens it.
    if len(found) == 1 and (not register.unit or not found[0]):
        register.unit = found[0]
    if found and list(found) != [register.unit]:
        raise RegisterError("consent.other_unit", register=register.place)


def _refuse_unbound(connection: Connection, register: Register) -> None:
    """Raise RegisterError for a login without a row for the unit: naming one makes none."""
    asked = {"unit": register.unit}
    if not connection.execute(text("SELECT photoguard_may(:unit)"), asked).scalar_one():
        raise RegisterError("register.not_bound", register=register.place, unit=register.unit)
    known = select(schema.unit.c.unit).where(schema.unit.c.unit == register.unit)
    if connection.execute(known).first() is None:
        raise RegisterError("register.no_unit", register=register.place, unit=register.unit)
