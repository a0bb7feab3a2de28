"""photoguard drop: the command that the desktop icon runs."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from photoguard.cli.prompts import StayOpen
from photoguard.cli.speech import PATH, LocalisedCommand, argument, option, settings_of, speak
from photoguard.cli.tell import ProgressDisplay, run_and_say, say_who_else_is_there
from photoguard.errors import EXIT_FAILED, NoPhotosError, OutputError, UsageTrouble, gravest
from photoguard.files import SHEET, is_folder, is_there, printable
from photoguard.model import Language, Outcome
from photoguard.output.trust import refuse_foreign

if TYPE_CHECKING:
    from collections.abc import Iterable

    from photoguard.api import Run
    from photoguard.cli.prompts import Folder
    from photoguard.cli.window import Window
    from photoguard.desktop import System
    from photoguard.files import Batch
    from photoguard.icon_answers import AnswerBook, Answers
    from photoguard.pipeline import FolderJob, PhotoWorkers


@click.command(cls=LocalisedCommand, help="staff.help_drop")
@argument("paths", nargs=-1, type=PATH, metavar="help.paths")
@option("--list", "listed", type=PATH, help="staff.help_list")
@option("--cut", is_flag=True, hidden=True)
@option("--yes", is_flag=True, help="staff.help_yes")
@option("--no-open", is_flag=True, help="staff.help_no_open")
@option("--window", "windowed", is_flag=True, help="staff.help_window")
@option("--language", type=click.Choice([each.value for each in Language]), help="help.language")
@option("--config", type=PATH, help="help.config")
@click.pass_context
def drop(ctx: click.Context, /, paths: tuple[Path, ...], **asked: Any) -> None:  # noqa: ANN401
    """Ask once per folder, prepare, and open the reports; wait for Enter after an error."""
    from photoguard.cli.review import serve_page
    from photoguard.cli.window import open_window

    window = open_window() if asked["windowed"] else None
    if window is None:
        ctx.exit(_converse(paths, asked))
    code = window.run(lambda: _converse(paths, asked, window))
    if window.wish is not None:
        serve_page(window.wish, _flags(asked), asked["config"], opens=True)
    ctx.exit(code)


def _converse(paths: tuple[Path, ...], asked: dict[str, Any], window: Window | None = None) -> int:
    from photoguard.desktop import this_system

    with StayOpen() as stay:
        refuse_cut_line(paths, this_system())
        given = (*paths, *listed_paths(asked["listed"], cut=asked["cut"]))
        _set_up_first(asked)
        if not given:
            click.echo(speak("staff.welcome"))
            given = _chosen_in(window)
        stay.exit_code = _prepare(given, asked, stay, window)
    return stay.exit_code


def _chosen_in(window: Window | None) -> tuple[Path, ...]:
    """Ask for paths; in a window a folder is chosen, since nothing can be dragged into it."""
    from photoguard.cli.prompts import ask_for_paths

    if window is None:
        return ask_for_paths()
    folder = window.choose()
    if folder is None:
        raise NoPhotosError("staff.nothing_chosen")
    return (folder,)


def _flags(asked: dict[str, Any]) -> dict[str, Any]:
    return {"language": Language(asked["language"])} if asked["language"] else {}


def listed_paths(file: Path | None, *, cut: bool) -> tuple[Path, ...]:
    """Return the dropped names from the list that the icon's script wrote, and delete the list.

    ``cut`` means that the script's command line was too long. Raises UsageTrouble if any
    name is missing, since part of a drop would look like all of it.
    """
    if file is None:
        return ()
    try:
        content = file.read_bytes()
        file.unlink()
    except OSError as trouble:
        raise UsageTrouble("staff.list_unreadable") from trouble
    separator = b"\0" if b"\0" in content else b"\n"
    names = [os.fsdecode(line.strip(b"\r")) for line in content.split(separator)]
    paths = tuple(Path(name) for name in names if name.strip())
    _refuse_cut(paths, cut=cut)
    return paths


def refuse_cut_line(paths: tuple[Path, ...], system: System) -> None:
    """Raise UsageTrouble if names dropped on the icon or on "Send to" may be missing.

    Only Windows passes them on a command line that may be cut; other systems pass a list,
    and start no program at all if it is too long.
    """
    from photoguard.desktop import System
    from photoguard.desktop.wholeness import may_be_cut
    from photoguard.launch import icon_program

    program = icon_program()
    if system is System.WINDOWS and may_be_cut((program.path, *program.drop), [*map(str, paths)]):
        folder = paths[0].parent  # the last name may be cut itself
        raise UsageTrouble("staff.cut_line", folder=printable(folder.name or str(folder)))


def _refuse_cut(paths: tuple[Path, ...], *, cut: bool) -> None:
    """Raise UsageTrouble if cmd.exe did not pass on every name completely."""
    from photoguard.desktop.wholeness import LINE_VARIABLE, is_cut, is_split

    line = os.environ.get(LINE_VARIABLE, "")
    if cut or is_cut(line):
        raise UsageTrouble("staff.cut")
    missing = next((path.name for path in paths if not is_there(path)), "&")
    if is_split(line) or missing != "&":
        raise UsageTrouble("staff.split", name=printable(missing))


def _set_up_first(asked: dict[str, Any]) -> None:
    """Ask the four questions of setup if this user has no settings yet."""
    from photoguard.settings.load import city_profile, files_in_use

    known = files_in_use(asked["config"]) or city_profile().values
    if not known and not asked["yes"]:
        from photoguard.cli.setup import first_time

        click.echo(speak("staff.first_time"))
        first_time()


def _prepare(
    paths: tuple[Path, ...], asked: dict[str, Any], stay: StayOpen, window: Window | None
) -> int:
    from photoguard.pipeline import Workers, default_jobs

    batches = [in_own_output(batch, yes=asked["yes"]) for batch in batches_of(paths)]
    say_who_else_is_there(batches)
    with Workers(default_jobs()) as workers:
        jobs = [_job(batch, asked, workers) for batch in batches]
        click.echo(f"\n{speak('staff.at_work')}")
        bar = window.bar if window else ProgressDisplay
        runs = [run_and_say(job, workers, quiet=False, bar=bar) for job in jobs]
    code = gravest({run.exit_code for run in runs})
    if code >= EXIT_FAILED:
        click.secho(speak("staff.some_failed"), bold=True, err=True)
    if window is not None:
        window.finish(runs)
        stay.seen = True
        return code
    stay.unseen = not _show(runs, asked)
    _offer_page(runs, asked)
    return code


def batches_of(paths: Iterable[Path]) -> list[Batch]:
    """Return the batches of the paths, with an output folder chosen for whole cards and disks.

    Raises what ``files.gather`` raises.
    """
    from photoguard.files import gather

    paths = list(paths)
    tables = [path for path in paths if _is_filled_in(path)]
    paths = [path for path in paths if path not in tables]
    filled = [batch for table in tables for batch in _of_the_table(table)]
    disks = [path for path in paths if is_folder(path) and output_for_disk(path.resolve())]
    others = [path for path in paths if path not in disks]
    batches = [batch for disk in disks for batch in gather([disk], output_for_disk(disk.resolve()))]
    return [*filled, *batches, *(gather(others) if others else ())]


def _is_filled_in(path: Path) -> bool:
    """Return whether the path is the table of one of this user's output folders."""
    from photoguard.output.journal import read_origin

    return path.name.casefold() == SHEET and read_origin(path.resolve().parent) is not None


def _of_the_table(table: Path) -> list[Batch]:
    """Return the batches of the photo folder to which an output folder's table belongs."""
    from photoguard.files import gather
    from photoguard.output.journal import read_origin

    output = table.resolve().parent
    origin = read_origin(output)
    return gather([Path(origin.source)], output) if origin else []


def output_for_disk(folder: Path) -> Path | None:
    """Return the output folder for a whole disk, which has no folder beside it; None for others."""
    from platformdirs import user_pictures_path

    return None if folder.name else user_pictures_path() / "photos-photoguard"


def in_own_output(batch: Batch, *, yes: bool) -> Batch:
    """Return the batch with an output folder made by this user; asks unless ``yes``.

    An output that came with the photos, or from an older version, is left untouched. Raises
    OutputError if the user refuses or the output cannot be used.
    """
    from photoguard.cli.consent.desk import agreed

    try:
        refuse_foreign(batch.output)
    except OutputError as trouble:
        if trouble.code != "journal.foreign":
            raise
        place = _next_own(batch.output)
        known = place.exists() or yes
        if not known and not agreed("staff.own_output", name=batch.output.name, place=place.name):
            raise
        return replace(batch, output=place)
    return batch


def _next_own(output: Path) -> Path:
    """Return the first of ``NAME-2``, ``NAME-3`` … that belongs to this user or is free."""
    for number in count(2):
        place = output.with_name(f"{output.name}-{number}")
        with suppress(OutputError):
            refuse_foreign(place)
            return place
    raise AssertionError  # pragma: no cover - numbers do not end


def _job(batch: Batch, asked: dict[str, Any], workers: PhotoWorkers) -> FolderJob:
    """Ask what is unknown, and check all settings before anything is written."""
    from photoguard.api import get_ready, job_of, register_of
    from photoguard.cli.prompts import Folder
    from photoguard.icon_answers import user_book

    own = _flags(asked)
    book = user_book()
    usual = settings_of(own, asked["config"], batch.beside)
    get_ready(workers, batch, usual)
    photos = [source.name for source in batch.photos]
    known = None if asked["yes"] else register_of(usual)
    folder = Folder(batch.root.name or str(batch.root), photos, usual, known)
    answers = _answers(folder, batch.root, book, yes=asked["yes"])
    settings = settings_of(own | answers.flags(), asked["config"], batch.beside)
    job = job_of(batch, settings)
    if not asked["yes"]:
        job = _cleared(job)
    return replace(
        job,
        notes=answers.fill(job.notes, photos),
        answered=True,
        asked=answers.unwanted is not None and not asked["yes"],
        makers=None if asked["yes"] else answers.works,
    )


def _cleared(job: FolderJob) -> FolderJob:
    """Ask whether name-like words are children's names; remember and use those that are not."""
    from photoguard.api import doubtful_words
    from photoguard.cli.prompts import no_names
    from photoguard.wordlists import not_names, remember_not_names

    words = doubtful_words(job)
    cleared = no_names(words) if words else ()
    if not cleared:
        return job
    remember_not_names(cleared)
    return replace(job, spec=replace(job.spec, not_names=not_names()))


def _answers(folder: Folder, place: Path, book: AnswerBook, *, yes: bool) -> Answers:
    """Return the stored answers if the user confirms them, else new ones.

    Answers that are not stored cannot be assumed with ``yes``: then every photo needs a
    review.
    """
    from photoguard.cli.prompts import ask_all, still_right

    offered = book.offered(place).with_usual(folder.settings)
    if yes:
        return replace(offered, unwanted=True) if offered.forgotten else offered
    if book.known(place) and not offered.forgotten and still_right(offered):
        return offered
    answers = ask_all(folder, offered)
    book.keep(place, answers)
    return answers


def _offer_page(runs: list[Run], asked: dict[str, Any]) -> None:
    """Offer the review page if photos need a review; Enter opens it."""
    from photoguard.cli.review import serve_page

    for run in runs:
        count = sum(photo["status"] == Outcome.REVIEW for photo in run.photos)
        if asked["yes"] or asked["no_open"] or not count or not _wanted(count):
            continue
        serve_page(run.output, _flags(asked), asked["config"], opens=True)


def _wanted(count: int) -> bool:
    """Return whether the person wants the page; False if nobody can answer."""
    from photoguard.cli.prompts import is_yes

    question = f"\n{speak('staff.ask_review', count)}\n"
    try:
        typed = click.prompt(question, default="", show_default=False, prompt_suffix="> ")
    except click.Abort:
        return False
    return not str(typed).strip() or is_yes(str(typed))


def _show(runs: list[Run], asked: dict[str, Any]) -> bool:
    """Open the reports in the browser; return whether all were opened.

    Without a browser their paths are printed, and the window must stay open for them.
    """
    if asked["no_open"]:
        return True
    import webbrowser

    closed = [run for run in runs if not webbrowser.open(run.report.resolve().as_uri())]
    for run in closed:
        click.echo(speak("staff.open_yourself", report=printable(str(run.report))), err=True)
    return not closed
