"""The planted files go through a whole run as one folder, and nothing planted comes out.

The detectors are left out here, since they see pixels only: the real command does the same
in minutes, and ``python -m tests.stress.leaks`` looks at what it wrote.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from photoguard.model import Language, OutputFormat
from photoguard.settings import Settings
from photoguard.texts import say
from tests.formats.test_encode import ALLOWED
from tests.images.test_hostile import expected
from tests.stress import blind, leaks, shelf

if TYPE_CHECKING:
    from pathlib import Path

LEAST = 90
_LANGUAGE = re.compile(r"-(fi|sv|en)$")


@pytest.fixture(scope="module")
def folder(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All planted files as a person would have them: in one folder, without their index."""
    place: Path = shutil.copytree(shared / "hostile", tmp_path_factory.mktemp("planted") / "kuvat")
    (place / "index.json").unlink()
    (place / "README.md").unlink()
    return place


@pytest.fixture(scope="module", params=[OutputFormat.JPEG, OutputFormat.PNG, OutputFormat.WEBP])
def run(request: pytest.FixtureRequest, folder: Path) -> tuple[Path, dict[str, Any]]:
    """One run over all of them, for each format that is published; small, since bytes count."""
    settings = Settings(format=request.param, max_side=96)
    output = folder.with_name(f"out-{request.param}")
    result = blind.prepare([folder], output, settings)
    return output, dict(result.manifest)


def test_each_planted_file_is_ready_or_refused_in_words(
    run: tuple[Path, dict[str, Any]],
) -> None:
    """Every file has its one end, the one that is foreseen, and a failed one has its sentence."""
    _, manifest = run
    photos = manifest["photos"]
    assert len(photos) > LEAST
    for photo in photos:
        wanted = expected(photo["source"])
        assert (photo["source"], photo["status"] == "failed") == (photo["source"], bool(wanted))
        if wanted:
            (reason,) = photo["reasons"]
            assert (photo["source"], reason["code"]) == (photo["source"], wanted)
            for language in Language:
                assert say(f"{reason['code']}.remedy", language)


def test_no_planted_marker_is_in_a_copy(run: tuple[Path, dict[str, Any]], shared: Path) -> None:
    """Raw, in UTF-16, inflated, in base64 or hexadecimal: nothing planted is found."""
    output, _ = run
    markers = leaks.planted(shared / "hostile")
    assert len(markers) > LEAST / 2
    found = {
        path.name: leaks.markers_in(path.read_bytes(), markers)
        for path in output.glob("re*/*")
        if path.is_file()
    }
    assert {name: what for name, what in found.items() if what} == {}


def test_no_picture_can_be_pulled_out_of_a_copy(run: tuple[Path, dict[str, Any]]) -> None:
    """No copy holds a second picture, a thumbnail or a video."""
    output, _ = run
    found = {p.name: leaks.pictures_inside(p.read_bytes()) for p in shelf.pictures(output)}
    assert {name: what for name, what in found.items() if what} == {}


def test_a_stranger_sees_allowed_tags_only(run: tuple[Path, dict[str, Any]], exiftool: str) -> None:
    """Exiftool finds no tag in any copy that is not on the allowlist."""
    output, _ = run
    seen = leaks.tags(exiftool, shelf.pictures(output))
    names = {_LANGUAGE.sub("", name) for found in seen.values() for name in found}
    strange = [
        name
        for name in sorted(names)
        if name.partition(":")[2] not in ALLOWED.get(name.partition(":")[0], "").split()
    ]
    assert strange == []


def test_the_run_leaves_nothing_but_copies(run: tuple[Path, dict[str, Any]]) -> None:
    """Shelves and private folder hold what a finished run has, and no traceback was noted."""
    output, _ = run
    assert shelf.leftovers(output) == []


def test_the_report_shows_no_planted_marker(run: tuple[Path, dict[str, Any]], shared: Path) -> None:
    """Report and manifest tell names of files and nothing of what the files hold."""
    output, manifest = run
    markers = leaks.planted(shared / "hostile")
    page = (output / "report.html").read_bytes()
    assert leaks.markers_in(page, markers) == []
    text = json.dumps(manifest)
    assert [marker for marker in markers if marker in text] == []


@pytest.mark.parametrize(
    "hidden",
    [
        b"..ZZPLANTZZ..",
        "ZZPLANTZZ".encode("utf-16-be"),
        b"x" + zlib.compress(b"so it is ZZPLANTZZ"),
        b"<x>" + base64.b64encode(b"12" * 9 + b"ZZPLANTZZ" * 3) + b"</x>",
        b"ZZPLANTZZ".hex().encode(),
    ],
)
def test_the_search_finds_what_is_hidden(hidden: bytes) -> None:
    """The search itself sees through every writing."""
    assert leaks.markers_in(b"before " + hidden + b" behind", ["ZZPLANTZZ"])
