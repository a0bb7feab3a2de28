"""The watch prepares what is dropped, once, and nothing in the folder ends it.

Runs are real programs over real files; only the detectors see nobody.
"""

from __future__ import annotations

import os
import shutil
import signal
import time
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from photoguard.errors import OutputError
from photoguard.files import MANIFEST, PRIVATE, SHEET, as_json
from photoguard.output import recall
from photoguard.output.journal import Journal
from photoguard.watching import send
from photoguard.watching.watcher import only_watch
from tests.pipeline.photos import damaged, small
from tests.watching.blindly import (
    QUICK,
    end_at_once,
    make_job,
    photos_in,
    run_while_staff_type,
    watcher_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import Any

    from photoguard.watching import Watcher
    from photoguard.watching.run_process import RunOrder, RunResult

LONGEST = 60.0


class Stage:
    """A watched folder, its output, and what the watch has told."""

    def __init__(self, place: Path) -> None:
        """Begin with an empty folder below ``place``."""
        self.drop = place / "drop"
        self.drop.mkdir()
        self.heard: list[str] = []
        self.output = place / "drop-photoguard"
        self.watcher: Watcher = watcher_of(self.drop, self.heard)

    def until(self, reached: Callable[[], bool]) -> None:
        """Let the watch take its turns until something is reached."""
        end = time.monotonic() + LONGEST
        while not reached():
            assert time.monotonic() < end, (self.heard, self.photos)
            time.sleep(min(self.watcher.turn(), 0.3))

    def rest(self, seconds: float = 3.0) -> None:
        """Let the watch take its turns for a while."""
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() > end)

    @property
    def photos(self) -> Mapping[str, Mapping[str, Any]]:
        """What the manifest tells, by source."""
        return photos_in(self.output)

    def ends(self) -> dict[str, str]:
        """How each photo ended, by source."""
        return {source: photo["status"] for source, photo in self.photos.items()}


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """An empty folder that is watched."""
    return Stage(tmp_path)


def test_what_is_dropped_is_prepared_once(stage: Stage) -> None:
    """An empty folder makes no output; a photo in it is prepared, and nothing is done twice."""
    stage.rest(1)
    assert not stage.output.exists()
    small(stage.drop / "a.jpg")
    stage.until(lambda: set(stage.ends()) == {"a.jpg"})
    stage.rest()
    small(stage.drop / "sub" / "b.jpg")
    stage.until(lambda: set(stage.ends()) == {"a.jpg", "sub/b.jpg"})
    stage.rest()
    assert stage.heard == ["ready:1", "ready:1"]
    assert len(list((stage.output / "ready").glob("*.jpg"))) == 2


def test_half_a_photo_is_told_and_not_taken(stage: Stage) -> None:
    """While a copy is being written the others are prepared, and the report names it."""
    whole = small(stage.drop.parent / "b.jpg").read_bytes()
    with (stage.drop / "b.jpg").open("wb", buffering=0) as growing:
        growing.write(whole[:3000])
        small(stage.drop / "a.jpg")
        stage.until(lambda: set(stage.ends()) == {"a.jpg"})
        heard = as_json((stage.output / MANIFEST).read_text("utf-8"))["not_handled"]
        assert [(each["source"], each["code"]) for each in heard] == [
            ("b.jpg", "reasons.not_handled_waiting")
        ]
        growing.write(whole[3000:])
    stage.until(lambda: set(stage.ends()) == {"a.jpg", "b.jpg"})
    assert stage.ends()["b.jpg"] == "ready"
    assert as_json((stage.output / MANIFEST).read_text("utf-8"))["not_handled"] == []


def test_a_photo_being_replaced_keeps_its_copy(stage: Stage) -> None:
    """A photo that is written anew keeps its finished copy until the new one is whole."""
    small(stage.drop / "a.jpg")
    stage.until(lambda: "a.jpg" in stage.photos)
    before = stage.photos["a.jpg"]
    with (stage.drop / "a.jpg").open("r+b", buffering=0) as changing:
        changing.write(b"\xff\xd8")
        small(stage.drop / "b.jpg")
        stage.until(lambda: "b.jpg" in stage.photos)
        kept = stage.photos["a.jpg"]
        assert (kept["output"], kept["reasons"]) == (before["output"], before["reasons"])
        assert (stage.output / before["output"]).is_file()


def test_a_bad_file_stops_nothing_and_is_tried_again_later(stage: Stage) -> None:
    """A damaged photo fails and stays told; it is tried again only when its time has come."""
    damaged(stage.drop / "bad.jpg")
    stage.until(lambda: stage.ends() == {"bad.jpg": "failed"})
    small(stage.drop / "good.jpg")
    stage.until(lambda: stage.ends() == {"bad.jpg": "failed", "good.jpg": "ready"})
    stage.until(lambda: stage.heard.count("failed:1") == 2)
    stage.rest(4)  # the next attempt is an hour away
    assert stage.heard.count("failed:1") == 2
    small(stage.drop / "bad.jpg")
    stage.until(lambda: stage.ends() == {"bad.jpg": "ready", "good.jpg": "ready"})


def test_what_is_renamed_and_deleted_is_told(stage: Stage) -> None:
    """Renames and deletions are found out; finished copies outlive their originals."""
    small(stage.drop / "a.jpg")
    small(stage.drop / "b.jpg", 300)
    stage.until(lambda: len(stage.photos) == 2)
    (stage.drop / "a.jpg").rename(stage.drop / "c.jpg")
    (stage.drop / "b.jpg").unlink()
    stage.until(lambda: "c.jpg" in stage.photos)
    gone = {s for s, p in stage.photos.items() if p["notices"][0]["code"].endswith("e_missing")}
    assert gone == {"a.jpg", "b.jpg"}
    assert all((stage.output / photo["output"]).is_file() for photo in stage.photos.values())


def test_a_lost_drive_costs_no_copy(stage: Stage) -> None:
    """A folder that vanishes is waited for, an empty one in its place changes nothing."""
    for name in "ab":
        small(stage.drop / f"{name}.jpg")
    stage.until(lambda: len(stage.photos) == 2)
    before = (stage.output / MANIFEST).read_bytes()
    away = stage.drop.rename(stage.drop.with_name("away"))
    stage.until(lambda: "watch.lost" in stage.heard)
    stage.drop.mkdir()  # where the drive was mounted, nothing is left
    stage.rest(2)
    assert (stage.output / MANIFEST).read_bytes() == before
    stage.drop.rmdir()
    away.rename(stage.drop)
    small(stage.drop / "c.jpg")
    stage.until(lambda: len(stage.photos) == 3)
    assert set(stage.ends().values()) == {"ready"}
    assert "watch.back" in stage.heard


def test_a_drive_that_is_lost_within_a_run_costs_no_copy(stage: Stage) -> None:
    """What was finished stays although its originals vanish while a run goes on."""
    small(stage.drop / "a.jpg")
    stage.until(lambda: len(stage.photos) == 1)
    job = make_job(stage.drop, stage.output)
    stage.drop.rename(stage.drop.with_name("away"))
    from tests.watching.blindly import run_blind

    run_blind(job, lambda _: None)
    (photo,) = stage.photos.values()
    assert photo["status"] == "ready"
    assert (stage.output / photo["output"]).is_file()


def test_an_output_in_use_is_waited_for(stage: Stage) -> None:
    """While another run or the review page has the output, the watch waits and says so once."""
    small(stage.drop / "a.jpg")
    with Journal.open(stage.output, "en", str(stage.drop)):
        stage.until(lambda: "watch.in_use" in stage.heard)
        stage.rest(2)
        assert stage.heard == ["watch.in_use"]
    stage.until(lambda: set(stage.ends()) == {"a.jpg"})


def test_a_second_watch_is_refused(stage: Stage) -> None:
    """Two watches over one output do not take turns; the second one says why it ends."""
    with only_watch(stage.output), pytest.raises(OutputError) as refused, only_watch(stage.output):
        pass
    assert refused.value.code == "watch.already"
    with only_watch(stage.output):
        pass


def test_a_run_that_is_killed_is_done_again(stage: Stage) -> None:
    """A run whose program the system ends costs nothing but time."""
    small(stage.drop / "a.jpg")
    usual = stage.watcher.send
    stage.watcher.send = partial(send, partial(make_job, stage.drop, stage.output), end_at_once)
    stage.until(lambda: "watch.run_lost" in stage.heard)
    stage.watcher.send = usual
    stage.until(lambda: set(stage.ends()) == {"a.jpg"})


def test_an_output_that_cannot_be_used_is_told_once(stage: Stage) -> None:
    """A trouble that stays is told once, and the watch goes on when it is over."""
    small(stage.drop / "a.jpg")
    stage.output.mkdir()
    (stage.output / PRIVATE).touch()
    stage.until(lambda: bool(stage.heard))
    stage.rest(2)
    assert len(stage.heard) == 1
    (stage.output / PRIVATE).unlink()
    stage.until(lambda: set(stage.ends()) == {"a.jpg"})


def test_a_new_day_and_a_word_taken_back_are_causes(stage: Stage) -> None:
    """The rules are asked anew on each day, and when a permission was withdrawn."""
    small(stage.drop / "a.jpg")
    stage.until(lambda: len(stage.photos) == 1)
    stage.rest(2)
    before = (stage.output / MANIFEST).stat().st_ino
    stage.rest(2)
    assert (stage.output / MANIFEST).stat().st_ino == before
    recall.mark(stage.output)
    stage.until(lambda: not recall.is_marked(stage.output))
    stage.until(lambda: (stage.output / MANIFEST).stat().st_ino != before)
    stage.rest(2)
    before = (stage.output / MANIFEST).stat().st_ino
    stage.watcher.today = lambda: date.today() + timedelta(days=1)  # noqa: DTZ011 - a day, here
    stage.until(lambda: (stage.output / MANIFEST).stat().st_ino != before)


def test_a_run_past_midnight_is_asked_about_again(stage: Stage) -> None:
    """What was decided for the day before is decided anew, though the run ended on the new day."""
    today = date.today()  # noqa: DTZ011 - a day, here
    sent, runs = stage.watcher.send, list[date]()

    def until_after_midnight(order: RunOrder) -> RunResult | None:
        runs.append(stage.watcher.today())
        try:
            return sent(order)
        finally:
            stage.watcher.today = lambda: today + timedelta(days=1)

    stage.watcher.send = until_after_midnight
    small(stage.drop / "a.jpg")
    stage.until(lambda: len(stage.photos) == 1)
    stage.rest(5)
    assert runs == [today, today + timedelta(days=1)]


def test_what_staff_fill_in_is_taken_up(stage: Stage, tmp_path: Path) -> None:
    """A table that staff save in the output is a cause for a run; our own writing is none."""
    small(stage.drop / "a.jpg")
    stage.until(lambda: len(stage.photos) == 1)
    stage.rest(2)
    before = (stage.output / MANIFEST).stat().st_ino
    saved = tmp_path / "saved.xlsx"
    shutil.copy2(stage.output / SHEET, saved)
    saved.replace(stage.output / SHEET)
    stage.until(lambda: (stage.output / MANIFEST).stat().st_ino != before)


def test_what_staff_fill_in_during_a_run_is_taken_up(stage: Stage) -> None:
    """A table that is saved while a run is at work, which has read it before, is one more cause."""
    small(stage.drop / "a.jpg")
    stage.until(lambda: len(stage.photos) == 1)
    stage.rest(2)
    runs: list[RunResult | None] = []
    make = partial(make_job, stage.drop, stage.output)

    def counted(order: RunOrder) -> RunResult | None:
        runs.append(send(make, run_while_staff_type, order))
        return runs[-1]

    stage.watcher.send = counted
    small(stage.drop / "b.jpg", 300)
    stage.until(lambda: len(stage.photos) == 2)
    stage.rest(6)
    assert [bool(each and each.typed) for each in runs] == [True, False]


def test_sleep_is_survived(stage: Stage) -> None:
    """Programs that stood still for a while, as when a lid is closed, go on."""
    for number in range(4):
        small(stage.drop / f"{number}.jpg")
    stage.watcher.pace = replace(QUICK, gather=0.1)
    child = os.fork()
    if child == 0:
        os.setsid()
        try:
            stage.until(lambda: len(stage.photos) == 4)
        except BaseException:  # noqa: BLE001 - a copy of the test must not run on
            os._exit(1)
        os._exit(0)
    time.sleep(2)
    os.killpg(child, signal.SIGSTOP)
    time.sleep(4)
    os.killpg(child, signal.SIGCONT)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert set(stage.ends().values()) == {"ready"}
