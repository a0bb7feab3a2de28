"""Starts parts of photoguard as processes, however photoguard was installed.

Installed with pip, pipx or uv, or bundled with an interpreter, that interpreter runs a
module with ``-m``. A program that is its own interpreter (frozen by PyInstaller, or the stub
of Briefcase) has no ``-m``: it is started again with the name of the part as an argument.
Such a program must call ``be_part`` before anything else, to find out whether it is a part.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PARTS = frozenset({"photoguard.images.worker", "photoguard.tables.child"})
"""The modules that may be started as processes."""
_PART = "--part"
_WORKER = "--multiprocessing-fork"
_LOCKS = re.compile(r"from multiprocessing\.resource_tracker import main;main\((\d+)\)")
_INTERPRETERS = ("python", "pypy", "graalpy")
_WITHOUT_CONSOLE = {"pythonw": "python", "photoguard-window": "photoguard"}
"""Windows programs without a console → the same programs with one.

A process with pipes for its output needs a program with a console.
"""
_LIBRARY_PATHS = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_PASSED_ON = (
    "PATH",
    "HOME",
    "USERPROFILE",
    "SYSTEMROOT",
    "WINDIR",
    "LANG",
    "LC_ALL",
    "PYTHONHOME",
    "DYLD_FALLBACK_LIBRARY_PATH",
    *_LIBRARY_PATHS,
)
"""Environment variables without which an interpreter or its libraries may not start."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program to start: its path in the notation of its own system, and its first arguments."""

    path: str
    arguments: tuple[str, ...] = ()
    windowed: bool = False
    """Whether it shows its own window, so that it needs no console."""

    @property
    def drop(self) -> tuple[str, ...]:
        """The arguments with which it takes dropped photos."""
        return (*self.arguments, "drop", *(("--window",) if self.windowed else ()))


def program() -> Program:
    """Return the program that starts photoguard again: its command, or this Python with ``-m``.

    Never another photoguard that happens to be found on PATH.
    """
    this = Path(_speaking())
    if _is_own_interpreter():
        return Program(str(this))
    beside = this.with_name(f"photoguard{_ending()}")
    if beside.is_file():
        return Program(str(beside.absolute()))
    return Program(str(this), ("-m", "photoguard"))


def icon_program() -> Program:
    """Return the program that an icon starts: one without a console if windows are supported."""
    with_console = program()
    if find_spec("tkinter") is None or sys.platform == "darwin":
        return with_console
    without = {spoken: silent for silent, spoken in _WITHOUT_CONSOLE.items()}
    silent = _like(Path(with_console.path), without)
    return Program(silent, with_console.arguments, windowed=True)


def command(module: str, *arguments: str) -> list[str]:
    """Return the command line that runs ``module``, one of ``PARTS``, as a process.

    Tests may pass another module, unless photoguard is its own interpreter.
    """
    if _is_own_interpreter():
        return [_speaking(), _PART, module, *arguments]
    return [_speaking(), "-P", "-m", module, *arguments]


def start(module: str, *arguments: str, buffered: bool = True) -> subprocess.Popen[bytes]:
    """Start a part with pipes for input and output, without a window; raises OSError.

    Its standard error is discarded.
    """
    return subprocess.Popen(  # noqa: S603 - this program, its own part
        command(module, *arguments),
        bufsize=-1 if buffered else 0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def environment() -> dict[str, str]:
    """Return the environment for a part: the import path of this interpreter, and little else.

    The current folder is not on that path, as a folder of photos may contain a malicious
    ``PIL.py``. The register's password may be in the environment, so it is not passed on.
    """
    package = str(Path(__file__).resolve().parents[1])
    places = [place for place in sys.path if Path(place).is_absolute()]
    search = os.pathsep.join([*places, package])
    needed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**needed, "PYTHONPATH": search}


def be_part() -> None:
    """Run as the part that this process was started for and exit; return if it is no part.

    Must be called before anything else. A part is one of ``PARTS``, or a worker or helper
    process of ``multiprocessing``; only a program that is its own interpreter is started in
    this way.
    """
    if not _is_own_interpreter():
        return
    sys.frozen = True  # type: ignore[attr-defined]  # multiprocessing asks for it
    _give_back_library_paths()
    arguments = sys.argv[1:]
    if arguments[:1] == [_PART] and arguments[1:2] and arguments[1] in PARTS:
        _run(arguments[1], arguments[2:])
    elif arguments[:1] == [_WORKER]:
        from multiprocessing import spawn

        spawn.freeze_support()  # ends the process
    elif arguments[-2:-1] == ["-c"] and (locks := _LOCKS.fullmatch(arguments[-1])):
        from multiprocessing import resource_tracker

        resource_tracker.main(int(locks[1]))
        sys.exit()


def _run(module: str, arguments: list[str]) -> None:
    import runpy

    sys.argv[1:] = arguments
    runpy.run_module(module, run_name="__main__", alter_sys=True)
    sys.exit()


def _is_own_interpreter() -> bool:
    """Return whether the running program is photoguard itself rather than Python."""
    name = Path(sys.executable or "").stem.lower()
    return bool(getattr(sys, "frozen", False)) or not name.startswith(_INTERPRETERS)


def _speaking() -> str:
    """Return this program, or its equivalent that has a standard output."""
    return _like(Path(sys.executable), _WITHOUT_CONSOLE)


def _like(path: Path, names: Mapping[str, str]) -> str:
    """Return the program that ``names`` gives for ``path`` if it exists there; else ``path``."""
    name = names.get(path.stem.lower())
    like = path.with_name(f"{name}{path.suffix}")
    return str(like if name and like.is_file() else path)


def _ending() -> str:
    return ".exe" if sys.platform == "win32" else ""


def _give_back_library_paths() -> None:
    """Restore the library paths that PyInstaller changed, for programs of the system.

    PyInstaller's bootloader prepends its own folder, which a browser, for example, must not
    use.
    """
    for name in _LIBRARY_PATHS:
        before = os.environ.pop(f"{name}_ORIG", "")
        if before:
            os.environ[name] = before
        elif hasattr(sys, "_MEIPASS"):
            os.environ.pop(name, None)
