"""Tables of photos as offices make them: what is read, and how every fault is told."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment

from photoguard.errors import EXIT_SETUP, ConfigurationError
from photoguard.files import NOTES
from photoguard.model import Language, PhotoNotes, Reason, Role
from photoguard.notes import EXPECTED_TABLE, NotesRow, PhotoNames, find_notes, read_notes
from photoguard.tables import column_letter
from photoguard.tables.reading import read as read_here
from photoguard.tables.values import MOST_BYTES, MOST_CELLS, TableError
from photoguard.texts import say
from tests.tables.books import Sheet, book, rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from photoguard.notes import NotesTable

    Read = Callable[..., NotesTable]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Return what is read from a file with this content."""

    def write_and_read(content: bytes | str, name: str = "photos.csv") -> NotesTable:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_notes(path)

    return write_and_read


def workbook(*rows: list[Any], sheets: int = 1) -> bytes:
    """An XLSX file with these rows on its first sheet."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    for number in range(1, sheets):
        book.create_sheet(f"sheet {number}").append(["something else"])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def only(table: NotesTable) -> PhotoNotes:
    """The notes of the one row of a table."""
    (row,) = table.rows.values()
    return row.notes


WHOLE = PhotoNotes(
    description="Lumilinna pihalla",
    photographer="Maija Esimerkki",
    photographer_role=Role.STAFF,
    taken_for=("instagram", "facebook"),
    event="Talvipäivä",
    people=("p-12", "Aino Esimerkki #3"),
    works=("Bea Exempel",),
)
ROW = [
    "talvi/a.jpg",
    WHOLE.description,
    WHOLE.photographer,
    "{staff}",
    "instagram; facebook",
    WHOLE.event,
    "p-12; Aino Esimerkki #3",
    "Bea Exempel",
]
HEADINGS = {
    "fi": "tiedosto;kuvaus;kuvaaja;kuvaajan rooli;otettu kanavaan;tapahtuma;henkilöt;työt",
    "sv": "fil;beskrivning;fotograf;fotografens roll;tagen för;evenemang;personer;arbeten",
    "en": "file;description;photographer;photographer_role;taken_for;event;people;works",
}
STAFF = {"fi": "henkilökunta", "sv": "personal", "en": "staff"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("language", HEADINGS)
def test_a_csv_of_an_office_is_read(
    read: Read, language: str, delimiter: str, encoding: str
) -> None:
    """Three languages, three delimiters and three encodings say the same."""
    cells = [cell.format(staff=STAFF[language]) for cell in ROW]
    lines = [
        HEADINGS[language].replace(";", delimiter),
        delimiter.join(f'"{cell}"' for cell in cells),
        "",
    ]
    table = read("\r\n".join(lines).encode(encoding))
    assert table.rows == {"talvi/a.jpg": NotesRow(2, WHOLE)}


@pytest.mark.parametrize("language", HEADINGS)
def test_a_workbook_is_read(read: Read, language: str) -> None:
    """The first sheet of an XLSX says the same, whatever the file is called."""
    cells = [cell.format(staff=STAFF[language].upper()) for cell in ROW]
    content = workbook(HEADINGS[language].upper().split(";"), cells, sheets=2)
    for name in ("photos.xlsx", "people.csv"):
        assert read(content, name).rows == {"talvi/a.jpg": NotesRow(2, WHOLE)}


def test_cells_of_a_workbook_become_text(read: Read) -> None:
    """Numbers and dates are read as a person would write them; empty cells are empty."""
    day = dt.date(2026, 5, 9)
    content = workbook(
        ["file", "event", "people", "description", None],
        [1234, day, 3e20, 2.5],
        [None, None, None, None],
        ["b.jpg", dt.datetime(2026, 5, 9, 8, 30), None, True],  # noqa: DTZ001 - as in a cell
    )
    assert read(content).rows == {
        "1234": NotesRow(
            2,
            PhotoNotes(event="9.5.2026", people=("300000000000000000000",)),
        ),
        "b.jpg": NotesRow(4, PhotoNotes(event="9.5.2026", description="True")),
    }


@pytest.mark.parametrize(
    ("written", "works"),
    [
        ("", None),
        (" ; ", None),
        ("none", ()),
        ("Ei yhtään", ()),
        ("ei töitä", ()),
        ("Inga", ()),
        ("inga arbeten", ()),
        ("Aino; Bea;Aino", ("Aino", "Bea")),
    ],
)
def test_works_are_told_none_or_not_told(
    read: Read, written: str, works: tuple[str, ...] | None
) -> None:
    """An empty cell says nothing, the word for none says that there is no work."""
    assert only(read(f'file;works\na.jpg;"{written}"\n')).works == works


@pytest.mark.parametrize(
    ("written", "role"),
    [
        ("Henkilökunta", Role.STAFF),
        ("personal", Role.STAFF),
        ("lapsi", Role.CHILD),
        ("barn", Role.CHILD),
        ("oppilas", Role.CHILD),
        ("elev", Role.CHILD),
        ("opiskelija", Role.CHILD),
        ("studerande", Role.CHILD),
        ("muu", Role.OTHER),
        ("annan", Role.OTHER),
        ("", None),
    ],
)
def test_roles(read: Read, written: str, role: Role | None) -> None:
    """The photographer's role may be written in each language; empty is not told."""
    assert only(read(f"file;photographer role\na.jpg;{written}\n")).photographer_role is role


def test_text_is_cleaned(read: Read) -> None:
    """Control characters, direction marks and line ends become nothing or a space; NFC."""
    notes = only(read('file;description\na.jpg;"  Met\u0061\u0308 \u202e\x1b[31m\r\nja\tpiha "\n'))
    assert notes.description == "Metä [31m ja piha"


def test_blank_rows_and_short_rows(read: Read) -> None:
    """Blank rows are passed over and keep their numbers; a short row has empty cells."""
    table = read("\n;;\nfile;event;people\n\na.jpg\n;;\nb.jpg;Retki\n")
    assert table.rows == {
        "a.jpg": NotesRow(5, PhotoNotes()),
        "b.jpg": NotesRow(7, PhotoNotes(event="Retki")),
    }


@pytest.mark.parametrize(("first", "delimiter"), [("sep=;", ";"), ("SEP=,", ","), ("sep=\t", "\t")])
def test_the_first_line_of_excel(read: Read, first: str, delimiter: str) -> None:
    """A line that names the delimiter is obeyed."""
    table = read(f"{first}\r\nfile{delimiter}event\r\na.jpg{delimiter}Retki\r\n")
    assert only(table).event == "Retki"


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("./a.jpg", "a.jpg"),
        (r"retki\sub\a.jpg", "retki/sub/a.jpg"),
        ("retki//a.jpg", "retki/a.jpg"),
        ("klo 12:30.jpg", "klo 12:30.jpg"),
    ],
)
def test_paths_are_posix_and_relative(read: Read, written: str, path: str) -> None:
    """Backslashes of Windows and doubled slashes are put right."""
    assert list(read(f"file\n{written}\n").rows) == [path]


FAULTS: dict[str, tuple[bytes | str, str, dict[str, Any]]] = {
    "an unknown heading": (
        "file;ikä\na;1\n",
        "notes.heading",
        {"row": 1, "column": "B", "heading": "ikä"},
    ),
    "a heading twice": ("file;fil\na;b\n", "notes.heading_twice", {"row": 1, "column": "B"}),
    "a heading twice, lower down": (
        "\nfile;x;fil\n".replace("x", "event"),
        "notes.heading_twice",
        {"row": 2, "column": "C"},
    ),
    "no column of files": ("event\nRetki\n", "notes.no_file_column", {}),
    "nothing at all": ("", "notes.no_file_column", {}),
    "no file": ("event;file\nRetki;\n", "notes.no_file", {"row": 2, "column": "B"}),
    "a folder only": ("file\n.\n", "notes.no_file", {"row": 2, "column": "A"}),
    "an absolute path": ("file\n/a.jpg\n", "notes.path", {"row": 2, "column": "A"}),
    "a path outside": ("file\na/../../b.jpg\n", "notes.path", {"row": 2, "column": "A"}),
    "a drive of Windows": ("file\nC:\\a.jpg\n", "notes.path", {"row": 2, "column": "A"}),
    "a photo twice": (
        "file\nb\na.jpg\n./A.JPG\n",
        "notes.row_twice",
        {"row": 4, "other": 3, "column": "A"},
    ),
    "cells without a heading": ("file;people\na;Aino;Bea\n", "notes.too_many_cells", {"row": 2}),
    "a heading that is empty": ("file;;event\na;x;y\n", "notes.too_many_cells", {"row": 2}),
    "an open quotation mark": ('file\na\n"b\n', "tables.quotes", {"row": 3}),
    "a stray quotation mark": ('file\n"a"b\n', "tables.quotes", {"row": 2}),
    "a person without a name": ("file;people\na;#3\n", "notes.person", {"row": 2, "column": "B"}),
    "a face number of nothing": (
        "file;people\na;Aino #\n",
        "notes.person",
        {"row": 2, "column": "B"},
    ),
    "face number 0": ("file;people\na;Aino #0\n", "notes.person", {"row": 2, "column": "B"}),
    "a face that is no number": (
        "file;people\na;Aino #x\n",
        "notes.person",
        {"row": 2, "column": "B"},
    ),
    "two face numbers": ("file;people\na;Aino #1 #2\n", "notes.person", {"row": 2, "column": "B"}),
    "an unknown role": (
        "file;photographer_role\na;rehtori\n",
        "notes.role",
        {"row": 2, "column": "B", "value": "rehtori"},
    ),
    "none and somebody": ('file;works\na;"none;Aino"\n', "notes.works", {"row": 2, "column": "B"}),
    "binary": (b"\x00\x01\x02", "tables.not_a_table", {}),
    "no encoding at all": (b"file\n\x81\x8d\n", "tables.garbled", {"row": 2, "column": "A"}),
    "an empty archive": (b"PK\3\4" + b"\0" * 40, "tables.not_a_table", {}),
    "too many columns": (";" * MOST_CELLS + "file\n", "tables.too_large", {}),
    "too long": (b"file\n" + b"a" * MOST_BYTES, "tables.too_large", {}),
    "a formula": (
        workbook(["file", "people"], ["a.jpg", "=B1"]),
        "tables.formula",
        {"row": 2, "column": "B"},
    ),
    "a formula among the headings": (
        workbook(["file", "=A1"]),
        "tables.formula",
        {"row": 1, "column": "B"},
    ),
    "an error value": (workbook(["file"], ["#REF!"]), "tables.formula", {"row": 2, "column": "A"}),
}


@pytest.mark.parametrize(("content", "code", "where"), FAULTS.values(), ids=FAULTS)
def test_faults_say_where(
    read: Read, content: bytes | str, code: str, where: dict[str, Any]
) -> None:
    """Each fault stops with exit code 3, its place, a sentence and a remedy."""
    with pytest.raises(ConfigurationError) as caught:
        read(content)
    assert caught.value.exit_code == EXIT_SETUP
    assert caught.value.code == code
    parameters: dict[str, Any] = caught.value.parameters
    assert {key: parameters[key] for key in where} == where
    assert parameters["file"] == "photos.csv"
    for language in Language:
        for sentence in (caught.value.code, f"{caught.value.code}.remedy"):
            assert say(sentence, language, **parameters)


def test_a_note_that_denies_is_a_fault(read: Read) -> None:
    """Notes on cells are not read, so one that may forbid a photo stops; others are told."""

    def noted(text: str) -> bytes:
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        sheet.append(["file", "description"])
        sheet.append(["a.jpg", "Lumilinna"])
        sheet["B2"].comment = Comment(text, "S")
        content = io.BytesIO()
        book.save(content)
        return content.getvalue()

    with pytest.raises(ConfigurationError) as caught:
        read(noted("Aino ei saa näkyä"), "photos.xlsx")
    assert caught.value.code == "notes.note_denies"
    assert caught.value.parameters == {"file": "photos.xlsx", "cell": "B2"}
    for language in Language:
        assert say("notes.note_denies", language, file="photos.xlsx", cell="B2")
        assert say("notes.note_denies.remedy", language)
    told = read(noted("kysy Maijalta"), "photos.xlsx").notices
    assert [notice.code for notice in told] == ["tables.notes_unread"]


@pytest.mark.parametrize("state", ["visible", "hidden"])
def test_another_sheet_that_may_forbid_is_a_fault(read: Read, state: str) -> None:
    """Nobody knows which photo it means, so it is asked about; the table may come before it."""
    table = Sheet(rows("file;description", "a.jpg;Lumilinna"))
    for words in ("Aino ei saa olla kuvissa", "får inte publiceras", "must not be shown"):
        other = Sheet(rows("Muistettavaa", f";{words}"), "Muuta", state)
        for sheets in ((table, other), (other, table)):
            with pytest.raises(ConfigurationError) as caught:
                read(book(*sheets), "photos.xlsx")
            assert caught.value.code == "notes.sheet_forbids"
            parameters: dict[str, Any] = caught.value.parameters
            assert parameters == {"file": "photos.xlsx", "sheet": "Muuta", "cell": "B2"}
    for language in Language:
        assert "B2" in say("notes.sheet_forbids", language, **parameters)
        assert say("notes.sheet_forbids.remedy", language)
    harmless = Sheet(rows("Muista", "kysy Maijalta;ei vielä valmis"), "Muuta", state)
    assert only(read(book(table, harmless), "photos.xlsx")).description == "Lumilinna"


def merged(area: str, *lines: str) -> bytes:
    """A workbook with these lines of cells, of which an area is merged."""
    return book(Sheet(rows(*lines), merged=(area,)))


def test_a_face_number_over_several_photos_is_a_fault(read: Read) -> None:
    """A number means one face of one photo; merged over photos it would show other children."""
    people = ("file;people", "a.jpg;Aino #1", "b.jpg;", "c.jpg;")
    with pytest.raises(ConfigurationError) as caught:
        read(merged("B2:B4", *people), "photos.xlsx")
    assert caught.value.code == "notes.merged_number"
    parameters: dict[str, Any] = caught.value.parameters
    for language in Language:
        told = say("notes.merged_number", language, **parameters)
        assert all(word in told for word in ("a.jpg", "b.jpg", "c.jpg", "B2:B4"))
        assert "Aino" not in told
        assert say("notes.merged_number.remedy", language)


def test_a_name_without_a_number_holds_for_all_its_photos(read: Read) -> None:
    """Merged over photos, a name, an event and a description are each photo's; so is one cell."""
    lines = ("file;people;event;description", "a.jpg;Aino;Retki;Lumilinna", "b.jpg;;;")
    for area, place in (("B2:B3", "people"), ("C2:C3", "event"), ("D2:D3", "description")):
        table = read(merged(area, *lines), "photos.xlsx")
        both = [getattr(row.notes, place) for row in table.rows.values()]
        assert both[0]
        assert both[0] == both[1]
    alone = read(merged("B2:B4", "file;people", "a.jpg;Aino #1"), "photos.xlsx")
    assert only(alone).people == ("Aino #1",)


COUNTED = (
    (("Aino #1", "Aino #2", "Aino #3", "Aino #4"), "all"),
    (("Bea #4; Aino #1", "Bea #4; aino#2", "Bea #4; Aino #3", "Bea #4"), "Aino"),
    (("Korhonen Aino #1", "Aino Korhonen #2", "Korhonen, Aino #3"), "none"),
    (("Aino #1", "Aino #2", "Bea #3", "Bea #4"), "none"),
    (("Aino #1", "Aino #1", "Aino #1", "Aino #2"), "none"),
    (("Aino #3", "Aino #2", "Aino #1", "Aino"), "none"),
    (("Aino #1", "Aino #3", "Aino #5", "Aino #7"), "none"),
    (("Aino #1", "", "Aino #2", "Aino #3"), "none"),
)


@pytest.mark.parametrize(("cells", "counted"), COUNTED, ids=lambda each: str(each)[:40])
def test_numbers_that_a_spreadsheet_counted_up(
    read: Read, cells: tuple[str, ...], counted: str
) -> None:
    """Where somebody dragged "Aino #1" down, no row's number is taken for what it says."""
    files = [f"{at}.jpg" for at in range(len(cells))]
    lines = [f'{file};"{cell}"' for file, cell in zip(files, cells, strict=True)]
    notes, _ = read("\n".join(["file;people", *lines])).assign(PhotoNames.of(files))
    marked = [name for each in notes.values() for name in each.counted_up]
    people = [name for each in notes.values() for name in each.people]
    wanted = {"all": people, "none": [], "Aino": [name for name in people if "Bea" not in name]}
    assert marked == wanted[counted]


def test_a_text_over_several_columns_is_a_fault(read: Read) -> None:
    """A description that is merged over the next column is not the photographer's name as well."""
    with pytest.raises(ConfigurationError) as caught:
        read(merged("B2:C2", "file;description;photographer", "a.jpg;Lumilinna;"), "photos.xlsx")
    assert caught.value.code == "notes.merged_columns"
    parameters: dict[str, Any] = caught.value.parameters
    for language in Language:
        assert "B2:C2" in say("notes.merged_columns", language, **parameters)
        assert say("notes.merged_columns.remedy", language)
    beside = merged("B2:C2", "file;description", "a.jpg;Lumilinna")
    assert only(read(beside, "photos.xlsx")).description == "Lumilinna"


def test_names_of_people_stand_in_no_fault(read: Read) -> None:
    """A fault names the cell, not the child."""
    with pytest.raises(ConfigurationError) as caught:
        read("file;people\na;Aino Esimerkki #\n")
    assert "Aino" not in str(caught.value.parameters)


def test_allowed_headings_are_told_in_all_languages(read: Read) -> None:
    """Whoever wrote an unknown heading sees every allowed one."""
    with pytest.raises(ConfigurationError) as caught:
        read("file;ikä\n")
    for words in HEADINGS.values():
        for heading in words.replace("_", " ").split(";"):
            assert heading in str(caught.value.parameters["allowed"])


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """A table that is not there, or is a folder, is a fault with a sentence."""
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(ConfigurationError) as caught:
            read_notes(path)
        assert caught.value.code == "tables.unreadable"


def test_a_packed_bomb_is_refused(read: Read) -> None:
    """A workbook that unpacks to hundreds of megabytes is refused unread."""
    packed = io.BytesIO(workbook(["file"]))
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/more.xml", bytes(110 * 1024 * 1024))
    with pytest.raises(ConfigurationError) as caught:
        read(packed.getvalue())
    assert caught.value.code == "tables.too_large"


def test_a_sheet_that_claims_to_be_long(read: Read) -> None:
    """A row far beyond any folder of photos is refused."""
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "file"
    book.worksheets[0]["A100001"] = "a.jpg"
    content = io.BytesIO()
    book.save(content)
    with pytest.raises(ConfigurationError) as caught:
        read(content.getvalue())
    assert caught.value.code == "tables.too_large"


def fault_of(content: bytes) -> str:
    """The code with which a table of this content is refused, "" where it is read."""
    try:
        read_here(content, EXPECTED_TABLE)
    except TableError as trouble:
        return trouble.code
    return ""


READ_OR_REFUSED = {
    *("", "not_a_table", "too_large", "quotes", "formula", "garbled", "other_zip", "encrypted"),
    *("headings_unclear", "merged_headings", "merged_values", "several_sheets", "only_hidden"),
    "strange_sheets",
}
WHOLE_BOOK = workbook(["file", "event"], ["a.jpg", "Retki"])


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_damaged_workbook_is_a_fault_and_nothing_else(
    data: st.DataObject,
) -> None:
    """Bytes changed or cut anywhere give a table or a ConfigurationError."""
    content = bytearray(WHOLE_BOOK)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, 990)) * len(content) // 1000 + 4
        struct.pack_into("<I", content, place, data.draw(st.integers(0, 2**32 - 1)))
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, 999)) * len(content) // 1000 :]
    assert fault_of(bytes(content)) in READ_OR_REFUSED


@given(content=st.binary(max_size=80))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_a_table_or_a_fault(
    content: bytes,
) -> None:
    """Whatever stands in the file, it is read or refused with a code."""
    assert fault_of(b"file;people;works\n" + content) in READ_OR_REFUSED


# rows and files


def test_rows_meet_files_in_nfc_and_any_case(read: Read) -> None:
    """A name in other letters or another normal form is the same file."""
    table = read("file;event\nMets\u00e4/KUVA 1.JPG;Retki\n")
    file = "metsa\u0308/kuva 1.jpg"
    assigned, notices = table.assign(PhotoNames.of([file, "other.jpg"]))
    assert assigned == {file: PhotoNotes(event="Retki")}
    assert notices == ()


def test_a_row_without_a_file_is_a_notice(read: Read) -> None:
    """A row for a photo that is not there is told with its place, and the rest is used."""
    table = read("file;event\ngone.jpg;Retki\na.jpg;Juhla\n")
    assigned, notices = table.assign(PhotoNames.of(["a.jpg"]))
    assert assigned == {"a.jpg": PhotoNotes(event="Juhla")}
    parameters: dict[str, Any] = {"table": "photos.csv", "row": 2, "file": "gone.jpg"}
    assert notices == (Reason("notes.no_such_file", (), parameters),)
    for language in Language:
        assert say("notes.no_such_file", language, **parameters)
        assert say("notes.no_such_file.next", language)


def test_a_row_that_could_mean_two_files_means_neither(read: Read) -> None:
    """Two names that differ in case only need the exact one."""
    both = ["A.jpg", "a.JPG"]
    assigned, notices = read("file\na.jpg\n").assign(PhotoNames.of(both))
    assert assigned == {}
    assert [each.code for each in notices] == ["notes.two_files"]
    assigned, notices = read("file;event\na.JPG;Retki\n").assign(PhotoNames.of(both))
    assert assigned == {"a.JPG": PhotoNotes(event="Retki")}
    assert notices == ()


SHOT_TWICE = ["IMG_1.HEIC", "IMG_1.jpg"]
IN_FOLDERS = ["a/IMG_1.jpg", "b/IMG_1.jpg", "b/IMG_2.jpg"]


@pytest.mark.parametrize(
    ("written", "files", "code", "waiting"),
    [
        pytest.param("IMG_1", SHOT_TWICE, "two_files", SHOT_TWICE, id="without suffix"),
        pytest.param("IMG_1.jpg", IN_FOLDERS, "other_folder", IN_FOLDERS[:2], id="no folder"),
        pytest.param("IMG_2", IN_FOLDERS, "other_folder", IN_FOLDERS[2:], id="no folder, bare"),
        pytest.param("x/b/IMG_2.jpg", IN_FOLDERS, "other_folder", IN_FOLDERS[2:], id="one more"),
        pytest.param("IMG_3.jpg", IN_FOLDERS, "nearest_file", [], id="only similar"),
    ],
)
def test_photos_that_an_unused_row_may_mean_wait(
    read: Read, written: str, files: list[str], code: str, waiting: list[str]
) -> None:
    """The row may name a child who is never in pictures: none of them is ready without it."""
    assigned, (notice,) = read(f"file;people\n{written};Veera\n").assign(PhotoNames.of(files))
    assert notice.code == f"notes.{code}"
    assert assigned == {file: PhotoNotes(row_unclear=True) for file in waiting}
    for language in Language:
        assert say(notice.code, language, None, **notice.parameters)
        assert say(f"{notice.code}.next", language)


@pytest.mark.parametrize(
    ("rows", "people_missing"),
    [
        pytest.param("k/IMG_1.HEIC;Veera;", ["k/IMG_1.jpg"], id="one of two"),
        pytest.param("k/IMG_1.HEIC;Veera;\nk/IMG_1.jpg;;Retki", ["k/IMG_1.jpg"], id="no people"),
        pytest.param("k/IMG_1.HEIC;Veera;\nk/IMG_1.jpg;Veera;", [], id="both"),
        pytest.param("k/IMG_1.HEIC;;Retki", [], id="nobody told"),
        pytest.param("m/IMG_1.jpg;Veera;", [], id="in another folder"),
        pytest.param("k/IMG_1;Veera;", [], id="a row that may mean both"),
    ],
)
def test_another_file_of_one_shot_waits_for_its_people(
    read: Read, rows: str, people_missing: list[str]
) -> None:
    """Whoever fills in the row of the HEIC only has not told who is in the JPG beside it."""
    files = ["k/IMG_1.HEIC", "k/IMG_1.jpg", "m/IMG_1.jpg"]
    notes, _ = read(f"file;people;event\n{rows}\n").assign(PhotoNames.of(files))
    assert [file for file, each in notes.items() if each.people_missing] == people_missing


def test_a_second_row_of_a_photo_holds_it_too(read: Read) -> None:
    """Whom it names is not used; the first row alone may be what was meant before."""
    names = PhotoNames.of(["a.jpg"], {"a.jpg": "ready/photo-001.jpg"})
    assigned, notices = read("file;people\na.jpg;Aino\nphoto-001;Veera\n").assign(names)
    assert [each.code for each in notices] == ["notes.told_twice"]
    assert assigned == {"a.jpg": PhotoNotes(people=("Aino",), row_unclear=True)}


@pytest.mark.parametrize(
    ("cells", "waits"),
    [
        ("Lumilinna;;", False),
        ("EI SAA JULKAISTA;;", True),
        (";Maija;", True),
        (";;ei", False),
        (";;Otso", True),
    ],
)
def test_only_a_row_that_could_stop_a_photo_holds_it(
    read: Read,
    cells: str,
    *,
    waits: bool,
) -> None:
    """A description or the word for no works forbids nothing; it is only told to be unused."""
    table = read(f"file;description;photographer;works\nIMG_2.jpg;{cells}\n")
    assigned, notices = table.assign(PhotoNames.of(IN_FOLDERS))
    assert [each.code for each in notices] == ["notes.other_folder"]
    assert ("b/IMG_2.jpg" in assigned) is waits


def test_a_row_follows_a_photo_that_was_renamed(read: Read) -> None:
    """A photo of an earlier run is the same under another name; a deleted one is no other."""
    names = PhotoNames.of(["metsa.jpg", "b/IMG_1.jpg"], {}, {"IMG_4.jpg": "metsa.jpg"})
    for written in ("IMG_4.jpg", "img_4"):
        assigned, (notice,) = read(f"file;people\n{written};Veera\n").assign(names)
        assert notice.code == "notes.renamed"
        assert notice.parameters["now"] == "metsa.jpg"
        # and the copy that was made under the old name
        assert assigned == dict.fromkeys(("IMG_4.jpg", "metsa.jpg"), PhotoNotes(people=("Veera",)))


@pytest.mark.parametrize("written", ["IMG_1.jpg", "img_1", "photo-001.jpg", "photo-001"])
def test_a_row_for_a_deleted_photo_counts_for_its_copy(read: Read, written: str) -> None:
    """The copy may still be there; another photo of that name in a folder is not meant."""
    copies = {"IMG_1.jpg": "ready/photo-001.jpg"}
    names = PhotoNames.of(["b/IMG_1.jpg"], copies, {"IMG_1.jpg": ""})
    assigned, (notice,) = read(f"file;people\n{written};Veera\n").assign(names)
    assert assigned == {"IMG_1.jpg": PhotoNotes(people=("Veera",))}
    assert notice.code == "notes.no_such_file"


def test_the_table_beside_the_photos_is_found(tmp_path: Path) -> None:
    """One of the two names, in any case; a folder of that name is none, both are a fault."""
    assert find_notes(tmp_path) is None
    (tmp_path / NOTES[1]).mkdir()
    assert find_notes(tmp_path) is None
    (tmp_path / "Photos.CSV").write_text("file\n")
    assert find_notes(tmp_path) == tmp_path / "Photos.CSV"
    (tmp_path / NOTES[1]).rmdir()
    (tmp_path / NOTES[1]).write_bytes(workbook(["file"]))
    with pytest.raises(ConfigurationError) as caught:
        find_notes(tmp_path)
    assert caught.value.code == "notes.two_tables"
    assert caught.value.parameters == {"file": "Photos.CSV", "other": "photos.xlsx"}


@pytest.mark.parametrize(("place", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ")])
def test_columns_have_letters(place: int, letters: str) -> None:
    """A column is told as a spreadsheet shows it."""
    assert column_letter(place) == letters


# what the reading of the table says


def test_notices_of_the_reading_reach_the_run(read: Read) -> None:
    """A title that was passed over, and a sheet that was left, are told with the table's name."""
    sheets = (Sheet(rows("muistio"), "Muuta"), Sheet(rows("Retki", "tiedosto;kuvaus", "a.jpg;b")))
    assigned, notices = read(book(*sheets), "photos.xlsx").assign(PhotoNames.of(["a.jpg"]))
    assert assigned == {"a.jpg": PhotoNotes(description="b")}
    assert [each.code for each in notices] == ["tables.title_passed", "tables.sheets_left"]
    assert {each.parameters["table"] for each in notices} == {"photos.xlsx"}
    for notice in notices:
        for language in Language:
            assert say(notice.code, language, None, **notice.parameters)
            assert say(f"{notice.code}.next", language)


def test_people_beyond_the_claimed_size_are_read(read: Read) -> None:
    """A column that the sheet does not claim names people all the same."""
    lines = rows("tiedosto;kuvaus;henkilöt", "k1.jpg;Pihalla;Ot\u00adso Malli")
    assert only(read(book(Sheet(lines, dimension="A1:B2")))).people == ("Otso Malli",)


def test_two_sheets_of_photos_are_refused(read: Read) -> None:
    """Nobody can tell which of two tables holds."""
    lines = rows("tiedosto", "a.jpg")
    with pytest.raises(ConfigurationError) as caught:
        read(book(Sheet(lines, "a"), Sheet(lines, "b")))
    assert caught.value.code == "tables.several_sheets"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_text_of_excel_is_read(read: Read, encoding: str) -> None:
    """What Excel calls Unicode text, with tabs, is a table too."""
    assert (
        only(read("tiedosto\tkuvaus\na.jpg\tPihlaja\n".encode(encoding))).description == "Pihlaja"
    )
