"""A name that was typed wrong, or a command given twice, changes nothing and says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from photoguard import cli
from photoguard.model import Duty
from photoguard.register import open_register
from photoguard.register.accounts import read_holders
from tests.pipeline.photos import LANDSCAPE, small
from tests.register.desk import prepared

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


EMPTY = ("", " ", "\u200b", "\t")


@pytest.mark.parametrize("empty", EMPTY, ids=ascii)
@pytest.mark.parametrize(
    "words",
    [
        ("consent", "add", "Elli Aho", "--guardian", ""),
        ("consent", "export", "", "--output", "everybody.csv"),
        ("consent", "form", "forms.html", "--group", ""),
        ("consent", "add", "Kaisa", "--photographer", "staff", "--person", ""),
        ("consent", "change", "Maija", "--person", ""),
        ("consent", "guardian", "add", "Aino Kuusinen", ""),
        ("consent", "guardian", "change", "Aino Kuusinen", "1", ""),
        ("consent", "list", "--unit-name", ""),
        ("consent", "list", "--register", ""),
        ("accounts", "add", "", "--channel", "instagram"),
        ("year", "--most-liked", "instagram="),
    ],
    ids=" ".join,
)
def test_an_empty_text_is_not_taken_for_one(desk: Desk, words: tuple[str, ...], empty: str) -> None:
    """A variable that is not set names nobody and nothing: code 2, and nothing is changed."""
    desk.printed("consent", "add", "Aino Kuusinen", "--guardian", "Liisa Kuusinen")
    desk.printed("consent", "add", "Maija", "--photographer", "staff")
    before = desk.printed("consent", "log")
    given = [empty if not word else word.replace("m=", f"m={empty}") for word in words]
    assert desk.run(*given) == 2
    assert desk.printed("consent", "log") == before
    assert desk.err.strip() == ""


@pytest.mark.parametrize("empty", EMPTY, ids=ascii)
def test_an_empty_reason_or_group_is_not_noted_of_a_post(
    desk: Desk, tmp_path: Path, empty: str
) -> None:
    """Whoever reads the takedown list later learns nothing from it, and nobody is in no group."""
    desk.printed("consent", "add", "Aino Kuusinen", "--group", "5B")
    folder = prepared(tmp_path / "out", {})
    add = ("published", "add", str(folder), "--channel", "instagram", "--looked")
    assert desk.run(*add, "--group", empty) == 2
    desk.printed(*add, "--url", "https://instagram.example/p/1")
    remove = ("published", "remove", "https://instagram.example/p/1")
    assert desk.run(*remove, "--failed", empty) == 2
    assert "The text is empty" in desk.err
    assert "failed" not in desk.printed("consent", "log")
    desk.printed(*remove, "--failed", "no password")
    assert "failed" in desk.printed("consent", "log")


@pytest.mark.parametrize("sign", ["-", "–", "?", "...", "()"])
def test_a_sign_is_nobodys_name(desk: Desk, tmp_path: Path, sign: str) -> None:
    """A dash that stands for nobody becomes no person, photographer or holder, from a table too."""
    desk.printed("consent", "add", "Aino Kuusinen")
    for words in (("--photographer", "staff"), ()):
        assert desk.run("consent", "add", *words, sign) == 2
        assert "The name is missing" in desk.err
    assert desk.run("accounts", "add", "--responsible", sign) == 2
    table = tmp_path / "roster.csv"
    table.write_text(f"Nimi;Luokka\n{sign};5B\n", "utf-8")
    assert desk.run("consent", "import", str(table), answers="yes\n" * 3) == 2
    assert "Row 2, column A" in desk.err


@pytest.mark.parametrize("dash", ["-", "–", "—", "--", " - "])
def test_a_dash_is_no_second_guardian(desk: Desk, tmp_path: Path, dash: str) -> None:
    """Offices write it where there is none: nobody of that name can be asked for a permission."""
    table = tmp_path / "roster.csv"
    table.write_text(
        "Nimi;Syntymäaika;Huoltaja 1;Huoltaja 2;Oma lupa Instagram;Huoltajien luvat Instagram\n"
        f"Elli Aho;1.2.2015;Liisa Aho;{dash};kyllä;kyllä\n"
        f"Olli Aho;1.2.2015;{dash};{dash};kyllä;\n",
        "utf-8",
    )
    desk.printed("consent", "import", str(table), answers="everyday\nyes\nyes\n")
    shown = desk.printed("consent", "show", "Elli Aho")
    assert "may be shown (Instagram)" in shown
    assert "Guardian 2" not in shown
    asked = desk.printed("consent", "missing", "--channel", "instagram")
    assert ("Elli" in asked, "Olli" in asked) == (False, True)


@pytest.mark.parametrize("option", ["--channel", "--register", "--not-a-name"])
def test_nothing_is_prepared_for_an_empty_option(desk: Desk, tmp_path: Path, option: str) -> None:
    """An empty register would ask nobody, and an empty channel replaces that of the settings."""
    small(tmp_path / "trip" / "a.jpg", 120, LANDSCAPE)
    assert desk.run("prepare", str(tmp_path / "trip"), "--quiet", option, " ") == 2
    assert "The text is empty" in desk.err
    assert not (tmp_path / "trip-photoguard").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("consent", "export", "--output"),
        ("consent", "export", "Aino Kuusinen", "--output"),
        ("consent", "answers", "5B", "--table"),
        ("published", "list", "--csv"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("name", ["table.xlsx", "table.ods", "Aino Kuusinen", "table.csv.txt"])
def test_a_table_in_csv_is_called_so(
    desk: Desk, tmp_path: Path, words: tuple[str, ...], name: str
) -> None:
    """Excel refuses CSV that is called a workbook: code 2, and no file and no line in the log."""
    desk.printed("consent", "add", "Aino Kuusinen", "--group", "5B")
    before = desk.printed("consent", "log")
    assert desk.run(*words, str(tmp_path / name)) == 2
    assert name in desk.err
    assert not (tmp_path / name).exists()
    assert desk.printed("consent", "log") == before
    desk.printed(*words, str(tmp_path / "Table.CSV"))
