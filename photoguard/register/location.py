"""Paths of the register and of the user's own lists, and the refusal of network drives."""

from __future__ import annotations

import hashlib
import json
import os
import time
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

from photoguard import files
from photoguard.errors import OutputError, RegisterError, WriteError
from photoguard.files import lock_file, read_json
from photoguard.model import Language

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from photoguard.settings import Settings

NETWORK_FILE_SYSTEMS = frozenset(
    {
        *("afs", "beegfs", "ceph", "cifs", "davfs", "glusterfs", "gpfs", "lustre", "ncpfs"),
        *("nfs", "nfs4", "smb3", "smbfs", "fuse.davfs", "fuse.glusterfs", "fuse.rclone"),
        *("fuse.s3fs", "fuse.sshfs"),
    }
)
"""Types of file systems (/proc/self/mounts, third column) on which SQLite's locks fail."""

_DRIVE_REMOTE = 4
"""GetDriveTypeW in winbase.h."""

OUTPUTS = "outputs.json"
"""The list of outputs in the user's data folder."""

LONGEST_WAIT = 5.0
"""Seconds to wait while another program changes the list of outputs."""

_OWNER_ONLY = 0o600
_OWNER_ONLY_FOLDER = 0o700


def data_folder() -> Path:
    """Return the user's own folder for photoguard, made with mode 0700 if it is missing.

    The environment variable PHOTOGUARD_DATA replaces it. Raises RegisterError.
    """
    try:
        return files.data_folder()
    except OSError as trouble:
        place = str(trouble.filename or "")
        raise RegisterError("consent.no_rights", register=place) from trouble


def unit_of(settings: Settings) -> str:
    """Return the unit's name in the register: the Finnish one, else the Swedish or English.

    So it does not depend on the language of the run. "" where the settings name no unit.
    """
    return next((name for lang in Language if (name := settings.unit_name.get(lang, ""))), "")


def default_register() -> Path:
    """Return the path of the register that is used when the settings name none."""
    return data_folder() / "register.sqlite3"


def network_file_system(path: Path, mounts: str) -> bool:
    r"""Tell whether ``path`` (absolute, POSIX) lies on a mounted network file system.

    ``mounts`` is the text of /proc/self/mounts, with octal escapes such as ``\\040``.
    """
    best = ("", "")
    for line in mounts.splitlines():
        _device, point, kind, *_rest = line.split(" ")
        point = point.encode().decode("unicode_escape")
        if PurePosixPath(path).is_relative_to(point) and len(point) >= len(best[0]):
            best = (point, kind)
    return best[1] in NETWORK_FILE_SYSTEMS


def _on_network(path: Path) -> bool:
    if os.name == "nt":
        return is_network_share(str(path)) or _is_mapped_drive(path)
    mounts = Path("/proc/self/mounts")
    return mounts.is_file() and network_file_system(path, mounts.read_text("utf-8", "replace"))


def is_network_share(path: str) -> bool:
    r"""Tell whether a Windows path is a share: \\server\share or \\?\UNC\server\share."""
    drive = PureWindowsPath(path).drive
    if drive.upper().startswith("\\\\?\\"):
        return drive.upper().startswith("\\\\?\\UNC\\")
    return drive.startswith("\\\\")


def _is_mapped_drive(path: Path) -> bool:
    import ctypes

    kernel: Any = getattr(ctypes, "windll").kernel32  # noqa: B009 - Windows only
    return bool(kernel.GetDriveTypeW(path.drive + "\\") == _DRIVE_REMOTE)


def refuse_network(path: Path) -> None:
    """Raise RegisterError where ``path`` lies on a network drive."""
    if is_network_share(str(path)) or _on_network(path.resolve()):
        raise RegisterError("consent.network_path", register=str(path))


def create_private(path: Path) -> None:
    """Make an empty file with mode 0600, or give an existing one this mode.

    Raises RegisterError.
    """
    try:
        path.parent.mkdir(mode=_OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR, _OWNER_ONLY)
        os.close(descriptor)
        if os.name == "posix" and path.stat().st_mode & 0o077:
            path.chmod(_OWNER_ONLY)
    except OSError as trouble:
        raise RegisterError("consent.no_rights", register=str(path)) from trouble


def write_private(path: Path, text: str) -> None:
    """Write ``text`` whole or not at all, readable by its owner only; raises RegisterError."""
    try:
        path.parent.mkdir(mode=_OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
        files.write_private(path, text.encode())
    except (OSError, WriteError) as trouble:
        raise RegisterError("consent.no_rights", register=str(path)) from trouble


def _read_json(path: Path) -> object:
    try:
        return read_json(path)
    except (OSError, ValueError):
        return None


def known_outputs() -> tuple[Path, ...]:
    """Return the output folders of earlier runs, the oldest first, also missing ones.

    A missing one may have been moved, or lie on a drive that is not connected.
    """
    kept = _read_json(data_folder() / OUTPUTS)
    if not isinstance(kept, list):
        return ()
    return tuple(Path(entry) for entry in kept if isinstance(entry, str))


def remember_output(folder: Path) -> None:
    """Add an output folder to the list in which withdrawals look; raises RegisterError."""
    place = folder.resolve()
    with _outputs_held():
        kept = known_outputs()
        if place not in kept:
            _keep_outputs((*kept, place))


def forget_outputs(folders: Iterable[Path]) -> None:
    """Remove folders from the list, since their copies no longer exist; raises RegisterError."""
    gone = set(folders)
    with _outputs_held():
        _keep_outputs(folder for folder in known_outputs() if folder not in gone)


def _keep_outputs(folders: Iterable[Path]) -> None:
    write_private(data_folder() / OUTPUTS, json.dumps([str(each) for each in folders], indent=1))


@contextmanager
def _outputs_held() -> Iterator[None]:
    """Lock the list of outputs for the block; raises RegisterError after ``LONGEST_WAIT``."""
    place = data_folder() / f"{OUTPUTS}.lock"
    last = time.monotonic() + LONGEST_WAIT
    while True:
        try:
            lock = lock_file(place)
            break
        except OutputError as trouble:
            if time.monotonic() > last:
                raise RegisterError("consent.locked", register=str(place)) from trouble
            time.sleep(0.05)
        except OSError as trouble:
            raise RegisterError("consent.no_rights", register=str(place)) from trouble
    try:
        yield
    finally:
        os.close(lock)


def head_key(backend: str, place: str, unit: str | None = None) -> str:
    """Return the key, a digest, under which the log's head of a register and unit is kept.

    Without a unit it is the key of the file, which is needed when the file is lost.
    """
    parts = (backend, place) if unit is None else (backend, place, unit)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def was_seen(register: Path, unit: str) -> bool:
    """Tell whether this computer has written to a register at this path, for this unit."""
    place = str(register.absolute())
    keys = {head_key("sqlite", place, name) for name in (None, "", unit)}
    return any(head[0] > 0 for key, head in known_heads().items() if key in keys)


def heads_file() -> Path:
    """Return the path of the file with the heads of the logs that this computer has seen."""
    return data_folder() / "log-heads.json"


def known_heads() -> dict[str, tuple[int, str]]:
    """Return number of lines and last digest of each log when last seen, by ``head_key``."""
    kept = _read_json(heads_file())
    if not isinstance(kept, dict):
        return {}
    return {
        key: (value[0], value[1])
        for key, value in kept.items()
        if isinstance(value, list) and [type(part) for part in value] == [int, str]
    }


def remember_head(key: str, count: int, digest: str) -> None:
    """Keep a log's head outside the register, so that missing last lines are noticed."""
    heads = {**known_heads(), key: (count, digest)}
    write_private(heads_file(), json.dumps(heads, indent=1, sort_keys=True))
