"""The file for faults of our own: what it tells may name things, so only this user reads it."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

TROUBLE_LOG = "trouble.log"


def note_trouble(private: Path, traceback: str) -> None:
    """Add a traceback to the log in the private folder, where that can be written."""
    with suppress(OSError):
        handle = os.open(private / TROUBLE_LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as writable:
            writable.write(traceback)
