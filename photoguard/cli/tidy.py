"""photoguard tidy: removes expired prepared copies, after asking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from photoguard.cli.speech import PATH, LocalisedCommand, argument, language, option, speak
from photoguard.cli.tell import say_trouble
from photoguard.errors import EXIT_ATTENTION, PhotoguardError, UsageTrouble
from photoguard.files import printable
from photoguard.model import Answer, Language
from photoguard.texts import written_day

if TYPE_CHECKING:
    from pathlib import Path

    from photoguard.output.tidying import OldFolder


@click.command(cls=LocalisedCommand, help="tidy.help")
@argument("folders", nargs=-1, type=PATH, metavar="tidy.folders")
@option("--days", type=click.IntRange(0, 36500), help="tidy.help_days")
@option("--yes", is_flag=True, help="tidy.help_yes")
@option("--forget-absent", is_flag=True, help="tidy.help_forget_absent")
@option("--language", type=click.Choice([each.value for each in Language]), help="help.language")
@option("--config", type=PATH, help="help.config")
@click.pass_context
def tidy(ctx: click.Context, /, folders: tuple[Path, ...], **asked: Any) -> None:  # noqa: ANN401
    """List the expired folders, ask once, and remove the program's files in them."""
    outputs = list({output.resolve(): output for output in map(_output_of, folders)}.values())
    if not folders:
        _say_absent(forget=asked["forget_absent"])
    today = date.today()  # noqa: DTZ011 - a calendar day, here
    days = _days(asked)
    found = _old(outputs, today, days)
    if not found.folders:
        if found.all_read:  # of what could not be read nobody knows how old it is
            click.echo(speak("tidy.nothing", count=days))
        return
    for old in found.folders:
        place = printable(str(old.path))
        click.echo(speak("tidy.folder", count=old.copies, place=place, day=_day(old.last_run)))
    if asked["yes"] or _agreed():
        left = sum(not _removed(old) for old in found.folders)
        ctx.exit(EXIT_ATTENTION if left else 0)
    click.echo(speak("tidy.kept"))


@dataclass(frozen=True, slots=True)
class ExpiredFolders:
    """The expired output folders, and whether all that were looked at could be read."""

    folders: tuple[OldFolder, ...]
    all_read: bool = True


def _old(given: list[Path], today: date, days: int) -> ExpiredFolders:
    """Return the expired ones of the given output folders; of all known ones if none given.

    Those that cannot be read are told.
    """
    from photoguard.output.recall import is_output
    from photoguard.output.tidying import old_folder
    from photoguard.register import known_outputs

    found: list[OldFolder] = []
    all_read = True
    for output in given or filter(is_output, known_outputs()):
        try:
            found += filter(None, [old_folder(output, today, days)])
        except PhotoguardError as trouble:
            say_trouble(trouble)
            all_read = False
    return ExpiredFolders(tuple(found), all_read)


def _output_of(folder: Path) -> Path:
    """Return the output folder: ``folder`` itself, or the one beside it; raises UsageTrouble."""
    from photoguard.files import output_beside
    from photoguard.output.recall import is_output

    outputs = (folder, output_beside(folder.resolve()))
    found = next((output for output in outputs if is_output(output)), None)
    if found is None:
        raise UsageTrouble("review.no_output", folder=printable(str(folder)))
    return found


def _say_absent(*, forget: bool) -> None:
    """Print the output folders that were not found; remove them from the list if ``forget``."""
    from photoguard.cli.consent.retiring import say_absent
    from photoguard.output.recall import is_output
    from photoguard.register import forget_outputs, known_outputs

    absent = [folder for folder in known_outputs() if not is_output(folder)]
    if not forget:
        say_absent(absent)
        return
    forget_outputs(absent)
    for folder in absent:
        click.echo(speak("tidy.absent_forgotten", place=printable(str(folder))))


def _days(asked: dict[str, Any]) -> int:
    """Return the number of days from the option or the settings, which the city may lock."""
    from photoguard.settings import Settings
    from photoguard.settings.load import load

    flags = {"keep_days": asked["days"]} if asked["days"] is not None else {}
    return load(Settings(), flags, asked["config"], None).keep_days


def _agreed() -> bool:
    """Ask; return whether the answer is an explicit yes."""
    from photoguard.register.importing.cell_values import answer

    typed = click.prompt(speak("tidy.ask"), default=speak("staff.none"))
    try:
        return answer(str(typed)) is Answer.YES
    except KeyError:
        return False


def _removed(old: OldFolder) -> bool:
    from photoguard.cli.consent.retiring import say_files
    from photoguard.output.recall import is_output
    from photoguard.output.tidying import remove
    from photoguard.register import forget_outputs

    try:
        remove(old.path, old.last_run)
        if not is_output(old.path):  # a run may have begun there again
            forget_outputs([old.path])
    except PhotoguardError as trouble:
        say_trouble(trouble)
        return False
    click.echo(speak("tidy.removed", place=printable(str(old.path))))
    say_files("tidy.left", sorted(path for path in old.path.rglob("*") if not path.is_dir()))
    return True


def _day(day: date) -> str:
    return written_day(day, language())
