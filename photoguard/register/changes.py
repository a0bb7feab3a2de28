"""Changes of the register: checked, in one transaction, each with a line in the log."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, literal_column, select, update

from photoguard.errors import UsageTrouble
from photoguard.model import Answer, Guardian, Permission, Person, Photographer
from photoguard.model.spelling import name_key
from photoguard.register import checks, log, schema, sealing
from photoguard.register.checks import new_id
from photoguard.register.engine import connectable, register_faults
from photoguard.register.groups import digest_of
from photoguard.register.log import Action
from photoguard.register.rows import as_permission
from photoguard.register.schema import PERSONAL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sqlalchemy import Column, ColumnElement, Connection, Table

    from photoguard.register.log import LogHead
    from photoguard.register.register import Register


PHOTOGRAPHER = "f"
"""The prefix of photographers' ids; a photographer need not be a person of the register."""


class Writing:
    """One transaction of one actor; made by ``writing``.

    Added rows are collected and written together, before any other query and at the end.
    """

    def __init__(self, connection: Connection, unit: str, login: str) -> None:
        """Find or make the actor's random id, and cover old entries; nothing else is written."""
        self._connection = connection
        self.unit = unit
        self.entries: list[log.NewLine] = []
        self._checked_entries: set[str] = set()
        self._waiting: dict[str, list[dict[str, object]]] = {}
        self._positions: dict[str, int] = {}
        self._current: dict[str, list[Permission]] = {}
        self.actor = self._actor(login)
        self._cover_old_entries()

    @property
    def connection(self) -> Connection:
        """The connection, with every added row written."""
        for table in schema.METADATA.tables.values():
            rows = self._waiting.pop(table.name, None)
            if rows:
                self._connection.execute(insert(table), rows)
        return self._connection

    def _actor(self, login: str) -> str:
        known = select(schema.actor.c.id).where(schema.actor.c.login == login)
        if self.connection.dialect.name == "postgresql":
            known = known.where(schema.actor.c.role == literal_column("session_user"))
        found = self.connection.execute(known).scalar_one_or_none()
        return found or self.insert(schema.actor, new_id("a"), login=login)

    def refuse_overtaken(self, head: LogHead) -> None:
        """Raise UsageTrouble if the register has changed since its log had this head.

        The register is locked for other writers until the transaction ends.
        """
        if log.lock(self.connection, self.unit) != head:
            raise UsageTrouble("consent.import_overtaken")

    def insert(self, table: Table, entry: str, **values: object) -> str:
        """Add one row of this unit and return its id."""
        salt = {"salt": sealing.new_salt()} if "salt" in table.c else {}
        self.insert_plain(table, id=entry, **salt, **values)
        self._checked_entries.add(entry)
        return entry

    def insert_plain(self, table: Table, **values: object) -> None:
        """Add one row of this unit to a table whose rows have no id."""
        self._waiting.setdefault(table.name, []).append({"unit": self.unit, **values})

    def note(self, action: Action, subject: str, reason: str = "") -> None:
        """Add a line to the log; it is written with the transaction."""
        self.entries.append(log.NewLine(action, subject, reason))

    def sealed(self) -> list[log.NewLine]:
        """Return the lines for the log, each with the digest of the entry it is about."""
        subjects = {each.subject for each in self.entries if each.action not in log.UNSEALED}
        found = sealing.digests(self.connection, subjects)
        return [
            each
            if each.action in log.UNSEALED
            else replace(each, content=found.get(each.subject, ""))
            for each in self.entries
        ]

    def check_entry(self, entry: str) -> None:
        """Add a line to the log if an entry does not agree with its last line; call it first.

        It is called before an entry is changed, since the new digest would hide that the
        entry was altered outside the program. The change goes on: a withdrawal must not wait.
        """
        if entry in self._checked_entries:
            return
        self._checked_entries.add(entry)
        log.lock(self.connection, self.unit)
        about = schema.log.c.subject == entry, schema.log.c.content != ""
        last = select(schema.log.c.content).where(*about).order_by(schema.log.c.number.desc())
        sealed = self.connection.execute(last.limit(1)).scalar_one_or_none()
        if sealed and sealed != sealing.digests(self.connection, [entry])[entry]:
            self.note(Action.FOUND_CHANGED, entry)

    def _cover_old_entries(self) -> None:
        """Add lines with digests, once, for the entries of a program that wrote none."""
        if not log.is_older(self.connection):
            return
        log.lock(self.connection, self.unit)
        if log.is_older(self.connection):
            sealing.salt_all(self.connection)
            for entry in sorted(sealing.all_digests(self.connection)):
                self.note(Action.COVERED, entry)

    def add_person(self, person: Person, since: date, reason: str = "") -> Person:
        """Add a person and return it with its new id and tidied texts; raises UsageTrouble."""
        kept = replace(checks.checked_person(person), id=new_id("p"))
        self._refuse_known_outside_id(kept)
        self.insert(schema.person, kept.id, since=since, **_person_row(kept))
        self.note(Action.PERSON_ADDED, kept.id, reason)
        self._positions[kept.id] = 0
        self._current[kept.id] = []
        return kept

    def change_person(self, person: Person, reason: str = "") -> None:
        """Replace the entry of a person; raises UsageTrouble."""
        kept = checks.checked_person(person)
        self._refuse_known_outside_id(kept)
        self.check_entry(kept.id)
        entry, known = schema.person.c, schema.person.c.id == kept.id
        wanted = select(entry.never_in_pictures, entry.group_name).where(known)
        before = self.connection.execute(wanted).one()
        self.connection.execute(update(schema.person).where(known).values(**_person_row(kept)))
        if digest_of(before.group_name) != digest_of(kept.group):
            self.note(Action.GROUP_LEFT, kept.id, digest_of(before.group_name))
        mark = Action.PERSON_CHANGED
        if before.never_in_pictures != kept.never_in_pictures:
            mark = Action.NEVER_SET if kept.never_in_pictures else Action.NEVER_LIFTED
        self.note(mark, kept.id, reason)

    @cached_property
    def _outside_ids(self) -> dict[str, str]:
        """Outside id to person's id, read once."""
        table = schema.person.c
        known = select(table.outside_id, table.id).where(table.outside_id != "")
        return {row.outside_id: row.id for row in self.connection.execute(known)}

    def _refuse_known_outside_id(self, person: Person) -> None:
        if person.outside_id:
            if self._outside_ids.get(person.outside_id, person.id) != person.id:
                raise UsageTrouble("consent.outside_id_taken", outside_id=person.outside_id)
            self._outside_ids[person.outside_id] = person.id

    def add_guardian(self, person: str, name: str, reason: str = "") -> Guardian:
        """Add a guardian after the child's other guardians; the name may be empty."""
        self._positions[person] = position = self._last_position(person) + 1
        entry = self.insert(
            schema.guardian,
            new_id("g"),
            person_id=person,
            position=position,
            name=checks.checked_text(name),
        )
        self.note(Action.GUARDIAN_ADDED, entry, reason)
        return Guardian(entry, person, checks.checked_text(name))

    def _last_position(self, person: str) -> int:
        if person not in self._positions:
            mine = schema.guardian.c.person_id == person
            highest = select(func.coalesce(func.max(schema.guardian.c.position), 0)).where(mine)
            self._positions[person] = self.connection.execute(highest).scalar_one()
        return self._positions[person]

    def retire_guardian(self, guardian: str, reason: str = "") -> None:
        """Remove a guardian; the permissions they gave stay in the register."""
        self.check_entry(guardian)
        known = schema.guardian.c.id == guardian
        self.connection.execute(delete(schema.guardian).where(known))
        self.note(Action.GUARDIAN_REMOVED, guardian, reason)

    def name_guardian(self, guardian: str, name: str, reason: str = "") -> None:
        """Change a guardian's name."""
        self.check_entry(guardian)
        known = update(schema.guardian).where(schema.guardian.c.id == guardian)
        self.connection.execute(known.values(name=checks.checked_text(name)))
        self.note(Action.GUARDIAN_CHANGED, guardian, reason)

    def remove_guardian(self, guardian: str, reason: str = "") -> None:
        """Remove somebody who is no guardian, with the permissions given in their name."""
        mine = schema.permission.c.given_by == guardian
        for permission in self._ids(schema.permission.c.id, mine):
            self._delete_permission(permission)
            self.note(Action.ERASED, permission, reason)
        self.check_entry(guardian)
        self.connection.execute(delete(schema.guardian).where(schema.guardian.c.id == guardian))
        self.note(Action.GUARDIAN_REMOVED, guardian, reason)

    def add_photographer(self, photographer: Photographer, reason: str = "") -> Photographer:
        """Add a photographer and return it with its new id; raises UsageTrouble."""
        kept = replace(photographer, id=new_id(PHOTOGRAPHER))
        self.insert(schema.photographer, kept.id, **_photographer_row(kept))
        self.note(Action.PHOTOGRAPHER_ADDED, kept.id, reason)
        return replace(kept, name=checks.checked_text(kept.name))

    def change_photographer(self, photographer: Photographer, reason: str = "") -> None:
        """Replace the entry of a photographer; raises UsageTrouble."""
        row = _photographer_row(photographer)
        self.check_entry(photographer.id)
        known = update(schema.photographer).where(schema.photographer.c.id == photographer.id)
        self.connection.execute(known.values(**row))
        self.note(Action.PHOTOGRAPHER_CHANGED, photographer.id, reason)

    def give(self, permission: Permission, reason: str = "") -> Permission:
        """Record a permission and return it with its new id; it may replace earlier ones.

        A complete yes replaces the same giver's yes and no for that channel and purpose, and
        a no without a purpose. A no replaces only a no, since it goes before every yes. An
        incomplete permission replaces nothing, and withdrawn ones are never replaced.
        """
        kept = replace(checks.checked_permission(permission), id=new_id("w"))
        current = self._current_permissions(kept.person)
        for old in [old for old in current if _is_replaced(old, kept)]:
            current.remove(old)
            self._delete_permission(old.id)
            self.note(Action.PERMISSION_REPLACED, old.id, reason)
        self.insert(schema.permission, kept.id, **self._permission_row(kept))
        self.note(Action.PERMISSION_ADDED, kept.id, reason)
        current.append(kept)
        return kept

    def _current_permissions(self, subject: str) -> list[Permission]:
        """Return the permissions about a subject that are not withdrawn; they are read once."""
        if subject not in self._current:
            table = schema.permission.c
            mine = select(schema.permission).where(
                func.coalesce(table.person_id, table.photographer_id) == subject,
                table.withdrawn_on.is_(None),
            )
            self._current[subject] = [as_permission(row) for row in self.connection.execute(mine)]
        return self._current[subject]

    def subject_columns(self, subject: str) -> dict[str, str | None]:
        """Return the values of ``person_id`` and ``photographer_id``, one of which is None."""
        is_photographer = subject.startswith(f"{PHOTOGRAPHER}-")
        return {
            "person_id": None if is_photographer else subject,
            "photographer_id": subject if is_photographer else None,
        }

    def _permission_row(self, permission: Permission) -> dict[str, object]:
        return {
            **self.subject_columns(permission.person),
            "kind": permission.kind.value,
            "channel": permission.channel,
            "purpose": permission.purpose,
            "given_by": permission.given_by,
            "answer": permission.answer.value,
            "given_on": permission.given_on,
            "valid_until": permission.valid_until,
            "withdrawn_on": permission.withdrawn_on,
            "reference": permission.reference,
            "information_version": permission.information_version,
        }

    def withdraw(self, permission: str, day: date, reason: str = "") -> None:
        """Mark a permission as withdrawn on ``day``; it is kept, for earlier posts rest on it."""
        self.check_entry(permission)
        known = update(schema.permission).where(schema.permission.c.id == permission)
        self.connection.execute(known.values(withdrawn_on=day))
        self._current.clear()
        self.note(Action.PERMISSION_WITHDRAWN, permission, reason)

    def lift(self, permission: str, reason: str = "") -> None:
        """Delete a no that its giver has taken back without giving a yes."""
        self._delete_permission(permission)
        self._current.clear()
        self.note(Action.PERMISSION_REPLACED, permission, reason)

    def _delete_permission(self, permission: str) -> None:
        self.check_entry(permission)
        known = schema.permission.c.id == permission
        self.connection.execute(delete(schema.permission).where(known))

    def forget(self, person: str, reason: str) -> None:
        """Erase a person with guardians, forms, permissions and notes in posts."""
        self.check_entry(person)
        entries, posts = self._with_person(person)
        for entry in (*entries, *posts):
            self.check_entry(entry)
        self.connection.execute(delete(schema.person).where(schema.person.c.id == person))
        for entry in entries:
            self.note(Action.ERASED, entry, reason)
        for post in posts:
            self.note(Action.POST_CHANGED, post, reason)
        self.note(Action.PERSON_FORGOTTEN, person, reason)

    def _with_person(self, person: str) -> tuple[list[str], list[str]]:
        """Return the ids of the entries erased with a person, and of the posts that change."""
        by = self._ids(schema.photographer.c.id, schema.photographer.c.person_id == person)
        own = [
            *self._ids(schema.guardian.c.id, schema.guardian.c.person_id == person),
            *self._ids(schema.form.c.id, schema.form.c.person_id == person),
        ]
        given, noted = schema.permission.c, schema.noted.c
        concerned = (given.person_id == person) | given.photographer_id.in_(by)
        shown = (noted.person_id == person) | noted.photographer_id.in_(by)
        return [*own, *by, *self._ids(given.id, concerned)], self._ids(noted.post_id, shown)

    def _ids(self, column: Column[Any], where: ColumnElement[bool]) -> list[str]:
        return sorted(set(self.connection.execute(select(column).where(where)).scalars()))


def _is_replaced(old: Permission, new: Permission) -> bool:
    """Tell whether a new permission replaces an old one, as ``give`` describes."""
    if new.incomplete or (old.given_by, old.kind) != (new.given_by, new.kind):
        return False
    if old.channel.casefold() != new.channel.casefold():
        return False
    same = old.purpose.casefold() == new.purpose.casefold()
    if new.answer is Answer.NO:
        return old.answer is Answer.NO and same
    return same or (old.answer is Answer.NO and not old.purpose)


def _person_row(person: Person) -> dict[str, object]:
    return {
        "name": person.name,
        "name_key": name_key(person.name),
        "kind": person.kind.value,
        "stage": person.stage.value,
        "born": person.born,
        "group_name": person.group,
        "never_in_pictures": person.never_in_pictures,
        "outside_id": person.outside_id,
        "retain_until": person.retain_until,
    }


def _photographer_row(photographer: Photographer) -> dict[str, object]:
    name = checks.checked_name(photographer.name)
    return {
        "name": name,
        "name_key": name_key(name),
        "role": photographer.role.value,
        "person_id": photographer.person,
    }


@contextmanager
def writing(register: Register, login: str) -> Iterator[Writing]:
    """Open one transaction: all changes are written, with their lines in the log, or none.

    Raises RegisterError.
    """
    with register.connection(writes=True) as connection:
        change = Writing(connection, register.unit, login)
        yield change
        log.append(change.connection, register.unit, change.actor, change.sealed())
    register.remember_log()


def scrub(register: Register) -> None:
    """Rewrite the database, so that nothing erased is left in its unused pages.

    SQLite has overwritten the rows already (secure_delete). On PostgreSQL the tables are
    rewritten, for which the login has to own them: otherwise it raises RegisterError
    ``consent.no_rights``, and the server's own vacuum does it later. Backups stay unchanged.
    """
    with register_faults(register.place):
        engine = connectable(register.url, register.unit, read_only=False)
        connection = engine.raw_connection()
        try:
            driver: Any = connection.driver_connection
            if register.is_file:
                driver.execute("PRAGMA temp_store = MEMORY")
                driver.execute("VACUUM")
            else:
                driver.autocommit = True
                for table in PERSONAL:
                    driver.execute(f"VACUUM FULL {table}")
        finally:
            connection.close()
