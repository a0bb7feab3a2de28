"""Small pictures are taken over from the report before, and only those that are ours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from photoguard import report
from photoguard.files import PRIVATE, REPORT
from photoguard.model import Language
from photoguard.report.thumbnails import Album, Thumbnail
from tests.report.invented import Reading, copy, manifest, photo

if TYPE_CHECKING:
    from pathlib import Path

OTHER = "data:image/jpeg;base64,b3RoZXI="


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An output folder of two copies whose report was written once."""
    (tmp_path / PRIVATE).mkdir()
    report.write(tmp_path, two(tmp_path), Language.EN)
    return tmp_path


def two(folder: Path) -> dict[str, Any]:
    """Return a manifest of two copies, written into the folder."""
    first = copy(folder, "ready/photo-001.jpg")
    return manifest(
        photo("a.jpg", "ready", **first),
        photo("b.jpg", "ready", **copy(folder, "ready/photo-002.jpg", (500, 700))),
    )


def pictures(folder: Path, whole: dict[str, Any]) -> list[dict[str, str | None]]:
    """Write the report anew and return its small pictures."""
    report.write(folder, whole, Language.EN)
    return Reading((folder / REPORT).read_text("utf-8")).all("image")


def replace_first(folder: Path, small: Thumbnail) -> None:
    """Put another small picture into the report in place of the first."""
    page = (folder / REPORT).read_text("utf-8")
    line = re.search(r"<image .*/>", page)
    assert line
    other = (
        f'<image id="photo-1-image" data-of="{small.copy}" data-mac="{small.mac}" '
        f'href="{small.uri}" width="{small.width}" height="{small.height}"/>'
    )
    (folder / REPORT).write_text(page.replace(line[0], other), "utf-8")


def test_a_picture_is_made_once(folder: Path) -> None:
    """The picture in the report before is shown again: nobody decodes the copy for it."""
    whole = two(folder)
    made = Thumbnail(OTHER, 400, 300, whole["photos"][0]["output_sha256"])
    with Album(folder) as album:
        replace_first(folder, album._signed(made))
    for _ in range(2):
        first, second = pictures(folder, whole)
        assert first["href"] == OTHER
        assert second["href"] != OTHER
        assert (second["width"], second["height"]) == ("286", "400")


def test_pictures_come_in_the_order_of_the_photos(tmp_path: Path) -> None:
    """Several are made at once; each is still that of its own photo, and at most so large."""
    shapes = [(600, 100 + 10 * number) for number in range(30)]
    photos = [
        photo(f"{number}.jpg", "ready", **copy(tmp_path, f"ready/photo-{number:03}.jpg", shape))
        for number, shape in enumerate(shapes, start=1)
    ]
    photos.append(photo("thin.jpg", "ready", **copy(tmp_path, "ready/thin.jpg", (1600, 2))))
    photos.insert(7, photo("none.jpg", "failed"))
    with Album(tmp_path) as album:
        seen = list(album.all_of(photos, 120))
    assert seen.pop(7) is None
    thin = seen.pop()
    assert thin
    assert (thin.width, thin.height) == (120, 1)
    found = [(each.width, each.height) for each in seen if each]
    assert found == [(120, round(height / 5)) for _, height in shapes]


def test_only_a_picture_that_this_user_signed_is_taken_over(folder: Path) -> None:
    """Whoever changes a report cannot bring a picture into the next one."""
    whole = two(folder)
    honest = pictures(folder, whole)
    assert all(each["data-mac"] for each in honest)
    first, second = (each["output_sha256"] for each in whole["photos"])
    mac, other_mac = (each["data-mac"] or "" for each in honest)
    uri = str(honest[1]["href"])
    for forged in (
        Thumbnail(OTHER, 400, 300, first, mac),
        Thumbnail(OTHER, 400, 300, first, ""),
        Thumbnail(OTHER, 400, 300, first, "0" * 64),
        Thumbnail(uri, 286, 400, first, other_mac),
        Thumbnail(uri, 286, 400, second, other_mac),
        Thumbnail(str(honest[0]["href"]), 4000, 3000, first, mac),
    ):
        replace_first(folder, forged)
        assert pictures(folder, whole) == honest


def test_a_picture_goes_with_its_copy(folder: Path) -> None:
    """What is not there any more, or is another file now, leaves no picture behind."""
    whole = two(folder)
    copy(folder, "ready/photo-001.jpg", (801, 600))
    (folder / "ready/photo-002.jpg").unlink()
    assert not pictures(folder, whole)
    assert "base64" not in (folder / REPORT).read_text("utf-8")


@pytest.mark.parametrize("content", [b"", b"<image id=" + b"x" * (1 << 21), b'<image id="\xff\n'])
def test_another_report_costs_work_only(folder: Path, content: bytes) -> None:
    """A report that is torn, or is no report, is replaced by a whole one."""
    whole = two(folder)
    honest = pictures(folder, whole)
    (folder / REPORT).write_bytes(content)
    assert pictures(folder, whole) == honest
