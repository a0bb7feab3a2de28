"""The same photos come to the same end, whatever chance painted over the faces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.conftest import SAMPLES
from tests.stress.same import look

if TYPE_CHECKING:
    from pathlib import Path


def test_a_second_whole_run_comes_to_the_same_end(tmp_path: Path) -> None:
    """Names, outcomes, reasons, boxes and words agree between one worker and two."""
    assert look(SAMPLES / "photos", tmp_path, 2) == []
