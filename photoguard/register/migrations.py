"""The versions of the schema as statements, and the function that applies them.

A released migration is never changed: a new version is a new row. Alembic is not used: it
would bring two more packages for a loop over a table, and its scripts are meant for a
developer's console, not for a school's computer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from photoguard.errors import RegisterError
from photoguard.register.protection import NEW_TABLES_PROTECTED, PROTECTION
from photoguard.register.schema import NEWEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

_LOCK = 0x70686F746F67
"""Key of the advisory lock under which PostgreSQL migrates: the letters "photog"."""


@dataclass(frozen=True, slots=True)
class Migration:
    """The statements that lead to ``version``: for both databases, and for only one of them."""

    version: int
    both: tuple[str, ...] = ()
    sqlite: tuple[str, ...] = ()
    postgresql: tuple[str, ...] = ()

    def statements(self, dialect: str) -> tuple[str, ...]:
        """Return the statements for ``dialect``, in their order."""
        return self.both + (self.postgresql if dialect == "postgresql" else self.sqlite)


_CHILD = "FOREIGN KEY (unit, {0}_id) REFERENCES {0} (unit, id) ON DELETE CASCADE"
_UNIT = "unit TEXT NOT NULL REFERENCES unit (unit)"
_ONE_SUBJECT = "CHECK ((person_id IS NULL) <> (photographer_id IS NULL))"

_TABLES = (
    "CREATE TABLE unit (unit TEXT NOT NULL PRIMARY KEY)",
    f"""CREATE TABLE person ({_UNIT}, id TEXT NOT NULL, name TEXT NOT NULL,
        name_key TEXT NOT NULL, kind TEXT NOT NULL, stage TEXT NOT NULL, born DATE,
        group_name TEXT NOT NULL, never_in_pictures BOOLEAN NOT NULL,
        outside_id TEXT NOT NULL, retain_until DATE, since DATE, PRIMARY KEY (unit, id))""",
    "CREATE INDEX person_by_name ON person (unit, name_key)",
    """CREATE UNIQUE INDEX person_by_outside_id ON person (unit, outside_id)
        WHERE outside_id <> ''""",
    f"""CREATE TABLE guardian ({_UNIT}, id TEXT NOT NULL, person_id TEXT NOT NULL,
        position INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (unit, id),
        UNIQUE (unit, person_id, position), {_CHILD.format("person")})""",
    f"""CREATE TABLE photographer ({_UNIT}, id TEXT NOT NULL, name TEXT NOT NULL,
        name_key TEXT NOT NULL, role TEXT NOT NULL, person_id TEXT, PRIMARY KEY (unit, id),
        {_CHILD.format("person")})""",
    f"""CREATE TABLE permission ({_UNIT}, id TEXT NOT NULL, person_id TEXT,
        photographer_id TEXT, kind TEXT NOT NULL, channel TEXT NOT NULL,
        purpose TEXT NOT NULL, given_by TEXT NOT NULL,
        answer TEXT NOT NULL CHECK (answer IN ('yes', 'no')), given_on DATE,
        valid_until DATE, withdrawn_on DATE, reference TEXT NOT NULL,
        information_version TEXT NOT NULL, PRIMARY KEY (unit, id), {_ONE_SUBJECT},
        {_CHILD.format("person")}, {_CHILD.format("photographer")})""",
    "CREATE INDEX permission_of_person ON permission (unit, person_id)",
    f"""CREATE TABLE post ({_UNIT}, id TEXT NOT NULL, channel TEXT NOT NULL,
        url TEXT NOT NULL, published_on DATE, taken_from DATE, taken_until DATE,
        caption TEXT NOT NULL, looked_by TEXT NOT NULL, removed_on DATE,
        PRIMARY KEY (unit, id))""",
    f"""CREATE TABLE post_group ({_UNIT}, post_id TEXT NOT NULL, group_name TEXT NOT NULL,
        PRIMARY KEY (unit, post_id, group_name), {_CHILD.format("post")})""",
    f"""CREATE TABLE post_photo ({_UNIT}, post_id TEXT NOT NULL, number INTEGER NOT NULL,
        output TEXT NOT NULL, output_sha256 TEXT NOT NULL, source_sha256 TEXT NOT NULL,
        alt_text TEXT NOT NULL, PRIMARY KEY (unit, post_id, number),
        {_CHILD.format("post")})""",
    f"""CREATE TABLE noted ({_UNIT}, id TEXT NOT NULL, post_id TEXT NOT NULL,
        number INTEGER NOT NULL, person_id TEXT, photographer_id TEXT,
        capacity TEXT NOT NULL, PRIMARY KEY (unit, id), {_ONE_SUBJECT},
        {_CHILD.format("post")}, {_CHILD.format("person")},
        {_CHILD.format("photographer")})""",
    f"CREATE TABLE actor ({_UNIT}, id TEXT NOT NULL, login TEXT NOT NULL, PRIMARY KEY (unit, id))",
    f"""CREATE TABLE log ({_UNIT}, number INTEGER NOT NULL, at TEXT NOT NULL,
        actor_id TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,
        reason TEXT NOT NULL, previous TEXT NOT NULL, digest TEXT NOT NULL,
        PRIMARY KEY (unit, number))""",
    f"""CREATE TABLE log_head ({_UNIT}, lines INTEGER NOT NULL, digest TEXT NOT NULL,
        PRIMARY KEY (unit))""",
)

_OWNED = (
    *("unit", "person", "guardian", "photographer", "permission", "post", "post_group"),
    *("post_photo", "noted", "actor", "log", "log_head"),
)

_ONE_UNIT = tuple(
    statement
    for table in _OWNED
    for statement in (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"""CREATE POLICY one_unit ON {table}
            USING (unit = current_setting('photoguard.unit', true))""",
    )
)

_COVERED = (
    *(
        f"ALTER TABLE {table} ADD COLUMN salt TEXT NOT NULL DEFAULT ''"
        for table in ("person", "guardian", "photographer", "permission", "post")
    ),
    "ALTER TABLE log ADD COLUMN content TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX log_by_subject ON log (unit, subject)",
    "ALTER TABLE actor ADD COLUMN role TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE post_photo ADD COLUMN looked_by TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE post_photo ADD COLUMN looked_at TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE post ADD COLUMN removed_by TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE post ADD COLUMN failed_on DATE",
    "ALTER TABLE post ADD COLUMN failed_why TEXT NOT NULL DEFAULT ''",
)

_FORMS_AND_ACCOUNTS = (
    f"""CREATE TABLE form ({_UNIT}, id TEXT NOT NULL, person_id TEXT NOT NULL,
        made_on DATE NOT NULL, information_version TEXT NOT NULL, salt TEXT NOT NULL,
        PRIMARY KEY (unit, id), {_CHILD.format("person")})""",
    f"""CREATE TABLE account_holder ({_UNIT}, id TEXT NOT NULL, channel TEXT NOT NULL,
        name TEXT NOT NULL, duty TEXT NOT NULL CHECK (duty IN ('responsible', 'holder')),
        workplace TEXT NOT NULL, since DATE, until DATE, salt TEXT NOT NULL,
        PRIMARY KEY (unit, id))""",
    f"""CREATE TABLE figure ({_UNIT}, channel TEXT NOT NULL, told_on DATE NOT NULL,
        followers INTEGER, most_liked TEXT NOT NULL, likes INTEGER,
        PRIMARY KEY (unit, channel, told_on))""",
)

MIGRATIONS = (
    Migration(
        1,
        both=_TABLES,
        sqlite=(
            *(
                f"""CREATE TRIGGER log_keeps_{event} BEFORE {event} ON log
                    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"""
                for event in ("UPDATE", "DELETE")
            ),
        ),
        postgresql=(
            *_ONE_UNIT,
            """CREATE FUNCTION log_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN RAISE EXCEPTION 'the log is append-only'; END $$""",
            """CREATE TRIGGER log_keeps BEFORE UPDATE OR DELETE OR TRUNCATE ON log
                FOR EACH STATEMENT EXECUTE FUNCTION log_keeps()""",
        ),
    ),
    # A city binds a login to its units by rows in unit_role. In this version a login without
    # a row named its unit itself; the next one ends that.
    Migration(
        2,
        postgresql=(
            """CREATE TABLE unit_role (role TEXT NOT NULL, unit TEXT NOT NULL,
                PRIMARY KEY (role, unit))""",
            """CREATE FUNCTION unit_role_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF NOT pg_has_role(session_user,
                            (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER') THEN
                        RAISE insufficient_privilege USING
                            MESSAGE = 'only the owner binds logins to units';
                    END IF;
                    RETURN NULL;
                END $$""",
            """CREATE TRIGGER unit_role_keeps BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE
                ON unit_role FOR EACH STATEMENT EXECUTE FUNCTION unit_role_keeps()""",
            """CREATE FUNCTION photoguard_may(wanted TEXT) RETURNS boolean
                LANGUAGE sql STABLE SECURITY DEFINER AS $$
                SELECT wanted = current_setting('photoguard.unit', true) AND (
                    NOT EXISTS (SELECT FROM unit_role WHERE role = session_user)
                    OR EXISTS (SELECT FROM unit_role
                               WHERE role = session_user AND unit = wanted)) $$""",
            # A login that makes a temporary unit_role of its own must not be believed.
            """DO $$ BEGIN EXECUTE 'ALTER FUNCTION photoguard_may(text) SET search_path = '
                || quote_ident(current_schema()) || ', pg_temp'; END $$""",
            *(f"ALTER POLICY one_unit ON {table} USING (photoguard_may(unit))" for table in _OWNED),
        ),
    ),
    # Lines of the log cover what they speak of, posts know who looked at each picture and
    # how they came down, and on a server a login without a row in unit_role has no unit.
    Migration(3, both=_COVERED, postgresql=PROTECTION),
    # Printed forms know whose they are; who is responsible for each account, and its figures.
    Migration(4, both=_FORMS_AND_ACCOUNTS, postgresql=NEW_TABLES_PROTECTED),
)


def found_version(connection: Connection) -> int:
    """Return the schema version of the database, 0 for an empty one."""
    if not inspect(connection).has_table("schema_version"):
        return 0
    query = "SELECT coalesce(max(version), 0) FROM schema_version"
    return int(connection.exec_driver_sql(query).scalar_one())


def migrate(
    connection: Connection, migrations: Sequence[Migration] = MIGRATIONS, newest: int = NEWEST
) -> int:
    """Apply the migrations up to ``newest`` inside the caller's transaction; return the version.

    Raises RegisterError where a newer program has written the register.
    """
    dialect = connection.dialect.name
    if dialect == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    found = found_version(connection)
    refuse_newer(found, newest)
    if found == 0:
        connection.exec_driver_sql("CREATE TABLE schema_version (version INTEGER PRIMARY KEY)")
    for migration in migrations:
        if found < migration.version <= newest:
            for statement in migration.statements(dialect):
                connection.exec_driver_sql(statement)
            applied = text("INSERT INTO schema_version VALUES (:version)")
            connection.execute(applied, {"version": migration.version})
    return newest


def refuse_newer(found: int, newest: int = NEWEST) -> None:
    """Raise RegisterError where the register is newer than this program."""
    if found > newest:
        raise RegisterError("consent.newer_schema", found=found, known=newest)
