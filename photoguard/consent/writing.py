"""What changes in the register: one transaction, each change with its line in the log."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select, update

from photoguard.consent import log, schema
from photoguard.consent.checks import checked_permission, checked_person, checked_text
from photoguard.consent.ids import new_id
from photoguard.consent.log import Action
from photoguard.consent.names import name_key
from photoguard.errors import UsageTrouble
from photoguard.model import Answer, Guardian, Permission, Person, Photographer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sqlalchemy import Connection, Table

    from photoguard.consent.register import Register


PHOTOGRAPHER = "f"
"""What the ids of photographers begin with, who may have words without being persons."""


class Writing:
    """One transaction of one actor; made by ``writing``."""

    def __init__(self, connection: Connection, unit: str, login: str) -> None:
        """Find or make the actor's random id; nothing else is written yet."""
        self.connection = connection
        self.unit = unit
        self.entries: list[tuple[str, ...]] = []
        self._new: set[str] = set()
        self._said: set[tuple[str, str, str]] = set()
        self.actor = self._actor(login)

    def _actor(self, login: str) -> str:
        known = select(schema.actor.c.id).where(schema.actor.c.login == login)
        found = self.connection.execute(known).scalar_one_or_none()
        return found or self.insert(schema.actor, new_id("a"), login=login)

    def insert(self, table: Table, entry: str, **values: object) -> str:
        """Write one row of this unit and return its id."""
        self.connection.execute(insert(table), {"unit": self.unit, "id": entry, **values})
        return entry

    def insert_plain(self, table: Table, **values: object) -> None:
        """Write one row of this unit in a table whose rows have no id of their own."""
        self.connection.execute(insert(table), {"unit": self.unit, **values})

    def note(self, action: Action, subject: str, reason: str = "") -> None:
        """Add a line to the log; it is written with the transaction."""
        self.entries.append((action, subject, reason))

    def add_person(self, person: Person, since: date, reason: str = "") -> Person:
        """Add a person, whose id is made here; names and texts are checked and tidied."""
        kept = replace(checked_person(person), id=new_id("p"))
        self._refuse_known_outside_id(kept)
        self.insert(schema.person, kept.id, since=since, **_person_row(kept))
        self.note(Action.PERSON_ADDED, kept.id, reason)
        self._new.add(kept.id)
        return kept

    def change_person(self, person: Person, reason: str = "") -> None:
        """Write a known person's entry anew."""
        kept = checked_person(person)
        self._refuse_known_outside_id(kept)
        known = schema.person.c.id == kept.id
        before = self.connection.execute(
            select(schema.person.c.never_in_pictures).where(known)
        ).scalar_one()
        self.connection.execute(update(schema.person).where(known).values(**_person_row(kept)))
        if before == kept.never_in_pictures:
            self.note(Action.PERSON_CHANGED, kept.id, reason)
        else:
            mark = Action.NEVER_SET if kept.never_in_pictures else Action.NEVER_LIFTED
            self.note(mark, kept.id, reason)

    def _refuse_known_outside_id(self, person: Person) -> None:
        same = select(schema.person.c.id).where(
            schema.person.c.outside_id == person.outside_id, schema.person.c.id != person.id
        )
        if person.outside_id and self.connection.execute(same).first():
            raise UsageTrouble("consent.outside_id_taken", outside_id=person.outside_id)

    def add_guardian(self, person: str, name: str, reason: str = "") -> Guardian:
        """Add a guardian after those the child already has; the name may be empty."""
        mine = schema.guardian.c.person_id == person
        highest = select(func.coalesce(func.max(schema.guardian.c.position), 0)).where(mine)
        position = self.connection.execute(highest).scalar_one() + 1
        entry = self.insert(
            schema.guardian,
            new_id("g"),
            person_id=person,
            position=position,
            name=checked_text(name),
        )
        self.note(Action.GUARDIAN_ADDED, entry, reason)
        return Guardian(entry, person, checked_text(name))

    def name_guardian(self, guardian: str, name: str, reason: str = "") -> None:
        """Write a guardian's name anew."""
        known = update(schema.guardian).where(schema.guardian.c.id == guardian)
        self.connection.execute(known.values(name=checked_text(name)))
        self.note(Action.GUARDIAN_CHANGED, guardian, reason)

    def add_photographer(self, photographer: Photographer, reason: str = "") -> Photographer:
        """Add a photographer, whose id is made here."""
        name = checked_text(photographer.name)
        if not name:
            raise UsageTrouble("consent.name_missing")
        kept = replace(photographer, id=new_id(PHOTOGRAPHER), name=name)
        self.insert(
            schema.photographer,
            kept.id,
            name=name,
            name_key=name_key(name),
            role=kept.role.value,
            person_id=kept.person,
        )
        self.note(Action.PHOTOGRAPHER_ADDED, kept.id, reason)
        return kept

    def give(self, permission: Permission, reason: str = "") -> Permission:
        """Record a word, whose id is made here, in the place of the giver's earlier ones.

        A complete yes takes the place of the same giver's yes and no for that channel
        and purpose, and of a no without a purpose. A no takes the place of a no only: it
        beats every yes as it is. An incomplete word replaces nothing, and what was
        withdrawn stays, so that nobody forgets it.
        """
        kept = replace(checked_permission(permission), id=new_id("w"))
        for old in self._replaced(kept):
            self.connection.execute(delete(schema.permission).where(schema.permission.c.id == old))
            self.note(Action.PERMISSION_REPLACED, old, reason)
        self.insert(schema.permission, kept.id, **self._permission_row(kept))
        self.note(Action.PERMISSION_ADDED, kept.id, reason)
        return kept

    def _is_first(self, new: Permission) -> bool:
        """Tell whether a person added just now has no word of this giver on the matter yet."""
        matter = new.given_by, new.kind.value, new.channel.casefold()
        first = new.person in self._new and matter not in self._said
        self._said.add(matter)
        return first

    def _replaced(self, new: Permission) -> list[str]:
        if self._is_first(new):
            return []
        table = schema.permission.c
        rows = self.connection.execute(
            select(schema.permission).where(
                func.coalesce(table.person_id, table.photographer_id) == new.person,
                table.kind == new.kind.value,
                table.given_by == new.given_by,
                table.withdrawn_on.is_(None),
            )
        )
        return [
            row.id
            for row in rows
            if not new.incomplete
            and row.channel.casefold() == new.channel.casefold()
            and _gives_way(row.answer, row.purpose, new)
        ]

    def subject_columns(self, subject: str) -> dict[str, str | None]:
        """Return the two columns in one of which a person's or a photographer's id stands."""
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
        """Mark a word as withdrawn on ``day``; it is kept, as the ground of earlier posts."""
        known = update(schema.permission).where(schema.permission.c.id == permission)
        self.connection.execute(known.values(withdrawn_on=day))
        self.note(Action.PERMISSION_WITHDRAWN, permission, reason)

    def lift(self, permission: str, reason: str = "") -> None:
        """Remove a no that its giver has taken back without saying yes."""
        self.connection.execute(
            delete(schema.permission).where(schema.permission.c.id == permission)
        )
        self.note(Action.PERMISSION_REPLACED, permission, reason)

    def forget(self, person: str, reason: str) -> None:
        """Erase a person with guardians, permissions and notes; see ``erasure`` for the rest."""
        self.connection.execute(delete(schema.person).where(schema.person.c.id == person))
        self.note(Action.PERSON_FORGOTTEN, person, reason)


def _gives_way(answer: str, purpose: str, new: Permission) -> bool:
    same = purpose.casefold() == new.purpose.casefold()
    if new.answer is Answer.NO:
        return answer == Answer.NO and same
    return same or (answer == Answer.NO and not purpose)


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


@contextmanager
def writing(register: Register, login: str) -> Iterator[Writing]:
    """Open one transaction: all of it is written, with its lines of the log, or nothing."""
    with register.connection(writes=True) as connection:
        change = Writing(connection, register.unit, login)
        yield change
        log.append(connection, register.unit, change.actor, change.entries)
    register.remember_log()
