"""How a part of photoguard is started, however photoguard itself came to this computer.

Installed with pip, pipx or uv, or carried along with an interpreter, that interpreter is
asked for a module by its name. A program that is its own interpreter (frozen by PyInstaller,
or begun by Briefcase's stub) knows no ``-m``: it is started once more and told which of its
parts to be. Each such program asks ``be_part`` before anything else whether it is one.
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
"""The modules that may be started as processes of their own."""
_PART = "--part"
_WORKER = "--multiprocessing-fork"
_LOCKS = re.compile(r"from multiprocessing\.resource_tracker import main;main\((\d+)\)")
_INTERPRETERS = ("python", "pypy", "graalpy")
_WITHOUT_CONSOLE = {"pythonw": "python", "photoguard-window": "photoguard"}
"""Programs that Windows starts without a console, and the same ones with one.

Whatever is started with pipes for its answers must be of the second kind.
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
"""Variables without which an interpreter or its libraries may not start."""


@dataclass(frozen=True, slots=True)
class Program:
    """What is started: a path as its own system writes it, and the first arguments."""

    path: str
    arguments: tuple[str, ...] = ()
    windowed: bool = False
    """Whether it can show a window of its own, so that no console is needed."""

    @property
    def drop(self) -> tuple[str, ...]:
        """The arguments that make it take dropped photos."""
        return (*self.arguments, "drop", *(("--window",) if self.windowed else ()))


def program() -> Program:
    """Return what starts photoguard again: its installed command, or this Python with it.

    Another photoguard that the system would find by its name is never taken for this one.
    """
    this = Path(_speaking())
    if _is_own_interpreter():
        return Program(str(this))
    beside = this.with_name(f"photoguard{_ending()}")
    if beside.is_file():
        return Program(str(beside.absolute()))
    return Program(str(this), ("-m", "photoguard"))


def icon_program() -> Program:
    """Return what an icon starts: where there can be a window, one without a console."""
    with_console = program()
    if find_spec("tkinter") is None or sys.platform == "darwin":
        return with_console
    without = {spoken: silent for silent, spoken in _WITHOUT_CONSOLE.items()}
    silent = _like(Path(with_console.path), without)
    return Program(silent, with_console.arguments, windowed=True)


def command(module: str, *arguments: str) -> list[str]:
    """Return the command line that runs ``module``, one of ``PARTS``, as a process.

    A test may name a module of its own where photoguard is not its own interpreter.
    """
    if _is_own_interpreter():
        return [_speaking(), _PART, module, *arguments]
    return [_speaking(), "-P", "-m", module, *arguments]


def start(module: str, *arguments: str, buffered: bool = True) -> subprocess.Popen[bytes]:
    """Start a part with pipes to and from it, without a window; raises OSError.

    What it writes to its standard error goes nowhere.
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
    """Let a part import what this interpreter imports, and know little else.

    Nothing is imported from where it stands: a folder of photos that somebody sends may hold
    a ``PIL.py``. The register's password may stand in the environment, so it is not passed on.
    """
    package = str(Path(__file__).resolve().parents[1])
    places = [place for place in sys.path if Path(place).is_absolute()]
    search = os.pathsep.join([*places, package])
    needed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**needed, "PYTHONPATH": search}


def be_part() -> None:
    """Be the part that this process was started as, and end with it; else return.

    To be called before anything else. Only a program that is its own interpreter is ever
    started so: as a part of photoguard, or as a worker or a helper of ``multiprocessing``.
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
    """Tell whether the program that runs is photoguard itself, and no Python."""
    name = Path(sys.executable or "").stem.lower()
    return bool(getattr(sys, "frozen", False)) or not name.startswith(_INTERPRETERS)


def _speaking() -> str:
    """Return this program, or its like that has a standard output."""
    return _like(Path(sys.executable), _WITHOUT_CONSOLE)


def _like(path: Path, names: Mapping[str, str]) -> str:
    """Return the program that ``names`` has for this one, if it lies beside it; else this one."""
    name = names.get(path.stem.lower())
    like = path.with_name(f"{name}{path.suffix}")
    return str(like if name and like.is_file() else path)


def _ending() -> str:
    return ".exe" if sys.platform == "win32" else ""


def _give_back_library_paths() -> None:
    """Let programs of the system, such as the browser, load their own libraries.

    PyInstaller's first step puts its own folder before what the variables held.
    """
    for name in _LIBRARY_PATHS:
        before = os.environ.pop(f"{name}_ORIG", "")
        if before:
            os.environ[name] = before
        elif hasattr(sys, "_MEIPASS"):
            os.environ.pop(name, None)
