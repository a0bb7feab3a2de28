"""A folder of photos from its lock to its manifest, with workers and a register asked again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from photoguard.errors import SetupTrouble
from photoguard.files import remembering
from photoguard.model import Language
from photoguard.output import recall
from photoguard.output.journal import Journal
from photoguard.output.shelves import Shelves
from photoguard.pipeline.folder.run import FolderRun

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from photoguard.pipeline.values import FolderJob, FolderResult, PhotoWorkers, Progress


def _show_nobody(_: Mapping[str, Any]) -> None:
    """Show nothing while a run goes on; the manifest tells what came of it."""


def prepare_folder(
    job: FolderJob,
    workers: PhotoWorkers,
    tell: Callable[[Progress], None],
    show: Callable[[Mapping[str, Any]], None] = _show_nobody,
) -> FolderResult:
    """Prepare all photos of a folder and write its manifest.

    ``show`` lets staff see the finished manifest; the numbers of faces count once it has
    returned, and where it raises, those of the run before still do.

    A word that is taken back meanwhile counts: the register is asked again before the run
    ends, and once more where somebody marked the output while it let go of it.

    Raises OutputError where the output cannot be used at all, RegisterError where the
    register cannot be read before anything was done, and KeyboardInterrupt after the
    workers were stopped and what is done was told in the manifest.
    """
    result = _prepare(job, workers, tell, show)
    while recall.is_marked(job.batch.output):
        result = _prepare(replace(job, fresh=False), workers, tell, show)
    return result


def _number_of_new(job: FolderJob, journal: Journal) -> int:
    """Return how many photos there are of which nothing is finished: these surely need work."""
    finished = (name for name, entry in journal.entries.items() if entry.record is not None)
    done = set() if job.fresh else set(finished)
    return len({source.name for source in job.batch.photos} - done - job.waiting)


def _prepare(
    job: FolderJob,
    workers: PhotoWorkers,
    tell: Callable[[Progress], None],
    show: Callable[[Mapping[str, Any]], None],
) -> FolderResult:
    settings = job.spec.settings
    with (
        remembering({}),  # a copy is asked for several times in a run and read once
        Journal.open(job.batch.output, settings.language, str(job.batch.root)) as journal,
    ):
        shelves = Shelves.of(job.batch.output, Language(journal.language), settings.prefix)
        run = FolderRun(job, journal, shelves, tell)
        try:
            if number := _number_of_new(job, journal):
                workers.get_ready(job.spec, number)
            run.start()
            for prepared in workers.prepare(run.job.spec, run.tasks()):
                run.settle(prepared)
            while run.is_late():
                for prepared in workers.prepare(run.job.spec, run.late_tasks()):
                    run.settle(prepared)
            return run.finish(show)
        except (KeyboardInterrupt, SetupTrouble):
            workers.stop()
            run.stop_early()
            raise
        finally:
            shelves.close()
