"""Measures a cluster of 1, 2 and 3 workers on this computer beside the local pool.

``python -m tests.benchmarks.cluster --photos 24`` prepares the same photos with each, with
real detectors, and prints photos a second without and with the time to start. All workers
share this computer's cores: it shows what the cluster costs, not what many computers bring.
"""

from __future__ import annotations

import argparse
import os
import pickle
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from photoguard import api
from photoguard.files import gather
from photoguard.pipeline import RunSpec, Workers
from photoguard.pipeline.workers.attempts import Answer, Order, program
from photoguard.pipeline.workers.cluster import ClusterWorkers
from photoguard.register.snapshot import Snapshot
from photoguard.settings import Settings
from tests.pipeline.clusters import Cluster
from tests.pipeline.photos import small
from tests.pipeline.scripted import BEA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from photoguard.output.records import Prepared
    from photoguard.pipeline import PhotoWorkers
    from photoguard.pipeline.values import Task

_COUNTS = (1, 2, 3)


def prepared(photos: Path, output: Path, workers: PhotoWorkers) -> float:
    """Prepare a folder once and return the seconds that it took."""
    begun = time.monotonic()
    job = api.job_of(gather([photos], output)[0], Settings())
    run = api.run(job, workers, lambda _: None)
    failed = [photo["source"] for photo in run.photos if photo["status"] == "failed"]
    if failed:
        raise SystemExit(f"failed: {failed}")
    return time.monotonic() - begun


def _material(place: Path, count: int) -> tuple[Path, Path]:
    """Make a folder to measure with, and one of three photos to warm up with."""
    for number in range(count):
        small(place / "photos" / f"{number:04d}.jpg", 1600 + number)
    for number in range(3):
        small(place / "warm" / f"{number}.jpg", 400 + number)
    return place / "photos", place / "warm"


def _measure(name: str, place: Path, folders: tuple[Path, Path], workers: PhotoWorkers) -> float:
    """Warm the workers up, measure them, and print a line."""
    photos, warm = folders
    begun = time.monotonic()
    prepared(warm, place / f"{name}-warm", workers)
    began = time.monotonic() - begun
    seconds = prepared(photos, place / name, workers)
    count = len(list(photos.iterdir()))
    print(f"{name:16} {count / seconds:6.3f} photos/s  {seconds:7.1f} s  start {began:5.1f} s")
    return seconds


def _register(persons: int) -> Snapshot:
    """Return a register of so many pupils with two guardians' and their own words each."""
    records = []
    for number in range(persons):
        record = pickle.loads(pickle.dumps(BEA))  # noqa: S301 - a copy that shares nothing
        name = f"Testihenkilö Esimerkkinen {number:04d}"
        person = replace(record.person, id=uuid4().hex, name=name)
        words = [replace(each, id=uuid4().hex, person=person.id) for each in record.permissions]
        records.append(replace(record, person=person, permissions=(*words, *words, *words)))
    return Snapshot(tuple(records), (), (), {})


def _say_sizes(place: Path, persons: int) -> None:
    """Print how many bytes travel for a photo, and once for each worker, without pixels."""
    (batch,) = gather([place / "warm"], place / "sizes")
    answers: list[int] = []

    class Measured(Workers):
        """The local pool; what it is asked and answers is measured as the cluster sends it."""

        def prepare(self, spec: RunSpec, tasks: Iterator[Task]) -> Iterator[Prepared]:
            for task in tasks:
                order = Order(task, spec.id, None, "", program())
                for prepared in super().prepare(spec, iter((task,))):
                    answer = Answer("tls://10.0.0.5:40000", prepared, task.work)
                    answers.append(len(pickle.dumps(order)) + len(pickle.dumps(answer)))
                    yield prepared

    with Measured(1) as workers:
        api.run(api.job_of(batch, Settings()), workers, lambda _: None)
    spec = len(pickle.dumps(RunSpec(Settings(), _register(persons))))
    print(
        f"on the wire: {max(answers)} bytes a photo, {spec} bytes once a worker and run "
        f"for settings and a register of {persons} persons"
    )


def main() -> int:
    """Measure the pool and the cluster with as many workers each."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--photos", type=int, default=24)
    asked.add_argument("--persons", type=int, default=300, help="in the register that travels")
    given = asked.parse_args()
    place = Path(tempfile.mkdtemp(prefix="photoguard-cluster-"))
    folders = _material(place, given.photos)
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load {load:.1f} before; {given.photos} photos")
    _say_sizes(place, given.persons)
    for count in _COUNTS:
        with Workers(count) as pool:
            local = _measure(f"pool-{count}", place, folders, pool)
        far = place / f"cluster-{count}-logs"
        far.mkdir()
        with ExitStack() as stack:
            cluster = stack.enter_context(Cluster(far))
            cluster.add_workers(count, blind=False)
            workers = stack.enter_context(ClusterWorkers(cluster.address))
            seconds = _measure(f"cluster-{count}", place, folders, workers)
        print(f"{'':16} overhead {100 * (seconds / local - 1):+.1f} %", flush=True)
    shutil.rmtree(place)
    return 0


if __name__ == "__main__":
    sys.exit(main())
