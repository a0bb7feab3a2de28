"""photoguard consent change, guardian: correct entries of the register; corrections are logged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from photoguard.cli.consent import takedown
from photoguard.cli.consent.access import GuardianOfChild, find_anyone, id_of
from photoguard.cli.consent.desk import (
    DAY,
    agreed,
    as_day,
    called,
    choice_of,
    desk_options,
    find_record,
    open_desk,
)
from photoguard.cli.consent.people import guardian_text
from photoguard.cli.speech import TEXT, LocalisedCommand, LocalisedGroup, argument, option, speak
from photoguard.errors import UsageTrouble
from photoguard.files import printable
from photoguard.model import Person, PersonKind, Photographer, Role, Stage
from photoguard.model.days import refuse_unlikely_end

if TYPE_CHECKING:
    from photoguard.cli.consent.access import Anyone
    from photoguard.cli.consent.desk import Desk
    from photoguard.model import Guardian, Record
    from photoguard.register import Snapshot
    from photoguard.register.changes import Writing

CORRECTION = "correction"
"""The reason in the log."""

_OF_PERSONS = frozenset(
    {"name", "born", "born_unknown", "group", "stage", "kind", "outside_id", "retain_until"}
)
_OF_PHOTOGRAPHERS = frozenset({"name", "role", "person"})


@click.command("change", cls=LocalisedCommand, help="consenthelp.change")
@argument("who", metavar="PERSON")
@option("--name", help="consenthelp.new_name")
@option("--born", type=DAY, help="consenthelp.born")
@option("--born-unknown", is_flag=True, default=None, help="consenthelp.born_unknown")
@option("--group", help="consenthelp.group")
@option("--stage", type=choice_of(Stage), help="consenthelp.new_stage")
@option("--kind", type=choice_of(PersonKind), help="consenthelp.new_kind")
@option("--outside-id", help="consenthelp.outside_id")
@option("--retain-until", type=DAY, help="consenthelp.retain_until")
@option("--role", type=choice_of(Role), help="consenthelp.new_role")
@option("--person", type=TEXT, help="consenthelp.photographer_person")
@desk_options
def change(who: str, **asked: Any) -> None:  # noqa: ANN401
    """Correct a person, a photographer or a guardian's name."""
    from photoguard.register.changes import writing

    desk = open_desk(asked)
    snapshot = desk.register.snapshot()
    found = find_anyone(snapshot, who)
    _refuse_other_options(found, asked)
    with writing(desk.register, desk.login) as changing:
        _correct(changing, found, snapshot, asked)
    click.echo(speak("consent.changed", person=printable(who), id=id_of(found)))
    _decide_anew(
        desk, found.child.person.id if isinstance(found, GuardianOfChild) else id_of(found)
    )


def _refuse_other_options(found: Anyone, asked: dict[str, Any]) -> None:
    """Raise UsageTrouble if no change was asked for, or one that does not apply to this entry."""
    given = {name for name in _OF_PERSONS | _OF_PHOTOGRAPHERS if asked[name] is not None}
    own = {"name"}
    if not isinstance(found, GuardianOfChild):
        own = set(_OF_PHOTOGRAPHERS if isinstance(found, Photographer) else _OF_PERSONS)
    if not given:
        raise UsageTrouble("consent.nothing_to_change")
    if given - own:
        strange = min(given - own).replace("_", "-")
        raise UsageTrouble("consent.not_of_this_entry", option=f"--{strange}", id=id_of(found))


def _correct(changing: Writing, found: Anyone, snapshot: Snapshot, asked: dict[str, Any]) -> None:
    if isinstance(found, GuardianOfChild):
        changing.name_guardian(found.guardian.id, asked["name"], CORRECTION)
    elif isinstance(found, Photographer):
        who = asked["person"]
        person = find_record(snapshot, who).person.id if who else found.person
        role = Role(asked["role"]) if asked["role"] else found.role
        name = found.name if asked["name"] is None else asked["name"]
        changing.change_photographer(Photographer(found.id, name, role, person), CORRECTION)
    else:
        changing.change_person(_corrected(found.person, asked), CORRECTION)


def _corrected(person: Person, asked: dict[str, Any]) -> Person:
    refuse_unlikely_end(as_day(asked["retain_until"]))
    given = {
        "name": asked["name"],
        "born": as_day(asked["born"]),
        "group": asked["group"],
        "stage": Stage(asked["stage"]) if asked["stage"] else None,
        "kind": PersonKind(asked["kind"]) if asked["kind"] else None,
        "outside_id": asked["outside_id"],
        "retain_until": as_day(asked["retain_until"]),
    }
    kept = replace(person, **{name: value for name, value in given.items() if value is not None})
    return replace(kept, born=None) if asked["born_unknown"] else kept


def _decide_anew(desk: Desk, subject: str) -> None:
    """Apply the policy again to prepared copies and posts, as after a withdrawal."""
    takedown.say_what_follows(desk, subject)


class GuardianGroup(LocalisedGroup):
    """The commands about guardians; for compatibility, a name in place of a command adds one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command, ``add`` for a name."""
        if args[0] not in self.commands and not args[0].startswith("-"):
            args = ["add", *args]
        return super().resolve_command(ctx, args)


@click.group("guardian", cls=GuardianGroup, help="consenthelp.guardian_group")
def guardian() -> None:
    """Group of the commands about guardians; does nothing itself."""


@guardian.command("add", help="consenthelp.guardian_add")
@argument("person")
@argument("name", type=TEXT)
@desk_options
def add(person: str, name: str, **asked: Any) -> None:  # noqa: ANN401
    """Add a guardian to a person."""
    from photoguard.register.changes import writing

    desk = open_desk(asked)
    record = find_record(desk.register.snapshot(), person)
    with writing(desk.register, desk.login) as changing:
        changing.add_guardian(record.person.id, name)
    number = len(record.guardians) + 1
    click.echo(speak("consent.guardian_added", person=called(record.person), number=number))
    _decide_anew(desk, record.person.id)


@guardian.command("change", help="consenthelp.guardian_change")
@argument("person")
@argument("which", metavar="GUARDIAN")
@argument("name", type=TEXT)
@desk_options
def rename(person: str, which: str, name: str, **asked: Any) -> None:  # noqa: ANN401
    """Change a guardian's name; the permissions they gave stay."""
    from photoguard.register.changes import writing

    desk = open_desk(asked)
    record = find_record(desk.register.snapshot(), person)
    found = _guardian_of(record, which)
    with writing(desk.register, desk.login) as changing:
        changing.name_guardian(found.id, name, CORRECTION)
    click.echo(speak("consent.changed", person=printable(name), id=found.id))


@guardian.command("remove", help="consenthelp.guardian_remove")
@argument("person")
@argument("which", metavar="GUARDIAN")
@option("--yes", is_flag=True, help="consenthelp.yes")
@desk_options
def remove(person: str, which: str, **asked: Any) -> None:  # noqa: ANN401
    """Remove a guardian and the permissions they gave, after showing these."""
    from photoguard.register.changes import writing

    desk = open_desk(asked)
    record = find_record(desk.register.snapshot(), person)
    found = _guardian_of(record, which)
    number = record.guardians.index(found) + 1
    who = guardian_text(number, found.name)
    permissions = sum(permission.given_by == found.id for permission in record.permissions)
    child = called(record.person)
    if not asked["yes"] and not agreed(
        "consent.guardian_question", permissions, guardian=who, person=child
    ):
        raise click.Abort
    with writing(desk.register, desk.login) as changing:
        changing.remove_guardian(found.id, CORRECTION)
    click.echo(speak("consent.guardian_removed", guardian=who, person=child))
    _decide_anew(desk, record.person.id)


def _guardian_of(record: Record, which: str) -> Guardian:
    """Return the guardian by number (2, guardian-2), id or name; raises UsageTrouble."""
    from photoguard.model.spelling import name_key

    number = which.removeprefix("guardian-")
    for place, each in enumerate(record.guardians, start=1):
        if which == each.id or number == str(place):
            return each
    named = [each for each in record.guardians if name_key(each.name) == name_key(which)]
    if len(named) == 1 and name_key(which):
        return named[0]
    listed = ", ".join(
        guardian_text(place, each.name) for place, each in enumerate(record.guardians, start=1)
    )
    raise UsageTrouble(
        "consent.guardian_unknown", guardian=printable(which), guardians=listed or "–"
    )
