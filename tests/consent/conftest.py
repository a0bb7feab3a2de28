"""A register on each database, in a user's data folder of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Protocol

import pytest

from photoguard.consent.register import Register, open_register
from tests.consent import postgres

UNIT = "Mallilan koulu"
_databases = count(1)


class Opener(Protocol):
    """Opens the same register again and again."""

    def __call__(self, unit: str = UNIT, *, read_only: bool = False) -> Register: ...


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's data folder of this test."""
    folder = tmp_path / "user"
    monkeypatch.setenv("PHOTOGUARD_DATA", str(folder))
    return folder


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    """A PostgreSQL on loopback with an ordinary login, ``staff``."""
    with postgres.running() as started:
        started.sql("postgres", "CREATE ROLE staff LOGIN PASSWORD 'word'")
        started.sql("postgres", "CREATE ROLE other LOGIN PASSWORD 'word'")
        yield started


@pytest.fixture
def database(server: postgres.Server) -> str:
    """A fresh database that belongs to ``staff``."""
    name = f"register{next(_databases)}"
    server.sql("postgres", f"CREATE DATABASE {name} OWNER staff")
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a register can be made: a path, and a URL."""
    if request.param == "sqlite":
        return str(tmp_path / "register.sqlite3")
    server: postgres.Server = request.getfixturevalue("server")
    return server.url(request.getfixturevalue("database"))


@pytest.fixture
def opener(place: str) -> Opener:
    """Opens the register at ``place``."""

    def opening(unit: str = UNIT, *, read_only: bool = False) -> Register:
        return open_register(place, unit, read_only=read_only)

    return opening


@pytest.fixture
def register(opener: Opener) -> Register:
    """An empty register, once on each database."""
    return opener()
