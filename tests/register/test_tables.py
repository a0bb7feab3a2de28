"""Which table of an office's file an import reads, and what it refuses before it reads any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from photoguard.errors import EXIT_USAGE, ConfigurationError, UsageTrouble
from photoguard.model import Language
from photoguard.register.importing import template
from photoguard.register.importing.table import read_table
from photoguard.texts import say
from tests.tables.books import Sheet, book, rows

if TYPE_CHECKING:
    from pathlib import Path

    from tests.register.desk import Desk

MAPPING = """\
version = 1
purpose = "arki"
[columns]
"Kaikki nimet" = "name"
"Ei kuviin" = "never"
"""
PUPILS = rows("Kaikki nimet;Ei kuviin", "Aino Esimerkki;", "Otso Malli;x")


@pytest.fixture
def mapping(tmp_path: Path) -> str:
    """The path of a confirmed mapping."""
    place = tmp_path / "map.toml"
    place.write_text(MAPPING, "utf-8")
    return str(place)


def saved(folder: Path, content: bytes | str, name: str = "oppilaat.xlsx") -> Path:
    """Write a table as an office would."""
    place = folder / name
    place.write_bytes(content.encode() if isinstance(content, str) else content)
    return place


def never(desk: Desk) -> set[str]:
    """The names of everybody who must never be in pictures."""
    lines = desk.printed("consent", "list").splitlines()
    banned = [line for line in lines if "never in pictures" in line]
    return {name for name in ("Aino", "Otso", "Siiri") for line in banned if name in line}


def test_a_sheet_is_asked_for_and_read(desk: Desk, tmp_path: Path, mapping: str) -> None:
    """Where two sheets hold pupils, nothing is imported until one of them is named."""
    other = rows("Kaikki nimet;Ei kuviin", "Siiri Koe;x")
    place = str(saved(tmp_path, book(Sheet(PUPILS, "5A"), Sheet(other, "5B"))))
    words = ("consent", "import", place, "--mapping", mapping, "--yes")
    assert desk.run(*words) == EXIT_USAGE
    assert "--sheet" in desk.err
    assert "5A, 5B" in desk.err
    assert desk.run(*words, "--sheet", "5C") == EXIT_USAGE
    desk.printed(*words, "--sheet", "5b")
    assert never(desk) == {"Siiri"}


def test_what_was_passed_over_is_told(desk: Desk, tmp_path: Path, mapping: str) -> None:
    """A title, hidden sheets and hidden rows are told before anything is imported."""
    sheet = Sheet(
        rows("Luvat 5A", "Kaikki nimet;Ei kuviin", "Aino Esimerkki;", "Otso Malli;x").replace(
            '<row r="4">', '<row r="4" hidden="1">'
        ),
        "5A",
        dimension="A1:A3",
    )
    place = str(saved(tmp_path, book(Sheet(PUPILS, "Vanha", "veryHidden"), sheet)))
    printed = desk.printed("consent", "import", place, "--mapping", mapping, "--yes")
    for sentence in ("above the headings", "Vanha", "Hidden rows"):
        assert sentence in printed
    assert never(desk) == {"Otso"}


def test_a_merged_ban_holds_for_everybody_beside_it(
    desk: Desk, tmp_path: Path, mapping: str
) -> None:
    """A ban that is merged over two pupils is the ban of both."""
    sheet = Sheet(
        rows("Kaikki nimet;Ei kuviin", "Aino Esimerkki;x", "Otso Malli;", "Siiri Koe;"),
        merged=("B2:B3",),
    )
    place = str(saved(tmp_path, book(sheet)))
    desk.printed("consent", "import", place, "--mapping", mapping, "--yes")
    assert never(desk) == {"Aino", "Otso"}


@pytest.mark.parametrize("language", Language)
def test_our_own_template_is_read_as_it_is_filled(tmp_path: Path, language: Language) -> None:
    """The sheet that explains the template is no second table."""
    headings = template.headings(language, ("Instagram",))
    title = say("consent.template_sheet", language)
    place = saved(tmp_path, template.as_workbook(headings, title, [("Nimi", "koko nimi")]))
    filled = openpyxl.load_workbook(place)
    filled.worksheets[0].append(["1", "Aino Esimerkki"])
    filled.save(place)
    assert [row.cells for row in read_table(place).rows] == [("1", "Aino Esimerkki")]


def test_headings_of_a_mapping_are_found_below_a_title(tmp_path: Path) -> None:
    """A heading that only the mapping knows tells where the headings stand."""
    text = "Luvat, syksy, 2026\nKaikki nimet;Muu, a, b\nAino;x\n"
    table = read_table(saved(tmp_path, text, "a.csv"), expected=["Kaikki nimet"])
    assert table.headings == ("Kaikki nimet", "Muu, a, b")


FAULTS: dict[str, tuple[str, type[Exception], str, dict[str, Any]]] = {
    "a separator in a name": (
        "Nimi,Luokka,Ei kuviin\nKuusinen, Aino,5B,x\n",
        UsageTrouble,
        "consent.import_shifted",
        {"row": 2},
    ),
    "a lost letter at the end of a name": (
        "Nimi;Huoltaja 1\nAino Nen;Sirpa K?\n",
        ConfigurationError,
        "tables.garbled",
        {"row": 2, "column": "B"},
    ),
    "a lost letter alone": (
        "Etunimi;Sukunimi\nAino;? Malli\n",
        ConfigurationError,
        "tables.garbled",
        {"row": 2, "column": "B"},
    ),
    "rows above the headings": (
        "Aino;5B;x\nNimi;Luokka;2026\n",
        ConfigurationError,
        "tables.headings_unclear",
        {"row": 2},
    ),
    "a sheet of a text file": ("Nimi\nAino\n", UsageTrouble, "tables.no_such_sheet", {}),
}


@pytest.mark.parametrize(("text", "kind", "code", "where"), FAULTS.values(), ids=FAULTS)
def test_what_would_be_misread_is_refused(
    tmp_path: Path, text: str, kind: type[Exception], code: str, where: dict[str, Any]
) -> None:
    """A table that would be read one column too far, or without its letters, is refused."""
    sheet = "5B" if code == "tables.no_such_sheet" else ""
    with pytest.raises((ConfigurationError, UsageTrouble)) as caught:
        read_table(saved(tmp_path, text, "a.csv"), sheet)
    assert type(caught.value) is kind
    assert caught.value.code == code
    assert {name: caught.value.parameters[name] for name in where} == where
    for language in Language:
        for printed in (code, f"{code}.remedy"):
            assert say(printed, language, None, **caught.value.parameters)


@pytest.mark.parametrize("written", ["?", "", "-", " ? "])
def test_a_question_mark_alone_is_no_lost_letter(tmp_path: Path, written: str) -> None:
    """A guardian who is not known may be told so."""
    text = f"Nimi;Huoltaja 1;Luokka\nAino;{written};5B\n"
    assert read_table(saved(tmp_path, text, "a.csv")).rows[0].cells[2] == "5B"


def test_an_identity_code_in_a_title_stops_the_import(tmp_path: Path) -> None:
    """What is passed over is passed over unread; a code below it stops the import as ever."""
    text = "Luvat 5B\nNimi;Lisätieto\nAino;131052-308T\n"
    with pytest.raises(UsageTrouble) as caught:
        read_table(saved(tmp_path, text, "a.csv"))
    assert caught.value.parameters["row"] == 3
