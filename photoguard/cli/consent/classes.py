"""photoguard consent class, answers: show a whole class, and enter its paper answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from photoguard.cli.consent import takedown
from photoguard.cli.consent.desk import (
    DAY,
    agreed,
    as_day,
    called,
    choice_of,
    day_text,
    desk_options,
    open_desk,
    say_table,
)
from photoguard.cli.consent.export import refuse_other_than_csv, write_new_file
from photoguard.cli.consent.people import guardian_text
from photoguard.cli.speech import PATH, LocalisedCommand, argument, language, option, speak
from photoguard.errors import UsageTrouble
from photoguard.files import printable
from photoguard.model import Answer, Language, Permission, PermissionKind, Unit
from photoguard.model.days import refuse_too_early, refuse_too_far, refuse_unlikely_end
from photoguard.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from photoguard.cli.consent.desk import Desk
    from photoguard.model import Channel, Record
    from photoguard.register.papers import ClassRow


@click.command("class", cls=LocalisedCommand, help="consenthelp.class")
@argument("group")
@option("--channel", "channels", multiple=True, help="consenthelp.missing_channel")
@option("--on", "day", type=DAY, help="consenthelp.class_day")
@option("--output", type=PATH, help="consenthelp.class_output")
@desk_options
def whole_class(group: str, **asked: Any) -> None:  # noqa: ANN401
    """Show a class by channel: who may be shown, who may not, and whose works."""
    desk = open_desk(asked)
    day = as_day(asked["day"]) or desk.today
    refuse_too_early(day)
    refuse_too_far(day, desk.today)
    channels = desk.channels(asked["channels"])
    records = members(desk, group)
    rows = [_class_row(desk, record, channels, day) for record in records]
    shown = [speak("consent.class_shown", channel=each.platform) for each in channels]
    works = [speak("consent.class_works", channel=each.platform) for each in channels]
    columns = [speak("consent.col_who"), *shown, *works]
    if asked["output"]:
        title = speak("consent.class_title", group=records[0].person.group)
        _write(asked["output"], title, day, columns, rows)
        return
    click.secho(day_text(day), bold=True)
    _say(columns, rows)


def members(desk: Desk, group: str) -> list[Record]:
    """Return the records of a class; raises UsageTrouble if there is no such class."""
    records = desk.register.snapshot().records
    wanted = " ".join(group.split()).casefold()
    found = [record for record in records if record.person.group.casefold() == wanted]
    if not found:
        known = ", ".join(sorted({record.person.group for record in records} - {""}))
        raise UsageTrouble(
            "consent.group_unknown", group=printable(group), groups=printable(known) or "–"
        )
    return found


def _class_row(desk: Desk, record: Record, channels: tuple[Channel, ...], day: date) -> ClassRow:
    from photoguard.policy import may_be_shown, may_show_work
    from photoguard.register.papers import ClassRow

    never = record.person.never_in_pictures
    yes, no = speak("consent.class_yes"), speak("consent.class_no")
    if never:
        no = speak("consent.never_mark")
    cells = [
        yes if rule(record, channel, day, desk.rules).allowed else no
        for rule in (may_be_shown, may_show_work)
        for channel in channels
    ]
    return ClassRow((called(record.person), *cells), never)


def _say(columns: list[str], rows: list[ClassRow]) -> None:
    lines = [columns, *(list(row.cells) for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns))]
    for number, line in enumerate(lines):
        text = "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.secho(text.rstrip(), bold=number == 0)


def _write(file: Path, title: str, day: date, columns: list[str], rows: list[ClassRow]) -> None:
    from photoguard.register.papers import ClassPage, as_csv, render_class

    if file.suffix.lower() == ".csv":
        write_new_file(file, as_csv([columns, *(row.cells for row in rows)]))
        return
    if file.suffix.lower() not in {".html", ".htm"}:
        raise UsageTrouble("consent.class_format", file=printable(file.name))
    subtitle = speak("consent.class_day", day=day_text(day))
    notes = (speak("consent.class_note"), speak("consent.class_keep"))
    page = ClassPage(language().value, title, subtitle, columns, rows, notes)
    write_new_file(file, render_class(page).encode())


@dataclass(frozen=True, slots=True)
class Paper:
    """One giver's paper answers about one person."""

    record: Record
    giver: str
    called: str
    """The giver's name on the screen."""
    key: str
    """The giver in a table: self, guardian-1 …"""


@dataclass(frozen=True, slots=True)
class PaperAnswer:
    """One answer from a paper, for one channel."""

    paper: Paper
    channel: Channel
    answer: Answer


@click.command("answers", cls=LocalisedCommand, help="consenthelp.answers")
@argument("group")
@option("--channel", "channels", multiple=True, help="consenthelp.template_channel")
@option("--purpose", help="consenthelp.purpose")
@option("--kind", type=choice_of(PermissionKind), help="consenthelp.word_kind")
@option("--given-on", type=DAY, help="consenthelp.given_on")
@option("--valid-until", type=DAY, help="consenthelp.valid_until")
@option("--reference", default="", help="consenthelp.reference")
@option("--information", default="", help="consenthelp.information")
@option("--table", type=PATH, help="consenthelp.answers_table")
@option("--yes", is_flag=True, help="consenthelp.yes")
@desk_options
def answers(group: str, **asked: Any) -> None:  # noqa: ANN401
    """Enter all paper answers of a class at once: all of them are stored, or none."""
    desk = open_desk(asked)
    channels = desk.channels(asked["channels"])
    papers = [paper for record in members(desk, group) for paper in _papers(desk, record)]
    table = asked["table"]
    if table and not table.exists():
        refuse_other_than_csv(table)
        write_new_file(table, _empty_table(papers, channels))
        click.echo(speak("consent.answers_fill_in"))
        return
    _refuse_impossible_days(desk, papers, asked)
    given = _read_table(table, papers, channels) if table else _ask_all(papers, channels)
    if not given:
        click.echo(speak("consent.answers_none"))
        return
    _write_down(desk, given, asked)


def _papers(desk: Desk, record: Record) -> Iterator[Paper]:
    """Yield a paper for each required giver: the person, and the guardians while they are asked."""
    from photoguard.policy import needs_guardians

    yield Paper(record, record.person.id, speak("consent.giver_self"), "self")
    if needs_guardians(record.person, desk.today, desk.rules):
        for number, guardian in enumerate(record.guardians, start=1):
            giver = guardian_text(number, guardian.name)
            yield Paper(record, guardian.id, giver, f"guardian-{number}")


def _ask_all(papers: list[Paper], channels: tuple[Channel, ...]) -> list[PaperAnswer]:
    """Ask the user for each paper's answers: yes, no, some channels, or nothing without a paper."""
    names = ", ".join(channel.platform for channel in channels)
    click.echo(speak("consent.answers_how", channels=names))
    given: list[PaperAnswer] = []
    for paper in papers:
        given += _ask(paper, channels)
    return given


def _ask(paper: Paper, channels: tuple[Channel, ...]) -> list[PaperAnswer]:
    while True:
        text = f"{called(paper.record.person)}, {paper.called}"
        typed = str(click.prompt(text, default="", show_default=False))
        found = _understood(typed, channels)
        if found is not None:
            return [PaperAnswer(paper, channel, answer) for channel, answer in found.items()]
        click.echo(speak("consent.answers_not_understood", value=printable(typed)), err=True)


def _understood(typed: str, channels: tuple[Channel, ...]) -> dict[Channel, Answer] | None:
    """Return the answer for each channel; None if the text is neither an answer nor channels."""
    from photoguard.register.importing.cell_values import answer

    try:
        whole = answer(typed)
    except KeyError:
        pass
    else:
        return dict.fromkeys(channels, whole) if whole else {}
    known = {name.casefold(): each for each in channels for name in (each.name, each.platform)}
    named = [part.strip().casefold() for part in typed.replace(";", ",").split(",")]
    if not named or any(part not in known for part in named):
        return None
    yes = {known[part].name for part in named}
    return {each: Answer.YES if each.name in yes else Answer.NO for each in channels}


def _headings(channels: tuple[Channel, ...], spoken: Language) -> list[str]:
    names = ("id", "name", "giver", "whose")
    return [
        *(say(f"consent.col_{name}", spoken) for name in names),
        *(c.platform for c in channels),
    ]


def _empty_table(papers: list[Paper], channels: tuple[Channel, ...]) -> bytes:
    from photoguard.register.papers import as_csv

    rows = [_headings(channels, language())]
    for paper in papers:
        person = paper.record.person
        rows.append([person.id, person.name, paper.key, paper.called, *[""] * len(channels)])
    return as_csv(rows)


def _read_table(
    file: Path, papers: list[Paper], channels: tuple[Channel, ...]
) -> list[PaperAnswer]:
    """Return the answers of a filled-in table; raises UsageTrouble for the first invalid cell."""
    from photoguard.register.importing.cell_values import answer
    from photoguard.register.importing.table import read_table

    table = read_table(file)
    headings = [name.strip() for name in table.headings]
    if not any(headings == _headings(channels, each) for each in Language):
        raise UsageTrouble("consent.answers_other_table", file=printable(file.name))
    known = {(paper.record.person.id, paper.key): paper for paper in papers}
    given = []
    for line in table.rows:
        row, cells = line.number, line.cells
        paper = known.get((cells[0], cells[2]))
        if paper is None:
            raise UsageTrouble("consent.answers_unknown_row", row=row, id=printable(cells[0]))
        for channel, cell in zip(channels, cells[4:], strict=False):
            try:
                found = answer(cell)
            except KeyError:
                raise UsageTrouble(
                    "consent.answers_wrong_cell", row=row, value=printable(cell[:40])
                ) from None
            if found:
                given.append(PaperAnswer(paper, channel, found))
    return given


def _refuse_impossible_days(desk: Desk, papers: list[Paper], asked: dict[str, Any]) -> None:
    """Raise UsageTrouble for a day that cannot be right, before anybody is asked."""
    from photoguard.register.checks import refuse_impossible_day

    day = as_day(asked["given_on"]) or desk.today
    for paper in papers:
        refuse_impossible_day(day, paper.record.person.born, desk.today)
    refuse_unlikely_end(as_day(asked["valid_until"]))


def _write_down(desk: Desk, given: list[PaperAnswer], asked: dict[str, Any]) -> None:
    from photoguard.register.changes import writing

    purpose = asked["purpose"]
    if purpose is None:
        purpose = str(click.prompt(speak("consent.purpose_question"), default="")).strip()
    people = len({each.paper.record.person.id for each in given})
    rows = [_row(each) for each in given]
    say_table(("who", "giver", "channel", "answer"), rows)
    if not asked["yes"] and not agreed("consent.answers_question", len(given), people=people):
        raise click.Abort
    with writing(desk.register, desk.login) as change:
        for each in given:
            change.give(_permission(desk, each, purpose, asked))
    click.echo(speak("consent.given", count=len(given)))
    if not purpose:
        click.echo(speak("consent.given_incomplete"))
    refused = [each.paper.record.person.id for each in given if each.answer is Answer.NO]
    for person in dict.fromkeys(refused):
        takedown.say_what_follows(desk, person)


def _row(given: PaperAnswer) -> tuple[str, str, str, str]:
    answer = speak(f"consent.answer_{given.answer}")
    return called(given.paper.record.person), given.paper.called, given.channel.platform, answer


def _permission(desk: Desk, given: PaperAnswer, purpose: str, asked: dict[str, Any]) -> Permission:
    usual = PermissionKind.SHOWN
    if desk.settings.unit is Unit.EARLY_CHILDHOOD:
        usual = PermissionKind.OWN_WORK
    return Permission(
        "",
        given.paper.record.person.id,
        PermissionKind(asked["kind"]) if asked["kind"] else usual,
        given.channel.name,
        purpose,
        given.paper.giver,
        given.answer,
        given_on=as_day(asked["given_on"]) or desk.today,
        valid_until=as_day(asked["valid_until"]),
        reference=asked["reference"],
        information_version=asked["information"],
    )
