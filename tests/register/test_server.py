"""A city's register on a real PostgreSQL: no login passes the bounds of its unit."""
# ruff: noqa: S608 - statements are what is tested

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from photoguard.errors import RegisterError, UsageTrouble
from photoguard.model import (
    Capacity,
    Duty,
    Figures,
    Holder,
    Noted,
    PersonKind,
    Photographer,
    Role,
    Stage,
)
from photoguard.register import engine, open_register, schema
from photoguard.register.accounts import add_holder, read_holders, write_figures
from photoguard.register.changes import writing
from photoguard.register.forms import make_form
from photoguard.register.importing.mapping import Mapping
from photoguard.register.importing.plan import Defaults, Plan, carry_out, plan
from photoguard.register.importing.proposal import propose
from photoguard.register.importing.table import read_table
from photoguard.register.migrations import migrate
from photoguard.register.posts import Post, PostPhoto, add_post
from photoguard.register.server import Binding, adding_unit, binding, giving_rights, owning
from tests.register import postgres
from tests.register.conftest import UNIT, set_up
from tests.register.people import (
    FIRST_COVERED,
    LOGIN,
    TODAY,
    older_entries,
    permitted,
    pupil,
    write_covered,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from photoguard.register import Register
    from tests.register.postgres import Server

THEIRS = "Lönnrotin koulu"
NEW = "Uusi koulu"
OWNED = tuple(schema.METADATA.tables)
SHARED = ("schema_version", "unit_role", "unit")
ALL = (*OWNED, "schema_version", "unit_role")
README_RIGHTS = "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}"
"""What older descriptions told IT to grant; it must be safe as well."""


def filled(register: Register) -> None:
    """Put a row into every table of the unit."""
    with writing(register, LOGIN) as change:
        person = permitted(change, pupil())
        by = change.add_photographer(Photographer("", "Maija Virtanen", Role.STAFF))
        noted = (Noted(person.id, Capacity.SHOWN), Noted(by.id, Capacity.PHOTOGRAPHER))
        photo = PostPhoto("photo-001.jpg", "1" * 64, "2" * 64, "", noted)
        add_post(change, Post("", "instagram", "https://x", TODAY, (photo,), groups=("5B",)))
        make_form(change, person.id, TODAY, "2026")
        add_holder(change, Holder("", "Maija Virtanen", Duty.HOLDER, "instagram"))
        write_figures(change, Figures("instagram", TODAY, 412))


@pytest.fixture
def city(server: Server, database: str) -> str:
    """Make a city of two schools: one bound by its login, one through a group role."""
    mine, theirs = Binding(UNIT, postgres.STAFF), Binding(THEIRS, "school")
    set_up(server, database, mine, theirs)
    filled(open_register(server.url(database), UNIT))
    filled(open_register(server.url(database, postgres.MEMBER), THEIRS))
    for login in (postgres.STAFF, postgres.OTHER, "school"):
        server.sql(database, README_RIGHTS.format(login))
    return database


def planned(register: Register, file: Path) -> Plan:
    """Return what a table would change, by the columns that are proposed."""
    table = read_table(file)
    proposed = propose(table.headings)
    pupils = Defaults(Stage.BASIC_EDUCATION, PersonKind.PUPIL, TODAY)
    return plan(table, Mapping(proposed.columns, proposed.permissions, "arki"), register, pupils)


def imported(register: Register, file: Path) -> None:
    """Take a table in."""
    carry_out(planned(register, file), register, LOGIN, TODAY)


def connect(server: Server, database: str, login: str) -> Any:  # noqa: ANN401 - an extra
    """Connect as a stranger's client does, without the program."""
    import psycopg

    where = f"host=127.0.0.1 port={server.port} user={login} password=word dbname={database}"
    return psycopg.connect(where, autocommit=True)


def rows(server: Server, database: str, table: str) -> dict[str, list[str]]:
    """Return a table's rows by unit as a superuser sees them."""
    found: dict[str, list[str]] = {}
    with connect(server, database, "boss") as boss:
        query = f"SELECT to_jsonb(t)->>'unit', to_jsonb(t)::text FROM {table} t ORDER BY 2"
        for unit, row in boss.execute(query):
            found.setdefault(unit or "", []).append(row)
    return found


def statements(table: str) -> Iterator[str]:
    """Yield every kind of statement that could change a table, the mildest first."""
    columns = [] if table not in OWNED else list(schema.METADATA.tables[table].columns)
    for column in columns:
        if str(column.type) == "TEXT":
            yield f"UPDATE {table} SET {column.name} = '{THEIRS}'"
            yield f"UPDATE {table} SET {column.name} = 'x' WHERE unit = '{THEIRS}'"
    names = ", ".join(column.name for column in columns)
    values = names.replace("unit", f"'{THEIRS}'", 1)
    if columns:
        yield f"INSERT INTO {table} ({names}) SELECT {values} FROM {table}"
        yield f"INSERT INTO {table} (unit) VALUES ('{THEIRS}')"
    yield "INSERT INTO unit (unit) VALUES ('Mallilan kuolu')"
    yield f"INSERT INTO unit_role VALUES (session_user, '{THEIRS}')"
    yield f"MERGE INTO {table} t USING (VALUES (1)) v (x) ON TRUE WHEN MATCHED THEN DELETE"
    yield f"WITH gone AS (DELETE FROM {table} RETURNING *) SELECT * FROM gone"
    yield f"DELETE FROM {table}"
    yield f"TRUNCATE {table} CASCADE"
    yield f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table} DISABLE TRIGGER ALL"
    yield f"DROP POLICY one_unit ON {table}"
    yield f"CREATE POLICY mine ON {table} USING (true)"
    yield f"DROP TABLE {table} CASCADE"


AROUND = (
    "SET ROLE owner",
    "SET SESSION AUTHORIZATION owner",
    "SET session_replication_role = replica",
    "SET row_security = off",
    "CREATE TEMP TABLE unit_role (role TEXT, unit TEXT, sees_logins BOOLEAN)",
    f"INSERT INTO pg_temp.unit_role VALUES (session_user, '{THEIRS}', true)",
    f"""CREATE FUNCTION pg_temp.photoguard_unit() RETURNS text LANGUAGE sql
        AS $$ SELECT '{THEIRS}' $$""",
    "CREATE FUNCTION pg_temp.photoguard_owns() RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    "SET search_path = pg_temp, public",
)
"""What somebody tries before the statement, to get around the bounds."""

READS = (
    "SELECT * FROM {}",
    "SELECT * FROM {} FOR UPDATE",
    "SELECT * FROM {} TABLESAMPLE SYSTEM (100)",
    "TABLE {}",
)


def attempt(connection: Any, statement: str) -> list[Any]:  # noqa: ANN401
    """Run a statement, whatever comes of it, and return its rows."""
    import psycopg

    try:
        done = connection.execute(statement)
        return list(done.fetchall()) if done.description else []
    except psycopg.Error:
        return []


@pytest.mark.parametrize("around", ["", *AROUND])
@pytest.mark.parametrize("login", [postgres.STAFF, postgres.OTHER])
def test_nobody_sees_another_unit(server: Server, city: str, login: str, around: str) -> None:
    """No way to read returns a row of a unit to which the login is not bound."""
    allowed = {UNIT} if login == postgres.STAFF else set()
    for unit in (UNIT, THEIRS, ""):
        with connect(server, city, login) as connection:
            if around:
                attempt(connection, around)
            attempt(connection, f"SET photoguard.unit = '{unit}'")
            for table in OWNED:
                for read in READS:
                    found = attempt(connection, read.format(f"public.{table}"))
                    units = {row[0] for row in found}
                    assert units <= (allowed & {unit}), (read, table)
                    assert units or around or unit not in allowed, table
                copied = connection.cursor()
                try:
                    with copied.copy(f"COPY public.{table} TO STDOUT") as stream:
                        text = b"".join(stream).decode()
                except Exception:  # noqa: BLE001 - refused in any way is as good
                    text = ""
                assert THEIRS not in text


@pytest.mark.parametrize("login", [postgres.STAFF, postgres.OTHER])
def test_no_function_of_ones_own_overhears(server: Server, city: str, login: str) -> None:
    """A cheap condition is not asked about rows that the login may not see."""
    heard: list[str] = []
    with connect(server, city, login) as connection:
        connection.add_notice_handler(lambda notice: heard.append(notice.message_primary))
        connection.execute(f"SET photoguard.unit = '{UNIT}'")
        connection.execute(
            """CREATE FUNCTION pg_temp.tell(unit text) RETURNS boolean LANGUAGE plpgsql
            COST 0.0000001 AS $$ BEGIN RAISE NOTICE '%', unit; RETURN true; END $$"""
        )
        for table in OWNED:
            attempt(connection, f"SELECT * FROM {table} WHERE pg_temp.tell({table}.unit)")
    assert set(heard) == ({UNIT} if login == postgres.STAFF else set())


@pytest.mark.parametrize("login", [postgres.STAFF, postgres.OTHER, postgres.MEMBER])
def test_nobody_changes_another_unit(server: Server, city: str, login: str) -> None:
    """No statement on any table touches another unit's rows, or what belongs to all."""
    others = UNIT if login == postgres.MEMBER else THEIRS
    tables = (*OWNED, *SHARED)
    before = {table: rows(server, city, table) for table in tables}
    for unit in (UNIT, THEIRS, ""):
        with connect(server, city, login) as connection:
            attempt(connection, f"SET photoguard.unit = '{unit}'")
            for table in ALL:
                for statement in statements(table):
                    attempt(connection, statement.replace(THEIRS, others))
    for table in tables:
        after = rows(server, city, table)
        if table in SHARED:
            assert after == before[table], table
        else:
            assert after.get(others) == before[table][others], table
            units = {UNIT, THEIRS} if login == postgres.OTHER else {others}
            assert {u: after.get(u) for u in units} == {u: before[table][u] for u in units}


@pytest.mark.parametrize("login", [postgres.STAFF, postgres.MEMBER])
def test_the_logs_past_stays(server: Server, city: str, login: str) -> None:
    """A bound login can neither change nor drop a line, nor shorten the log's own end."""
    unit = UNIT if login == postgres.STAFF else THEIRS
    before = rows(server, city, "log")[unit], rows(server, city, "log_head")[unit]
    with connect(server, city, login) as connection:
        attempt(connection, f"SET photoguard.unit = '{unit}'")
        for statement in (
            *statements("log"),
            *statements("log_head"),
            "UPDATE log_head SET lines = 0, digest = repeat('0', 64)",
            "UPDATE log_head SET lines = 2, digest = (SELECT digest FROM log WHERE number = 2)",
            "UPDATE log_head SET digest = repeat('0', 64)",
            "UPDATE actor SET login = 'somebody else'",
            "DELETE FROM actor",
        ):
            attempt(connection, statement)
    assert (rows(server, city, "log")[unit], rows(server, city, "log_head")[unit]) == before
    register = open_register(server.url(city, login), unit)
    assert register.examine_log().fault is None


def refusal(url: str, unit: str, *, read_only: bool = True) -> str:
    """Return the code with which a register is refused."""
    with pytest.raises(RegisterError) as caught:
        open_register(url, unit, read_only=read_only)
    assert caught.value.exit_code == 3
    return caught.value.code


@pytest.mark.parametrize("read_only", [True, False])
def test_no_row_no_unit(server: Server, city: str, *, read_only: bool) -> None:
    """Without a row a login has no unit; another unit's name, or a mistyped one, opens none."""
    for login, unit in (
        (postgres.OTHER, UNIT),
        (postgres.STAFF, THEIRS),
        (postgres.MEMBER, UNIT),
        (postgres.STAFF, "Mallilan kuolu"),
        (postgres.OWNER, UNIT),
    ):
        asked = refusal(server.url(city, login), unit, read_only=read_only)
        assert asked == "register.not_bound"
    assert set(rows(server, city, "unit")) == {UNIT, THEIRS}


def test_membership_counts(server: Server, city: str) -> None:
    """A login that is bound through a group role works for that unit only."""
    register = open_register(server.url(city, postgres.MEMBER), THEIRS)
    assert [each.person.name for each in register.snapshot().records] == ["Aino Kuusinen"]
    assert register.examine_log().fault is None


def test_a_binding_to_a_unit_that_nobody_made_opens_nothing(server: Server, city: str) -> None:
    """A row for a mistyped unit makes no unit."""
    server.sql(city, f"INSERT INTO unit_role VALUES ('other', '{NEW}')")
    assert refusal(server.url(city, postgres.OTHER), NEW) == "register.no_unit"
    assert refusal(server.url(city, postgres.OTHER), NEW, read_only=False) == "register.no_unit"
    assert NEW not in rows(server, city, "unit")


def test_two_units_write_at_once(server: Server, city: str) -> None:
    """Imports of two units at the same time leave two whole logs."""

    def add_some(who: tuple[str, str]) -> None:
        unit, login = who
        register = open_register(server.url(city, login), unit)
        for turn in range(5):
            with writing(register, LOGIN) as change:
                change.add_person(pupil(f"Oppilas {unit} {turn}"), TODAY)

    workers = ((UNIT, postgres.STAFF), (THEIRS, postgres.MEMBER))
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(add_some, workers))
    for unit, login in workers:
        register = open_register(server.url(city, login), unit)
        assert len(register.snapshot().records) == 6
        assert register.examine_log().fault is None


def roster(folder: Path, name: str, people: int) -> Path:
    """Return a table of pupils with guardians and words, as an office would save it."""
    rows = (f"{name}{n};{name} {n};5B;5.3.2014;Huoltaja {n};kyllä" for n in range(people))
    heading = (
        "Tunniste;Nimi;Luokka;Syntymäaika;Huoltaja 1;Oma lupa Instagram;Huoltajan lupa Instagram"
    )
    file = folder / f"{name}.csv"
    file.write_text("\n".join([heading, *rows]) + "\n", "utf-8")
    return file


def test_two_units_import_at_once(server: Server, city: str, tmp_path: Path) -> None:
    """Two schools' tables at the same time: each has its own people, whole, and a whole log."""

    def take_in(who: tuple[str, str]) -> None:
        unit, login = who
        register = open_register(server.url(city, login), unit)
        imported(register, roster(tmp_path, login, 150))

    workers = ((UNIT, postgres.STAFF), (THEIRS, postgres.MEMBER))
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(take_in, workers))
    for unit, login in workers:
        register = open_register(server.url(city, login), unit)
        names = {each.person.name.partition(" ")[0] for each in register.snapshot().records}
        assert names == {"Aino", login}
        assert len(register.snapshot().records) == 151
        assert register.examine_log().fault is None


def test_two_imports_of_one_unit_do_not_mix(server: Server, city: str, tmp_path: Path) -> None:
    """What was planned before somebody else's import is refused, and nothing of it is written."""
    first, second = (open_register(server.url(city), UNIT) for _ in range(2))
    mine, theirs = (planned(each, roster(tmp_path, "pupil", 3)) for each in (first, second))
    carry_out(mine, first, LOGIN, TODAY)
    with pytest.raises(UsageTrouble) as caught:
        carry_out(theirs, second, LOGIN, TODAY)
    assert caught.value.code == "consent.import_overtaken"
    assert len(second.snapshot().records) == 4
    assert second.examine_log().fault is None


def test_an_import_cut_in_any_statement_takes_nothing_in(
    server: Server, city: str, tmp_path: Path
) -> None:
    """Whichever statement the connection dies in, the unit is as it was, and the next one works."""
    file = roster(tmp_path, "pupil", 4)
    before = rows(server, city, "person")[UNIT], rows(server, city, "log")[UNIT]
    number = 1
    while cut_import(server, city, file, number):
        now = rows(server, city, "person")[UNIT], rows(server, city, "log")[UNIT]
        assert now == before
        number += 1
    assert number > 10
    assert len(rows(server, city, "person")[UNIT]) == 5
    assert open_register(server.url(city), UNIT).examine_log().fault is None


def cut_import(server: Server, city: str, file: Path, number: int) -> bool:
    """Import a table, cut in its statement of this number; tell whether that was refused."""
    register = open_register(server.url(city), UNIT)
    found = planned(register, file)
    cut_at(server, register, number)
    try:
        carry_out(found, register, LOGIN, TODAY)
    except RegisterError as trouble:
        return trouble.code == "consent.server_away"
    return False


def statements_of_one_change(register: Register) -> int:
    """Add a pupil and return how many statements it took up to the commit."""
    seen: list[str] = []
    committed: list[int] = []

    @event.listens_for(register._engine, "before_cursor_execute")
    def _count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:  # noqa: ANN401
        seen.append(statement)

    @event.listens_for(register._engine, "commit")
    def _end(_connection: Any) -> None:  # noqa: ANN401
        committed.append(len(seen))

    with writing(register, LOGIN) as change:
        permitted(change, pupil("Otso Esimerkki"))
    return committed[0]


def cut_at(server: Server, register: Register, number: int) -> None:
    """Have the server end the register's connection before its statement of this number."""
    seen: list[str] = []

    @event.listens_for(register._engine, "before_cursor_execute")
    def _cut(connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:  # noqa: ANN401
        seen.append(statement)
        if len(seen) == number:
            pid = connection.connection.driver_connection.info.backend_pid
            server.sql("register", f"SELECT pg_terminate_backend({pid}, 2000)")


def test_a_connection_cut_in_any_statement_writes_nothing(server: Server, city: str) -> None:
    """Whichever statement a connection dies in: code 3, nothing half-written, a whole log."""
    url = server.url(city)
    count = statements_of_one_change(open_register(url, UNIT))
    before = rows(server, city, "person")[UNIT], rows(server, city, "log")[UNIT]
    for number in range(1, count + 1):
        register = open_register(url, UNIT)
        cut_at(server, register, number)
        with pytest.raises(RegisterError) as caught, writing(register, LOGIN) as change:
            permitted(change, pupil("Elli Esimerkki"))
        assert caught.value.code == "consent.server_away"
        assert (rows(server, city, "person")[UNIT], rows(server, city, "log")[UNIT]) == before
    assert open_register(url, UNIT).examine_log().fault is None


@pytest.mark.parametrize("version", range(1, FIRST_COVERED))
def test_an_older_register_is_brought_up_to_date(
    server: Server, database: str, version: int
) -> None:
    """Data of every released version is there after the owner's init, and then closed."""
    url = server.url(database, postgres.OWNER)
    for unit in (UNIT, THEIRS):
        made = engine.connectable(engine.locate(url), unit, read_only=False)
        with made.begin() as connection:
            if unit == UNIT:
                migrate(connection, newest=version)
            for statement in older_entries(unit):
                connection.exec_driver_sql(statement)
    server.sql(database, README_RIGHTS.format("staff"))
    if version == 2:
        server.sql(database, f"INSERT INTO unit_role VALUES ('staff', '{UNIT}')")
    for read_only in (True, False):
        found = refusal(server.url(database), UNIT, read_only=read_only)
        assert found == "register.older_server"
    with owning(url) as owner:
        owner.make()
        owner.refuse_others()
        if version == 1:
            owner.run((*giving_rights("staff"), *binding(Binding(UNIT, "staff"))))
        assert owner.units() == (THEIRS, UNIT)
    register = open_register(server.url(database), UNIT)
    assert [each.person.id for each in register.snapshot().records] == ["p-1"]
    assert register.examine_log().lines == 1
    assert register.examine_log().fault is None
    with writing(register, LOGIN) as change:
        change.withdraw("w-1", TODAY)
    actions = [line.action for line in register.log_lines()]
    assert actions[1:] == ["covered", "covered", "permission-withdrawn"]
    assert register.examine_log().fault is None
    with writing(register, LOGIN) as change:
        add_holder(change, Holder("", "Maija Virtanen", Duty.RESPONSIBLE))
    assert [each.name for each in read_holders(register)] == ["Maija Virtanen"]
    assert refusal(server.url(database), THEIRS) == "register.not_bound"


@pytest.mark.parametrize("version", range(FIRST_COVERED, schema.NEWEST))
def test_whoever_is_bound_works_with_new_tables(
    server: Server, database: str, version: int
) -> None:
    """After the owner's init nothing has to be granted again, and every entry is still covered."""
    url = server.url(database, postgres.OWNER)
    with owning(url) as owner:
        migrate(owner.connection, newest=version)
        owner.run((*adding_unit(UNIT), *binding(Binding(UNIT, postgres.STAFF))))
    server.sql(database, README_RIGHTS.format("staff"))
    staff = engine.connectable(engine.locate(server.url(database)), UNIT, read_only=False)
    with staff.begin() as connection:
        write_covered(connection, UNIT)
    with owning(url) as owner:
        owner.make()
    register = open_register(server.url(database), UNIT)
    with writing(register, LOGIN) as change:
        add_holder(change, Holder("", "Maija Virtanen", Duty.RESPONSIBLE))
        write_figures(change, Figures("instagram", TODAY, 412))
        make_form(change, register.snapshot().records[0].person.id, TODAY, "")
    assert [each.name for each in read_holders(register)] == ["Maija Virtanen"]
    assert register.examine_log().fault is None
    with owning(url) as owner:  # what was granted too much by hand goes with the next grant
        owner.run(giving_rights("staff"))
        assert owner.findings() == ()


def test_a_login_that_sees_all_units_is_refused(server: Server, city: str) -> None:
    """A superuser passes over row-level security, so it is not used."""
    for read_only in (True, False):
        assert refusal(server.url(city, "boss"), UNIT, read_only=read_only) == (
            "consent.role_sees_all"
        )


def test_a_login_without_rights_is_told(server: Server, database: str) -> None:
    """A login that may not read the tables learns so."""
    set_up(server, database, Binding(UNIT, postgres.STAFF))
    assert refusal(server.url(database, "other"), UNIT) == "consent.no_rights"
