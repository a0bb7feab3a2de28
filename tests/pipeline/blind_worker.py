"""Preloaded into a worker of a test's cluster: its photos are seen by nobody, and slowly.

PHOTOGUARD_TEST_SECONDS is how long each photo takes at least; PHOTOGUARD_TEST_FULL makes
every file of this worker too large for its disk; PHOTOGUARD_TEST_APART lets it look for the
run where no run is.
"""

from __future__ import annotations

import os
import resource
import time
from typing import TYPE_CHECKING, Any

from photoguard.pipeline import RunSpec, Workers
from photoguard.pipeline.workers import attempts
from photoguard.settings import Settings
from tests.stress.blind import InThisThread, tools

if TYPE_CHECKING:
    from concurrent.futures import Future


class Slowly(InThisThread):
    """Does each call where it is asked for, after a while."""

    def submit(self, fn: Any, /, *args: Any, **more: Any) -> Future[Any]:  # noqa: ANN401
        """Wait, then prepare the photo."""
        time.sleep(float(os.environ.get("PHOTOGUARD_TEST_SECONDS", "0")))
        if os.environ.get("PHOTOGUARD_TEST_FULL"):
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        return super().submit(fn, *args, **more)


def dask_setup(worker: object) -> None:
    """Close the eyes of this worker (Dask calls this when the worker has begun)."""
    del worker
    if os.environ.get("PHOTOGUARD_TEST_APART"):
        attempts.PROBE = "probe-999.txt"
    attempts._OWN.append(Workers(1, lambda _: Slowly(tools(RunSpec(Settings())))))
