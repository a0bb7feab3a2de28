"""Kill one process below a running ``prepare``, a worker or a decoder, and let it go on.

``python -m tests.stress.lose --runs 20``. The run must come to its end without it: at most
the photo that it had in hand fails, and the next run brings that one to the same end as
well. Runs have several workers.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.stress import shelf
from tests.stress.kill import LONGEST, Stage, session, session_ends
from tests.stress.material import small_folder

if TYPE_CHECKING:
    from collections.abc import Callable

LOST_WITH_IT = {"reasons.worker_died", "decode.worker_died", "decode.no_worker"}


@dataclass(slots=True)
class Losses:
    """What was killed and what was wrong."""

    killed: int = 0
    photos: int = 0
    """How many photos failed with what was killed."""
    faults: list[str] = field(default_factory=list)


def lose_one(stage: Stage, chance: random.Random, losses: Losses) -> float:
    """Start a run, kill a process below it at a random moment, and wait for its end.

    Returns the seconds that the run took.
    """
    began = time.monotonic()
    run = stage.start()
    time.sleep(chance.uniform(0, stage.span))
    below = [pid for pid in session(run.pid) if pid != run.pid]
    if below and run.poll() is None:
        with suppress(ProcessLookupError):
            os.kill(chance.choice(below), signal.SIGKILL)
            losses.killed += 1
    try:
        run.wait(LONGEST)
    except subprocess.TimeoutExpired:
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        losses.faults.append("the run never came to its end")
    if not session_ends(run.pid):
        losses.faults.append("processes outlived the run")
    return time.monotonic() - began


def _judge(stage: Stage, expected: dict[str, Any], losses: Losses) -> None:
    """Compare the run that lost a process, and the one after it, with an undisturbed one."""
    ends = {photo["source"]: photo["status"] for photo in expected["photos"]}
    photos = shelf.outline(stage.output)["photos"]
    lost = [photo for photo in photos if photo["status"] != ends[photo["source"]]]
    codes = {reason["code"] for photo in lost for reason in photo["reasons"]}
    losses.photos += len(lost)
    if len(lost) > 1 or not codes <= LOST_WITH_IT or len(photos) != len(ends):
        losses.faults.append(f"{len(lost)} of {len(photos)} photos came to grief: {sorted(codes)}")
    losses.faults += shelf.half_made(stage.output) + shelf.leftovers(stage.output)
    stage.finish()
    losses.faults += shelf.differences(expected, shelf.outline(stage.output))
    losses.faults += shelf.half_made(stage.output) + shelf.leftovers(stage.output)


def run(runs: int, first: Stage, seed: int = 1, tell: Callable[[str], object] = str) -> Losses:
    """Lose a process in that many runs, in folders beside ``first.place``."""
    chance = random.Random(seed)  # noqa: S311 - moments, not secrets
    first.place.mkdir()
    span = first.finish()
    expected = shelf.outline(first.output)
    losses = Losses()
    for number in range(1, runs + 1):
        stage = replace(first, place=Path(tempfile.mkdtemp(dir=first.place.parent)), span=span)
        before = len(losses.faults)
        # A computer that was busy at first is quicker later: a moment after the end kills nobody.
        span = min(span, lose_one(stage, chance, losses))
        _judge(stage, expected, losses)
        tell(f"{number} runs, {losses.killed} killed, {losses.faults[before:][:9]}")
        if len(losses.faults) == before:
            shutil.rmtree(stage.place)
    return losses


def main() -> int:
    """Read the command line, kill, and say what came of it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--runs", type=int, default=20)
    asked.add_argument("--jobs", type=int, default=2)
    asked.add_argument("--photos", type=Path, help="a folder of photos; without it five are made")
    asked.add_argument("--blind", action="store_true", help="without detectors")
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    place = Path(tempfile.mkdtemp(prefix="photoguard-lose-"))
    photos = given.photos or small_folder(place / "photos")
    stage = Stage(photos, place / "plain", given.blind, jobs=given.jobs)
    losses = run(given.runs, stage, given.seed, print)
    print(
        f"{losses.killed} processes killed in {given.runs} runs, {losses.photos} photos lost with "
        f"them until the next run, {len(losses.faults)} faults",
        *losses.faults[:50],
        sep="\n  ",
    )
    if not losses.faults:
        shutil.rmtree(place)
    return int(bool(losses.faults))


if __name__ == "__main__":
    sys.exit(main())
