"""Words that name somebody outlive neither their photo nor the person, or are told."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import openpyxl
import pytest

from photoguard.captions import without_name
from photoguard.model import Unit
from photoguard.output import recall
from photoguard.output.journal import Journal
from photoguard.register import open_register, remember_output
from photoguard.register.posts import read_posts
from photoguard.settings import Settings
from tests.register import postgres
from tests.register.desk import face, prepared

if TYPE_CHECKING:
    from pathlib import Path

    from tests.register.desk import Desk

CHANNEL = ("--channel", "instagram")


@pytest.fixture
def folder(desk: Desk, tmp_path: Path) -> Path:
    """Two copies: Aino is shown in the first, Otso in the second; the journal knows the names."""
    people = []
    for name in ("Aino Kuusinen", "Otso Lehto"):
        people.append(desk.printed("consent", "add", name, "--born", "2010-01-01").split()[-1])
        desk.printed("consent", "give", name, *CHANNEL, "--purpose", "x")
    ids = [person.strip(".()") for person in people]
    place = prepared(tmp_path / "out", *({"faces": [face(each, "keep")]} for each in ids))
    with Journal.open(place, "en", "") as journal:
        journal.remember_prefix("photo")
        for number in (1, 2):
            source = f"IMG_{number}.jpg"
            journal.renumber(source)
            written = json.loads((place / "manifest.json").read_text())["photos"][number - 1]
            journal.finish(source, {**written, "noted": []})
    recall.note_run(place, Settings(unit=Unit.BASIC_EDUCATION, channels=("instagram",)), None)
    remember_output(place)
    return place


def texts(folder: Path) -> list[str]:
    """Return the texts beside the report."""
    return sorted(path.name for path in folder.glob("*.txt"))


def test_pictures_in_other_folders_of_the_output_are_told(desk: Desk, folder: Path) -> None:
    """Staff put a copy into a folder of their own: it stays, and they hear where it lies."""
    copy, own = folder / "ready" / "photo-001.jpg", folder / "julkaistavat" / "wall"
    own.mkdir(parents=True)
    for place in (own, own.parent, folder):
        (place / "photo-001.jpg").write_bytes(copy.read_bytes())
    (folder / "ready" / "Aino.jpg").write_bytes(copy.read_bytes())
    (own / "list.txt").write_text("")
    (folder / ".photoguard" / "x.jpg").write_bytes(b"")
    printed = desk.printed("consent", "withdraw", "Aino Kuusinen")
    assert not copy.exists()
    assert "4 things that the program did not make" in printed
    for name in ("ready/Aino.jpg", "photo-001.jpg", "julkaistavat/photo-001.jpg"):
        assert str(folder / name) in printed
    assert str(own / "photo-001.jpg") in printed


def test_a_text_set_aside_leaves_with_its_photo(desk: Desk, folder: Path) -> None:
    """Also a second one of the same photo; that of another photo and a person's own file stay."""
    for name in ("photo-001", "photo-001-2", "photo-002", "photo-009", "trip-001", "photo-1"):
        (folder / f"{name}.txt").write_text("the girl with the red cap")
    printed = desk.printed("consent", "withdraw", "Aino Kuusinen")
    assert "photo-001-2.txt" in printed
    assert texts(folder) == ["photo-002.txt", "photo-009.txt", "photo-1.txt", "trip-001.txt"]


@pytest.mark.parametrize("code", ["utf-8-sig", "cp1252", "utf-16"])
def test_a_text_set_aside_leaves_with_whom_it_names(desk: Desk, folder: Path, code: str) -> None:
    """Whatever photo it is of, and however an editor saved it."""
    desk.printed("consent", "add", "Åsa Öhman", "--born", "2010-01-01")
    (folder / "photo-002.txt").write_bytes("Åsan majassa".encode(code))
    assert "photo-002.txt" in desk.printed("consent", "never", "Åsa Öhman")
    assert texts(folder) == []


def test_the_report_no_longer_tells_of_a_text_that_left(desk: Desk, folder: Path) -> None:
    """Nor does the manifest keep words about a photo that was taken away."""
    manifest = json.loads((folder / "manifest.json").read_text())
    text = "You had written in the text file of a picture: photo-001.txt."
    manifest["notices"] = [{"code": "reasons.text_kept", "persons": [], "text": text}]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "photo-001.txt").write_text("words")
    desk.printed("consent", "withdraw", "Aino Kuusinen")
    written = json.loads((folder / "manifest.json").read_text())
    first, second = written["photos"]
    assert written["notices"] == []
    assert (first["alt_text"], first["credit"]) == ({}, "")
    assert second["alt_text"]


def test_what_a_person_laid_beside_a_copy_is_told(desk: Desk, folder: Path) -> None:
    """A copy of the copy shows the same child, and the program removes only its own."""
    for name in ("photo-001 - Copy.jpg", "Thumbs.db", ".hidden"):
        (folder / "ready" / name).write_bytes(b"x")
    printed = desk.printed("consent", "withdraw", "Aino Kuusinen")
    assert "photo-001 - Copy.jpg" in printed
    assert "Thumbs.db" not in printed
    assert "hidden" not in printed
    assert (folder / "ready" / "photo-001 - Copy.jpg").exists()


def test_forgetting_tells_where_the_name_still_stands(desk: Desk, folder: Path) -> None:
    """In a table that staff filled in, and in what photos are called."""
    book = openpyxl.Workbook()
    for row in (("file", "people"), ("IMG_2.jpg", "Aino Kuusinen")):
        book.worksheets[0].append(row)
    book.save(folder / "photos.xlsx")
    printed = desk.printed("consent", "forget", "Aino Kuusinen", "--yes")
    assert "The name still stands" in printed
    assert "photos.xlsx" in printed
    assert "report.html" not in printed
    with Journal.open(folder, "en", "") as journal:
        journal.renumber("Otso pihalla.jpg")
    printed = desk.printed("consent", "forget", "Otso Lehto", "--yes")
    assert "report.html" in printed


def test_forgetting_tells_of_a_name_on_another_sheet(desk: Desk, folder: Path) -> None:
    """Such sheets stay in the table at every run, and so does a name on them."""
    book = openpyxl.Workbook()
    book.worksheets[0].append(("file", "people"))
    book.worksheets[0].append(("IMG_2.jpg", ""))
    book.create_sheet("Omat").append(("Kysy Ainon äidiltä",))
    book.save(folder / "photos.xlsx")
    printed = desk.printed("consent", "forget", "Aino Kuusinen", "--yes")
    assert "photos.xlsx" in printed


def test_forgetting_tells_of_tables_beside_the_photos(desk: Desk, tmp_path: Path) -> None:
    """What staff wrote into photos.csv stays there; so does what lies in a folder below."""
    photos, output = tmp_path / "trip", tmp_path / "trip-photoguard"
    (photos / "b").mkdir(parents=True)
    for place, who in ((photos, "Aino Kuusinen #1"), (photos / "b", "Ainon kaveri")):
        (place / "photos.csv").write_text(f"file;people\nIMG_1.jpg;{who}\n", "utf-8")
    with Journal.open(output, "en", str(photos)) as journal:
        journal.renumber("b/IMG_2.jpg")
    remember_output(output)
    desk.printed("consent", "add", "Aino Kuusinen", "--born", "2010-01-01")
    printed = desk.printed("consent", "forget", "Aino Kuusinen", "--yes")
    assert "The name still stands in 2 places" in printed
    assert str(photos / "photos.csv") in printed
    assert str(photos / "b" / "photos.csv") in printed


def test_forgetting_takes_the_name_out_of_captions_and_alt_texts(desk: Desk, folder: Path) -> None:
    """A post that is down stays noted, without the name; another person's stays."""
    with Journal.open(folder, "en", "") as journal:
        record = journal.entries["IMG_1.jpg"].record
        assert record
        journal.finish("IMG_1.jpg", {**record, "alt_text": {"en": "Aino runs."}})
    add = ("published", "add", str(folder), *CHANNEL, "--looked", "--photo", "photo-001.jpg")
    desk.printed(*add, "--url", "https://a.fi/1", "--caption", "Aino Kuusisen ja Otson retki")
    desk.printed("published", "remove", "https://a.fi/1")
    desk.printed("consent", "forget", "Aino Kuusinen", "--yes")
    found = re.search(r'register = "(.*)"', desk.config.read_text("utf-8"))
    assert found
    (post,) = read_posts(open_register(found[1], "Mallilan koulu"))
    assert post.caption == "… … ja Otson retki"
    assert post.photos[0].alt_text == "… runs."
    assert "whole" in desk.printed("consent", "log", "--check")


def test_a_server_that_lets_no_alt_text_change_still_forgets(
    desk: Desk, folder: Path, request: pytest.FixtureRequest
) -> None:
    """A login that was bound by an older program erases the person and the caption."""
    add = ("published", "add", str(folder), *CHANNEL, "--looked", "--photo", "photo-001.jpg")
    desk.printed(*add, "--url", "https://a.fi/1", "--caption", "Ainon retki")
    desk.printed("published", "remove", "https://a.fi/1")
    found = re.search(r'register = "(.*)"', desk.config.read_text("utf-8"))
    assert found
    register = open_register(found[1], "Mallilan koulu")
    if not register.is_file:
        server, database = map(request.getfixturevalue, ("server", "database"))
        server.sql(database, f"REVOKE UPDATE ON post_photo FROM {postgres.STAFF}")
    desk.printed("consent", "forget", "Aino Kuusinen", "--yes")
    (post,) = read_posts(register)
    assert post.caption == "… retki"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Aino Virtanen voitti", "… … voitti"),
        ("Virtasen Ainon kakku #ainonkakku", "… … kakku #…"),
        ("Kuva: Maija Virtanen", "Kuva: Maija Virtanen"),
        ("A I N O leikkii", ""),
        ("Lapset leikkivät", "Lapset leikkivät"),
    ],
)
def test_a_name_is_taken_out_of_a_text(text: str, left: str) -> None:
    """In every form; a surname alone is somebody else's."""
    assert without_name(text, "Aino Virtanen") == left
