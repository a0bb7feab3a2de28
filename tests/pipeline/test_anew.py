"""A finished photo is done anew when the detection becomes another, and only then."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import PROJECT
from tests.pipeline.photos import small

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A copy of the whole program that a test may change."""
    place = tmp_path / "program"
    for name in ("photoguard", "models"):
        shutil.copytree(PROJECT / name, place / name)
    return place


def published(program: Path, folder: Path) -> str:
    """Prepare a folder with this program; return the sum of its photo's copy.

    What hides a face is drawn at random, so every new copy has another sum.
    """
    words = [sys.executable, "-m", "photoguard", "prepare", str(folder), "--quiet", "--jobs", "1"]
    place = {**os.environ, "PYTHONPATH": str(program)}
    subprocess.run(words, cwd=program, env=place, check=False, capture_output=True, timeout=300)
    manifest = folder.with_name(f"{folder.name}-photoguard") / "manifest.json"
    (photo,) = json.loads(manifest.read_bytes())["photos"]
    return str(photo["output_sha256"])


def test_another_threshold_does_a_finished_photo_anew(program: Path, tmp_path: Path) -> None:
    """The same detection leaves a copy as it is; a threshold that changed makes a new one."""
    small(tmp_path / "retki" / "kuva.jpg")
    first = published(program, tmp_path / "retki")
    assert published(program, tmp_path / "retki") == first
    judge = program / "photoguard" / "detect" / "_places.py"
    rules = judge.read_text(encoding="utf-8")
    judge.write_text(rules.replace("ACCEPT = 0.18", "ACCEPT = 0.17"), encoding="utf-8")
    assert judge.read_text(encoding="utf-8") != rules
    assert published(program, tmp_path / "retki") != first
