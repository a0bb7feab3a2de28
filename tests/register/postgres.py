"""A private PostgreSQL on loopback, started for the tests and gone after them."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

OWNER = "owner"
"""The login that owns the database and the tables."""
STAFF = "staff"
"""The login that units use: it owns nothing and sees what the policies let it see."""
OTHER = "other"
"""An ordinary login that nobody has bound to a unit."""
MEMBER = "member"
"""An ordinary login that is a member of the role ``school`` and bound only through it."""

_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/local/pgsql/bin", "/opt/homebrew/opt/postgresql*/bin")


@dataclass(frozen=True)
class Server:
    """Where a running server is reached."""

    port: int

    def url(self, database: str, user: str = STAFF) -> str:
        return f"postgresql+psycopg://{user}:word@127.0.0.1:{self.port}/{database}"

    def sql(self, database: str, *statements: str) -> None:
        """Run statements as the superuser."""
        import psycopg

        where = f"host=127.0.0.1 port={self.port} user=boss password=word dbname={database}"
        with psycopg.connect(where, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


def find_programs() -> Path | None:
    """Return the folder of initdb and postgres, None where there is no server."""
    found = shutil.which("initdb")
    if found and shutil.which("pg_ctl"):
        return Path(found).resolve().parent
    folders = [path for place in _PLACES for path in Path("/").glob(place.lstrip("/"))]
    return max(folders, key=lambda path: path.parent.name, default=None)


def _unprivileged() -> tuple[tuple[str, ...], str | None]:
    """Return how to become somebody else than root, whom the server refuses, and who."""
    if os.geteuid() != 0:
        return (), None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            pwd.getpwnam(name)
            return ("runuser", "-u", name, "--"), name
    pytest.skip("PostgreSQL does not run as root, and there is nobody else")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running() -> Iterator[Server]:
    """Start a server of its own and stop it; skips where PostgreSQL is not installed."""
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    pytest.importorskip("psycopg", reason="the extra photoguard[postgres] is not installed")
    prefix, owner = _unprivileged()
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        place = Path(folder)
        (place / "password").write_text("word")
        if owner:
            shutil.chown(place, owner)
            shutil.chown(place / "password", owner)
        port = _free_port()
        _run(
            prefix,
            programs / "initdb",
            "-D",
            place / "db",
            "-U",
            "boss",
            "-A",
            "scram-sha-256",
            "--pwfile",
            place / "password",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        )
        options_ = {
            "port": port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": place,
            "fsync": "off",
        }
        options = " ".join(f"-c {name}={value}" for name, value in options_.items())
        control = (programs / "pg_ctl", "-D", place / "db", "-w", "-l", place / "log")
        _run(prefix, *control, "-o", options, "start")
        try:
            yield Server(port)
        finally:
            _run(prefix, *control, "-m", "immediate", "stop")


def _run(prefix: tuple[str, ...], *words: str | Path) -> None:
    subprocess.run(
        [*prefix, *map(str, words)], check=True, stdout=subprocess.DEVNULL, cwd="/", timeout=60
    )
