"""Notices that a permission was withdrawn while the review page is open.

The command that withdraws it marks each output folder and then waits for the folder's lock,
which the page holds. So the page looks for the mark, and reads the register again if it
finds one. A run of ``prepare`` does the same.
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
"""Seconds to wait after an error before trying again."""


@dataclass(slots=True)
class WithdrawalWatch:
    """Looks for the mark in one output folder; ``obey`` then gets the register from ``read``."""

    output: Path
    read: Callable[[], Snapshot | None]
    obey: Callable[[Snapshot | None], None]
    _not_before: float = 0.0

    def check(self) -> None:
        """If there is a mark, remove it and call ``obey``; after an error the mark is put back."""
        if time.monotonic() < self._not_before:
            return
        try:
            if recall.is_marked(self.output):
                recall.unmark(self.output)  # first: what is taken back later marks again
                self.obey(self.read())
        except (PhotoguardError, OSError):
            recall.mark(self.output)
            self._not_before = time.monotonic() + AGAIN
