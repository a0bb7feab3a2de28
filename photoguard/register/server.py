"""Administration of a register on a server: making it, binding logins to units, checking it.

Every change is first a tuple of SQL statements, so that it can be read, or given to the
server's administrator, before it is run.
"""
# ruff: noqa: S608 - values in statements pass ``quoted_identifier`` and ``quoted_text``

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import text

from photoguard.errors import RegisterError, UsageTrouble
from photoguard.register import log, schema
from photoguard.register.engine import connectable, describe, locate, register_faults
from photoguard.register.migrations import MIGRATIONS, found_version, migrate, refuse_newer
from photoguard.register.protection import OWNERS_ONLY, RIGHTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection

BACKUP_ROLE = "photoguard_backup"

BACKUP = (
    f"CREATE ROLE {BACKUP_ROLE} LOGIN BYPASSRLS",
    f"GRANT pg_read_all_data TO {BACKUP_ROLE}",
)
"""The statements that make a login for backups of all units; a superuser runs them."""

LIST_BINDINGS = """SELECT u.unit, b.role, b.sees_logins FROM unit u
    LEFT JOIN unit_role b ON b.unit = u.unit ORDER BY u.unit, b.role"""


@dataclass(frozen=True, slots=True)
class Binding:
    """A unit, and a role whose logins work for it ("" for a unit that nobody works for)."""

    unit: str
    role: str
    sees_logins: bool = False
    """Whether its logins may see the logins behind the ids in the log."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a register; each code has a sentence and a remedy."""

    code: str
    name: str = ""


def quoted_identifier(identifier: str) -> str:
    """Return an identifier quoted for SQL."""
    doubled = identifier.replace('"', '""')
    return f'"{doubled}"'


def quoted_text(value: str) -> str:
    """Return a text as a string literal of SQL."""
    doubled = value.replace("'", "''")
    return f"'{doubled}'"


def making(found: int = 0) -> tuple[str, ...]:
    """Return the statements that lead from schema version ``found`` (0: none) to the newest."""
    first = () if found else ("CREATE TABLE schema_version (version INTEGER PRIMARY KEY)",)
    steps = [step for step in MIGRATIONS if step.version > found]
    return first + tuple(
        statement
        for step in steps
        for statement in (
            *step.statements("postgresql"),
            f"INSERT INTO schema_version VALUES ({step.version})",
        )
    )


def adding_unit(unit: str) -> tuple[str, ...]:
    """Return the statements that make a unit with an empty log."""
    return (
        f"INSERT INTO unit (unit) VALUES ({quoted_text(unit)})",
        f"""INSERT INTO log_head (unit, lines, digest)
            VALUES ({quoted_text(unit)}, 0, {quoted_text(log.START)})""",
    )


def binding(wanted: Binding, schema_name: str = "public") -> tuple[str, ...]:
    """Return the statements that bind a role to a unit."""
    return (
        f"""INSERT INTO {quoted_identifier(schema_name)}.unit_role (role, unit, sees_logins)
            VALUES ({quoted_text(wanted.role)}, {quoted_text(wanted.unit)}, {wanted.sees_logins})
            ON CONFLICT (role, unit) DO UPDATE SET sees_logins = EXCLUDED.sees_logins""",
    )


def giving_rights(role: str, schema_name: str = "public") -> tuple[str, ...]:
    """Return the statements that give a role exactly the rights on the tables that it needs."""
    place, to = quoted_identifier(schema_name), quoted_identifier(role)
    return (
        f"GRANT USAGE ON SCHEMA {place} TO {to}",
        *(
            statement
            for table, allowed in {"unit_role": "", **RIGHTS}.items()
            for statement in (
                f"REVOKE ALL ON {place}.{table} FROM {to}",
                *([f"GRANT {allowed} ON {place}.{table} TO {to}"] if allowed else []),
            )
        ),
    )


def unbinding(wanted: Binding, schema_name: str = "public") -> tuple[str, ...]:
    """Return the statements that unbind a role from a unit, whose rows it then cannot see."""
    return (
        f"""DELETE FROM {quoted_identifier(schema_name)}.unit_role
            WHERE role = {quoted_text(wanted.role)} AND unit = {quoted_text(wanted.unit)}""",
    )


def making_login(role: str) -> tuple[str, ...]:
    """Return the statements that make an ordinary login, without a password."""
    rights = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE"
    return (f"CREATE ROLE {quoted_identifier(role)} {rights}",)


class Owner:
    """One connection of the owner, one transaction; made by ``owning``."""

    def __init__(self, connection: Connection, place: str) -> None:
        """Keep the connection, and the register's place as messages show it."""
        self.connection = connection
        self.place = place

    def version(self) -> int:
        """Return the schema version, 0 where there is no register yet."""
        found = found_version(self.connection)
        refuse_newer(found)
        return found

    def make(self) -> None:
        """Make or migrate the tables."""
        migrate(self.connection)

    def refuse_others(self) -> None:
        """Raise RegisterError unless the register is up to date and this login owns it."""
        found = self.version()
        if found < schema.NEWEST:
            code = "register.older_server" if found else "register.server_empty"
            raise RegisterError(code, register=self.place)
        if not self._one("SELECT photoguard_owns()"):
            raise RegisterError("register.not_owner", register=self.place)

    def run(self, statements: Iterable[str]) -> None:
        """Run statements."""
        for statement in statements:
            self.connection.exec_driver_sql(statement)

    def schema_name(self) -> str:
        """Return the name of the database schema with the tables."""
        return str(self._one("SELECT current_schema()"))

    def units(self) -> tuple[str, ...]:
        """Return the names of all units."""
        found = self.connection.exec_driver_sql("SELECT unit FROM unit ORDER BY unit")
        return tuple(found.scalars())

    def bindings(self) -> tuple[Binding, ...]:
        """Return every unit with the roles that work for it."""
        rows = self.connection.exec_driver_sql(LIST_BINDINGS)
        return tuple(Binding(row.unit, row.role or "", bool(row.sees_logins)) for row in rows)

    def knows_role(self, role: str) -> bool:
        """Tell whether the server has a role of this name."""
        return bool(self._one("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :x)", role))

    def is_itself(self, role: str) -> bool:
        """Tell whether this role is the login of this connection."""
        return bool(self._one("SELECT session_user = :x", role))

    def _one(self, query: str, value: str = "") -> object:
        return self.connection.execute(text(query), {"x": value} if ":x" in query else {}).scalar()

    def findings(self) -> tuple[Finding, ...]:
        """Return what ``CHECKS`` find wrong, () for nothing."""
        return tuple(
            Finding(code, str(name))
            for code, query in CHECKS.items()
            for name in self.connection.execute(text(query)).scalars()
        )


def _as_rows(table: dict[str, str]) -> str:
    return ", ".join(
        f"({quoted_text(name)}, {quoted_text(words)})" for name, words in table.items()
    )


_TOO_MUCH = {
    "schema_version": "INSERT,UPDATE,DELETE,TRUNCATE",
    "unit": "INSERT,UPDATE,DELETE,TRUNCATE",
    "unit_role": "INSERT,UPDATE,DELETE,TRUNCATE",
    "log": "UPDATE,DELETE,TRUNCATE",
    "log_head": "INSERT,DELETE,TRUNCATE",
    "actor": "UPDATE,DELETE,TRUNCATE",
}

_OTHERS = """pg_roles r WHERE NOT r.rolsuper AND r.rolname NOT LIKE 'pg\\_%'
    AND NOT pg_has_role(r.oid, (SELECT relowner FROM pg_class WHERE oid = 'unit'::regclass),
                        'MEMBER')"""

CHECKS = {
    "register.finding_unprotected": f"""SELECT t.name FROM (VALUES {_as_rows(RIGHTS)}) t (name, x)
        JOIN pg_class c ON c.oid = t.name::regclass WHERE t.name <> 'schema_version'
        AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (SELECT FROM pg_policies p
            WHERE p.schemaname = current_schema() AND p.tablename = t.name
            AND p.policyname = 'one_unit' AND p.qual LIKE '%photoguard_unit()%'))""",
    "register.finding_more_policies": """SELECT p.tablename || ': ' || p.policyname
        FROM pg_policies p WHERE p.schemaname = current_schema() AND p.permissive = 'PERMISSIVE'
        AND p.policyname NOT IN ('one_unit', 'owner_names_units', 'owner_begins_logs')""",
    "register.finding_no_trigger": f"""SELECT t.name || ': ' || t.trigger FROM (
            SELECT name, 'owners_only' FROM (VALUES {_as_rows(OWNERS_ONLY)}) o (name, x)
            UNION VALUES ('log', 'log_keeps'), ('log_head', 'log_head_keeps')
        ) t (name, trigger) WHERE NOT EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid =
            t.name::regclass AND g.tgname = t.trigger AND g.tgenabled IN ('O', 'A'))""",
    "register.finding_too_much": f"""SELECT DISTINCT r.rolname || ': ' || t.name
        FROM (VALUES {_as_rows(_TOO_MUCH)}) t (name, rights), {_OTHERS}
        AND has_table_privilege(r.oid, t.name::regclass, t.rights)""",
    "register.finding_too_little": f"""SELECT DISTINCT b.role || ': ' || t.name
        FROM (VALUES {_as_rows(RIGHTS)}) t (name, rights), unit_role b
        JOIN pg_roles r ON r.rolname = b.role
        WHERE EXISTS (SELECT FROM unnest(string_to_array(t.rights, ', ')) needed
            WHERE NOT has_table_privilege(r.oid, t.name::regclass, needed))""",
    "register.finding_sees_all": """SELECT DISTINCT r.rolname FROM unit_role b
        JOIN pg_roles g ON g.rolname = b.role JOIN pg_roles r ON pg_has_role(r.oid, g.oid, 'MEMBER')
        WHERE r.rolbypassrls AND r.rolcanlogin AND NOT r.rolsuper""",
    "register.finding_no_role": """SELECT DISTINCT b.role FROM unit_role b
        WHERE NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = b.role)""",
    "register.finding_no_unit": """SELECT DISTINCT b.role || ': ' || b.unit FROM unit_role b
        WHERE NOT EXISTS (SELECT FROM unit u WHERE u.unit = b.unit)""",
    "register.finding_no_login": """SELECT u.unit FROM unit u
        WHERE NOT EXISTS (SELECT FROM unit_role b WHERE b.unit = u.unit)""",
    "register.finding_not_bound": f"""SELECT r.rolname FROM {_OTHERS} AND r.rolcanlogin
        AND has_table_privilege(r.oid, 'person'::regclass, 'SELECT') AND NOT r.rolbypassrls
        AND NOT EXISTS (SELECT FROM unit_role b JOIN pg_roles g ON g.rolname = b.role
            WHERE pg_has_role(r.oid, g.oid, 'MEMBER'))""",
    "register.finding_open_schema": """SELECT current_schema() WHERE EXISTS (SELECT
        FROM pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
        WHERE n.nspname = current_schema() AND a.grantee = 0 AND a.privilege_type = 'CREATE')""",
}
"""Code of a finding's sentence to a query that returns a name for each such finding."""


def is_server(register: str) -> bool:
    """Tell whether an address is that of a server; raises RegisterError for an invalid one."""
    return locate(register).get_backend_name() != "sqlite"


@contextmanager
def owning(register: str) -> Iterator[Owner]:
    """Open one transaction as the login in the address.

    Raises UsageTrouble for a register in a file, RegisterError.
    """
    url = locate(register)
    if url.get_backend_name() == "sqlite":
        raise UsageTrouble("register.is_file", register=describe(url))
    place = describe(url)
    with register_faults(place), connectable(url, "", read_only=False).begin() as connection:
        yield Owner(connection, place)
