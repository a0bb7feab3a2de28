"""A whole class at once: one page of who may be shown, and all paper answers in one sitting."""

from __future__ import annotations

import csv
import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from photoguard.model import Answer, PermissionKind
from photoguard.register.changes import writing
from tests.register.desk import face, prepared
from tests.register.people import LOGIN, TODAY, permitted, pupil, word

if TYPE_CHECKING:
    from pathlib import Path

    from photoguard.register import Register
    from tests.register.desk import Desk


@pytest.fixture
def five_b(register: Register) -> dict[str, str]:
    """Put a class into the register: permitted, nobody asked, never, nearly grown."""
    with writing(register, LOGIN) as change:
        aino = permitted(change, pupil())
        change.give(word(aino.id, aino.id, kind=PermissionKind.OWN_WORK))
        otso = change.add_person(pupil("Otso Lehto"), TODAY)
        change.add_guardian(otso.id, "Eeva Lehto")
        never = change.add_person(pupil("Veera Salo", never_in_pictures=True), TODAY)
        onni = change.add_person(pupil("Onni Koski", born=date(2011, 1, 1)), TODAY)
        change.give(word(onni.id, onni.id))
        change.add_guardian(onni.id, "Pekka Koski")
        sofia = change.add_person(pupil("Sofia Laine", born=date(2012, 1, 1)), TODAY)
        change.give(word(sofia.id, sofia.id))
        change.add_person(pupil("Elli Muu", group="5A"), TODAY)
    return {"aino": aino.id, "otso": otso.id, "veera": never.id, "onni": onni.id}


def lines_of(text: str) -> dict[str, list[str]]:
    """Return the cells of each person's line."""
    rows = [re.split(r"\s{2,}", line.strip()) for line in text.splitlines()]
    return {row[0]: row[1:] for row in rows if len(row) > 1}


def test_a_class_is_told_on_one_page(desk: Desk, five_b: dict[str, str], tmp_path: Path) -> None:
    """Shown and works, by channel, on a day; the same as a table and as a page to print."""
    del five_b
    ask = ("consent", "class", "5b", "--channel", "instagram", "--channel", "facebook")
    found = lines_of(desk.printed(*ask, "--on", "2026-12-01"))
    assert found["Aino Kuusinen (5B)"] == ["yes", "no", "yes", "no"]
    assert found["Otso Lehto (5B)"] == ["no"] * 4
    assert set(found["Veera Salo (5B)"]) == {"never in pictures"}
    assert found["Sofia Laine (5B)"][0] == "no"
    assert "Elli Muu (5A)" not in found
    later = lines_of(desk.printed(*ask, "--on", "2027-01-01"))
    assert later["Sofia Laine (5B)"][0] == "yes"
    desk.printed(*ask, "--on", "2027-01-01", "--output", str(tmp_path / "5b.csv"))
    text = (tmp_path / "5b.csv").read_text("utf-8-sig")
    rows = {row[0]: row[1:] for row in csv.reader(text.splitlines(), delimiter=";")}
    assert {name: rows[name] for name in later if name in rows} == later
    desk.printed(*ask, "--output", str(tmp_path / "5b.html"))
    page = (tmp_path / "5b.html").read_text("utf-8")
    assert "Aino Kuusinen (5B)" in page
    assert "Elli" not in page
    assert not re.search(r"<script|https?://|<img", page)
    assert desk.run(*ask, "--output", str(tmp_path / "5b.pdf")) == 2


def test_a_class_that_is_not_there_is_told(desk: Desk, five_b: dict[str, str]) -> None:
    """A mistyped class is a wrong call that names the classes there are."""
    del five_b
    for command in ("class", "answers"):
        assert desk.run("consent", command, "5C") == 2
        assert "5A, 5B" in desk.err


def answers_of(register: Register, person: str) -> dict[tuple[str, str], Answer]:
    """Return each giver's newest answer by channel."""
    record = register.record(person)
    assert record is not None
    names = {person: "self", **{each.id: each.name for each in record.guardians}}
    return {(names[each.given_by], each.channel): each.answer for each in record.permissions}


def test_all_answers_in_one_sitting(desk: Desk, register: Register, five_b: dict[str, str]) -> None:
    """Yes, no, some channels or no paper, giver by giver; those over the limit for themselves."""
    ask = ("consent", "answers", "5B", "--channel", "instagram", "--channel", "facebook")
    typed = ["", "", "", "what", "instagram", "n", "yes", "", "", "everyday life", "yes"]
    printed = desk.printed(*ask, "--reference", "L-1", answers="\n".join(typed) + "\n")
    assert "Pekka Koski" not in printed
    assert "what" in desk.err
    assert answers_of(register, five_b["onni"]) == {
        ("self", "instagram"): Answer.YES,
        ("self", "facebook"): Answer.NO,
    }
    assert answers_of(register, five_b["otso"]) == {
        ("self", "instagram"): Answer.NO,
        ("self", "facebook"): Answer.NO,
        ("Eeva Lehto", "instagram"): Answer.YES,
        ("Eeva Lehto", "facebook"): Answer.YES,
    }
    assert {each.purpose for each in register.permissions(five_b["otso"])} == {"everyday life"}
    assert register.examine_log().fault is None


def test_nothing_is_written_unless_it_is_confirmed(
    desk: Desk, register: Register, five_b: dict[str, str]
) -> None:
    """A no at the end leaves the register as it was."""
    before = register.snapshot(), register.log_lines()
    typed = ["y"] * 8 + ["everyday life", "no"]
    ask = ("consent", "answers", "5B", "--channel", "instagram")
    assert desk.run(*ask, answers="\n".join(typed) + "\n") == 130
    assert (register.snapshot(), register.log_lines()) == before
    assert "no answers" in desk.printed(*ask, answers="\n" * 8)
    assert five_b


def test_a_table_is_filled_in_and_read(
    desk: Desk, register: Register, five_b: dict[str, str], tmp_path: Path
) -> None:
    """The same command makes the table and reads it; a fault writes nothing."""
    file = tmp_path / "5b.csv"
    ask = ("consent", "answers", "5B", "--channel", "instagram", "--purpose", "arki", "--yes")
    desk.printed(*ask, "--table", str(file))
    text = file.read_text("utf-8-sig")
    assert len(text.splitlines()) == 1 + 8
    assert "no answers" in desk.printed(*ask, "--table", str(file))
    line = next(each for each in text.splitlines() if five_b["otso"] in each and "self" in each)
    file.write_text(text.replace(line, f"{line}maybe"), "utf-8-sig")
    assert desk.run(*ask, "--table", str(file)) == 2
    file.write_text(text.replace(line, f"{line}kyllä").replace("guardian-1", "guardian-9"), "utf-8")
    assert desk.run(*ask, "--table", str(file)) == 2
    assert desk.run(*ask, "--channel", "facebook", "--table", str(file)) == 2
    assert answers_of(register, five_b["otso"]) == {}
    file.write_text(text.replace(line, f"{line}kyllä"), "utf-8-sig")
    desk.printed(*ask, "--table", str(file))
    assert answers_of(register, five_b["otso"]) == {("self", "instagram"): Answer.YES}


def test_a_takedown_knows_its_day_and_what_failed(
    desk: Desk, five_b: dict[str, str], tmp_path: Path
) -> None:
    """The list tells until when a post must be down, what failed, and later who took it down."""
    folder = prepared(tmp_path / "out", {"faces": [face(five_b["aino"], "keep")]})
    add = ("published", "add", str(folder), "--channel", "instagram", "--url", "https://x/1")
    desk.printed(*add, "--looked")
    desk.config.write_text(desk.config.read_text("utf-8") + "takedown_days = 5\n", "utf-8")
    withdrawn = date.today() - timedelta(days=4)  # noqa: DTZ011 - as the command counts
    desk.printed("consent", "withdraw", five_b["aino"], "--on", withdrawn.isoformat())
    printed = desk.printed("published", "list", "--takedown")
    assert (withdrawn + timedelta(days=5)).isoformat() in printed
    printed = desk.printed("published", "remove", "https://x/1", "--failed", "no password")
    assert "stays on the list" in printed
    printed = desk.printed("published", "list", "--takedown", "--csv", str(tmp_path / "due.csv"))
    assert "no password" in printed
    assert "no password" in (tmp_path / "due.csv").read_text("utf-8-sig")
    assert "no password" in desk.printed("published", "show", "https://x/1")
    assert "takedown failed" in desk.printed("consent", "log")
    desk.printed("published", "remove", "https://x/1")
    (row,) = [
        line
        for line in desk.printed("published", "list", "--removed").splitlines()
        if "https://x/1" in line
    ]
    assert re.search(r"\d{4}-\d\d-\d\d  \w+$", row)
    assert "Taken down by" in desk.printed("published", "show", "https://x/1")
