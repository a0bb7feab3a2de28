"""Runs of the watch that see nobody, and so are fast; everything else is real."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from photoguard import report
from photoguard.api import Run
from photoguard.files import MANIFEST, REPORT, SHEET, gather, read_json
from photoguard.pipeline import FolderJob, RunSpec, Workers, prepare_folder
from photoguard.report import sheet
from photoguard.settings import Settings
from photoguard.watching import Alarm, Pace, Watcher, WatchReporter, send
from tests.stress.blind import InThisThread, tools

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from photoguard.errors import PhotoguardError
    from photoguard.pipeline import Progress

QUICK = Pace(still=0.3, poll=1.0, gather=1.0, lost=0.3, again=(0.5,), retry=(2.0, 3600), rest=2.0)
"""For tests: what is else counted in minutes is counted in seconds."""


def make_job(folder: Path, output: Path) -> FolderJob:
    """Return the job of a folder with the cautious defaults."""
    job = FolderJob(gather([folder], output)[0], RunSpec(Settings()))
    return replace(job, read_register=lambda: None)


def run_blind(job: FolderJob, tell: Callable[[Progress], None]) -> Run:
    """Do a run without detectors, its report and table included."""

    def show(manifest: Mapping[str, Any]) -> None:
        report.write(job.batch.output, manifest, job.spec.settings.language)
        sheet.write(job.batch.output, manifest, job.spec.settings.language)

    with Workers(1, lambda _: InThisThread(tools(job.spec))) as workers:
        result = prepare_folder(job, workers, tell, show)
    return Run(result.output, job.batch.output / REPORT, result.exit_code, result.manifest)


def run_while_staff_type(job: FolderJob, tell: Callable[[Progress], None]) -> Run:
    """Do a run in the middle of which somebody fills in the table and saves it."""
    from openpyxl import load_workbook

    def told(progress: Progress) -> None:
        tell(progress)
        place = job.batch.output / SHEET
        if place.exists():
            book = load_workbook(place)
            headings = [cell.value for cell in book.worksheets[0][1]]
            book.worksheets[0].cell(2, headings.index("description") + 1, "Skiing")
            book.save(place)

    return run_blind(job, told)


def end_at_once(job: FolderJob, tell: Callable[[Progress], None]) -> Run:
    """End as a program does that the system kills for its memory."""
    del job, tell
    os._exit(9)


def photos_in(output: Path) -> dict[str, Mapping[str, Any]]:
    """Return what the manifest tells of each photo, by source; nothing before the first run."""
    place = output / MANIFEST
    heard = read_json(place) if place.exists() else {"photos": []}
    return {photo["source"]: photo for photo in heard["photos"]}


def watcher_of(folder: Path, heard: list[str], pace: Pace = QUICK) -> Watcher:
    """Return a watch over a folder whose runs see nobody; ``told`` gets what it tells."""
    output = folder.with_name(f"{folder.name}-photoguard")

    def note_made(made: Mapping[Any, int]) -> None:
        heard.extend(f"{outcome}:{count}" for outcome, count in made.items())

    def note_trouble(trouble: PhotoguardError) -> None:
        heard.append(trouble.code)

    order = partial(send, partial(make_job, folder, output), run_blind)
    return Watcher(
        folder, output, order, WatchReporter(note_made, note_trouble, heard.append), pace
    )


def main() -> None:
    """Watch the folder that the command line names until somebody ends it."""
    folder = Path(sys.argv[1])
    heard: list[str] = []
    try:
        watcher_of(folder, heard, Pace(retry=(30, 3600))).watch(Alarm(folder, listens=True))
    except KeyboardInterrupt:
        print(*heard, sep="\n")  # noqa: T201 - the test reads it


if __name__ == "__main__":
    main()
