"""A workbook is read as a person sees it: what is there, wherever it says that it ends."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle

from photoguard.model import Language
from photoguard.tables.reading import read
from photoguard.tables.values import ExpectedTable, Table, TableError
from photoguard.texts import say
from tests.tables.books import MAIN, Sheet, book, cell, letters, rows

if TYPE_CHECKING:
    from collections.abc import Callable

KNOWN = ExpectedTable(frozenset({"nimi", "luokka", "ei kuviin", "tiedosto"}))
PUPILS = ("Nimi;Luokka;Ei kuviin", "Aino;5B;", "Otso;5B;x", "Siiri;5C;x")
READ = (("Aino", "5B"), ("Otso", "5B", "x"), ("Siiri", "5C", "x"))


def cells(table: Table) -> tuple[tuple[str, ...], ...]:
    """The cells of every row below the headings."""
    return tuple(row.cells for row in table.rows)


def refused(content: bytes, expected: ExpectedTable = KNOWN) -> TableError:
    """The fault with which a workbook is refused; it has its sentences in each language."""
    with pytest.raises(TableError) as caught:
        read(content, expected)
    parameters: dict[str, Any] = {"file": "a.xlsx", **caught.value.parameters}
    for language in Language:
        for code in (f"tables.{caught.value.code}", f"tables.{caught.value.code}.remedy"):
            assert say(code, language, **parameters)
    return caught.value


def found_by(table: Table) -> list[str]:
    """The codes of a table's notices; each has its sentences in each language."""
    for notice in table.notices:
        for language in Language:
            assert say(notice.code, language, None, **notice.parameters, table="a.xlsx")
            assert say(f"{notice.code}.next", language)
    return [notice.code for notice in table.notices]


# what a sheet claims of its size


@pytest.mark.parametrize(
    "claim", ["", "A1", "A1:B4", "A1:C2", "B2:C3", "A1:C4", "A1:XFD1048576", "A1:XFD100000"]
)
def test_a_claimed_size_is_not_believed(claim: str) -> None:
    """Whatever the sheet says of its size, every cell that is there is read."""
    table = read(book(Sheet(rows(*PUPILS), dimension=claim)), KNOWN)
    assert table.headings == ("Nimi", "Luokka", "Ei kuviin")
    assert cells(table) == READ
    assert [row.number for row in table.rows] == [2, 3, 4]


def test_cells_out_of_order_are_read() -> None:
    """Cells and rows may stand in any order; each is where its reference says."""
    first = f'<row r="1">{cell("C1", "Ei kuviin")}{cell("A1", "Nimi")}{cell("B1", "Luokka")}</row>'
    third = f'<row r="3">{cell("C3", "x")}{cell("A3", "Otso")}</row>'
    table = read(book(Sheet(third + first)), KNOWN)
    assert table.headings == ("Nimi", "Luokka", "Ei kuviin")
    assert cells(table) == (("Otso", "", "x"),)


def test_cells_without_references_are_read() -> None:
    """A program may leave the references out; the cells then follow each other."""
    line = "<row>{}</row>"
    text = '<c t="inlineStr"><is><t>{}</t></is></c>'
    sheet = line.format(text.format("Nimi") + text.format("Ei kuviin"))
    sheet += line.format(text.format("Otso") + text.format("x"))
    assert cells(read(book(Sheet(sheet)), KNOWN)) == (("Otso", "x"),)


def test_one_cell_told_twice_is_refused() -> None:
    """Two values for one cell are no table: nobody can tell which one a person would see."""
    twice = f'<row r="1">{cell("A1", "Nimi")}{cell("A1", "Luokka")}</row>'
    assert refused(book(Sheet(twice))).code == "not_a_table"


@pytest.mark.parametrize(
    ("row", "column"), [(2, "CW"), (2, "XFD"), (100_001, "A"), (1_048_577, "A")]
)
def test_a_cell_far_away_is_too_large(row: int, column: str) -> None:
    """A text far beyond any table is not passed over: the table is refused."""
    far = f'<row r="{row}">{cell(f"{column}{row}", "x")}</row>'
    assert refused(book(Sheet(rows("Nimi") + far))).code == "too_large"


def test_empty_cells_far_away_are_nothing() -> None:
    """Cells with a style and no text, rows without cells and spaces alone hold nothing."""
    far = '<row r="900000"><c r="XFD900000" s="0"/></row>'
    far += f'<row r="1000000">{cell("A1000000", " ")}</row>'
    assert cells(read(book(Sheet(rows(*PUPILS) + far)), KNOWN)) == READ


def test_values_become_what_a_person_reads() -> None:
    """Dates, whole numbers and numbers with zeros before them are read as they are shown."""
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    sheet.append(["Nimi", "Syntymäaika", "Numero", "Osuus"])
    sheet.append(["Aino_x000D_\nMaria", date(2014, 3, 5), 123, 2.5])
    sheet["C2"].number_format = "000000"
    content = io.BytesIO()
    made.save(content)
    assert cells(read(content.getvalue(), KNOWN)) == (("Aino Maria", "5.3.2014", "000123", "2.5"),)


# merged cells


@pytest.mark.parametrize(
    ("merged", "lines", "expected"),
    [
        pytest.param(
            ("C2:C3",),
            ("Nimi;Luokka;Ei kuviin", "Aino;5B;x", "Otso;5B;"),
            (("Aino", "5B", "x"), ("Otso", "5B", "x")),
            id="over rows",
        ),
        pytest.param(
            ("C2:D2",),
            ("Nimi;Luokka;Ei kuviin;Ei myöskään", "Aino;5B;x;"),
            (("Aino", "5B", "x", "x"),),
            id="over columns",
        ),
        pytest.param(
            ("B2:C3",),
            ("Nimi;Ei kuviin;Ei myöskään", "Aino;x;", "Otso;;"),
            (("Aino", "x", "x"), ("Otso", "x", "x")),
            id="over both",
        ),
        pytest.param(
            ("B2:B3", "C3:C4"),
            ("Nimi;Luokka;Ei kuviin", "Aino;5B;", "Otso;;x", "Siiri;5C;"),
            (("Aino", "5B"), ("Otso", "5B", "x"), ("Siiri", "5C", "x")),
            id="several",
        ),
        pytest.param(
            ("C2:C1048576",),
            ("Nimi;Luokka;Ei kuviin", "Aino;5B;x", "Otso;5B;"),
            (("Aino", "5B", "x"), ("Otso", "5B", "x")),
            id="down to the last row",
        ),
        pytest.param(
            ("C2:C4",),
            ("Nimi;Luokka;Ei kuviin", "Aino;5B;x", ";;", "Otso;5B;"),
            (("Aino", "5B", "x"), ("Otso", "5B", "x")),
            id="over a blank row",
        ),
        pytest.param(
            ("C2:C3",),
            ("Nimi;Luokka;Ei kuviin", "Aino;5B;", "Otso;5B;"),
            (("Aino", "5B"), ("Otso", "5B")),
            id="without a text",
        ),
        pytest.param(
            ("A1:A2", "B1:B2", "C1:C2"),
            ("Nimi;Luokka;Ei kuviin", ";;", "Otso;5B;x"),
            (("Otso", "5B", "x"),),
            id="tall headings",
        ),
    ],
)
def test_a_merged_text_holds_for_every_cell(
    merged: tuple[str, ...], lines: tuple[str, ...], expected: tuple[tuple[str, ...], ...]
) -> None:
    """A text that a person sees over several rows or columns is read in each of them."""
    assert cells(read(book(Sheet(rows(*lines), merged=merged)), KNOWN)) == expected


def test_another_text_below_a_merged_one_is_refused() -> None:
    """A text that a merged cell hides is not lost in silence: its place is told."""
    hidden = Sheet(rows("Nimi;Ei kuviin", "Aino;ei", "Otso;x"), merged=("B2:B3",))
    trouble = refused(book(hidden))
    assert trouble.code == "merged_values"
    assert trouble.parameters == {"row": 3, "column": "B"}
    empty = Sheet(rows("Nimi;Ei kuviin", "Aino;", "Otso;x"), merged=("B2:B3",))
    assert refused(book(empty)).code == "merged_values"


def test_headings_in_two_rows_are_refused() -> None:
    """Where some headings are merged over two rows, the others are in parts."""
    sheet = Sheet(
        rows("Nimi;Luokka;Instagram;", ";;oma;huoltajat", "Aino;5B;x;x"),
        merged=("A1:A2", "B1:B2", "C1:D1"),
    )
    trouble = refused(book(sheet))
    assert trouble.code == "merged_headings"
    assert trouble.parameters == {"row": 1, "column": "A"}


@settings(max_examples=40, deadline=None)
@given(
    top=st.integers(2, 5), left=st.integers(0, 2), height=st.integers(1, 4), width=st.integers(1, 3)
)
def test_any_merged_area_is_seen_everywhere(top: int, left: int, height: int, width: int) -> None:
    """Wherever a mark is merged, each row below it has the mark, and no other row has it."""
    lines = ["Nimi;b;c;d;e;f;g"] + [
        f"{name};;;;;;." for name in ("A", "B", "C", "D", "E", "F", "G", "H")
    ]
    area = f"{letters(left + 1)}{top}:{letters(left + width)}{top + height - 1}"
    whole = [line.split(";") for line in lines]
    whole[top - 1][left + 1] = "x"
    content = book(Sheet(rows(*(";".join(line) for line in whole)), merged=(area,)))
    for row in read(content, KNOWN).rows:
        meant = {
            place for place in range(left + 1, left + width + 1) if top <= row.number < top + height
        }
        assert {place for place, text in enumerate(row.cells) if text == "x"} == meant


# sheets

TABLE, OTHER = rows(*PUPILS), rows("jotain", "muuta")


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_left_and_told(state: str) -> None:
    """The only visible sheet is read wherever it stands; that others hold something is told."""
    hidden = Sheet(rows("Nimi", "Salainen"), "Vanha", state)
    for sheets in ((hidden, Sheet(TABLE, "5B")), (Sheet(TABLE, "5B"), hidden)):
        table = read(book(*sheets), KNOWN)
        assert (table.sheet, cells(table)) == ("5B", READ)
        assert found_by(table) == ["tables.sheets_left"]
        assert table.notices[0].parameters["sheets"] == "Vanha"


def test_an_empty_sheet_is_nothing() -> None:
    """Sheets that hold nothing are no reason to ask, and are not told."""
    table = read(
        book(Sheet("", "Taul1"), Sheet(TABLE, "5B"), Sheet('<row r="1"/>', "Taul3")), KNOWN
    )
    assert (table.sheet, cells(table), table.notices) == ("5B", READ, ())


def test_several_sheets_are_asked_for() -> None:
    """Where several visible sheets hold something, a person says which one is meant."""
    content = book(
        Sheet(TABLE, "5A"), Sheet(rows("Nimi", "Otso"), "5B"), Sheet(TABLE, "5C", "hidden")
    )
    trouble = refused(content)
    assert trouble.code == "several_sheets"
    assert trouble.parameters == {"sheets": "5A, 5B"}
    for asked, sheet in (("5b", "5B"), (" 5A ", "5A"), ("5C", "5C")):
        assert read(content, ExpectedTable(KNOWN.headings, sheet=asked)).sheet == sheet
    missing = refused(content, ExpectedTable(KNOWN.headings, sheet="5D"))
    assert missing.code == "no_such_sheet"
    assert missing.parameters == {"sheet": "5D", "sheets": "5A, 5B, 5C"}


def test_a_hidden_sheet_is_never_read_unasked() -> None:
    """A table on a hidden sheet alone is refused."""
    trouble = refused(book(Sheet("", "Taul1"), Sheet(TABLE, "5B", "hidden")))
    assert trouble.code == "only_hidden"
    assert trouble.parameters == {"sheets": "5B"}


def test_sheets_without_the_needed_heading_are_left() -> None:
    """Whoever needs a heading means the sheet that has it; the others are told."""
    needed = ExpectedTable(KNOWN.headings, needed=frozenset({"nimi"}))
    table = read(book(Sheet(OTHER, "Muistio"), Sheet(TABLE, "5B")), needed)
    assert (table.sheet, found_by(table)) == ("5B", ["tables.sheets_left"])
    assert read(book(Sheet(OTHER, "Muistio")), needed).headings == ("jotain",)
    assert refused(book(Sheet(TABLE, "a"), Sheet(TABLE, "b")), needed).code == "several_sheets"


def test_a_sheet_that_explains_is_left() -> None:
    """The sheet that explains our own template is no second table."""
    expected = ExpectedTable(KNOWN.headings, aside=frozenset({"ohje"}))
    table = read(book(Sheet(TABLE, "5B"), Sheet(OTHER, "Ohje")), expected)
    assert table.sheet == "5B"
    assert read(book(Sheet(OTHER, "Ohje")), expected).sheet == "Ohje"


def test_a_workbook_without_anything() -> None:
    """An empty workbook has no headings and no rows."""
    table = read(book(Sheet("")), KNOWN)
    assert (table.headings, table.rows) == ((), ())


@pytest.mark.parametrize(
    "sheet",
    [
        Sheet(rows(*PUPILS).replace('<row r="3">', '<row r="3" hidden="1">')),
        Sheet(rows(*PUPILS), columns='<col min="3" max="3" hidden="1"/>'),
        Sheet(rows(*PUPILS), columns='<col min="2" max="16384" hidden="true"/>'),
    ],
)
def test_hidden_rows_and_columns_are_read_and_told(sheet: Sheet) -> None:
    """What a filter or a person hid may be a prohibition: it is read, and that is said."""
    table = read(book(sheet), KNOWN)
    assert (cells(table), found_by(table)) == (READ, ["tables.hidden_read"])


def test_hidden_rows_without_anything_are_not_told() -> None:
    """Rows and columns that hold nothing may be hidden."""
    sheet = Sheet(
        rows(*PUPILS) + '<row r="9" hidden="1"/>', columns='<col min="4" max="16384" hidden="1"/>'
    )
    assert read(book(sheet), KNOWN).notices == ()


# faults of a workbook


@pytest.mark.parametrize(
    "wrong",
    [
        '<c r="B2"><f>1+1</f><v>2</v></c>',
        '<c r="B2" t="str"><f>"x"</f></c>',
        '<c r="B2" t="e"><v>#REF!</v></c>',
    ],
)
def test_a_formula_or_an_error_is_refused(wrong: str) -> None:
    """Neither is a text that somebody wrote: its place is told."""
    line = f'<row r="2">{cell("A2", "Aino")}{wrong}</row>'
    trouble = refused(book(Sheet(rows("Nimi;Ei kuviin") + line)))
    assert trouble.code == "formula"
    assert trouble.parameters == {"row": 2, "column": "B"}


def test_what_no_cell_needs_may_be_damaged() -> None:
    """A broken theme or description of the file is no reason to refuse its table."""
    more = {"docProps/core.xml": "<broken", "xl/theme/theme1.xml": "<broken"}
    assert cells(read(book(Sheet(TABLE), more=more), KNOWN)) == READ


def test_a_zip_of_something_else_is_told() -> None:
    """A Word file, a LibreOffice table and a zip of photos have a sentence of their own."""
    for names in (
        ("word/document.xml", "[Content_Types].xml"),
        ("content.xml", "mimetype"),
        ("a.jpg",),
    ):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name in names:
                archive.writestr(name, "<a/>")
        assert refused(packed.getvalue()).code == "other_zip"


STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"


def repacked(content: bytes, part: str, old: str, new: str) -> bytes:
    """A workbook with other words, or another name, in the parts whose names hold ``part``."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(packed, "w") as after:
        for name in before.namelist():
            text = before.read(name).decode()
            parameters = part in name
            after.writestr(
                name.replace(old, new) if parameters else name,
                text.replace(old, new) if parameters else text,
            )
    return packed.getvalue()


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        pytest.param("xl/", MAIN, STRICT, id="all of it is strict"),
        pytest.param("sheet1", MAIN, STRICT, id="one sheet is strict"),
        pytest.param("sheet1", "sheet1.xml", "Sheet1.xml", id="one sheet's part is called else"),
    ],
)
def test_a_sheet_that_cannot_be_read_does_not_seem_empty(part: str, old: str, new: str) -> None:
    """A sheet of another kind, or none in its place, refuses the workbook: it may hold bans."""
    content = book(Sheet(TABLE, "5A"), Sheet(rows("Nimi", "Aino"), "5B"))
    assert refused(repacked(content, part, old, new)).code == "strange_sheets"


def test_a_zip_with_a_password_is_told() -> None:
    """A workbook that was packed with a password says so in its list of parts."""
    content = bytearray(book(Sheet(TABLE)))
    at = content.index(b"PK\1\2")
    content[at + 8] |= 1
    assert refused(bytes(content)).code == "encrypted"


def test_a_password_and_old_workbooks_are_told() -> None:
    """An encrypted .xlsx and an .xls of before 2007 have sentences of their own."""
    start = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    for stream, code in (
        ("EncryptedPackage", "encrypted"),
        ("Workbook", "old_workbook"),
        ("Book", "old_workbook"),
        ("WordDocument", "not_a_table"),
    ):
        content = start + stream.encode("utf-16-le") + bytes(400)
        assert refused(content).code == code


@pytest.mark.parametrize(
    "page",
    [
        "<html><table><tr><td>Nimi</td></tr></table></html>",
        "\ufeff\r\n<!DOCTYPE html>\n<table></table>",
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        "MIME-Version: 1.0\nX-Document-Type: Workbook\n",
        '  <META http-equiv="Content-Type" content="text/html"><TABLE>',
    ],
)
def test_a_page_under_a_spreadsheets_name_is_told(page: str) -> None:
    """An .xls that is HTML or XML has a sentence of its own, however it is coded."""
    for encoding in ("utf-8", "utf-16"):
        assert refused(page.encode(encoding)).code == "web_page"


def test_a_pdf_is_no_table() -> None:
    """A printed table cannot be read."""
    assert refused(b"%PDF-1.7\n%...").code == "not_a_table"


def _saved(change: Callable[[Any], None]) -> bytes:
    """Return a workbook as openpyxl saves it, changed before."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for line in ("Nimi;Luokka;Lupa", "Aino;5B;kyllä", "Otso;5B;kyllä"):
        sheet.append(line.split(";"))
    change(sheet)
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def _cross_out(sheet: Any) -> None:  # noqa: ANN401 - openpyxl
    sheet["C2"].font = Font(strike=True)
    sheet["C3"] = CellRichText("kyllä ", TextBlock(InlineFont(strike=True), "molemmat"))


def test_text_that_is_crossed_out_refuses_the_table() -> None:
    """A struck yes is no yes: the cells are named, all of the cell crossed out or a part."""
    assert refused(_saved(_cross_out)).parameters["cells"] == "C2, C3"


def test_other_styles_and_parts_of_a_text_are_read() -> None:
    """Bold text is text, in parts or whole; an empty coloured cell is empty."""

    def paint(sheet: Any) -> None:  # noqa: ANN401 - openpyxl
        sheet["A2"] = CellRichText("Ai", TextBlock(InlineFont(b=True), "no"))
        sheet["B2"].font = Font(bold=True)
        sheet["C3"].fill = PatternFill("solid", fgColor="00FF00")
        sheet["C3"] = None

    assert cells(read(_saved(paint), KNOWN)) == (("Aino", "5B", "kyllä"), ("Otso", "5B"))


def test_a_colour_that_may_be_an_answer_is_told() -> None:
    """Red behind a yes, green behind nothing; stripes and coloured columns say nothing."""
    red, grey = PatternFill("solid", fgColor="FF0000"), PatternFill("solid", fgColor="DDDDDD")

    def paint(sheet: Any) -> None:  # noqa: ANN401 - openpyxl
        for letter in "ABCD":
            sheet[f"{letter}2"].fill = grey
            sheet[f"{letter}1"].fill = red
        sheet["C3"].fill = red

    def stripe(sheet: Any) -> None:  # noqa: ANN401 - openpyxl
        for letter in "ABCD":
            sheet[f"{letter}2"].fill = grey
        sheet["D2"].fill = sheet["D3"].fill = red

    table = read(_saved(paint), KNOWN)
    assert found_by(table) == ["tables.colours_unread"]
    assert table.notices[0].parameters == {"cells": "C3"}
    assert found_by(read(_saved(stripe), KNOWN)) == []


@pytest.mark.parametrize(
    ("fills", "rows"),
    [
        ("r--", "2"),
        ("-r-r--rr--", "3, 5, 8, 9"),
        ("ggrgg", "4"),
        ("g-g-rrg-", "6, 7"),
        ("r", ""),
        ("g-g-g-", ""),
        ("-g-g-", ""),
        ("ggggg", ""),
        ("grgrg", ""),
    ],
)
def test_a_row_whose_colour_may_be_an_answer_is_told(fills: str, rows: str) -> None:
    """A legend may say what red means; stripes and one colour for all say nothing."""
    colours = {"r": "FF0000", "g": "DDDDDD"}

    def paint(sheet: Any) -> None:  # noqa: ANN401 - openpyxl
        for number, fill in enumerate(fills, start=2):
            for letter, text in zip("ABC", ("Aino", "5B", "kyllä"), strict=True):
                sheet[f"{letter}{number}"] = text
                if fill in colours:
                    colour = PatternFill("solid", fgColor=colours[fill])
                    sheet[f"{letter}{number}"].fill = colour

    notices = {each.code: each.parameters for each in read(_saved(paint), KNOWN).notices}
    expected = {"tables.row_colours_unread": {"rows": rows}} if rows else {}
    assert notices == expected


def test_text_that_a_rule_crosses_out_is_told() -> None:
    """Conditional formatting is not followed: a person says what holds; other rules are none."""

    def rule(sheet: Any) -> None:  # noqa: ANN401 - openpyxl
        struck = Rule(type="expression", dxf=DifferentialStyle(font=Font(strike=True)))
        struck.formula = ['$D2="perui"']
        red = Rule(type="expression", dxf=DifferentialStyle(font=Font(color="FF0000")))
        red.formula = ['$D2="x"']
        sheet.conditional_formatting.add("C2:C9", struck)
        sheet.conditional_formatting.add("A2:B9", red)

    table = read(_saved(rule), KNOWN)
    assert found_by(table) == ["tables.struck_by_rule"]
    assert table.notices[0].parameters == {"cells": "C2:C9"}


def test_notes_on_cells_are_told_and_kept() -> None:
    """Those below the headings, an answer to a thread of today as well."""
    thread = "[Threaded comment]\n\nYour version of Excel. Learn more: https://go.example/1\n\n"

    def note(sheet: Any) -> None:  # noqa: ANN401 - openpyxl
        sheet["C1"].comment = Comment("kyllä tai ei", "S")
        sheet["A2"].comment = Comment("EI", "S")
        sheet["C3"].comment = Comment(f"{thread}Comment:\n    ei lupaa", "S")

    table = read(_saved(note), KNOWN)
    assert table.notes == ((2, 0, "EI"), (3, 2, "ei lupaa"))
    assert found_by(table) == ["tables.notes_unread"]
    assert table.notices[0].parameters == {"cells": "A2, C3"}
