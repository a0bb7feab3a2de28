"""Many computers do what one does: the same manifest, no photo lost, none there twice.

The cluster is real: a scheduler and workers as programs of their own. Only where it is not
about faces do the workers see nobody.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from photoguard import api
from photoguard.errors import SetupTrouble, UsageTrouble
from photoguard.files import gather
from photoguard.pipeline.workers.cluster import ClusterWorkers, refuse_unsafe
from photoguard.settings import Limits, Settings
from tests.pipeline.clusters import Cluster, end, needs_dask
from tests.pipeline.photos import damaged, small
from tests.stress import shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from photoguard.api import Run
    from photoguard.pipeline import Progress

PHOTOS = 12


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler on this computer, without workers yet."""
    place = tmp_path / "cluster"
    place.mkdir()
    with Cluster(place) as opened:
        yield opened


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder of small photos."""
    for number in range(PHOTOS):
        small(tmp_path / "photos" / f"{number:02d}.jpg", 200 + number)
    return tmp_path / "photos"


def _run(photos: Path, cluster: Cluster, tell: Callable[[Progress], None] = lambda _: None) -> Run:
    batch = gather([photos])[0]
    with ClusterWorkers(cluster.address) as workers:
        return api.run(api.job_of(batch, Settings()), workers, tell)


@contextmanager
def _after(seconds: float, deed: Callable[[], None]) -> Iterator[None]:
    """Do something to the cluster while what is inside goes on, which must last that long."""
    begun = threading.Event()

    def do() -> None:
        begun.set()
        deed()

    timer = threading.Timer(seconds, do)
    timer.start()
    try:
        yield
        assert begun.is_set()
    finally:
        timer.cancel()
        timer.join()


def _faults(run: Run) -> list[str]:
    """Return what is wrong with an output in which every photo must be ready, once."""
    ends = {photo["source"]: photo["status"] for photo in run.photos}
    assert len(run.photos) == len(ends) == PHOTOS
    bad = [f"{source}: {status}" for source, status in ends.items() if status != "ready"]
    return bad + shelf.half_made(run.output) + shelf.leftovers(run.output)


@pytest.mark.parametrize(
    "address",
    [
        "tls://10.0.0.5:8786",
        "tls://cluster.city.example:8786",
        "tcp://127.0.0.1:8786",
        "tcp://localhost:1",
        "tcp://[::1]:8786",
        "127.0.0.1:8786",
    ],
)
def test_encrypted_and_local_addresses_are_taken(address: str) -> None:
    """TLS goes anywhere, plain TCP on this computer only."""
    assert refuse_unsafe(address).endswith(address)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("tcp://10.0.0.5:8786", "cluster.plain"),
        ("10.0.0.5:8786", "cluster.plain"),
        ("tcp://localhost.evil.example:8786", "cluster.plain"),
        ("tcp://0.0.0.0:8786", "cluster.plain"),
        ("ws://127.0.0.1:8786", "cluster.address"),
        ("tls://127.0.0.1", "cluster.address"),
        ("tls://:8786", "cluster.address"),
        ("", "cluster.address"),
    ],
)
def test_other_addresses_are_refused(address: str, code: str) -> None:
    """Nothing connects to another computer unencrypted."""
    with pytest.raises(UsageTrouble) as refused:
        ClusterWorkers(address)
    assert refused.value.code == code


def test_a_cluster_tells_what_one_computer_tells(tmp_path: Path, cluster: Cluster) -> None:
    """With real detectors on three workers the manifest is the one of the local pool."""
    folder = tmp_path / "photos"
    for number in range(4):
        small(folder / f"{number}.jpg", 300 + 20 * number)
    damaged(folder / "bad.jpg")
    words = [sys.executable, "-m", "photoguard", "prepare", str(folder), "--quiet", "--output"]
    local, far = tmp_path / "local", tmp_path / "far"
    asked = [*words, str(local)]
    here = subprocess.run(asked, check=False, timeout=300, capture_output=True, text=True)
    assert here.returncode == 4
    assert "bad.jpg" in here.stderr
    cluster.add_workers(3, blind=False)
    asked = [*words, str(far), "--scheduler", cluster.address]
    notices = subprocess.run(asked, check=False, timeout=300, capture_output=True, text=True)
    assert notices.returncode == 4, notices.stderr + cluster.log()
    assert notices.stderr == here.stderr
    assert shelf.differences(shelf.outline(local), shelf.outline(far)) == []
    assert shelf.half_made(far) + shelf.leftovers(far) == []


def test_a_killed_worker_costs_no_photo(photos: Path, cluster: Cluster) -> None:
    """A worker that is killed within a run: others do its photos, each is there once."""
    cluster.add_workers(3, PHOTOGUARD_TEST_SECONDS="0.7")
    with _after(2.0, lambda: end(cluster.workers[0])):
        run = _run(photos, cluster)
    assert cluster.workers[0].poll() is not None
    assert _faults(run) == []


def test_a_worker_that_hangs_costs_no_photo(photos: Path, cluster: Cluster) -> None:
    """A worker that stands still is given up; when it goes on, what it does is for nobody."""
    cluster.add_workers(3, PHOTOGUARD_TEST_SECONDS="0.7")
    stands = cluster.workers[0]
    with _after(2.0, lambda: os.killpg(stands.pid, signal.SIGSTOP)):
        run = _run(photos, cluster)
    assert _faults(run) == []
    with suppress(ProcessLookupError):
        os.killpg(stands.pid, signal.SIGCONT)
    time.sleep(3)
    again = _run(photos, cluster)
    assert _faults(again) == []


def test_a_full_disk_on_one_worker_costs_no_photo(photos: Path, cluster: Cluster) -> None:
    """What one worker cannot write, another one does; where there is no other, it is told."""
    cluster.add_workers(1, PHOTOGUARD_TEST_FULL="1")
    alone = _run(photos, cluster)
    assert {photo["reasons"][0]["code"] for photo in alone.photos} == {"files.cannot_write"}
    cluster.add_workers(2)
    assert _faults(_run(photos, cluster)) == []


def test_a_scheduler_that_comes_back_costs_no_photo(photos: Path, cluster: Cluster) -> None:
    """A scheduler that is killed and started again: the run waits for it and goes on."""
    cluster.add_workers(2, PHOTOGUARD_TEST_SECONDS="0.7")

    def restart() -> None:
        assert cluster.scheduler is not None
        for each in (cluster.scheduler, *cluster.workers):
            end(each)
        cluster.start_scheduler()
        cluster.workers.clear()
        cluster.add_workers(2)

    with _after(2.0, restart):
        run = _run(photos, cluster)
    assert _faults(run) == []


def test_a_scheduler_that_stays_away_ends_the_run(
    photos: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then the run ends with a sentence; what is finished stands, the next run does the rest."""
    monkeypatch.setattr("photoguard.pipeline.workers.cluster.CONNECT_SECONDS", 2.0)
    cluster.add_workers(1, PHOTOGUARD_TEST_SECONDS="0.7")

    def lose() -> None:
        assert cluster.scheduler is not None
        end(cluster.scheduler)

    with pytest.raises(SetupTrouble) as ended, _after(3.0, lose):
        _run(photos, cluster)
    assert ended.value.code in {"cluster.unreachable", "cluster.lost"}
    output = photos.with_name("photos-photoguard")
    assert shelf.half_made(output) == []
    for each in cluster.workers:
        end(each)
    cluster.workers.clear()
    cluster.start_scheduler()
    cluster.add_workers(2)
    assert _faults(_run(photos, cluster)) == []


def test_the_bounds_hold_on_workers(tmp_path: Path, cluster: Cluster) -> None:
    """A photo that takes too long fails on its worker, and the worker goes on."""
    for number in range(2):
        small(tmp_path / "photos" / f"{number}.jpg")
    cluster.add_workers(1, blind=False)
    batch = gather([tmp_path / "photos"])[0]
    hasty = Settings(limits=Limits(photo_seconds=1))
    with ClusterWorkers(cluster.address) as workers:
        slow = api.run(api.job_of(batch, hasty), workers, lambda _: None)
        patient = api.run(api.job_of(batch, Settings()), workers, lambda _: None)
    assert [photo["reasons"][0]["code"] for photo in slow.photos] == ["reasons.too_slow"] * 2
    assert "failed" not in {photo["status"] for photo in patient.photos}


def test_a_worker_without_the_storage_is_passed_by(photos: Path, cluster: Cluster) -> None:
    """A worker that does not see this output prepares nothing; if none sees it, it is said."""
    cluster.add_workers(1, PHOTOGUARD_TEST_APART="1")
    with pytest.raises(SetupTrouble) as ended:
        _run(photos, cluster)
    assert ended.value.code == "cluster.no_storage"
    cluster.add_workers(1)
    assert _faults(_run(photos, cluster)) == []


def test_workers_with_threads_are_refused(photos: Path, cluster: Cluster) -> None:
    """A worker that would do two photos in one program is told how it has to be started."""
    cluster.more = ("--nthreads", "2")
    cluster.add_workers(1)
    with pytest.raises(SetupTrouble) as ended:
        _run(photos, cluster)
    assert ended.value.code == "cluster.set_up"


def test_plain_tcp_beyond_this_computer_ends_with_code_2(photos: Path) -> None:
    """The command says so before anything is written."""
    words = [sys.executable, "-m", "photoguard", "prepare", str(photos)]
    notices = subprocess.run(
        [*words, "--scheduler", "tcp://10.0.0.5:8786"],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert notices.returncode == 2
    assert "would not be encrypted" in notices.stderr
    assert not photos.with_name("photos-photoguard").exists()


def test_without_certificates_nothing_is_sent(photos: Path) -> None:
    """TLS without certificates of one's own ends with code 3 and a next step."""
    needs_dask()
    words = [sys.executable, "-m", "photoguard", "prepare", str(photos)]
    notices = subprocess.run(
        [*words, "--scheduler", "tls://127.0.0.1:9"],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert notices.returncode == 3
    assert "distributed.comm.tls.ca-file" in notices.stderr
