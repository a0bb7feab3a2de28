"""Checks of a register's file for damage, before it is read or written.

SQLite reads many damaged files without an error. So the header, the pages with their indexes,
the tables as the migrations make them, and the type of every value are checked. A damaged row
must not look like a permission, nor a lost refusal like none.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sqlalchemy import create_engine

from photoguard.errors import RegisterError
from photoguard.files import open_regular
from photoguard.register.migrations import found_version, migrate, refuse_newer

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

_HEADER = 100
"""Length in bytes of the header: section 1.3 of https://www.sqlite.org/fileformat2.html."""
_LARGEST_PAGE = 65536
_MAGIC = b"SQLite format 3\x00"
_ROLLBACK_OR_WAL = (b"\x01\x01", b"\x02\x02")
_FRACTIONS = b"\x00\x40\x20\x20"
_UNUSED = (slice(44, 47), slice(48, 59), slice(60, 92))
"""Upper bytes of format and encoding, cache size, vacuuming, user version, and the reserved."""
_TABLES = "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE type IN ('table', 'index')"
_KINDS = {"TEXT": "text", "DATE": "text", "INTEGER": "integer", "BOOLEAN": "integer"}


def refuse_damaged_header(path: Path) -> None:
    """Raise RegisterError where a file's header is not as SQLite writes it for this program."""
    try:
        with open_regular(path) as readable:
            header = readable.read(_HEADER)
            size = os.fstat(readable.fileno()).st_size
    except OSError as trouble:
        raise RegisterError("consent.no_rights", register=str(path)) from trouble
    if not _is_sound_header(header) or not (_is_long_enough(header, size) or _was_cut_short(path)):
        raise RegisterError("consent.damaged", register=str(path))


def _is_sound_header(header: bytes) -> bool:
    return (
        len(header) == _HEADER
        and header.startswith(_MAGIC)
        and header[18:20] in _ROLLBACK_OR_WAL
        and header[20:24] == _FRACTIONS
        and header[24:28] == header[92:96]  # SQLite is newer than 3.7 wherever Python is ours
        and header[47] in range(5)
        and header[59] == 1  # the encoding: UTF-8
        and not any(any(header[part]) for part in _UNUSED)
    )


def _is_long_enough(header: bytes, size: int) -> bool:
    """Tell whether a file has all the pages that its header counts.

    SQLite would read a missing end of the last page as zeros.
    """
    page = int.from_bytes(header[16:18], "big")
    return int.from_bytes(header[28:32], "big") * (_LARGEST_PAGE if page == 1 else page) <= size


def _was_cut_short(path: Path) -> bool:
    """Tell whether a write was interrupted, which SQLite undoes when the file is opened next."""
    return path.with_name(f"{path.name}-journal").exists()


def refuse_damage(connection: Connection, place: str) -> None:
    """Raise RegisterError where a file's pages, tables or values are damaged."""
    if not _is_sound(connection):
        raise RegisterError("consent.damaged", register=place)


def _is_sound(connection: Connection) -> bool:
    if connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one() != "ok":
        return False
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        return False
    version = found_version(connection)
    refuse_newer(version)
    tables = _tables(connection)
    return (
        version > 0
        and tables == _expected(version)
        and all(_holds_its_kinds(connection, name) for kind, name, *_ in tables if kind == "table")
    )


def _tables(connection: Connection) -> set[tuple[str, ...]]:
    return {tuple(row) for row in connection.exec_driver_sql(_TABLES)}


def _expected(version: int) -> set[tuple[str, ...]]:
    """Return the tables and indexes that the migrations up to ``version`` make."""
    with create_engine("sqlite://").begin() as connection:
        migrate(connection, newest=version)
        return _tables(connection)


def _holds_its_kinds(connection: Connection, table: str) -> bool:
    """Tell whether every value of a table has the type of its column."""
    columns = connection.exec_driver_sql(f'PRAGMA table_info("{table}")').all()
    wrong = " OR ".join(
        f"typeof(\"{column.name}\") NOT IN ('{_KINDS[column.type]}', 'null')" for column in columns
    )
    query = f'SELECT 1 FROM "{table}" WHERE {wrong} LIMIT 1'  # noqa: S608 - names of our tables
    return connection.exec_driver_sql(query).first() is None
