"""Invented people, and the few words that put them into a register."""
# ruff: noqa: S608 - statements are what an older program wrote

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING

from photoguard.model import Answer, Permission, PermissionKind, Person, PersonKind, Stage
from photoguard.register import log
from photoguard.register.changes import Writing, writing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from photoguard.register.register import Register

TODAY = date(2026, 11, 22)
LOGIN = "testi"


def pupil(name: str = "Aino Kuusinen", **changes: object) -> Person:
    """Return a pupil of basic education who has no id yet."""
    values: dict[str, object] = {
        "born": date(2014, 3, 5),
        "group": "5B",
        "kind": PersonKind.PUPIL,
        "stage": Stage.BASIC_EDUCATION,
    }
    return Person(id="", name=name, **{**values, **changes})  # type: ignore[arg-type]


def word(person: str, given_by: str, answer: Answer = Answer.YES, **changes: object) -> Permission:
    """Return a complete word about being shown on Instagram that has no id yet."""
    values: dict[str, object] = {
        "kind": PermissionKind.SHOWN,
        "channel": "instagram",
        "purpose": "arjen kuvat",
        "given_on": date(2026, 8, 12),
    }
    return Permission(
        id="",
        person=person,
        given_by=given_by,
        answer=answer,
        **{**values, **changes},  # type: ignore[arg-type]
    )


def permitted(change: Writing, person: Person, guardians: int = 2) -> Person:
    """Add a person whose own and whose guardians' words all say yes."""
    kept = change.add_person(person, TODAY)
    givers = [change.add_guardian(kept.id, f"Huoltaja {n}").id for n in range(guardians)]
    for giver in (kept.id, *givers):
        change.give(word(kept.id, giver))
    return kept


def one_permitted(register: Register, person: Person | None = None) -> Person:
    """Add one permitted pupil in a transaction of its own."""
    with writing(register, LOGIN) as change:
        return permitted(change, person or pupil())


FIRST_COVERED = 3
"""The first schema version whose lines cover the entries of which they speak."""


def write_covered(connection: Connection, unit: str) -> None:
    """Write one pupil and one yes as programs since version 3 do, each covered by its line."""
    change = Writing(connection, unit, LOGIN)
    permitted(change, pupil(), guardians=0)
    log.append(change.connection, unit, change.actor, change.sealed())


def older_entries(unit: str) -> Iterator[str]:
    """Yield what a program of the first schema version wrote for one pupil and one yes."""
    at = "2026-08-12T10:00:00+00:00"
    words = ("0" * 64, unit, "1", at, "a-1", "permission-added", "w-1", "")
    digest = hashlib.sha256("\x1f".join(words).encode()).hexdigest()
    yield f"INSERT INTO unit VALUES ('{unit}')"
    yield (
        f"INSERT INTO person VALUES ('{unit}', 'p-1', 'Aino Kuusinen', 'aino kuusinen',"
        " 'pupil', 'basic-education', NULL, '5B', FALSE, '', NULL, NULL)"
    )
    yield (
        f"INSERT INTO permission VALUES ('{unit}', 'w-1', 'p-1', NULL, 'shown', 'instagram',"
        " 'arki', 'p-1', 'yes', NULL, NULL, NULL, '', '')"
    )
    yield f"INSERT INTO actor VALUES ('{unit}', 'a-1', 'testi')"
    yield (
        f"INSERT INTO log VALUES ('{unit}', 1, '{at}', 'a-1', 'permission-added', 'w-1', '',"
        f" '{'0' * 64}', '{digest}')"
    )
    yield f"INSERT INTO log_head VALUES ('{unit}', 1, '{digest}')"
