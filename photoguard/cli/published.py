"""photoguard published: records what was published where, and lists what must be taken down."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from photoguard.cli.consent import takedown
from photoguard.cli.consent.desk import (
    DAY,
    agreed,
    as_day,
    channel_text,
    choice_of,
    day_text,
    desk_options,
    moment_text,
    open_desk,
    open_desk_even_to_read,
    say_table,
)
from photoguard.cli.consent.export import refuse_other_than_csv, write_new_file
from photoguard.cli.consent.retiring import retire_prepared, say_retired
from photoguard.cli.speech import (
    PATH,
    TEXT,
    LocalisedGroup,
    argument,
    language,
    option,
    speak,
)
from photoguard.errors import UsageTrouble
from photoguard.files import printable
from photoguard.model import Outcome
from photoguard.model.days import refuse_too_far
from photoguard.model.spelling import key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from photoguard.cli.consent.desk import Desk
    from photoguard.output.prepared import PreparedPhoto
    from photoguard.output.publishing import Publication, RulesOfTheDay
    from photoguard.register import Snapshot
    from photoguard.register.posts import Post, PostPhoto

WHY_REMOVED = ("withdrawn", "lapsed", "never", "other")


@click.group("published", cls=LocalisedGroup, help="consenthelp.published", no_args_is_help=True)
def published() -> None:
    """Group of the commands about posts; does nothing itself."""


@published.command("add", help="consenthelp.published_add")
@argument("folder", type=PATH)
@option("--channel", required=True, help="consenthelp.published_channel")
@option("--url", default="", help="consenthelp.url")
@option("--photo", "names", multiple=True, help="consenthelp.published_photo")
@option("--on", "day", type=DAY, help="consenthelp.published_on")
@option("--group", "groups", type=TEXT, multiple=True, help="consenthelp.published_group")
@option("--taken-from", type=DAY, help="consenthelp.taken_from")
@option("--taken-until", type=DAY, help="consenthelp.taken_until")
@option("--caption", default="", help="consenthelp.caption")
@option("--looked", is_flag=True, help="consenthelp.looked")
@desk_options
def add(folder: Path, **asked: Any) -> None:  # noqa: ANN401
    """Record a post, after applying the policy again and asking about each picture."""
    from photoguard.output.publishing import (
        RulesOfTheDay,
        post_of,
        refuse_other_channel,
        refuse_twice,
    )
    from photoguard.register import remember_output
    from photoguard.register.changes import writing
    from photoguard.register.posts import add_post, read_posts

    desk = open_desk(asked, makes=asked["register"] is None)
    day = _day_of_post(asked, desk.today)
    desk = replace(desk, today=max(desk.today, day))  # a post of next week is asked about then
    (channel,) = desk.channels([asked["channel"]])
    asked["channel"] = channel.name  # "insta" is Instagram: a withdrawal looks for that
    publication = _publication(_chosen(folder, asked["names"]), asked, day)
    refuse_other_channel(publication.photos[0], channel.name)
    snapshot = desk.register.snapshot()
    _refuse_lapsed(publication, RulesOfTheDay(snapshot, desk.settings, desk.today))
    refuse_twice(read_posts(desk.register), publication)
    if not asked["looked"]:
        _ask_about_each(publication.photos)
    remember_output(folder)
    with writing(desk.register, desk.login) as change:
        kept = add_post(change, post_of(publication, snapshot))
    click.echo(speak("consent.post_added", count=len(publication.photos), post=kept.id))
    if not kept.subjects:
        click.echo(speak("consent.post_nobody"))
    _say_unknown_groups(asked["groups"], snapshot)


def _day_of_post(asked: dict[str, Any], today: date) -> date:
    """Return the day of publication, today by default; raises UsageTrouble for one in years."""
    day = as_day(asked["day"]) or today
    refuse_too_far(day, today)
    return day


def _say_unknown_groups(groups: tuple[str, ...], snapshot: Snapshot) -> None:
    """Print the groups that nobody is in: the takedown list looks for members of the others."""
    known = {record.person.group for record in snapshot.records} - {""}
    listed = printable(", ".join(sorted(known))) or "–"
    for group in groups:
        if key(group) not in set(map(key, known)):
            click.echo(speak("consent.group_unknown", group=printable(group), groups=listed))


def _chosen(folder: Path, names: tuple[str, ...]) -> list[PreparedPhoto]:
    """Return the ready copies of a folder, or those with the given names; raises UsageTrouble."""
    from photoguard.output.publishing import refuse_altered
    from photoguard.output.recall import is_output, standing_copies

    if not is_output(folder):
        raise UsageTrouble("consent.no_manifest", folder=str(folder))
    copies = standing_copies(folder, language())
    found = [photo for photo in copies if photo.status == Outcome.READY]
    if names:
        known = {photo.path.name: photo for photo in found}
        unknown = [name for name in names if name not in known]
        if unknown:
            raise UsageTrouble("consent.photo_not_ready", photo=printable(unknown[0]))
        found = [known[name] for name in dict.fromkeys(names)]
    if not found:
        raise UsageTrouble("consent.no_ready_photos", folder=str(folder))
    refuse_altered(found)
    return found


def _ask_about_each(photos: Sequence[PreparedPhoto]) -> None:
    """Ask for every picture whether somebody looked at it; a no aborts."""
    for photo in photos:
        click.echo(printable(str(photo.path)))
        if not agreed("consent.looked_question", 1):
            raise UsageTrouble("consent.nobody_looked")


def _refuse_lapsed(publication: Publication, today: RulesOfTheDay) -> None:
    """Apply the policy to every photo today; raises UsageTrouble if any may not be published."""
    refused = [
        (photo, reason)
        for photo in publication.photos
        if (reason := today.refusal(photo, [publication.channel]))
    ]
    for photo, reason in refused:
        names = ", ".join(takedown.name_of(today.snapshot, person) for person in reason.persons)
        parameters = {**reason.parameters, "person": names}
        click.echo(f"{photo.path.name}: {speak(reason.code, None, **parameters)}", err=True)
    if refused:
        raise UsageTrouble("consent.lapsed", number=len(refused))


def _publication(photos: list[PreparedPhoto], asked: dict[str, Any], day: date) -> Publication:
    from photoguard.output.publishing import Publication

    return Publication(
        photos=tuple(photos),
        channel=asked["channel"],
        day=day,
        url=asked["url"].strip(),
        groups=asked["groups"],
        taken_from=as_day(asked["taken_from"]),
        taken_until=as_day(asked["taken_until"]),
        caption=asked["caption"],
    )


@published.command("list", help="consenthelp.published_list")
@option("--takedown", "due_only", is_flag=True, help="consenthelp.takedown")
@option("--csv", "csv_file", type=PATH, help="consenthelp.takedown_csv")
@option("--removed", is_flag=True, help="consenthelp.removed")
@desk_options
def list_posts(**asked: Any) -> None:  # noqa: ANN401
    """Apply the policy to prepared copies again, and list the takedowns due, then the posts."""
    if asked["csv_file"]:
        refuse_other_than_csv(asked["csv_file"])
    desk = open_desk_even_to_read(asked)
    retired = retire_prepared(desk)  # first: whoever closes the screen meanwhile keeps no copy
    snapshot = desk.register.snapshot()
    found = takedown.due_posts(desk)
    if asked["csv_file"]:
        from photoguard.register.papers import as_csv

        write_new_file(asked["csv_file"], as_csv(takedown.csv_rows(found, snapshot)))
    takedown.say_due(found, snapshot)
    _say_posts(desk, asked, due=bool(found))
    say_retired(retired)


def _say_posts(desk: Desk, asked: dict[str, Any], *, due: bool) -> None:
    from photoguard.register.posts import read_posts

    if asked["due_only"] or asked["csv_file"]:
        if not due:
            click.echo(speak("consent.takedown_none"))
        return
    known = read_posts(desk.register)
    posts = [post for post in known if asked["removed"] or not post.removed_on]
    if not posts:
        click.echo(speak("consent.none_up" if known else "consent.no_posts"))
        return
    columns: tuple[str, ...] = ("post", "channel", "published", "photos", "noted", "link")
    lines: list[tuple[str, ...]] = [_line(post) for post in posts]
    if asked["removed"]:
        columns = (*columns, "removed", "removed_by")
        logins = desk.register.logins()
        lines = [(*_line(post), *_end(post, logins)) for post in posts]
    say_table(columns, lines)


def _line(post: Post) -> tuple[str, ...]:
    return (
        post.id,
        channel_text(post.channel),
        day_text(post.published_on),
        str(len(post.photos)),
        str(len(post.subjects)),
        printable(post.url) or "–",
    )


def _end(post: Post, logins: dict[str, str]) -> tuple[str, str]:
    """Return when and by whom a post was taken down; ("", "") if it is up."""
    if post.removed_on is None:
        return "", ""
    return day_text(post.removed_on), printable(logins.get(post.removed_by, post.removed_by))


@published.command("show", help="consenthelp.published_show")
@argument("post")
@desk_options
def show(post: str, **asked: Any) -> None:  # noqa: ANN401
    """Show a post picture by picture: recorded people, who looked at it and when."""
    from photoguard.register.posts import read_posts

    desk = open_desk(asked, reads=True)
    snapshot = desk.register.snapshot()
    logins = desk.register.logins()
    for found in _posts_of((post,), read_posts(desk.register)):
        click.secho(found.id, bold=True)
        for name, value in _facts(found, logins):
            click.echo(f"  {speak(f'consent.col_{name}')}: {value}")
        columns = ("photo", "looked_by", "looked_at", "noted_people", "alt_text")
        say_table(columns, [_photo_line(photo, logins, snapshot) for photo in found.photos])


def _facts(post: Post, logins: dict[str, str]) -> list[tuple[str, str]]:
    """Return (heading, value) of a post, without empty values."""
    removed = logins.get(post.removed_by, post.removed_by)
    facts = [
        ("channel", channel_text(post.channel)),
        ("link", post.url),
        ("published", day_text(post.published_on)),
        ("taken_from", day_text(post.taken_from) if post.taken_from else ""),
        ("group", ", ".join(post.groups)),
        ("caption", post.caption),
        ("removed", day_text(post.removed_on) if post.removed_on else ""),
        ("removed_by", removed if post.removed_on else ""),
        ("failed", takedown.failure(post)),
    ]
    return [(name, printable(value)) for name, value in facts if value]


def _photo_line(photo: PostPhoto, logins: dict[str, str], snapshot: Snapshot) -> tuple[str, ...]:
    noted = [
        f"{takedown.name_of(snapshot, each.subject)}: {speak(f'consent.capacity_{each.capacity}')}"
        for each in photo.noted
    ]
    return (
        printable(photo.output),
        printable(logins.get(photo.looked_by, photo.looked_by)) or "–",
        moment_text(photo.looked_at),
        "; ".join(noted) or "–",
        printable(photo.alt_text) or "–",
    )


@published.command("remove", help="consenthelp.published_remove")
@argument("posts", nargs=-1, required=True)
@option("--on", "day", type=DAY, help="consenthelp.removed_on")
@option("--reason", type=choice_of(WHY_REMOVED), default="withdrawn", help="consenthelp.reason")
@option("--failed", type=TEXT, metavar="TEXT", help="consenthelp.takedown_failed")
@desk_options
def remove(posts: tuple[str, ...], **asked: Any) -> None:  # noqa: ANN401
    """Mark posts as taken down, or record why one could not be."""
    from photoguard.register.changes import writing
    from photoguard.register.posts import note_failure, read_posts, remove_post

    desk = open_desk(asked)
    down = _still_up(_posts_of(posts, read_posts(desk.register)))
    day = as_day(asked["day"]) or desk.today
    _refuse_impossible_removal(down, day, desk.today)
    if not down:
        return
    if asked["failed"] is not None:
        with writing(desk.register, desk.login) as change:
            for post in down:
                note_failure(change, post.id, day, asked["failed"])
        click.echo(speak("consent.takedown_failure_noted", len(down)))
        return
    with writing(desk.register, desk.login) as change:
        for post in down:
            remove_post(change, post.id, day, asked["reason"])
    click.echo(speak("consent.posts_removed", count=len(down)))
    for post in down:
        click.echo(f"  {channel_text(post.channel)}: {printable(post.url) or '–'}")
    say_retired(retire_prepared(desk))


def _refuse_impossible_removal(posts: list[Post], day: date, today: date) -> None:
    """Raise UsageTrouble for a day to come, or one on which a post was not up yet.

    A post that was planned for a day to come may be given up today.
    """
    if day > today:  # whoever is ticked off is no longer asked for: it has to be down
        raise UsageTrouble("consent.removed_in_future", day=day_text(day))
    for post in posts:
        if day < min(post.published_on, today):
            parameters = {"day": day_text(day), "published": day_text(post.published_on)}
            raise UsageTrouble("consent.removed_before_up", post=post.id, **parameters)


def _still_up(posts: list[Post]) -> list[Post]:
    """Return the posts not marked as taken down; print the others, whose date is kept."""
    for post in posts:
        if post.removed_on:
            link, day = printable(post.url) or post.id, day_text(post.removed_on)
            click.echo(speak("consent.removed_already", None, link=link, day=day))
    return [post for post in posts if not post.removed_on]


def _posts_of(words: tuple[str, ...], known: Sequence[Post]) -> list[Post]:
    """Return the posts with these ids or links, without duplicates; raises UsageTrouble.

    A link recorded for several posts means those that are still up.
    """
    found: dict[str, Post] = {}
    for word in words:
        posts = [post for post in known if post.id == word]
        linked = [post for post in known if post.url and post.url == word]
        posts = posts or [post for post in linked if not post.removed_on] or linked
        if not posts:
            raise UsageTrouble("consent.post_unknown", post=printable(word))
        found |= {post.id: post for post in posts}
    return list(found.values())
