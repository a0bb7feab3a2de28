"""Days that cannot be are refused by hand, and entries past theirs show nobody."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from photoguard.cli import photoguard
from photoguard.errors import UsageTrouble
from tests.pipeline.photos import LANDSCAPE, small
from tests.register.desk import prepared

if TYPE_CHECKING:
    from pathlib import Path

    from tests.register.desk import Desk

TODAY = date.today()  # noqa: DTZ011 - a calendar day, here
TOMORROW, YESTERDAY = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
GIVE = ("consent", "give", "Onni Koski", "--channel", "instagram", "--purpose", "everyday")


def test_nobody_is_born_tomorrow(desk: Desk) -> None:
    """A date of birth in the future is refused; today's is not."""
    assert desk.run("consent", "add", "Onni Koski", "--born", str(TOMORROW)) == 2
    assert f"The date of birth is in the future: {TOMORROW}." in desk.err
    desk.printed("consent", "add", "Onni Koski", "--born", str(TODAY))


@pytest.mark.parametrize(
    ("day", "code"),
    [
        pytest.param(TOMORROW, 2, id="tomorrow"),
        pytest.param(TODAY, 0, id="today"),
        pytest.param(date(2010, 1, 1), 0, id="on the day of birth"),
        pytest.param(date(2009, 12, 31), 2, id="before birth"),
    ],
)
@pytest.mark.parametrize("answer", [(), ("--no",)])
def test_an_answer_has_a_day_that_can_be(
    desk: Desk, day: date, code: int, answer: tuple[str, ...]
) -> None:
    """An answer is given between birth and today, be it a yes or a no; else nothing is kept."""
    desk.printed("consent", "add", "Onni Koski", "--born", "2010-01-01")
    assert desk.run(*GIVE, *answer, "--given-on", str(day)) == code
    assert ("everyday" in desk.printed("consent", "show", "Onni Koski")) is (code == 0)


def test_a_photographers_answer_is_not_of_tomorrow_either(desk: Desk) -> None:
    """A photographer has no date of birth here; the day of the answer is checked all the same."""
    desk.printed("consent", "add", "Maija Virtanen", "--photographer", "staff")
    words = ("consent", "give", "Maija Virtanen", "--channel", "instagram", "--purpose", "everyday")
    assert desk.run(*words, "--given-on", str(TOMORROW)) == 2
    desk.printed(*words, "--given-on", str(YESTERDAY))


def test_an_entry_past_its_retention_shows_nobody(desk: Desk) -> None:
    """It leaves the list, is not asked about, and is offered for erasure with its command."""
    desk.printed(
        "consent", "add", "Onni Koski", "--born", "2010-01-01", "--retain-until", str(TODAY)
    )
    desk.printed(*GIVE)
    assert "may be shown (Instagram)" in desk.printed("consent", "show", "Onni Koski")
    assert "reason retention" not in desk.printed("consent", "list")
    desk.printed(
        "consent", "add", "Aino K", "--born", "2010-01-01", "--retain-until", str(YESTERDAY)
    )
    desk.printed("consent", "give", "Aino K", "--channel", "instagram", "--purpose", "everyday")
    assert "past its retention date" in desk.printed("consent", "show", "Aino K")
    table, _, offered = desk.printed("consent", "list").partition("\n\n")
    assert ("Aino K" in table, "Onni Koski" in table) == (False, True)
    assert "consent forget ID --reason retention" in offered
    assert "Aino K" in offered
    assert "Aino K" not in desk.printed("consent", "missing")
    desk.printed("consent", "forget", "Aino K", "--reason", "retention", "--yes")
    assert "reason retention" not in desk.printed("consent", "list")


def test_a_day_of_publication_that_is_over_is_refused(tmp_path: Path) -> None:
    """Nothing is prepared for yesterday; for today and later days it is."""
    folder = tmp_path / "kuvat"
    small(folder / "a.jpg", 120, LANDSCAPE)
    words = ["prepare", str(folder), "--quiet", "--publish-on"]
    refused = CliRunner().invoke(photoguard, [*words, str(YESTERDAY)])
    assert isinstance(refused.exception, UsageTrouble)
    assert refused.exception.code == "cli.publish_on_past"
    finnish = CliRunner(env={"PHOTOGUARD_LANGUAGE": "fi"}).invoke(photoguard, [*words, "1.2.2020"])
    assert isinstance(finnish.exception, UsageTrouble)
    assert finnish.exception.parameters == {"day": "1.2.2020"}  # as people write it there
    assert not folder.with_name("kuvat-photoguard").exists()
    done = CliRunner().invoke(photoguard, [*words, str(TODAY)])
    assert done.exit_code in {0, 1}, done.output


@pytest.mark.parametrize(
    ("day", "problem"),
    [
        pytest.param(TOMORROW, "in the future", id="tomorrow"),
        pytest.param(date(2009, 12, 31), "before the date of birth", id="before birth"),
        pytest.param(TODAY, "", id="today"),
    ],
)
def test_a_table_is_held_to_the_same_days(
    desk: Desk, tmp_path: Path, day: date, problem: str
) -> None:
    """An import names the row and brings nothing, where an answer has a day that cannot be."""
    table = tmp_path / "answers.csv"
    table.write_text(f"Name;Born;Own Instagram;Given on\nOnni Koski;2010-01-01;yes;{day}\n")
    code = desk.run("consent", "import", str(table), answers="\n" + "yes\n" * 3)
    assert code == (2 if problem else 0), desk.err
    assert problem in desk.err
    assert ("Row 2, column D" in desk.err) is bool(problem)
    assert ("Onni Koski" in desk.printed("consent", "list")) is not bool(problem)


CENTURY = str(TODAY.replace(day=1, year=TODAY.year + 100))
LONG_AGO = str(TODAY.replace(day=1, year=TODAY.year - 100))
OF_1026 = str(TODAY.replace(day=1, year=1026))
OF_ANOTHER_CENTURY = (CENTURY, LONG_AGO, OF_1026, "9999-12-31", "0001-01-01")
ADD = ("consent", "add", "Aino K", "--kind", "staff")
HOLDER = ("accounts", "add", "Maija Virtanen", "--channel", "instagram")


@pytest.mark.parametrize(
    "words",
    [
        (*ADD, "--retain-until"),
        ("consent", "change", "Onni Koski", "--retain-until"),
        (*GIVE, "--given-on"),
        (*GIVE, "--valid-until"),
        ("consent", "answers", "5B", "--yes", "--purpose", "x", "--given-on"),
        ("consent", "answers", "5B", "--yes", "--purpose", "x", "--valid-until"),
        ("consent", "withdraw", "Eeva Lehto", "--on"),
        ("consent", "class", "5B", "--on"),
        (*HOLDER, "--since"),
        (*HOLDER, "--until"),
    ],
    ids=lambda words: " ".join((*words[:2], words[-1])),
)
def test_a_mistyped_century_is_refused(desk: Desk, words: tuple[str, ...]) -> None:
    """Wherever a day is typed: code 2, the day is named, and nothing is kept."""
    born = ("--born", "2010-01-01", "--group", "5B")
    desk.printed("consent", "add", "Onni Koski", *born)
    desk.printed("consent", "add", "Eeva Lehto", "--kind", "staff", "--group", "5B")
    desk.printed("consent", "give", "Eeva Lehto", "--channel", "instagram", "--purpose", "y")
    before = desk.printed("consent", "log")
    for day in OF_ANOTHER_CENTURY:
        assert desk.run(*words, day, answers="yes\n" * 20) == 2, day
        assert day in desk.err
        assert desk.printed("consent", "log") == before, day


@pytest.mark.parametrize("option", ["--on", "--taken-from"])
def test_a_post_of_another_century_is_refused(desk: Desk, tmp_path: Path, option: str) -> None:
    """The day decides by which ages, and whom the takedown list asks about."""
    desk.printed("consent", "add", "Onni Koski")
    folder = prepared(tmp_path / "posts", {})
    add = ("published", "add", str(folder), "--channel", "instagram", "--looked")
    for day in OF_ANOTHER_CENTURY:
        assert desk.run(*add, option, day) == 2, day
        assert day in desk.err
        assert "no posts" in desk.printed("published", "list").lower(), day
    desk.printed(*add, "--on", str(TODAY + timedelta(days=300)))


def test_photos_are_not_prepared_for_another_century(tmp_path: Path) -> None:
    """In a hundred years no pupil is under age, and no guardian would be asked."""
    folder = tmp_path / "kuvat"
    small(folder / "a.jpg", 120, LANDSCAPE)
    words = ["prepare", str(folder), "--quiet", "--publish-on", CENTURY]
    refused = CliRunner().invoke(photoguard, words)
    assert isinstance(refused.exception, UsageTrouble)
    assert (refused.exception.code, refused.exception.exit_code) == ("cli.day_too_far", 2)
    assert not folder.with_name("kuvat-photoguard").exists()


def test_a_year_of_the_middle_ages_has_no_page(desk: Desk) -> None:
    """Nothing was published then; a page of nine thousand months helps nobody."""
    desk.printed("consent", "add", "Onni Koski")
    assert desk.run("year", "--from", OF_1026) == 2
    assert OF_1026 in desk.err


@pytest.mark.parametrize("heading", ["Given on", "Valid until", "Retain until"])
@pytest.mark.parametrize("day", [CENTURY, LONG_AGO, OF_1026])
def test_a_table_is_held_to_the_same_century(
    desk: Desk, tmp_path: Path, heading: str, day: str
) -> None:
    """An import names the row and brings nothing; the last day of 2099 stands for no end."""
    desk.printed("consent", "add", "Somebody Else")
    table = tmp_path / "answers.csv"
    table.write_text(f"Name;Born;Own Instagram;{heading}\nOnni Koski;2010-01-01;yes;{day}\n")
    assert desk.run("consent", "import", str(table), answers="\n" + "yes\n" * 3) == 2
    assert "Row 2, column D" in desk.err
    assert day in desk.err
    assert "Onni" not in desk.printed("consent", "list")
    if heading != "Given on":
        table.write_text(table.read_text().replace(day, "31.12.2099"))
        assert desk.run("consent", "import", str(table), answers="\n" + "yes\n" * 3) == 0
