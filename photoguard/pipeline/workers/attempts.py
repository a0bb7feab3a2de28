"""A photo on another computer: what a worker of a cluster is told, does, and answers.

The worker's own process only keeps order: each photo is prepared in a process of
photoguard's below it, with the bounds on time and memory that hold everywhere. An attempt
writes into a private folder of its own, so that an attempt which was given up for lost and
goes on nevertheless is in nobody's way.
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
"""In the run's private folder: who reads in it what the run wrote there, shares the storage."""


_OWN_PART = 6
"""Characters of a private folder's name that are an attempt's own; the others are the run's."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a worker gets of one photo: paths and texts, never pixels."""

    task: Task
    spec_id: str
    spec: RunSpec | None
    """Only where a worker has asked for it: the register need not travel with each photo."""
    probe: str
    program: str
    """Version and detectors of the program that asks."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker answers; of ``prepared``, ``unfit`` and neither one."""

    worker: str
    prepared: Prepared | None = None
    work: Path | None = None
    """The attempt's private folder, where the files of ``prepared`` lie."""
    unfit: SetupTrouble | None = None
    """Why this worker can do no photo. With neither, it needs the settings first."""


_SPECS: dict[str, RunSpec] = {}
_OWN: list[Workers] = []


def of_the_run(work: Path) -> str:
    """Return with what the names of a run's private folders begin, those of attempts too."""
    return work.name[:-_OWN_PART]


def program() -> str:
    """Return what two computers must have in common to make the same of a photo."""
    return f"{__version__} {detect.fingerprint()}"


def attempt(order: Order) -> Answer:
    """Prepare one photo here, once it is certain that this worker can."""
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
    """Raise SetupTrouble where this worker would not do what this computer does."""
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
    work = order.task.work.with_name(f"{of_the_run(order.task.work)}{uuid4().hex[:_OWN_PART]}")
    work.mkdir(mode=0o700)
    if not _OWN:
        _OWN.append(Workers(1, cores=1))  # the city says how many workers a computer has
    task = replace(order.task, work=work)
    (prepared,) = _OWN[0].prepare(_SPECS[order.spec_id], iter((task,)))
    return Answer(here, prepared, work)
