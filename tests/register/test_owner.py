"""photoguard register: IT makes a city's register, binds logins, examines and copies it."""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from photoguard.register import open_register
from photoguard.register.migrations import migrate
from photoguard.register.schema import NEWEST
from photoguard.register.server import BACKUP, CHECKS, owning
from tests.conftest import PROJECT
from tests.register import postgres
from tests.register.conftest import UNIT
from tests.register.desk import CONFIG, Desk
from tests.register.people import one_permitted

if TYPE_CHECKING:
    from pathlib import Path

    from tests.register.postgres import Server

THEIRS = "Lönnrotin koulu"


@pytest.fixture
def it(
    server: Server,
    database: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Desk:
    """Return the command line of the register's owner; the database is empty."""
    config = tmp_path / "owner.toml"
    config.write_text(CONFIG.format(server.url(database, postgres.OWNER)), "utf-8")
    return Desk(config, capsys, monkeypatch)


@pytest.fixture
def staff(it: Desk, server: Server, tmp_path: Path) -> Desk:
    """Return the command line of an ordinary login at the same register."""
    config = tmp_path / "staff.toml"
    config.write_text(CONFIG.format(server.url("register")), "utf-8")
    return replace(it, config=config)


def made(it: Desk) -> None:
    """Make a register of two schools, staff bound to the first."""
    it.printed("register", "init", UNIT, THEIRS)
    it.printed("register", "grant", "staff", UNIT)
    it.printed("register", "grant", "school", THEIRS)


def test_the_owners_story(it: Desk, staff: Desk) -> None:
    """Init makes it, grant opens it to one login for one unit, and nothing is opened before."""
    assert staff.run("consent", "list") == 3
    assert "photoguard register init" in staff.err
    printed = it.printed("register", "init", UNIT)
    assert "Unit made: Mallilan koulu." in printed
    assert "Nobody can" in printed or "nobody can" in printed
    assert staff.run("consent", "list") == 3
    assert "Bound: staff." in it.printed("register", "grant", "staff", UNIT)
    staff.printed("consent", "add", "Aino Kuusinen")
    assert staff.run("consent", "list", "--unit-name", "Mallilan kuolu") == 3
    printed = it.printed("register", "units", "--add", THEIRS)
    assert "Unit made: Lönnrotin koulu." in printed
    assert "staff" in printed
    assert "kuolu" not in printed
    assert staff.run("consent", "list", "--unit-name", THEIRS) == 3
    assert "not bound" in staff.err
    it.printed("register", "grant", "staff", UNIT, "--revoke")
    assert staff.run("consent", "list") == 3


def test_init_again_changes_nothing(it: Desk, staff: Desk) -> None:
    """A register that is up to date stays as it is, with its people."""
    made(it)
    staff.printed("consent", "add", "Aino Kuusinen")
    assert "up to date" in it.printed("register", "init", UNIT)
    assert "Aino" in staff.printed("consent", "list")


def test_the_owner_is_not_bound_either(it: Desk) -> None:
    """Who owns the tables opens no unit without a row, like everybody."""
    made(it)
    assert it.run("consent", "list") == 3
    it.printed("register", "grant", "owner", UNIT)
    it.printed("consent", "list")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("grant", "staff", "Mallilan kuolu"), 2),
        (("grant", "staf", UNIT), 2),
        (("grant", "staff", UNIT, "--new-login"), 2),
        (("grant", "staff"), 2),
    ],
)
def test_mistyped_words_bind_nobody(it: Desk, words: tuple[str, ...], code: int) -> None:
    """A unit or a login that is not there is told, and made only where that is said."""
    it.printed("register", "init", UNIT)
    before = it.printed("register", "units")
    assert it.run("register", *words) == code
    assert it.printed("register", "units") == before


def test_only_the_owner_grants(it: Desk, staff: Desk) -> None:
    """Staff's login reaches none of the owner's commands."""
    made(it)
    for words in (("units",), ("check",), ("grant", "staff", THEIRS), ("init", "Uusi koulu")):
        assert staff.run("register", *words) == 3
        assert "owner" in staff.err
    assert staff.run("consent", "list", "--unit-name", THEIRS) == 3


def test_a_file_needs_no_logins(it: Desk, tmp_path: Path) -> None:
    """A register in a file is told apart, code 2."""
    for words in (("init",), ("units",), ("check",), ("grant", "staff", UNIT)):
        assert it.run("register", *words, "--register", str(tmp_path / "r.sqlite3")) == 2


def test_the_sql_is_what_would_be_run(it: Desk, server: Server, staff: Desk) -> None:
    """What --sql shows changes nothing, and makes the same register when it is run by hand."""
    script = it.printed("register", "init", UNIT, "--sql")
    assert staff.run("consent", "list") == 3
    granting = it.printed("register", "grant", "staff", UNIT, "--sql")
    server.sql("register", f"SET ROLE owner; {script} {granting}")
    staff.printed("consent", "add", "Aino Kuusinen")
    assert "protected as it should be" in it.printed("register", "check")
    assert "SELECT" in it.printed("register", "units", "--sql")
    assert it.printed("register", "check", "--sql").count("-- ") == len(CHECKS)
    assert "INSERT INTO unit" in it.printed("register", "units", "--add", "Uusi", "--sql")
    assert "Uusi" not in it.printed("register", "units")


def test_a_new_login_and_a_new_unit_in_one_step(it: Desk, server: Server) -> None:
    """Where the owner may make roles, a login and its unit are made by name."""
    it.printed("register", "init")
    server.sql("register", "DROP ROLE IF EXISTS maija", "ALTER ROLE owner CREATEROLE")
    printed = it.printed("register", "grant", "maija", "Uusi koulu", "--new-login", "--new-unit")
    assert "\\password" in printed
    server.sql("register", "ALTER ROLE maija PASSWORD 'word'", "ALTER ROLE owner NOCREATEROLE")
    one_permitted(open_register(server.url("register", "maija"), "Uusi koulu"))
    assert "protected as it should be" in it.printed("register", "check")


BROKEN = {
    "ALTER TABLE person NO FORCE ROW LEVEL SECURITY": "person",
    "ALTER TABLE noted DISABLE ROW LEVEL SECURITY": "noted",
    "ALTER POLICY one_unit ON guardian USING (true)": "guardian",
    "CREATE POLICY more ON permission USING (true)": "permission: more",
    "ALTER TABLE log DISABLE TRIGGER log_keeps": "log: log_keeps",
    "DROP TRIGGER owners_only ON schema_version": "schema_version: owners_only",
    "GRANT DELETE ON schema_version TO staff": "staff: schema_version",
    "GRANT UPDATE ON log TO PUBLIC": "staff: log",
    "REVOKE INSERT ON log FROM staff": "staff: log",
    "INSERT INTO unit_role VALUES ('gone', 'Mallilan koulu')": "gone",
    "INSERT INTO unit_role VALUES ('staff', 'Mallilan kuolu')": "staff: Mallilan kuolu",
    "INSERT INTO unit VALUES ('Uusi koulu')": "Uusi koulu",
    "GRANT SELECT ON person TO other": "other",
    "GRANT CREATE ON SCHEMA public TO PUBLIC": "public",
}


@pytest.mark.parametrize("statement", BROKEN)
def test_check_tells_what_is_wrong(it: Desk, server: Server, statement: str) -> None:
    """Each hole in the protection is named with a remedy, code 3."""
    made(it)
    assert "protected as it should be" in it.printed("register", "check")
    server.sql("register", statement)
    assert it.run("register", "check") == 3
    assert BROKEN[statement] in it.out
    assert "→" in it.out


def test_check_names_a_login_that_passes_over_the_bounds(it: Desk, server: Server) -> None:
    """A bound login with BYPASSRLS is told."""
    made(it)
    server.sql("register", "ALTER ROLE staff BYPASSRLS")
    try:
        assert it.run("register", "check") == 3
    finally:
        server.sql("register", "ALTER ROLE staff NOBYPASSRLS")
    assert "staff" in it.out


def test_the_guides_way_from_an_empty_server(server: Server, it: Desk, tmp_path: Path) -> None:
    """What the guide for IT lets a superuser and the owner do ends in a school that works."""
    guide = (PROJECT / "photoguard" / "guides" / "it.en.md").read_text("utf-8")
    (block,) = re.findall(r"```sql\n(.*?)```", guide, re.DOTALL)
    gone = ("DROP DATABASE IF EXISTS photoguard", "DROP ROLE IF EXISTS photoguard_owner, mallila")
    server.sql("postgres", *gone)
    for statement in block.split(";\n"):
        server.sql("postgres", statement or "SELECT 1")
    server.sql("postgres", "ALTER ROLE photoguard_owner PASSWORD 'word'")
    config = tmp_path / "city.toml"
    config.write_text(CONFIG.format(server.url("photoguard", "photoguard_owner")), "utf-8")
    owner = replace(it, config=config)
    owner.printed("register", "init", UNIT)
    server.sql(
        "photoguard", owner.printed("register", "grant", "mallila", UNIT, "--new-login", "--sql")
    )
    server.sql("photoguard", "ALTER ROLE mallila PASSWORD 'word'")
    one_permitted(open_register(server.url("photoguard", "mallila"), UNIT))
    assert json.loads(owner.printed("register", "check", "--json")) == {
        "findings": [],
        "units": [UNIT],
    }
    (row,) = json.loads(owner.printed("register", "units", "--json"))["units"]
    assert (row["role"], row["unit"]) == ("mallila", UNIT)
    server.sql("photoguard", "GRANT UPDATE ON log TO mallila")
    assert owner.run("register", "check", "--json") == 3
    assert [each["name"] for each in json.loads(owner.out)["findings"]] == ["mallila: log"]
    server.sql("postgres", gone[0])
    server.sql("postgres", gone[1])


def test_sql_for_an_update_is_what_the_update_runs(it: Desk, server: Server, database: str) -> None:
    """From each older version, the printed script leads to the same protected register."""
    for version in range(1, NEWEST):
        server.sql(
            database, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public AUTHORIZATION owner"
        )
        server.sql(database, "GRANT USAGE ON SCHEMA public TO PUBLIC")
        with owning(server.url(database, postgres.OWNER)) as owner:
            migrate(owner.connection, newest=version)
        server.sql(database, f"SET ROLE owner; {it.printed('register', 'init', '--sql')}")
        it.printed("register", "grant", "staff", UNIT, "--new-unit")
        assert "protected as it should be" in it.printed("register", "check")


def client(server: Server, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's own programs, as IT does."""
    programs = postgres.find_programs()
    assert programs is not None
    return subprocess.run(
        [programs / words[0], "-h", "127.0.0.1", "-p", str(server.port), *words[1:]],
        check=False,
        capture_output=True,
        text=True,
        input=given,
        env={**os.environ, "PGPASSWORD": "word"},
    )


def dumped(server: Server, login: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Copy the register as IT does."""
    return client(server, "pg_dump", *options, "-U", login, "register")


def test_only_the_described_backup_holds_the_children(it: Desk, server: Server) -> None:
    """The owner's copies fail or are empty; the copy that the note describes can be restored."""
    made(it)
    one_permitted(open_register(server.url("register"), UNIT))
    empty = dumped(server, "owner", "--enable-row-security")
    assert (empty.returncode, "Kuusinen" in empty.stdout) == (0, False)
    assert dumped(server, "owner").returncode != 0
    note = it.printed("register", "backup-note")
    assert all(statement in note for statement in BACKUP)
    assert it.printed("register", "backup-note", "--sql").count("photoguard_backup") == 2
    server.sql("register", "DROP ROLE IF EXISTS photoguard_backup", *BACKUP)
    server.sql("register", "ALTER ROLE photoguard_backup PASSWORD 'word'")
    whole = dumped(server, "photoguard_backup")
    assert whole.returncode == 0, whole.stderr
    assert "Aino Kuusinen" in whole.stdout
    restored(server, whole.stdout)
    register = open_register(server.url("restored"), UNIT)
    assert [each.person.name for each in register.snapshot().records] == ["Aino Kuusinen"]
    assert "protected as it should be" in it.printed(
        "register", "check", "--register", server.url("restored", postgres.OWNER)
    )


def restored(server: Server, copy: str) -> None:
    """Restore a copy into an empty database, as a superuser does."""
    server.sql("postgres", "DROP DATABASE IF EXISTS restored")
    server.sql("postgres", "CREATE DATABASE restored OWNER owner")
    done = client(server, "psql", "-v", "ON_ERROR_STOP=1", "-U", "boss", "restored", given=copy)
    assert done.returncode == 0, done.stderr
