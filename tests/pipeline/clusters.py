"""A real cluster on this computer: a scheduler and workers, each a program of its own."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import pytest

from tests.conftest import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

LONGEST = 120.0


def needs_dask() -> None:
    """Skip a test visibly where the extra ``cluster`` is not installed."""
    if importlib.util.find_spec("distributed") is None:
        pytest.skip("distributed is not installed")


def free_port() -> int:
    """Return a port of this computer that nobody has at the moment."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@dataclass
class Cluster:
    """The programs of a cluster; ``more`` are words that scheduler and workers get as well."""

    place: Path
    scheme: str = "tcp"
    more: tuple[str, ...] = ()
    port: int = field(default_factory=free_port)
    scheduler: subprocess.Popen[bytes] | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where the scheduler listens."""
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        """Start the scheduler."""
        needs_dask()
        self.start_scheduler()
        return self

    def __exit__(self, *_: object) -> None:
        """End every program, those that stand still too."""
        for each in (*self.workers, self.scheduler):
            if each is not None:
                end(each)

    def start_scheduler(self) -> None:
        """Start the scheduler, also in the place of one that was ended."""
        words = ["--host", self.address, "--no-dashboard", "--no-show"]
        self.scheduler = self._start("scheduler", "dask_scheduler", *words)
        self._wait()

    def add_workers(self, count: int, *, blind: bool = True, **environment: str) -> None:
        """Start that many workers and wait until the scheduler has them."""
        before = len(self.workers)
        preload = ("--preload", "tests.pipeline.blind_worker") if blind else ()
        for number in range(before, before + count):
            words = (self.address, "--no-nanny", "--nthreads", "1", "--no-dashboard")
            own = ("--name", f"w{number}", "--local-directory", str(self.place / f"w{number}"))
            self.workers.append(
                self._start(f"w{number}", "dask_worker", *words, *own, *preload, **environment)
            )
        until = time.monotonic() + LONGEST
        while self._joined() < before + count:
            assert time.monotonic() < until, self.log()
            time.sleep(0.2)

    def _joined(self) -> int:
        logs = (self.place / f"w{number}.log" for number in range(len(self.workers)))
        return sum("Registered to" in log.read_text("utf-8", "replace") for log in logs)

    def log(self) -> str:
        """Return the last words of every program."""
        logs = sorted(self.place.glob("*.log"))
        return "\n".join(each.read_text("utf-8", "replace")[-1500:] for each in logs)

    def _start(self, name: str, module: str, *words: str, **more: str) -> subprocess.Popen[bytes]:
        environment = {**os.environ, **more, "PYTHONPATH": str(PROJECT)}
        environment["DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL"] = "10s"
        with (self.place / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{module}", *words, *self.more],
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,
            )

    def _wait(self) -> None:
        until = time.monotonic() + LONGEST
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.1)
        pytest.fail(self.log())


def end(program: subprocess.Popen[bytes]) -> None:
    """End a program and what it has started, at once."""
    with suppress(ProcessLookupError):
        os.killpg(program.pid, signal.SIGKILL)
    program.wait(30)
