"""The functions of photoguard for other programs and for the command line: prepare and check.

::

    from pathlib import Path
    from photoguard import Settings, check, prepare

    run = prepare(Path("photos"), Settings(event="Forest trip"))
    for photo in run.photos:
        print(photo["source"], photo["status"])
    if run.exit_code == 0:
        assert not check(run.output / run.photos[0]["output"]).found

Nothing here prints, asks or ends the program: functions return values, and raise a
``PhotoguardError`` with its code, exit code and parameters where something is wrong.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from photoguard.errors import EXIT_LEAK, EXIT_READY, OutputError, RegisterError, UsageTrouble
from photoguard.files import REPORT, SHEET, output_beside
from photoguard.model import PhotoNotes
from photoguard.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from photoguard.files import Batch
    from photoguard.inspection import Inspector
    from photoguard.model import Box, Face, Finding, Reason, TextPlace
    from photoguard.pipeline import FolderJob, PhotoWorkers, Progress
    from photoguard.register import Snapshot


@dataclass(frozen=True, slots=True)
class Run:
    """The result of preparing one folder.

    ``exit_code`` is the gravest of its photos (0 everything ready, 1 a person should look,
    4 some failed, 5 a leak was found); ``manifest`` is the content of manifest.json.
    """

    output: Path
    report: Path
    exit_code: int
    manifest: Mapping[str, Any]

    @property
    def photos(self) -> Sequence[Mapping[str, Any]]:
        """Each photo as the manifest lists it: source, status, reasons, output, faces."""
        photos: Sequence[Mapping[str, Any]] = self.manifest["photos"]
        return photos


@dataclass(frozen=True, slots=True)
class Notes:
    """The staff's notes on the photos of a folder."""

    by_source: Mapping[str, PhotoNotes]
    """The notes by source; photos without notes are left out."""
    notices: tuple[Reason, ...]
    """Notices about the tables, such as rows that match no photo."""


@dataclass(frozen=True, slots=True)
class Report:
    """What one file gives away: metadata, visible faces and text that identifies somebody.

    The places of faces and texts are in upright pixels.
    """

    findings: tuple[Finding, ...]
    faces: tuple[Face, ...]
    texts: tuple[TextPlace, ...] = ()

    @property
    def found(self) -> bool:
        """Whether there is anything that should not be published."""
        return bool(self.findings or self.faces or self.texts)

    @property
    def exit_code(self) -> int:
        """The exit code of ``photoguard check``: 0 where nothing was found, 5 otherwise."""
        return EXIT_LEAK if self.found else EXIT_READY


def prepare(
    folder: Path,
    settings: Settings | None = None,
    *,
    output: Path | None = None,
    table: Path | None = None,
    fresh: bool = False,
) -> Run:
    """Prepare a folder of photos, or one photo, and write the copies, manifest and report.

    ``settings`` are the cautious defaults if none are given; files such as photoguard.toml
    are not read here (see ``photoguard.settings.load``). ``output`` is by default a folder
    beside ``folder``. ``table`` is the path of the staff's table of photos, by default
    photos.csv or photos.xlsx in the folder. With ``fresh`` finished photos are prepared again.

    Raises UsageTrouble, SetupTrouble and their subclasses before anything is written; what is
    wrong with single photos is in the returned run. Starts processes, so a script that calls
    it keeps its own code below ``if __name__ == "__main__":``.
    """
    from photoguard.files import gather
    from photoguard.pipeline import Workers, default_jobs

    batch, chosen = gather([folder], output)[0], settings or Settings()
    with Workers(default_jobs()) as workers:
        get_ready(workers, batch, chosen)
        job = job_of(batch, chosen, table, fresh=fresh)
        return run(job, workers, lambda _: None)


def check(path: Path) -> Report:
    """Return what a picture file would give away if it were published; changes nothing.

    Raises PhotoTrouble where it cannot be read.
    """
    from photoguard.inspection import Inspector

    with Inspector() as inspector:
        seen = inspector.inspect(path)
    return Report(seen.findings, seen.faces, seen.texts)


def get_ready(workers: PhotoWorkers, batch: Batch, settings: Settings) -> None:
    """Let workers load libraries and models while notes and register are read, or staff answers.

    Does nothing where an earlier run has prepared photos: then the run itself finds out
    whether workers are needed.
    """
    from photoguard.output.recall import is_output
    from photoguard.pipeline import RunSpec

    if not is_output(batch.output):
        workers.get_ready(RunSpec(settings), len(batch.photos))


def job_of(
    batch: Batch, settings: Settings, table: Path | None = None, *, fresh: bool = False
) -> FolderJob:
    """Return the job to prepare one folder, with settings, notes and register checked.

    Raises UsageTrouble, ConfigurationError, RegisterError.
    """
    from photoguard import policy
    from photoguard.pipeline import FolderJob, RunSpec
    from photoguard.wordlists import not_names

    policy.channels_for(settings.channels, settings.unit)
    notes = notes_of(batch, table)
    return FolderJob(
        batch=batch,
        spec=RunSpec(settings, register_of(settings), not_names(), _names_given(notes.by_source)),
        notes=notes.by_source,
        notices=notes.notices,
        fresh=fresh,
    )


def _names_given(notes: Mapping[str, PhotoNotes]) -> tuple[str, ...]:
    """Return every name that staff wrote for any photo, without face numbers, sorted."""
    written = [name for each in notes.values() for name in (*each.people, *(each.works or ()))]
    names = (name.partition("#")[0].strip() for name in written)
    return tuple(sorted(set(filter(None, names))))


def doubtful_words(job: FolderJob) -> tuple[str, ...]:
    """Return the words of a folder's descriptions and event that may be a child's name."""
    from photoguard.pipeline.photo.decision import completed
    from photoguard.pipeline.photo.typed import suspects, words_of

    settings = job.spec.settings
    if not settings.names:
        return ()
    notes = (completed(job.notes_of(source.name), settings) for source in job.batch.photos)
    found = suspects(dict.fromkeys(text for each in notes for text in words_of(each)), job.spec)
    return found.all_of_them


def output_of(folder: Path) -> Path | None:
    """Return the output that ``folder`` itself is, or that lies beside it; None for neither."""
    from photoguard.output.journal import read_origin

    places = (folder, folder.with_name(output_beside(folder.resolve()).name))
    return next((place.resolve() for place in places if read_origin(place)), None)


def last_job(
    output: Path, settings_of: Callable[[Mapping[str, Any], Path | None], Settings]
) -> FolderJob:
    """Return the job of the last run over an output, for the review page.

    ``settings_of`` gets the settings of the last run and the folder whose photoguard.toml
    counts (None for loose files), and returns them combined with the user's files. A day of
    publication in the past is dropped, so that today's ages and permissions count. Raises
    UsageTrouble where the output is none or its photos are gone.
    """
    from photoguard.files import gather
    from photoguard.output.journal import read_origin
    from photoguard.pipeline.folder.session import given_settings, session_in

    origin = read_origin(output)
    if origin is None:
        raise UsageTrouble("review.no_output", folder=output.name)
    batch = gather([Path(origin.source)], output)[0]
    given = given_settings(session_in(origin.session))
    day = given.pop("publish_on", None)
    if day and day < date.today():  # noqa: DTZ011 - a calendar day, here
        day = None
    settings = replace(settings_of(given, batch.beside), publish_on=day)
    job = job_of(batch, settings)
    before = _notes_before(output)
    table = {name: _completed(row, before.get(name)) for name, row in job.notes.items()}
    return replace(job, notes={**before, **table})


def _completed(row: PhotoNotes, before: PhotoNotes | None) -> PhotoNotes:
    """Return a row of the table, with works and channels it lacks taken from ``before``."""
    if before is None:
        return row
    works = before.works if row.works is None else row.works
    return replace(row, works=works, taken_for=row.taken_for or before.taken_for)


def _notes_before(output: Path) -> dict[str, PhotoNotes]:
    """Return the notes kept in the records of finished photos, by source."""
    from photoguard.output.journal import read_records
    from photoguard.output.records import from_journal

    notes = {}
    for raw in read_records(output):
        with suppress(KeyError, TypeError, ValueError):
            record = from_journal(raw)
            notes[record.source] = record.notes
    return notes


def notes_of(batch: Batch, table: Path | None) -> Notes:
    """Return the notes from the table beside the photos and from the output's sheet.

    Where both have a value, the sheet's counts; but if ``table`` is given, it is read in the
    place of the one beside the photos, and its values count. Raises ConfigurationError.
    """
    from photoguard.notes import PhotoNames, find_notes, read_notes, with_gaps_filled
    from photoguard.output.earlier import EarlierPhotos
    from photoguard.output.journal import read_origin

    path, sheet = table or find_notes(batch.root), batch.output / SHEET
    earlier = EarlierPhotos.of(batch.output)
    gone = earlier.gone(batch.photos)
    names = PhotoNames.of((source.name for source in batch.photos), earlier.copies, gone)
    beside = Notes(*read_notes(path).assign(names)) if path else Notes({}, ())
    typed, is_own = Notes({}, ()), read_origin(batch.output) is not None
    if is_own and sheet.is_file() and not (table and table.resolve() == sheet.resolve()):
        typed = Notes(*read_notes(sheet).without_empty_rows().assign(names))
    first, second = (beside, typed) if table else (typed, beside)
    nothing = PhotoNotes()
    both = {
        name: with_gaps_filled(
            first.by_source.get(name, nothing), second.by_source.get(name, nothing)
        )
        for name in (*beside.by_source, *typed.by_source)
    }
    left = _unread_table_notices(
        batch, batch.output if is_own else None, table, filter(None, (path, sheet))
    )
    return Notes(both, (*beside.notices, *typed.notices, *left))


def _unread_table_notices(
    batch: Batch, output: Path | None, table: Path | None, read: Iterable[Path]
) -> Iterator[Reason]:
    """Yield a notice for each table that staff may have filled in but that was not read."""
    from photoguard.notes import unread_tables

    return unread_tables(output, () if table else batch.tables, read)


def register_of(settings: Settings) -> Snapshot | None:
    """Return the persons and permissions of the register, None where there is no register.

    Raises RegisterError where the settings name one that cannot be read, or where entries of
    its log are missing that this computer has seen before.
    """
    from photoguard.register.location import default_register, unit_of, was_seen

    named, unit, usual = settings.register, unit_of(settings), default_register()
    if not named and not usual.is_file() and not was_seen(usual, unit):
        return None
    from photoguard.register import open_register  # and with it the database library

    register = open_register(named, unit, read_only=True)
    register.refuse_shorter_log()
    return register.snapshot()


def run(job: FolderJob, workers: PhotoWorkers, tell: Callable[[Progress], None]) -> Run:
    """Prepare one folder and write its report; the workers may be used for further folders.

    ``tell`` is called for each finished photo. Raises as ``prepare``.
    """
    from photoguard import report
    from photoguard.output.trust import refuse_foreign
    from photoguard.pipeline import prepare_folder
    from photoguard.report import sheet

    batch, settings = job.batch, job.spec.settings

    def show(manifest: Mapping[str, Any]) -> None:
        report.write(batch.output, manifest, settings.language)
        sheet.write(batch.output, manifest, settings.language)

    refuse_foreign(batch.output)
    report.load()  # while the workers are loading too, so that it costs no time at the end
    with ExitStack() as stack:
        stack.enter_context(_remembered(batch.output, needed=job.spec.register is not None))
        examined = replace(
            job, examine=_Examiner(stack, job), read_register=lambda: register_of(settings)
        )
        result = prepare_folder(examined, workers, tell, show)
    return Run(result.output, batch.output / REPORT, result.exit_code, result.manifest)


class _Examiner:
    """Examines copies that a person changed; loads the detectors for the first one."""

    def __init__(self, stack: ExitStack, job: FolderJob) -> None:
        self._stack = stack
        self._spec = job.spec
        self._inspector: Inspector | None = None

    def __call__(self, path: Path, shown: tuple[Box, ...]) -> bool:
        """Tell whether a copy is fit to publish: see ``Inspector.is_fit``."""
        from photoguard.inspection import Inspector
        from photoguard.pipeline.photo import lettering

        if self._inspector is None:
            self._inspector = self._stack.enter_context(Inspector(self._spec.settings.limits))
        looks = lettering.text_rule(self._spec.settings) != lettering.OFF
        return self._inspector.is_fit(
            path, shown, lettering.known_names(self._spec) if looks else None
        )


@contextmanager
def _remembered(output: Path, *, needed: bool) -> Iterator[None]:
    """Add an output to the list of known outputs for a run; remove it if it cannot be made.

    An output of earlier runs stays on the list: it may lie on a drive that is not connected.
    """
    from photoguard.output.recall import is_output
    from photoguard.register.location import forget_outputs, known_outputs

    is_known = output.resolve() in known_outputs()
    _remember(output, needed=needed)
    try:
        yield
    except OutputError:
        if not is_known and not is_output(output):
            with suppress(RegisterError):
                forget_outputs([output.resolve()])
        raise


def _remember(output: Path, *, needed: bool) -> None:
    """Add an output to the list in which ``tidy`` and later withdrawals find copies.

    Called before the first copy is made, since the run may be interrupted. Raises
    RegisterError where the list cannot be written, but only if it is ``needed``.
    """
    from photoguard.register.location import remember_output

    try:
        remember_output(output)
    except RegisterError:
        if needed:
            raise
