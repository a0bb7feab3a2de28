"""Finds people by id or name, and collects all that the register holds about one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoguard.cli.consent.desk import called, channel_text, day_text
from photoguard.cli.speech import speak
from photoguard.errors import UsageTrouble
from photoguard.files import printable
from photoguard.model import Guardian, Permission, Person, PersonKind, Photographer, Record, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from photoguard.cli.consent.desk import Desk
    from photoguard.register import Snapshot
    from photoguard.register.log import Line
    from photoguard.register.posts import Post


@dataclass(frozen=True, slots=True)
class GuardianOfChild:
    """A guardian together with the child."""

    guardian: Guardian
    child: Record

    @property
    def own_record(self) -> Record:
        """The child's record with this guardian's permissions only."""
        own = tuple(
            permission
            for permission in self.child.permissions
            if permission.given_by == self.guardian.id
        )
        return Record(self.child.person, self.child.guardians, own)


Anyone = Record | Photographer | GuardianOfChild


def find_anyone(snapshot: Snapshot, who: str) -> Anyone:
    """Return the person, photographer or guardian with this id or name.

    Raises UsageTrouble if there is none or more than one.
    """
    everybody = list(_everybody(snapshot))
    exact = [found for found in everybody if id_of(found) == who]
    found = exact or _of_name(everybody, who)
    if not found:
        raise UsageTrouble("consent.person_unknown", person=printable(who))
    if len(found) > 1:
        several = ", ".join(f"{id_of(each)} ({_namesake_text(each)})" for each in found)
        raise UsageTrouble("consent.person_several", person=printable(who), several=several)
    return found[0]


def _everybody(snapshot: Snapshot) -> Iterator[Anyone]:
    yield from snapshot.records
    yield from snapshot.photographers
    for record in snapshot.records:
        for guardian in record.guardians:
            yield GuardianOfChild(guardian, record)


def _of_name(everybody: list[Anyone], who: str) -> list[Anyone]:
    """Return everybody with this name, without photographers linked to one of the persons."""
    from photoguard.model.spelling import name_key

    wanted = name_key(who)
    found = [each for each in everybody if wanted and name_key(name_of(each)) == wanted]
    persons = {each.person.id for each in found if isinstance(each, Record)}
    return [
        each for each in found if not (isinstance(each, Photographer) and each.person in persons)
    ]


def id_of(found: Anyone) -> str:
    """Return the register id."""
    if isinstance(found, GuardianOfChild):
        return found.guardian.id
    return found.id if isinstance(found, Photographer) else found.person.id


def name_of(found: Anyone) -> str:
    """Return the name."""
    if isinstance(found, GuardianOfChild):
        return found.guardian.name
    return found.name if isinstance(found, Photographer) else found.person.name


def _namesake_text(found: Anyone) -> str:
    if isinstance(found, GuardianOfChild):
        return called(found.child.person)
    if isinstance(found, Photographer):
        return speak(f"consent.role_{found.role}")
    return printable(found.person.group) or "–"


def as_record(found: Anyone, snapshot: Snapshot) -> Record:
    """Return a record; for a photographer or guardian one with their own permissions only."""
    if isinstance(found, Record):
        return found
    if isinstance(found, GuardianOfChild):
        return found.own_record
    stands_in = Person(found.id, found.name, PersonKind.OTHER, Stage.NONE)
    return Record(stands_in, (), snapshot.permissions(found.id))


@dataclass(frozen=True, slots=True)
class Holding:
    """What the register holds about someone besides their record."""

    photographers: tuple[Photographer, ...]
    permissions: tuple[Permission, ...]
    """The permissions they gave as a photographer."""
    posts: tuple[Post, ...]
    lines: tuple[Line, ...]
    ids: frozenset[str]
    """All their register ids."""


def holding_of(desk: Desk, snapshot: Snapshot, found: Anyone) -> Holding:
    """Return posts, log lines and photographer permissions found by any of the person's ids."""
    from photoguard.register.posts import read_posts

    own = id_of(found)
    by = tuple(
        each for each in snapshot.photographers if isinstance(found, Record) and each.person == own
    )
    permissions = tuple(permission for each in by for permission in snapshot.permissions(each.id))
    record = as_record(found, snapshot)
    guardians = record.guardians if isinstance(found, Record) else ()
    ids = {own, *(each.id for each in by), *(each.id for each in guardians)}
    ids |= {permission.id for permission in (*permissions, *record.permissions)}
    posts = tuple(post for post in read_posts(desk.register) if ids & post.subjects)
    about = ids | {post.id for post in posts}
    lines = tuple(line for line in desk.register.log_lines() if about & set(line.subject.split()))
    return Holding(by, permissions, posts, lines, frozenset(ids))


def access_rows(holding: Holding) -> Iterator[list[str]]:
    """Yield the rows of an export below the record: for each part a heading, columns and rows."""
    if holding.photographers:
        yield from _part("photographers", ("id", "photographer", "role"))
        for each in holding.photographers:
            yield [each.id, each.name, speak(f"consent.role_{each.role}")]
    yield from _part("posts", ("post", "channel", "published", "link", "photo", "as", "removed"))
    for post in holding.posts:
        yield from _post_rows(post, holding.ids)
    yield from _part("log", ("line", "at", "actor", "action", "subject", "why"))
    for line in holding.lines:
        action = speak(f"consent.action_{line.action.replace('-', '_')}")
        yield [str(line.number), line.at, line.actor, action, line.subject, line.reason]


def _part(name: str, columns: tuple[str, ...]) -> Iterator[list[str]]:
    yield []
    yield [speak(f"consent.part_{name}")]
    yield [speak(f"consent.col_{column}") for column in columns]


def _post_rows(post: Post, ids: frozenset[str]) -> Iterator[list[str]]:
    for photo in post.photos:
        for noted in photo.noted:
            if noted.subject in ids:
                yield [
                    post.id,
                    channel_text(post.channel),
                    day_text(post.published_on),
                    post.url,
                    photo.output,
                    speak(f"consent.capacity_{noted.capacity}"),
                    day_text(post.removed_on) if post.removed_on else "",
                ]
