"""Every run's output is remembered, so that tidy finds it without being told where."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from photoguard.cli import photoguard
from photoguard.errors import OutputError, WriteError
from photoguard.register import known_outputs, remember_output
from tests.pipeline.photos import LANDSCAPE, small

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder of one small photo."""
    small(tmp_path / "kuvat" / "a.jpg", 120, LANDSCAPE)
    return tmp_path / "kuvat"


def test_a_run_without_a_register_is_remembered(photos: Path) -> None:
    """Tidy lists the output of an ordinary run, which asked no register."""
    done = CliRunner().invoke(photoguard, ["prepare", str(photos), "--quiet"])
    assert done.exit_code in {0, 1}, done.output
    output = photos.with_name("kuvat-photoguard")
    assert known_outputs() == (output.resolve(),)
    listed = CliRunner().invoke(photoguard, ["tidy", "--days", "0"], input="no\n")
    assert output.name in listed.output


def test_a_run_without_a_register_needs_no_list(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the list cannot be written, the copies are finished and told all the same."""
    (tmp_path / "data" / "outputs.json").mkdir(parents=True)
    monkeypatch.setenv("PHOTOGUARD_DATA", str(tmp_path / "data"))
    done = CliRunner().invoke(photoguard, ["prepare", str(photos), "--quiet"])
    assert done.exit_code in {0, 1}, done.output
    assert (tmp_path / "kuvat-photoguard" / "report.html").is_file()


def test_where_no_report_can_be_written_no_number_was_told(photos: Path) -> None:
    """The report is there before the journal says that staff can see it."""
    output = photos.with_name("kuvat-photoguard")
    journal = output / ".photoguard" / "journal.jsonl"
    CliRunner().invoke(photoguard, ["prepare", str(photos), "--quiet"])
    (output / "report.html").unlink()
    (output / "report.html" / "in the way").mkdir(parents=True)
    done = CliRunner().invoke(photoguard, ["prepare", str(photos), "--quiet"])
    assert isinstance(done.exception, WriteError)
    assert '"told"' not in journal.read_text().splitlines()[-1]
    shutil.rmtree(output / "report.html")
    CliRunner().invoke(photoguard, ["prepare", str(photos), "--quiet"])
    assert '"told":true' in journal.read_text().splitlines()[-1]


def test_an_output_that_could_not_be_made_is_not_remembered(photos: Path, tmp_path: Path) -> None:
    """A mistyped place is told once, not missed ever after; a known one is not forgotten."""
    (tmp_path / "file").write_text("x")
    place = tmp_path / "file" / "out"
    asked = ["prepare", str(photos), "--quiet", "--output", str(place)]
    assert isinstance(CliRunner().invoke(photoguard, asked).exception, OutputError)
    assert known_outputs() == ()
    remember_output(place)
    assert isinstance(CliRunner().invoke(photoguard, asked).exception, OutputError)
    assert known_outputs() == (place.resolve(),)
