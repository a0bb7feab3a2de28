"""A watched folder under load: bursts, slow copies, renames, deletions, bad files, a lost drive.

``python -m tests.stress.watch --minutes 20 --photos 500`` lets the real command watch, or
with ``--blind`` one without detectors. At the end each photo must be told once, copies of
the same photo twice nowhere, nothing half-made, and the watch itself no larger than before.
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from photoguard.images.watch import resident_bytes
from tests.pipeline.photos import small
from tests.stress import shelf
from tests.stress.kill import session, session_ends
from tests.watching.blindly import photos_in

if TYPE_CHECKING:
    from collections.abc import Callable

_MEGABYTE = 1e6
_PIECES = 5
_LAST_WAIT = 1200.0
_LOST_SECONDS = 12.0
_ASLEEP_SECONDS = 15.0


@dataclass(slots=True)
class Load:
    """What is done to the folder, and what must come of it."""

    drop: Path
    chance: random.Random
    sample: bytes
    whole: set[str] = field(default_factory=set)
    bad: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    """Sources that were there and are not any more: their copies may be told or not."""
    made: int = 0

    def _name(self, kind: str) -> str:
        self.made += 1
        return f"{kind}-{self.made:05d}.jpg"

    def burst(self, count: int) -> None:
        """Drop many photos at once."""
        for _ in range(count):
            name = self._name("burst")
            (self.drop / name).write_bytes(self._content())
            self.whole.add(name)

    def _content(self) -> bytes:
        """Return a photo of its own: bytes behind the picture's end make another digest."""
        return self.sample + self.made.to_bytes(8, "big")

    def slow(self) -> None:
        """Copy a photo in pieces, with pauses longer than any file needs to look still."""
        name, content = self._name("slow"), self._content()
        step = len(content) // _PIECES + 1
        with (self.drop / name).open("wb", buffering=0) as copy:
            for at in range(0, len(content), step):
                copy.write(content[at : at + step])
                time.sleep(self.chance.uniform(0.2, 3))
        self.whole.add(name)

    def download(self) -> None:
        """Write a photo under another name first, as browsers do."""
        name = self._name("download")
        part = self.drop / f"{name}.crdownload"
        part.write_bytes(self._content())
        time.sleep(3)
        part.rename(self.drop / name)
        self.whole.add(name)

    def rename(self) -> None:
        """Give a photo another name."""
        if self.whole:
            old, new = self.chance.choice(sorted(self.whole)), self._name("renamed")
            (self.drop / old).rename(self.drop / new)
            self.whole = self.whole - {old} | {new}
            self.gone.add(old)

    def delete(self) -> None:
        """Take a photo away."""
        if self.whole:
            old = self.chance.choice(sorted(self.whole))
            (self.drop / old).unlink()
            self.whole.remove(old)
            self.gone.add(old)

    def spoil(self) -> None:
        """Drop a damaged photo, and one that is none; each differs from those before."""
        name, other = self._name("bad"), self._name("text")
        content = self._content()
        (self.drop / name).write_bytes(content[: len(content) // 2 - self.made])
        (self.drop / other).write_text(f"no photo {self.made}", "utf-8")
        self.bad |= {name, other}

    def litter(self) -> None:
        """Fill folders that are none of ours."""
        for folder in ("$RECYCLE.BIN", "@eaDir", ".thumbnails"):
            (self.drop / folder).mkdir(exist_ok=True)
            (self.drop / folder / self._name("litter")).write_bytes(self.sample)

    def lose(self) -> None:
        """Let the folder vanish for a while, as a network drive does."""
        away = self.drop.rename(self.drop.with_name("away"))
        time.sleep(_LOST_SECONDS)
        away.rename(self.drop)


@dataclass(slots=True)
class Watched:
    """The watch's program and how large it was."""

    program: subprocess.Popen[str]
    output: Path
    sizes: list[tuple[float, float, float]] = field(default_factory=list)
    """Seconds, megabytes of the watch itself, and of all its programs together."""
    begun: float = field(default_factory=time.monotonic)

    def measure(self) -> None:
        """Note how large the watch is now."""
        own = resident_bytes(self.program.pid) / _MEGABYTE
        everyone = sum(resident_bytes(pid) for pid in session(self.program.pid)) / _MEGABYTE
        self.sizes.append((time.monotonic() - self.begun, own, everyone))

    def sleep(self) -> None:
        """Let all its programs stand still, as a computer that is asleep."""
        for number in (signal.SIGSTOP, signal.SIGCONT):
            for pid in session(self.program.pid):
                with suppress(ProcessLookupError):
                    _send(pid, number)
            time.sleep(_ASLEEP_SECONDS if number is signal.SIGSTOP else 0)


def _send(pid: int, number: signal.Signals) -> None:
    import os

    os.kill(pid, number)


def start(drop: Path, *, blind: bool, jobs: int) -> Watched:
    """Let a watch begin in a session of its own."""
    real = ("photoguard", "watch", str(drop), "--jobs", str(jobs), "--no-names")
    words = ("tests.watching.blindly", str(drop)) if blind else real
    log = (drop.parent / "watch.log").open("w", encoding="utf-8")
    program = subprocess.Popen(
        [sys.executable, "-u", "-m", *words],
        stdout=log,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    log.close()
    return Watched(program, drop.with_name(f"{drop.name}-photoguard"))


def _load(load: Load, watched: Watched, photos: int, minutes: float) -> None:
    """Do all sorts of things to the folder until so many photos were dropped or time is up."""
    ends = time.monotonic() + 60 * minutes
    deeds: list[Callable[[], None]] = [load.slow, load.download, load.rename, load.delete]
    deeds += [load.spoil, load.litter, load.lose, watched.sleep]
    pause = 60 * minutes / max(1, photos / 12)
    turn = 0
    while load.made < photos and time.monotonic() < ends:
        load.burst(load.chance.randint(2, 20))
        deeds[turn % len(deeds)]()
        turn += 1
        watched.measure()
        time.sleep(load.chance.uniform(0, pause))


def _settle(load: Load, watched: Watched) -> None:
    """Wait until everything that lies there is told, or for so long that it never will be."""
    until = time.monotonic() + _LAST_WAIT
    while time.monotonic() < until:
        printed = photos_in(watched.output)
        if load.whole | load.bad <= printed.keys():
            break
        time.sleep(2)
        watched.measure()
    time.sleep(5)
    watched.measure()


def faults_of(load: Load, watched: Watched) -> list[str]:
    """Return what is not as it must be."""
    printed = photos_in(watched.output)
    failed = {source for source, photo in printed.items() if photo["status"] == "failed"}
    copies = [photo["output"] for photo in printed.values() if photo["output"]]
    faults = [f"never told: {name}" for name in sorted((load.whole | load.bad) - printed.keys())]
    faults += [f"failed: {name}" for name in sorted(failed & load.whole)]
    faults += [f"did not fail: {name}" for name in sorted(load.bad - failed)]
    strange = printed.keys() - load.whole - load.bad - load.gone
    faults += [f"should not be there: {name}" for name in sorted(strange)]
    if len(copies) != len(set(copies)):
        faults.append("two photos share a copy")
    return faults + shelf.half_made(watched.output) + shelf.leftovers(watched.output)


def _say_sizes(watched: Watched) -> None:
    third = max(1, len(watched.sizes) // 3)
    first, last = watched.sizes[:third], watched.sizes[-third:]
    print(
        f"the watch itself: {first[0][1]:.0f} MB at first, {max(s[1] for s in first):.0f} MB at "
        f"most in the first third, {max(s[1] for s in last):.0f} MB in the last, "
        f"{last[-1][1]:.0f} MB at the end; all its programs together at most "
        f"{max(s[2] for s in first):.0f} and {max(s[2] for s in last):.0f} MB; "
        f"{len(watched.sizes)} looks in {last[-1][0] / 60:.1f} minutes"
    )


def main() -> int:
    """Read the command line, load the folder, and say what came of it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--minutes", type=float, default=20)
    asked.add_argument("--photos", type=int, default=500)
    asked.add_argument("--jobs", type=int, default=1)
    asked.add_argument("--blind", action="store_true", help="without detectors")
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    place = Path(tempfile.mkdtemp(prefix="photoguard-watch-"))
    drop = place / "drop"
    drop.mkdir()
    sample = small(place / "sample.jpg").read_bytes()
    load = Load(drop, random.Random(given.seed), sample)  # noqa: S311 - moments, not secrets
    watched = start(drop, blind=given.blind, jobs=given.jobs)
    try:
        _load(load, watched, given.photos, given.minutes)
        _settle(load, watched)
    finally:
        watched.program.send_signal(signal.SIGTERM)
        watched.program.wait(120)
    faults = faults_of(load, watched)
    if not session_ends(watched.program.pid):
        faults.append("programs outlived the watch")
    print(
        f"{load.made} files dropped: {len(load.whole)} whole, {len(load.bad)} bad, "
        f"{len(load.gone)} renamed or deleted; {len(faults)} faults"
    )
    _say_sizes(watched)
    print(*faults[:50], sep="\n  ")
    if not faults:
        shutil.rmtree(place)
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
