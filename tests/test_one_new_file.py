"""One new file suffices: laid in a copy of the project, it takes the contract tests by itself.

Each test copies the project, adds one file (a detector's weights and a format's sample are
files of their own) and runs the tests and commands of that copy in a process of their own.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PROJECT, SAMPLES

LEFT = shutil.ignore_patterns("__pycache__", "*-photoguard", "benchmarks", "stress")
PORTRAIT = SAMPLES / "originals" / "astronaut.png"


class Copy:
    """A copy of the project, its package and its tests."""

    def __init__(self, place: Path) -> None:
        """Copy what the contract tests need; the samples are only read."""
        self.place = place
        for name in ("photoguard", "tests", "models"):
            shutil.copytree(PROJECT / name, place / name, ignore=LEFT)
        shutil.copy(PROJECT / "pyproject.toml", place)
        (place / "samples").symlink_to(SAMPLES)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run ``python`` with these arguments in the copy, whose package comes first."""
        own = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
        environment = {
            **own,
            "PYTHONPATH": str(self.place),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PHOTOGUARD_LANGUAGE": "en",
        }
        return subprocess.run(
            [sys.executable, *arguments],
            check=False,
            capture_output=True,
            encoding="utf-8",
            cwd=self.place,
            env=environment,
            timeout=300,
        )

    def examine(self, tests: str, named: str) -> subprocess.CompletedProcess[str]:
        """Run the contract tests whose names have ``named`` in them."""
        return self.run("-m", "pytest", "-q", "-p", "no:cacheprovider", tests, "-k", named)


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """A copy that is examined, not the project itself."""
    copied = Copy(tmp_path / "copy")
    where = copied.run("-c", "import photoguard; print(photoguard.__file__)").stdout
    assert Path(where.strip()).is_relative_to(copied.place)
    return copied


def _wash(colour: str, package: Path) -> str:
    """Return a style like ``solid`` in another colour."""
    solid = (package / "redact" / "solid.py").read_text("utf-8")
    assert "[126, 140, 152]" in solid
    return solid.replace("[126, 140, 152]", colour)


def test_a_style_is_one_new_file(copy: Copy) -> None:
    """It is examined, can be chosen, and stands in the report under its own name."""
    package = copy.place / "photoguard"
    (package / "redact" / "wash.py").write_text(_wash("[170, 150, 120]", package), "utf-8")
    examined = copy.examine("tests/redact/test_styles.py", "wash or each_file")
    assert examined.returncode == 0, examined.stdout
    assert "test_styles.py" not in examined.stdout  # nothing failed, nothing was left out
    photos = copy.place / "photos"
    photos.mkdir()
    shutil.copy(PORTRAIT, photos)
    prepared = copy.run("-m", "photoguard", "prepare", str(photos), "--style", "wash")
    assert prepared.returncode in {0, 1}, prepared.stderr
    printed = json.loads((copy.place / "photos-photoguard" / "manifest.json").read_text("utf-8"))
    assert printed["settings"]["style"] == "wash"
    assert "wash" in (copy.place / "photos-photoguard" / "report.html").read_text("utf-8")


def test_a_style_that_paints_too_far_is_found_out(copy: Copy) -> None:
    """The examination can fail: a file that paints beyond its reach does not pass."""
    package = copy.place / "photoguard"
    careless = _wash("[170, 150, 120]", package).replace("    del chance\n", "    canvas[:] = 0\n")
    (package / "redact" / "careless.py").write_text(careless, "utf-8")
    examined = copy.examine("tests/redact/test_styles.py", "careless and outside")
    assert examined.returncode == 1, examined.stdout


DETECTOR = '''\
"""Another pair of eyes, with weights of its own."""

from photoguard.detect._runtime import Weights
from photoguard.detect.centerface import CenterFace

NAME = "watchful"
WEIGHTS = (Weights("watchful.onnx", "{sha256}"),)


class Watchful:
    """Sees what the network sees."""

    name, weight, idle, sure = NAME, 5.0, 0.0, 2.0

    def __init__(self, threads):
        """Load the weights."""
        self._network = CenterFace(threads)

    def sweep(self, views, turns):
        """Look once."""
        return self._network.sweep(views, turns)

    def sweep_again(self, views, turns):
        """Look once more."""
        return self._network.sweep_again(views, turns)


def create(threads):
    """Return the detector."""
    return Watchful(threads)
'''


def test_a_detector_is_one_new_file_and_its_weights(copy: Copy) -> None:
    """It is examined, asked in both looks, part of the fingerprint, and its sum is checked."""
    before = copy.run("-c", FINGERPRINT).stdout
    models = copy.place / "models"
    shutil.copy(models / "centerface_first.onnx", models / "watchful.onnx")
    from photoguard.detect import centerface

    text = DETECTOR.format(sha256=centerface.WEIGHTS[0].sha256)
    (copy.place / "photoguard" / "detect" / "watchful.py").write_text(text, "utf-8")
    examined = copy.examine("tests/detect/test_detectors.py", "watchful or sum_of_weights")
    assert examined.returncode == 0, examined.stdout
    assert copy.run("-c", FINGERPRINT).stdout != before
    assert "watchful" in copy.run("-c", SEEN).stdout
    (models / "watchful.onnx").write_bytes(b"altered")
    printed = copy.run("-m", "photoguard", "doctor", "--json").stdout
    assert "watchful.onnx" in printed


FINGERPRINT = "from photoguard.detect import fingerprint; print(fingerprint())"
SEEN = f"""\
import cv2
from photoguard.detect import FaceFinder
pixels = cv2.cvtColor(cv2.imread({str(PORTRAIT)!r}), cv2.COLOR_BGR2RGB)
first = FaceFinder().find(pixels).faces
second = FaceFinder().look_again(pixels, [])
print(*(set(first[0].detectors) & set(second[0].detectors)))
"""

FORMAT = '''\
"""Portable pixmaps: a few words in ASCII, then rows."""

import re

from photoguard.formats._format import Format
from photoguard.formats._parts import trailer
from photoguard.model import Finding, FindingKind

_HEAD = re.compile(rb"P6\\s(?:(#[^\\n]*)\\n)?(\\d{1,5})\\s(\\d{1,5})\\s255\\s")


def recognise(untrusted_head):
    """Return "ppm" where the letters stand at the beginning."""
    return "ppm" if untrusted_head.startswith(b"P6\\n") else None


def parts(untrusted):
    """Yield a comment and what stands behind the rows."""
    head = _HEAD.match(untrusted)
    if head is None:
        yield Finding(FindingKind.STRUCTURE, "header")
        return
    if head[1]:
        yield Finding(FindingKind.TEXT, "comment")
    end = head.end() + 3 * int(head[2]) * int(head[3])
    if end > len(untrusted):
        yield Finding(FindingKind.STRUCTURE, "rows missing")
    yield from trailer(untrusted[end:], "after the rows")


FORMAT = Format(recognise, parts)
'''
PPM = b"P6\n# Aino\n2 2\n255\n" + bytes(12)


def test_a_format_is_one_new_file(copy: Copy) -> None:
    """It is examined with a sample of its own, and what it finds is told."""
    (copy.place / "photoguard" / "formats" / "ppm.py").write_text(FORMAT, "utf-8")
    samples = copy.place / "tests" / "formats" / "samples"
    samples.mkdir()
    (samples / "ppm.ppm").write_bytes(PPM)
    examined = copy.examine("tests/formats/test_contract.py", "ppm or every_format or changed")
    assert examined.returncode == 0, examined.stdout
    (samples / "ppm.ppm").unlink()
    unknown = copy.examine("tests/formats/test_contract.py", "every_format")
    assert unknown.returncode == 1, "a format without a sample is not examined"
    printed = copy.run("-c", f"from photoguard import formats; print(formats.findings({PPM!r}))")
    assert "comment" in printed.stdout


SOURCE = """\
version = 1

[columns]
"HLO_NIMI" = "name"

[[permission]]
column = "JULK_IG"
gives = "yes"
kind = "shown"
channels = ["instagram"]
whose = "self"
purpose = ""
"""


def test_an_import_source_is_one_new_file(copy: Copy) -> None:
    """An export whose headings say nothing is understood, and its table found below a title."""
    folder = copy.place / "photoguard" / "register" / "importing" / "sources"
    folder.mkdir(exist_ok=True)
    table = copy.place / "export.csv"
    table.write_text("Raportti 12\nHLO_NIMI;JULK_IG\nAino Kuusinen;kyllä\n", "utf-8")
    given = ["import", str(table), "--register", str(copy.place / "register.sqlite3")]
    before = copy.run("-m", "photoguard", "consent", *given, "--purpose", "arki", "--yes")
    assert before.returncode != 0
    (folder / "kouluportti.toml").write_text(SOURCE, "utf-8")
    examined = copy.examine("tests/register/test_sources.py", "source")
    assert examined.returncode == 0, examined.stdout
    read = copy.run("-c", READ.format(table=str(table)))
    assert read.stdout.split() == ["2", "name", "JULK_IG", "instagram"], read.stderr


READ = """\
from pathlib import Path
from photoguard.register.importing.proposal import propose
from photoguard.register.importing.table import read_table
table = read_table(Path({table!r}))
found = propose(table.headings)
column = found.permissions[0]
print(table.heading_row, *found.columns.values(), column.column, *column.channels)
"""
