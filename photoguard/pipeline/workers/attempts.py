"""One photo on a worker of a cluster: its order, its preparation and its answer.

The Dask worker's process only supervises: each photo is prepared in a child process of
photoguard, with the same bounds on time and memory as elsewhere. An attempt writes into a
private folder of its own, so that one which was given up for lost but still goes on does
not disturb the next.
"""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import uuid4

from photoguard import __version__, detect
from photoguard.errors import SetupTrouble, problem_of
from photoguard.model import Reason
from photoguard.pipeline.workers.pool import Workers, lost

if TYPE_CHECKING:
    from pathlib import Path

    from photoguard.output.records import Prepared
    from photoguard.pipeline.values import RunSpec, Task

PROBE = "probe-000.txt"
"""A file in the run's private folder; a worker that can read it there shares the storage."""


_OWN_PART = 6
"""Characters at the end of a private folder's name that differ between a run's attempts."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is sent to a worker for one photo: paths and texts, never pixels."""

    task: Task
    spec_id: str
    spec: RunSpec | None
    """None unless a worker asked for it, so that the register is not sent with each photo."""
    probe: str
    """The content of the file ``PROBE``."""
    program: str
    """Version and detectors of the sender, as ``program`` returns them."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A worker's answer; with neither ``prepared`` nor ``unfit`` it asks for the settings."""

    worker: str
    prepared: Prepared | None = None
    work: Path | None = None
    """The attempt's private folder, where the files of ``prepared`` lie."""
    unfit: SetupTrouble | None = None
    """Why this worker can prepare no photo at all."""


_SPECS: dict[str, RunSpec] = {}
_OWN: list[Workers] = []


def run_prefix(work: Path) -> str:
    """Return the prefix shared by the names of a run's private folder and of its attempts'."""
    return work.name[:-_OWN_PART]


def program() -> str:
    """Return the version and detectors; where they are equal, two computers work the same."""
    return f"{__version__} {detect.fingerprint()}"


def attempt(order: Order) -> Answer:
    """Prepare one photo on this worker, or answer why it cannot; raises nothing expected."""
    from distributed import get_worker

    worker = get_worker()
    here = str(worker.address)
    try:
        _refuse_unfit(order, worker.state.nthreads)
        if order.spec is not None:
            _SPECS.clear()
            _SPECS[order.spec_id] = order.spec
        if order.spec_id not in _SPECS:
            return Answer(here)
        return _prepared(order, here)
    except SetupTrouble as trouble:
        return Answer(here, unfit=trouble)
    except OSError as trouble:
        why = Reason("files.cannot_write", (), {"problem": problem_of(trouble)})
        return Answer(here, lost(order.task, why))


def _refuse_unfit(order: Order, threads: int) -> None:
    """Raise SetupTrouble where the worker's program, set-up or storage does not fit."""
    if order.program != program():
        raise SetupTrouble("cluster.differs")
    is_guarded = multiprocessing.current_process().daemon
    if threads != 1 or is_guarded:
        raise SetupTrouble("cluster.set_up")
    try:
        shares = (order.task.work / PROBE).read_text("utf-8") == order.probe
    except OSError:
        shares = False
    if not shares or not order.task.path.parent.is_dir():
        raise SetupTrouble("cluster.no_storage")


def _prepared(order: Order, here: str) -> Answer:
    work = order.task.work.with_name(f"{run_prefix(order.task.work)}{uuid4().hex[:_OWN_PART]}")
    work.mkdir(mode=0o700)
    if not _OWN:
        _OWN.append(Workers(1, cores=1))  # the city says how many workers a computer has
    task = replace(order.task, work=work)
    (prepared,) = _OWN[0].prepare(_SPECS[order.spec_id], iter((task,)))
    return Answer(here, prepared, work)
