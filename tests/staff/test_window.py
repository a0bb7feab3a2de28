"""The icon's window, each story in a process of its own, as it has one when it is used.

Tk must not share a process with what other tests leave behind: threads, loops, signals.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PROJECT, witness

pytest.importorskip("tkinter", reason="tkinter is not installed")

STORIES = Path(__file__).with_name("window_stories.py")
LONGEST = 300
PASSED = 0


def names() -> list[str]:
    """Return the names of the stories."""
    from tests.staff import window_stories

    return [name for name in vars(window_stories) if name.startswith("test_")]


@pytest.mark.parametrize("name", names())
def test_a_story_of_the_window(name: str) -> None:
    """The story ends as it should, and so does its process."""
    witness("Xvfb")
    line = ["-X", "faulthandler", "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, *line, f"{STORIES}::{name}"],
        cwd=PROJECT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
    )
    assert done.returncode == PASSED, f"{done.stdout}\n{done.stderr}"
