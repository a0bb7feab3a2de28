"""Connects to the register: a private SQLite file, or a PostgreSQL server by URL.

Errors of the database drivers become RegisterError with a remedy.
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from photoguard.errors import RegisterError
from photoguard.register import location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine


_SQLITE = {
    # Our statements are always the same: if one is wrong, the tables are not ours.
    sqlite3.SQLITE_ERROR: "consent.damaged",
    sqlite3.SQLITE_PERM: "consent.no_rights",
    sqlite3.SQLITE_BUSY: "consent.locked",
    sqlite3.SQLITE_LOCKED: "consent.locked",
    sqlite3.SQLITE_READONLY: "consent.no_rights",
    sqlite3.SQLITE_READONLY_ROLLBACK: "consent.interrupted",
    sqlite3.SQLITE_IOERR: "consent.unusable",
    sqlite3.SQLITE_IOERR_SHORT_READ: "consent.damaged",
    sqlite3.SQLITE_CORRUPT: "consent.damaged",
    sqlite3.SQLITE_FULL: "consent.disk_full",
    sqlite3.SQLITE_CANTOPEN: "consent.no_rights",
    sqlite3.SQLITE_NOTADB: "consent.damaged",
}
"""Result codes of https://www.sqlite.org/rescode.html, extended ones before primary ones."""

SERVER_AWAY = "consent.server_away"

_POSTGRESQL = {
    "08": SERVER_AWAY,
    "28": "consent.login_refused",
    "3D": "consent.no_database",
    "42501": "consent.no_rights",
    "25006": "consent.read_only",
    "53100": "consent.disk_full",
    "53300": "consent.server_busy",
    "55P03": "consent.locked",
    "57": SERVER_AWAY,
}
"""SQLSTATE codes, or their classes, of appendix A of the PostgreSQL manual."""


def fault_code(trouble: BaseException | None) -> str:
    """Return the code of the sentence for a driver's error."""
    number = getattr(trouble, "sqlite_errorcode", None)
    if isinstance(number, int):
        return _SQLITE.get(number) or _SQLITE.get(number & 0xFF, "consent.unusable")
    if isinstance(trouble, sqlite3.OperationalError):
        return "consent.damaged"  # text that is no UTF-8 has no result code
    state = getattr(trouble, "sqlstate", None)
    if isinstance(state, str):
        return _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2], "consent.unusable")
    if type(trouble).__module__.startswith("psycopg") and type(trouble).__name__ in {
        "OperationalError",
        "ConnectionTimeout",
    }:
        return _unconnected(str(trouble))
    return "consent.unusable"


def _unconnected(complaint: str) -> str:
    """Return the code for a refused connection, which libpq describes only as text."""
    for sign, code in (
        ("password authentication failed", "consent.login_refused"),
        ("no password supplied", "consent.login_refused"),
        ("pg_hba.conf", "consent.login_refused"),
        ("does not exist", "consent.no_database"),
        ("SSL", "consent.unencrypted"),
    ):
        if sign in complaint:
            return code
    return SERVER_AWAY


@contextmanager
def register_faults(register: str) -> Iterator[None]:
    """Turn database errors within the block into RegisterError about this register.

    So do ValueErrors, which come from stored values that this program does not write.
    """
    try:
        yield
    except DBAPIError as trouble:
        raise RegisterError(fault_code(trouble.orig), register=register) from trouble
    except (NoSuchModuleError, ModuleNotFoundError) as trouble:
        raise RegisterError("consent.driver_missing", register=register) from trouble
    except SQLAlchemyError as trouble:
        raise RegisterError("consent.unusable", register=register) from trouble
    except ValueError as trouble:
        raise RegisterError("consent.damaged", register=register) from trouble
    except _driver_errors() as trouble:
        raise RegisterError(fault_code(trouble), register=register) from trouble


def _driver_errors() -> tuple[type[Exception], ...]:
    """Return the errors that drivers raise directly, not through SQLAlchemy: on connecting."""
    psycopg = sys.modules.get("psycopg")
    return (sqlite3.Error, psycopg.Error) if psycopg else (sqlite3.Error,)


BUSY_SECONDS = 5
"""Seconds for which another program's lock is waited for."""

WRITES = "photoguard_writes"
"""The execution option of a connection whose transaction takes the write lock at once."""

_LOOPBACK = frozenset({"", "localhost", "127.0.0.1", "::1"})
_ENCRYPTED = frozenset({"require", "verify-ca", "verify-full"})
_MEMORY = frozenset({"", ":memory:"})


def locate(register: str) -> URL:
    """Return the URL of a register that a user gave as "", a path or a URL.

    Raises RegisterError for anything but SQLite files and ``postgresql+psycopg://``, and
    for a connection that would cross the network unencrypted.
    """
    if not register.strip():
        return _sqlite_url(location.default_register())
    if "://" not in register:
        return _sqlite_url(Path(register).expanduser())
    try:
        url = make_url(register)
    except (ArgumentError, ValueError):
        raise RegisterError("consent.wrong_url", register=_scheme(register)) from None
    if url.drivername == "sqlite" and url.database not in _MEMORY and url.database is not None:
        return _sqlite_url(Path(url.database))
    if url.drivername != "postgresql+psycopg":
        raise RegisterError("consent.wrong_url", register=_scheme(register))
    return _encrypted(url)


def _scheme(register: str) -> str:
    """Return the part of an address that a message may show: it may hold a password."""
    return register.partition("://")[0] + "://"


def _sqlite_url(path: Path) -> URL:
    location.refuse_network(path)
    return URL.create("sqlite", database=str(path.absolute()))


def _encrypted(url: URL) -> URL:
    hosts = {url.host or "", *_listed(url.query.get("host", ()))}
    if all(host in _LOOPBACK or host.startswith("/") for host in hosts):
        return url
    mode = url.query.get("sslmode")
    if mode is None:
        return url.update_query_dict({"sslmode": "require"})
    if mode not in _ENCRYPTED:
        raise RegisterError("consent.unencrypted", register=describe(url))
    return url


def _listed(value: str | tuple[str, ...]) -> tuple[str, ...]:
    parts = (value,) if isinstance(value, str) else value
    return tuple(host for part in parts for host in part.split(","))


def describe(url: URL) -> str:
    """Return the register's place as messages show it, without a password."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return f"{url.host or 'localhost'}/{url.database or ''}"


def connectable(url: URL, unit: str, *, read_only: bool) -> Engine:
    """Return an engine for ``url``; on a server its connections only see rows of ``unit``."""
    if url.get_backend_name() == "sqlite":
        return _sqlite(Path(str(url.database)), read_only=read_only)
    return _postgresql(url, unit, read_only=read_only)


def _sqlite(path: Path, *, read_only: bool) -> Engine:
    mode = "ro" if read_only else "rw"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(
            f"{path.as_uri()}?mode={mode}", uri=True, timeout=BUSY_SECONDS, isolation_level=None
        )

    engine = create_engine("sqlite+pysqlite://", creator=connect, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        if not read_only:
            connection.execute("PRAGMA journal_mode = DELETE")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(url: URL, unit: str, *, read_only: bool) -> Engine:
    waiting: dict[str, Any] = (
        {} if "connect_timeout" in url.query else {"connect_timeout": BUSY_SECONDS}
    )
    engine = create_engine(url, poolclass=NullPool, connect_args=waiting)

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: object) -> None:  # noqa: ANN401 - psycopg is an extra
        connection.autocommit = True
        connection.execute(
            "SELECT set_config('photoguard.unit', %s, false),"
            " set_config('lock_timeout', %s, false),"
            " set_config('default_transaction_read_only', %s, false)",
            (unit, f"{BUSY_SECONDS}s", "on" if read_only else "off"),
        )
        connection.autocommit = False

    return engine
