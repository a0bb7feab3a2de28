"""A process that is killed while the pool is only just opened costs no more than its photo."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from photoguard.errors import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_READY, EXIT_SETUP
from tests.pipeline.photos import LANDSCAPE, small
from tests.stress.kill import session, session_ends

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are read from /proc")

LONGEST = 120
INTERRUPTED = "Interrupted."


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Four photos without anybody."""
    for number in range(4):
        small(tmp_path / "photos" / f"{number}.jpg", 100 + number, LANDSCAPE)
    return tmp_path / "photos"


def start(photos: Path, *command: str) -> subprocess.Popen[str]:
    """Start a command over the photos in a session of its own.

    Coverage does not follow it there: it writes its own traceback where a signal finds it
    opening its file, and it waits for locks in its own answer to a signal.
    """
    unmeasured = {name: kept for name, kept in os.environ.items() if "COV" not in name}
    home = {"HOME": str(photos.parent), "PHOTOGUARD_LANGUAGE": "en"}
    return subprocess.Popen(
        [sys.executable, "-m", *command],
        env={**unmeasured, **home},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def kill_child(run: subprocess.Popen[str], place: int, delay: float) -> None:
    """Kill the first, second or third process below the run, so long after it appeared."""
    seen: list[int] = []
    while len(seen) < place and run.poll() is None:
        seen += [pid for pid in session(run.pid) if pid not in {run.pid, *seen}]
    time.sleep(delay)
    with suppress(ProcessLookupError):
        os.kill(seen[place - 1], signal.SIGKILL)


def wait_until_ours(run: subprocess.Popen[str]) -> None:
    """Wait until the program answers signals itself: before, the interpreter is only starting."""
    until = time.monotonic() + LONGEST
    while time.monotonic() < until:
        status = Path(f"/proc/{run.pid}/status").read_text()
        caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
        if int(caught.split()[1], 16) >> (signal.SIGHUP - 1) & 1:
            return
        time.sleep(0.001)
    raise AssertionError("the program never began")


@pytest.mark.parametrize("delay", [0, 0.02, 0.05, 0.2])
@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_child_killed_at_the_start_is_no_end(place: int, delay: float, photos: Path) -> None:
    """The helper, a worker or a decoder: all photos but one are ready, or a sentence says why."""
    output = photos.with_name("out")
    run = start(photos, "tests.stress.blind", str(photos), str(output))
    kill_child(run, place, delay)
    _, printed = run.communicate(timeout=LONGEST)
    assert session_ends(run.pid)
    # The interpreter's own helper may complain that its other half was killed; we do not.
    assert "Traceback" not in printed or "resource_tracker.py" in printed
    assert "photoguard" not in printed
    assert run.returncode in {EXIT_READY, EXIT_FAILED}
    listed = json.loads((output / "manifest.json").read_bytes())["photos"]
    lost = [photo for photo in listed if photo["status"] != "ready"]
    assert len(listed) == 4
    assert len(lost) <= 1


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("seconds", [0, 0.05, 0.5, 2.0, 3.0])
def test_whoever_interrupts_gets_no_traceback(name: str, seconds: float, photos: Path) -> None:
    """Twice in a row, to the whole group, at any moment: code 130 and at most one sentence."""
    output = str(photos.with_name("out"))
    run = start(photos, "photoguard", "prepare", str(photos), "--quiet", "--output", output)
    wait_until_ours(run)
    time.sleep(seconds)
    for _ in range(2):
        with suppress(ProcessLookupError):
            os.killpg(run.pid, getattr(signal, name))
    _, printed = run.communicate(timeout=LONGEST)
    assert session_ends(run.pid)
    assert run.returncode == EXIT_INTERRUPTED, printed
    lines = printed.strip().splitlines()
    assert lines in ([], [lines[0]] if lines else [])
    assert not lines or lines[0].startswith(INTERRUPTED)


def test_a_closed_output_is_no_photo_that_needs_a_look(photos: Path) -> None:
    """Whoever stops reading has interrupted the command; code 1 would speak of the photos."""
    with subprocess.Popen(
        [sys.executable, "-m", "photoguard", "prepare", str(photos), "--jobs", "1", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as run:
        assert run.stdout is not None
        run.stdout.close()
        assert run.stderr is not None
        printed = run.stderr.read()
        assert run.wait(LONGEST) == EXIT_INTERRUPTED
    assert "Traceback" not in printed


def test_a_pool_that_never_opens_is_a_trouble_of_the_computer(photos: Path) -> None:
    """Where the system gives no more processes, a sentence says so, with code 3."""
    output = str(photos.with_name("out"))
    limit = "import resource as r; r.setrlimit(r.RLIMIT_NOFILE, (12, 12)); "
    code = f"{limit}from photoguard.__main__ import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "prepare", str(photos), "--jobs", "8", "--output", output],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PHOTOGUARD_LANGUAGE": "en"},
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == EXIT_SETUP
