"""photoguard consent import: an office's table, its mapping, and what it would change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from photoguard.cli.consent import takedown
from photoguard.cli.consent.desk import (
    PATH,
    Desk,
    agreed,
    called,
    desk_options,
    open_desk,
    said_channel,
)
from photoguard.cli.consent.desk import say_table as table_of
from photoguard.cli.consent.people import kind_and_stage
from photoguard.cli.consent.takedown import retire_prepared, say_retired
from photoguard.cli.speech import LocalisedCommand, argument, option, speak
from photoguard.errors import UsageTrouble
from photoguard.files import printable
from photoguard.model import Answer

if TYPE_CHECKING:
    from pathlib import Path

    from photoguard.register.importing.mapping import Mapping, Words
    from photoguard.register.importing.plan import Plan, RowPlan
    from photoguard.register.importing.table import Table

MOST_LISTED = 200
"""Rows of a dry run that are listed one by one."""


@click.command("import", cls=LocalisedCommand, help="consenthelp.import")
@argument("file", type=PATH)
@option("--mapping", type=PATH, help="consenthelp.mapping")
@option("--sheet", default="", metavar="NAME", help="consenthelp.sheet")
@option("--purpose", help="consenthelp.purpose_of_all")
@option("--information", help="consenthelp.information")
@option("--dry-run", is_flag=True, help="consenthelp.dry_run")
@option("--yes", is_flag=True, help="consenthelp.yes_import")
@desk_options
def import_table(file: Path, **asked: Any) -> None:  # noqa: ANN401
    """Take an office's table into the register: all of it or nothing."""
    from photoguard.register.importing.mapping import keep
    from photoguard.register.importing.plan import Defaults, carry_out, plan
    from photoguard.register.importing.table import read_table

    table = read_table(file, asked["sheet"], _expected(asked["mapping"]))
    for notice in table.notices:
        said = speak(notice.code, None, **notice.parameters, table=printable(file.name))
        click.echo(f"{said} {speak(f'{notice.code}.next')}")
    desk = open_desk(asked)
    mapping = _settled(file, table, asked)
    kind, stage = kind_and_stage(desk.settings.unit, None, None)
    found = plan(table, mapping, desk.register, Defaults(stage, kind, desk.today))
    _refuse_faults(found, file)
    keep(mapping, table.headings)
    _say_plan(found, desk, listed=asked["dry_run"])
    if asked["dry_run"]:
        click.echo(speak("consent.dry_run"))
        return
    if not asked["yes"] and not agreed("consent.import_question"):
        raise click.Abort
    carry_out(found, desk.register, desk.login, desk.today)
    click.echo(speak("consent.imported", count=len(found.rows)))
    takedown.say_due(takedown.due_posts(desk), desk.register.snapshot())
    say_retired(retire_prepared(desk))


def _expected(mapping: Path | None) -> tuple[str, ...]:
    """Return the headings that a mapping names: they tell where the headings stand."""
    from photoguard.register.importing import mapping as mappings

    if mapping is None:
        return ()
    told = mappings.read(mapping)
    return (*told.columns, *(words.column for words in told.words))


def _settled(file: Path, table: Table, asked: dict[str, Any]) -> Mapping:
    """Return the mapping that a person confirmed now, or before with ``--yes``."""
    from photoguard.register.importing import mapping as mappings

    kept = asked["mapping"] or mappings.kept_place(table.headings)
    is_known = asked["mapping"] is not None or kept.is_file()
    mapping = mappings.read(kept) if is_known else mappings.propose(table.headings)
    told = {"purpose": asked["purpose"], "information_version": asked["information"]}
    mapping = replace(mapping, **{name: text for name, text in told.items() if text})
    if asked["yes"]:
        if not is_known:
            raise UsageTrouble("consent.mapping_unconfirmed", file=file.name)
        return mapping
    return _asked(file, table, mapping)


def _asked(file: Path, table: Table, mapping: Mapping) -> Mapping:
    """Show the mapping and let a person confirm it; keep a copy to be corrected if not."""
    from photoguard.register.importing import mapping as mappings
    from photoguard.register.importing.table import unmapped

    _say_mapping(mapping, unmapped(table, mapping))
    if any(not mapping.purpose_of(words) for words in mapping.words):
        click.echo(speak("consent.purpose_needed"))
        told = click.prompt(speak("consent.purpose_question"), default="", show_default=False)
        mapping = replace(mapping, purpose=str(told).strip())
    if agreed("consent.mapping_question"):
        return mapping
    draft = file.with_name(f"{file.stem}.mapping.toml")
    draft.write_text(mappings.written(mapping), "utf-8")
    raise UsageTrouble("consent.mapping_refused", file=str(draft))


def _say_mapping(mapping: Mapping, left: tuple[str, ...]) -> None:
    click.secho(speak("consent.mapping_heading"), bold=True)
    rows = [
        (printable(name), speak(f"consent.field_{field}"))
        for name, field in mapping.columns.items()
    ]
    rows += [(printable(words.column), _meaning(words)) for words in mapping.words]
    table_of(("column", "meaning"), rows)
    if left:
        names = ", ".join(map(printable, left))
        click.echo(speak("consent.mapping_left", columns=names))


def _meaning(words: Words) -> str:
    """Return in words what a column says."""
    code = "consent.meaning_gives" if words.gives is Answer.YES else "consent.meaning_forbids"
    return speak(
        code,
        kind=speak(f"consent.permission_{words.kind.replace('-', '_')}"),
        channels=", ".join(map(said_channel, words.channels)) or speak("consent.no_channel"),
        whose=speak(f"consent.whose_{words.whose.replace('-', '_')}"),
    )


def _refuse_faults(found: Plan, file: Path) -> None:
    """Write every fault with its place and what to do, and stop with exit code 2."""
    if not found.faults:
        return
    for fault in found.faults:
        parameters = {
            key: printable(value) if isinstance(value, str) else value
            for key, value in fault.parameters.items()
        }
        place = speak("consent.fault_place", row=fault.row, column=fault.column)
        said = (
            speak(fault.code, None, **parameters),
            speak(f"{fault.code}.remedy", None, **parameters),
        )
        click.echo(f"{place}: {' '.join(said)}", err=True)
    raise UsageTrouble("consent.import_faulty", number=len(found.faults), file=file.name)


def _say_plan(found: Plan, desk: Desk, *, listed: bool) -> None:
    if listed:
        for row in [row for row in found.rows if row.changes][:MOST_LISTED]:
            click.echo(f"  {speak('consent.row', row=row.row)}: {_row_said(row)}")
    new = sum(row.is_new for row in found.rows)
    changed = sum(row.changes and not row.is_new for row in found.rows)
    same = sum(not row.changes for row in found.rows)
    click.echo(speak("consent.plan_people", new=new, changed=changed, same=same))
    words = [row.words for row in found.rows]
    given = [word for each in words for _, word in each.given]
    click.echo(
        speak(
            "consent.plan_words",
            yes=sum(word.answer is Answer.YES for word in given),
            no=sum(word.answer is Answer.NO for word in given),
            withdrawn=sum(len(each.withdrawn) for each in words),
            lifted=sum(len(each.lifted) for each in words),
        )
    )
    incomplete = sum(word.incomplete and word.answer is Answer.YES for word in given)
    if incomplete:
        click.echo(speak("consent.plan_incomplete", count=incomplete))
    stays = sum(each.stays_withdrawn for each in words)
    if stays:
        click.echo(speak("consent.plan_stays", count=stays))
    if found.absent:
        click.echo(speak("consent.plan_absent", count=len(found.absent)))
        snapshot = desk.register.snapshot()
        names = (takedown.name_of(snapshot, each) for each in found.absent[:MOST_LISTED])
        click.echo(f"  {', '.join(names)}")


def _row_said(row: RowPlan) -> str:
    """Return one row's changes in a few words."""
    parts = [speak("consent.row_new")] if row.is_new else []
    if row.changed:
        names = (speak(f"consent.changed_{name}") for name in row.changed)
        parts.append(speak("consent.row_changed", fields=", ".join(names)))
    for answer in Answer:
        count = sum(word.answer is answer for _, word in row.words.given)
        if count:
            parts.append(speak(f"consent.row_{answer}", count=count))
    if row.words.withdrawn:
        parts.append(speak("consent.row_withdrawn", count=len(row.words.withdrawn)))
    if row.words.lifted:
        parts.append(speak("consent.row_lifted", count=len(row.words.lifted)))
    return f"{called(row.person)}: {'; '.join(parts)}"
