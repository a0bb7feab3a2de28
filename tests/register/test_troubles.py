"""A register that cannot be used ends in a code, exit 3, and nothing lost."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine

from photoguard.errors import RegisterError
from photoguard.register import engine, location
from photoguard.register.changes import writing
from photoguard.register.checks import has_identity_code
from photoguard.register.migrations import migrate
from photoguard.register.register import open_register
from tests.conftest import PROJECT
from tests.register.conftest import UNIT
from tests.register.people import LOGIN, TODAY, one_permitted, pupil

if TYPE_CHECKING:
    from tests.register.postgres import Server


def refusal(register: str, unit: str | None = UNIT, *, read_only: bool = True) -> str:
    """Return the code with which a register is refused; the exit code is always 3."""
    with pytest.raises(RegisterError) as caught:
        open_register(register, unit, read_only=read_only)
    assert caught.value.exit_code == 3
    return caught.value.code


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Make a SQLite register with one person."""
    place = tmp_path / "register.sqlite3"
    one_permitted(open_register(str(place), UNIT))
    return place


def test_the_usual_place_is_the_users_folder(data_folder: Path) -> None:
    """Without a name the register lies in the user's folder, for its owner only."""
    register = open_register("", UNIT)
    assert Path(register.place) == data_folder / "register.sqlite3"
    if os.name == "posix":
        assert Path(register.place).stat().st_mode & 0o777 == 0o600
        assert data_folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_a_loose_mode_is_tightened(path: Path) -> None:
    """A register that others could read is made private when it is next written to."""
    path.chmod(0o644)
    open_register(str(path), UNIT)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_missing_register_is_not_made_by_reading(tmp_path: Path) -> None:
    """The command prepare never makes a register that was named and is not there."""
    assert refusal(str(tmp_path / "no.sqlite3")) == "consent.no_register"
    assert not (tmp_path / "no.sqlite3").exists()


def test_an_empty_file_is_no_register(tmp_path: Path) -> None:
    """A file of no bytes is no register to read from."""
    (tmp_path / "empty.sqlite3").touch()
    assert refusal(str(tmp_path / "empty.sqlite3")) == "consent.no_register"


@pytest.mark.parametrize("read_only", [True, False])
def test_a_file_of_something_else_is_refused_and_kept(tmp_path: Path, *, read_only: bool) -> None:
    """A text, a picture or a folder is not taken for a register and not changed."""
    place = tmp_path / "letter.sqlite3"
    place.write_bytes(b"Dear parents, " * 100)
    assert refusal(str(place), read_only=read_only) == "consent.damaged"
    assert place.read_bytes() == b"Dear parents, " * 100
    assert refusal(str(tmp_path), read_only=read_only) == "consent.damaged"


@pytest.mark.parametrize("read_only", [True, False])
def test_a_damaged_register_is_refused_when_it_is_opened(path: Path, *, read_only: bool) -> None:
    """Pages overwritten in the middle are noticed before anything is decided."""
    whole = bytearray(path.read_bytes())
    for page in range(2, len(whole) // 4096):
        whole[page * 4096 : page * 4096 + 200] = b"\xa5" * 200
    path.write_bytes(whole)
    assert refusal(str(path), read_only=read_only) == "consent.damaged"


def test_a_truncated_register_is_refused(path: Path) -> None:
    """A copy that stopped half-way is noticed."""
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert refusal(str(path)) == "consent.damaged"


def test_a_locked_register_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program's lock is waited for, then told."""
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.1)
    with sqlite3.connect(path) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        assert refusal(str(path)) == "consent.locked"
        assert refusal(str(path), read_only=False) == "consent.locked"
        holder.rollback()
    holder.close()


def interrupted(path: Path) -> None:
    """Leave a register as a power cut in the middle of a write leaves it."""
    code = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size = 1")
connection.execute("BEGIN IMMEDIATE")
connection.execute("UPDATE person SET name = 'half'")
connection.execute("CREATE TABLE half AS SELECT * FROM log, permission, guardian, person")
os._exit(9)
"""
    subprocess.run([sys.executable, "-c", code, path], check=False)
    assert path.with_name(path.name + "-journal").stat().st_size > 0


def test_an_interrupted_write_is_undone(path: Path) -> None:
    """After a power cut nothing half-written is read, and the next command puts it right."""
    interrupted(path)
    assert refusal(str(path)) == "consent.interrupted"
    assert len(open_register(str(path), UNIT).find_by_name("Aino Kuusinen")) == 1
    assert len(open_register(str(path), UNIT, read_only=True).snapshot().records) == 1


@pytest.mark.skipif(os.name != "posix", reason="needs a limit on the size of files")
def test_a_full_disk_loses_nothing(path: Path) -> None:
    """What no longer fits is refused whole, and the register stays as it was."""
    size = path.stat().st_size
    code = f"""
import resource, signal
from tests.register.people import LOGIN, TODAY, pupil
from photoguard.register.register import open_register
from photoguard.register.changes import writing
from photoguard.errors import RegisterError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
register = open_register({str(path)!r})
resource.setrlimit(resource.RLIMIT_FSIZE, ({size + 8192}, {size + 8192}))
try:
    with writing(register, LOGIN) as change:
        for number in range(500):
            change.add_person(pupil(f"Otso Esimerkki {{number}}"), TODAY)
except RegisterError as trouble:
    raise SystemExit(trouble.exit_code)
"""
    done = subprocess.run([sys.executable, "-c", code], check=False, cwd=PROJECT)
    assert done.returncode == 3
    register = open_register(str(path), UNIT)
    assert len(register.snapshot().records) == 1
    assert register.examine_log().fault is None


def test_the_rollback_journal_is_used(path: Path) -> None:
    """The register is never in WAL mode, which could not be opened read-only."""
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA journal_mode = WAL")
    other.close()
    register = open_register(str(path), UNIT)
    with register.connection() as connection:
        for pragma, value in (
            ("journal_mode", "delete"),
            ("foreign_keys", 1),
            ("secure_delete", 1),
        ):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value


def test_an_older_schema_is_not_read(tmp_path: Path) -> None:
    """A register that was not yet brought up to date is told, not guessed at."""
    path = tmp_path / "older.sqlite3"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        migrate(connection, newest=1)
    engine.dispose()
    assert refusal(str(path)) == "consent.older_schema"


def test_a_file_answers_for_its_own_unit(path: Path) -> None:
    """Another unit's name is refused; no name takes the file's own."""
    assert refusal(str(path), "Toinen koulu") == "consent.other_unit"
    assert refusal(str(path), "Toinen koulu", read_only=False) == "consent.other_unit"
    assert open_register(str(path), read_only=True).unit == UNIT


def test_a_file_made_without_a_name_answers_for_anybody(tmp_path: Path) -> None:
    """Naming the unit later does not lock anybody out."""
    place = str(tmp_path / "nameless.sqlite3")
    one_permitted(open_register(place))
    assert len(open_register(place, UNIT, read_only=True).snapshot().records) == 1


@pytest.mark.parametrize(
    "url",
    [
        "mysql://user:secret@city.example/db",
        "postgresql://user:secret@city.example/db",
        "sqlite://",
        "sqlite:///:memory:",
        "http://user:secret@city.example",
        "postgresql+psycopg://[broken:secret",
    ],
)
def test_other_databases_are_refused_without_their_password(url: str) -> None:
    """Only SQLite files and psycopg are opened, and an address is not repeated whole."""
    with pytest.raises(RegisterError) as caught:
        open_register(url, UNIT)
    assert caught.value.code == "consent.wrong_url"
    assert "secret" not in str(caught.value.parameters)


def test_a_server_elsewhere_needs_encryption() -> None:
    """sslmode=require is set for another computer; a weaker word is refused."""
    assert engine.locate("postgresql+psycopg://u@db.city.example/r").query["sslmode"] == "require"
    assert "sslmode" not in engine.locate("postgresql+psycopg://u@localhost/r").query
    for weak in ("disable", "allow", "prefer"):
        with pytest.raises(RegisterError) as caught:
            engine.locate(f"postgresql+psycopg://u:secret@db.city.example/r?sslmode={weak}")
        assert caught.value.code == "consent.unencrypted"


MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
nas:/home /home nfs4 rw 0 0
/dev/sdb1 /home/local ext4 rw 0 0
//server/share /mnt/yhteinen\\040levy cifs rw 0 0
"""


@pytest.mark.parametrize(
    ("place", "shared"),
    [
        ("/var/register", False),
        ("/home/maija/register", True),
        ("/home/local/register", False),
        ("/homeless/register", False),
        ("/mnt/yhteinen levy/register", True),
    ],
)
def test_network_mounts_are_known(place: str, *, shared: bool) -> None:
    """The innermost mount decides whether a path lies on another computer."""
    assert location.network_file_system(Path(place), MOUNTS) is shared


@pytest.mark.parametrize(
    ("place", "shared"),
    [
        (r"\\palvelin\koulu\register.sqlite3", True),
        (r"\\?\UNC\palvelin\koulu\register.sqlite3", True),
        (r"\\?\C:\register.sqlite3", False),
        (r"C:\Users\Maija\register.sqlite3", False),
        ("/home/maija", False),
    ],
)
def test_windows_shares_are_known(place: str, *, shared: bool) -> None:
    """A UNC path is another computer's disk."""
    assert location.is_network_share(place) is shared


def test_a_register_on_a_share_is_refused() -> None:
    """SQLite is not opened where its locks cannot be trusted."""
    assert refusal(r"\\palvelin\koulu\register.sqlite3") == "consent.network_path"


def test_a_server_that_is_away_is_told() -> None:
    """Nothing listens: a sentence, not a traceback, and soon."""
    pytest.importorskip("psycopg")
    away = "postgresql+psycopg://staff:secret@127.0.0.1:1/register"
    assert refusal(away) == "consent.server_away"


def test_a_server_register_needs_a_unit(server: Server, database: str) -> None:
    """On a server nobody sees anything without saying for whom."""
    assert refusal(server.url(database), None) == "consent.unit_missing"


def test_wrong_logins_and_databases_are_told(server: Server, database: str) -> None:
    """A wrong password, a wrong database and an empty one have sentences of their own."""
    wrong = server.url(database).replace(":word@", ":sana@")
    assert refusal(wrong) == "consent.login_refused"
    assert refusal(server.url("nowhere")) == "consent.no_database"
    for read_only in (True, False):
        assert refusal(server.url(database), read_only=read_only) == "register.server_empty"


def changed_file(path: Path, *statements: str) -> None:
    """Change a register behind the program's back."""
    with sqlite3.connect(path) as other:
        for statement in ("DROP TRIGGER log_keeps_UPDATE", "DROP TRIGGER log_keeps_DELETE"):
            other.execute(statement)
        for statement in statements:
            other.execute(statement)
    other.close()


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE log SET reason = 'other' WHERE number = 3", "changed"),
        ("UPDATE log SET at = '2020-01-01T00:00:00+00:00' WHERE number = 1", "changed"),
        ("DELETE FROM log WHERE number = 2", "missing"),
        ("DELETE FROM log WHERE number = 1", "missing"),
        ("DELETE FROM log WHERE number > 3", "cut"),
        ("DELETE FROM log", "cut"),
        ("UPDATE log_head SET lines = lines - 1", "cut"),
        ("DELETE FROM log_head", "cut"),
    ],
)
def test_a_changed_or_missing_line_is_noticed(path: Path, statement: str, fault: str) -> None:
    """Each way to touch the log behind the program's back breaks it visibly."""
    changed_file(path, statement)
    assert open_register(str(path), read_only=True).examine_log().fault == fault


def test_a_log_cut_together_with_its_head_is_noticed_here(path: Path) -> None:
    """A chain shortened with care still is shorter than what this computer saw."""
    changed_file(
        path,
        "DELETE FROM log WHERE number > 3",
        "UPDATE log_head SET lines = 3, digest = (SELECT digest FROM log WHERE number = 3)",
    )
    register = open_register(str(path))
    assert register.examine_log().fault == "cut_here"
    with writing(register, LOGIN) as change:
        for name in ("Elli Esimerkki", "Otso Esimerkki", "Veera Esimerkki", "Onni Esimerkki"):
            change.add_person(pupil(name), TODAY)
    assert register.examine_log().fault == "cut_here"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("131052-308T", True),
        ("Alva 20200315-2382", True),
        ("200315-2382", True),
        ("38001085718", True),
        ("040123-4562", False),
        ("556677-8899", False),
        ("202003152382", False),
        ("Aino, 131052-308t, 5B", True),
        ("131052Y308T", True),
        ("131052\u2013308T", True),
        ("131052\u2011308T", True),
        ("1310\u00ad52-30\u200b8T", True),
        ("\uff11\uff13\uff11\uff10\uff15\uff12-308T", True),
        ("131052-308U", False),
        ("311352-308T", False),
        ("040-1234567", False),
        ("2026-08-12", False),
        ("1131052-308T", False),
    ],
)
def test_identity_codes_are_told_from_other_numbers(text: str, *, found: bool) -> None:
    """Marks of both generations count; the date and the check character must be right."""
    assert has_identity_code(text) is found
