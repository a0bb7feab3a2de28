"""The desktop icon on which staff drop photos, for Windows, macOS and Linux.

Nothing here prints. The files for each system can be created on any other, for tests; steps
that need the system itself (compiling the macOS droplet, trusting the Linux icon) are
skipped elsewhere.
"""

from __future__ import annotations

from photoguard.desktop.put import (
    IconFolders,
    System,
    place_icons,
    run_tool,
    this_system,
    user_icon_folders,
    write_whole,
)

__all__ = [
    "IconFolders",
    "System",
    "place_icons",
    "run_tool",
    "this_system",
    "user_icon_folders",
    "write_whole",
]
