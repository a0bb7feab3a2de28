"""The worker: what a photo may cost, and that the next photo does not notice."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from photoguard.errors import RefusedError, SetupTrouble, UnreadableError
from photoguard.images import Decoder
from photoguard.images.decoder import MOST_PHOTOS
from photoguard.images.values import ANSWER, QUESTION
from photoguard.images.watch import Watch, resident_bytes
from photoguard.images.worker import serve
from photoguard.settings import Limits
from tests.images import pictures
from tests.images.pictures import brightest_corner, decoded, landscape, saved

if TYPE_CHECKING:
    from collections.abc import Iterator

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
POSIX = os.name == "posix"
LINUX = sys.platform == "linux"
DAMAGED = b"\xff\xd8\xff rubbish"


@pytest.fixture(scope="module")
def slow() -> bytes:
    """81 megapixels with transparency: half a second of work or more."""
    return pictures.huge_png(9000, 9000)


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    """One decoder with the usual limits, which every test leaves fit for the next."""
    with Decoder(Limits()) as opened:
        yield opened


def assert_still_works(decoder: Decoder) -> None:
    """The next photo is decoded as if nothing had been."""
    assert brightest_corner(decoder.decode(saved(landscape()))) == "top left"


@pytest.mark.parametrize("kind", list(pictures.SAVED_AS))
@pytest.mark.parametrize("max_side", [0, 50])
def test_worker_and_caller_see_the_same(decoder: Decoder, kind: str, max_side: int) -> None:
    """What comes through the worker is what decoding here gives."""
    untrusted = saved(pictures.noise(120, 80), kind)
    through, here = decoder.decode(untrusted, max_side), decoded(untrusted, max_side)
    assert np.array_equal(through.pixels, here.pixels)
    assert through.pixels.flags.c_contiguous
    assert through.pixels.flags.writeable
    assert (through.original_size, through.format, through.orientation, through.notes) == (
        here.original_size,
        here.format,
        here.orientation,
        here.notes,
    )


def test_one_worker_serves_many_photos_but_not_too_many(decoder: Decoder) -> None:
    """A photo without trouble costs no worker, until the worker has had fifty."""
    with pytest.raises(UnreadableError):
        decoder.decode(DAMAGED)
    workers = []
    for _ in range(MOST_PHOTOS + 1):
        assert_still_works(decoder)
        workers.append(decoder.pid)
    assert len(set(workers[:MOST_PHOTOS])) == 1
    assert workers[-1] != workers[0]


def test_whatever_ended_oddly_costs_its_worker(decoder: Decoder) -> None:
    """A refused or damaged photo may have taken its worker over: the next one gets another."""
    for untrusted in (
        DAMAGED,
        b"II*\0rubbish",
        saved(landscape())[:-2],
        saved(landscape(), "tiff")[:99],
    ):
        assert_still_works(decoder)
        first = decoder.pid
        with pytest.raises((RefusedError, UnreadableError)):
            decoder.decode(untrusted)
        assert_still_works(decoder)
        assert decoder.pid != first


def test_what_is_no_photo_costs_no_worker(decoder: Decoder) -> None:
    """No library saw it: a folder of thousands of such files is told in seconds."""
    assert_still_works(decoder)
    first = decoder.pid
    for untrusted in (b"", bytes(100), b"rubbish", saved(landscape(), "gif")):
        with pytest.raises((RefusedError, UnreadableError)):
            decoder.decode(untrusted)
    assert decoder.pid == first


def test_refusals_keep_their_parameters(decoder: Decoder) -> None:
    """The sentence can name the limit, though it was found in the worker."""
    with pytest.raises(RefusedError) as caught:
        decoder.decode(pictures.png((60000, 60000, 8, 2)))
    assert (caught.value.code, caught.value.parameters) == (
        "decode.too_many_pixels",
        {"limit": 100},
    )


def test_a_photo_that_takes_too_long_is_given_up(slow: bytes) -> None:
    """The wall clock ends the worker, and the next photo gets a new one."""
    with Decoder(Limits(wall_seconds=0)) as decoder:
        begun = time.monotonic()
        with pytest.raises(RefusedError, match=r"decode\.too_slow"):
            decoder.decode(slow)
        assert time.monotonic() - begun < 5
        assert decoder.pid is None


@pytest.mark.skipif(not POSIX, reason="the platform has no limit on computing time")
def test_a_photo_that_computes_too_long_is_given_up() -> None:
    """The limit on computing time holds for each photo, not for all together."""
    with Decoder(Limits(cpu_seconds=0)) as decoder:
        with pytest.raises(RefusedError, match=r"decode\.too_slow"):
            decoder.decode(pictures.huge_png(10000, 10000))
        assert_still_works(decoder)


@pytest.mark.skipif(not LINUX, reason="the platform does not bound the address space")
def test_a_photo_that_needs_too_much_memory_is_refused(slow: bytes) -> None:
    """The worker is denied the memory or killed for it, and the next photo is decoded."""
    with Decoder(Limits(memory_mb=150)) as decoder:
        assert_still_works(decoder)
        with pytest.raises(RefusedError, match=r"decode\.too_much_memory"):
            decoder.decode(slow)
        assert_still_works(decoder)


def test_the_parent_watches_memory_by_itself() -> None:
    """A worker that grows beyond the bound is killed though nothing limits it."""
    greedy = "import time; held = bytearray(b'x') * (300 << 20); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", greedy]) as worker:
        with Watch(worker, 30, 100) as watch:
            worker.wait(20)
        assert watch.trouble is not None
        assert watch.trouble.code == "decode.too_much_memory"


def test_memory_of_a_worker_that_ended_counts_as_none() -> None:
    """The watch does not stumble over a worker that is gone."""
    with subprocess.Popen([sys.executable, "-c", ""]) as worker:
        worker.wait()
    assert resident_bytes(worker.pid) == 0


def test_a_worker_that_dies_costs_its_photo_only(decoder: Decoder, slow: bytes) -> None:
    """A crash in the middle of a photo is told, and a new worker takes the next."""
    assert_still_works(decoder)
    first = decoder.pid
    assert first is not None
    killer = threading.Timer(0.3, os.kill, (first, KILL))
    killer.start()
    with pytest.raises(UnreadableError, match=r"decode\.worker_died"):
        decoder.decode(slow)
    assert_still_works(decoder)
    assert decoder.pid != first


def test_a_worker_that_died_while_idle_is_replaced(decoder: Decoder) -> None:
    """Nobody's photo pays for a worker that the system killed between two photos."""
    assert_still_works(decoder)
    assert decoder.pid is not None
    os.kill(decoder.pid, signal.SIGTERM)
    time.sleep(0.3)
    assert_still_works(decoder)


@pytest.mark.skipif(not POSIX, reason="the platform has no limits that outlive the test")
def test_the_conversation_is_question_and_answer() -> None:
    """Each question gets one answer, a refusal or a picture with its pixels."""
    asked = [b"rubbish", saved(landscape(), "bmp")]
    questions = io.BytesIO(b"".join(QUESTION.pack(len(each), 30) + each for each in asked))
    answers = io.BytesIO()
    serve(questions, answers, Limits(cpu_seconds=100_000))
    answers.seek(0)
    (length,) = ANSWER.unpack(answers.read(ANSWER.size))
    assert json.loads(answers.read(length))["code"] == "decode.unknown_format"
    (length,) = ANSWER.unpack(answers.read(ANSWER.size))
    answer = json.loads(answers.read(length))
    assert (answer["size"], answer["original_size"], answer["format"]) == (
        [30, 20],
        [96, 64],
        "bmp",
    )
    assert len(answers.read()) == 30 * 20 * 3


def test_the_worker_knows_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands in the environment of the parent is not handed to the worker."""
    monkeypatch.setenv("PHOTOGUARD_TEST_SECRET", "hunter2")
    with Decoder(Limits()) as decoder:
        assert_still_works(decoder)
        if LINUX:
            assert b"hunter2" not in Path(f"/proc/{decoder.pid}/environ").read_bytes()


def test_threads_may_share_a_decoder(decoder: Decoder) -> None:
    """Answers never reach the wrong photo."""
    seen: set[tuple[int, tuple[int, ...]]] = set()

    def decode_many(side: int) -> None:
        untrusted = saved(pictures.noise(side, side), "png")
        seen.update((side, decoder.decode(untrusted).pixels.shape) for _ in range(5))

    threads = [threading.Thread(target=decode_many, args=(side,)) for side in (30, 60, 90)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {(side, (side, side, 3)) for side in (30, 60, 90)}


def test_no_worker_at_all_is_a_trouble_of_the_computer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where no worker starts, it is not the photo that is blamed."""
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nothing-here"))
    with pytest.raises(SetupTrouble, match=r"decode\.no_worker"):
        Decoder(Limits()).decode(saved(landscape()))


def test_a_worker_that_never_answers_is_a_trouble_of_the_computer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A broken installation ends in a sentence."""
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.setenv("PYTHONHOME", str(tmp_path))
    with pytest.raises(SetupTrouble, match=r"decode\.no_worker"):
        Decoder(Limits()).decode(saved(landscape()))


def test_modules_beside_the_photos_are_never_imported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A folder of photos that holds a PIL.py does not get its code run."""
    (tmp_path / "PIL.py").write_text("open('ran', 'w').close(); raise SystemExit(3)")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend("")
    with Decoder(Limits()) as decoder:
        assert_still_works(decoder)
    assert not (tmp_path / "ran").exists()


@pytest.mark.skipif(not LINUX, reason="the platform does not list what is mapped")
def test_the_worker_loads_no_inference_library(decoder: Decoder) -> None:
    """Neither OpenCV nor mediapipe nor ONNX Runtime shares memory with untrusted bytes."""
    assert_still_works(decoder)
    mapped = Path(f"/proc/{decoder.pid}/maps").read_text()
    for library in ("cv2", "mediapipe", "onnxruntime", "numpy"):
        assert library not in mapped
    assert "PIL" in mapped


@pytest.mark.skipif(not LINUX, reason="the platform does not list open files")
def test_the_worker_leaves_no_file(decoder: Decoder) -> None:
    """Photos reach the worker through its pipe; it holds no file open and may write none."""
    decoder.decode(saved(pictures.noise(400, 300), "tiff", compression="tiff_lzw"))
    targets = [link.readlink() for link in Path(f"/proc/{decoder.pid}/fd").iterdir()]
    assert all(str(target).startswith(("pipe:", "/dev/null")) for target in targets)
    limits = Path(f"/proc/{decoder.pid}/limits").read_text()
    assert any(line.split()[:4] == ["Max", "file", "size", "0"] for line in limits.splitlines())


PARENT = """
import sys, time
import numpy  # interrupted while it is imported, it says ImportError
from photoguard.images import Decoder
from photoguard.settings import Limits
decoder = Decoder(Limits()).__enter__()
slow = open(sys.argv[1], "rb").read()
print(decoder.pid, flush=True)
try:
    while True:
        decoder.decode(slow)
except KeyboardInterrupt:
    decoder.close()
    print("stopped", flush=True)
"""


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A program that keeps its worker busy, in a session of its own."""
    (tmp_path / "slow.png").write_bytes(pictures.huge_png(4000, 4000))
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path / "slow.png")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as started:
        yield started
        started.kill()


def is_gone(pid: int, seconds: float = 15) -> bool:
    """Whether this worker ends in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(not LINUX, reason="the test reads /proc")
def test_the_worker_ends_with_its_parent(parent: subprocess.Popen[str]) -> None:
    """Kill the parent, and the worker does not stay behind."""
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    assert is_gone(pid)


@pytest.mark.skipif(not LINUX, reason="the test reads /proc")
def test_ctrl_c_is_quiet_and_instant(parent: subprocess.Popen[str]) -> None:
    """Ctrl-C in the terminal reaches all; the parent alone answers, and soon."""
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    time.sleep(0.5)
    begun = time.monotonic()
    os.killpg(parent.pid, signal.SIGINT)
    answer, complaints = parent.communicate(timeout=20)
    assert (answer, complaints) == ("stopped\n", "")
    assert time.monotonic() - begun < 3
    assert is_gone(pid)
