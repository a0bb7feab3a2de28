"""Printed forms: numbered, with the child's own page, and found again when they come back."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoguard import cli
from photoguard.errors import UsageTrouble
from photoguard.model import Answer
from photoguard.register.changes import writing
from photoguard.register.forms import make_form, new_number, persons_by_number, read_number
from tests.register.people import LOGIN, TODAY, permitted, pupil

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from photoguard.register import Register
    from tests.register.conftest import Behind
    from tests.register.desk import Desk


@given(st.integers(0, 7), st.integers(1, 9))
def test_one_wrong_digit_meets_nobody(place: int, by: int) -> None:
    """A number is read with spaces and dashes; with one other digit it is refused."""
    number = new_number()
    assert read_number(f" {number[:4]}-{number[4:]} ") == number
    other = str((int(number[place]) + by) % 10)
    with pytest.raises(UsageTrouble):
        read_number(number[:place] + other + number[place + 1 :])


@pytest.fixture
def two(register: Register) -> tuple[str, str]:
    """Two namesakes of one class, in the order of their ids."""
    with writing(register, LOGIN) as change:
        ids = [change.add_person(pupil(born=date(2014, 3, day)), TODAY).id for day in (1, 2)]
        change.add_guardian(ids[0], "Liisa Kuusinen")
    return ids[0], ids[1]


def printed(page: Path) -> list[str]:
    """Return the numbers on a page, each once, in their order."""
    found = re.findall(r"<strong>(\d{4} \d{4})</strong>", page.read_text("utf-8"))
    return list(dict.fromkeys(found))


def test_each_child_gets_a_paper_with_a_number(
    desk: Desk, register: Register, two: tuple[str, str], tmp_path: Path
) -> None:
    """A class's forms are numbered; what comes back is given by number, namesakes or not."""
    page = tmp_path / "5b.html"
    ask = ("consent", "form", str(page), "--group", "5b", "--child-page", "--information", "v7")
    assert "2 numbered forms" in desk.printed(*ask)
    numbers = printed(page)
    assert len(numbers) == 2
    known = persons_by_number(register)
    first = next(number for number in numbers if known[number.replace(" ", "")] == two[0])
    give = ("consent", "give", "--form", first, "--channel", "instagram", "--purpose", "arki")
    assert "Aino Kuusinen" in desk.printed(*give)
    desk.printed(*give, "--by", "guardian-1", "--no")
    words = register.permissions(two[0])
    assert {(word.answer, word.reference, word.information_version) for word in words} == {
        (Answer.YES, first, "v7"),
        (Answer.NO, first, "v7"),
    }
    assert register.permissions(two[1]) == ()
    assert register.examine_log().fault is None


@pytest.mark.parametrize(
    "words",
    [
        ("--form", "0000 0001"),
        ("--form", "4242"),
        ("--form", "x"),
        ("Aino Kuusinen", "--form", "0000 0000"),
        (),
    ],
)
def test_a_number_that_is_none_writes_nothing(
    desk: Desk, register: Register, two: tuple[str, str], words: tuple[str, ...]
) -> None:
    """A wrong digit, a number of nobody, both ways at once or neither: code 2."""
    assert desk.run("consent", "give", *words, "--channel", "instagram") == 2
    assert all(register.permissions(each) == () for each in two)


def test_a_form_that_could_not_be_written_has_no_number(
    desk: Desk, register: Register, two: tuple[str, str], tmp_path: Path
) -> None:
    """A file that is there already stops the command before any number counts."""
    page = tmp_path / "there.html"
    page.write_text("mine")
    assert desk.run("consent", "form", str(page), "--person", two[0]) == 2
    assert page.read_text() == "mine"
    assert persons_by_number(register) == {}


def test_a_number_is_gone_with_its_child_and_never_given_again(
    desk: Desk, register: Register, two: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an erasure the old paper meets nobody, and no new form can bear its number."""
    with writing(register, LOGIN) as change:
        old = make_form(change, two[0], TODAY, "")
    desk.printed("consent", "forget", two[0], "--reason", "left", "--yes")
    assert persons_by_number(register) == {}
    assert desk.run("consent", "give", "--form", old, "--channel", "instagram") == 2
    offered = iter([old, old, new_number()])
    monkeypatch.setattr("photoguard.register.forms.new_number", lambda: next(offered))
    with writing(register, LOGIN) as change:
        assert make_form(change, two[1], TODAY, "") != old
    assert register.examine_log().fault is None


def table(tmp_path: Path, *rows: str) -> str:
    """Write an office's table of answers by form number."""
    file = tmp_path / "answers.csv"
    lines = ["Lomakkeen numero;Nimi;Oma lupa: Instagram", *rows]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return str(file)


def test_the_import_takes_the_number(
    desk: Desk, register: Register, two: tuple[str, str], tmp_path: Path
) -> None:
    """Namesakes are told apart by their papers, and a row needs no name beside its number."""
    with writing(register, LOGIN) as change:
        numbers = [make_form(change, each, TODAY, "") for each in two]
    file = table(tmp_path, f"{numbers[0]};;kyllä", f"{numbers[1][:4]} {numbers[1][4:]};;ei")
    printed = desk.run("consent", "import", file, "--purpose", "arki", answers="yes\nyes\n")
    assert printed == 0, desk.err
    answers = [[word.answer for word in register.permissions(each)] for each in two]
    assert answers == [[Answer.YES], [Answer.NO]]
    assert [each.person.group for each in register.snapshot().records] == ["5B", "5B"]
    assert numbers[0] in {word.reference for word in register.permissions(two[0])}


@pytest.mark.parametrize("wrong", ["name", "number", "twice"])
def test_a_paper_in_the_wrong_place_stops_the_import(
    desk: Desk, register: Register, two: tuple[str, str], tmp_path: Path, wrong: str
) -> None:
    """Another child's name beside a number, a number of nobody, one number twice."""
    with writing(register, LOGIN) as change:
        number = make_form(change, two[0], TODAY, "")
    rows = {
        "name": [f"{number};Otso Lehto;kyllä"],
        "number": ["0000 0000;Aino Kuusinen;kyllä"],
        "twice": [f"{number};;kyllä", f"{number};;ei"],
    }
    file = table(tmp_path, *rows[wrong])
    assert desk.run("consent", "import", file, "--purpose", "arki", answers="yes\nyes\n") == 2
    assert all(register.permissions(each) == () for each in two)


def test_the_childs_page_is_drawn_and_loads_nothing(
    desk: Desk, chromium: Browser, tmp_path: Path
) -> None:
    """In each language the page asks the child with drawings of its own, and fits on one sheet."""
    for language, word in (("fi", "Saako näyttää?"), ("sv", "Får vi visa det?"), ("en", "May we")):
        page = tmp_path / f"{language}.html"
        own = ("--config", str(desk.config), "--language", language)
        assert cli._outcome(["consent", "form", str(page), "--child-page", *own]) == 0
        text = page.read_text("utf-8")
        assert text.startswith("<!doctype html>")
        assert word in text
        assert text.count("<svg") == 3 * 3
        assert not re.search(r"<script|<img|<link|\burl\(|https?://", text)
        assert sheets(page, chromium) == 2


def sheets(page: Path, browser: Browser) -> int:
    """Return on how many sheets of paper a page is printed."""
    with browser.new_page() as shown:
        shown.goto(page.as_uri())
        content = shown.pdf(prefer_css_page_size=True)
    return len(re.findall(rb"/Type\s*/Page[^s]", content))


def test_the_days_to_come_go_into_a_calendar_without_names(
    desk: Desk, register: Register, tmp_path: Path
) -> None:
    """One entry a day and channel, with an alarm; what has ended is not in it."""
    soon, past = date.today() + timedelta(days=9), date(2026, 9, 1)  # noqa: DTZ011
    with writing(register, LOGIN) as change:
        person = permitted(change, pupil("Åsa Öhman; af, Åbo"))
    give = ("consent", "give", person.id, "--purpose", "arki", "--channel")
    desk.printed(*give, "facebook", "--valid-until", soon.isoformat())
    given = ("--given-on", "2026-08-12", "--valid-until", past.isoformat())
    desk.printed(*give, "website", *given)
    file = tmp_path / "luvat.ics"
    desk.printed("consent", "expiring", "--ics", str(file))
    content = file.read_bytes()
    assert b"\r\n" in content
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    text = content.decode().replace("\r\n ", "")
    assert text.count("BEGIN:VEVENT") == 1
    assert f"DTSTART;VALUE=DATE:{soon:%Y%m%d}" in text
    assert "SUMMARY:Publishing permission of 1 person ends (Facebook)\\, Mallilan koulu" in text
    assert "Öhman" not in text


def test_an_old_register_is_told_before_a_run(
    desk: Desk, register: Register, behind: Behind, tmp_path: Path
) -> None:
    """Older than the city's days: said in days, once; a fresh import ends it."""
    from tests.pipeline.photos import LANDSCAPE, small

    with writing(register, LOGIN) as change:
        change.add_person(pupil(), TODAY)
    assert register.snapshot().renewed_on is not None
    small(tmp_path / "retki" / "a.jpg", source=LANDSCAPE)
    ask = ("prepare", str(tmp_path / "retki"), "--jobs", "1")
    assert desk.run(*ask) in {0, 1}
    assert "days old" not in desk.err
    behind("UPDATE log SET at = '2025-01-01T00:00:00+00:00'")
    assert desk.run(*ask) in {0, 1}
    days = (date.today() - date(2025, 1, 1)).days  # noqa: DTZ011
    assert f"The register is {days} days old" in desk.err
    desk.config.write_text(desk.config.read_text("utf-8") + "register_days = 3650\n", "utf-8")
    assert desk.run(*ask) in {0, 1}
    assert "days old" not in desk.err


@pytest.mark.parametrize("name", ["Aino Kuusinen", "form.pdf", "form"])
def test_a_form_is_a_page(desk: Desk, tmp_path: Path, name: str) -> None:
    """Whoever writes a child's name in place of the file's gets no file of that name."""
    assert desk.run("consent", "form", str(tmp_path / name)) == 2
    assert "--person" in desk.err
    assert not (tmp_path / name).exists()
