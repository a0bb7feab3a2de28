"""A run that is killed loses nothing and leaves nothing half-made; the long version is kill.py."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import pytest

from photoguard.errors import EXIT_FAILED, EXIT_SETUP
from tests.pipeline.photos import small
from tests.stress import lose, shelf
from tests.stress.kill import Stage, run
from tests.stress.material import small_folder

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are read from /proc")


def test_the_command_may_be_killed(tmp_path: Path) -> None:
    """Two kills of the real command, then its end: the same as without."""
    photos = small_folder(tmp_path / "photos")
    (photos / "3 talvi.jpg").unlink()
    tally = run(2, Stage(photos, tmp_path / "plain"), seed=5)
    assert tally.faults == []
    assert tally.kills == 2


def test_the_way_of_files_may_be_cut_anywhere(tmp_path: Path) -> None:
    """Six kills where files move and lines are noted, without the detectors."""
    tally = run(6, Stage(small_folder(tmp_path / "photos"), tmp_path / "plain", blind=True), seed=3)
    assert tally.faults == []
    assert tally.kills == 6


def test_a_process_below_may_be_killed(tmp_path: Path) -> None:
    """The run goes on without its worker or decoder, and the next run mends what was lost."""
    stage = Stage(small_folder(tmp_path / "photos"), tmp_path / "plain", blind=True)
    losses = lose.run(3, stage, seed=10)  # moments in the middle of the run
    assert losses.faults == []
    assert losses.killed > 0


def test_two_real_runs_at_once(tmp_path: Path) -> None:
    """The second one is refused at once, and the first one comes to its end undisturbed."""
    stage = Stage(small_folder(tmp_path / "photos"), tmp_path / "one", blind=True)
    stage.place.mkdir()
    for number in range(20):
        small(stage.photos / "more" / f"{number}.jpg", 100 + number)
    first = stage.start()
    while not list(stage.output.glob(".photoguard/work-*")):
        assert first.poll() is None
        time.sleep(0.01)
    second = stage.start()
    assert second.wait(60) == EXIT_SETUP
    assert first.poll() is None
    assert first.wait(120) == EXIT_FAILED
    assert shelf.half_made(stage.output) + shelf.leftovers(stage.output) == []
