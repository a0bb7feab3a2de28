"""A window for choosing a folder, where this computer can show one."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import click

from photoguard.cli.speech import speak
from photoguard.errors import NoPhotosError
from photoguard.files import printable


def ask_for_paths() -> tuple[Path, ...]:
    """Return what the person drags into the window, types or chooses.

    Raises NoPhotosError where nothing was chosen in the end.
    """
    while True:
        told = click.prompt(
            f"\n{speak('staff.drag_here')}\n", default="", show_default=False, prompt_suffix="> "
        )
        if not str(told).strip():
            return _chosen()
        found = typed_paths(str(told))
        if found:
            return found
        click.echo(speak("staff.not_there", name=printable(str(told).strip())), err=True)


def typed_paths(told: str) -> tuple[Path, ...]:
    """Return the paths that a terminal's user typed or dragged there; () for none that exist.

    Terminals quote what is dragged into them, each in its own way.
    """
    text = told.strip()
    whole = [text, text.strip("'\"")]
    try:
        parts = shlex.split(text, posix=os.name == "posix")
    except ValueError:
        parts = []
    for names in ([whole[0]], [whole[1]], [part.strip("'\"") for part in parts]):
        paths = tuple(Path(name).expanduser() for name in names if name)
        if paths and all(path.exists() for path in paths):
            return paths
    return ()


def _chosen() -> tuple[Path, ...]:
    """Open a window for choosing a folder; raises NoPhotosError where that ends in none."""
    try:
        import tkinter as tk
        from tkinter import filedialog
    except ImportError:
        raise NoPhotosError("staff.no_window") from None
    try:
        root = tk.Tk()
    except tk.TclError:
        raise NoPhotosError("staff.no_window") from None
    root.withdraw()
    name = filedialog.askdirectory(parent=root, title=speak("staff.choose"), mustexist=True)
    root.destroy()
    if not name:
        raise NoPhotosError("staff.nothing_chosen")
    return (Path(name),)
