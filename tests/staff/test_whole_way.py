"""The whole way of a teacher in an empty home: set up, drop, read, fill in, drop again, publish.

Thirty files of a telephone, in Finnish with the real detectors and in the other languages
with closed eyes, which is faster and changes nothing of what is asked, told and laid out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from click.testing import CliRunner

from photoguard import pipeline
from photoguard.cli import photoguard
from photoguard.model import Language
from photoguard.settings import Settings
from photoguard.texts import say
from tests.report.invented import Reading
from tests.staff.thirty import BROKEN, CHAT, TWIN, thirty
from tests.stress import blind

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from photoguard.pipeline import Workers


@dataclass(frozen=True, slots=True)
class Teacher:
    """Who goes the way: the language, and the words that are typed and expected."""

    language: Language
    unit: str
    event: str
    nobody: str
    description: str
    ready: str
    """The name of the ready folder."""
    first: str
    """The name of a copy."""
    sees: bool = False
    """Whether the real detectors look."""


TEACHERS = (
    Teacher(
        language=Language.FI,
        unit="Päiväkoti Kuusenkerkkä",
        event="Metsäretki",
        nobody="ei",
        description="Lapset istuvat metsässä puun rungolla.",
        ready="valmiit",
        first="kuva-002.jpg",
        sees=True,
    ),
    Teacher(
        language=Language.SV,
        unit="Daghemmet Granskottet",
        event="Skogsutflykt",
        nobody="nej",
        description="Barnen sitter på en stock i skogen.",
        ready="klara",
        first="bild-002.jpg",
    ),
    Teacher(
        language=Language.EN,
        unit="Spruce Kindergarten",
        event="Forest trip",
        nobody="no",
        description="Children sit on a log in the forest.",
        ready="ready",
        first="photo-002.jpg",
    ),
)


@pytest.fixture(params=TEACHERS, ids=lambda teacher: teacher.language.value)
def teacher(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Teacher:
    """One teacher in each language, at a computer that speaks it."""
    found: Teacher = request.param
    monkeypatch.setenv("PHOTOGUARD_LANGUAGE", found.language)
    if not found.sees:
        monkeypatch.setattr(pipeline, "Workers", _with_closed_eyes)
    return found


def _with_closed_eyes(_: int) -> Workers:
    tools = partial(blind.tools, pipeline.RunSpec(Settings()))
    return _WORKERS(1, lambda _: blind.InThisThread(tools()))


_WORKERS = pipeline.Workers


def _run(*words: str, typed: str = "") -> Result:
    """Give a command, with what a person types."""
    return CliRunner().invoke(photoguard, list(words), input=typed, catch_exceptions=False)


def _manifest(output: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((output / "manifest.json").read_text("utf-8"))
    return manifest


def _photo(output: Path, source: str) -> dict[str, Any]:
    return next(each for each in _manifest(output)["photos"] if each["source"] == source)


def test_a_teacher_reaches_the_end(teacher: Teacher, tmp_path: Path) -> None:
    """No dead end, no lost word and no false sentence from the first question to the post."""
    folder, output = thirty(tmp_path / "retki"), tmp_path / "retki-photoguard"
    _set_up(teacher)
    _drop(teacher, folder)
    _read_the_report(teacher, output)
    _fill_in(teacher, output)
    _drop_again(teacher, output)
    _publish(teacher, output)


def _set_up(teacher: Teacher) -> None:
    done = _run("setup", typed=f"{teacher.language}\n1\n{teacher.unit}\n#LPRoppii\n")
    assert done.exit_code == 0, done.output


def _drop(teacher: Teacher, folder: Path) -> None:
    answers = ["Maija Virtanen", "insta", teacher.event, teacher.nobody, teacher.nobody, ""]
    done = _run("drop", "--no-open", str(folder), typed="\n".join([*answers, ""]))
    assert done.exit_code == 4, done.output  # one photo is damaged
    assert BROKEN in done.output
    twin = say("reasons.not_handled_twin", teacher.language, None, name="IMG_0002.jpg")
    assert f"{TWIN}: {twin}" in done.output


def _read_the_report(teacher: Teacher, output: Path) -> None:
    manifest = _manifest(output)
    assert len(manifest["photos"]) + len(manifest["not_handled"]) == 30
    html = (output / "report.html").read_text("utf-8")
    page = Reading(html)
    assert f'<html lang="{teacher.language}">' in html
    assert say("report.to_do", teacher.language) in page.text
    assert "report." not in page.text
    chat = _photo(output, CHAT)
    assert chat["status"] == "review"
    assert say("reasons.screenshot", teacher.language) in page.text
    photo = _photo(output, "IMG_0002.jpg")
    assert photo["output"] == f"{teacher.ready}/{teacher.first}"
    assert photo["caption"] == f"{teacher.unit}: {teacher.event}."
    assert set(photo["alt_text_lacks"]) == {*Language} - {teacher.language}
    if teacher.sees:
        assert photo["faces"]
        assert "kaksi henkilöä" in photo["alt_text"]["fi"]


def _fill_in(teacher: Teacher, output: Path) -> None:
    """Write a description into the row of a photo, as a spreadsheet keeps it."""
    book = openpyxl.load_workbook(output / "photos.xlsx")
    (sheet,) = book.worksheets
    files = [sheet.cell(row, 3).value for row in range(2, sheet.max_row + 1)]
    assert len(files) == 28
    sheet.cell(2 + files.index("IMG_0002.jpg"), 4, teacher.description)
    book.save(output / "photos.xlsx")


def _drop_again(teacher: Teacher, output: Path) -> None:
    before = {each["source"]: each["output_sha256"] for each in _manifest(output)["photos"]}
    done = _run("drop", "--no-open", str(output / "photos.xlsx"), typed="\n\n\n")
    assert say("staff.ask_still_right", teacher.language) in done.output
    photo = _photo(output, "IMG_0002.jpg")
    assert photo["alt_text_confirmed"]
    assert photo["alt_text"][teacher.language].startswith(teacher.description)
    assert photo["caption"] == f"{teacher.event}. {teacher.description}"
    assert "Maija Virtanen" in photo["credit"]
    copy = (output / photo["output"]).read_bytes()
    assert teacher.description.encode() in copy
    after = {each["source"]: each["output_sha256"] for each in _manifest(output)["photos"]}
    assert {name for name in before if before[name] != after[name]} == {"IMG_0002.jpg"}
    book = openpyxl.load_workbook(output / "photos.xlsx")
    assert teacher.description in [cell.value for cell in book.worksheets[0]["D"]]


def _publish(teacher: Teacher, output: Path) -> None:
    words = ("--channel", "instagram", "--photo", teacher.first, "--looked")
    done = _run("published", "add", str(output), *words)
    assert done.exit_code == 0, done.output
    listed = _run("published", "list")
    assert "Instagram" in listed.output
