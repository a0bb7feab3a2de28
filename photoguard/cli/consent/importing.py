"""photoguard consent import: imports an office's table, or shows what it would change."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from photoguard.cli.consent import takedown
from photoguard.cli.consent.columns import confirmed_mapping, refuse_faults
from photoguard.cli.consent.desk import Desk, agreed, called, day_text, desk_options, open_desk
from photoguard.cli.consent.people import kind_and_stage
from photoguard.cli.consent.retiring import retire_prepared, say_retired
from photoguard.cli.speech import PATH, LocalisedCommand, argument, option, speak
from photoguard.errors import RegisterError, UsageTrouble
from photoguard.files import printable
from photoguard.model import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from photoguard.model import Permission
    from photoguard.register.importing.plan import Plan, RowPlan

MOST_LISTED = 200
"""Most rows of a dry run that are listed individually."""


@click.command("import", cls=LocalisedCommand, help="consenthelp.import")
@argument("file", type=PATH)
@option("--mapping", type=PATH, help="consenthelp.mapping")
@option("--sheet", default="", metavar="NAME", help="consenthelp.sheet")
@option("--purpose", help="consenthelp.purpose_of_all")
@option("--information", help="consenthelp.information")
@option("--dry-run", is_flag=True, help="consenthelp.dry_run")
@option("--yes", is_flag=True, help="consenthelp.yes_import")
@option("--none-erased", is_flag=True, help="consenthelp.none_erased")
@desk_options
def import_table(file: Path, **asked: Any) -> None:  # noqa: ANN401
    """Import an office's table into the register: all of it or nothing."""
    from photoguard.register.importing.mapping import keep
    from photoguard.register.importing.plan import Defaults, carry_out, plan
    from photoguard.register.importing.table import read_table

    table = read_table(file, asked["sheet"], _expected(asked["mapping"]))
    for notice in table.notices:
        sentence = speak(notice.code, None, **notice.parameters, table=printable(file.name))
        click.echo(f"{sentence} {speak(f'{notice.code}.next')}")
    desk = _desk_of_trial(asked) if asked["dry_run"] else open_desk(asked, makes=True)
    mapping = confirmed_mapping(file, table, asked)
    kind, stage = kind_and_stage(desk.settings.unit, None, None)
    found = plan(table, mapping, desk.register, Defaults(stage, kind, desk.today))
    refuse_faults(found.faults, file)
    keep(mapping, table.headings)
    _say_plan(found, desk, listed=asked["dry_run"])
    if asked["dry_run"]:
        click.echo(speak("consent.dry_run"))
        return
    _refuse_erased(found, file, asked)
    if not asked["yes"] and not agreed("consent.import_question"):
        raise click.Abort
    carry_out(found, desk.register, desk.login, desk.today)
    click.echo(speak("consent.imported", count=len(found.rows)))
    takedown.say_due(takedown.due_posts(desk), desk.register.snapshot())
    say_retired(retire_prepared(desk))


def _desk_of_trial(asked: dict[str, Any]) -> Desk:
    """Open the register for a dry run; a missing one is created in a temporary folder."""
    try:
        return open_desk(asked, reads=True)
    except RegisterError as trouble:
        if trouble.code != "consent.no_register":
            raise
    folder = TemporaryDirectory(prefix="photoguard-", ignore_cleanup_errors=True)
    place = click.get_current_context().with_resource(folder)
    return open_desk({**asked, "register": str(Path(place) / "register.sqlite3")}, makes=True)


def _expected(mapping: Path | None) -> tuple[str, ...]:
    """Return the headings of a mapping, by which the heading row is found; () without a mapping."""
    from photoguard.register.importing import mapping as mappings

    if mapping is None:
        return ()
    named = mappings.read(mapping)
    return (*named.columns, *(each.column for each in named.permissions))


def _refuse_erased(found: Plan, file: Path, asked: dict[str, Any]) -> None:
    """Ask before people are imported whom the register erased earlier; else refuse the import."""
    if not found.perhaps_erased or asked["none_erased"]:
        return
    if asked["yes"] or not agreed("consent.erased_question"):
        day = day_text(found.erased_on)
        raise UsageTrouble("consent.import_erased", file=file.name, day=day)


def _say_plan(found: Plan, desk: Desk, *, listed: bool) -> None:
    if listed:
        for row in [row for row in found.rows if row.changes][:MOST_LISTED]:
            click.echo(f"  {speak('consent.row', row=row.row)}: {_row_text(row)}")
    new = sum(row.is_new for row in found.rows)
    changed = sum(row.changes and not row.is_new for row in found.rows)
    same = sum(not row.changes for row in found.rows)
    click.echo(speak("consent.plan_people", new=new, changed=changed, same=same))
    plans = [row.permissions for row in found.rows]
    given = [permission for row in found.rows for permission in row.given]
    click.echo(
        speak(
            "consent.plan_words",
            yes=sum(each.answer is Answer.YES for each in given),
            no=sum(each.answer is Answer.NO for each in given),
            withdrawn=sum(len(each.withdrawn) for each in plans),
            lifted=sum(len(each.lifted) for each in plans),
        )
    )
    _say_counts(found, given)
    doubted = found.perhaps_erased
    if doubted:
        day = day_text(found.erased_on)
        click.echo(speak("consent.plan_erased", count=len(doubted), day=day))
        click.echo(f"  {', '.join(called(row.person) for row in doubted[:MOST_LISTED])}")
    if found.absent:
        click.echo(speak("consent.plan_absent", count=len(found.absent)))
        snapshot = desk.register.snapshot()
        names = (takedown.name_of(snapshot, each) for each in found.absent[:MOST_LISTED])
        click.echo(f"  {', '.join(names)}")


def _say_counts(found: Plan, given: Sequence[Permission]) -> None:
    """Print what in the table needs attention, each kind only if there is any."""
    counts = {
        "incomplete": sum(each.incomplete and each.answer is Answer.YES for each in given),
        "stays": sum(row.permissions.stays_withdrawn for row in found.rows),
        "refused": sum(row.permissions.stays_refused for row in found.rows),
        "outlasted": sum(row.permissions.outlasted for row in found.rows),
        "never": sum(row.marks_never for row in found.rows),
        "replaced": sum(len(row.seats.replaced) for row in found.rows),
        "unnamed": sum(len(row.seats.unnamed) for row in found.rows),
    }
    for name, count in counts.items():
        if count:
            click.echo(speak(f"consent.plan_{name}", count=count))


def _row_text(row: RowPlan) -> str:
    """Return one row's changes in a few words."""
    parts = [speak("consent.row_new")] if row.is_new else []
    if row.changed:
        names = (speak(f"consent.changed_{name}") for name in row.changed)
        parts.append(speak("consent.row_changed", fields=", ".join(names)))
    for answer in Answer:
        count = sum(each.answer is answer for each in row.given)
        if count:
            parts.append(speak(f"consent.row_{answer}", count=count))
    if row.record and row.new_guardians:
        parts.append(speak("consent.row_new_guardians", count=len(row.new_guardians)))
    if row.seats.replaced:
        parts.append(speak("consent.row_replaced", count=len(row.seats.replaced)))
    if row.permissions.withdrawn:
        parts.append(speak("consent.row_withdrawn", count=len(row.permissions.withdrawn)))
    if row.permissions.lifted:
        parts.append(speak("consent.row_lifted", count=len(row.permissions.lifted)))
    return f"{called(row.person)}: {'; '.join(parts)}"
