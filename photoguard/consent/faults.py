"""What a database driver complains of becomes one RegisterError with a remedy."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError

from photoguard.errors import RegisterError

if TYPE_CHECKING:
    from collections.abc import Iterator

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

_POSTGRESQL = {
    "08": "consent.server_away",
    "28": "consent.login_refused",
    "3D": "consent.no_database",
    "42501": "consent.no_rights",
    "25006": "consent.read_only",
    "53100": "consent.disk_full",
    "53300": "consent.server_busy",
    "55P03": "consent.locked",
    "57": "consent.server_away",
}
"""SQLSTATE codes, or their classes, of appendix A of the PostgreSQL manual."""


def fault_code(trouble: BaseException | None) -> str:
    """Return the code of the sentence for what a driver raised."""
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
    """Tell refusals apart that libpq reports in words only, before there is a session."""
    for sign, code in (
        ("password authentication failed", "consent.login_refused"),
        ("no password supplied", "consent.login_refused"),
        ("pg_hba.conf", "consent.login_refused"),
        ("does not exist", "consent.no_database"),
        ("SSL", "consent.unencrypted"),
    ):
        if sign in complaint:
            return code
    return "consent.server_away"


@contextmanager
def told_plainly(register: str) -> Iterator[None]:
    """Turn what SQLAlchemy raises inside into RegisterError; ``register`` names the place.

    A stored value that is no text, day or word of ours (ValueError) is damage too.
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
    """Return what drivers raise where SQLAlchemy does not stand between: while connecting."""
    psycopg = sys.modules.get("psycopg")
    return (sqlite3.Error, psycopg.Error) if psycopg else (sqlite3.Error,)
