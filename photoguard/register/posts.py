"""The publication log: which post shows whom, and which posts could show somebody else."""

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
    from photoguard.register.groups import Left
    from photoguard.register.register import Register


@dataclass(frozen=True, slots=True)
class PostPhoto:
    """One published photo; its digests are SHA-256 in hexadecimal.

    ``looked_by`` is the random id of who confirmed that nobody can be recognised in it,
    ``looked_at`` when: UTC in ISO 8601.
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

    ``taken_from`` to ``taken_until`` are the days on which the photos were taken, where
    somebody gave them; otherwise the day of publication counts. ``looked_by`` is
    the random id of the actor who confirmed that nobody can be recognised.
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
    """The last day on which somebody tried to take it down and could not."""
    failed_why: str = ""

    def capacities(self, subject: str) -> frozenset[Capacity]:
        """Return how somebody is in this post; empty if nobody noted them."""
        return frozenset(
            noted.capacity
            for photo in self.photos
            for noted in photo.noted
            if noted.subject == subject
        )

    @property
    def subjects(self) -> frozenset[str]:
        """Everybody who is noted for any photo of the post."""
        return frozenset(noted.subject for photo in self.photos for noted in photo.noted)

    def may_hold(
        self, person: Person, since: date | None, today: date, left: Iterable[Left] = ()
    ) -> bool:
        """Tell whether somebody could be in the post although nobody noted them.

        A group in which they were then (``left`` are those of before), and days on which the
        register knew the person; a post without groups could hold anybody, and somebody whose
        group nobody wrote down could be in any.
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
    """Record a publication, whose id is made here; subjects must be known to the register."""
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
    """Tick a post off: it was taken down on ``day``."""
    change.look_at(post)
    known = update(schema.post).where(schema.post.c.id == post)
    change.connection.execute(known.values(removed_on=day, removed_by=change.actor))
    change.note(Action.POST_REMOVED, post, reason)


def unname(change: Writing, name: str) -> None:
    """Take an erased person's name out of what the register keeps of posts.

    Alt texts can be changed on a server only where its owner has granted that.
    """
    rows = change.connection.execute(select(schema.post.c.id, schema.post.c.caption)).all()
    changed = {row.id for row in rows if without_name(row.caption, name) != row.caption}
    for row in rows:
        if row.id in changed:
            change.look_at(row.id)
            known = update(schema.post).where(schema.post.c.id == row.id)
            change.connection.execute(known.values(caption=without_name(row.caption, name)))
    changed |= _unname_photos(change, name) if _may_change_photos(change.connection) else set()
    for post in sorted(changed):
        change.note(Action.POST_CHANGED, post)


def _unname_photos(change: Writing, name: str) -> set[str]:
    table = schema.post_photo.c
    rows = change.connection.execute(select(table.post_id, table.number, table.alt_text)).all()
    changed = [row for row in rows if without_name(row.alt_text, name) != row.alt_text]
    for row in changed:
        change.look_at(row.post_id)
        mine = table.post_id == row.post_id, table.number == row.number
        known = update(schema.post_photo).where(*mine)
        change.connection.execute(known.values(alt_text=without_name(row.alt_text, name)))
    return {row.post_id for row in changed}


def _may_change_photos(connection: Connection) -> bool:
    if connection.dialect.name == "sqlite":
        return True
    asked = select(func.has_table_privilege(schema.post_photo.name, "UPDATE"))
    return bool(connection.execute(asked).scalar_one())


def note_failure(change: Writing, post: str, day: date, why: str) -> None:
    """Write down that a post could not be taken down on ``day``; it stays due."""
    change.look_at(post)
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
