"""Which system this is."""

from __future__ import annotations

import sys
from enum import StrEnum


class System(StrEnum):
    """The systems that have an icon."""

    WINDOWS = "windows"
    MACOS = "macos"
    LINUX = "linux"


def this_system() -> System:
    """Return the system that this is running on; anything unknown counts as Linux."""
    return {"win32": System.WINDOWS, "darwin": System.MACOS}.get(sys.platform, System.LINUX)
