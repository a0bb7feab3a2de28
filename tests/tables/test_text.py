"""A text file is read in the code page and with the separator that it has, or refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photoguard.tables.reading import read
from photoguard.tables.values import ExpectedTable, Table, TableError
from tests.tables.books import Sheet, book, rows

KNOWN = ExpectedTable(
    frozenset({"nimi", "luokka", "ei kuviin", "huoltaja", "tiedosto", "henkilöt"})
)
PUPILS = "Nimi;Luokka;Ei kuviin\r\nVäinö Mäkelä;5B;\r\nÅsa Sjölund;5B;x\r\nSören Näre;5C;\r\n"


def cells(table: Table) -> tuple[tuple[str, ...], ...]:
    """The cells of every row below the headings."""
    return tuple(row.cells for row in table.rows)


def refused(content: bytes) -> TableError:
    """The fault with which a file is refused."""
    with pytest.raises(TableError) as caught:
        read(content, KNOWN)
    return caught.value


# code pages


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16", "utf-16-le", "utf-16-be"],
)
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_the_ways_of_offices_are_read(encoding: str, separator: str) -> None:
    """UTF-8 and UTF-16, with a mark or without, and Windows-1252 say the same."""
    table = read(PUPILS.replace(";", separator).encode(encoding), KNOWN)
    assert table.headings == ("Nimi", "Luokka", "Ei kuviin")
    assert cells(table) == (
        ("Väinö Mäkelä", "5B"),
        ("Åsa Sjölund", "5B", "x"),
        ("Sören Näre", "5C"),
    )


NAMES = (
    *("Väinö", "Mäkelä", "Åke", "Öhman", "ÄIJÄLÄ", "Sören", "Tyttö", "Åsa", "MÄKELÄ", "Pål"),
    *("André", "Müller", "Ängslund", "ÖSTERGÅRD", "Näre"),
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("page", ["mac_roman", "cp850", "cp437"])
def test_a_name_of_another_code_page_is_refused(page: str, name: str) -> None:
    """A file of Mac Roman or of the old console holds no name that could be trusted."""
    trouble = refused(f"Nimi;Luokka\nAino;5B\n{name};5B\n".encode(page))
    assert (trouble.code, trouble.parameters) == ("garbled", {"row": 3, "column": "A"})


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("page", ["mac_roman", "cp850"])
def test_a_name_that_was_saved_again_is_refused(page: str, name: str) -> None:
    """What was taken for Windows-1252 and then saved as UTF-8 is not trusted either."""
    content = f"Nimi;Luokka\n{name} {name} Väinö;5B\n".encode(page).decode("cp1252", "ignore")
    assert refused(content.encode()).code == "garbled"


@pytest.mark.parametrize("name", [*NAMES, "Škoda", "Dvořák", "Łukasz", "Özgür", "O’Malli", "Élise"])
@pytest.mark.parametrize("page", ["cp1252", "latin-1", "mac_roman", "cp850"])
def test_a_name_that_was_coded_twice_is_refused(page: str, name: str) -> None:
    """UTF-8 that was taken for another code page and coded again is refused, with its cell."""
    twice = name.encode().decode(page, "replace")
    trouble = refused(f"Nimi;Luokka\n{twice};5B\n".encode())
    assert (trouble.code, trouble.parameters) == ("garbled", {"row": 2, "column": "A"})


@pytest.mark.parametrize(
    "lost",
    [
        "V\ufffdin\ufffd",
        "V?in?",
        "M?kel?",
        "?sa Sj?lund",
        "?sa",
        "S?ren",
        "(?sa)",
        "V&auml;in&ouml;",
    ],
)
def test_a_lost_letter_is_refused(lost: str) -> None:
    """A sign in a letter's place cannot be undone."""
    trouble = refused(f"Nimi|Luokka\n{lost}|5B\n".encode())
    assert (trouble.code, trouble.parameters) == ("garbled", {"row": 2, "column": "A"})


def test_a_lost_letter_in_a_workbook_is_refused() -> None:
    """A workbook that took in a garbled file is as garbled."""
    for lost in ("V?inö", "V\ufffdinö", "VÃ¤inÃ¶"):
        trouble = refused(book(Sheet(rows("Nimi;Luokka", "Aino;5B", f"Otso;{lost}"))))
        assert (trouble.code, trouble.parameters) == ("garbled", {"row": 3, "column": "B"})


HONEST = (
    *("Saako kuvata?", "?", "Kyllä? Ei?", "Kuka tämä on? Aino", "https://a.fi/x?id=3", "a@b.fi"),
    *("www.a.fi/x?y", "O’Malli", "Maija–Liisa", "”Aino”", "“Aino”", "10 €", "5 €/kk", "klo 12–13"),
    *("Dušan", "Šakki ja Žižek", "Tšaikovski", "Cœur", "LÍŠKA", "Hups…", "”Åsa”", "Nuñez", "João"),
    *("Â", "ÅÄÖ", "20 °C", "½ l", "H&M", "Lego™", "© Aino", "§ 5", "„Aino“", "Ñandú", "Straße"),
)


@pytest.mark.parametrize("found", HONEST)
def test_an_honest_text_is_read(found: str) -> None:
    """Question marks, quotation marks, other languages and signs are no lost letters."""
    assert cells(read(f"Nimi;Selitys\nÄijä;{found}\n".encode(), KNOWN)) == (("Äijä", found),)


@pytest.mark.parametrize("found", HONEST)
def test_an_honest_text_of_windows_is_read(found: str) -> None:
    """The same in Windows-1252, where a Finnish file has its ä and ö."""
    content = f"Nimi;Selitys\nÄijä;{found}\n".encode("cp1252")
    assert cells(read(content, KNOWN)) == (("Äijä", found),)


def test_what_is_no_text_is_refused() -> None:
    """Zeros on both sides are no UTF-16, and half a letter is none either."""
    assert refused(b"N\0\0imi;\0").code == "not_a_table"
    assert refused(b"\xff\xfeN\0i\0\0\xd8").code == "not_a_table"
    assert refused("Nimi\nAino\n".encode("utf-32")).code == "not_a_table"


@settings(max_examples=60, deadline=None)
@given(
    name=st.text("abcdefghijklmnopqrstuvwxyzåäöÅÄÖéüÉÜABC -'", min_size=1).filter(
        lambda text: bool(text.strip(" -'"))
    ),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
)
def test_every_honest_name_is_read_as_it_is(name: str, encoding: str) -> None:
    """Whatever Finnish and Swedish letters a name has, no honest coding of it is refused."""
    table = read(f"Nimi;Luokka\n{name};Åk 5\n".encode(encoding), KNOWN)
    assert cells(table) == ((" ".join(name.split()), "Åk 5"),)


# separators


@pytest.mark.parametrize(
    "text",
    [
        "Nimi;Lupa (Instagram, Facebook, verkkosivut), huoltajat\nAino;ei\n",
        "Nimi;Lupa, a, b, c\nAino;ei\nOtso, pieni;ei, ei, ei\n",
        '"Nimi";"Lupa, a, b"\n"Aino, iso";ei\n',
        "Nimi\tLupa (a; b, c; d)\nAino\tei\n",
        "Nimi,Lupa (a; b; c; d)\nAino,ei\n",
        "Nimi|Lupa; a, b\nAino|ei\n",
        "sep=;\nNimi;Lupa, a, b, c, d\nAino;ei\n",
        "Luokka 5B, kevät, 2026\nNimi;Lupa, a, b, c, d\nAino;ei\n",
    ],
)
def test_known_headings_tell_the_separator(text: str) -> None:
    """However many other signs stand in a heading, the known heading is found whole."""
    table = read(text.encode(), KNOWN)
    assert table.headings[0] == "Nimi"
    assert len(table.headings) == 2
    assert {row.cells[1].split(",")[0] for row in table.rows} == {"ei"}


def test_even_rows_tell_the_separator() -> None:
    """Where no heading is known, each row has as many cells as the headings."""
    table = read(b"Pupil, all names;Grade\nAino;5\nOtso;6\n", ExpectedTable())
    assert table.headings == ("Pupil, all names", "Grade")
    table = read(b"Pupil,Grade;level\nAino,5\nOtso,6\n", ExpectedTable())
    assert table.headings == ("Pupil", "Grade;level")


def test_cells_in_quotation_marks_may_hold_anything() -> None:
    """Separators, quotation marks and line ends inside a cell are its own."""
    text = 'Nimi;Selitys\n"Aino; iso";"sanoi ""hei"""\n"Otso";"kaksi\r\nriviä; a"\n'
    table = read(text.encode(), KNOWN)
    assert cells(table) == (("Aino; iso", 'sanoi "hei"'), ("Otso", "kaksi riviä; a"))
    assert [row.number for row in table.rows] == [2, 3]


# titles


@pytest.mark.parametrize(
    ("above", "passed"),
    [
        ("Luvat 5B\n", "1"),
        ("Luvat 5B;;\n", "1"),
        ("\nLuvat 5B;;\n;;\nKevät 2026\n", "2, 4"),
        ("Luokka\n", "1"),
    ],
)
def test_a_title_is_passed_over_and_told(above: str, passed: str) -> None:
    """Rows with a text or two above clear headings are a title; their numbers are told."""
    table = read(f"{above}{PUPILS}".encode(), KNOWN)
    assert table.headings == ("Nimi", "Luokka", "Ei kuviin")
    assert len(table.rows) == 3
    assert table.heading_row == above.count("\n") + 1
    (notice,) = table.notices
    assert (notice.code, notice.parameters) == ("tables.title_passed", {"rows": passed})


def test_a_title_may_have_a_day() -> None:
    """Above many headings a title may hold two texts."""
    text = "Luvat 5B;;Tulostettu 1.9.2026;\nNimi;Luokka;Huoltaja;Ei kuviin\nAino;5B;Liisa;x\n"
    assert read(text.encode(), KNOWN).heading_row == 2


@pytest.mark.parametrize("merged", [("A1:C1",), ("A1:B1",), ()])
def test_a_title_may_be_merged(merged: tuple[str, ...]) -> None:
    """A title that was merged over the columns is one text."""
    sheet = Sheet(rows("Luvat 5B;;", "Nimi;Luokka;Ei kuviin", "Aino;5B;x"), merged=merged)
    table = read(book(sheet), KNOWN)
    assert (table.heading_row, cells(table)) == (2, (("Aino", "5B", "x"),))


@pytest.mark.parametrize(
    "above",
    [
        ";;Ei kuviin\n",
        "Oppilas;Ryhmä;Kielto\n",
        "Aino;5B;x\n",
        "Luvat;;Ei kuviin\n",
    ],
)
def test_what_may_be_headings_is_not_passed_over(above: str) -> None:
    """A text above an unknown heading may complete it: the table is refused with its row."""
    trouble = refused(f"{above}Nimi;Luokka;2026\nAino;5B;x\n".encode())
    assert (trouble.code, trouble.parameters) == ("headings_unclear", {"row": 2, "column": "A"})


def test_a_word_that_looks_like_a_heading_is_none() -> None:
    """A known word in a row of the table makes it no row of headings."""
    table = read(b"Pupil;Grade\nAino;5\nOtso;Luokka\n", KNOWN)
    assert (table.headings, table.heading_row) == (("Pupil", "Grade"), 1)


def test_headings_below_a_word_merged_down_are_whole() -> None:
    """A heading that is merged with the cell above it stands in the row of headings."""
    sheet = Sheet(
        rows("Luvat 5B;;Ei kuviin", "Nimi;Luokka;", "Aino;5B;x"), merged=("A1:B1", "C1:C2")
    )
    table = read(book(sheet), KNOWN)
    assert (table.headings, table.heading_row) == (("Nimi", "Luokka", "Ei kuviin"), 2)
