"""The icon's window, used as a person uses it: answers, a stop, and what comes next."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import tkinter as tk
import weakref
from contextvars import copy_context
from tkinter import ttk
from typing import TYPE_CHECKING, Any

import click
import pytest
from click.testing import CliRunner

from photoguard.cli import photoguard
from photoguard.cli.speech import use
from photoguard.cli.window import Window, open_window
from photoguard.model import Language
from photoguard.texts import say
from tests.conftest import witness
from tests.pipeline.photos import LANDSCAPE, PORTRAIT, small

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PATIENCE = 120.0


@pytest.fixture(scope="module")
def screen() -> Iterator[str]:
    """A screen that nobody sees, for the time of these tests."""
    reading, writing = os.pipe()
    command = [witness("Xvfb"), "-displayfd", str(writing), "-screen", "0", "1000x700x24"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        with os.fdopen(reading) as told:
            name = f":{told.readline().strip()}"
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DISPLAY", name)
            yield name
        server.terminate()


class Person:
    """Somebody who looks at the window and presses its buttons, in a thread of their own."""

    def __init__(self, acts: Callable[[Person], None], language: Language = Language.EN) -> None:
        """Begin to look as soon as there is a window."""
        self.read = ""
        self._root: tk.Misc | None = None  # Tk must not end with this person's thread
        self.language = language
        self.trouble: BaseException | None = None
        self._thread = threading.Thread(target=self._live, args=(acts,))
        self._thread.start()

    def leave(self) -> None:
        """Wait until the person is done; raises what went wrong."""
        self._thread.join()
        self._root = None
        if self.trouble is not None:
            raise self.trouble

    def press(self, code: str, typed: str = "") -> None:
        """Wait for a button, type into the line beside it, and press it."""
        text = say(code, self.language)
        button = self._wait(lambda: self._find(ttk.Button, text))
        if typed:
            self._wait(lambda: self._find(ttk.Entry)).insert(0, typed)
        self.read = self._find(tk.Text).get("1.0", "end")
        button.invoke()

    def sees(self, widget: type[tk.Widget]) -> Any:  # noqa: ANN401 - any widget
        """Wait until there is a widget of a kind, and return it."""
        return self._wait(lambda: self._find(widget))

    def labels(self) -> list[str]:
        """Return the texts of the labels that stand there now."""
        return [str(each.cget("text")) for each in _all(_root()) if isinstance(each, ttk.Label)]

    def _live(self, acts: Callable[[Person], None]) -> None:
        try:
            acts(self)
        except BaseException as trouble:  # noqa: BLE001 - it is raised in the test's thread
            self.trouble = trouble
            os.kill(os.getpid(), signal.SIGINT)

    def _find(self, kind: type[tk.Misc], text: str = "") -> Any:  # noqa: ANN401
        self._root = _root()
        fitting = (each for each in _all(self._root) if isinstance(each, kind))
        return next((each for each in fitting if not text or each.cget("text") == text), None)

    def _wait(self, look: Callable[[], Any]) -> Any:  # noqa: ANN401
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                found = look()
            except (RuntimeError, tk.TclError):
                found = None
            if found is not None:
                return found
            time.sleep(0.05)
        raise AssertionError("the window never showed it")


def _root() -> tk.Misc:
    root = tk._default_root  # type: ignore[attr-defined]
    if root is None:
        raise RuntimeError
    return root  # type: ignore[no-any-return]


def _all(widget: tk.Misc) -> Iterator[tk.Misc]:
    yield widget
    for child in widget.winfo_children():
        yield from _all(child)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two photos, on a computer on which setup was done."""
    done = CliRunner().invoke(photoguard, ["setup", "--yes", "--unit-name", "Päiväkoti Kuu"])
    assert done.exit_code == 0
    small(tmp_path / "kuvat" / "a.jpg", 400, PORTRAIT)
    small(tmp_path / "kuvat" / "b.jpg", 300, LANDSCAPE)
    return tmp_path / "kuvat"


def drop(folder: Path) -> int:
    """Run the icon's command with its window, as the icon does."""
    line = ["drop", "--window", "--language", "en", str(folder)]
    return CliRunner().invoke(photoguard, line).exit_code


@pytest.mark.usefixtures("screen")
def test_a_person_answers_and_reads_the_outcome(folder: Path) -> None:
    """Five questions are asked, the last is answered in words, and the numbers are shown."""
    seen: list[str] = []

    def acts(person: Person) -> None:
        for typed in ("Tiina Esimerkki", "", "", ""):
            person.press("window.answer", typed)
        person.press("window.answer", "no")
        person._wait(lambda: person._find(ttk.Button, say("window.open_folder", Language.EN)))
        seen.extend(person.labels())
        person.press("window.close")

    person = Person(acts)
    code = drop(folder)
    person.leave()
    manifest = json.loads((folder.with_name("kuvat-photoguard") / "manifest.json").read_text())
    statuses = [photo["status"] for photo in manifest["photos"]]
    for status in set(statuses):
        words = say(f"words.outcome_{status}", Language.EN)
        assert f"{words}: {statuses.count(status)}" in seen
    assert code in {0, 1}
    assert "Tiina Esimerkki" in person.read


@pytest.mark.usefixtures("screen")
def test_a_stop_keeps_what_is_finished(folder: Path) -> None:
    """Stop ends the run after the photo in hand, says so, and ends with 130."""
    for number in range(12):
        small(folder / f"more-{number}.jpg", 300 + number, LANDSCAPE)

    def acts(person: Person) -> None:
        for typed in ("", "", "", "", "no"):
            person.press("window.answer", typed)
        person.sees(ttk.Progressbar)
        assert any("left" in label for label in person.labels())
        person.press("window.stop")
        person.press("window.close")

    person = Person(acts)
    assert drop(folder) == 130
    person.leave()
    assert say("cli.interrupted", Language.EN) in person.read
    assert say("window.stopping", Language.EN) in person.read
    output = folder.with_name("kuvat-photoguard")
    assert len(list(output.glob("*/*.jpg"))) < 14


@pytest.mark.usefixtures("screen")
def test_a_stop_is_told_in_the_command_s_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run in Swedish that was stopped says so in Swedish, on whatever computer."""
    monkeypatch.setenv("LANGUAGE", "en")
    window = open_window()
    assert isinstance(window, Window)

    def stopped() -> int:
        raise click.Abort

    def whole() -> int:
        use(Language.SV)
        return window.run(stopped)

    person = Person(lambda person: person.press("window.close"), Language.SV)
    assert copy_context().run(whole) == 130
    person.leave()
    assert say("cli.interrupted", Language.SV) in person.read


@pytest.mark.usefixtures("screen")
def test_a_wish_to_look_through_is_handed_on(tmp_path: Path) -> None:
    """The button closes the window and names the output whose page is wanted."""
    from photoguard.api import Run

    report = tmp_path / "report.html"
    photos = [{"status": "review", "output": "review/a.jpg"}]
    run = Run(tmp_path, report, 1, {"photos": photos})
    window = open_window()
    assert isinstance(window, Window)

    def whole() -> int:
        window.finish([run])
        return 1

    root = weakref.ref(window.root)
    person = Person(lambda person: person.press("window.look_through"))
    assert window.run(whole) == 1
    person.leave()
    assert window.wish == tmp_path
    assert root() is None  # else the review page's threads could be those that free it


@pytest.mark.usefixtures("screen")
def test_trouble_is_said_before_the_window_closes(tmp_path: Path) -> None:
    """A folder that is not there is told in a sentence, and the window waits for the reader."""
    person = Person(lambda person: person.press("window.answer"))
    code = CliRunner().invoke(
        photoguard, ["drop", "--window", "--yes", "--language", "en", str(tmp_path / "gone")]
    )
    person.leave()
    assert code.exit_code == 2
    assert "gone" in person.read
    assert say("staff.press_enter", Language.EN) in person.read


@pytest.mark.usefixtures("screen")
def test_ctrl_c_ends_a_waiting_window(folder: Path) -> None:
    """A signal ends the window while it waits for an answer, and nothing is left behind."""

    def acts(person: Person) -> None:
        person.sees(ttk.Entry)
        os.kill(os.getpid(), signal.SIGINT)

    person = Person(acts)
    assert drop(folder) == 130
    person.leave()
    assert not folder.with_name("kuvat-photoguard").exists()


def test_without_a_screen_the_console_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no window can open the same command asks in the console."""
    monkeypatch.delenv("DISPLAY", raising=False)
    told = CliRunner().invoke(
        photoguard, ["drop", "--window", "--yes", "--language", "en", str(tmp_path / "gone")]
    )
    assert "gone" in told.output
    assert sys.stdin is not None
