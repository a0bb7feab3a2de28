"""A register on each database, in a user's data folder of the test's own."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Protocol

import pytest

from photoguard.register.register import Register, open_register
from photoguard.register.server import Binding, adding_unit, binding, giving_rights, owning
from tests.register import postgres
from tests.register.desk import CONFIG, Desk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

UNIT = "Mallilan koulu"


class Opener(Protocol):
    """Opens the same register again and again."""

    def __call__(self, unit: str = UNIT, *, read_only: bool = False) -> Register: ...


class Behind(Protocol):
    """Runs SQL statements on the register, past its triggers."""

    def __call__(self, *statements: str) -> None: ...


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give this test a user's data folder of its own."""
    folder = tmp_path / "user"
    monkeypatch.setenv("PHOTOGUARD_DATA", str(folder))
    return folder


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    """Start a PostgreSQL on loopback with an owner and ordinary logins."""
    with postgres.running() as started:
        for login in (postgres.OWNER, postgres.STAFF, postgres.OTHER, postgres.MEMBER):
            started.sql("postgres", f"CREATE ROLE {login} LOGIN PASSWORD 'word'")
        started.sql("postgres", f"CREATE ROLE school; GRANT school TO {postgres.MEMBER}")
        started.sql("postgres", f"CREATE DATABASE register OWNER {postgres.OWNER}")
        yield started


@pytest.fixture
def database(server: postgres.Server) -> str:
    """Empty the database that belongs to ``owner`` and return its name."""
    server.sql(
        "register",
        "DROP SCHEMA IF EXISTS public CASCADE",
        "CREATE SCHEMA public AUTHORIZATION owner",
        "GRANT USAGE ON SCHEMA public TO PUBLIC",
    )
    return "register"


def set_up(server: postgres.Server, database: str, *bindings: Binding) -> str:
    """Make a register as its owner, with units and who works for them; return staff's URL."""
    with owning(server.url(database, postgres.OWNER)) as owner:
        owner.make()
        for unit in dict.fromkeys(each.unit for each in bindings):
            owner.run(adding_unit(unit))
        for each in bindings:
            owner.run((*giving_rights(each.role), *binding(each)))
    return server.url(database)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return where a register can be made: a path, then a URL."""
    if request.param == "sqlite":
        return str(tmp_path / "register.sqlite3")
    server: postgres.Server = request.getfixturevalue("server")
    database: str = request.getfixturevalue("database")
    return set_up(server, database, Binding(UNIT, postgres.STAFF))


@pytest.fixture
def behind(place: str, request: pytest.FixtureRequest) -> Behind:
    """Return what changes the register at ``place`` behind the program's back."""

    def change(*statements: str) -> None:
        if "://" in place:
            server: postgres.Server = request.getfixturevalue("server")
            server.sql("register", "SET session_replication_role = replica", *statements)
            return
        with sqlite3.connect(place) as other:
            for event in ("UPDATE", "DELETE"):
                other.execute(f"DROP TRIGGER IF EXISTS log_keeps_{event}")
            for statement in statements:
                other.execute(statement)
        other.close()

    return change


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
