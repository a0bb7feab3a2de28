"""Whether the system tells of changes in a folder, or whether one has to look oneself.

A network drive tells only of what this computer changes, and a synchronised folder often
of nothing: there, looking now and then is the only way.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

_NETWORK = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "smb2", "afs", "ncpfs", "ceph", "glusterfs"),
        *("9p", "virtiofs", "vboxsf", "prl_fs", "vmhgfs", "davfs", "lustre", "gpfs", "ocfs2"),
        *("gfs2", "drvfs", "fuse", "fuseblk.sshfs", "autofs"),
    }
)
"""File systems of Linux on which others can change files unheard; so are all that a program
lays over a folder (``fuse.rclone``, ``fuse.sshfs``, ``fuse.gvfsd-fuse``)."""
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
    """Return the code of why ``folder`` (absolute) has to be polled, None where it need not be."""
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
        words = before.split(" ")
        if len(words) < 5 or not after:  # noqa: PLR2004 - the fifth word is the place
            continue
        place = Path(_ESCAPED.sub(lambda escape: chr(int(escape[1], 8)), words[4]))
        if folder.is_relative_to(place) and len(place.parts) >= depth:
            found, depth = after.split(" ")[0], len(place.parts)
    return found
