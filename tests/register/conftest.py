"""A register on each database, in a user's data folder of the test's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from photoguard.register.register import Register, open_register
from tests.register import postgres
from tests.register.desk import CONFIG, Desk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

UNIT = "Mallilan koulu"


class Opener(Protocol):
    """Opens the same register again and again."""

    def __call__(self, unit: str = UNIT, *, read_only: bool = False) -> Register: ...


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give this test a user's data folder of its own."""
    folder = tmp_path / "user"
    monkeypatch.setenv("PHOTOGUARD_DATA", str(folder))
    return folder


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    """Start a PostgreSQL on loopback with an ordinary login, ``staff``."""
    with postgres.running() as started:
        started.sql("postgres", "CREATE ROLE staff LOGIN PASSWORD 'word'")
        started.sql("postgres", "CREATE ROLE other LOGIN PASSWORD 'word'")
        started.sql("postgres", "CREATE DATABASE register OWNER staff")
        yield started


@pytest.fixture
def database(server: postgres.Server) -> str:
    """Empty the database that belongs to ``staff`` and return its name."""
    server.sql(
        "register",
        "DROP SCHEMA IF EXISTS public CASCADE",
        "CREATE SCHEMA public AUTHORIZATION staff",
        "GRANT USAGE ON SCHEMA public TO other",
    )
    return "register"


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return where a register can be made: a path, then a URL."""
    if request.param == "sqlite":
        return str(tmp_path / "register.sqlite3")
    server: postgres.Server = request.getfixturevalue("server")
    return server.url(request.getfixturevalue("database"))


@pytest.fixture
def opener(place: str) -> Opener:
    """Return what opens the register at ``place``."""

    def opening(unit: str = UNIT, *, read_only: bool = False) -> Register:
        return open_register(place, unit, read_only=read_only)

    return opening


@pytest.fixture
def register(opener: Opener) -> Register:
    """Make an empty register, once on each database."""
    return opener()


@pytest.fixture
def desk(
    place: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Desk:
    """Return a command line whose register lies on each database in turn."""
    config = tmp_path / "photoguard.toml"
    config.write_text(CONFIG.format(place), "utf-8")
    return Desk(config, capsys, monkeypatch)
