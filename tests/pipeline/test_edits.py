"""A photo whose crop is only described, or whose way up is not sure, waits for a look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.images.test_upright import HEADER, directory, orientation
from tests.pipeline.photos import LANDSCAPE, small
from tests.pipeline.test_journeys import prepare

if TYPE_CHECKING:
    from pathlib import Path

CROPPED = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/" crs:HasCrop="True"/></rdf:RDF>
 </x:xmpmeta>"""
NOT_APPLIED = "reasons.edit_not_applied"
PICASA = "[img_0001.jpg]\ncrop=rect64(20004000c000a000)\n[other.jpg]\nstar=yes\n"


def reasons(manifest: dict[str, Any]) -> dict[str, list[str]]:
    """Of each photo: why a person should look."""
    return {p["source"]: [each["code"] for each in p["reasons"]] for p in manifest["photos"]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of two photos of nobody."""
    place = tmp_path / "retki"
    small(place / "IMG_0001.jpg", 160, LANDSCAPE)
    small(place / "other.jpg", 160, LANDSCAPE)
    return place


@pytest.mark.parametrize(
    ("name", "text", "passed"),
    [
        ("IMG_0001.AAE", "<plist/>", True),
        ("img_0001.aae", "<plist/>", True),
        ("IMG_O0001.AAE", "<plist/>", True),
        ("IMG_0001.jpg.pp3", "[Crop]", True),
        ("IMG_0001.xmp", CROPPED, True),
        ("IMG_0001.jpg.xmp", CROPPED, True),
        (".picasa.ini", PICASA, True),
        ("IMG_0001.xmp", CROPPED.replace("True", "False"), False),
        ("IMG_0002.AAE", "<plist/>", False),
    ],
)
def test_an_edit_beside_a_photo_holds_that_photo(
    folder: Path,
    name: str,
    text: str,
    passed: bool,  # noqa: FBT001
) -> None:
    """Only the photo whose edit lies beside it goes to review, with a sentence."""
    (folder / name).write_text(text, "utf-8")
    code, manifest = prepare(folder)
    assert reasons(manifest) == {"IMG_0001.jpg": [NOT_APPLIED] if passed else [], "other.jpg": []}
    assert code == int(passed)


def test_an_edit_that_comes_later_holds_a_finished_photo(folder: Path) -> None:
    """A copy that was ready goes to review when the edit appears, and back when it is gone."""
    assert prepare(folder)[0] == 0
    (folder / "IMG_0001.AAE").write_text("<plist/>", "utf-8")
    code, manifest = prepare(folder)
    assert (code, reasons(manifest)["IMG_0001.jpg"]) == (1, [NOT_APPLIED])
    (passed,) = manifest["not_handled"]
    assert (passed["source"], passed["code"]) == ("IMG_0001.AAE", "reasons.not_handled_edit")
    (folder / "IMG_0001.AAE").unlink()
    assert prepare(folder)[0] == 0


def test_a_crop_in_the_file_itself_holds_the_photo_once(folder: Path) -> None:
    """The reason stands once, though the file and a sidecar say the same."""
    photo = folder / "IMG_0001.jpg"
    whole = photo.read_bytes()
    content = b"http://ns.adobe.com/xap/1.0/\0" + CROPPED.encode()
    segment = b"\xff\xe1" + (len(content) + 2).to_bytes(2) + content
    photo.write_bytes(whole[:2] + segment + whole[2:])
    (folder / "IMG_0001.xmp").write_text(CROPPED, "utf-8")
    code, manifest = prepare(folder)
    assert (code, reasons(manifest)["IMG_0001.jpg"]) == (1, [NOT_APPLIED])


def test_a_doubtful_orientation_holds_the_photo(folder: Path) -> None:
    """A doubled EXIF that tells a turn is no failure: the copy waits for a look."""
    photo = folder / "IMG_0001.jpg"
    whole = photo.read_bytes()
    content = HEADER + HEADER + directory(orientation(6))
    segment = b"\xff\xe1" + (len(content) + 2).to_bytes(2) + content
    photo.write_bytes(whole[:2] + segment + whole[2:])
    code, manifest = prepare(folder)
    assert (code, reasons(manifest)["IMG_0001.jpg"]) == (1, ["decode.orientation"])
    assert reasons(manifest)["other.jpg"] == []


def test_takeouts_clip_is_told_as_the_photos_own(folder: Path) -> None:
    """PXL_1.MP beside PXL_1.MP.jpg is a clip of that photo: told, not failed."""
    (folder / "IMG_0001.jpg").rename(folder / "PXL_1.MP.jpg")
    (folder / "PXL_1.MP").write_bytes(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom")
    code, manifest = prepare(folder)
    (passed,) = manifest["not_handled"]
    assert (passed["source"], passed["code"]) == ("PXL_1.MP", "reasons.live_photo_clip")
    assert code == 0
