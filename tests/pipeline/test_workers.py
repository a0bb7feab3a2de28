"""A worker that hangs, grows or dies costs its photo, is replaced, and the run goes on."""

from __future__ import annotations

import atexit
import ctypes
import os
import signal
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import active_children, get_context
from typing import TYPE_CHECKING, Any, cast

import pytest

from photoguard import report
from photoguard.files import gather
from photoguard.model import Language
from photoguard.output.shelves import TROUBLE_LOG, note_trouble
from photoguard.pipeline import FolderJob, RunSpec, Workers, prepare_folder
from photoguard.pipeline.workers import pool
from photoguard.settings import Limits, Settings
from photoguard.settings.load import load
from photoguard.texts import say
from tests.pipeline.photos import LANDSCAPE, small
from tests.stress import blind, shelf

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor
    from pathlib import Path

    from photoguard.detect import FaceFinder
    from photoguard.model import Pixels, Sight

SECONDS = 4
MEGABYTES = 700
ILL_FATED = 102
"""The width of the photo on which the detector has its fault."""
_FOR_EVER = 3600


def _hang() -> None:
    time.sleep(_FOR_EVER)


def _hang_with_the_lock() -> None:
    """Wait in native code that lets no other thread of the interpreter run."""
    if sys.platform == "win32":
        ctypes.PyDLL("kernel32").Sleep(_FOR_EVER * 1000)
    else:
        ctypes.PyDLL(None).sleep(_FOR_EVER)


def _die() -> None:
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))


def _grow() -> None:
    grown = b"x" * (2 * MEGABYTES << 20)
    time.sleep(_FOR_EVER)
    del grown


@dataclass(frozen=True)
class FaultyFinder(blind.BlindFinder):
    """A detector with a fault in its native code."""

    fault: Callable[[], None]
    width: int = ILL_FATED

    def find(self, pixels: Pixels, hints: Any = ()) -> Sight:  # noqa: ANN401
        """See nobody, or come to grief."""
        if self.width in {0, pixels.shape[1]}:
            self.fault()
        return super().find(pixels, hints)


def begin_faulty_worker(spec: RunSpec, finder: FaultyFinder) -> None:
    """Begin as every worker does, with this detector."""
    pool._begin_worker()
    pool._TOOLS[spec.id] = replace(blind.tools(spec), finder=cast("FaceFinder", finder))


def open_faulty_pool(spec: RunSpec, finder: FaultyFinder, jobs: int) -> Executor:
    """Return a real pool whose workers have this detector."""
    begin = partial(begin_faulty_worker, spec, finder)
    return ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=begin)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three photos, on the second of which the detector has its fault."""
    for number in range(1, 4):
        small(tmp_path / "photos" / f"{number}.jpg", 100 + number, LANDSCAPE)
    return tmp_path / "photos"


def run(folder: Path, finder: FaultyFinder, jobs: int, limits: Limits) -> list[Any]:
    """Prepare a folder with real workers; return the photos of its manifest."""
    spec = RunSpec(Settings(limits=limits))
    (batch,) = gather([folder], folder.with_name("out"))
    with Workers(jobs, partial(open_faulty_pool, spec, finder)) as opened:
        result = prepare_folder(FolderJob(batch, spec), opened, lambda _: None)
    report.write(result.output, result.manifest, Language.EN)
    photos: list[Any] = result.manifest["photos"]
    return photos


FAULTS = {
    "it hangs": (_hang, "reasons.too_slow", SECONDS),
    "it hangs in native code": (_hang_with_the_lock, "reasons.too_slow", SECONDS),
    "it grows": (_grow, "reasons.too_much_memory", MEGABYTES),
    "it is killed": (_die, "reasons.worker_died", None),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_costs_its_photo_only(fault: str, folder: Path) -> None:
    """One photo fails for its own reason; the others are ready, and nothing is left lying."""
    do, code, limit = FAULTS[fault]
    seconds = SECONDS if code == "reasons.too_slow" else _FOR_EVER
    limits = Limits(photo_seconds=seconds, photo_memory_mb=MEGABYTES)
    photos = run(folder, FaultyFinder(do), 2, limits)
    assert [photo["status"] for photo in photos] == ["ready", "failed", "ready"]
    (reason,) = photos[1]["reasons"]
    parameters = {"limit": limit} if limit else {}
    assert (reason["code"], reason["text"]) == (code, say(code, Language.EN, **parameters))
    output = folder.with_name("out")
    assert shelf.half_made(output) == []
    assert set(shelf.leftovers(output)) <= {"left over: trouble.log"}
    assert _noted(output).count("Timeout") == (code == "reasons.too_slow")


def _noted(output: Path) -> str:
    """Return what only this user reads: where the program was, once, since time is lost once."""
    log = output / ".photoguard" / TROUBLE_LOG
    if not log.exists():
        return ""
    assert os.name != "posix" or log.stat().st_mode & 0o077 == 0
    assert "_hang" in log.read_text("utf-8")
    return log.read_text("utf-8")


def test_waiting_for_a_turn_does_not_count(folder: Path) -> None:
    """Photos that take longer together than one of them may are all ready."""
    slow = FaultyFinder(partial(time.sleep, SECONDS * 0.4), width=0)
    begun = time.monotonic()
    photos = run(folder, slow, 1, Limits(photo_seconds=SECONDS))
    assert time.monotonic() - begun > SECONDS
    assert [photo["status"] for photo in photos] == ["ready"] * 3


def _hang_after_the_interpreter() -> None:
    """Have the C library wait for ever when it ends the process."""
    libc = ctypes.CDLL(None)
    libc.__cxa_atexit(ctypes.cast(libc.pause, ctypes.c_void_p), None, None)


def _hang_with_the_interpreter() -> None:
    atexit.register(_hang_with_the_lock)


def begin_worker_that_never_ends(spec: RunSpec, prepare_to_hang: Callable[[], None]) -> None:
    """Load a library, so to speak, that hangs when it is unloaded."""
    begin_faulty_worker(spec, FaultyFinder(_die, width=-1))
    prepare_to_hang()


def open_pool_that_never_ends(
    spec: RunSpec, prepare_to_hang: Callable[[], None], jobs: int
) -> Executor:
    """Return a pool whose workers hang at their end."""
    begin = partial(begin_worker_that_never_ends, spec, prepare_to_hang)
    return ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=begin)


ENDS = [
    _hang_with_the_interpreter,
    pytest.param(
        _hang_after_the_interpreter,
        marks=pytest.mark.skipif(sys.platform != "linux", reason="by a function of glibc"),
    ),
]


@pytest.mark.parametrize("prepare_to_hang", ENDS)
def test_a_worker_that_hangs_at_its_end_keeps_nobody_waiting(
    prepare_to_hang: Callable[[], None], folder: Path
) -> None:
    """Libraries may hang while they are unloaded: no worker is asked to unload them."""
    spec = RunSpec(Settings())
    (batch,) = gather([folder], folder.with_name("out"))
    begun = time.monotonic()
    with Workers(1, partial(open_pool_that_never_ends, spec, prepare_to_hang)) as opened:
        prepare_folder(FolderJob(batch, spec), opened, lambda _: None)
        (worker,) = active_children()
        at_work = time.monotonic()
    assert time.monotonic() - at_work < pool._LONGEST_END
    assert at_work - begun < _FOR_EVER / 60
    worker.join()
    # Who waits for it first learns how it ended: the pool's own thread, or we.
    assert worker.exitcode in {-signal.SIGTERM, None}
    until = time.monotonic() + _FOR_EVER / 60
    while worker.is_alive() and time.monotonic() < until:
        time.sleep(0.05)  # it may have ended before the other one who waits has noticed
    assert not worker.is_alive()


def test_a_bound_may_be_as_good_as_none(folder: Path) -> None:
    """A number of seconds that no clock can count to is the longest one that it can."""
    photos = run(folder, FaultyFinder(_die, width=-1), 1, Limits(photo_seconds=10**15))
    assert [photo["status"] for photo in photos] == ["ready"] * 3


def test_trouble_may_tell_of_any_name(tmp_path: Path) -> None:
    """A name that is no text must not turn one photo's trouble into the folder's."""
    note_trouble(tmp_path, "\udcff.jpg\n")
    assert (tmp_path / TROUBLE_LOG).read_text("utf-8") == "\\udcff.jpg\n"


def test_both_bounds_are_settings(tmp_path: Path) -> None:
    """photoguard.toml says what a photo may cost; by default a slow computer has time."""
    config = tmp_path / "photoguard.toml"
    config.write_text("[limits]\nphoto_seconds = 7\nphoto_memory_mb = 900\n")
    limits = load(Settings(), {}, config, None).limits
    assert (limits.photo_seconds, limits.photo_memory_mb) == (7, 900)
    assert Limits().photo_seconds > 2 * Limits().wall_seconds
    assert Limits().photo_memory_mb > Limits().memory_mb
