"""The publication log: which post shows which persons, and which others it may show."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from photoguard.captions import without_name
from photoguard.model import Capacity, Noted
from photoguard.register import schema
from photoguard.register.checks import checked_text, new_id
from photoguard.register.groups import digest_of, groups_between
from photoguard.register.log import Action

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy import Connection, Row, Table

    from photoguard.model import Person
    from photoguard.register.changes import Writing
    from photoguard.register.groups import LeftGroup
    from photoguard.register.register import Register


@dataclass(frozen=True, slots=True)
class PostPhoto:
    """One published photo; digests are SHA-256 in hexadecimal.

    ``looked_by`` is the random id of the actor who confirmed that nobody can be recognised in
    it, ``looked_at`` the time of that: UTC in ISO 8601.
    """

    output: str
    output_sha256: str
    source_sha256: str = ""
    alt_text: str = ""
    noted: tuple[Noted, ...] = ()
    looked_by: str = ""
    looked_at: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """One publication: many photos, one caption, each photo with its alt text.

    ``taken_from`` and ``taken_until`` are the first and last day of the photos; where they
    are None, the day of publication counts. ``looked_by`` is the random id of the actor who
    confirmed that nobody can be recognised.
    """

    id: str
    channel: str
    url: str
    published_on: date
    photos: tuple[PostPhoto, ...] = ()
    groups: tuple[str, ...] = ()
    taken_from: date | None = None
    taken_until: date | None = None
    caption: str = ""
    looked_by: str = ""
    removed_on: date | None = None
    removed_by: str = ""
    failed_on: date | None = None
    """The last day on which an attempt to take it down failed."""
    failed_why: str = ""

    def capacities(self, subject: str) -> frozenset[Capacity]:
        """Return how a person or photographer is in this post; empty if they are not noted."""
        return frozenset(
            noted.capacity
            for photo in self.photos
            for noted in photo.noted
            if noted.subject == subject
        )

    @property
    def subjects(self) -> frozenset[str]:
        """The ids of all persons and photographers noted for any photo of the post."""
        return frozenset(noted.subject for photo in self.photos for noted in photo.noted)

    def may_show(
        self, person: Person, since: date | None, today: date, left: Iterable[LeftGroup] = ()
    ) -> bool:
        """Tell whether a person who is not noted may still be in the post.

        So it is if the post has a group in which they were at the time (``left`` are their
        earlier groups), or one of the two has no group, and the register knew them then:
        ``since`` is the first day it did, None for always.
        """
        if person.id in self.subjects:
            return False
        last = self.taken_until or self.taken_from or self.published_on
        theirs = groups_between(person, left, self.taken_from or last, last)
        groups = set(map(digest_of, self.groups))
        if groups and not theirs & (groups | {""}):
            return False
        return (since is None or last >= since) and (self.taken_from or last) <= today


def add_post(change: Writing, post: Post) -> Post:
    """Record a publication and return it with its new id; subjects must be in the register."""
    entry = change.insert(
        schema.post,
        new_id("j"),
        channel=post.channel,
        url=checked_text(post.url),
        published_on=post.published_on,
        taken_from=post.taken_from,
        taken_until=post.taken_until,
        caption=checked_text(post.caption),
        looked_by=change.actor,
        removed_on=None,
        removed_by="",
        failed_why="",
    )
    for group in dict.fromkeys(map(checked_text, post.groups)):
        change.insert_plain(schema.post_group, post_id=entry, group_name=group)
    for number, photo in enumerate(post.photos, start=1):
        _add_photo(change, entry, number, photo)
    change.note(Action.POST_ADDED, entry)
    return replace(post, id=entry, looked_by=change.actor)


def _add_photo(change: Writing, post: str, number: int, photo: PostPhoto) -> None:
    change.insert_plain(
        schema.post_photo,
        post_id=post,
        number=number,
        output=photo.output,
        output_sha256=photo.output_sha256,
        source_sha256=photo.source_sha256,
        alt_text=checked_text(photo.alt_text),
        looked_by=change.actor,
        looked_at=photo.looked_at or datetime.now(UTC).isoformat(timespec="seconds"),
    )
    for noted in dict.fromkeys(photo.noted):
        change.insert(
            schema.noted,
            new_id("n"),
            post_id=post,
            number=number,
            capacity=noted.capacity.value,
            **change.subject_columns(noted.subject),
        )


def remove_post(change: Writing, post: str, day: date, reason: str = "") -> None:
    """Record that a post was taken down on ``day``."""
    change.check_entry(post)
    known = update(schema.post).where(schema.post.c.id == post)
    change.connection.execute(known.values(removed_on=day, removed_by=change.actor))
    change.note(Action.POST_REMOVED, post, reason)


def remove_name_from_posts(change: Writing, name: str) -> None:
    """Remove an erased person's name from the captions and alt texts of posts.

    On a server alt texts are only changed where the owner has granted that right.
    """
    rows = change.connection.execute(select(schema.post.c.id, schema.post.c.caption)).all()
    changed = set()
    for row in rows:
        caption = without_name(row.caption, name)
        if caption != row.caption:
            change.check_entry(row.id)
            known = update(schema.post).where(schema.post.c.id == row.id)
            change.connection.execute(known.values(caption=caption))
            changed.add(row.id)
    changed |= _unname_photos(change, name) if _may_change_photos(change.connection) else set()
    for post in sorted(changed):
        change.note(Action.POST_CHANGED, post)


def _unname_photos(change: Writing, name: str) -> set[str]:
    table = schema.post_photo.c
    rows = change.connection.execute(select(table.post_id, table.number, table.alt_text)).all()
    changed = set()
    for row in rows:
        alt_text = without_name(row.alt_text, name)
        if alt_text != row.alt_text:
            change.check_entry(row.post_id)
            mine = table.post_id == row.post_id, table.number == row.number
            known = update(schema.post_photo).where(*mine)
            change.connection.execute(known.values(alt_text=alt_text))
            changed.add(row.post_id)
    return changed


def _may_change_photos(connection: Connection) -> bool:
    if connection.dialect.name == "sqlite":
        return True
    asked = select(func.has_table_privilege(schema.post_photo.name, "UPDATE"))
    return bool(connection.execute(asked).scalar_one())


def note_failure(change: Writing, post: str, day: date, why: str) -> None:
    """Record that a post could not be taken down on ``day``; it is still to be taken down."""
    change.check_entry(post)
    known = update(schema.post).where(schema.post.c.id == post)
    change.connection.execute(known.values(failed_on=day, failed_why=checked_text(why)))
    change.note(Action.TAKEDOWN_FAILED, post)


def read_posts(register: Register) -> tuple[Post, ...]:
    """Return every post of the unit, the oldest first."""
    with register.connection() as connection:
        groups = _grouped(connection, schema.post_group, "post_id")
        photos = _grouped(connection, schema.post_photo, "post_id", "number")
        noted = _grouped(connection, schema.noted, "post_id", "number", "id")
        order = schema.post.c.published_on, schema.post.c.id
        rows = connection.execute(select(schema.post).order_by(*order)).all()
    return tuple(
        _post(row, [group.group_name for group in groups[row.id]], photos[row.id], noted[row.id])
        for row in rows
    )


def _grouped(connection: Connection, table: Table, *order: str) -> dict[str, list[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(select(table).order_by(*(table.c[name] for name in order))):
        found[row.post_id].append(row)
    return found


def _photo(row: Row[Any], photo: Row[Any], noted: list[Row[Any]]) -> PostPhoto:
    return PostPhoto(
        photo.output,
        photo.output_sha256,
        photo.source_sha256,
        photo.alt_text,
        tuple(
            Noted(each.person_id or each.photographer_id, Capacity(each.capacity))
            for each in noted
            if each.number == photo.number
        ),
        photo.looked_by or row.looked_by,
        photo.looked_at,
    )


def _post(row: Row[Any], groups: list[str], photos: list[Row[Any]], noted: list[Row[Any]]) -> Post:
    return Post(
        row.id,
        row.channel,
        row.url,
        row.published_on,
        tuple(_photo(row, photo, noted) for photo in photos),
        groups=tuple(groups),
        taken_from=row.taken_from,
        taken_until=row.taken_until,
        caption=row.caption,
        looked_by=row.looked_by,
        removed_on=row.removed_on,
        removed_by=row.removed_by,
        failed_on=row.failed_on,
        failed_why=row.failed_why,
    )
