"""The main function of a folder's run: lock, prepare, read the register again, write."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from photoguard.errors import SetupTrouble
from photoguard.files import caching_digests
from photoguard.model import Language
from photoguard.output import recall
from photoguard.output.journal import Journal
from photoguard.output.shelves import Shelves
from photoguard.pipeline.folder.run import FolderRun

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from photoguard.pipeline.values import FolderJob, FolderResult, PhotoWorkers, Progress


def _show_nobody(_: Mapping[str, Any]) -> None:
    """Do nothing with a finished manifest."""


def prepare_folder(
    job: FolderJob,
    workers: PhotoWorkers,
    tell: Callable[[Progress], None],
    show: Callable[[Mapping[str, Any]], None] = _show_nobody,
) -> FolderResult:
    """Prepare all photos of a folder and write its manifest.

    ``tell`` is called for each finished photo. ``show`` gets the finished manifest and shows
    it to staff; the face numbers of this run count once ``show`` has returned, and where it
    raises, those of the run before still count.

    A permission that is withdrawn during the run counts: the register is read again before
    the run ends, and the run is repeated if the output was marked while it was closing.

    Raises OutputError where the output cannot be used at all, RegisterError where the
    register cannot be read at the start, and KeyboardInterrupt after the workers were
    stopped and the finished photos were written to the manifest.
    """
    result = _prepare(job, workers, tell, show)
    while recall.is_marked(job.batch.output):
        result = _prepare(replace(job, fresh=False), workers, tell, show)
    return result


def _number_of_new(job: FolderJob, journal: Journal) -> int:
    """Return how many photos have no finished record: these certainly need work."""
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
        caching_digests({}),  # each copy is read once for its digest, however often it is needed
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
            while run.finds_outdated():
                for prepared in workers.prepare(run.job.spec, run.outdated_tasks()):
                    run.settle(prepared)
            return run.finish(show)
        except (KeyboardInterrupt, SetupTrouble):
            workers.stop()
            run.stop_early()
            raise
        finally:
            shelves.close()
