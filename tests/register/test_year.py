"""photoguard year: the page tells what asks for a hand, and names nobody."""

from __future__ import annotations

import csv
import json
import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from photoguard import cli
from photoguard.register.accounts import read_figures
from photoguard.register.changes import writing
from tests.register.desk import face, prepared
from tests.register.people import LOGIN, permitted, pupil

if TYPE_CHECKING:
    from pathlib import Path

    from photoguard.register import Register
    from tests.register.desk import Desk

TODAY = date.today()  # noqa: DTZ011
EVERY = ("--channel", "instagram", "--channel", "facebook")


def publish(desk: Desk, folder: Path, day: date, link: str, *more: str) -> None:
    """Write a post of the prepared folder down."""
    add = ("published", "add", str(folder), "--channel", "instagram", "--looked")
    desk.printed(*add, "--on", day.isoformat(), "--url", link, *more)


@pytest.fixture
def school(desk: Desk, register: Register, tmp_path: Path) -> Desk:
    """A school with two posts of a pupil who withdrew, and one that holds."""
    with writing(register, LOGIN) as change:
        aino = permitted(change, pupil())
        onni = permitted(change, pupil("Onni Koski", born=date(TODAY.year - 16, 1, 1)), guardians=0)
    first = prepared(tmp_path / "a", {"faces": [face(aino.id, "keep")]})
    second = prepared(tmp_path / "b", {"faces": [face(onni.id, "keep")]})
    publish(desk, first, TODAY - timedelta(days=1), "https://x/1", "--caption", "#LPRoppii")
    publish(desk, first, TODAY - timedelta(days=9), "https://x/2")
    publish(desk, second, TODAY - timedelta(days=1), "https://x/3", "--caption", "#LPRoppii #Z")
    desk.run("consent", "withdraw", aino.id)
    return desk


def year(desk: Desk, *words: str) -> tuple[str, ...]:
    """Return the command over the last 30 days, so that the month does not matter."""
    del desk
    return ("year", "--from", (TODAY - timedelta(days=30)).isoformat(), *words)


def test_what_is_out_is_held_against_the_rules_of_today(school: Desk) -> None:
    """Posts whose permission ended are named by link; who is shown is counted by age."""
    assert school.run(*year(school, "--json")) == 1
    page = json.loads(school.out)
    assert {each["link"] for each in page["overdue"]} == {"https://x/1", "https://x/2"}
    assert sum(month["posts"].get("instagram", 0) for month in page["months"]) == 3
    outside = next(each for each in page["sections"] if "still hold" in each["title"])
    assert outside["columns"] == ["", "Instagram"]
    assert dict(outside["rows"]) == {
        "Posts that still hold": "1 of 3",
        "Pictures": "3",
        "Shown, under the age limit": "1",
        "Shown, of age to decide": "1",
        "Shown, adults": "0",
        "Noted, hidden": "0",
        "Makers of works": "0",
        "Visible faces": "0",
    }
    assert "prepared elsewhere" in outside["note"]
    tags = next(each for each in page["sections"] if each["title"] == "Hashtags")
    assert tags["rows"] == [["#LPRoppii", "2"], ["#Z", "1"]]


def test_the_page_and_the_table_say_the_same_and_name_nobody(school: Desk, tmp_path: Path) -> None:
    """Both are written at once, in each language; nothing is loaded, no cell is a formula."""
    for language in ("fi", "sv", "en"):
        page, table = tmp_path / f"{language}.html", tmp_path / f"{language}.csv"
        words = year(school, "--output", str(page), "--output", str(table))
        own = ("--config", str(school.config), "--language", language)
        assert cli._outcome([*words, *own]) == 1
        text = page.read_text("utf-8")
        assert f'<html lang="{language}">' in text
        assert not re.search(r"<script|<img|<link|\burl\(", text)
        for name in ("Aino", "Kuusinen", "Onni"):
            assert name not in text + table.read_text("utf-8-sig")
        rows = list(csv.reader(table.read_text("utf-8-sig").splitlines(), delimiter=";"))
        assert any("https://x/1" in row for row in rows)
        assert "https://x/1" in text
    assert school.run("year", "--output", str(tmp_path / "year.pdf")) == 2
    assert school.run(*year(school, "--output", str(tmp_path / "en.html"))) == 2


def test_followers_are_typed_in_once_a_year_and_kept(school: Desk, register: Register) -> None:
    """What is counted stands with its day; a wrong number or channel writes nothing."""
    for wrong in ("instagram=many", "instagram=", "myspace=3", "412", f"instagram={'9' * 30}"):
        assert school.run(*year(school, "--followers", wrong)) == 2
    assert read_figures(register) == ()
    link = ("--most-liked", "instagram=https://x/3?a=b", "--likes", "instagram=77")
    school.run(*year(school, "--followers", "Instagram=1 412", *link))
    school.run(*year(school, "--followers", "instagram=413"))
    (kept,) = read_figures(register)
    assert (kept.followers, kept.most_liked, kept.likes) == (413, "https://x/3?a=b", 77)
    assert kept.told_on == TODAY
    assert "413" in school.out
    assert register.examine_log().fault is None


def test_what_ends_soon_is_counted_and_accounts_are_told(school: Desk) -> None:
    """Permissions that end within the days that were asked, and what the accounts lack."""
    soon = (TODAY + timedelta(days=20)).isoformat()
    give = ("consent", "give", "Onni Koski", "--channel", "facebook", "--purpose", "arki")
    school.printed(*give, "--valid-until", soon)
    school.run(*year(school))
    assert re.search(rf"Facebook\s+1\s+{soon}", school.out)
    assert "0 people can use the account" in school.out
    school.run(*year(school, "--within", "19"))
    assert "No permission ends" in school.out


def test_a_unit_that_did_everything_ends_with_0(desk: Desk, register: Register) -> None:
    """No post, two holders, one responsible: nothing asks for a hand."""
    assert register.snapshot().records == ()
    desk.printed("accounts", "add", "Maija Virtanen", "--responsible", *EVERY)
    desk.printed("accounts", "add", "Pekka Koski", *EVERY)
    page = desk.printed("year")
    assert "No post is up" in page
    assert desk.run("year", "--from", "2030-01-01") == 2
    assert desk.run("year", "--from", "2026-02-01", "--until", "2026-01-01") == 2
