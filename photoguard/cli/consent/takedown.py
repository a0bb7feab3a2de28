"""The takedown list: the posts that must come down, and until when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from photoguard.cli.consent.desk import called, channel_text, day_text, say_table
from photoguard.cli.consent.retiring import AffectedPeople, retire_prepared, say_retired
from photoguard.cli.speech import speak
from photoguard.files import printable
from photoguard.model.answers import channel_name
from photoguard.policy.takedown import refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import date

    from photoguard.cli.consent.desk import Desk
    from photoguard.model import Record
    from photoguard.policy.takedown import PostQuestion
    from photoguard.register import Snapshot
    from photoguard.register.posts import Post


@dataclass(frozen=True, slots=True)
class DuePost:
    """A post to be taken down: certainly, as a recorded person withdrew, or possibly."""

    post: Post
    subject: str
    since: date | None
    """Day of the withdrawal or of the permission's end; None if unknown."""
    certain: bool
    by: date
    """The last day for taking it down."""


def due_posts(desk: Desk, subjects: Collection[str] = ()) -> tuple[DuePost, ...]:
    """Return the posts to be taken down, certain ones first, because of these ids or of anybody."""
    from photoguard.register.posts import read_posts

    snapshot = desk.register.snapshot()
    posts = [post for post in read_posts(desk.register) if post.removed_on is None]
    certain = [
        due
        for post in posts
        for due in _certain(post, desk, snapshot)
        if not subjects or due.subject in subjects
    ]
    possible = [
        due
        for record in snapshot.records
        if not subjects or record.person.id in subjects
        for due in _possible(posts, record, desk, snapshot)
    ]
    return (*certain, *possible)


def _certain(post: Post, desk: Desk, snapshot: Snapshot) -> Iterator[DuePost]:
    question = replace(asking(desk, snapshot, post.channel), published=True)
    listed: set[str] = set()
    for noted in (noted for photo in post.photos for noted in photo.noted):
        if noted.subject not in listed and refusal(noted, question):
            listed.update(ids_of(snapshot, noted.subject))
            since = _since(snapshot, noted.subject, post.channel)
            yield DuePost(post, noted.subject, since, certain=True, by=_by(desk, since))


def _by(desk: Desk, since: date | None) -> date:
    """Return the last day for the takedown: the city's number of days after ``since``, or today."""
    if since is None:
        return desk.today
    return since + timedelta(days=desk.settings.takedown_days)


def _since(snapshot: Snapshot, subject: str, channel: str) -> date | None:
    """Return the last day a permission for the channel was withdrawn or ended; None if none was."""
    days = [
        permission.withdrawn_on or permission.valid_until
        for each in ids_of(snapshot, subject)
        for permission in snapshot.permissions(each)
        if permission.channel.casefold() in {channel_name(channel), ""}
    ]
    return max(filter(None, days), default=None)


def _possible(
    posts: Iterable[Post], record: Record, desk: Desk, snapshot: Snapshot
) -> Iterator[DuePost]:
    """Yield posts that may show somebody who withdrew or must never be in pictures."""
    from photoguard.policy import guardians_count

    person = record.person
    all_count = guardians_count(person, desk.today, desk.rules)
    withdrawn = {
        permission.channel.casefold()
        for permission in record.permissions
        if permission.withdrawn_on and (all_count or permission.given_by == person.id)
    }
    for post in posts:
        concerned = person.never_in_pictures or withdrawn & {channel_name(post.channel), ""}
        since, left = snapshot.since.get(person.id), snapshot.groups_left.get(person.id, ())
        if concerned and post.may_show(person, since, desk.today, left):
            since = _since(snapshot, person.id, post.channel)
            yield DuePost(post, person.id, since, certain=False, by=_by(desk, since))


def ids_of(snapshot: Snapshot, subject: str) -> tuple[str, ...]:
    """Return all ids of someone; a photographer who is also a person has two."""
    from photoguard.presence import photographers_meant

    return photographers_meant(subject, snapshot).ids or (subject,)


_COLUMNS = ("post", "channel", "published", "who", "since", "due", "failed", "link")


def say_due(found: tuple[DuePost, ...], snapshot: Snapshot) -> None:
    """Print the takedown list; nothing if it is empty."""
    for certain in (True, False):
        rows = [_row(due, snapshot) for due in found if due.certain is certain]
        if rows:
            code = "consent.takedown_certain" if certain else "consent.takedown_possible"
            click.secho(speak(code, count=len({row[0] for row in rows})), bold=True)
            say_table(_COLUMNS, rows)
            click.echo()
    if found:
        click.echo(speak("consent.takedown_shares"))
        click.echo(speak("consent.takedown_tick"))


def say_what_follows(desk: Desk, subject: str) -> None:
    """After a change, remove unpublished copies, and print what must be taken down.

    The copies leave first, even if the screen is closed. Exits with 1 if some could not.
    """
    snapshot = desk.register.snapshot()
    person = snapshot.person(subject)
    retired = retire_prepared(desk, AffectedPeople(names=(person.name,) if person else ()))
    found = due_posts(desk, ids_of(snapshot, subject))
    if found:
        click.echo()
        say_due(found, snapshot)
    else:
        click.echo(speak("consent.takedown_none"))
    say_retired(retired)


def name_of(snapshot: Snapshot, subject: str) -> str:
    """Return a person's or photographer's name for the screen; the id if unknown."""
    person = snapshot.person(subject)
    if person:
        return called(person)
    found = (each.name for each in snapshot.photographers if each.id == subject)
    return printable(next(found, subject))


def _row(due: DuePost, snapshot: Snapshot) -> tuple[str, ...]:
    return (
        due.post.id,
        channel_text(due.post.channel),
        day_text(due.post.published_on),
        name_of(snapshot, due.subject),
        day_text(due.since),
        day_text(due.by),
        failure(due.post) or "–",
        printable(due.post.url) or "–",
    )


def failure(post: Post) -> str:
    """Return when and why the last attempt to take a post down failed; "" if none did."""
    if post.failed_on is None:
        return ""
    return f"{day_text(post.failed_on)} {printable(post.failed_why)}".strip()


def csv_rows(found: tuple[DuePost, ...], snapshot: Snapshot) -> Iterator[tuple[str, ...]]:
    """Yield the takedown list as rows of text, headings first."""
    yield tuple(speak(f"consent.col_{name}") for name in (*_COLUMNS, "certainty"))
    for due in found:
        certainty = speak("consent.certain" if due.certain else "consent.possible")
        yield (*_row(due, snapshot), certainty)


def asking(desk: Desk, snapshot: Snapshot, channel: str, unit: str | None = None) -> PostQuestion:
    """Return the policy's question about ``channel`` today; ``unit`` is the folder's."""
    from photoguard.output.publishing import RulesOfTheDay

    return RulesOfTheDay(snapshot, desk.settings, desk.today).for_channel(channel, unit)
