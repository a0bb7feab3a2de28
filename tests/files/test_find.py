"""Which files of a folder are photos, and where their copies go."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from photoguard.errors import FolderOverlapError, NoPhotosError, UsageTrouble
from photoguard.files import gather

JPEG = b"\xff\xd8\xff\xe0rest"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one photo in it."""
    place = tmp_path / "retki"
    place.mkdir()
    (place / "a.jpg").write_bytes(JPEG)
    return place


def _names(folder: Path) -> list[str]:
    (batch,) = gather([folder])
    return [source.name for source in batch.photos]


def test_output_is_a_sibling(folder: Path) -> None:
    """Without --output the copies go beside the folder, never inside it."""
    (batch,) = gather([folder])
    assert batch.output == folder.parent / "retki-photoguard"


def test_folders_are_walked_to_the_bottom(folder: Path) -> None:
    """Photos in folders below are found, and named by their path with slashes."""
    (folder / "b" / "c").mkdir(parents=True)
    (folder / "b" / "c" / "ä.HEIC").write_bytes(b"x")
    assert _names(folder) == ["a.jpg", "b/c/ä.HEIC"]


def test_names_are_composed(folder: Path) -> None:
    """A name that macOS stored decomposed (NFD) is the same name to us (NFC)."""
    (folder / "a\u0308iti.jpg").write_bytes(JPEG)
    assert "\u00e4iti.jpg" in _names(folder)


def test_a_picture_without_a_suffix_is_found_by_its_bytes(folder: Path) -> None:
    """A picture that lost its suffix is not passed by in silence."""
    (folder / "kuva").write_bytes(JPEG)
    (folder / "letter.docx").write_bytes(b"PK\x03\x04")
    assert _names(folder) == ["a.jpg", "kuva"]


def test_videos_are_told_apart(folder: Path) -> None:
    """Videos are not photos, and they are named as not done."""
    (folder / "IMG_1.MOV").write_bytes(b"x")
    (batch,) = gather([folder])
    assert [video.name for video in batch.videos] == ["IMG_1.MOV"]


def test_companions_and_hidden_files_are_passed_by(folder: Path) -> None:
    """Sidecars, tables and the system's own files are no photos."""
    for name in ("photos.csv", "a.jpg.xmp", "IMG.AAE", ".DS_Store", "._a.jpg", "desktop.ini"):
        (folder / name).write_bytes(JPEG)
    assert _names(folder) == ["a.jpg"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_links_are_not_followed(folder: Path, tmp_path: Path) -> None:
    """A link that leaves the folder or loops shows nothing of what it points to."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.jpg").write_bytes(JPEG)
    (folder / "out").symlink_to(outside)
    (folder / "loop").symlink_to(folder)
    (folder / "link.jpg").symlink_to(outside / "secret.jpg")
    assert _names(folder) == ["a.jpg"]


def test_an_earlier_output_is_no_input(folder: Path) -> None:
    """A folder that holds finished copies of ours is not prepared again."""
    (folder / "old-photoguard" / ".photoguard").mkdir(parents=True)
    (folder / "old-photoguard" / "ready.jpg").write_bytes(JPEG)
    assert _names(folder) == ["a.jpg"]


def test_each_folder_gets_its_own_output(folder: Path, tmp_path: Path) -> None:
    """Two folders and loose files make three outputs; loose files share one."""
    other = tmp_path / "juhla"
    other.mkdir()
    (other / "b.jpg").write_bytes(JPEG)
    loose = [tmp_path / "x.jpg", tmp_path / "y.jpg"]
    for path in loose:
        path.write_bytes(JPEG)
    outputs = [batch.output.name for batch in gather([folder, other, *loose])]
    assert outputs == ["retki-photoguard", "juhla-photoguard", "photos-photoguard"]


def test_one_output_for_several_folders_is_divided(folder: Path, tmp_path: Path) -> None:
    """With --output and several folders each has a folder of its own there."""
    other = tmp_path / "juhla"
    other.mkdir()
    (other / "b.jpg").write_bytes(JPEG)
    outputs = [batch.output.name for batch in gather([folder, other], tmp_path / "out")]
    assert outputs == ["retki-photoguard", "juhla-photoguard"]


@pytest.mark.parametrize("inside", ["", "out", "a/b"])
def test_output_inside_the_input_is_refused(folder: Path, inside: str) -> None:
    """The originals' folder stays as it is: no output in it."""
    with pytest.raises(FolderOverlapError):
        gather([folder], folder / inside)


def test_input_inside_the_output_is_refused(folder: Path) -> None:
    """Photos that lie where the copies would go are refused."""
    with pytest.raises(FolderOverlapError):
        gather([folder], folder.parent)


def test_output_through_a_link_is_refused(folder: Path, tmp_path: Path) -> None:
    """A link does not hide that the output lies in the input."""
    (tmp_path / "link").symlink_to(folder)
    with pytest.raises(FolderOverlapError):
        gather([folder], tmp_path / "link" / "out")


def test_nothing_to_do_is_said(tmp_path: Path) -> None:
    """An empty folder, and one without photos, are told as such."""
    with pytest.raises(NoPhotosError):
        gather([tmp_path])


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    """A name that does not exist is a usage error that names it."""
    with pytest.raises(UsageTrouble) as trouble:
        gather([tmp_path / "none.jpg"])
    assert trouble.value.parameters["name"] == "none.jpg"


def test_a_whole_drive_needs_an_output(tmp_path: Path) -> None:
    """A drive has no folder beside it: it is told, unless an output is given."""
    with pytest.raises(UsageTrouble) as trouble:
        gather([Path(tmp_path.anchor)])
    assert trouble.value.code == "files.whole_drive"
