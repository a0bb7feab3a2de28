"""The README is short and its story, told in the office's guide, is true: its commands run."""

from __future__ import annotations

import csv
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PROJECT, SAMPLES

README = (PROJECT / "README.md").read_text("utf-8")
OFFICE = (PROJECT / "photoguard" / "guides" / "office.en.md").read_text("utf-8")
STORY = OFFICE.partition("## One story")[2].partition("\n## ")[0]
OUTPUT = Path("samples/school/photos-photoguard")


def commands_of(text: str) -> list[str]:
    """Return every line of the fenced shell blocks."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


@dataclass(frozen=True)
class Printed:
    """What one command said and left behind."""

    command: str
    code: int
    text: str
    copies: frozenset[str]
    photos: dict[str, Any]


def _photos(output: Path) -> dict[str, Any]:
    manifest = output / "manifest.json"
    if not manifest.is_file():
        return {}
    return {photo["source"]: photo for photo in json.loads(manifest.read_text("utf-8"))["photos"]}


def _without_network() -> list[str]:
    """Return what runs a command in an empty network namespace, where the system lets us."""
    alone = ["unshare", "--net", *(["--map-root-user"] if os.getuid() else [])]
    try:
        allowed = subprocess.run([*alone, "true"], check=False, capture_output=True).returncode == 0
    except OSError:
        return []
    return alone if allowed else []


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with nothing but the school's samples."""
    place = tmp_path_factory.mktemp("readme")
    left = shutil.ignore_patterns("*-photoguard")
    shutil.copytree(SAMPLES / "school", place / "samples" / "school", ignore=left)
    return place


@pytest.fixture(scope="module")
def story(place: Path) -> list[Printed]:
    """Run the story's commands one after the other on a fresh register, without a network."""
    homes = ("XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "XDG_DATA_HOME", "XDG_STATE_HOME")
    own = {name: str(place / name.lower()) for name in homes}
    own["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, **own, "PHOTOGUARD_LANGUAGE": "en"}
    environment.pop("PHOTOGUARD_DATA", None)
    alone = _without_network()
    printed = []
    for command in commands_of(STORY):
        done = subprocess.run(
            [*alone, *shlex.split(command)],
            check=False,
            capture_output=True,
            encoding="utf-8",
            cwd=place,
            env=environment,
            timeout=120,
        )
        copies = {path.name for path in (place / OUTPUT).glob("ready/*.jpg")}
        photos = _photos(place / OUTPUT)
        text = done.stdout + done.stderr
        printed.append(Printed(command, done.returncode, text, frozenset(copies), photos))
    return printed


def _one(story: list[Printed], words: str, place: int = 0) -> Printed:
    return [printed for printed in story if printed.command.startswith(f"photoguard {words}")][
        place
    ]


def test_every_command_ends_as_the_guide_says(story: list[Printed]) -> None:
    """Each command of the story succeeds; prepare ends with 1, for its blocked photos."""
    assert len(story) >= 10
    for printed in story:
        expected = 1 if printed.command.startswith("photoguard prepare") else 0
        assert printed.code == expected, f"{printed.command}\n{printed.text}"


def test_the_trial_changes_nothing_and_the_import_brings_everybody(story: list[Printed]) -> None:
    """The dry run says that nothing was changed; then six rows are in."""
    assert "the register was not changed" in _one(story, "consent import").text
    assert "6 rows were imported" in _one(story, "consent import", 1).text


def test_the_missing_words_are_listed(story: list[Printed]) -> None:
    """Åsa, over 15, is asked herself; Iida's second guardian is; Aino nobody is."""
    text = _one(story, "consent missing").text
    assert re.search(r"Åsa Öhman .* self", text)
    assert re.search(r"Iida Räsänen .* Pekka Virta", text)
    assert "Aino" not in text


def test_a_face_stays_hides_or_blocks_by_permission(story: list[Printed]) -> None:
    """Aino and Elias stay and Otso is hidden; proposals are hidden; two photos are blocked."""
    before = _one(story, "prepare").photos["IMG_3001.jpg"]
    assert before["status"] == "review"
    assert [face["action"] for face in before["faces"]] == ["keep", "hide", "keep"]
    photos = _one(story, "prepare", 1).photos
    actions = {name: [face["action"] for face in photos[name]["faces"]] for name in photos}
    assert actions["IMG_3001.jpg"] == ["keep", "hide", "keep"]
    assert actions["IMG_3002.jpg"] == ["hide", "hide"]
    proposed = [face["person"] for face in photos["IMG_3002.jpg"]["faces"]]
    assert proposed == [face["person"] for face in photos["IMG_3001.jpg"]["faces"]][:2]
    ends = {name: photo["status"] for name, photo in photos.items()}
    assert ends == {
        "IMG_3001.jpg": "ready",
        "IMG_3002.jpg": "ready",
        "IMG_3003.jpg": "blocked",
        "IMG_3004.jpg": "blocked",
    }
    codes = {name: {why["code"] for why in photos[name]["reasons"]} for name in photos}
    assert "policy.work_not_permitted" in codes["IMG_3003.jpg"]
    assert "policy.never_in_pictures" in codes["IMG_3004.jpg"]


def test_a_withdrawal_names_the_post_and_empties_the_ready_folder(
    story: list[Printed], place: Path
) -> None:
    """The post is on the list; the copy that is not published leaves, the other when it is down."""
    withdrawn = _one(story, "consent withdraw")
    assert "https://instagram.example/p/1" in withdrawn.text
    assert withdrawn.copies == {"koulu-001.jpg"}
    text = (place / "build" / "takedown.csv").read_text("utf-8-sig")
    (row,) = csv.DictReader(text.splitlines(), delimiter=";")
    assert row["Link"] == "https://instagram.example/p/1"
    assert _one(story, "published remove").copies == frozenset()


def test_the_next_run_hides_whoever_withdrew(story: list[Printed]) -> None:
    """Nobody but Elias is visible after Aino's guardian took the permission back."""
    photos = _one(story, "prepare", 2).photos
    actions = [face["action"] for face in photos["IMG_3001.jpg"]["faces"]]
    assert actions == ["hide", "hide", "keep"]


def test_the_log_is_whole_after_the_erasure(story: list[Printed], place: Path) -> None:
    """Aino's name is nowhere in the register's file, and the log's chain holds."""
    assert "The log is whole" in _one(story, "consent log").text
    register = (place / "build" / "school.sqlite3").read_bytes()
    assert b"Otso" in register
    assert b"Aino" not in register
    assert b"Liisa Kuusinen" not in register


def test_the_school_has_its_papers() -> None:
    """The samples' README names every file of the school; its photos are small."""
    papers = (SAMPLES / "README.md").read_text("utf-8").partition("## A school")[2]
    photos = sorted((SAMPLES / "school" / "photos").glob("*"))
    tables = [path for path in (SAMPLES / "school").iterdir() if path.is_file()]
    assert photos
    assert all(f"`{path.name}`" in papers or f"/{path.name}`" in papers for path in photos + tables)
    assert sum(path.stat().st_size for path in photos) <= 500_000


def test_the_office_writes_windows_1252() -> None:
    """The roster is no UTF-8, as many offices' exports, and its columns are separated by ;."""
    content = (SAMPLES / "school" / "oppilaat.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")
    (first, *_) = csv.DictReader(content.decode("cp1252").splitlines(), delimiter=";")
    assert first["Etunimi"] == "Aino"


def test_the_readme_is_short_and_names_every_command_and_guide() -> None:
    """The README has at most 10 kB, and a stranger finds each command and guide in it."""
    from photoguard.cli import COMMANDS
    from photoguard.guides import Guide

    assert len(README.encode()) <= 10_000
    assert [name for name in COMMANDS if f"`photoguard {name}" not in README] == []
    assert [each for each in Guide if f"photoguard guide {each}" not in README] == ["staff"]
