"""A prohibition that an office wrote where nobody reads it is asked about, never passed by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest
from openpyxl.comments import Comment

from photoguard.errors import UsageTrouble
from photoguard.register import open_register
from photoguard.register.importing import mapping as mappings
from photoguard.register.importing.proposal import doubts, propose
from photoguard.register.importing.remarks import forbids_pictures, is_no_at_name, may_forbid
from photoguard.register.importing.table import read_table

if TYPE_CHECKING:
    from pathlib import Path

    from photoguard.register import Register
    from tests.register.desk import Desk

HEAD = "Nimi;Luokka;Syntymäaika;Huoltaja 1;Oma lupa Instagram;Huoltajan lupa Instagram"
ROW = "Aino Kuusinen;5B;5.3.2014;Liisa Kuusinen;kyllä;kyllä"
NO = "Ei kuviin"


@pytest.fixture
def place(tmp_path: Path) -> str:
    """Return where the register lies; what is asked here is the same on every database."""
    return str(tmp_path / "register.sqlite3")


def table(folder: Path, heading: str, cell: str) -> Path:
    """Save a table with one more column."""
    found = folder / "roster.csv"
    found.write_text(f"{HEAD};{heading};Muu\n{ROW};{cell};\n", "utf-8")
    return found


def imported(desk: Desk, file: Path, *words: str, answers: str = "") -> int:
    """Import a table, with what is typed before the usual answers."""
    typed = f"{answers}yes\nyes\n"
    return desk.run("consent", "import", str(file), "--purpose", "arki", *words, answers=typed)


def of_aino(place: str) -> tuple[Register, bool]:
    """Return the register and whether its only pupil has the mark."""
    register = open_register(place, "Mallilan koulu")
    (aino,) = register.find_by_name("Aino Kuusinen")
    return register, aino.never_in_pictures


@pytest.mark.parametrize("heading", [NO, "Aldrig på bild", "Never in pictures"])
@pytest.mark.parametrize("typed", ["1\n", "2\n", "0\n1\n"])
def test_a_no_below_a_no_is_asked_about(
    desk: Desk, place: str, tmp_path: Path, heading: str, typed: str
) -> None:
    """It marks the child or does not, as somebody said, and that is kept for the next file."""
    file, marked = table(tmp_path, heading, "ei"), "1" in typed
    assert imported(desk, file, answers=typed) == 0, desk.err
    assert "says no" in desk.out
    assert of_aino(place)[1] is marked
    kept = mappings.read(mappings.kept_place(read_table(file).headings))
    assert kept.noes == {heading: "forbids" if marked else "permits"}
    assert imported(desk, file, "--yes") == 0


def test_a_no_below_a_no_is_not_read_without_an_answer(
    desk: Desk, place: str, tmp_path: Path
) -> None:
    """A mapping that was kept for tables without such a cell does not decide about one."""
    assert imported(desk, table(tmp_path, NO, "")) == 0
    assert imported(desk, table(tmp_path, NO, "ei"), "--yes") == 2
    assert "Row 2, column G" in desk.err
    assert not of_aino(place)[1]


def test_a_ban_with_a_no_below_it_forbids_if_somebody_says_so(
    desk: Desk, place: str, tmp_path: Path
) -> None:
    """A column that says whose prohibition it is means no permission, not a lifted ban."""
    file = table(tmp_path, "Huoltaja: ei saa julkaista", "ei")
    assert imported(desk, file, answers="1\n") == 0, desk.err
    register, _ = of_aino(place)
    (aino,) = register.find_by_name("Aino Kuusinen")
    assert "no" in {word.answer for word in register.permissions(aino.id)}


@pytest.mark.parametrize("cell", ["ei", "nej", "kielletty", "x", "Ei saa kuvata!", "turvakielto"])
def test_an_answer_below_no_heading_stops_the_import(tmp_path: Path, cell: str) -> None:
    """Nobody would read it, and it may be the prohibition of a child."""
    with pytest.raises(UsageTrouble) as refused:
        read_table(table(tmp_path, "", cell))
    assert refused.value.code == "consent.import_no_heading"
    assert refused.value.parameters["column"] == "G"
    book = openpyxl.Workbook()
    for line in ([*HEAD.split(";")], [*ROW.split(";"), None, cell]):
        book.worksheets[0].append(line)
    book.save(tmp_path / "roster.xlsx")
    with pytest.raises(UsageTrouble) as refused:
        read_table(tmp_path / "roster.xlsx")
    assert refused.value.parameters["column"] == "H"


@pytest.mark.parametrize("cell", ["", "1", "3", "AK", "k", "pähkinäallergia"])
def test_other_cells_below_no_heading_stop_nothing(tmp_path: Path, cell: str) -> None:
    """Numbers of rows, initials and remarks about something else are left where they are."""
    assert read_table(table(tmp_path, "", cell)).rows


@pytest.mark.parametrize(
    "cell",
    ["ei saa kuvata", "EI nettiin", "får inte fotas, inga bilder", "no photos", "turvakielto"],
)
def test_a_remark_that_forbids_is_told_and_asked_about(
    desk: Desk, place: str, tmp_path: Path, cell: str
) -> None:
    """A column of remarks is left unread only when somebody has seen what stands in it."""
    assert imported(desk, table(tmp_path, "Huom", "")) == 0
    file = table(tmp_path, "Huom", cell)
    assert imported(desk, file, "--yes") == 2
    assert "Huom" in desk.err
    assert imported(desk, file, answers="0\n") == 0, desk.err
    assert imported(desk, file, "--yes") == 0
    assert "Huom: this column is not read, but something in it looks" in desk.out
    assert "rows 2" in desk.out
    assert not of_aino(place)[1]


def test_a_prohibition_behind_a_name_is_no_part_of_the_name(desk: Desk, tmp_path: Path) -> None:
    """A second Aino would be added, and the first would keep her permission."""
    file = table(tmp_path, "Huom", "")
    file.write_text(file.read_text("utf-8").replace("Aino Kuusinen", "Aino Kuusinen (ei kuvia)"))
    assert imported(desk, file) == 2
    assert "Row 2, column A" in desk.err


@pytest.mark.parametrize("text", ["ei pähkinöitä", "kuvaamataito", "Eija Kuvaja", "saa kuvata", ""])
def test_what_forbids_no_picture(text: str) -> None:
    """A remark about something else, or without a denial, asks nobody."""
    assert not forbids_pictures(text)
    assert not may_forbid(text)


def test_a_column_of_one_guardian_is_asked_about_again(desk: Desk, tmp_path: Path) -> None:
    """What older rules took for the answer of all guardians is one guardian's today."""
    file = tmp_path / "mothers.csv"
    head = HEAD.replace("Huoltaja 1", "Huoltajat").replace("Huoltajan", "Äidin")
    parents = ROW.replace("Liisa Kuusinen", "Liisa Kuusinen / Matti Kuusinen")
    file.write_text(f"{head}\n{parents}\n", "utf-8")
    assert imported(desk, file, answers="2\n") == 0, desk.err
    kept = mappings.kept_place(read_table(file).headings)
    assert imported(desk, file, "--yes") == 0
    older = kept.read_text("utf-8").replace("rules = 3\n", "")
    assert older.count('whose = "guardians"') == 1
    kept.write_text(older, "utf-8")
    assert imported(desk, file, "--yes") == 2
    assert "Äidin lupa Instagram" in desk.err
    assert imported(desk, file, answers="3\n") == 0, desk.err
    assert 'whose = "guardian-1"' in kept.read_text("utf-8")
    assert imported(desk, file, "--yes") == 0


def test_a_column_of_hidden_faces_is_asked_about_again(desk: Desk, tmp_path: Path) -> None:
    """What older rules took for a permission to be shown shows no face today."""
    file, heading = tmp_path / "hidden.csv", "Oma lupa Instagram, kasvot peitettynä"
    file.write_text(f"{HEAD}\n{ROW}\n".replace("Oma lupa Instagram", heading), "utf-8")
    older = tmp_path / "older.toml"
    assert imported(desk, file, answers="1\n") == 0, desk.err
    kept = mappings.kept_place(read_table(file).headings).read_text("utf-8")
    older.write_text(kept.replace("rules = 3", "rules = 2"), "utf-8")
    assert imported(desk, file, "--yes", "--mapping", str(older)) == 2
    assert heading in desk.err
    older.write_text(kept, "utf-8")
    assert imported(desk, file, "--yes", "--mapping", str(older)) == 0, desk.err


@pytest.mark.parametrize(
    "heading",
    [
        *("Oma lupa Instagram, kasvot peitettynä", "Oma lupa: Instagram, kysy ensin"),
        *("Oma lupa Instagram (takaapäin)", "Oma lupa Instagram 2024-2025"),
        *("Eget tillstånd Instagram med suddat ansikte", "Sisaruksen oma lupa Instagram"),
        *("Own permission Instagram, face blurred", "Oma lupahakemus: Instagram"),
    ],
)
def test_a_word_that_nobody_knows_makes_a_heading_a_question(heading: str) -> None:
    """What a permission is without is not guessed: a person says what the column means."""
    proposed = propose(["Nimi", heading])
    assert proposed.permissions == ()
    assert [each.heading for each in doubts(["Nimi", heading], proposed)] == [heading]


@pytest.mark.parametrize("heading", ["Lupa päättyy", "Giltigt t.o.m.", "Expires", "slutdatum"])
def test_the_end_of_a_permission_is_read(heading: str) -> None:
    """A last day that goes unread would let a permission live on."""
    assert propose(["Nimi", heading]).columns[heading] == "valid_until"


@pytest.mark.parametrize("kind", ["", "opiskelija"])
def test_a_pupil_is_not_grown_up_by_a_slip(desk: Desk, tmp_path: Path, kind: str) -> None:
    """1914 for 2014 would let a child's own yes suffice; an adult in basic education may be."""
    file = tmp_path / "roster.csv"
    file.write_text(f"Nimi;Henkilötyyppi;Syntymäaika\nAino Kuusinen;{kind};5.3.1914\n", "utf-8")
    assert imported(desk, file) == (0 if kind else 2), desk.err
    assert ("Row 2, column C" in desk.err) is not bool(kind)
    added = ("consent", "add", "Bea Kuusinen", "--born", "1914-03-05")
    assert desk.run(*added, *(("--kind", "student") if kind else ())) == (0 if kind else 2)


@pytest.mark.parametrize(
    ("heading", "cell"),
    [("Muuta", "Aino EI"), ("Muuta", "ei"), ("Huomautus", "EI."), ("Lisätietoja", "ei lupaa")],
)
def test_a_no_without_a_word_of_pictures_is_asked_about(
    desk: Desk, place: str, tmp_path: Path, heading: str, cell: str
) -> None:
    """Beside a name, or below a heading of remarks, and about the permission itself."""
    file = table(tmp_path, heading, cell)
    assert imported(desk, file, "--yes") == 2
    assert open_register(place, "Mallilan koulu").find_by_name("Aino Kuusinen") == ()


@pytest.mark.parametrize("cell", ["Ei allergioita", "ei", "Allerginen. Ei maitoa"])
def test_a_no_about_something_else_is_passed_by(
    desk: Desk, place: str, tmp_path: Path, cell: str
) -> None:
    """What a child may not eat asks nothing."""
    assert imported(desk, table(tmp_path, "Ruokavalio", cell)) == 0
    assert of_aino(place)[1] is False


@pytest.mark.parametrize(
    "name", ["Kuusinen Aino EI", "Aino Kuusinen (ei kuvia)", "Aino Kuusinen: ei"]
)
def test_a_no_in_the_cell_of_a_name_is_a_fault(desk: Desk, tmp_path: Path, name: str) -> None:
    """Nobody would read it there; names that only sound so are names."""
    file = table(tmp_path, "Muuta", "")
    file.write_text(file.read_text("utf-8").replace("Aino Kuusinen", name), "utf-8")
    assert imported(desk, file) == 2
    assert "Row 2, column A" in desk.err


@pytest.mark.parametrize("name", ["Ei Ei Khaing", "Kim No-eul", "Eino Ejder", "Inte Malli"])
def test_a_name_that_sounds_like_a_no_is_a_name(name: str) -> None:
    """Names of many families begin or end so."""
    assert not is_no_at_name(name)


def test_a_note_on_a_cell_that_denies_stops_the_import(desk: Desk, tmp_path: Path) -> None:
    """What hangs on a cell is read by nobody: the yes below it is not counted."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for line in (HEAD, ROW):
        sheet.append(line.split(";"))
    sheet["A2"].comment = Comment("Äiti soitti: EI", "S")
    made.save(tmp_path / "noted.xlsx")
    assert imported(desk, tmp_path / "noted.xlsx") == 2
    assert "A2" in desk.err
