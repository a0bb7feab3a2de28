"""The same folder ends in the same way on every processor."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from tests.pipeline.photos import copy_samples

if TYPE_CHECKING:
    from pathlib import Path

RANDOM = {"output_sha256"}
"""What differs from copy to copy: what hides a face is drawn at random."""


def story(folder: Path, output: Path, instructions: str) -> list[dict[str, Any]]:
    """Prepare the sample photos with what this processor has of arithmetic, or with less."""
    words = [sys.executable, "-m", "photoguard", "prepare", str(folder), "--quiet"]
    words += ["--output", str(output), "--jobs", "2"]
    place = {**os.environ, "ONEDNN_MAX_CPU_ISA": instructions}
    subprocess.run(words, env=place, check=False, capture_output=True, timeout=600)
    photos = json.loads((output / "manifest.json").read_bytes())["photos"]
    return [{key: photo[key] for key in photo if key not in RANDOM} for photo in photos]


def test_the_samples_end_alike_with_and_without_arithmetic_in_16_bits(tmp_path: Path) -> None:
    """Outcomes, faces, doubts and words are the same where the processor has no bfloat16."""
    folder = copy_samples(tmp_path / "retki")
    newest = story(folder, tmp_path / "newest", "ALL")
    assert len(newest) > 3
    assert any(photo["faces"] for photo in newest)
    assert story(folder, tmp_path / "older", "AVX2") == newest
