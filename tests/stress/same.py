"""Prepare folders again and again from the beginning, and look for what is not the same.

``python -m tests.stress.same FOLDER... --runs 3``. What hides a face is random; names,
outcomes, reasons, boxes, words and what is embedded must not be. The runs differ in how
many workers they have, so that the order in which photos are finished differs as well.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.stress import shelf

if TYPE_CHECKING:
    from collections.abc import Sequence

JOBS = (1, 2)


def prepared(folder: Path, output: Path, jobs: int, options: Sequence[str] = ()) -> dict[str, Any]:
    """Prepare a folder with the command; return what the next run must agree on."""
    homes = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
    home = {name: str(output.parent / "home") for name in homes}
    given = [str(folder), "--jobs", str(jobs), "--quiet", "--output", str(output), *options]
    subprocess.run(
        [sys.executable, "-m", "photoguard", "prepare", *given],
        env={**os.environ, **home, "PHOTOGUARD_LANGUAGE": "en"},
        check=False,
        capture_output=True,
    )
    return shelf.outline(output)


def look(folder: Path, place: Path, runs: int, options: Sequence[str] = ()) -> list[str]:
    """Prepare a folder so many times; return in what a run differs from the first one."""
    first = prepared(folder, place / "out-0", JOBS[0], options)
    ends = Counter(photo["status"] for photo in first["photos"])
    print(f"{folder.name}: {len(first['photos'])} photos, {dict(ends)}")
    faults = []
    for run in range(1, runs):
        again = prepared(folder, place / f"out-{run}", JOBS[run % len(JOBS)], options)
        faults += [f"run {run}: {each}" for each in shelf.differences(first, again)]
    return faults


def main() -> int:
    """Read the command line, prepare, and say what differed."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folders", type=Path, nargs="+")
    asked.add_argument("--runs", type=int, default=2)
    asked.add_argument("--option", action="append", default=[], help="handed on to prepare")
    given = asked.parse_args()
    faults = []
    for folder in given.folders:
        with tempfile.TemporaryDirectory(prefix="photoguard-same-") as place:
            faults += look(folder.resolve(), Path(place), given.runs, given.option)
    print(f"{given.runs} runs each, {len(faults)} differences", *faults, sep="\n")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
