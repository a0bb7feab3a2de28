"""A word that somebody takes back while the page is open; the run of ``prepare`` does the same.

Whoever takes a word back marks each output and then asks for its lock, which the page holds.
So the page looks for the mark, and reads the register anew where it finds one.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoguard.errors import PhotoguardError
from photoguard.output import recall

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from photoguard.register import Snapshot

AGAIN = 15.0
"""Seconds before a register is asked again that could not be read."""


@dataclass(slots=True)
class Heeding:
    """Looks for the mark of one output; ``obey`` gets the register as it is after it."""

    output: Path
    read: Callable[[], Snapshot | None]
    obey: Callable[[Snapshot | None], None]
    _not_before: float = 0.0

    def look(self) -> None:
        """Obey a mark that is there; where that is not possible now, the mark stays."""
        if time.monotonic() < self._not_before:
            return
        try:
            if recall.is_marked(self.output):
                recall.unmark(self.output)  # first: what is taken back later marks again
                self.obey(self.read())
        except (PhotoguardError, OSError):
            recall.mark(self.output)
            self._not_before = time.monotonic() + AGAIN
