"""Draws the desktop icon and places its files in the user's folders."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING

from photoguard.desktop import lnk, scripts
from photoguard.errors import UsageTrouble, WriteError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PIL import Image

    from photoguard.launch import Program


SIDE = 256
SIZES = [(16, 16), (24, 24), (32, 32), (48, 48), (64, 64), (128, 128), (256, 256)]
PAPER, EDGE, SKY, COAT, SUN = "#fdfcf7", "#23405c", "#7fb2d9", "#2f6f5e", "#f6c95c"
_OVERSAMPLED = 4


def draw() -> Image.Image:
    """Return the icon as RGBA, 256 × 256."""
    from PIL import Image, ImageDraw

    large = Image.new("RGBA", (SIDE * _OVERSAMPLED, SIDE * _OVERSAMPLED))
    pen = ImageDraw.Draw(large)

    def scaled(*numbers: float) -> list[float]:
        return [number * _OVERSAMPLED for number in numbers]

    pen.rounded_rectangle(scaled(12, 12, 244, 244), 26 * _OVERSAMPLED, fill=EDGE)
    pen.rounded_rectangle(scaled(22, 22, 234, 234), 18 * _OVERSAMPLED, fill=PAPER)
    pen.rectangle(scaled(38, 38, 218, 218), fill=SKY)
    pen.pieslice(scaled(62, 150, 194, 300), 180, 360, fill=COAT)
    pen.rectangle(scaled(38, 218, 218, 234), fill=PAPER)
    pen.rectangle(scaled(38, 234, 218, 244), fill=EDGE)
    for ring, alpha in ((62, "59"), (54, "99"), (45, "ff")):
        glow = Image.new("RGBA", large.size)
        box = scaled(128 - ring, 104 - ring, 128 + ring, 104 + ring)
        ImageDraw.Draw(glow).ellipse(box, fill=SUN + alpha)
        large.alpha_composite(glow)
    return large.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def as_ico() -> bytes:
    """Return the icon in the sizes that Windows asks for."""
    return _saved("ICO", sizes=SIZES)


def as_png() -> bytes:
    """Return the icon as PNG."""
    return _saved("PNG")


def _saved(kind: str, **options: object) -> bytes:
    content = BytesIO()
    draw().save(content, kind, **options)
    return content.getvalue()


NAME = "photoguard"
PATIENCE = 30
"""Timeout in seconds for the system's tools."""
_RUNNABLE, _READABLE = 0o755, 0o644


class System(StrEnum):
    """The systems that have an icon."""

    WINDOWS = "windows"
    MACOS = "macos"
    LINUX = "linux"


def this_system() -> System:
    """Return the running system; Linux for any unknown one."""
    return {"win32": System.WINDOWS, "darwin": System.MACOS}.get(sys.platform, System.LINUX)


@dataclass(frozen=True, slots=True)
class IconFolders:
    """The folders for the icon's files."""

    desktop: Path
    """The user's desktop."""
    own: Path
    """The program's own data folder, for the picture of the icon."""
    menu: Path | None = None
    """"Send to" on Windows, the applications folder on Linux, else None."""


def user_icon_folders(system: System, desktop: Path | None) -> IconFolders:
    """Return this user's folders; ``desktop`` replaces the user's own desktop if given."""
    import platformdirs

    menu = None
    if system is System.WINDOWS and os.environ.get("APPDATA"):
        menu = Path(os.environ["APPDATA"]) / "Microsoft" / "Windows" / "SendTo"
    if system is System.LINUX:
        menu = platformdirs.user_data_path() / "applications"
    own = platformdirs.user_data_path(NAME, appauthor=False)
    return IconFolders(desktop or platformdirs.user_desktop_path(), own, menu)


def place_icons(
    system: System, program: Program, folders: IconFolders, comments: Mapping[str, str]
) -> list[Path]:
    """Write the icon's files and return their paths; ``comments`` are sentences by language.

    Raises UsageTrouble if a Windows icon is to start a program without a drive letter,
    WriteError if a file cannot be written.
    """
    makers: dict[System, Callable[[Program, IconFolders, Mapping[str, str]], list[Path]]] = {
        System.WINDOWS: _windows,
        System.MACOS: _macos,
        System.LINUX: _linux,
    }
    return makers[system](program, folders, comments)


def _windows(program: Program, folders: IconFolders, comments: Mapping[str, str]) -> list[Path]:
    picture = ""
    if this_system() is System.WINDOWS:
        picture = str(write_whole(folders.own / f"{NAME}.ico", as_ico()))
    link = lnk.Link(
        PureWindowsPath(program.path),
        " ".join(program.drop),
        next(iter(comments.values())),
        picture,
    )
    try:
        shortcut = lnk.to_bytes(link)
    except ValueError as trouble:
        raise UsageTrouble("staff.no_drive", program=program.path) from trouble
    written = [write_whole(folders.desktop / f"{NAME}.lnk", shortcut)]
    if folders.menu is not None:
        written.append(write_whole(folders.menu / f"{NAME}.lnk", shortcut))
    script = scripts.batch(program).encode()
    return [*written, write_whole(folders.desktop / f"{NAME}-script.cmd", script)]


def _macos(program: Program, folders: IconFolders, comments: Mapping[str, str]) -> list[Path]:
    del comments
    starter = write_whole(
        folders.desktop / f"{NAME}.command", scripts.command(program).encode(), _RUNNABLE
    )
    source = write_whole(folders.own / f"{NAME}.applescript", scripts.droplet(program).encode())
    app = folders.desktop / f"{NAME}.app"
    if run_tool("osacompile", "-o", str(app), str(source)):
        return [app, starter]
    return [starter, source]


def _linux(program: Program, folders: IconFolders, comments: Mapping[str, str]) -> list[Path]:
    picture = write_whole(folders.own / f"{NAME}.png", as_png())
    entry = scripts.desktop_entry(program, comments, str(picture)).encode()
    on_desktop = write_whole(folders.desktop / f"{NAME}.desktop", entry, _RUNNABLE)
    run_tool("gio", "set", str(on_desktop), "metadata::trusted", "true")
    if folders.menu is None:
        return [on_desktop]
    return [on_desktop, write_whole(folders.menu / f"{NAME}.desktop", entry)]


def write_whole(place: Path, content: bytes, mode: int = _READABLE) -> Path:
    """Write a file atomically, private until it is complete; raises WriteError.

    A link with the same name is replaced, not followed.
    """
    work = place.with_name(f".writing-{place.name}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        work.unlink(missing_ok=True)
        work.touch(mode=0o600)
        work.write_bytes(content)
        work.chmod(mode)
        work.replace(place)
    except OSError as trouble:
        raise WriteError("staff.not_placed", place=str(place)) from trouble
    return place


def run_tool(program: str, *arguments: str) -> bool:
    """Run a tool of the system; return whether it exists and succeeded."""
    found = shutil.which(program)
    if found is None:
        return False
    try:
        ended = subprocess.run(  # noqa: S603 - a fixed tool, and no shell
            [found, *arguments], capture_output=True, check=False, timeout=PATIENCE
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ended.returncode == 0
