"""A run that is killed loses nothing and leaves nothing half-made; the long version is kill.py."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

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
