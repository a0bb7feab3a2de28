"""Prints errors, progress and results of runs."""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

import click

from photoguard.cli.speech import speak
from photoguard.files import printable
from photoguard.model import Outcome, Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from photoguard.api import Run
    from photoguard.errors import PhotoguardError
    from photoguard.files import Batch
    from photoguard.pipeline import FolderJob, PhotoWorkers, Progress

_ASKED = {
    "policy.works_not_told": "cli.ask_works",
    "policy.people_not_told": "cli.ask_people",
}
"""Code of an unanswered question about a photo → the request printed at the end of a run."""
PLAIN_EVERY = 10
"""Without a terminal, progress is printed every so many photos, and for the last one."""


def say_trouble(trouble: PhotoguardError) -> None:
    """Print what happened and what to do about it."""
    parameters = {
        key: printable(value) if isinstance(value, str) else value
        for key, value in trouble.parameters.items()
    }
    click.secho(speak(trouble.code, None, **parameters), err=True, bold=True)
    click.echo(speak(f"{trouble.code}.remedy", None, **parameters), err=True)


def as_json(value: Mapping[str, Any]) -> str:
    """Return JSON that is safe to show in a terminal: control characters are escaped.

    A JSON parser restores every name exactly, including names that are not valid UTF-8.
    """
    lines = json.dumps(value, ensure_ascii=False, indent=2).split("\n")
    return "\n".join(line if line.isprintable() else _escaped(line) for line in lines)


def _escaped(line: str) -> str:
    return "".join(c if printable(c) == c else json.dumps(c)[1:-1] for c in line)


class ProgressDisplay:
    """Shows a folder's progress: a bar in a terminal, lines of text elsewhere."""

    def __init__(self, folder: str, total: int, *, quiet: bool) -> None:
        """Store the folder's name and the number of its photos."""
        self.folder = printable(folder)
        self.total = total
        self.quiet = quiet
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Callable[[Progress], None]:
        """Show the start; return a function to be called for each finished photo."""
        if self.quiet:
            return lambda _: None
        if not sys.stderr.isatty():
            click.echo(speak("cli.begins", count=self.total, folder=self.folder), err=True)
            return self._line
        self._open_bar()
        return self._advance

    def __exit__(self, *_: object) -> None:
        """Remove the bar."""
        if self._bar is not None:
            self._bar.stop()

    def _open_bar(self) -> None:
        from rich.console import Console
        from rich.markup import escape
        from rich.progress import BarColumn, MofNCompleteColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bar = Bar(*columns, console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task(escape(self.folder), total=self.total)
        self._bar.start()

    def _advance(self, progress: Progress) -> None:
        self._bar.update(self._task, completed=progress.done)

    def _line(self, progress: Progress) -> None:
        if progress.done % PLAIN_EVERY == 0 and progress.done != progress.total:
            click.echo(speak("cli.so_far", done=progress.done, total=progress.total), err=True)


class Bar(Protocol):
    """A progress display, in a terminal or in a window."""

    def __call__(
        self, folder: str, total: int, *, quiet: bool
    ) -> AbstractContextManager[Callable[[Progress], None]]:
        """Return a context manager that gives a function to be called for each finished photo."""


def run_and_say(
    job: FolderJob, workers: PhotoWorkers, *, quiet: bool, bar: Bar = ProgressDisplay
) -> Run:
    """Prepare one folder, showing progress; print and return the result."""
    from photoguard import api, report

    batch = job.batch
    if not quiet:
        _say_old_register(job)
    report.load(alone=True)
    with bar(batch.root.name, len(batch.photos), quiet=quiet) as tell:
        run = api.run(job, workers, tell)
    if not quiet:
        say_result(run)
    return run


def say_who_else_is_there(batches: Iterable[Batch]) -> None:
    """Before a run, print the output folders that contain files of other programs or users."""
    from photoguard.output.trust import count_foreign

    for batch in batches:
        if number := count_foreign(batch.output):
            name = printable(batch.output.name)
            click.echo(speak("cli.output_holds_others", number, name=name), err=True)


def _say_old_register(job: FolderJob) -> None:
    """Before a run, warn if the register has not been updated for long.

    New children and their families' answers may be missing from it.
    """
    renewed = job.spec.register.renewed_on if job.spec.register else None
    days = (date.today() - renewed).days if renewed else 0  # noqa: DTZ011 - a calendar day, here
    if days > job.spec.settings.register_days:
        click.secho(speak("cli.register_old", days), err=True, bold=True)


def say_result(result: Run) -> None:
    """Print how many photos had each outcome, where they are, and what a person must do."""
    photos = result.photos
    click.echo(speak("cli.finished", count=len(photos), folder=printable(str(result.output))))
    for line in counts_of(photos):
        click.echo(f"  {line}")
    for line in _troubles_of(photos):
        click.echo(f"  {line}")
    if person := next(filter(None, map(_first_person, photos)), ""):
        click.echo(f"  {speak('cli.who_is_it', person=person)}")
    for item in result.manifest["not_handled"]:
        click.echo(f"  – {printable(item['source'])}: {item['text']}")
    for notice in result.manifest["notices"]:
        click.echo(f"  ! {printable(notice['text'])}")
    click.echo(speak("cli.report", report=printable(str(result.report))))
    if any(photo["output"] for photo in photos):
        click.echo(speak("cli.person_looks"))
    if number := sum(_is_noted(photo, "reasons.long_alt_text") for photo in photos):
        click.echo(speak("cli.ask_short_text", number))
    if result.manifest["unit"] != Unit.EARLY_CHILDHOOD:
        _ask_what_is_missing(photos)


def say_troubles(runs: Iterable[Run]) -> None:
    """Print the photos that failed or are blocked, with the reason, as errors are printed."""
    for line in (line for run in runs for line in _troubles_of(run.photos)):
        click.echo(line, err=True)


def _troubles_of(photos: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        f"✗ {printable(photo['source'])}: {_why(photo)}"
        for photo in photos
        if photo["status"] in {Outcome.FAILED, Outcome.BLOCKED}
    ]


def counts_of(photos: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a line for each outcome that occurs, with its number of photos."""
    numbers = {each: sum(photo["status"] == each for photo in photos) for each in Outcome}
    return [f"{speak(f'words.outcome_{each}')}: {n}" for each, n in numbers.items() if n]


def _ask_what_is_missing(photos: Sequence[Mapping[str, Any]]) -> None:
    """Print requests for works and people of those photos for which staff answered nothing."""
    for code, question in _ASKED.items():
        open_ones = sum(_is_noted(photo, code) for photo in photos)
        if open_ones:
            click.echo(speak(question, count=open_ones))


def _is_noted(photo: Mapping[str, Any], code: str) -> bool:
    return any(reason["code"] == code for reason in (*photo["reasons"], *photo["notices"]))


def _first_person(photo: Mapping[str, Any]) -> str:
    """Return the first register id in the reasons of a blocked or failed photo; "" if none."""
    is_shown = photo["status"] in {Outcome.FAILED, Outcome.BLOCKED}
    found = [person for reason in photo["reasons"] for person in reason["persons"]]
    return str(found[0]) if is_shown and found else ""


def _why(photo: Mapping[str, Any]) -> str:
    return printable(" ".join(reason["text"] for reason in photo["reasons"]))
