"""The same folder ends in the same way on every processor."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import NO_MATERIAL, witness
from tests.pipeline.photos import copy_samples

RANDOM = {"output_sha256"}
"""What differs from copy to copy: what hides a face is drawn at random."""
SOURCE = Path(__file__).with_name("older_processor.c")
CANNOT = 77
"""Exit code of a program on a computer that cannot show it an older processor."""


@pytest.fixture
def older(tmp_path: Path) -> dict[str, str]:
    """The variables with which a program sees a processor that has AVX2 at most."""
    if not (sys.platform == "linux" and platform.machine() == "x86_64"):
        pytest.skip(f"{NO_MATERIAL}: a processor that can be hidden")
    library = tmp_path / "older_processor.so"
    subprocess.run([witness("gcc"), "-O2", "-shared", "-fPIC", "-o", library, SOURCE], check=True)
    variables = {"LD_PRELOAD": str(library)}
    tried = subprocess.run(["true"], env={**os.environ, **variables}, check=False)
    if tried.returncode == CANNOT:
        pytest.skip(f"{NO_MATERIAL}: a processor that can be hidden")
    return variables


def story(folder: Path, output: Path, variables: dict[str, str]) -> list[dict[str, Any]]:
    """Prepare the sample photos with what this processor has of arithmetic, or with less."""
    words = [sys.executable, "-m", "photoguard", "prepare", str(folder), "--quiet"]
    words += ["--output", str(output), "--jobs", "2"]
    place = {**os.environ, **variables}
    subprocess.run(words, env=place, check=False, capture_output=True, timeout=600)
    photos = json.loads((output / "manifest.json").read_bytes())["photos"]
    return [{key: photo[key] for key in photo if key not in RANDOM} for photo in photos]


def test_an_older_processor_is_seen(older: dict[str, str]) -> None:
    """OpenCV finds AVX2 and nothing newer: the comparison below compares two processors."""
    asked = "import cv2; print(cv2.checkHardwareSupport(11), cv2.checkHardwareSupport(256))"
    seen = subprocess.run(
        [sys.executable, "-c", asked],
        env={**os.environ, **older},
        check=True,
        capture_output=True,
        text=True,
    )
    assert seen.stdout.split()[1] == "False"


def test_the_samples_end_alike_on_an_older_processor(tmp_path: Path, older: dict[str, str]) -> None:
    """Outcomes, faces, doubts and words are the same with AVX2 at most."""
    folder = copy_samples(tmp_path / "retki")
    newest = story(folder, tmp_path / "newest", {})
    assert len(newest) > 3
    assert any(photo["faces"] for photo in newest)
    assert story(folder, tmp_path / "older", older) == newest
