"""Checks installed libraries, models, languages, settings, register, folders and disk space."""

from __future__ import annotations

import platform
import shutil
import tempfile
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import TYPE_CHECKING

from photoguard import __version__
from photoguard.doctor.values import broken, fine, from_trouble, notice
from photoguard.errors import PhotoguardError
from photoguard.model import Language
from photoguard.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from photoguard.doctor.values import Check
    from photoguard.settings import Settings

LIBRARIES = ("Pillow", "pillow-heif", "opencv-python", "mediapipe", "onnxruntime", "numpy")
SILENT = ("mediapipe", "onnxruntime")
"""Libraries of which newer versions send data to their makers."""
CV2_PACKAGES = (
    "opencv-python",
    "opencv-contrib-python",
    "opencv-python-headless",
    "opencv-contrib-python-headless",
)
"""Packages that all install a folder ``cv2``; the last one installed overwrites the others."""

ENOUGH = 2_000_000_000
TOO_LITTLE = 300_000_000
"""Bytes of free disk: below ENOUGH a notice, below TOO_LITTLE nothing can be prepared."""


def checks(settings: Settings, config: Path | None = None) -> Iterator[Check]:
    """Yield all checks that need no photo to be prepared."""
    yield program()
    yield libraries(installed(LIBRARIES), {name: _pinned(name) for name in SILENT})
    yield cv2_packages(installed(CV2_PACKAGES))
    yield models()
    yield languages()
    yield settings_files(config)
    yield register(settings)
    yield rights(user_folders())
    yield disk(Path.home())


def program() -> Check:
    """Return the versions of photoguard, Python and the system."""
    system = f"{platform.system()} {platform.release()} ({platform.machine()})"
    python = platform.python_version()
    return fine("program", version=__version__, python=python, system=system)


def installed(names: tuple[str, ...]) -> dict[str, str]:
    """Return the versions of those packages that are installed."""
    found: dict[str, str] = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _pinned(name: str) -> str:
    """Return the version that photoguard requires exactly; "" if it requires none."""
    wanted = (line.partition(";")[0].strip() for line in requires("photoguard") or ())
    return next((line.partition("==")[2] for line in wanted if line.startswith(f"{name}==")), "")


def libraries(there: Mapping[str, str], silent: Mapping[str, str]) -> Check:
    """Check the libraries; another version than a ``silent`` one may send data to its maker."""
    for name, wanted in silent.items():
        found = there.get(name, "")
        if found and wanted and found != wanted:
            return broken("libraries", "doctor.loud", library=name, found=found, wanted=wanted)
    return fine("libraries", listed=", ".join(f"{name} {found}" for name, found in there.items()))


def cv2_packages(there: Mapping[str, str]) -> Check:
    """Check that all installed packages with ``cv2`` have the same version."""
    listed = ", ".join(f"{name} {found}" for name, found in there.items())
    if len(set(there.values())) != 1:
        return broken("cv2", "doctor.cv2_differ", listed=listed)
    return fine("cv2", listed=listed)


def models() -> Check:
    """Check that every model file has its expected SHA-256."""
    from photoguard import ocr
    from photoguard.detect._detector import all_weights
    from photoguard.detect._runtime import read_model

    needed = (*all_weights(), *ocr.all_weights())
    try:
        for weights in needed:
            read_model(weights)
    except PhotoguardError as trouble:
        return from_trouble("models", trouble)
    return fine("models", number=len(needed))


def languages() -> Check:
    """Check that every catalogue is there for each language."""
    for language in Language:
        try:
            say("words.outcome_ready", language)
        except (OSError, KeyError):
            return broken("languages", "doctor.language_missing", language=language.value)
    return fine("languages")


def settings_files(config: Path | None = None) -> Check:
    """Check that ``config`` or the user's settings, and the city's, can be read and are valid."""
    from photoguard.settings.group_policy import PLACE, read_group_policy
    from photoguard.settings.load import city_profile, files_in_use, read

    files = files_in_use(config)
    try:
        for file in files:
            read(file)
        city_profile()
        there = [*map(str, files), *([PLACE] if read_group_policy() else ())]
    except PhotoguardError as trouble:
        return from_trouble("settings", trouble)
    if not there:
        return notice("settings", "doctor.no_settings")
    return fine("settings", places=", ".join(there))


def register(settings: Settings) -> Check:
    """Check that the consent register can be read, if there is one."""
    from photoguard.register import open_register, unit_of
    from photoguard.register.location import default_register, was_seen

    unit = unit_of(settings)
    try:
        usual = default_register()
        if not settings.register and not usual.is_file() and not was_seen(usual, unit):
            return fine("register_none")
        opened = open_register(settings.register, unit, read_only=True)
        opened.refuse_broken_log()
    except PhotoguardError as trouble:
        return from_trouble("register", trouble)
    return fine("register")


def user_folders() -> tuple[Path, ...]:
    """Return the folders the program writes to for this user, apart from outputs."""
    import platformdirs

    own = (
        platformdirs.user_config_path,
        platformdirs.user_data_path,
        platformdirs.user_state_path,
    )
    folders = [find("photoguard", appauthor=False) for find in own]
    return (*dict.fromkeys(folders), Path(tempfile.gettempdir()))


def rights(folders: tuple[Path, ...]) -> Check:
    """Check that a file can be written in each of these folders."""
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError:
            return broken("rights", "doctor.no_rights", place=str(folder))
    return fine("rights")


def disk(place: Path) -> Check:
    """Check the free space on the disk of ``place``."""
    there = next(folder for folder in (place, *place.parents) if folder.exists())
    return room(shutil.disk_usage(there).free)


def room(free: int) -> Check:
    """Return the check for this many free bytes."""
    gigabytes = f"{free / 1e9:.1f}"
    if free < TOO_LITTLE:
        return broken("disk", "doctor.disk_full", free=gigabytes)
    if free < ENOUGH:
        return notice("disk", "doctor.disk_little", free=gigabytes)
    return fine("disk", free=gigabytes)
