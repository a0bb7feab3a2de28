"""Files that are the same photo are prepared once, and the others are told."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from photoguard.files import gather
from photoguard.model import PhotoNotes
from photoguard.pipeline import FolderJob, RunSpec, Workers, prepare_folder
from photoguard.register.snapshot import Snapshot
from photoguard.settings import Settings
from tests.pipeline.photos import LANDSCAPE, small
from tests.policy.town import permitted, pupil, record
from tests.stress import blind

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from photoguard.model import Record

TWIN = "reasons.not_handled_twin"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A photo, a copy of it and another photo."""
    place = tmp_path / "retki"
    small(place / "IMG_2.jpg", 160, LANDSCAPE)
    small(place / "IMG_3.jpg", 160, LANDSCAPE)
    shutil.copy(place / "IMG_2.jpg", place / "IMG_2 (1).jpg")
    return place


def test_a_photo_that_is_there_twice_is_prepared_once(folder: Path) -> None:
    """The copy is told with the name of the one that was prepared; a second run says the same."""
    for _ in range(2):
        manifest = blind.prepare([folder]).manifest
        assert [photo["source"] for photo in manifest["photos"]] == ["IMG_2.jpg", "IMG_3.jpg"]
        (item,) = manifest["not_handled"]
        assert (item["source"], item["code"]) == ("IMG_2 (1).jpg", TWIN)
        assert "IMG_2.jpg" in item["text"]


def test_what_staff_tell_of_a_twin_holds(folder: Path) -> None:
    """A row of the table that names the copy is no lost word."""
    (folder / "photos.csv").write_text("file;description\nIMG_2 (1).jpg;Lumilinna.\n", "utf-8")
    first, _ = blind.prepare([folder]).manifest["photos"]
    assert first["alt_text"]["en"] == "Lumilinna."


def test_a_twin_takes_the_place_of_a_deleted_original(folder: Path) -> None:
    """Where the first one is gone, the copy of it is prepared; nothing is lost."""
    blind.prepare([folder])
    (folder / "IMG_2.jpg").unlink()
    manifest = blind.prepare([folder]).manifest
    assert manifest["not_handled"] == []
    assert {photo["source"] for photo in manifest["photos"]} >= {"IMG_2 (1).jpg", "IMG_3.jpg"}


def test_a_finished_photo_stays_when_a_twin_comes(folder: Path) -> None:
    """A shorter name that comes later makes nothing anew."""
    before = blind.prepare([folder]).manifest["photos"][0]["output"]
    shutil.copy(folder / "IMG_2.jpg", folder / "A.jpg")
    manifest = blind.prepare([folder]).manifest
    assert manifest["photos"][0]["output"] == before
    assert {item["source"] for item in manifest["not_handled"]} == {"A.jpg", "IMG_2 (1).jpg"}


AINO = permitted("aino")
NEVER = record(replace(pupil("niilo"), never_in_pictures=True))


def decided(
    folder: Path, notes: dict[str, PhotoNotes], *known: Record
) -> dict[str, dict[str, Any]]:
    """Prepare the folder with what was told; return the manifest's photos by source."""
    (batch,) = gather([folder])
    spec = RunSpec(Settings(channels=("instagram",)), Snapshot(known, (), (), {}))
    with Workers(1, lambda _: blind.InThisThread(blind.tools(spec))) as workers:
        result = prepare_folder(FolderJob(batch, spec, notes), workers, lambda _: None)
    return {photo["source"]: photo for photo in result.manifest["photos"]}


@pytest.mark.parametrize("named", [PhotoNotes(people=("niilo",)), PhotoNotes(works=("niilo",))])
@pytest.mark.parametrize("own", [PhotoNotes(people=("aino",), works=("aino",)), PhotoNotes()])
def test_whoever_is_named_in_a_twin_is_in_the_photo(
    folder: Path, named: PhotoNotes, own: PhotoNotes
) -> None:
    """The rows of two twins name different people: the rules are asked about all of them."""
    notes = {"IMG_2.jpg": own, "IMG_2 (1).jpg": named}
    photo = decided(folder, notes, AINO, NEVER)["IMG_2.jpg"]
    assert photo["status"] == "blocked"
    assert "policy.never_in_pictures" in {reason["code"] for reason in photo["reasons"]}


def test_a_word_about_one_twin_takes_both_copies_away(folder: Path) -> None:
    """Two photos that were finished before they became twins are one picture as well."""
    small(folder / "IMG_2 (1).jpg", 170, LANDSCAPE)
    assert len(decided(folder, {}, NEVER)) == 3
    shutil.copy(folder / "IMG_2.jpg", folder / "IMG_2 (1).jpg")
    photos = decided(folder, {"IMG_2 (1).jpg": PhotoNotes(people=("niilo",))}, NEVER)
    assert {photos[name]["status"] for name in ("IMG_2.jpg", "IMG_2 (1).jpg")} == {"blocked"}
