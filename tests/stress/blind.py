"""The real ``prepare`` but for its detectors, which see nobody: what is not about faces is fast.

``python -m tests.stress.blind FOLDER OUTPUT [STYLE]`` prepares a folder as the command does,
in a pool of one worker. Everything is handed in through the doors that the pipeline has.
"""

from __future__ import annotations

import sys
from concurrent.futures import Executor, Future
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from photoguard import report
from photoguard.errors import PhotoguardError
from photoguard.files import gather
from photoguard.images import Decoder
from photoguard.model import Sight, Style
from photoguard.notes import PhotoNames, find_notes, read_notes
from photoguard.pipeline import FolderJob, FolderResult, RunSpec, Workers, prepare_folder
from photoguard.pipeline.photo.recipe import prepare_photo
from photoguard.pipeline.values import Tools
from photoguard.pipeline.workers import pool as workers
from photoguard.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from photoguard.detect import FaceFinder
    from photoguard.model import Box, Face, Pixels, Region
    from photoguard.pipeline import Progress


class BlindFinder:
    """Sees nobody."""

    def find(self, pixels: Pixels, hints: Sequence[Box] = ()) -> Sight:
        """Return that nobody is there."""
        del pixels, hints
        return Sight(())

    def look_again(self, pixels: Pixels, known: Sequence[Region]) -> tuple[Face, ...]:
        """Return that nobody can be seen."""
        del pixels, known
        return ()


def tools(spec: RunSpec) -> Tools:
    """Return the tools of a worker, without detectors."""
    return Tools(spec, Decoder(spec.settings.limits), cast("FaceFinder", BlindFinder()))


class InThisThread(Executor):
    """Does each call at once, where it is asked for."""

    def __init__(self, tools: Tools) -> None:
        """Keep what each photo is prepared with."""
        self._tools = tools

    def submit(self, fn: Callable[..., Any], /, *args: Any, **_: Any) -> Future[Any]:  # noqa: ANN401
        """Prepare the photo that a worker would prepare."""
        done: Future[Any] = Future()
        if fn is workers.get_worker_ready:
            done.set_result(None)
            return done
        spec, task = args
        done.set_result(prepare_photo(task, replace(self._tools, spec=spec)))
        return done

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002
        """Let the decoder end."""
        del wait, cancel_futures
        self._tools.close()


def begin_blind_worker(spec: RunSpec) -> None:
    """Begin as every worker does, with its eyes closed."""
    workers._begin_worker()
    workers._TOOLS[spec.id] = tools(spec)


def open_blind_pool(spec: RunSpec, jobs: int) -> Executor:
    """Return a real pool of processes whose workers see nobody."""
    pool = workers.open_pool(jobs)
    pool._initializer = partial(begin_blind_worker, spec)  # type: ignore[attr-defined]
    return pool


def prepare(
    paths: Sequence[Path],
    output: Path | None = None,
    settings: Settings | None = None,
    tell: Callable[[Progress], None] = lambda _: None,
    *,
    pool: bool = False,
) -> FolderResult:
    """Prepare one folder, in this thread or in a pool, and write its report."""
    (batch,) = gather(paths, output)
    spec = RunSpec(settings or Settings())
    table = find_notes(batch.root)
    names = PhotoNames.of(source.name for source in batch.photos)
    notes = read_notes(table).assign(names)[0] if table else {}
    engine = partial(open_blind_pool, spec) if pool else lambda _: InThisThread(tools(spec))
    with Workers(1, engine) as opened:
        result = prepare_folder(FolderJob(batch, spec, notes), opened, tell)
    report.write(result.output, result.manifest, spec.settings.language)
    return result


def main() -> int:
    """Prepare what the command line names; say a trouble by its code."""
    folder, output, *style = sys.argv[1:]
    settings = Settings(style=Style(style[0])) if style else Settings()
    try:
        return prepare([Path(folder)], Path(output), settings, pool=True).exit_code
    except PhotoguardError as trouble:
        print(trouble.code, trouble.parameters, file=sys.stderr)
        return trouble.exit_code


if __name__ == "__main__":
    sys.exit(main())
