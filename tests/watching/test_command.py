"""The command itself, with its detectors: it prepares, tells, is silent and ends cleanly."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.conftest import witness
from tests.pipeline.photos import small
from tests.test_silence import INTERNET
from tests.watching.blindly import photos_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

PROGRAM = (sys.executable, "-m", "photoguard")


@contextmanager
def _watching(
    drop: Path, before: Sequence[str] = (), *options: str
) -> Iterator[subprocess.Popen[str]]:
    """Run a watch over a folder in a session of its own."""
    drop.mkdir()
    with subprocess.Popen(
        [*before, *PROGRAM, "watch", str(drop), "--jobs", "1", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as watch:
        try:
            yield watch
        finally:
            if watch.poll() is None:
                os.killpg(watch.pid, signal.SIGKILL)


def _until_prepared(output: Path, names: set[str], longest: float = 180.0) -> None:
    end = time.monotonic() + longest
    while set(photos_in(output)) != names:
        assert time.monotonic() < end
        time.sleep(0.2)


def test_an_overruled_option_is_told_once(tmp_path: Path) -> None:
    """The watch tells it when it begins; each run after that is silent about it."""
    profile = tmp_path / "city" / "photoguard" / "photoguard.toml"
    profile.parent.mkdir(parents=True)
    profile.write_text('unit = "early-childhood"\nlocked = ["unit"]')
    city = ("env", f"XDG_CONFIG_DIRS={tmp_path / 'city'}")
    drop = tmp_path / "drop"
    with _watching(drop, city, "--unit", "basic-education", "--language", "en") as watch:
        for names in ({"a.jpg"}, {"a.jpg", "b.jpg"}):
            small(drop / max(names))
            _until_prepared(tmp_path / "drop-photoguard", names)
        watch.terminate()
        _, troubles = watch.communicate(timeout=60)
    assert troubles.count("not used: --unit.") == 1


def test_a_photo_is_prepared_and_sigterm_ends_the_watch(tmp_path: Path) -> None:
    """What is dropped is prepared by the real detectors; the end is told and leaves nothing."""
    with _watching(tmp_path / "drop") as watch:
        small(tmp_path / "drop" / "a.jpg")
        assert watch.stdout is not None
        printed = watch.stdout.readline() + watch.stdout.readline()
        watch.terminate()
        _, troubles = watch.communicate(timeout=60)
    assert watch.returncode == 130
    assert "Traceback" not in troubles
    assert "1 photo prepared:" in printed
    assert "a.jpg" not in printed
    (photo,) = photos_in(tmp_path / "drop-photoguard").values()
    assert photo["faces"]


def test_ctrl_c_within_a_run_leaves_nothing_half_made(tmp_path: Path) -> None:
    """Ctrl-C, sent to all as a terminal does, ends run and watch; the next prepare goes on."""
    output = tmp_path / "drop-photoguard"
    with _watching(tmp_path / "drop") as watch:
        for number in range(6):
            small(tmp_path / "drop" / f"{number}.jpg")
        end = time.monotonic() + 180
        while not list(output.glob("*/*.jpg")):
            assert time.monotonic() < end
            time.sleep(0.05)
        os.killpg(watch.pid, signal.SIGINT)
        _, troubles = watch.communicate(timeout=90)
    assert watch.returncode == 130
    assert "Traceback" not in troubles, troubles
    assert not list((output / ".photoguard").glob("work-*"))
    prepared = [*PROGRAM, "prepare", str(tmp_path / "drop"), "--jobs", "1", "--quiet"]
    assert subprocess.run(prepared, check=False, timeout=300).returncode in {0, 1}
    assert set(photos_in(output)) == {f"{number}.jpg" for number in range(6)}


def test_a_prepare_beside_a_running_watch_tells(tmp_path: Path) -> None:
    """While the watch prepares, another prepare over the same output is told so (code 3)."""
    output = tmp_path / "drop-photoguard"
    with _watching(tmp_path / "drop"):
        for number in range(8):
            small(tmp_path / "drop" / f"{number}.jpg")
        end = time.monotonic() + 180
        while not (output / ".photoguard" / "journal.jsonl").exists():
            assert time.monotonic() < end
            time.sleep(0.05)
        prepared = [*PROGRAM, "prepare", str(tmp_path / "drop"), "--jobs", "1", "--quiet"]
        beside = subprocess.run(prepared, check=False, capture_output=True, timeout=120)
        assert beside.returncode == 3
        assert b"Another photoguard is already working" in beside.stderr
        _until_prepared(output, {f"{number}.jpg" for number in range(8)})


def test_wrong_words_end_at_once(tmp_path: Path) -> None:
    """A file, a missing folder, or an output inside the folder is refused with code 2."""
    photo = small(tmp_path / "a.jpg")
    for words in (
        [str(photo)],
        [str(tmp_path / "absent")],
        [str(tmp_path), "--output", str(tmp_path / "x")],
    ):
        printed = subprocess.run(
            [*PROGRAM, "watch", *words], check=False, capture_output=True, text=True, timeout=60
        )
        assert printed.returncode == 2, printed.stderr
        assert printed.stderr.strip()
        assert "Traceback" not in printed.stderr


def test_a_watch_speaks_to_no_network(tmp_path: Path) -> None:
    """Listening for changes, runs and their workers open no internet socket."""
    trace = tmp_path / "trace"
    strace = [witness("strace"), "-f", "--seccomp-bpf", "-e", "trace=network,ioctl"]
    with _watching(tmp_path / "drop", [*strace, "-o", str(trace)]) as watch:
        small(tmp_path / "drop" / "a.jpg")
        _until_prepared(tmp_path / "drop-photoguard", {"a.jpg"})
        os.killpg(watch.pid, signal.SIGINT)
        watch.communicate(timeout=90)
    lines = trace.read_text("utf-8", "replace").splitlines()
    assert [line for line in lines if INTERNET.search(line)] == []
    assert re.search(r"socket|exited", "\n".join(lines))
