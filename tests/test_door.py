"""The public door: what other programs may rely on is there, typed, and works as told."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import photoguard
from photoguard import Outcome, PhotoTrouble, Settings, api, check, prepare
from photoguard.model import Language
from tests.pipeline.photos import PORTRAIT

if TYPE_CHECKING:
    from pathlib import Path


def test_the_door_is_what_it_was() -> None:
    """Whoever relies on a public name finds it; a new one is a decision."""
    assert photoguard.__all__ == [
        "Outcome",
        "PhotoTrouble",
        "PhotoguardError",
        "Report",
        "Run",
        "Settings",
        "SetupTrouble",
        "UsageTrouble",
        "__version__",
        "check",
        "prepare",
    ]
    assert dir(photoguard) == photoguard.__all__
    for name in photoguard.__all__:
        assert getattr(photoguard, name) is not None
    with pytest.raises(AttributeError):
        _ = photoguard.unheard_of


def test_the_door_opens_without_heavy_libraries() -> None:
    """A program that only asks for the version or the settings imports no image library."""
    code = (
        "import sys, photoguard; photoguard.Settings; photoguard.Outcome; photoguard.prepare;"
        "print(sorted({'cv2', 'numpy', 'PIL', 'mediapipe', 'sqlalchemy'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_the_example_of_the_door_works(tmp_path: Path) -> None:
    """The example in the docstring runs as it stands, in a folder with one photo."""
    photos = tmp_path / "photos"
    photos.mkdir()
    shutil.copy(PORTRAIT, photos / "portrait.jpg")
    example = re.search(r"::\n\n(.*?)\n\n[^ ]", api.__doc__ or "", re.DOTALL)
    assert example
    lines = "\n".join(line[4:] for line in example[1].splitlines())
    script = tmp_path / "example.py"
    body = "\n".join(f"    {line}" for line in lines.splitlines())
    script.write_text(f'if __name__ == "__main__":\n{body}\n', "utf-8")
    run = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == ["portrait.jpg", "ready"]


def test_prepare_returns_what_the_manifest_says(tmp_path: Path) -> None:
    """The values are those of manifest.json, and the report lies where the run says."""
    photos = tmp_path / "photos"
    photos.mkdir()
    shutil.copy(PORTRAIT, photos / "portrait.jpg")
    (photos / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 not a picture")
    run = prepare(photos, Settings(language=Language.FI), output=tmp_path / "out")
    assert run.exit_code == 4
    assert {photo["source"]: photo["status"] for photo in run.photos} == {
        "broken.jpg": Outcome.FAILED,
        "portrait.jpg": Outcome.READY,
    }
    assert json.loads((run.output / "manifest.json").read_bytes()) == run.manifest
    assert run.report.is_file()
    assert not check(run.output / run.photos[1]["output"]).found


def test_check_tells_what_a_picture_gives_away(tmp_path: Path) -> None:
    """A clear portrait shows a face; a file that is no picture is a trouble of that photo."""
    report = check(PORTRAIT)
    assert report.found
    assert report.exit_code == 5
    assert report.faces
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"nothing")
    with pytest.raises(PhotoTrouble):
        check(broken)
