"""What lies over the cells of a sheet, or is shown in their place, is not passed by."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from photoguard.errors import UsageTrouble
from photoguard.model import Language
from photoguard.register.importing.table import read_table
from photoguard.tables.number_formats import shown_instead
from photoguard.tables.reading import read
from photoguard.tables.values import ExpectedTable, TableError
from photoguard.texts import say

if TYPE_CHECKING:
    from pathlib import Path

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHAPES = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
MAIN = "http://schemas.openxmlformats.org/drawingml/2006/main"


def _workbook(formats: dict[str, str] | None = None, cell: Any = "") -> bytes:  # noqa: ANN401
    made = openpyxl.Workbook()
    sheet: Any = made.active
    for line in (("Nimi", "Luokka", "Ei kuviin"), ("Aino Malli", "5B", cell), ("Otso", "5B", "")):
        sheet.append(line)
    for place, number_format in (formats or {}).items():
        sheet[place].number_format = number_format
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def _with(content: bytes, kind: str, part: str) -> bytes:
    """The workbook with one more part, to which its sheet refers."""
    made = io.BytesIO()
    relation = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{RELATIONS}/{kind}" Target="../drawings/one.xml"/>'
        "</Relationships>"
    )
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("xl/worksheets/_rels/sheet1.xml.rels", relation)
        new.writestr("xl/drawings/one.xml", part)
    return made.getvalue()


def _check_box(inside: str, kind: str = "Checkbox", anchor: str = "2, 15, 1, 2, 3, 5, 2, 4") -> str:
    """A box as Excel draws it, over C2; a line break in it is no sound XML."""
    return (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox>Valinta<br></v:textbox>'
        f'<x:ClientData ObjectType="{kind}"><x:Anchor>\n    {anchor}</x:Anchor>{inside}'
        "</x:ClientData></xml>"
    )


def _text_box(text: str, row: int) -> str:
    return (
        f'<s:wsDr xmlns:s="{SHAPES}" xmlns:a="{MAIN}"><s:twoCellAnchor><s:from><s:col>1</s:col>'
        f"<s:row>{row}</s:row></s:from><s:sp><s:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p>"
        "</s:txBody></s:sp></s:twoCellAnchor></s:wsDr>"
    )


@pytest.mark.parametrize("ticked", ["<x:Checked>1</x:Checked>", "<x:Checked>2</x:Checked>"])
@pytest.mark.parametrize("kind", ["Checkbox", "Radio"])
def test_a_ticked_box_that_no_cell_knows_of_refuses_the_table(kind: str, ticked: str) -> None:
    """Below *Ei kuviin* it is a prohibition, and the cell beneath it is empty."""
    with pytest.raises(TableError) as caught:
        read(_with(_workbook(), "vmlDrawing", _check_box(ticked, kind)), ExpectedTable())
    assert caught.value.code == "ticked"
    assert caught.value.parameters == {"cells": "C2"}
    for language in Language:
        assert say("tables.ticked", language, None, file="t.xlsx", cells="C2")
        assert say("tables.ticked.remedy", language)


@pytest.mark.parametrize(
    ("inside", "kind"),
    [
        ("", "Checkbox"),
        ("<x:Checked>0</x:Checked>", "Checkbox"),
        ("<x:Checked>1</x:Checked><x:FmlaLink>$C$2</x:FmlaLink>", "Checkbox"),
        ("<x:Checked>1</x:Checked>", "Note"),
    ],
)
def test_an_empty_box_and_one_whose_answer_is_in_a_cell_say_nothing(inside: str, kind: str) -> None:
    """What is in cells is read there; a note is no box."""
    table = read(_with(_workbook(), "vmlDrawing", _check_box(inside, kind)), ExpectedTable())
    assert [row.cells[0] for row in table.rows] == ["Aino Malli", "Otso"]


def test_a_text_box_that_denies_stops_an_import(tmp_path: Path) -> None:
    """Wherever it lies, above the headings too; its words are in no cell."""
    for row in (0, 1):
        path = tmp_path / "t.xlsx"
        path.write_bytes(_with(_workbook(), "drawing", _text_box("Aino EI KUVIIN", row)))
        with pytest.raises(UsageTrouble) as caught:
            read_table(path)
        assert caught.value.code == "consent.import_note"
        assert caught.value.parameters["cell"] == f"B{row + 1}"


def test_another_text_box_is_told() -> None:
    """A person looks at it; one without words says nothing, nor does a damaged drawing."""
    content = _with(_workbook(), "drawing", _text_box("Luokka 5B", 4))
    (notice,) = read(content, ExpectedTable()).notices
    assert (notice.code, notice.parameters) == ("tables.notes_unread", {"cells": "B5"})
    for part in (_text_box("", 4), "<broken"):
        assert read(_with(_workbook(), "drawing", part), ExpectedTable()).notices == ()


SHOWN: dict[str, dict[int, str | None]] = {
    '"ei"': {1: "ei", 0: "ei"},
    '[=1]"ei";[=2]"kyllä"': {1: "ei", 2: "kyllä", 3: None},
    '[<1]"ei";"kyllä"': {1: "kyllä", 0: "ei"},
    '"Kyllä";"Kyllä";"Ei"': {1: "Kyllä", 0: "Ei", -1: "Kyllä"},
    '[Red]"E"\\i': {1: "Ei"},
    ";;;": {1: "", 0: ""},
    "0;-0;;@": {1: None, 0: ""},
    '_-* #,##0.00 "€"_-;-* #,##0.00 "€"_-;_-* "-"??_-;_-@_-': {1: None, 0: None},
    '0" kpl"': {1: None},
    "General": {1: None},
    "Standard": {1: None},
    "00000": {1: None},
}


@pytest.mark.parametrize("number_format", SHOWN)
def test_what_a_format_shows_in_place_of_a_number(number_format: str) -> None:
    """Words alone are shown instead of it; with words beside it the number is still seen."""
    for number, text in SHOWN[number_format].items():
        assert shown_instead(number, number_format) == text


def test_a_number_is_read_as_it_is_shown() -> None:
    """A 1 that a person sees as "ei" is no yes; an unseen zero is an empty cell."""
    for number_format, cell, text in (('"ei"', 1, "ei"), ("0;-0;;@", 0, ""), ("0", 0, "0")):
        table = read(_workbook({"C2": number_format}, cell), ExpectedTable())
        assert "".join(table.rows[0].cells[2:]) == text


def test_a_number_that_nobody_sees_refuses_the_table() -> None:
    """It may be a yes or a prohibition, but nobody who looked at the table knew."""
    with pytest.raises(TableError) as caught:
        read(_workbook({"C2": ";;;"}, 1), ExpectedTable())
    assert (caught.value.code, caught.value.parameters) == ("unseen", {"row": 2, "column": "C"})
    for language in Language:
        assert say("tables.unseen", language, None, file="t.xlsx", row=2, column="C")
        assert say("tables.unseen.remedy", language)
