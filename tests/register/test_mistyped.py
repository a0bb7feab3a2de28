"""A name that was typed wrong, or a command given twice, changes nothing and says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from photoguard import cli
from photoguard.model import Duty
from photoguard.register import open_register
from photoguard.register.accounts import read_holders

if TYPE_CHECKING:
    from pathlib import Path

    from photoguard.register import Register
    from tests.register.desk import Desk

NEED_A_REGISTER = [
    ("year",),
    ("accounts", "list"),
    ("accounts", "notice"),
    ("consent", "answers", "answers.csv"),
    ("consent", "class", "5B"),
    ("consent", "expiring"),
    ("consent", "export", "--output", "people.csv"),
    ("consent", "forget", "Aino Kuusinen", "--yes"),
    ("consent", "form", "form.html", "--group", "5B"),
    ("consent", "list"),
    ("consent", "log"),
    ("consent", "missing"),
    ("consent", "show", "Aino Kuusinen"),
    ("consent", "withdraw", "Aino Kuusinen"),
    ("published", "add", ".", "--channel", "instagram"),
    ("published", "list"),
]


@pytest.fixture
def place(tmp_path: Path) -> str:
    """Return where the register of the settings would lie: a file, since files get names."""
    return str(tmp_path / "register.sqlite3")


@pytest.mark.parametrize("words", NEED_A_REGISTER, ids=" ".join)
def test_a_register_that_is_not_there_is_not_made(
    desk: Desk, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """A command that needs what a register holds ends with 3 and leaves no file behind."""
    wrong = tmp_path / "regster.db"
    assert desk.run(*words, "--register", str(wrong)) == 3
    assert "There is no register" in desk.err
    assert not wrong.exists()


def test_a_first_table_is_tried_without_a_register(desk: Desk, tmp_path: Path) -> None:
    """A dry run shows what a first import would do, and makes no register."""
    table, place = tmp_path / "roster.csv", tmp_path / "new.db"
    table.write_text("Nimi;Luokka\nAino Kuusinen;5B\n", "utf-8")
    words = ("consent", "import", str(table), "--dry-run", "--register", str(place))
    assert "new 1" in desk.printed(*words, answers="yes\n")
    assert not place.exists()
    desk.printed(*words[:3], *words[4:], answers="yes\nyes\n")
    assert open_register(str(place)).find_by_name("Aino Kuusinen")


@pytest.mark.parametrize(
    "words", [("check", ""), ("prepare", ""), ("drop", ""), ("prepare", ".", "--output", "")]
)
def test_an_empty_name_is_not_the_folder_one_is_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """A variable that was empty in somebody's script makes nothing out of the folder."""
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"no picture")
    monkeypatch.chdir(tmp_path / "photos")
    assert cli._outcome([*words, "--language", "en"]) == 2
    assert [each.name for each in tmp_path.rglob("*.*")] == ["a.jpg"]


def test_a_duty_is_written_down_once(desk: Desk, register: Register) -> None:
    """Whoever is added a second time would count as the second person whom an account needs."""
    since = ("--since", "2026-01-01")
    desk.printed("accounts", "add", "Maija Virta", "--channel", "instagram", *since)
    assert desk.run("accounts", "add", "maija  virta", "--channel", "insta", "--responsible") == 2
    assert [each.duty for each in read_holders(register)] == [Duty.HOLDER]
    (held,) = read_holders(register)
    assert held.id in desk.err
    desk.printed("accounts", "end", held.id, "--on", "2026-01-31")
    desk.printed("accounts", "add", "Maija Virta", "--channel", "instagram")
    assert len(read_holders(register)) == 2
