"""Finding old prepared folders, and removing their copies with all that belongs to them.

Removed are the copies that the manifest or journal names or that an interrupted run left
under a name of ours, their sidecars, the texts that were set aside, the report, the manifest
and the private folder. Files that somebody else put there stay.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from photoguard.errors import UsageTrouble, WriteError
from photoguard.files import (
    MANIFEST,
    PRIVATE,
    REPORT,
    SHEET,
    SHELVES,
    TEXTS,
    as_old_as_before,
    clear_unfinished,
    memory,
    refuse_strange,
    remove_copy,
)
from photoguard.model import Language
from photoguard.output.journal import Journal
from photoguard.output.recall import copies_of, sweep_beside
from photoguard.output.shelves import TROUBLE_LOG, is_own, texts_aside
from photoguard.output.trust import JOURNAL, LOCK, MARK, NOTE

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class OldFolder:
    """A folder of prepared copies: their number, and the day of the last run over it."""

    path: Path
    copies: int
    last_run: date


def old_folder(folder: Path, today: date, days: int) -> OldFolder | None:
    """Return a folder if its last run is ``days`` days or more before ``today``, else None.

    Raises UsageTrouble or OutputError where its manifest or journal cannot be read.
    """
    last = _last_run(folder)
    if today - last < timedelta(days=days):
        return None
    return OldFolder(folder, len(copies_of(folder, Language.EN)), last)


def _last_run(folder: Path) -> date:
    """Return the day of the last run; raises UsageTrouble where there is no output any more."""
    # Files carry a constant time; the private folder changes with every run.
    try:
        return date.fromtimestamp((folder / PRIVATE).stat().st_mtime)  # noqa: DTZ012
    except OSError as trouble:
        raise UsageTrouble("consent.no_manifest", folder=str(folder)) from trouble


def remove(folder: Path, last_run: date | None = None) -> None:
    """Remove the copies of a folder and what belongs to them.

    Raises OutputError while a run is using the folder. Raises UsageTrouble where a run took
    place after ``last_run``, the day shown to the person who agreed, or where a file cannot
    be removed; then the manifest is still there, so that it can be tried again.
    """
    if last_run and _last_run(folder) > last_run:
        raise UsageTrouble("tidy.used_again", folder=str(folder))
    photos = copies_of(folder, Language.EN)
    with as_old_as_before(folder), Journal.open(folder, Language.EN, "") as journal:
        try:
            for photo in photos:
                if is_own(photo.path.parent):  # behind a link nothing is ours
                    remove_copy(folder, photo.output)
            sweep_beside(folder, journal)
            for _, text in texts_aside(folder, journal):
                text.unlink()
            refuse_strange(folder / REPORT, folder / SHEET, folder / MANIFEST)
            (folder / REPORT).unlink(missing_ok=True)
            (folder / SHEET).unlink(missing_ok=True)
            (folder / MANIFEST).unlink(missing_ok=True)
        except (OSError, WriteError) as trouble:
            raise UsageTrouble("tidy.cannot_remove", folder=str(folder)) from trouble
        journal.close_file()
        _remove_private(folder)  # still locked: a run that began now would lose its journal
    if os.name == "nt":  # an open lock file cannot be removed there, not even by another process
        with suppress(OSError):
            (folder / PRIVATE / LOCK).unlink()
    memory.forget(journal.id)
    texts = (folder / shelf / name for shelf in SHELVES for name in TEXTS)
    for place in (*texts, *(folder / shelf for shelf in SHELVES), folder / PRIVATE, folder):
        with suppress(OSError):  # not there, or not empty: somebody keeps something there
            place.rmdir()


OTHER_FILES = (NOTE, MARK, "makers.json")
"""Files that runs keep beside the journal; the last one holds the makers of works."""


def _remove_private(folder: Path) -> None:
    """Remove from the private folder what the program puts there, the lock last."""
    with suppress(OSError):
        clear_unfinished(folder)
        for name in (*OTHER_FILES, f"new-{JOURNAL}", JOURNAL, TROUBLE_LOG, LOCK):
            (folder / PRIVATE / name).unlink(missing_ok=True)
