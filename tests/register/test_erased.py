"""Whom the register erased comes back by no old table without somebody who says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from photoguard.register import open_register

if TYPE_CHECKING:
    from pathlib import Path

    from tests.register.desk import Desk

HEAD = "Nimi;Luokka;Syntymäaika;Huoltaja 1;Annettu;Oma lupa Instagram;Huoltajan lupa Instagram"
AINO = "Aino Kuusinen;5B;5.3.2014;Liisa Kuusinen;{};kyllä;kyllä"
OTSO = "Otso Lehto;5B;1.2.2014;Eeva Lehto;;kyllä;kyllä"
YES = "yes\n"


@pytest.fixture
def place(tmp_path: Path) -> str:
    """Return where the register lies; what is asked here is the same on every database."""
    return str(tmp_path / "register.sqlite3")


@pytest.fixture
def office(desk: Desk, tmp_path: Path) -> Path:
    """Import a table with two pupils, then erase one of them; return the table."""
    file = tmp_path / "old.csv"
    file.write_text(f"{HEAD}\n{AINO.format('')}\n{OTSO}\n", "utf-8")
    desk.printed("consent", "import", str(file), "--purpose", "arki", answers=2 * YES)
    desk.printed("consent", "forget", "Aino Kuusinen", "--yes")
    return file


def known(place: str) -> list[str]:
    """Return the names of everybody in the register."""
    records = open_register(place, "Mallilan koulu").snapshot().records
    return [each.person.name for each in records]


def test_an_old_table_does_not_bring_anybody_back(desk: Desk, place: str, office: Path) -> None:
    """Neither --yes nor a no to the question takes the table in, and the name is shown."""
    words = ("consent", "import", str(office))
    assert desk.run(*words, "--yes") == 2
    assert "Aino Kuusinen" in desk.out
    assert "Otso Lehto" not in desk.out
    assert desk.run(*words, answers=f"{YES}no\n{YES}") == 2
    assert desk.run(*words, "--dry-run", "--yes") == 0
    assert "Aino Kuusinen" in desk.out
    assert known(place) == ["Otso Lehto"]


@pytest.mark.parametrize(
    ("more", "answers"), [(("--yes", "--none-erased"), ""), ((), 3 * YES)], ids=["option", "answer"]
)
def test_somebody_new_comes_in_when_a_person_says_so(
    desk: Desk, place: str, office: Path, more: tuple[str, ...], answers: str
) -> None:
    """Only a person knows that this Aino is another one."""
    desk.printed("consent", "import", str(office), *more, answers=answers)
    assert known(place) == ["Aino Kuusinen", "Otso Lehto"]


def test_a_class_list_first_makes_no_way_around_it(desk: Desk, place: str, office: Path) -> None:
    """Somebody who came back without permissions is asked about when the old table brings them."""
    roster = office.with_name("roster.csv")
    roster.write_text("Nimi;Luokka;Syntymäaika\nAino Kuusinen;5B;5.3.2014\n", "utf-8")
    desk.printed("consent", "import", str(roster), answers=2 * YES)
    assert desk.run("consent", "import", str(office), "--yes") == 2
    (aino,) = open_register(place, "Mallilan koulu").find_by_name("Aino Kuusinen")
    assert not open_register(place, "Mallilan koulu").permissions(aino.id)


def test_an_answer_of_before_the_erasure_is_no_newer_one(desk: Desk, office: Path) -> None:
    """A date alone makes an answer no newer than the wish to be erased."""
    office.write_text(f"{HEAD}\n{AINO.format('12.8.2026')}\n{OTSO}\n", "utf-8")
    assert desk.run("consent", "import", str(office), "--yes") == 2


def test_nobody_is_asked_where_nobody_was_erased(desk: Desk, office: Path, tmp_path: Path) -> None:
    """A first table of another register, and known people, are taken in without the question."""
    other = str(tmp_path / "other.sqlite3")
    desk.printed("consent", "import", str(office), "--yes", "--register", other)
    office.write_text(f"{HEAD}\n{OTSO.replace('5B', '6B')}\n", "utf-8")
    desk.printed("consent", "import", str(office), "--yes")


def test_an_answer_given_after_the_erasure_is_taken_in(
    desk: Desk, place: str, office: Path
) -> None:
    """Whoever gives a new permission comes in by it."""
    register = open_register(place, "Mallilan koulu")
    with register.connection(writes=True) as connection:
        connection.exec_driver_sql("DROP TRIGGER IF EXISTS log_keeps_UPDATE")
        connection.exec_driver_sql(
            "UPDATE log SET at = '2026-08-01T08:00:00+00:00' WHERE action = 'person-forgotten'"
        )
    office.write_text(f"{HEAD}\n{AINO.format('12.8.2026')}\n{OTSO}\n", "utf-8")
    desk.printed("consent", "import", str(office), "--yes")
    assert "Aino Kuusinen" in known(place)
