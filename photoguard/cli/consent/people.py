"""photoguard consent add, list, show: the people of the register."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from photoguard.cli.consent.access import GuardianOfChild, as_record, find_anyone, id_of, name_of
from photoguard.cli.consent.desk import (
    DAY,
    Desk,
    as_day,
    called,
    channel_text,
    choice_of,
    day_text,
    desk_options,
    find_record,
    open_desk,
    say_table,
)
from photoguard.cli.speech import TEXT, LocalisedCommand, argument, option, speak
from photoguard.files import printable
from photoguard.model import Answer, Person, PersonKind, Photographer, Record, Role, Stage, Unit
from photoguard.model.days import refuse_unlikely_end
from photoguard.model.spelling import key

if TYPE_CHECKING:
    from datetime import date

    from photoguard.model import Permission

_KIND_OF_UNIT = {
    Unit.EARLY_CHILDHOOD: (PersonKind.CHILD, Stage.EARLY_CHILDHOOD),
    Unit.BASIC_EDUCATION: (PersonKind.PUPIL, Stage.BASIC_EDUCATION),
    Unit.UPPER_SECONDARY: (PersonKind.STUDENT, Stage.UPPER_SECONDARY),
}
"""Default kind and stage of a person, by the unit of the settings."""

_STAGE_OF_KIND = {PersonKind.STAFF: Stage.NONE, PersonKind.OTHER: Stage.NONE}


def kind_and_stage(unit: Unit, kind: str | None, stage: str | None) -> tuple[PersonKind, Stage]:
    """Return kind and stage; those not given follow from the unit."""
    usual, usual_stage = _KIND_OF_UNIT[unit]
    chosen = PersonKind(kind) if kind else usual
    return chosen, Stage(stage) if stage else _STAGE_OF_KIND.get(chosen, usual_stage)


@click.command("add", cls=LocalisedCommand, help="consenthelp.add")
@argument("name")
@option("--kind", type=choice_of(PersonKind), help="consenthelp.kind")
@option("--stage", type=choice_of(Stage), help="consenthelp.stage")
@option("--group", default="", help="consenthelp.group")
@option("--born", type=DAY, help="consenthelp.born")
@option("--guardian", "guardians", type=TEXT, multiple=True, help="consenthelp.guardian")
@option("--outside-id", default="", help="consenthelp.outside_id")
@option("--never", is_flag=True, help="consenthelp.never_flag")
@option("--retain-until", type=DAY, help="consenthelp.retain_until")
@option("--photographer", type=choice_of(Role), help="consenthelp.photographer_role")
@option("--person", type=TEXT, help="consenthelp.photographer_person")
@desk_options
def add(name: str, **asked: Any) -> None:  # noqa: ANN401
    """Add a person, or a photographer who is not a person in the register."""
    desk = open_desk(asked, makes=True)
    if asked["photographer"]:
        _add_photographer(desk, name, Role(asked["photographer"]), asked["person"])
        return
    kind, stage = kind_and_stage(desk.settings.unit, asked["kind"], asked["stage"])
    refuse_unlikely_end(as_day(asked["retain_until"]))
    person = Person(
        "",
        name,
        kind,
        stage,
        born=as_day(asked["born"]),
        group=asked["group"],
        never_in_pictures=asked["never"],
        outside_id=asked["outside_id"],
        retain_until=as_day(asked["retain_until"]),
    )
    _add_person(desk, person, asked["guardians"])


def _add_person(desk: Desk, person: Person, guardians: tuple[str, ...]) -> None:
    from photoguard.register.changes import writing

    namesakes = desk.register.find_by_name(person.name)
    with writing(desk.register, desk.login) as change:
        kept = change.add_person(person, desk.today)
        for name in guardians:
            change.add_guardian(kept.id, name)
    click.echo(speak("consent.added", person=called(kept), id=kept.id))
    if namesakes:
        others = ", ".join(f"{each.id} ({each.group or '–'})" for each in namesakes)
        click.echo(speak("consent.namesakes", others=others))


def _add_photographer(desk: Desk, name: str, role: Role, who: str | None) -> None:
    """Add a photographer; linked to a person of the register only if asked for."""
    from photoguard.register.changes import writing

    person = find_record(desk.register.snapshot(), who).person.id if who else None
    with writing(desk.register, desk.login) as change:
        kept = change.add_photographer(Photographer("", name, role, person))
    click.echo(speak("consent.added", person=printable(kept.name), id=kept.id))


@click.command("list", cls=LocalisedCommand, help="consenthelp.list")
@option("--group", help="consenthelp.only_group")
@desk_options
def list_people(**asked: Any) -> None:  # noqa: ANN401
    """List the unit's persons and photographers."""
    desk = open_desk(asked, reads=True)
    snapshot = desk.register.snapshot()
    wanted = asked["group"]
    everybody = [
        record
        for record in snapshot.records
        if wanted is None or key(record.person.group) == key(wanted)
    ]
    over = [record.person for record in everybody if _is_over(record.person, desk.today)]
    records = [record for record in everybody if record.person not in over]
    if not everybody and not snapshot.photographers:
        click.echo(speak("consent.empty"))
        return
    columns = ("id", "name", "group", "stage", "guardians", "permissions", "never")
    say_table(columns, [_line(record) for record in records])
    if wanted is None and snapshot.photographers:
        click.echo()
        found = snapshot.photographers
        rows = [
            (each.id, printable(each.name), speak(f"consent.role_{each.role}")) for each in found
        ]
        say_table(("id", "photographer", "role"), rows)
    say_retention("consent.past_retention", over)


def _is_over(person: Person, today: date) -> bool:
    return person.retain_until is not None and person.retain_until < today


def say_retention(code: str, persons: list[Person]) -> None:
    """Print people whose records should be erased, below the sentence of ``code``."""
    if not persons:
        return
    click.echo()
    click.echo(speak(code, count=len(persons)))
    rows = [(called(each), each.id, day_text(each.retain_until)) for each in persons]
    say_table(("who", "id", "retain_until"), rows)


def _line(record: Record) -> tuple[str, ...]:
    person = record.person
    standing = sum(
        not permission.incomplete and not permission.withdrawn_on
        for permission in record.permissions
    )
    return (
        person.id,
        printable(person.name),
        printable(person.group) or "–",
        _stage_text(person),
        str(len(record.guardians)),
        str(standing),
        speak("consent.never_mark") if person.never_in_pictures else "",
    )


def _stage_text(person: Person) -> str:
    if person.stage is Stage.NONE:
        return speak(f"consent.kind_{person.kind}")
    return speak(f"consent.stage_{person.stage.replace('-', '_')}")


@click.command("show", cls=LocalisedCommand, help="consenthelp.show")
@argument("person")
@desk_options
def show(person: str, **asked: Any) -> None:  # noqa: ANN401
    """Show all that the register holds about someone, and whether they may be shown today."""
    desk = open_desk(asked, reads=True)
    snapshot = desk.register.snapshot()
    found = find_anyone(snapshot, person)
    if not isinstance(found, Record):
        _say_other(found)
        _say_permissions(as_record(found, snapshot))
        return
    _say_person(found)
    _say_permissions(found)
    for each in snapshot.find_photographers(found.person.id):
        click.echo()
        _say_other(each)
        _say_permissions(as_record(each, snapshot))
    _say_verdicts(desk, found)


def _say_other(found: GuardianOfChild | Photographer) -> None:
    """Print a guardian with their child, or a photographer with their role."""
    click.secho(printable(name_of(found)) or "–", bold=True)
    click.echo(f"  {speak('consent.col_id')}: {id_of(found)}")
    if isinstance(found, GuardianOfChild):
        child = called(found.child.person)
        click.echo(f"  {speak('consent.col_guardian_of')}: {child}, {found.child.person.id}")
        return
    click.echo(f"  {speak('consent.col_role')}: {speak(f'consent.role_{found.role}')}")
    if found.person:
        click.echo(f"  {speak('consent.col_person')}: {found.person}")


def _say_person(record: Record) -> None:
    person = record.person
    lines = [
        ("id", person.id),
        ("stage", _stage_text(person)),
        ("born", day_text(person.born)),
        ("outside_id", printable(person.outside_id) or "–"),
        ("retain_until", day_text(person.retain_until)),
    ]
    click.secho(called(person), bold=True)
    for name, value in lines:
        click.echo(f"  {speak(f'consent.col_{name}')}: {value}")
    for number, guardian in enumerate(record.guardians, start=1):
        click.echo(f"  {guardian_text(number, guardian.name)}")
    if person.never_in_pictures:
        click.secho(f"  {speak('consent.never_mark')}", bold=True)


def giver_text(record: Record, permission: Permission) -> str:
    """Return who gave a permission: the person, or a guardian with number and name.

    Without a name if an import has replaced the guardian, whose permissions remain.
    """
    for number, guardian in enumerate(record.guardians, start=1):
        if guardian.id == permission.given_by:
            return guardian_text(number, guardian.name)
    own = permission.given_by == record.person.id
    return speak("consent.giver_self" if own else "consent.giver_former")


def guardian_text(number: int, name: str) -> str:
    """Return a guardian's number, counted from 1, and name."""
    return speak("consent.giver_guardian", number=number, name=printable(name) or "–")


def _say_permissions(record: Record) -> None:
    if not record.permissions:
        click.echo(f"  {speak('consent.no_words')}")
        return
    click.echo()
    columns = ("kind", "channel", "giver", "answer", "given_on", "valid_until", "purpose", "note")
    say_table(columns, [_permission_line(record, permission) for permission in record.permissions])


def _permission_line(record: Record, permission: Permission) -> tuple[str, ...]:
    note = ""
    if permission.withdrawn_on:
        note = speak("consent.note_withdrawn", day=day_text(permission.withdrawn_on))
    elif permission.incomplete and permission.answer is Answer.YES:
        note = speak("consent.note_incomplete")
    elif not permission.channel:
        note = speak("consent.note_all_channels")
    return (
        speak(f"consent.permission_{permission.kind.replace('-', '_')}"),
        channel_text(permission.channel),
        giver_text(record, permission),
        speak(f"consent.answer_{permission.answer}"),
        day_text(permission.given_on),
        day_text(permission.valid_until),
        printable(permission.purpose) or "–",
        " ".join(filter(None, (note, printable(permission.reference)))),
    )


def _say_verdicts(desk: Desk, record: Record) -> None:
    from photoguard.policy import may_be_shown

    click.echo()
    who = called(record.person)
    verdicts = (may_be_shown(record, each, desk.today, desk.rules) for each in desk.channels())
    sentences = (speak(each.code, None, **{**each.parameters, "person": who}) for each in verdicts)
    for sentence in dict.fromkeys(sentences):  # many rules hold on every channel
        click.echo(sentence)
