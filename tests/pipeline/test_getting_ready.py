"""Workers load their libraries early: what goes wrong then, and when they had better not."""

from __future__ import annotations

import platform
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import active_children, get_context
from typing import TYPE_CHECKING, Any, cast

import pytest

from photoguard.errors import ModelError
from photoguard.files import gather
from photoguard.ocr import Lettering
from photoguard.ocr._detector import LineDetector
from photoguard.ocr._recogniser import Recogniser
from photoguard.pipeline import FolderJob, RunSpec, Workers, prepare_folder
from photoguard.pipeline.photo.recipe import open_tools
from photoguard.pipeline.workers import pool
from photoguard.settings import Limits, Settings
from tests.pipeline.photos import LANDSCAPE, small
from tests.pipeline.test_workers import SECONDS, _die, _hang
from tests.stress import blind

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future
    from pathlib import Path

    from photoguard.model import Pixels
    from photoguard.ocr import TextReader


@dataclass(frozen=True)
class FaultyReader:
    """What reads no text, and has a fault while it is loaded."""

    fault: Callable[[], None]

    def load(self) -> None:
        """Come to grief."""
        self.fault()

    def read(self, pixels: Pixels) -> Lettering:
        """Read nothing."""
        del pixels
        return Lettering()


def begin_faulty_worker(spec: RunSpec, fault: Callable[[], None]) -> None:
    """Begin as every worker does, with this reader."""
    pool._begin_worker()
    reader = cast("TextReader", FaultyReader(fault))
    pool._TOOLS[spec.id] = replace(blind.tools(spec), reader=reader)


def open_faulty_pool(spec: RunSpec, fault: Callable[[], None], jobs: int) -> ProcessPoolExecutor:
    """Return a real pool whose workers have this reader."""
    begin = partial(begin_faulty_worker, spec, fault)
    return ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=begin)


class Noted(Workers):
    """Workers that note for how many photos they were to get ready."""

    def __init__(self, *given: Any) -> None:  # noqa: ANN401 - as Workers
        """Begin with no note."""
        super().__init__(*given)
        self.asked: list[int] = []

    def get_ready(self, spec: RunSpec, photos: int) -> None:
        """Note it, and get ready."""
        self.asked.append(photos)
        super().get_ready(spec, photos)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two photos."""
    for number in range(1, 3):
        small(tmp_path / "photos" / f"{number}.jpg", 100 + number, LANDSCAPE)
    return tmp_path / "photos"


@pytest.mark.parametrize("fault", [_die, _hang])
def test_a_fault_while_getting_ready_costs_no_photo(
    fault: Callable[[], None], folder: Path
) -> None:
    """New workers take the photos; one that hangs is given as long as a photo may take."""
    spec = RunSpec(Settings(limits=Limits(photo_seconds=SECONDS)))
    (batch,) = gather([folder])
    with Workers(2, partial(open_faulty_pool, spec, fault)) as opened:
        result = prepare_folder(FolderJob(batch, spec), opened, lambda _: None)
    assert [photo["status"] for photo in result.manifest["photos"]] == ["ready"] * 2


def test_whoever_needs_no_worker_after_all_waits_for_none() -> None:
    """A run that ends before its first photo ends those that are still getting ready."""
    spec = RunSpec(Settings())
    with Workers(2, partial(open_faulty_pool, spec, _hang)) as opened:
        opened.get_ready(spec, 5)
        assert len(active_children()) == 2
        begun = time.monotonic()
    ended = time.monotonic()
    assert ended - begun < pool._LONGEST_END
    while active_children() and time.monotonic() < ended + 1:
        time.sleep(0.01)  # the pool's own thread may be noting that they have ended
    assert active_children() == []


def test_one_photo_starts_one_worker(folder: Path) -> None:
    """A second worker would only take the first one's processor time."""
    (folder / "2.jpg").unlink()
    spec = RunSpec(Settings())
    (batch,) = gather([folder])
    with Workers(4, partial(open_faulty_pool, spec, partial(time.sleep, 1))) as opened:
        prepare_folder(FolderJob(batch, spec), opened, lambda _: None)
        assert len(active_children()) == 1


def test_workers_get_ready_for_photos_that_are_not_done(folder: Path) -> None:
    """A second run over a finished folder starts no process; one photo more is one to do."""

    def run(*, fresh: bool = False) -> list[int]:
        spec = RunSpec(Settings())
        (batch,) = gather([folder])
        with Noted(1, lambda _: blind.InThisThread(blind.tools(spec))) as noted:
            prepare_folder(FolderJob(batch, spec, fresh=fresh), noted, lambda _: None)
        return noted.asked

    assert run() == [2]
    assert run() == []
    small(folder / "3.jpg", 103, LANDSCAPE)
    assert run() == [1]
    assert run(fresh=True) == [3]


@dataclass
class Counting(blind.InThisThread):
    """Notes on how many threads each call is to look."""

    threads: list[int]

    def __post_init__(self) -> None:
        """Open a decoder."""
        super().__init__(blind.tools(RunSpec(Settings())))

    def submit(self, fn: Callable[..., Any], /, *args: Any, **more: Any) -> Future[Any]:  # noqa: ANN401
        """Note it, and do the call."""
        self.threads.append(more["threads"])
        return super().submit(fn, *args, **more)


@pytest.mark.parametrize(("photos", "threads"), [(1, 4), (2, 2), (5, 1)])
def test_few_photos_are_looked_at_on_all_cores(photos: int, threads: int, tmp_path: Path) -> None:
    """One photo has all of them, and four or more have one each."""
    for number in range(photos):
        small(tmp_path / "photos" / f"{number}.jpg", 100 + number, LANDSCAPE)
    noted: list[int] = []
    (batch,) = gather([tmp_path / "photos"])
    with Workers(4, lambda _: Counting(noted), cores=4) as opened:
        prepare_folder(FolderJob(batch, RunSpec(Settings())), opened, lambda _: None)
    assert set(noted) == {threads}


def test_workers_of_a_small_folder_make_room_for_those_of_a_large_one() -> None:
    """They look on as many threads as they were begun with: more workers need others."""
    noted: list[int] = []
    with Workers(4, lambda _: Counting(noted), cores=4) as opened:
        for photos in (1, 30, 1):
            opened.get_ready(RunSpec(Settings()), photos)
    assert noted == [4, 1, 1, 1, 1]


def test_a_worker_imports_nothing_of_a_folders_run() -> None:
    """It would cost each worker a fifth of a second before its first photo."""
    code = (
        "import sys, photoguard.pipeline.workers.pool, photoguard.pipeline.photo.recipe\n"
        "print([name for name in sys.modules if name.startswith('photoguard.pipeline.folder')])"
    )
    asked = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert asked.stdout.strip() == "[]"


def test_opened_tools_are_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is left to load for the first photo, unless it cannot be loaded: then it tells."""
    tools = open_tools(RunSpec(Settings()))
    tools.close()
    monkeypatch.setattr(Recogniser, "__init__", _no_model)
    monkeypatch.setattr(LineDetector, "__init__", _no_model)
    tools.load()
    tools = open_tools(RunSpec(Settings()))
    tools.close()
    with pytest.raises(ModelError):
        tools.load()


def _no_model(*_: object) -> None:
    raise ModelError("sight.model_missing", name="a")


HEAPS = """
import ctypes, sys, threading
from photoguard.pipeline.workers import pool
if sys.argv[1:]:
    pool._keep_to_one_heap()
waits = threading.Event()
several = [threading.Thread(target=lambda: (bytearray(5000), waits.wait())) for _ in range(4)]
for each in several:
    each.start()
system = ctypes.CDLL(None)
system.fopen.restype = ctypes.c_void_p
out = ctypes.c_void_p(system.fopen(b"/dev/stdout", b"w"))
system.malloc_info(0, out)
system.fclose(out)
waits.set()
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another allocator")
def test_the_threads_of_a_worker_share_a_heap() -> None:
    """With one for each thread the largest process would take more than it may."""
    for given, fewest, most in ([], 2, 9), (["one"], 1, 1):
        command = [sys.executable, "-c", HEAPS, *given]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert fewest <= done.stdout.count("<heap nr=") <= most


def test_looking_and_hiding_load_no_masked_arrays() -> None:
    """NumPy loads them for its percentiles: as long as a look at a small picture."""
    code = (
        "import sys, numpy as np\n"
        "from photoguard import detect, redact\n"
        "from photoguard.model import Region, Style\n"
        "picture = np.full((80, 80, 3), 90, np.uint8)\n"
        "redact.hide(detect.lit(picture), [Region((40, 40), 15, 18)], Style.BLUR)\n"
        "print('numpy.ma' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_what_workers_get_of_the_register_loads_no_database() -> None:
    """A quarter of a second for each worker, and nothing that one needs."""
    code = "import sys, photoguard.register.snapshot; print('sqlalchemy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
