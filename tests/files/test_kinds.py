"""What lies among photos: other files are told or passed by, deleted photos never come back."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from photoguard.errors import NoPhotosError
from photoguard.files import gather

if TYPE_CHECKING:
    from pathlib import Path

JPEG = b"\xff\xd8\xff\xe0rest"
CLIP = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"
EDIT, ARCHIVE, DOCUMENT, OTHER, SYSTEM = (
    f"reasons.not_handled_{name}" for name in ("edit", "archive", "document", "file", "system")
)
SYSTEM_FOLDERS = """$RECYCLE.BIN|$Recycle.Bin|RECYCLER|System Volume Information
FOUND.000|lost+found
.Trash|.Trash-1000|.Trashes|#recycle|@Recycle|.recycle|@eaDir|.@__thumb|#snapshot
.thumbnails|.Spotlight-V100|.fseventsd|.TemporaryItems|.DocumentRevisions-V100|__MACOSX
.stversions|.dtrash|.picasaoriginals|Kuvat.photoslibrary|Lightroom Previews.lrdata"""


def passed_by(folder: Path) -> dict[str, str]:
    """What is told as not handled: name → code."""
    (batch,) = gather([folder])
    return {each.source.name: each.code for each in batch.passed}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one photo in it."""
    place = tmp_path / "retki"
    place.mkdir()
    (place / "a.jpg").write_bytes(JPEG)
    return place


def put(place: Path, content: bytes = JPEG) -> None:
    """Write a file, and the folders above it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)


@pytest.mark.parametrize("name", SYSTEM_FOLDERS.replace("\n", "|").split("|"))
def test_folders_of_the_system_are_passed_by_and_told(folder: Path, name: str) -> None:
    """A photo that somebody deleted, or its thumbnail, never becomes a copy."""
    put(folder / "b" / name / "S-1-5-21" / "gone.jpg")
    (batch,) = gather([folder])
    assert [photo.name for photo in batch.photos] == ["a.jpg"]
    assert passed_by(folder) == {f"b/{name}": SYSTEM}


def test_a_folder_of_the_system_is_told_once(folder: Path) -> None:
    """A disk station has one such folder in every folder: the first one is told."""
    for place in ("", "b", "b/c"):
        put(folder / place / "@eaDir" / "a.jpg" / "SYNOPHOTO_THUMB_XL.jpg")
    put(folder / "b" / "#recycle" / "gone.jpg")
    assert passed_by(folder) == {"@eaDir": SYSTEM, "b/#recycle": SYSTEM}


def test_ordinary_names_are_no_folders_of_the_system(folder: Path) -> None:
    """Whoever calls a folder so has photos in it."""
    for name in ("Recycling", "Trash day", "thumbnails of art", "System", "eaDir"):
        put(folder / name / "b.jpg")
    (batch,) = gather([folder])
    assert len(batch.photos) == 6
    assert batch.passed == ()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("IMG_1.AAE", b"<?xml", EDIT),
        ("IMG_1.jpg.pp3", b"[Crop]", EDIT),
        ("kuvat.zip", b"PK\3\4", ARCHIVE),
        ("kuvat.ZIP", b"", ARCHIVE),
        ("kuvat.7z", b"7z", ARCHIVE),
        ("kuvat", b"PK\3\4rest", ARCHIVE),
        ("kirje.docx", b"PK\3\4", DOCUMENT),
        ("kirje.pdf", b"%PDF-1.7", DOCUMENT),
        ("kirje", b"%PDF-1.7", DOCUMENT),
        ("esitys.pptx", b"PK\3\4", DOCUMENT),
        ("kirje.odt", b"PK\3\4", DOCUMENT),
        ("muistio.one", b"", DOCUMENT),
        ("outo.xyz", b"whatever", OTHER),
        ("outo", b"", OTHER),
        ("nollia", bytes(100), OTHER),
        ("aani", b"RIFF\0\0\0\0WAVEfmt ", OTHER),
    ],
)
def test_what_is_no_photo_is_told(folder: Path, name: str, content: bytes, code: str) -> None:
    """Nothing that somebody may look for is passed by in silence."""
    put(folder / name, content)
    assert passed_by(folder) == {name: code}


@pytest.mark.parametrize("name", ["photos.csv", "a.jpg.xmp", "Thumbs.db", "IMG_1.json", "x.ini"])
def test_tables_and_the_systems_own_files_are_not_told(folder: Path, name: str) -> None:
    """Files that are read elsewhere, or that concern nobody, fill no list."""
    put(folder / name)
    assert passed_by(folder) == {}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("PXL_1.MP", CLIP),
        ("PXL_2.MP~2", CLIP),
        ("PXL_3.MP~11", CLIP),
        ("clip", CLIP),
        ("clip.bin", b"\0\0\0\x08wide\0\0\0\0mdat"),
        ("clip.vid", b"RIFF\0\0\0\0AVI LIST"),
        ("clip.x", b"\x1aE\xdf\xa3"),
    ],
)
def test_a_clip_is_known_by_its_bytes(folder: Path, name: str, content: bytes) -> None:
    """Takeout's clips and others without a known suffix are videos, not broken photos."""
    put(folder / name, content)
    (batch,) = gather([folder])
    assert [video.name for video in batch.videos] == [name]
    assert [photo.name for photo in batch.photos] == ["a.jpg"]


@pytest.mark.parametrize(
    "content", [b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", b"RIFF\0\0\0\0WEBPVP8 ", JPEG]
)
def test_a_photo_without_a_suffix_stays_a_photo(folder: Path, content: bytes) -> None:
    """What begins like a picture is one, and is prepared or fails with a sentence."""
    put(folder / "kuva", content)
    (batch,) = gather([folder])
    assert [photo.name for photo in batch.photos] == ["a.jpg", "kuva"]


def test_loose_files_are_sorted_too(folder: Path) -> None:
    """Whoever marks everything in a folder gets the photos prepared and the rest told."""
    put(folder / "IMG_1.AAE")
    put(folder / "kirje.pdf")
    put(folder / "clip.mp4", CLIP)
    put(folder / "outo.xyz", b"whatever")
    (batch,) = gather(sorted(folder.iterdir()))
    assert [photo.name for photo in batch.photos] == ["a.jpg", "outo.xyz"]
    assert [video.name for video in batch.videos] == ["clip.mp4"]
    assert {each.source.name: each.code for each in batch.passed} == {
        "IMG_1.AAE": EDIT,
        "kirje.pdf": DOCUMENT,
    }


def test_a_folder_without_photos_is_told_as_such(tmp_path: Path) -> None:
    """Documents alone are nothing to prepare."""
    put(tmp_path / "x" / "kirje.pdf")
    with pytest.raises(NoPhotosError):
        gather([tmp_path / "x"])


def test_the_given_folder_ends_as_told(shared: Path, folder: Path, tmp_path: Path) -> None:
    """The folder that was reported: one photo, three folders of the system."""
    made = tmp_path / "made"
    script = shared / "cases" / "recycle-folders" / "make.sh"
    subprocess.run(["sh", str(script), str(folder / "a.jpg"), str(made)], check=True)
    (batch,) = gather([made])
    assert [photo.name for photo in batch.photos] == ["a.jpg"]
    assert passed_by(made) == dict.fromkeys(("#recycle", "$RECYCLE.BIN", "@eaDir"), SYSTEM)
