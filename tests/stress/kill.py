"""Kill a real ``prepare`` at random moments, again and again, and look at what lies there.

``python -m tests.stress.kill --runs 60``. Each round kills one to three runs over the same
output, by SIGKILL to the whole group or to the main program alone, and lets the last run
finish. Half of the rounds begin with copies that another style made, so that copies are
replaced. After each kill the shelves are examined, while a run goes on they are watched,
and the end must be that of a run that nobody killed.
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
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tests.stress import shelf
from tests.stress.material import small_folder

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = 300.0
_LOOK_EVERY = 0.002
_ORPHANS_END_WITHIN = 30.0
_LIKELY = (("anywhere", 4), ("a file moves", 4), ("a line is noted", 4), ("work is written", 2))
_JITTER = 0.004


@dataclass(slots=True)
class Tally:
    """What was done and what was wrong."""

    kills: int = 0
    rounds: int = 0
    looks: int = 0
    moments: dict[str, int] = field(default_factory=dict)
    half_way: int = 0
    """Kills after which a part of the photos was done."""
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Stage:
    """Where everything happens: photos, one output, and nothing of this computer."""

    photos: Path
    place: Path
    blind: bool = False
    """Whether the detectors are left out, so that there is time for many more kills."""
    span: float = 8.0
    """Seconds over which kills at any moment are spread; a whole run takes them."""
    solid: bool = False
    """Whether this run hides in another style than the others."""
    jobs: int = 1

    @property
    def options(self) -> tuple[str, ...]:
        """What the command is told of the style."""
        if not self.solid:
            return ()
        return ("solid",) if self.blind else ("--style", "solid")

    @property
    def output(self) -> Path:
        """The output folder."""
        return self.place / "out"

    @property
    def journal(self) -> Path:
        """The output's journal."""
        return self.output / ".photoguard" / "journal.jsonl"

    @property
    def temporary(self) -> Path:
        """The folder for temporary files that the runs are given."""
        return self.place / "tmp"

    def start(self) -> subprocess.Popen[bytes]:
        """Start ``prepare`` in a session of its own."""
        self.temporary.mkdir(exist_ok=True)
        homes = {
            name: str(self.place.parent / "home")  # one user, whose outputs they all are
            for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
        }
        given = ["photoguard", "prepare", str(self.photos), "--quiet"]
        given += ["--jobs", str(self.jobs), "--output"]
        if self.blind:
            given = ["tests.stress.blind", str(self.photos)]
        return subprocess.Popen(
            [sys.executable, "-m", *given, str(self.output), *self.options],
            env={**os.environ, **homes, "TMPDIR": str(self.temporary), "PHOTOGUARD_LANGUAGE": "en"},
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def finish(self) -> float:
        """Let a run come to its end; return the seconds it took."""
        begun = time.monotonic()
        self.start().wait(LONGEST)
        return time.monotonic() - begun


def session(leader: int) -> list[int]:
    """Return the processes of a session that are still there, zombies left out."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                after_name = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if after_name[3] == str(leader) and after_name[0] != "Z":
                found.append(int(entry.name))
    return found


def _trigger(stage: Stage, moment: str, chance: random.Random) -> Callable[[], bool]:
    """Return what tells that the moment to kill has come."""
    if moment == "a file moves":
        files = chance.randrange(1, 13)
        return lambda: _count(stage.output, "*/*-[0-9]*") >= files
    if moment == "a line is noted":
        lines = chance.randrange(2, 12)
        return lambda: _lines(stage.journal) >= lines
    if moment == "work is written":
        files = chance.randrange(1, 4)
        return lambda: _count(stage.output, ".photoguard/work*/*") >= files
    until = time.monotonic() + chance.uniform(0, stage.span)
    return lambda: time.monotonic() >= until


def _count(folder: Path, pattern: str) -> int:
    try:
        return sum(1 for _ in folder.glob(pattern))
    except OSError:
        return 0


def _lines(path: Path) -> int:
    try:
        return path.read_bytes().count(b"\n")
    except OSError:
        return 0


def kill_one(stage: Stage, chance: random.Random, tally: Tally) -> None:
    """Start a run, kill it at a random moment, and examine what it leaves."""
    moment = chance.choices([name for name, _ in _LIKELY], [often for _, often in _LIKELY])[0]
    run = stage.start()
    is_time = _trigger(stage, moment, chance)
    while run.poll() is None and not is_time():
        tally.faults += shelf.alone(stage.output)
        tally.looks += 1
        time.sleep(_LOOK_EVERY)
    time.sleep(chance.uniform(0, _JITTER))
    alone = chance.random() < 1 / 4
    if run.poll() is None:
        tally.kills += 1
        tally.moments[moment] = tally.moments.get(moment, 0) + 1
        os.kill(run.pid, signal.SIGKILL) if alone else os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    tally.faults += _orphans(run.pid) if alone and not session_ends(run.pid) else []
    tally.faults += shelf.half_made(stage.output)
    tally.half_way += 0 < _count(stage.output, "*/*-[0-9]*.jpg") < _PICTURES


_PICTURES = 4


def session_ends(leader: int) -> bool:
    """Wait until nothing of a session is left."""
    until = time.monotonic() + _ORPHANS_END_WITHIN
    while session(leader) and time.monotonic() < until:
        time.sleep(0.05)
    return not session(leader)


def _orphans(leader: int) -> list[str]:
    left = session(leader)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    return [f"{len(left)} processes outlived their parent"]


def play(stage: Stage, before: Path | None, kills: int, chance: random.Random) -> Tally:
    """Play one round; ``before`` is an output that is there already."""
    tally = Tally(rounds=1)
    if before is not None:
        shutil.copytree(before, stage.output)
    done: dict[str, tuple[str, str]] = {}
    for _ in range(kills):
        kill_one(stage, chance, tally)
        done |= shelf.done(stage.output)
    stage.finish()
    ended = shelf.done(stage.output)
    tally.faults += [
        f"{source} is done twice"
        for source, (key, sha256) in done.items()
        if ended[source][0] == key and ended[source][1] != sha256
    ]
    tally.faults += shelf.half_made(stage.output) + shelf.leftovers(stage.output)
    tally.faults += [f"temporary: {path.name}" for path in stage.temporary.iterdir()]
    return tally


def run(kills: int, first: Stage, seed: int = 1, tell: Callable[[str], object] = str) -> Tally:
    """Kill that many times in folders beside ``first.place``; return what came of it."""
    chance = random.Random(seed)  # noqa: S311 - moments, not secrets
    place = first.place.parent
    other = replace(first, place=place / "other", solid=True)
    other.place.mkdir()
    other.finish()
    first.place.mkdir()
    span = first.finish()
    expected = shelf.outline(first.output)
    whole = Tally()
    while whole.kills < kills:
        stage = replace(first, place=Path(tempfile.mkdtemp(dir=place)), span=span)
        count = min(chance.randrange(1, 4), kills - whole.kills)
        part = play(stage, other.output if whole.rounds % 2 else None, count, chance)
        part.faults += shelf.differences(expected, shelf.outline(stage.output))
        _add(whole, part)
        if not part.faults:
            shutil.rmtree(stage.place)
        tell(f"{whole.kills} kills, {len(whole.faults)} faults {part.faults[:9]}")
    return whole


def _add(whole: Tally, part: Tally) -> None:
    whole.kills += part.kills
    whole.rounds += part.rounds
    whole.looks += part.looks
    whole.half_way += part.half_way
    whole.faults += part.faults
    for moment, number in part.moments.items():
        whole.moments[moment] = whole.moments.get(moment, 0) + number


def main() -> int:
    """Read the command line, kill, and say what came of it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--runs", type=int, default=60, help="how many kills")
    asked.add_argument("--photos", type=Path, help="a folder of photos; without it five are made")
    asked.add_argument("--blind", action="store_true", help="without detectors: many more kills")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--jobs", type=int, default=1)
    asked.add_argument("--keep", type=Path, help="where everything stays, for a closer look")
    given = asked.parse_args()
    place = given.keep or Path(tempfile.mkdtemp(prefix="photoguard-kill-"))
    place.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    photos = given.photos or small_folder(place / "photos")
    stage = Stage(photos, place / "plain", given.blind, jobs=given.jobs)
    tally = run(given.runs, stage, given.seed, print)
    print(
        f"{tally.kills} kills in {tally.rounds} rounds ({tally.moments}), {tally.half_way} of "
        f"them with a part done; shelves watched {tally.looks} times; "
        f"{time.monotonic() - begun:.0f} s; {len(tally.faults)} faults"
    )
    for fault in tally.faults[:50]:
        print(f"  {fault}")
    if not tally.faults and not given.keep:
        shutil.rmtree(place)
    return int(bool(tally.faults))


if __name__ == "__main__":
    sys.exit(main())
