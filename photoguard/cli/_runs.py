"""What ``prepare`` and the icon's ``drop`` share: settings, notes, register, one folder's run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from photoguard.cli.speech import language, use
from photoguard.cli.tell import Teller, say_result
from photoguard.errors import RegisterError
from photoguard.files import REPORT
from photoguard.notes import find_notes, read_notes
from photoguard.settings import Settings
from photoguard.settings.load import load

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from photoguard.files import Batch
    from photoguard.model import PhotoNotes, Reason
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
    job = replace(job, ask_again=lambda: register_of(job.spec.settings))
    page = batch.output / REPORT

    def show(manifest: Mapping[str, Any]) -> None:
        report.write(batch.output, manifest, job.spec.settings.language)

    _remember(batch.output, needed=job.spec.register is not None)
    with Teller(batch.root.name, len(batch.photos), quiet=quiet) as tell:
        result = prepare_folder(job, workers, tell, show)
    if not quiet:
        say_result(result, page)
    return result, page


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
