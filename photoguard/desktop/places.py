"""Which system this is, and which program the icon starts."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class System(StrEnum):
    """The systems that have an icon."""

    WINDOWS = "windows"
    MACOS = "macos"
    LINUX = "linux"


@dataclass(frozen=True, slots=True)
class Program:
    """What is started: a path as its own system writes it, and the first arguments."""

    path: str
    arguments: tuple[str, ...] = ()

    @property
    def drop(self) -> tuple[str, ...]:
        """The arguments that make it take dropped photos."""
        return (*self.arguments, "drop")


def this_system() -> System:
    """Return the system that this is running on; anything unknown counts as Linux."""
    return {"win32": System.WINDOWS, "darwin": System.MACOS}.get(sys.platform, System.LINUX)


def find_program() -> Program:
    """Return the installed command, or this Python with the package where there is none."""
    name = "photoguard.exe" if sys.platform == "win32" else "photoguard"
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.is_file() else shutil.which(name)
    if found:
        return Program(str(Path(found).absolute()))
    return Program(sys.executable, ("-m", "photoguard"))
