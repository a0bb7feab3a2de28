"""What ``prepare`` and the icon's ``drop`` share: settings, notes, register, one folder's run."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from photoguard.cli.speech import language, use
from photoguard.cli.tell import Teller, say_result
from photoguard.errors import RegisterError
from photoguard.files import REPORT
from photoguard.notes import find_notes, read_notes
from photoguard.output.journal import refuse_foreign
from photoguard.settings import Settings
from photoguard.settings.load import load

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from photoguard.files import Batch
    from photoguard.inspection import Inspector
    from photoguard.model import Box, PhotoNotes, Reason
    from photoguard.pipeline import FolderJob, FolderResult, Workers


def settings_of(batch: Batch, flags: Mapping[str, Any], config: Path | None) -> Settings:
    """Lay the flags over the files; from now on the run's language is spoken."""
    beside = None if batch.loose else batch.root
    settings = load(Settings(language=language()), flags, config, beside)
    use(settings.language)
    return settings


def notes_of(
    batch: Batch, given: Path | None
) -> tuple[Mapping[str, PhotoNotes], tuple[Reason, ...]]:
    """Return what staff wrote of each photo, and what of it met no photo."""
    path = given or find_notes(batch.root)
    if path is None:
        return {}, ()
    return read_notes(path).assign(source.name for source in batch.photos)


def register_of(settings: Settings) -> Any:  # noqa: ANN401
    """Return the persons and permissions of the register, or None where there is none.

    A register that is named but cannot be read stops the run before any output.
    """
    from photoguard.register.places import default_register, unit_of

    named = settings.register
    if not named and not default_register().is_file():
        return None
    from photoguard.register import open_register  # and with it the database library

    return open_register(named, unit_of(settings), read_only=True).snapshot()


def run_folder(job: FolderJob, workers: Workers, *, quiet: bool) -> tuple[FolderResult, Path]:
    """Prepare one folder, write its report and say what came of it."""
    from photoguard import report
    from photoguard.pipeline import prepare_folder

    batch = job.batch
    page = batch.output / REPORT
    refuse_foreign(batch.output)

    def show(manifest: Mapping[str, Any]) -> None:
        report.write(batch.output, manifest, job.spec.settings.language)

    _remember(batch.output, needed=job.spec.register is not None)
    with ExitStack() as stack:
        examiner = _Examiner(stack, job)
        tell = stack.enter_context(Teller(batch.root.name, len(batch.photos), quiet=quiet))
        result = prepare_folder(replace(job, examine=examiner), workers, tell, show)
    if not quiet:
        say_result(result, page)
    return result, page


class _Examiner:
    """Looks at copies that a person changed; the detectors are loaded for the first one."""

    def __init__(self, stack: ExitStack, job: FolderJob) -> None:
        self._stack = stack
        self._limits = job.spec.settings.limits
        self._inspector: Inspector | None = None

    def __call__(self, path: Path, shown: tuple[Box, ...]) -> bool:
        """Tell whether a copy holds no trace and shows no face but in these boxes."""
        from photoguard.inspection import Inspector

        if self._inspector is None:
            self._inspector = self._stack.enter_context(Inspector(self._limits))
        return self._inspector.is_fit(path, shown)


def _remember(output: Path, *, needed: bool) -> None:
    """Let ``tidy`` and, where it is ``needed``, a later withdrawal find the copies of this run.

    That is before the first of them, since the run may be interrupted.
    """
    from photoguard.register.places import remember_output

    try:
        remember_output(output)
    except RegisterError:
        if needed:
            raise
