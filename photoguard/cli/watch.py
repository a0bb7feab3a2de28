"""photoguard watch: prepares whatever is put into a folder, until it is stopped."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from photoguard.cli.prepare import settings_asked, with_settings
from photoguard.cli.speech import PATH, LocalisedCommand, argument, language, option, speak, use
from photoguard.cli.tell import say_trouble
from photoguard.errors import EXIT_INTERRUPTED, NoPhotosError, UsageTrouble
from photoguard.files import is_there, printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from photoguard.api import Run
    from photoguard.files import Batch
    from photoguard.model import Language, Outcome
    from photoguard.pipeline import FolderJob
    from photoguard.watching.run_process import Tell
    from photoguard.watching.service import Placed

_USUAL_POLL = 10.0
_PLACES = ("output", "people", "config")
_OF_THE_WATCH = frozenset({"install", "remove", "quiet"})
"""Options that are not passed on to the service's command line."""


@click.command(cls=LocalisedCommand, help="watch.help")
@argument("folder", type=PATH, metavar="watch.folder")
@with_settings
@option("--poll", type=click.FloatRange(1, 3600), metavar="watch.seconds", help="watch.help_poll")
@option("--install", is_flag=True, help="watch.help_install")
@option("--remove", is_flag=True, help="watch.help_remove")
@option("--quiet", is_flag=True, help="watch.help_quiet")
@click.pass_context
def watch(ctx: click.Context, /, folder: Path, **asked: Any) -> None:  # noqa: ANN401
    """Watch until Ctrl-C, or install or remove the service that watches from log-in on."""
    folder = folder.absolute()
    asked = {name: _absolute(name, value) for name, value in asked.items()}
    if asked["remove"]:
        _remove(folder)
        return
    batch = _batch(folder, asked)
    settings_asked(batch, asked)
    if asked["install"]:
        _install(batch.root, asked)
        return
    try:
        _watch(batch, asked)
    except KeyboardInterrupt:
        _say(asked["quiet"], "watch.ended")
        ctx.exit(EXIT_INTERRUPTED)


def _absolute(name: str, value: Any) -> Any:  # noqa: ANN401
    return value.absolute() if name in _PLACES and value is not None else value


def _batch(folder: Path, asked: Mapping[str, Any]) -> Batch:
    """Return the folder's photos, possibly none; raises UsageTrouble."""
    from photoguard.files import Batch, gather, output_beside
    from photoguard.output.trust import refuse_foreign

    if is_there(folder) and not folder.is_dir():
        raise UsageTrouble("watch.no_folder", name=printable(folder.name))
    root = folder.resolve()
    output = asked["output"].resolve() if asked["output"] else output_beside(root)
    try:
        batch = gather([root], output)[0]
    except NoPhotosError:
        batch = Batch(root, output, ())
    if output.is_relative_to(root):
        raise UsageTrouble("files.output_inside_input")
    refuse_foreign(output)
    return batch


def _watch(batch: Batch, asked: Mapping[str, Any]) -> None:
    from photoguard.pipeline import default_jobs
    from photoguard.watching import Alarm, Pace, Watcher, WatchReporter, send, why_poll

    poll = asked["poll"] or (_USUAL_POLL if why_poll(batch.root) else None)
    make = partial(job_of_watch, batch.root, dict(asked), language())
    run = partial(run_job, asked["jobs"] or default_jobs())
    quiet = asked["quiet"]
    teller = WatchReporter(partial(_say_made, quiet), say_trouble, partial(_say, quiet))
    _say(quiet, "watch.begins", folder=printable(str(batch.root)))
    if poll:
        _say(quiet, why_poll(batch.root) or "watch.polls", seconds=round(poll))
    pace = Pace(poll=poll) if poll else Pace()
    watcher = Watcher(batch.root, batch.output, partial(send, make, run), teller, pace)
    watcher.watch(Alarm(batch.root, listens=not poll))


def job_of_watch(folder: Path, asked: dict[str, Any], spoken: Language) -> FolderJob:
    """Return the job of one run, after reading settings, notes and answers again."""
    from photoguard.api import job_of
    from photoguard.files import gather
    from photoguard.output.trust import refuse_foreign

    use(spoken)
    batch = gather([folder], asked["output"])[0]
    refuse_foreign(batch.output)
    settings = settings_asked(batch, asked, tells=False)  # it was told when the watch began
    return job_of(batch, settings, asked["people"])


def run_job(jobs: int, job: FolderJob, tell: Tell) -> Run:
    """Run one job with the given number of workers."""
    from photoguard import api, report
    from photoguard.pipeline import Workers

    with Workers(jobs) as workers:
        report.load(alone=True)
        return api.run(job, workers, tell)


def _say(quiet: bool, code: str, **parameters: str | int) -> None:
    if not quiet:
        click.echo(f"{_now()} {speak(code, None, **parameters)}")


def _say_made(quiet: bool, made: Mapping[Outcome, int]) -> None:
    """Print how many photos had each outcome, without file names, for the service's journal."""
    if quiet:
        return
    counts = ", ".join(f"{speak(f'words.outcome_{each}')} {made[each]}" for each in made)
    click.echo(f"{_now()} {speak('watch.made', sum(made.values()))} {counts}")


def _now() -> str:
    return datetime.now().strftime("%H:%M:%S")  # noqa: DTZ005 - the clock on the wall


def _install(folder: Path, asked: Mapping[str, Any]) -> None:
    from photoguard.desktop import System, this_system
    from photoguard.launch import program as this_program
    from photoguard.watching.service import Service, install_task, install_unit, name_of

    program = this_program()
    command = (program.path, *program.arguments, "watch", str(folder), *_given_options(asked))
    service = Service(name_of(folder), command, folder, _windows_user())
    if this_system() is System.WINDOWS:
        _say_placed("watch.installed", install_task(service, _tasks()))
    elif this_system() is System.LINUX:
        _say_placed("watch.installed", install_unit(service, _units()))
        click.echo(speak("watch.linger"))
    else:
        raise UsageTrouble("watch.no_service")


def _remove(folder: Path) -> None:
    from photoguard.desktop import System, this_system
    from photoguard.watching.service import name_of, remove_task, remove_unit

    name = name_of(folder.resolve())
    if this_system() is System.WINDOWS:
        placed = remove_task(name, _tasks())
    else:
        placed = remove_unit(name, _units())
    _say_placed("watch.removed", placed)


def _units() -> Path:
    """Return the folder of the user's systemd units (systemd.unit(5))."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"


def _tasks() -> Path:
    from photoguard.files import data_folder

    return data_folder() / "watching"


def _windows_user() -> str:
    """Return the user at whose log-on the task starts; "" if unknown."""
    names = os.environ.get("USERDOMAIN", ""), os.environ.get("USERNAME", "")
    return "\\".join(name for name in names if name)


def _given_options(asked: Mapping[str, Any]) -> list[str]:
    """Return the given options as command-line arguments for the service."""
    names = {"channels": "channel"}
    words = []
    for name, value in asked.items():
        if name in _OF_THE_WATCH or value is None or value == ():
            continue
        flag = f"--{names.get(name, name).replace('_', '-')}"
        if isinstance(value, bool):
            words.append(flag if value else f"--no-{flag[2:]}")
        else:
            values = value if isinstance(value, tuple) else (value,)
            words += [f"{flag}={each}" for each in values]
    return words


def _say_placed(code: str, placed: Placed) -> None:
    click.echo(speak(code, None, place=printable(str(placed.place))))
    if not placed.done:
        click.echo(speak("watch.by_hand"))
        for command in placed.by_hand:
            click.echo(f"  {_line(command)}")


def _line(command: Sequence[str]) -> str:
    words = subprocess.list2cmdline(command) if sys.platform == "win32" else shlex.join(command)
    return printable(words)
