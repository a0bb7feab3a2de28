"""What several test files need, and the rule that on CI no witness may be missing."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from photoguard.files import data_folder, user_key
from photoguard.files.seal import KEY_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from playwright.sync_api import Browser

PROJECT = Path(__file__).resolve().parent.parent
SAMPLES = PROJECT / "samples"
NO_MATERIAL = "the measuring material is not here"
NO_BUNDLE = "no bundle is here: .ci/bundle makes one and tries it"
ALLOWED_SKIPS = (NO_MATERIAL, NO_BUNDLE)


def witness(program: str) -> str:
    """Return the path of a program that testifies in a test; skips where it is absent."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed")
    return found


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of measuring material beside the project; skips where it is absent."""
    folder = Path(os.environ.get("PHOTOGUARD_SHARED", PROJECT.parent / "shared"))
    if not (folder / "hostile" / "index.json").is_file():
        pytest.skip(NO_MATERIAL)
    return folder


@pytest.fixture(scope="session")
def exiftool() -> str:
    """The exiftool command; skips where it is absent."""
    return witness("exiftool")


QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of a process, which can drive no second; skipped without it."""
    program = witness("chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as opened:
        browser = opened.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()


FOLDERS = ("XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "XDG_DATA_HOME", "XDG_STATE_HOME")


@pytest.fixture(scope="session", autouse=True)
def own_key(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The key of the one user whom all tests are: what is prepared once is known in each test.

    What is prepared once is in English, whatever the computer speaks.
    """
    home = tmp_path_factory.mktemp("everybody")
    with pytest.MonkeyPatch.context() as patch:
        for name in FOLDERS:
            patch.setenv(name, str(home / name.lower()))
        patch.setenv("PHOTOGUARD_LANGUAGE", "en")
        user_key()
        yield data_folder() / KEY_FILE


@pytest.fixture(autouse=True)
def own_folders(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, own_key: Path
) -> None:
    """Keep the tests away from this computer's own settings and register, in English."""
    home = tmp_path_factory.mktemp("home")
    for name in FOLDERS:
        monkeypatch.setenv(name, str(home / name.lower()))
    shutil.copy2(own_key, data_folder() / KEY_FILE)
    monkeypatch.setenv("LANGUAGE", "en")  # every command sets it: the next test's would follow


MEASURED = (
    "tests/images/",
    "tests/pipeline/",
    "tests/staff/test_doctor.py",
    "tests/staff/test_window.py",
    "tests/tables/",
    "tests/test_launch.py",
    "tests/watching/test_watcher.py",
)
"""Tests by which coverage is measured in the programs too that they start."""

LONG = (
    "tests/pipeline/test_anew.py",
    "tests/pipeline/test_cluster.py",
    "tests/pipeline/test_processors.py",
)
"""Among those: tests that start programs over and over, on ways that shorter ones measure."""


@pytest.fixture(scope="module", autouse=True)
def plain_programs(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let other tests start programs without coverage, with which they take half as long again.

    Where a test looks at everything that a program prints, coverage may write there: a worker
    is ended at once, and coverage tells if that finds it opening its file.
    """
    name = request.node.nodeid
    with pytest.MonkeyPatch.context() as patch:
        if not name.startswith(MEASURED) or name.startswith(LONG):
            patch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
        yield


class _NoSilentSkips:
    """With PHOTOGUARD_STRICT=1 a skip for want of a witness is a failure."""

    def __init__(self) -> None:
        self.missing: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        why = str(report.longrepr)
        if report.skipped and not any(allowed in why for allowed in ALLOWED_SKIPS):
            self.missing.append(f"{report.nodeid}: {report.longrepr}")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for line in self.missing:
            terminalreporter.write_line(f"skipped, which is not allowed here: {line}")

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.missing and session.exitstatus == 0:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_configure(config: pytest.Config) -> None:
    """Install the rule where it is asked for, and let signals reach what the tests start."""
    _pass_on("SIGINT", signal.default_int_handler)
    _pass_on("SIGHUP", _stay)
    if os.environ.get("PHOTOGUARD_STRICT") == "1":
        config.pluginmanager.register(_NoSilentSkips())


def _pass_on(name: str, answer: Callable[[int, FrameType | None], object]) -> None:
    """Answer a signal that a background shell or nohup had us, and all that we start, ignore.

    A program that is started takes over that a signal is ignored, but not how it is answered.
    """
    known = getattr(signal, name, None)
    if known is not None and signal.getsignal(known) is signal.SIG_IGN:
        signal.signal(known, answer)


def _stay(_number: int, _frame: FrameType | None) -> None:
    """Outlive a closed terminal, as whoever used nohup asked for."""
