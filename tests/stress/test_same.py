"""The same photos come to the same end, whatever chance painted over the faces."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from tests.conftest import SAMPLES
from tests.stress.same import look

if TYPE_CHECKING:
    from pathlib import Path


def test_a_second_whole_run_comes_to_the_same_end(tmp_path: Path) -> None:
    """Names, outcomes, reasons, boxes and words agree between one worker and two."""
    assert look(SAMPLES / "photos", tmp_path, 2) == []


def test_weak_faces_come_to_the_same_end(tmp_path: Path, shared: Path) -> None:
    """What is barely seen beside painted heads does not depend on the paint or the coder."""
    photos = tmp_path / "photos"
    photos.mkdir()
    for number in (0, 36, 771):
        name = f"maksssksksss{number}.jpg"
        shutil.copy(shared / "faces" / "mask_kaggle" / name, photos)
    assert look(photos, tmp_path, 2, ("--format", "webp")) == []
