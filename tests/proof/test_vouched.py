"""Evidence of a run with a register: posts and who looked stand there, and the log vouches."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from photoguard.model import PermissionKind
from photoguard.register import open_register
from photoguard.register.changes import writing
from tests.pipeline.photos import LANDSCAPE, small
from tests.proof.test_evidence import run
from tests.register.desk import CONFIG, permitted_unit
from tests.register.people import LOGIN, TODAY, one_permitted, pupil, word

if TYPE_CHECKING:
    from pathlib import Path


def test_the_register_and_the_file_vouch_for_each_other(tmp_path: Path) -> None:
    """The file holds the log's end, the log the file's: a file made anew is in neither."""
    own = permitted_unit(tmp_path)
    folder, output = tmp_path / "retki", tmp_path / "retki-photoguard"
    small(folder / "hiihto.jpg", source=LANDSCAPE)
    done = run("prepare", folder, "--jobs", "1", "--quiet", "--channel", "instagram", *own)
    assert done.exit_code == 0, done.output
    add = ("published", "add", output, "--channel", "instagram", "--on", "2026-10-01", "--looked")
    assert run(*add, *own).exit_code == 0
    file = tmp_path / "e.jsonl"
    done = run("evidence", folder, "--output", file, *own)
    assert done.exit_code == 0, done.output
    first, photo, _ = (json.loads(line) for line in file.read_text("ascii").splitlines())
    assert first["register_lines"] > 0
    (post,) = photo["posts"]
    assert (post["channel"], post["published_on"]) == ("instagram", "2026-10-01")
    assert post["looked_by"].startswith("a-")
    assert post["looked_at"]
    assert "aino" not in file.read_text("ascii").lower()
    check = ("evidence", "--check", file, output / "ready", "--json", *own)
    line = json.loads(run(*check).output)["register_line"]
    assert line == first["register_lines"] + 1
    assert "evidence written" in run("consent", "log", *own).output
    again = tmp_path / "again.jsonl"
    assert run("evidence", folder, "--output", again, *own).exit_code == 0
    assert run("evidence", folder, "--output", again, *own).exit_code == 2
    assert json.loads(run(*check).output)["register_line"] == line


def test_another_register_is_not_taken_for_the_runs_own(tmp_path: Path) -> None:
    """The posts of a neighbour's register say nothing of this run, and a broken log stops it."""
    register, config = tmp_path / "r.sqlite3", tmp_path / "own.toml"
    one_permitted(open_register(str(register), "Mallilan koulu"))
    one_permitted(open_register(str(tmp_path / "other.sqlite3"), "Mallilan koulu"))
    config.write_text(f'unit = "basic-education"\nregister = "{register}"\n', "utf-8")
    folder = tmp_path / "retki"
    small(folder / "hiihto.jpg", source=LANDSCAPE)
    run("prepare", folder, "--jobs", "1", "--quiet", "--config", config)
    other = ("--register", tmp_path / "other.sqlite3", "--config", config)
    done = run("evidence", folder, "--output", tmp_path / "e.jsonl", *other)
    assert done.exit_code == 2
    assert "another register" in done.output
    with sqlite3.connect(register) as behind:
        behind.execute("UPDATE permission SET answer = 'no'")
    behind.close()
    assert run("evidence", folder, "--config", config).exit_code == 3
    assert not list(tmp_path.glob("*.jsonl"))


@pytest.fixture
def works(tmp_path: Path) -> tuple[str, Path]:
    """Two prepared photos of works by two pupils, Aino and Onni, who both permit that."""
    register, config = tmp_path / "r.sqlite3", tmp_path / "own.toml"
    with writing(open_register(str(register), "Mallilan koulu"), LOGIN) as change:
        for name in ("Aino Kuusinen", "Onni Koski"):
            maker = change.add_person(pupil(name), TODAY)
            change.give(word(maker.id, maker.id, kind=PermissionKind.OWN_WORK))
    config.write_text(CONFIG.format(register), "utf-8")
    folder = tmp_path / "retki"
    small(folder / "aino.jpg", source=LANDSCAPE)
    small(folder / "onni.jpg", 400, source=LANDSCAPE)
    table = "file;works\naino.jpg;Aino Kuusinen\nonni.jpg;Onni Koski\n"
    (folder / "photos.csv").write_text(table, "utf-8")
    own = "--config", config
    words = ("--jobs", "1", "--quiet", "--channel", "instagram", "--photographer", "Maija")
    done = run("prepare", folder, *words, *own)
    assert done.exit_code == 0, done.output
    return own


def told(tmp_path: Path, own: tuple[str, Path]) -> tuple[dict[str, int], list[dict[str, Any]]]:
    """Write evidence; return the counts of the screen, as JSON, and the lines of the photos."""
    file = tmp_path / f"e{len(list(tmp_path.glob('*.jsonl')))}.jsonl"
    done = run("evidence", tmp_path / "retki", "--output", file, "--json", *own)
    assert done.exit_code == 0, done.output
    _, *photos, _ = (json.loads(line) for line in file.read_text("ascii").splitlines())
    return json.loads(done.output)["photos"], photos


def test_a_copy_that_a_withdrawal_removed_is_not_ready(
    tmp_path: Path, works: tuple[str, Path]
) -> None:
    """Without another run the evidence knows of the withdrawal, and a kept copy is told."""
    assert told(tmp_path, works)[0] == {"ready": 2}
    ready = tmp_path / "retki-photoguard" / "ready"
    place = tmp_path / "some"
    place.mkdir()
    for copy in ready.glob("*.jpg"):
        shutil.copy(copy, place)
    done = run("consent", "withdraw", "Aino Kuusinen", *works)
    assert done.exit_code == 0, done.output
    assert len(list(ready.glob("*.jpg"))) == 1
    counted, (removed, kept) = told(tmp_path, works)
    assert counted == {"ready": 1, "blocked": 1}
    assert (removed["outcome"], removed["outcome_of_run"]) == ("blocked", "ready")
    assert (removed["copy_when_written"], kept["copy_when_written"]) == ("missing", "whole")
    assert [reason["code"] for reason in removed["reasons"]][-1].startswith("policy.")
    assert (kept["outcome"], kept["outcome_of_run"]) == ("ready", "ready")
    file = tmp_path / "e1.jsonl"
    held = run("evidence", "--check", file, place, *works)
    assert held.exit_code == 1
    assert "not allowed to be published any more when the evidence was written" in held.output
    assert run("evidence", "--check", file, ready, *works).exit_code == 0
    last = run("evidence", tmp_path / "retki", "--output", tmp_path / "last.jsonl", *works)
    assert "1 photo may not be published any more, unlike after the run" in last.output


def test_a_copy_that_is_still_there_is_held_against_the_register(
    tmp_path: Path, works: tuple[str, Path]
) -> None:
    """A withdrawal that has not reached the folder, and an erasure, count all the same."""
    (tmp_path / "retki-photoguard").rename(tmp_path / "stick")  # as a drive that is pulled
    run("consent", "withdraw", "Aino Kuusinen", *works)
    run("consent", "forget", "Onni Koski", "--yes", *works)
    (tmp_path / "stick").rename(tmp_path / "retki-photoguard")
    counted, photos = told(tmp_path, works)
    assert counted == {"blocked": 2}
    assert {photo["copy_when_written"] for photo in photos} == {"whole"}


def test_copies_that_somebody_deleted_or_changed_are_not_ready(
    tmp_path: Path, works: tuple[str, Path]
) -> None:
    """What is no longer as it was verified is counted by itself; the run's outcome stays."""
    first, second = sorted((tmp_path / "retki-photoguard" / "ready").glob("*.jpg"))
    first.unlink()
    second.write_bytes(second.read_bytes() + b"\0")
    counted, photos = told(tmp_path, works)
    assert counted == {"copy_missing": 1, "copy_changed": 1}
    assert {photo["outcome"] for photo in photos} == {"ready"}
    done = run("evidence", tmp_path / "retki", "--output", tmp_path / "x.jsonl", *works)
    assert "copy no longer where the run put it: 1" in done.output
    assert "copy changed after it was verified: 1" in done.output


def test_copies_leave_though_the_screen_is_closed(tmp_path: Path, works: tuple[str, Path]) -> None:
    """A pager that is left while the takedown list is printed keeps no copy in the folder."""
    ready = tmp_path / "retki-photoguard" / "ready"
    (tmp_path / "retki-photoguard").rename(tmp_path / "stick")
    run("consent", "withdraw", "Aino Kuusinen", *works)
    (tmp_path / "stick").rename(tmp_path / "retki-photoguard")
    assert len(list(ready.glob("*.jpg"))) == 2
    command = [sys.executable, "-m", "photoguard", "published", "list", *map(str, works)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as closed:
        assert closed.stdout
        closed.stdout.close()
    assert len(list(ready.glob("*.jpg"))) == 1
