"""photoguard consent never, forget: set "never in pictures", or erase a person."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from photoguard.cli.consent import takedown
from photoguard.cli.consent.desk import (
    agreed,
    called,
    choice_of,
    desk_options,
    find_record,
    open_desk,
)
from photoguard.cli.consent.retiring import AffectedPeople, retire_prepared, say_retired
from photoguard.cli.speech import LocalisedCommand, argument, option, speak
from photoguard.errors import UsageTrouble
from photoguard.files import printable
from photoguard.model import Capacity

if TYPE_CHECKING:
    from photoguard.cli.consent.desk import Desk
    from photoguard.model import Record
    from photoguard.register import Snapshot

WHY_FORGOTTEN = ("asked", "left", "retention", "mistake")


@click.command("never", cls=LocalisedCommand, help="consenthelp.never")
@argument("person")
@option("--lift", is_flag=True, help="consenthelp.lift")
@desk_options
def never(person: str, **asked: Any) -> None:  # noqa: ANN401
    """Set or lift the mark "never in pictures"; no reason is stored."""
    from photoguard.register.changes import writing

    desk = open_desk(asked)
    record = find_record(desk.register.snapshot(), person)
    if asked["lift"] and not agreed("consent.lift_question", person=called(record.person)):
        raise click.Abort
    with writing(desk.register, desk.login) as change:
        change.change_person(replace(record.person, never_in_pictures=not asked["lift"]))
    code = "consent.never_lifted" if asked["lift"] else "consent.never_set"
    click.echo(speak(code, person=called(record.person)))
    if not asked["lift"]:
        takedown.say_what_follows(desk, record.person.id)


@click.command("forget", cls=LocalisedCommand, help="consenthelp.forget")
@argument("person")
@option("--reason", type=choice_of(WHY_FORGOTTEN), default="asked", help="consenthelp.reason")
@option("--yes", is_flag=True, help="consenthelp.yes")
@desk_options
def forget(person: str, **asked: Any) -> None:  # noqa: ANN401
    """Erase a person; the log records only that it was done."""
    from photoguard.register.changes import scrub, writing
    from photoguard.register.posts import read_posts, remove_name_from_posts

    desk = open_desk(asked)
    snapshot = desk.register.snapshot()
    record = find_record(snapshot, person)
    name = called(record.person)
    still_up = [
        post
        for post in read_posts(desk.register)
        if not post.removed_on and post.capacities(record.person.id) - {Capacity.HIDDEN}
    ]
    if still_up:
        links = ", ".join(printable(post.url) or post.id for post in still_up)
        raise UsageTrouble("consent.still_published", person=name, posts=links)
    if not asked["yes"] and not agreed("consent.forget_question", person=name):
        raise click.Abort
    with writing(desk.register, desk.login) as change:
        change.forget(record.person.id, asked["reason"])
        remove_name_from_posts(change, record.person.name)
    scrub(desk.register)
    click.echo(speak("consent.forgotten", person=name))
    _take_copies_away(desk, record, snapshot)


def _take_copies_away(desk: Desk, record: Record, snapshot: Snapshot) -> None:
    """Remove the copies that show an erased person, and print where the name still appears."""
    from photoguard.output.naming import places_naming
    from photoguard.register import known_outputs

    name = record.person.name
    retired = retire_prepared(desk, AffectedPeople(_ids_of(record, snapshot), (name,)))
    retired.named = [place for folder in known_outputs() for place in places_naming(folder, name)]
    say_retired(retired)


def _ids_of(record: Record, snapshot: Snapshot) -> frozenset[str]:
    """Return the ids under which photos may refer to a person: their own, and as photographer."""
    taken = {each.id for each in snapshot.photographers if each.person == record.person.id}
    return frozenset({record.person.id, *taken})
