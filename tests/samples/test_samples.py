"""The sample folder is small, has its papers, and holds what they promise."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from typing import TYPE_CHECKING

import numpy as np
import piexif
import pillow_heif
import pytest
from PIL import Image

from photoguard.settings.load import read
from tests.conftest import SAMPLES

if TYPE_CHECKING:
    from pathlib import Path

PHOTOS = SAMPLES / "photos"
PAPERS = (SAMPLES / "README.md").read_text("utf-8")
LARGEST = 3_000_000


def _exif(path: Path) -> dict[str, dict[int, object]]:
    with Image.open(path) as opened:
        return dict(piexif.load(opened.info["exif"]))


def test_the_folder_is_small() -> None:
    """All samples together are no more than three megabytes."""
    sizes = [
        path.stat().st_size
        for path in SAMPLES.rglob("*")
        if path.is_file() and not _is_prepared(path)
    ]
    assert sum(sizes) <= LARGEST


def _is_prepared(path: Path) -> bool:
    """Whether a file lies in what the README's first command makes, which is no sample."""
    return any(part.endswith("-photoguard") for part in path.relative_to(SAMPLES).parts)


def test_every_file_has_its_papers() -> None:
    """The papers name each picture that is there, and no other."""
    there = {path.relative_to(PHOTOS).as_posix() for path in PHOTOS.rglob("*") if path.is_file()}
    table = PAPERS.partition("## The pictures")[2].partition("## Papers")[0]
    assert set(re.findall(r"^\| `(.+?)` \|", table, re.MULTILINE)) == there


def test_the_portraits_are_the_ones_in_the_papers() -> None:
    """Each original has a line with source and rights, and the digest that stands there."""
    for path in (SAMPLES / "originals").iterdir():
        (line,) = (row for row in PAPERS.splitlines() if row.startswith(f"| `{path.name}` |"))
        assert "public domain" in line
        assert hashlib.sha256(path.read_bytes()).hexdigest() in line


@pytest.mark.parametrize(
    ("name", "orientation"),
    [
        ("20260212_101512.jpg", 1),
        ("Aino päiväkodin piha.jpg", 1),
        ("IMG_2040.jpg", 1),
        ("lumilinna illalla.webp", 1),
        ("retki/IMG_2032.jpg", 6),
    ],
)
def test_secrets_are_planted(name: str, orientation: int) -> None:
    """The photos hold place, time, serial number and maker's notes, as telephones write them."""
    exif = _exif(PHOTOS / name)
    assert exif["0th"][piexif.ImageIFD.Orientation] == orientation
    assert exif["GPS"][piexif.GPSIFD.GPSLatitude]
    assert exif["Exif"][piexif.ExifIFD.DateTimeOriginal]
    assert exif["Exif"][piexif.ExifIFD.BodySerialNumber]
    assert exif["Exif"][piexif.ExifIFD.MakerNote]


def test_the_turned_photo_has_a_thumbnail_with_its_faces() -> None:
    """The photo on its side carries a small copy of itself."""
    path = PHOTOS / "retki/IMG_2032.jpg"
    with Image.open(path) as whole:
        content: bytes = piexif.load(whole.info["exif"])["thumbnail"]
    with Image.open(io.BytesIO(content)) as small, Image.open(path) as whole:
        meant = np.asarray(whole.resize(small.size), dtype=float)
        assert np.abs(np.asarray(small, dtype=float) - meant).mean() < 10


def test_the_heic_holds_a_place_twice() -> None:
    """The HEIC photo has a place in EXIF and in XMP."""
    opened = pillow_heif.open_heif(PHOTOS / "retki/IMG_2031.HEIC")
    assert piexif.load(opened.info["exif"])["GPS"]
    assert b"exif:GPSLatitude" in opened.info["xmp"]


def test_the_damaged_photo_is_damaged() -> None:
    """The photo that breaks off is recognised as JPEG and cannot be decoded whole."""
    with (
        Image.open(PHOTOS / "rakennuspalikat.jpg", formats=["JPEG"]) as opened,
        pytest.raises(OSError, match="truncated"),
    ):
        opened.load()


def test_the_table_is_as_offices_make_it() -> None:
    """photos.csv has a BOM, semicolons and Finnish words, and names photos that are there."""
    content = (PHOTOS / "photos.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert {"tiedosto", "kuvaus", "kuvaaja"} <= set(rows[0])
    assert all((PHOTOS / row["tiedosto"]).is_file() for row in rows)


def test_the_configuration_is_accepted() -> None:
    """Every key of the sample configuration is known and right."""
    assert read(SAMPLES / "photoguard.toml")["hashtags"] == ("#LPRoppii",)


@pytest.mark.parametrize("name", ["lumilinna illalla.webp", "Aino päiväkodin piha.jpg"])
def test_the_script_makes_the_same_pictures(name: str) -> None:
    """What the script draws is what is committed, whatever version the libraries have."""
    from samples.make import PICTURES

    with Image.open(io.BytesIO(PICTURES[name]())) as drawn, Image.open(PHOTOS / name) as kept:
        assert drawn.size == kept.size
        difference = np.asarray(drawn, dtype=float) - np.asarray(kept, dtype=float)
        assert np.abs(difference).mean() < 2
