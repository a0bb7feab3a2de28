"""Whole runs of the command over real files: what a kindergarten gets back."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from photoguard.cli import photoguard
from photoguard.errors import PhotoguardError
from tests.pipeline.photos import LANDSCAPE, damaged, phone_photo, small


def prepare(folder: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """Run ``prepare`` in this program; return its exit code and the manifest."""
    arguments = ["prepare", str(folder), "--jobs", "1", "--quiet", *options]
    result = CliRunner().invoke(photoguard, arguments, catch_exceptions=False)
    return result.exit_code, _manifest(_output(folder))


def _output(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}-photoguard")


def _manifest(output: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((output / "manifest.json").read_text("utf-8"))
    return content


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of four photos that was prepared once."""
    folder = tmp_path_factory.mktemp("journey") / "retki"
    folder.mkdir()
    phone_photo(folder / "Aino Virtanen 3.5.2027.jpg")
    small(folder / "maisema" / "talvi.jpg", source=LANDSCAPE)
    damaged(folder / "rikki.jpg")
    (folder / "IMG_1.MOV").write_bytes(b"x")
    prepare(folder)
    return folder


def _photo(folder: Path, source: str) -> dict[str, Any]:
    photos = _manifest(_output(folder))["photos"]
    return next(photo for photo in photos if photo["source"] == source)


def test_a_phone_photo_comes_out_upright_with_its_face_hidden(finished: Path) -> None:
    """A photo lying on its side is published upright, and nobody can be seen in it."""
    photo = _photo(finished, "Aino Virtanen 3.5.2027.jpg")
    output = _output(finished) / photo["output"]
    with Image.open(finished / photo["source"]) as original, Image.open(output) as copy:
        upright = np.asarray(original.transpose(Image.Transpose.ROTATE_270), np.int16)
        hidden = np.asarray(copy, np.int16)
    assert hidden.shape == upright.shape
    left, top, width, height = photo["faces"][0]["box"]
    inside = (slice(top, top + height), slice(left, left + width))
    assert abs(hidden[inside] - upright[inside]).mean() > 15
    corner = (slice(0, 40), slice(0, 40))
    assert abs(hidden[corner] - upright[corner]).mean() < 6


def test_nothing_of_the_planted_traces_is_left(finished: Path) -> None:
    """Neither the place nor the maker nor the source's name stands in any published file."""
    for outcome in ("ready", "review"):
        for path in (_output(finished) / outcome).iterdir():
            content = path.read_bytes()
            for secret in (b"ZZPLACEZZ", b"ZZMAKERZZ", b"Aino", b"retki"):
                assert secret not in content, path


def test_output_names_tell_nothing(finished: Path) -> None:
    """Names are neutral and flat, whatever the source was called."""
    names = [photo["output"] for photo in _manifest(_output(finished))["photos"]]
    stems = {Path(name).name for name in names if name}
    assert stems <= {f"photo-{number:03d}.jpg" for number in range(1, 5)}


def test_a_damaged_photo_costs_itself_only(finished: Path) -> None:
    """One bad file is told with a sentence; the others are finished."""
    statuses = {p["source"]: p["status"] for p in _manifest(_output(finished))["photos"]}
    assert statuses.pop("rikki.jpg") == "failed"
    assert set(statuses.values()) <= {"ready", "review"}


def test_videos_are_named_as_not_done(finished: Path) -> None:
    """A video beside the photos is told, so that nobody publishes it unawares."""
    (item,) = _manifest(_output(finished))["not_handled"]
    assert item["source"] == "IMG_1.MOV"


def test_the_shelves_hold_pictures_and_sidecars_only(finished: Path) -> None:
    """Each picture has its two sidecars, and nothing else lies there."""
    for outcome in ("ready", "review"):
        names = {path.name for path in (_output(finished) / outcome).iterdir()}
        pictures = {name for name in names if name.endswith(".jpg")}
        beside = {f"{name}.xmp" for name in pictures} | {f"{name[:-4]}.txt" for name in pictures}
        assert names == pictures | beside


def test_a_second_run_does_nothing(finished: Path, tmp_path: Path) -> None:
    """What is done and unchanged is skipped: the files stay the very same."""
    folder = _copied(finished, tmp_path)
    before = {path: path.stat().st_ino for path in (_output(folder) / "ready").iterdir()}
    code, _ = prepare(folder)
    assert code == 4
    assert {path: path.stat().st_ino for path in (_output(folder) / "ready").iterdir()} == before


def _copied(finished: Path, tmp_path: Path) -> Path:
    shutil.copytree(_output(finished), _output(tmp_path / "retki"))
    copied: Path = shutil.copytree(finished, tmp_path / "retki")
    return copied


def test_a_lost_copy_is_made_again_by_a_fresh_run(finished: Path, tmp_path: Path) -> None:
    """A finished picture that somebody deleted comes back with --fresh, under its number."""
    folder = _copied(finished, tmp_path)
    photo = _photo(folder, "Aino Virtanen 3.5.2027.jpg")
    (_output(folder) / photo["output"]).unlink()
    prepare(folder)
    assert not (_output(folder) / photo["output"]).exists()
    prepare(folder, "--fresh")
    assert (_output(folder) / photo["output"]).is_file()


def test_a_changed_photo_gets_a_new_number(finished: Path, tmp_path: Path) -> None:
    """A picture that changed is another picture: the old copy goes, its number rests."""
    folder = _copied(finished, tmp_path)
    old = _photo(folder, "maisema/talvi.jpg")["output"]
    small(folder / "maisema" / "talvi.jpg", side=400, source=LANDSCAPE)
    prepare(folder)
    new = _photo(folder, "maisema/talvi.jpg")["output"]
    assert Path(new).name != Path(old).name
    assert not (_output(folder) / old).exists()


def test_unfinished_work_is_cleared(finished: Path, tmp_path: Path) -> None:
    """What a killed run left on the shelves or in the private folder is gone afterwards."""
    folder = _copied(finished, tmp_path)
    orphans = [
        _output(folder) / "ready" / "photo-002.jpg.xmp",
        _output(folder) / ".photoguard" / "work-0123456789ab" / "photo-003.jpg",
        _output(folder) / ".photoguard" / f"writing-{'0a' * 16}-manifest.json",
    ]
    orphans[1].parent.mkdir()
    for orphan in orphans:
        orphan.write_bytes(b"half")
    mine = [
        _output(folder) / "ready" / name
        for name in ("note to self.txt", "retki-003.jpg", "photo-2027.jpg", "photo-0003.jpg")
    ]
    for path in mine:
        path.write_text("kept")
    prepare(folder)
    assert not any(orphan.exists() for orphan in orphans)
    assert [path.read_text() for path in mine] == ["kept"] * len(mine)


def test_another_style_prepares_anew(finished: Path, tmp_path: Path) -> None:
    """Settings that change the picture undo *done*; the names stay."""
    folder = _copied(finished, tmp_path)
    before = _photo(folder, "Aino Virtanen 3.5.2027.jpg")
    prepare(folder, "--style", "solid")
    after = _photo(folder, "Aino Virtanen 3.5.2027.jpg")
    assert before["output"] == after["output"]
    assert before["output_sha256"] != after["output_sha256"]


def test_the_report_shows_and_names_every_photo(finished: Path) -> None:
    """The report exists, is one file, and names each source."""
    page = (_output(finished) / "report.html").read_text("utf-8")
    for photo in _manifest(_output(finished))["photos"]:
        assert photo["source"] in page


@pytest.mark.parametrize("form", ["png", "webp"])
def test_other_formats_come_out(form: str, tmp_path: Path) -> None:
    """PNG and WebP are written when asked for."""
    folder = tmp_path / "k"
    small(folder / "a.jpg", side=320)
    _, manifest = prepare(folder, "--format", form)
    output = _output(folder) / manifest["photos"][0]["output"]
    with Image.open(output) as picture:
        assert picture.format == form.upper()


def test_originals_are_never_touched(tmp_path: Path) -> None:
    """The folder of originals is the same afterwards, times included."""
    folder = tmp_path / "k"
    original = phone_photo(small(folder / "a.jpg"))
    before = (original.read_bytes(), original.stat().st_mtime_ns, sorted(folder.iterdir()))
    prepare(folder)
    after = (original.read_bytes(), original.stat().st_mtime_ns, sorted(folder.iterdir()))
    assert after == before


def test_a_wrong_table_stops_before_any_output(tmp_path: Path) -> None:
    """A fault in photos.csv is told before anything is written."""
    folder = tmp_path / "k"
    small(folder / "a.jpg")
    (folder / "photos.csv").write_text("file;nonsense\na.jpg;x\n")
    with pytest.raises(PhotoguardError) as trouble:
        prepare(folder)
    assert trouble.value.exit_code == 3
    assert not _output(folder).exists()


def test_a_name_in_the_caption_is_held_for_a_person(tmp_path: Path) -> None:
    """A caption that names somebody known to the run waits for a person's look."""
    folder = tmp_path / "k"
    small(folder / "a.jpg", source=LANDSCAPE)
    (folder / "photos.csv").write_text(
        "file;description;people\na.jpg;Ainon lumilinna.;Aino Virtanen\n", "utf-8"
    )
    _, manifest = prepare(folder)
    (photo,) = manifest["photos"]
    assert photo["status"] != "ready"
    assert "Virtanen" not in json.dumps(photo)


NAMED = ["policy.unknown_name", "policy.more_people_than_faces"]
"""The reasons why a photo without faces waits for which somebody is named."""


def _codes(folder: Path) -> list[list[str]]:
    """Prepare the folder; return the codes of reasons of each photo that has any."""
    _, manifest = prepare(folder)
    return [[each["code"] for each in photo["reasons"]] for photo in manifest["photos"]]


def test_who_is_named_for_a_photo_stays_named_when_it_is_renamed(tmp_path: Path) -> None:
    """The bytes are the same: the photo is not published for want of its row's name."""
    folder = tmp_path / "k"
    photo = small(folder / "a.jpg", source=LANDSCAPE)
    assert _codes(folder) == [[]]
    (folder / "photos.csv").write_text("file;people\na.jpg;Veera Salo\n", "utf-8")
    photo.rename(folder / "b.jpg")
    for _ in range(2):  # the second run prepares nothing
        assert _codes(folder) == [NAMED, NAMED]  # and that of the old name, which stays


def test_who_was_named_is_still_when_the_old_copy_had_to_go(tmp_path: Path) -> None:
    """What the journal keeps of the old name then is enough to know the photo by."""
    folder = tmp_path / "k"
    photo = small(folder / "a.jpg", source=LANDSCAPE)
    prepare(folder)
    (folder / "photos.csv").write_text("file;works\na.jpg;Veera Salo\n", "utf-8")
    photo.rename(folder / "b.jpg")
    for _ in range(3):
        prepare(folder)
        assert _photo(folder, "b.jpg")["status"] == "blocked"
        assert not list(_output(folder).glob("*/*.jpg"))


def test_who_is_named_for_a_deleted_photo_holds_its_copy(tmp_path: Path) -> None:
    """A row that was filled in after the run counts, though the original is not there to read."""
    folder = tmp_path / "k"
    small(folder / "a.jpg", source=LANDSCAPE)
    small(folder / "b.jpg", source=LANDSCAPE)
    assert _codes(folder) == [[], []]
    (folder / "photos.csv").write_text("file;people\na.jpg;Veera Salo\n", "utf-8")
    (folder / "a.jpg").unlink()
    assert _codes(folder) == [[], NAMED]
    assert (
        not list(_output(folder).glob("*/photo-001.jpg"))
        or (_output(folder) / "review" / "photo-001.jpg").exists()
    )


def test_a_photo_that_an_unused_row_may_mean_is_not_ready(tmp_path: Path) -> None:
    """Who is named without the photo's folder may be in it; the photo waits for the folder."""
    folder = tmp_path / "k"
    small(folder / "metsa" / "a.jpg", source=LANDSCAPE)
    table = folder / "photos.csv"
    table.write_text("file;people\na.jpg;Veera Salo\n", "utf-8")
    assert _codes(folder) == [["reasons.row_unclear"]]
    table.write_text("file;people\nmetsa/a.jpg;Veera Salo\n", "utf-8")
    assert _codes(folder) == [NAMED]


def test_one_shot_in_two_formats_waits_until_both_rows_name_its_people(tmp_path: Path) -> None:
    """Whom a row names for the one file may be in the other, which is not ready meanwhile."""
    folder = tmp_path / "k"
    small(folder / "a.jpg", source=LANDSCAPE)
    with Image.open(folder / "a.jpg") as picture:
        picture.save(folder / "a.png")
    table = folder / "photos.csv"
    table.write_text("file;people\na.jpg;Veera Salo\n", "utf-8")
    assert _codes(folder) == [NAMED, ["reasons.people_missing"]]
    table.write_text("file;people\na.jpg;Veera Salo\na.png;Veera Salo\n", "utf-8")
    assert _codes(folder) == [NAMED, NAMED]


def test_what_others_put_among_the_copies_is_told(tmp_path: Path) -> None:
    """A picture that nobody checked lies ready to be published; files of the system do not."""
    folder = tmp_path / "k"
    small(folder / "a.jpg", source=LANDSCAPE)
    assert prepare(folder)[1]["notices"] == []
    ready = _output(folder) / "ready"
    for name in ("photo-001 - Kopio.jpg", "Thumbs.db", ".DS_Store"):
        shutil.copy(ready / "photo-001.jpg", ready / name)
    (notice,) = prepare(folder)[1]["notices"]
    assert notice["code"] == "reasons.strange_on_shelf"
    assert notice["text"].endswith(": ready/photo-001 - Kopio.jpg")
    assert (ready / "photo-001 - Kopio.jpg").exists()


def test_its_own_output_is_not_prepared(finished: Path) -> None:
    """An output, a shelf of it and a copy are told before anything is written."""
    output = _output(finished)
    copy = next((output / "review").glob("*.jpg"), None) or next((output / "ready").glob("*.jpg"))
    for given in (output, copy.parent, copy):
        before = sorted(output.rglob("*"))
        with pytest.raises(PhotoguardError) as again:
            CliRunner().invoke(photoguard, ["prepare", str(given)], catch_exceptions=False)
        assert again.value.code == "files.own_output"
        assert sorted(output.rglob("*")) == before
        assert not given.with_name(f"{given.name}-photoguard").exists()


def test_what_the_icon_was_told_holds_for_the_command(tmp_path: Path) -> None:
    """Credit and event stay for a later prepare without options, and nothing is made anew."""
    folder = tmp_path / "retki"
    small(folder / "a.jpg", source=LANDSCAPE)
    CliRunner().invoke(photoguard, ["setup", "--yes"])
    answers = "Maija\ninstagram\nMetsäretki\nno\nno\n"
    command = ["drop", "--no-open", "--language", "fi", str(folder)]
    done = CliRunner().invoke(photoguard, command, input=answers, catch_exceptions=False)
    assert done.exit_code in {0, 1}, done.output
    first = _manifest(_output(folder))["photos"][0]
    _, again = prepare(folder, "--language", "fi")
    assert again["photos"][0]["output_sha256"] == first["output_sha256"]
    assert "Maija" in again["photos"][0]["credit"]
    assert again["channels"] == ["instagram"]
    _, again = prepare(folder, "--language", "fi", "--photographer", "Åsa")
    assert "Åsa" in again["photos"][0]["credit"]
