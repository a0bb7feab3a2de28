"""Where the register and the list of outputs lie, and why not on a network drive."""

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
"""Types in the third column of /proc/self/mounts, where SQLite's locks cannot be trusted."""

_DRIVE_REMOTE = 4
"""GetDriveTypeW in winbase.h."""

OUTPUTS = "outputs.json"
"""The list of outputs in the user's data folder."""

LONGEST_WAIT = 5.0
"""Seconds for which another program's change to the list is waited for."""

_OWNER_ONLY = 0o600
_OWNER_ONLY_FOLDER = 0o700


def data_folder() -> Path:
    """Return the user's own folder for photoguard, made with mode 0700 where it is missing.

    PHOTOGUARD_DATA names another one. Raises RegisterError where it cannot be made.
    """
    try:
        return files.data_folder()
    except OSError as trouble:
        place = str(trouble.filename or "")
        raise RegisterError("consent.no_rights", register=place) from trouble


def unit_of(settings: Settings) -> str:
    """Return the name under which the register knows the unit of these settings.

    It is the same whatever language is spoken: the Finnish name, or else the Swedish or
    the English one; "" where the settings name no unit.
    """
    return next((name for lang in Language if (name := settings.unit_name.get(lang, ""))), "")


def default_register() -> Path:
    """Return where the register lies when nothing else was named."""
    return data_folder() / "register.sqlite3"


def network_file_system(path: Path, mounts: str) -> bool:
    r"""Tell whether ``path`` (absolute, POSIX) lies on a network mount of ``mounts``.

    ``mounts`` is the text of /proc/self/mounts; octal escapes such as ``\\040`` are undone.
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
    """Raise RegisterError where ``path`` lies on another computer's disk."""
    if is_network_share(str(path)) or _on_network(path.resolve()):
        raise RegisterError("consent.network_path", register=str(path))


def create_private(path: Path) -> None:
    """Make an empty file that only its owner can read, or tighten the one that is there."""
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
    """Return the output folders of earlier runs, the oldest first, whether they are there or not.

    One that is not there was moved, or lies on a stick that is not plugged in.
    """
    kept = _read_json(data_folder() / OUTPUTS)
    if not isinstance(kept, list):
        return ()
    return tuple(Path(entry) for entry in kept if isinstance(entry, str))


def remember_output(folder: Path) -> None:
    """Add an output folder to the list, so that a withdrawal finds what lies in it."""
    place = folder.resolve()
    with _outputs_held():
        kept = known_outputs()
        if place not in kept:
            _keep_outputs((*kept, place))


def forget_outputs(folders: Iterable[Path]) -> None:
    """Take folders off the list, whose copies are gone as the program or a person knows."""
    gone = set(folders)
    with _outputs_held():
        _keep_outputs(folder for folder in known_outputs() if folder not in gone)


def _keep_outputs(folders: Iterable[Path]) -> None:
    write_private(data_folder() / OUTPUTS, json.dumps([str(each) for each in folders], indent=1))


@contextmanager
def _outputs_held() -> Iterator[None]:
    """Let one program at a time change the list: none may lose what another has added."""
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
    """Return the digest by which the head of a register and its unit is kept.

    Without a unit it stands for the file: when that is lost, nobody knows whose it was.
    """
    parts = (backend, place) if unit is None else (backend, place, unit)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def was_seen(register: Path, unit: str) -> bool:
    """Tell whether this computer has written into the register that lay at ``register``."""
    place = str(register.absolute())
    keys = {head_key("sqlite", place, name) for name in (None, "", unit)}
    return any(head[0] > 0 for key, head in known_heads().items() if key in keys)


def heads_file() -> Path:
    """Return where the ends of the logs are kept that this computer has seen."""
    return data_folder() / "log-heads.json"


def known_heads() -> dict[str, tuple[int, str]]:
    """Return the length and last digest of each log when last seen, by ``head_key``."""
    kept = _read_json(heads_file())
    if not isinstance(kept, dict):
        return {}
    return {
        key: (value[0], value[1])
        for key, value in kept.items()
        if isinstance(value, list) and [type(part) for part in value] == [int, str]
    }


def remember_head(key: str, count: int, digest: str) -> None:
    """Keep a log's head outside the register, so that lines cut off its end are noticed."""
    heads = {**known_heads(), key: (count, digest)}
    write_private(heads_file(), json.dumps(heads, indent=1, sort_keys=True))
