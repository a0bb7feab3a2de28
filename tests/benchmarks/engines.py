"""How fast, how large and how soon ready each inference engine is with CenterFace.

``python -m tests.benchmarks.engines [--rounds N] [--eight FILE]``

One thread each, every engine in an interpreter of its own, asked in turns, so that a noisy
machine is unjust to all alike. The times are processor time: what a call takes on a core
that it has to itself. An engine that is not installed (``pip install '.[benchmark]'`` has
them all) is a row that says so. FILE holds 8-bit weights made by
``tests.benchmarks.quantise``; without it they are made first.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tests.benchmarks import _contenders, _quantised
from tests.benchmarks._contenders import CONTENDERS, Contender

if TYPE_CHECKING:
    from collections.abc import Sequence

LOOKS = {
    "416": "1 320 416",
    "640": "1 480 640",
    "1280": "1 960 1280",
    "8 crops": "8 128 128",
}
"""A 4:3 picture at the sizes the product asks about, and second looks, as ``N HEIGHT WIDTH``."""
MEGABYTE = 1e6
_PROJECT = Path(__file__).resolve().parents[2]


@dataclass(slots=True)
class Row:
    """What one engine showed."""

    contender: Contender
    seconds: float = 0.0
    """From import to the first answer."""
    started: int = 0
    peak: int = 0
    """Bytes over an interpreter with numpy and OpenCV: when started, and at most."""
    times: dict[str, list[float]] = field(default_factory=lambda: {look: [] for look in LOOKS})

    def line(self) -> str:
        """Return the row as text, milliseconds and megabytes."""
        if self.contender.missing:
            return f"{self.contender.name:34} not installed: {', '.join(self.contender.missing)}"
        times = (f"{1000 * statistics.median(times):8.1f}" for times in self.times.values())
        size = _contenders.installed_bytes(self.contender.package) / MEGABYTE
        return (
            f"{self.contender.name:34}{''.join(times)}{self.seconds:9.2f} s"
            f"{self.started / MEGABYTE:8.0f}{self.peak / MEGABYTE:8.0f}{size:10.0f}"
        )


class Alone:
    """An engine that runs in an interpreter of its own; a context manager."""

    def __init__(self, row: Row, weights: Path) -> None:
        """Start it and wait for its first answer."""
        self.row = row
        command = [sys.executable, "-m", "tests.benchmarks._engine_alone", row.contender.name]
        self._program = subprocess.Popen(
            [*command, str(weights)],
            cwd=_PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        heard = self._heard()
        row.seconds, row.started = heard["seconds"], heard["bytes"]

    def __enter__(self) -> Self:
        """Return it, ready."""
        return self

    def __exit__(self, *_error: object) -> None:
        """End it."""
        self._program.communicate()

    def ask(self, question: str) -> Any:  # noqa: ANN401 - seconds or bytes
        """Return the answer to one line."""
        assert self._program.stdin
        self._program.stdin.write(f"{question}\n")
        self._program.stdin.flush()
        return self._heard()

    def _heard(self) -> Any:  # noqa: ANN401
        assert self._program.stdout
        line = self._program.stdout.readline()
        if not line:
            sys.exit(f"{self.row.contender.name} ended with code {self._program.wait()}")
        return json.loads(line)


def compare(contenders: Sequence[Contender], rounds: int, eight: Path | None) -> list[Row]:
    """Return a row for each contender, those that are not installed empty."""
    rows = [Row(contender) for contender in contenders]
    present = [row for row in rows if not row.contender.missing]
    with tempfile.TemporaryDirectory(prefix="engines-") as place, ExitStack() as stack:
        files = _weights(Path(place), {row.contender.bits for row in present}, eight)
        programs = [stack.enter_context(Alone(row, files[row.contender.bits])) for row in present]
        for _ in range(rounds):
            for look, shape in LOOKS.items():
                for program in programs:
                    program.row.times[look].append(program.ask(shape))
        for program in programs:
            program.row.peak = program.ask("memory")
    return rows


def _weights(place: Path, bits: set[int], eight: Path | None) -> dict[int, Path]:
    """Write the network in one piece with weights of so many bits, and return the files."""
    files = {each: place / f"{each}.onnx" for each in bits}
    for each, path in files.items():
        if each == 8 and eight:
            path.write_bytes(eight.read_bytes())
        else:
            shipped = _quantised.shipped()
            path.write_bytes(_quantised.in_8_bits(shipped) if each == 8 else shipped)
    return files


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--eight", type=Path, help="8-bit weights made before")
    options = parser.parse_args()
    rows = compare(CONTENDERS, options.rounds, options.eight)
    looks = "".join(f"{look:>8}" for look in LOOKS)
    print(f"{'one thread, median ms':34}{looks}   start-up   MB new  at most package MB")
    for row in rows:
        print(row.line())


if __name__ == "__main__":
    main()
