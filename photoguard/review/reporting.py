"""Manifest, report and table of the folder while its page is open: told as things are."""

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
"""Seconds without a new copy after which the report is written: it shows every photo."""


@dataclass(slots=True)
class Reporting:
    """Writes what came of a folder; ``turn`` is held for all that touches the run."""

    run: FolderRun
    turn: threading.RLock
    language: Language
    _changed: float | None = None
    """When something changed that the report does not tell yet; None where it tells all."""

    def mend(self) -> None:
        """Write the manifest anew where the last page or run was killed before it could.

        The journal knows better than the manifest, which other commands read.
        """
        before = manifest.read(self.run.job.batch.output)
        with suppress(PhotoguardError):
            if self.tell()["photos"] != before.get("photos"):
                self._changed = time.monotonic()

    def note(self) -> None:
        """Write the manifest now, and the report once it is quiet; called with the turn held."""
        self._changed = time.monotonic()
        with suppress(PhotoguardError):  # a full disk; told anew when the page is closed
            self.tell()

    def tell(self) -> Mapping[str, Any]:
        """Write the manifest and return it; raises WriteError."""
        with self.turn:
            others = [*self.run.kept_copies.reported, *self.run.untouched()]
            return self.run.write_manifest(others)

    def when_quiet(self) -> None:
        """Write the report if it is due; nobody waits for it, since the turn is free meanwhile."""
        if self._changed is None or time.monotonic() - self._changed < QUIET:
            return
        self._changed = None
        with suppress(PhotoguardError):
            report.write(self.run.job.batch.output, self.tell(), self.language)

    def close(self) -> None:
        """Write everything as it is in the end; raises WriteError."""
        output = self.run.job.batch.output
        written = self.tell()
        report.write(output, written, self.language)
        sheet.write(output, written, self.language)
