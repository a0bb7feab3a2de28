"""Files that are the same photo are prepared once, and the others are told."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.pipeline.photos import LANDSCAPE, small
from tests.stress import blind

if TYPE_CHECKING:
    from pathlib import Path

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
