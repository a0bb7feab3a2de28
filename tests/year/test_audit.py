"""The audit knows what this computer prepared: what waits, and which faces are visible."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.pipeline.photos import LANDSCAPE, damaged, small
from tests.proof.test_evidence import run
from tests.register.desk import permitted_unit

if TYPE_CHECKING:
    from pathlib import Path


def test_photos_that_wait_are_told_with_their_reason_and_no_name(tmp_path: Path) -> None:
    """A real run: one published, one damaged, one held for a name, which the page keeps quiet."""
    own = permitted_unit(tmp_path)
    good, held = tmp_path / "retki", tmp_path / "juhla"
    small(good / "hiihto.jpg", source=LANDSCAPE)
    damaged(good / "rikki.jpg")
    small(held / "talvi.jpg", source=LANDSCAPE)
    run("prepare", good, "--jobs", "1", "--quiet", "--channel", "instagram", *own)
    run("prepare", held, "--jobs", "1", "--quiet", "--event", "Veeran syntymäpäivä", *own)
    add = ("published", "add", tmp_path / "retki-photoguard", "--channel", "instagram", "--looked")
    done = run(*add, *own)
    assert done.exit_code == 0, done.output
    done = run("year", "--json", *own)
    assert "Veera" not in done.output
    sections = {each["title"]: each for each in json.loads(done.output)["sections"]}
    waiting = sections["Photos that wait, and why"]["rows"]
    assert sorted(row[0] for row in waiting) == ["failed", "review"]
    assert all(row[2] == "1" for row in waiting)
    assert not any("…" in row[1] for row in waiting)
    assert any("a first name" in row[1] for row in waiting), waiting
    outside = sections["What is public today, and does it still hold?"]
    assert "prepared elsewhere" not in outside["note"]
    assert dict(outside["rows"])["Visible faces"] == "0"
