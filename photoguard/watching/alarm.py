"""Waits for a change in a folder: the system wakes us where it can, else time does.

What has changed is nobody's word: whoever is woken looks for himself, so that a change of
which the system did not tell costs time and no photo.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from watchfiles.main import FileChange

_GATHER_MS, _LISTEN_MS = 300, 1000
_POLITE = 0.5
"""Seconds between two awakenings at least: a copy that grows would wake us without end."""


class Alarm:
    """Waits a while, or until the system tells of a change below a folder."""

    def __init__(self, folder: Path, *, listens: bool) -> None:
        """Keep what to listen to; where it does not listen, each wait takes its whole time."""
        self.listens = listens
        self._folder = folder
        self._changes: Generator[set[FileChange], None, None] | None = None

    def wait(self, seconds: float) -> None:
        """Wait that long, or until something changes; raises KeyboardInterrupt for a signal."""
        until = time.monotonic() + seconds
        time.sleep(min(seconds, _POLITE))
        while (left := until - time.monotonic()) > 0:
            if not self.listens:
                time.sleep(left)
            elif self._hears():
                return

    def close(self) -> None:
        """Let go of the folder; the next wait takes hold of what then bears its name."""
        if self._changes is not None:
            self._changes.close()
            self._changes = None

    def _hears(self) -> bool:
        """Tell whether something changed within a second; where nobody can tell, time is left."""
        from watchfiles import watch

        if self._changes is None:
            self._changes = watch(
                self._folder,
                watch_filter=None,
                debounce=_GATHER_MS,
                rust_timeout=_LISTEN_MS,
                yield_on_timeout=True,
                ignore_permission_denied=True,
            )
        try:
            return bool(next(self._changes))
        except FileNotFoundError:
            self.close()
            time.sleep(_LISTEN_MS / 1000)
        except (OSError, RuntimeError, StopIteration):  # the system's limit of watched folders
            self.close()
            self.listens = False
        return False
