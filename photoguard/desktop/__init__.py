"""The icon on which staff drop photos, for Windows, macOS and Linux.

Nothing here prints. Each system's files can be made on any other, so that they can be
tested there; what needs the system itself (the macOS droplet's compiler, the trust mark
of a Linux desktop) is left out elsewhere.
"""

from __future__ import annotations

from photoguard.desktop.put import (
    Places,
    System,
    place_icons,
    run_tool,
    this_system,
    user_places,
    write_whole,
)

__all__ = [
    "Places",
    "System",
    "place_icons",
    "run_tool",
    "this_system",
    "user_places",
    "write_whole",
]
