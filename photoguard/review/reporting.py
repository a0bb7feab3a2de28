"""Keeps the folder's manifest, report and table up to date while the review page is open."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from photoguard import report
from photoguard.errors import PhotoguardError
from photoguard.output import manifest
from photoguard.report import sheet

if TYPE_CHECKING:
    import threading
    from collections.abc import Mapping

    from photoguard.model import Language
    from photoguard.pipeline import FolderRun

QUIET = 2.0
"""Seconds without a new copy after which the report is written; writing it reads every photo."""


@dataclass(slots=True)
class Reporting:
    """Writes manifest, report and table of a folder; ``turn`` is the lock on the run."""

    run: FolderRun
    turn: threading.RLock
    language: Language
    _changed: float | None = None
    """Time of the last change that is not in the report yet; None if there is none."""

    def mend(self) -> None:
        """Write the manifest again if an earlier page or run was killed before it could.

        The journal is ahead of the manifest then, and other commands read the manifest.
        """
        before = manifest.read(self.run.job.batch.output)
        with suppress(PhotoguardError):
            if self.write_manifest()["photos"] != before.get("photos"):
                self._changed = time.monotonic()

    def note_change(self) -> None:
        """Write the manifest now, and schedule the report; the caller holds the lock."""
        self._changed = time.monotonic()
        with suppress(PhotoguardError):  # a full disk; told anew when the page is closed
            self.write_manifest()

    def write_manifest(self) -> Mapping[str, Any]:
        """Write the manifest and return it; raises WriteError."""
        with self.turn:
            others = [*self.run.kept_copies.reported, *self.run.untouched()]
            return self.run.write_manifest(others)

    def when_quiet(self) -> None:
        """Write the report if it is due, without holding the lock."""
        if self._changed is None or time.monotonic() - self._changed < QUIET:
            return
        self._changed = None
        with suppress(PhotoguardError):
            report.write(self.run.job.batch.output, self.write_manifest(), self.language)

    def close(self) -> None:
        """Write manifest, report and table in their final state; raises WriteError."""
        output = self.run.job.batch.output
        written = self.write_manifest()
        report.write(output, written, self.language)
        sheet.write(output, written, self.language)
