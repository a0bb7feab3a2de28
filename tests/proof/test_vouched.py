"""Evidence of a run with a register: posts and who looked stand there, and the log vouches."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

from photoguard.register import open_register
from tests.pipeline.photos import LANDSCAPE, small
from tests.proof.test_evidence import run
from tests.register.desk import permitted_unit
from tests.register.people import one_permitted

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
