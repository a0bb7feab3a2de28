"""When the watch looks at its folder: after a notification of the system, or after some time.

For a network drive the system reports only changes by this computer, for a synchronised
folder often none; ``why_poll`` finds out, and there an ``Alarm`` only waits. A notification
only decides when to look: a change that the system does not report costs time but no photo.
"""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

    from watchfiles.main import FileChange

_GATHER_MS, _LISTEN_MS = 300, 1000
_POLITE = 0.5
"""Least seconds that a wait takes, since a growing file causes notifications all the time."""


class Alarm:
    """Waits for some time, or until the system reports a change below a folder."""

    def __init__(self, folder: Path, *, listens: bool) -> None:
        """Keep the folder; without ``listens`` each wait takes its whole time."""
        self.listens = listens
        self._folder = folder
        self._changes: Generator[set[FileChange], None, None] | None = None

    def wait(self, seconds: float) -> None:
        """Wait so many seconds, or until a change; raises KeyboardInterrupt for a signal."""
        until = time.monotonic() + seconds
        time.sleep(min(seconds, _POLITE))
        while (left := until - time.monotonic()) > 0:
            if not self.listens:
                time.sleep(left)
            elif self._hears():
                return

    def close(self) -> None:
        """Stop listening; the next wait listens to the folder that then has this path."""
        if self._changes is not None:
            self._changes.close()
            self._changes = None

    def _hears(self) -> bool:
        """Listen for a second, and return whether something changed; False on any error."""
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


_NETWORK = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "smb2", "afs", "ncpfs", "ceph", "glusterfs"),
        *("9p", "virtiofs", "vboxsf", "prl_fs", "vmhgfs", "davfs", "lustre", "gpfs", "ocfs2"),
        *("gfs2", "drvfs", "fuse", "fuseblk.sshfs", "autofs"),
    }
)
"""File systems of Linux for which changes by others are not reported; so are all of kind
``fuse.*`` (``fuse.rclone``, ``fuse.sshfs``, ``fuse.gvfsd-fuse``)."""
_SYNCED = re.compile(
    r"onedrive(?: - .*)?|sharepoint|dropbox(?: \(.*\))?|google ?drive|my drive|icloud ?drive|"
    r"nextcloud\d*|owncloud\d*|box(?: sync)?|pcloud ?drive|megasync|synologydrive|"
    r"cloudstorage|mobile documents",
    re.IGNORECASE,
)
_MOUNTS = Path("/proc/self/mountinfo")
_ESCAPED = re.compile(r"\\([0-7]{3})")
_REMOTE = 4
"""DRIVE_REMOTE of fileapi.h."""


def why_poll(folder: Path, mounts: Path = _MOUNTS) -> str | None:
    """Return the code of the reason to poll ``folder`` (absolute), None without one."""
    if _is_network(folder, mounts):
        return "watch.on_network"
    return "watch.on_synced" if _is_synced(folder) else None


def _is_synced(folder: Path) -> bool:
    roots = (os.environ.get(name) for name in ("OneDrive", "OneDriveCommercial"))
    below = any(root and folder.is_relative_to(root) for root in roots)
    return below or any(_SYNCED.fullmatch(part) for part in folder.parts)


if sys.platform == "win32":
    import ctypes

    def _is_network(folder: Path, mounts: Path) -> bool:
        del mounts
        if folder.drive.startswith("\\\\"):
            return True
        kind: int = ctypes.WinDLL("kernel32").GetDriveTypeW(folder.anchor)
        return kind == _REMOTE

else:

    def _is_network(folder: Path, mounts: Path) -> bool:
        if sys.platform == "darwin":
            return folder.is_relative_to("/Volumes") or folder.is_relative_to("/Network")
        kind = file_system(folder, mounts)
        return kind in _NETWORK or kind.startswith("fuse.")


def file_system(folder: Path, mounts: Path = _MOUNTS) -> str:
    """Return the kind of file system that Linux has mounted at or above ``folder``, "" if unknown.

    The format of ``mounts`` is that of proc_pid_mountinfo(5): later lines lie over earlier ones.
    """
    found, depth = "", -1
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return ""
    for line in lines:
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) < 5 or not after:  # noqa: PLR2004 - the fifth field is the mount point
            continue
        place = Path(_ESCAPED.sub(lambda escape: chr(int(escape[1], 8)), fields[4]))
        if folder.is_relative_to(place) and len(place.parts) >= depth:
            found, depth = after.split(" ")[0], len(place.parts)
    return found
