"""The table to fill in lies in the output folder, and what staff type in it is read."""

from __future__ import annotations

import hashlib
import json
import shutil
from typing import TYPE_CHECKING, Any

import numpy as np
import openpyxl
import pytest
from click.testing import CliRunner
from PIL import Image

from photoguard.cli import photoguard
from photoguard.errors import ConfigurationError
from photoguard.files import PRIVATE
from photoguard.model import Language
from photoguard.notes import COLUMNS, read_notes
from photoguard.report import sheet
from tests.pipeline.photos import LANDSCAPE, small
from tests.report import invented

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("IMG_1.jpg", "metsä/IMG_2.jpg")
PLACE = {name: place for place, name in enumerate(COLUMNS, start=1)}


def prepare(folder: Path, *options: str) -> tuple[dict[str, Any], str]:
    """Run ``prepare``; return the manifest and what was said."""
    arguments = ["prepare", str(folder), "--jobs", "1", "--language", "fi", *options]
    done = CliRunner().invoke(photoguard, arguments, catch_exceptions=False)
    manifest: dict[str, Any] = json.loads((output_of(folder) / "manifest.json").read_text("utf-8"))
    return manifest, done.output


def output_of(folder: Path) -> Path:
    """Where the copies of a folder lie."""
    return folder.with_name(f"{folder.name}-photoguard")


def fill(folder: Path, row: int, **cells: str) -> None:
    """Type into the table as a spreadsheet would, and save it."""
    place = output_of(folder) / "photos.xlsx"
    book = openpyxl.load_workbook(place)
    for name, text in cells.items():
        book.worksheets[0].cell(row, PLACE[name], text)
    book.save(place)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of two photos that was prepared once."""
    folder = tmp_path_factory.mktemp("table") / "retki"
    for number, name in enumerate(NAMES):
        small(folder / name, 100 + number, LANDSCAPE)
    prepare(folder)
    return folder


@pytest.fixture
def folder(once: Path, tmp_path: Path) -> Path:
    """The same, for one test alone, prepared at its own place."""
    shutil.copytree(once, tmp_path / "retki")
    prepare(tmp_path / "retki")
    return tmp_path / "retki"


def test_a_row_a_photo_with_its_picture_in_the_users_language(once: Path) -> None:
    """Number, picture and file stand there; nobody types a file name; nothing is told yet."""
    sheet = openpyxl.load_workbook(output_of(once) / "photos.xlsx").worksheets[0]
    heading = [cell.value for cell in sheet[1]]
    assert heading == [words[0] for words in COLUMNS.values()]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [row[0] for row in rows] == ["001", "002"]
    assert [row[2] for row in rows] == list(NAMES)
    assert not any(any(row[3:]) for row in rows)
    assert len(sheet._images) == len(NAMES)  # type: ignore[attr-defined]
    offered = {str(each.sqref)[0]: each.formula1 for each in sheet.data_validations.dataValidation}
    assert offered["F"] == '"henkilökunta,lapsi,muu"'
    assert not list(once.rglob("photos.xlsx"))


def test_what_is_typed_is_read_and_stays(folder: Path) -> None:
    """A description from the table is embedded on the next run and stands there after it."""
    fill(folder, 3, description="Lehmiä kävyistä", works="ei", photographer_role="lapsi")
    manifest, _ = prepare(folder)
    first, second = manifest["photos"]
    assert not first["alt_text_confirmed"]
    assert second["alt_text_confirmed"]
    assert "Lehmiä kävyistä" in second["alt_text"]["fi"]
    read = read_notes(output_of(folder) / "photos.xlsx").rows[NAMES[1]].notes
    assert (read.description, read.works) == ("Lehmiä kävyistä", ())
    assert read.photographer_role == "child"


def test_the_table_keeps_its_language(folder: Path) -> None:
    """Whoever looks in another language leaves the staff's table, its words and offers as is."""
    fill(folder, 3, works="ei", photographer_role="lapsi")
    output = output_of(folder)
    manifest = json.loads((output / "manifest.json").read_text("utf-8"))
    for language in (Language.EN, Language.SV):
        sheet.write(output, manifest, language)
    written = openpyxl.load_workbook(output / "photos.xlsx").worksheets[0]
    assert [cell.value for cell in written[1]] == [words[0] for words in COLUMNS.values()]
    assert written.cell(3, PLACE["works"]).value == "ei"
    assert written.cell(3, PLACE["photographer_role"]).value == "lapsi"
    (output / "photos.xlsx").unlink()
    sheet.write(output, manifest, Language.SV)
    written = openpyxl.load_workbook(output / "photos.xlsx").worksheets[0]
    assert [cell.value for cell in written[1]] == [words[1] for words in COLUMNS.values()]


def test_the_table_beside_the_photos_fills_the_gaps(folder: Path) -> None:
    """What was filled in holds over photos.csv; what was not comes from there."""
    lines = ["tiedosto;kuvaus;tapahtuma", "IMG_1.jpg;Vanha kuvaus;Retki"]
    (folder / "photos.csv").write_text("\n".join(lines), "utf-8")
    fill(folder, 2, description="Uusi kuvaus")
    manifest, _ = prepare(folder)
    assert "Uusi kuvaus" in manifest["photos"][0]["alt_text"]["fi"]
    text = (
        (output_of(folder) / manifest["photos"][0]["output"]).with_suffix(".txt").read_text("utf-8")
    )
    assert "Retki" in text


def test_a_row_is_found_by_the_copys_name_or_without_its_ending(folder: Path) -> None:
    """The report's name and a name without its ending mean the photo; the rest is told."""
    lines = [
        "tiedosto;kuvaus",
        "kuva-001.jpg;Ensimmäinen",
        "metsä/IMG_2;Toinen",
        "IMG_3.jpg;Kolmas",
    ]
    (folder / "photos.csv").write_text("\n".join(lines), "utf-8")
    manifest, printed = prepare(folder)
    texts = [photo["alt_text"]["fi"] for photo in manifest["photos"]]
    assert [text.split(".")[0] for text in texts] == ["Ensimmäinen", "Toinen"]
    report = (output_of(folder) / "report.html").read_text("utf-8")
    for shown in (printed, report):
        assert "IMG_3.jpg" in shown
        assert "Lähin nimi on IMG_1.jpg" in shown


def test_words_of_a_photo_that_is_elsewhere_stay(folder: Path) -> None:
    """A row with words outlives its photo; one without goes."""
    fill(folder, 3, description="Toinen kuva")
    (folder / NAMES[1]).unlink()
    prepare(folder)
    rows = read_notes(output_of(folder) / "photos.xlsx").rows
    assert rows[NAMES[1]].notes.description == "Toinen kuva"


def test_other_sheets_stay_as_text(folder: Path) -> None:
    """What staff wrote beside the table is theirs: the next run leaves it in the workbook."""
    prepare(folder)
    place = output_of(folder) / "photos.xlsx"
    book = openpyxl.load_workbook(place)
    book.worksheets[0].title = "Kuvat"
    for title, row in (("Sheet", 3), ("Muistiinpanot", 1)):
        book.create_sheet(title).cell(row, 2, "Kysy Leenalta =1+1")
    book.save(place)
    for _ in range(2):
        prepare(folder)
    table, *others = openpyxl.load_workbook(place).worksheets
    assert table.max_row > 1
    texts = {
        cell.value: (cell.row, cell.column)
        for sheet in others
        for row in sheet.iter_rows()
        for cell in row
        if cell.value
    }
    assert len(others) == 2
    assert texts.keys() == {"Kysy Leenalta =1+1"}
    assert [cell.value for cell in table[1]][2] in {"file", "tiedosto"}


def test_a_table_with_much_beside_it_is_left_alone(folder: Path) -> None:
    """What would not be kept whole is not written anew."""
    prepare(folder)
    place = output_of(folder) / "photos.xlsx"
    book = openpyxl.load_workbook(place)
    page = book.create_sheet("Lista")
    for row in range(1, 10_002):
        page.cell(row, 1, f"rivi {row}")
    book.save(place)
    before = place.read_bytes()
    prepare(folder)
    assert place.read_bytes() == before


def test_a_table_that_cannot_be_read_stays_and_stops_the_run(folder: Path) -> None:
    """A damaged table is told before anything is written, and is not touched."""
    place = output_of(folder) / "photos.xlsx"
    place.write_bytes(b"PK\x03\x04 damaged")
    arguments = ["prepare", str(folder), "--jobs", "1", "--quiet"]
    with pytest.raises(ConfigurationError):
        CliRunner().invoke(photoguard, arguments, catch_exceptions=False)
    assert place.read_bytes() == b"PK\x03\x04 damaged"


def test_the_filled_in_table_itself_can_be_dropped(folder: Path) -> None:
    """Dropping photos.xlsx of an output prepares the photos that it tells of."""
    fill(folder, 2, description="Kävyt")
    table = str(output_of(folder) / "photos.xlsx")
    done = CliRunner().invoke(photoguard, ["drop", "--yes", "--no-open", table])
    assert done.exit_code in {0, 1}, done.output
    manifest = json.loads((output_of(folder) / "manifest.json").read_text("utf-8"))
    assert any("Kävyt" in text for text in manifest["photos"][0]["alt_text"].values())


def test_signs_and_words_for_none_are_not_published(folder: Path) -> None:
    """A dash is no description, "no works" is nobody's name, and "nobody" is no person."""
    fill(folder, 2, description="–", works="-", people="ei ketään")
    fill(folder, 3, description="ei", works="ei ole", photographer="ei")
    manifest, _ = prepare(folder)
    for photo in manifest["photos"]:
        assert photo["status"] == "ready"
        assert (photo["alt_text_confirmed"], photo["credit"]) == (False, "")


def test_a_childs_name_is_not_credited_whatever_column_it_stands_in(folder: Path) -> None:
    """An age beside the photographer's name is a child's, and the word child is a role."""
    fill(folder, 2, photographer="Eemeli 5v")
    fill(folder, 3, photographer="Lapset")
    manifest, _ = prepare(folder)
    assert [photo["credit"] for photo in manifest["photos"]] == ["Kuva: lapsi", "Kuva: lapsi"]
    manifest, _ = prepare(folder, "--photographer", "Aino (oppilas)", "--fresh")
    assert "Aino" not in json.dumps(manifest)


@pytest.mark.parametrize("name", ["kuvat.xlsx", "photos (1).xlsx", "photos.csv", "photos.ods"])
def test_a_filled_in_table_of_another_name_is_told(folder: Path, name: str) -> None:
    """Saved under another name, a table is not read; screen and report say so and what to do."""
    fill(folder, 2, description="Uusi kuvaus")
    output = output_of(folder)
    (output / "photos.xlsx").rename(output / name)
    (output / "~$photos.xlsx").touch()
    _, printed = prepare(folder)
    report = (output / "report.html").read_text("utf-8")
    assert printed.count("Sitä ei luettu.") == 1
    assert name in printed
    assert "tallenna se Excel-työkirjana nimellä photos.xlsx" in report


def test_a_table_in_a_folder_below_is_told_if_it_tells_of_photos(folder: Path) -> None:
    """What staff wrote in metsä/photos.csv is not passed by in silence; other tables are."""
    (folder / "metsä" / "photos.csv").write_text("tiedosto;kuvaus\nIMG_2.jpg;Kuusi", "utf-8")
    (folder / "ryhmä.csv").write_text("nimi;ryhmä\nAino;Perhoset", "utf-8")
    _, printed = prepare(folder)
    assert "taulukko photos.csv. Sitä ei luettu." in printed
    assert "ryhmä.csv" not in printed


def test_a_table_without_its_photos_cannot_be_dropped(folder: Path) -> None:
    """Dropped from the desktop or under another name, a table is told where it belongs."""
    elsewhere = folder.parent / "photos.xlsx"
    shutil.copy(output_of(folder) / "photos.xlsx", elsewhere)
    other = output_of(folder) / "kuvat.xlsx"
    shutil.copy(elsewhere, other)
    for place in (elsewhere, other):
        for with_it in ((), (str(folder),)):
            words = ("drop", "--yes", "--no-open", "--language", "fi", str(place), *with_it)
            done = CliRunner().invoke(photoguard, words)
            assert done.exit_code == 2
            assert f"{place.name} on taulukko" in done.output


def test_words_in_the_column_of_the_picture_stop_the_run(folder: Path) -> None:
    """Nothing is read there, so what was typed there by mistake is told with its place."""
    fill(folder, 3, picture="Lehmiä kävyistä")
    with pytest.raises(ConfigurationError) as caught:
        prepare(folder)
    assert caught.value.code == "notes.picture"
    assert (caught.value.parameters["row"], caught.value.parameters["column"]) == (3, "B")


def test_the_nearest_name_has_the_same_number(folder: Path) -> None:
    """Of names that are equally near, the one with the number that was typed is offered."""
    for number in (10, 11, 12):
        small(folder / f"IMG_00{number}.jpg", number, LANDSCAPE)
    small(folder / "IMG_0001.jpg", 7, LANDSCAPE)
    (folder / "photos.csv").write_text("tiedosto;kuvaus\nIMG_001;Talo", "utf-8")
    _, printed = prepare(folder)
    assert "Lähin nimi on IMG_0001.jpg" in printed


def test_words_in_the_text_of_a_copy_outlive_the_copy(folder: Path) -> None:
    """A text in which a person completed the draft is laid beside the report and told."""
    output = output_of(folder)
    text = output / "valmiit" / "kuva-001.txt"
    text.write_text("Kävimme metsässä.", "utf-8")
    for description in ("Talo.", "Mökki."):
        fill(folder, 2, description=description)
        _, printed = prepare(folder)
    assert description in text.read_text("utf-8-sig")
    assert (output / "kuva-001.txt").read_text("utf-8") == "Kävimme metsässä."
    assert printed.count("Oma tekstisi on tallessa: kuva-001.txt.") == 1
    assert not list(output.glob("kuva-002*"))
    assert not list(output.glob("kuva-001-*"))


def test_a_photo_with_two_copies_has_one_row(tmp_path: Path) -> None:
    """A changed copy beside the new one, or a name in other capitals, makes no second row."""
    folder = tmp_path / "retki"
    small(folder / "a.jpg", 100, LANDSCAPE)
    small(folder / "A.JPG", 110, LANDSCAPE)
    assert CliRunner().invoke(photoguard, ["prepare", str(folder), "--quiet"]).exit_code in {0, 1}
    output = folder.with_name("retki-photoguard")
    copy = next((output / "ready").glob("*.jpg"))
    with Image.open(copy) as opened:
        opened.copy().save(copy, quality=97)
    for _ in range(2):
        again = CliRunner().invoke(photoguard, ["prepare", str(folder), "--quiet"])
        assert again.exit_code in {0, 1}, again.output
        assert again.exception is None or isinstance(again.exception, SystemExit)


def test_a_table_of_thousands_of_pictures_can_be_read(tmp_path: Path) -> None:
    """Where all pictures would make a table too large to be read, the newest photos have theirs."""
    (tmp_path / PRIVATE).mkdir()
    chance = np.random.default_rng(1)
    noise = chance.integers(0, 255, (150, 150, 3), np.uint8)
    copy = tmp_path / "ready" / "photo-001.png"
    copy.parent.mkdir()
    Image.fromarray(noise).save(copy)
    one = {"output_sha256": hashlib.sha256(copy.read_bytes()).hexdigest(), "size": [150, 150]}
    names = [f"IMG_{number:04}.jpg" for number in range(1, 1801)]
    for number in range(2, len(names) + 1):
        copy.with_stem(f"photo-{number:03}").hardlink_to(copy)
    whole = invented.manifest(
        *(
            invented.photo(name, "ready", output=f"ready/photo-{number:03}.png", **one)
            for number, name in enumerate(names, start=1)
        )
    )
    sheet.write(tmp_path, whole, Language.FI)
    place = tmp_path / "photos.xlsx"
    assert list(read_notes(place).rows) == names
    first = openpyxl.load_workbook(place).worksheets[0]
    rows = [each.anchor._from.row for each in first._images]  # type: ignore[attr-defined]
    assert 500 < len(rows) < len(names)
    assert sorted(rows) == list(range(len(names) - len(rows) + 1, len(names) + 1))
