"""python -m photoguard: whatever ends it early, it ends without a traceback, with code 130."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from photoguard.errors import EXIT_INTERRUPTED
from photoguard.launch import be_part

if TYPE_CHECKING:
    from types import FrameType

_ENDING = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""Ctrl-C, a polite kill, a closed terminal; Windows tells Ctrl-Break by the last of them."""
_DEAF_SECONDS = 5.0
"""Who presses Ctrl-C twice must not disturb the ending; who still waits then may repeat it."""
_LONGEST_END = 2.0


class Interruption:
    """Makes one KeyboardInterrupt of every signal that asks this program to end."""

    def __init__(self) -> None:
        """Begin without a signal."""
        self._last = -_DEAF_SECONDS

    def listen(self) -> None:
        """Answer the signals from now on, but those that whoever started us had us ignore."""
        for known in _known_signals():
            if signal.getsignal(known) is not signal.SIG_IGN:
                signal.signal(known, self)
        if sys.platform == "win32":
            _listen_to_the_window()

    def __call__(self, number: int, _frame: FrameType | None) -> None:
        """Interrupt the main thread, unless it was just interrupted."""
        if time.monotonic() - self._last < _DEAF_SECONDS:
            return
        self._last = time.monotonic()
        if number == getattr(signal, "SIGHUP", None):
            _speak_to_nobody()
        raise KeyboardInterrupt


def main() -> None:
    """Run the command line."""
    be_part()
    code = EXIT_INTERRUPTED
    try:
        Interruption().listen()
        from photoguard.cli import run

        code = run()
    except (KeyboardInterrupt, BrokenPipeError):
        pass  # before there was a command, or after its output was closed
    _end_quietly()
    _survive_python()
    if code == EXIT_INTERRUPTED and _other_threads():
        os._exit(code)  # who interrupted must not wait for a thread that does not end
    sys.exit(code)


def _known_signals() -> list[signal.Signals]:
    return [getattr(signal, name) for name in _ENDING if hasattr(signal, name)]


def _end_quietly() -> None:
    """Let no late signal, ending thread or closed output put a traceback after the last word."""
    for known in _known_signals():
        signal.signal(known, signal.SIG_IGN)
    for thread in _other_threads():
        thread.join(_LONGEST_END)
    try:
        for stream in filter(None, (sys.stdout, sys.stderr)):  # a windowed program has none
            stream.flush()
    except OSError:
        _speak_to_nobody()


def _other_threads() -> list[threading.Thread]:
    """Return the threads for which the interpreter would wait at its end."""
    return [
        each
        for each in threading.enumerate()
        if each is not threading.main_thread() and not each.daemon
    ]


def _survive_python() -> None:
    """Keep the exit code: CPython may end an interrupted ``python -m`` by a signal instead.

    It does so where text was being evaluated, as for each dataclass, when the interrupt came,
    and takes no notice of its having been answered (run_eval_code_obj in Python/pythonrun.c).
    Evaluating something again makes it forget.
    """
    eval("0")  # noqa: S307 - a constant of our own


def _speak_to_nobody() -> None:
    """Send what is still said where nobody is: writing to a closed terminal is an error."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(nowhere, stream)


if sys.platform == "win32":
    import _thread
    import ctypes
    from ctypes import wintypes

    _CTRL_CLOSE_EVENT = 2
    """In wincon.h; after it come those of a log-off and of a shutdown."""
    _ASKED: list[object] = []
    """The callback must outlive the call that hands it over."""

    def _listen_to_the_window() -> None:
        """End the run when its window is closed: Windows waits for the handler, then kills."""

        def answer(event: int) -> bool:
            if event < _CTRL_CLOSE_EVENT:
                return False  # Ctrl-C and Ctrl-Break are signals
            _thread.interrupt_main()
            time.sleep(_DEAF_SECONDS)
            return True

        callback = ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.DWORD)(answer)
        _ASKED.append(callback)
        ctypes.WinDLL("kernel32").SetConsoleCtrlHandler(callback, True)  # noqa: FBT003


if __name__ == "__main__":
    main()
