"""Old copies leave, after asking, and nothing else does."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from photoguard.cli import photoguard
from photoguard.errors import ConfigurationError, OutputError, UsageTrouble
from photoguard.files import MANIFEST, clear_unfinished
from photoguard.output import tidying
from photoguard.output.journal import Journal
from photoguard.register import remember_output
from tests.output.signed import sign, steps
from tests.pipeline.photos import LANDSCAPE, small

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of one photo, prepared by a real run."""
    folder = tmp_path_factory.mktemp("tidy") / "kuvat"
    small(folder / "a.jpg", 120, LANDSCAPE)
    done = CliRunner().invoke(photoguard, ["prepare", str(folder), "--quiet"])
    assert done.exit_code in {0, 1}, done.output
    return folder.with_name("kuvat-photoguard")


@pytest.fixture
def old(prepared: Path, tmp_path: Path) -> Path:
    """A copy of that output, last run 400 days ago, known to the program."""
    place = tmp_path / "vanha"
    shutil.copytree(prepared, place)
    long_ago = time.time() - 400 * 86400
    os.utime(place / ".photoguard", (long_ago, long_ago))
    remember_output(place)
    return place


def tidy(*arguments: str, typed: str = "") -> tuple[int, str]:
    """Run the command with what a person types."""
    done = CliRunner().invoke(photoguard, ["tidy", *arguments], input=typed)
    return done.exit_code, done.output


def test_old_copies_leave_after_a_clear_yes(old: Path) -> None:
    """Yes removes the whole folder that the program made."""
    code, printed = tidy(typed="yes\n")
    assert (code, old.exists()) == (0, False), printed
    assert "1 copy" in printed


@pytest.mark.parametrize("typed", ["\n", "no\n", "perhaps\n"])
def test_anything_but_yes_keeps_them(typed: str, old: Path) -> None:
    """Enter, a no and a word that is no answer keep everything."""
    before = sorted(old.rglob("*"))
    code, printed = tidy(typed=typed)
    assert (code, sorted(old.rglob("*"))) == (0, before)
    assert "Nothing was removed." in printed


def test_what_somebody_else_put_there_stays(old: Path) -> None:
    """A file that no manifest names survives, with its folders."""
    other = next(path for path in old.iterdir() if path.name in {"ready", "review"}) / "own.jpg"
    other.write_bytes(b"mine")
    assert tidy("--yes")[0] == 0
    assert [path for path in old.rglob("*") if path.is_file()] == [other]


def test_a_text_set_aside_leaves_and_what_stays_is_told(old: Path) -> None:
    """The words of a person go with the photo that they are about; a strange file is named."""
    copy = next(old.glob("*/*.jpg"))
    (old / f"{copy.stem}.txt").write_text("Aino juoksee")
    (old / f"{copy.stem}-2.txt").write_text("Aino juoksee taas")
    (old / "muistiinpanot.txt").write_text("own")
    code, printed = tidy("--yes")
    assert code == 0
    assert [path.name for path in old.iterdir()] == ["muistiinpanot.txt"]
    assert "muistiinpanot.txt" in printed


def test_a_folder_that_nobody_prepared_is_refused(old: Path, tmp_path: Path) -> None:
    """A mistyped name is no folder without old copies; a damaged one says so."""
    (tmp_path / "kuvat").mkdir()
    for name in ("nothere", "kuvat"):
        done = CliRunner().invoke(photoguard, ["tidy", str(tmp_path / name)])
        assert isinstance(done.exception, UsageTrouble)
        assert done.exception.code == "review.no_output"
    (old / ".photoguard" / "journal.jsonl").write_text("{}\n")
    _, printed = tidy(str(old), "--yes")
    assert "was not made by your photoguard" in printed
    assert old.exists()


def test_the_folder_of_the_photos_means_the_copies_beside_it(old: Path) -> None:
    """As ``review`` and ``evidence`` take it."""
    photos = old.with_name("retki")
    photos.mkdir()
    beside = old.rename(old.with_name("retki-photoguard"))
    code, printed = tidy(str(photos), "--yes")
    assert (code, beside.exists(), photos.exists()) == (0, False, True), printed


def test_what_an_interrupted_run_left_leaves_too(old: Path) -> None:
    """Copies that no manifest names are ours by their names, up to the last number given."""
    journal = old / ".photoguard" / "journal.jsonl"
    sign(journal, [*steps(journal), {"reserve": "b.jpg", "number": 2}])
    os.utime(journal.parent, (long_ago := time.time() - 400 * 86400, long_ago))
    shelf = next(path for path in old.iterdir() if path.name in {"ready", "review"})
    for name in ("photo-002.jpg", "photo-002.jpg.xmp", "photo-003.jpg"):
        (shelf / name).write_bytes(b"a picture")
    assert tidy("--yes")[0] == 0
    assert [path for path in old.rglob("*") if path.is_file()] == [shelf / "photo-003.jpg"]


def test_a_missing_folder_or_a_link_in_its_place_is_left_alone(old: Path, tmp_path: Path) -> None:
    """Nothing outside the output is removed, and nothing has to be there."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "photo-001.png").write_bytes(b"mine")
    for name in ("ready", "review"):
        shutil.rmtree(old / name)
    (old / "ready").symlink_to(elsewhere)
    assert tidy("--yes")[0] == 0
    assert (elsewhere / "photo-001.png").exists()
    assert not (old / ".photoguard").exists()


def test_what_could_not_be_removed_is_as_old_the_next_time(old: Path) -> None:
    """A copy that some program holds is told, and offered again instead of in a year."""
    shelf = next(path.parent for path in old.glob("*/photo-001.jpg"))
    copy = shelf / "photo-001.jpg"
    copy.unlink()
    copy.mkdir()
    assert tidy("--yes")[0] == 1
    copy.rmdir()
    assert tidy("--yes")[0] == 0
    assert not old.exists()


def test_young_copies_stay(prepared: Path) -> None:
    """Copies of this year are not even shown; --days 0 shows them."""
    remember_output(prepared)
    assert "No copies are older than 365 days." in tidy()[1]
    assert "1 copy" in tidy("--days", "0", typed="\n")[1]


def _settings(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_the_settings_say_how_long_copies_are_kept(old: Path, tmp_path: Path) -> None:
    """The user's file counts, --config in its place, and --days over both."""
    user = tmp_path / "config" / "photoguard" / "photoguard.toml"
    _settings(user, "keep_days = 500")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
        assert "No copies are older than 500 days." in tidy()[1]
        other = _settings(tmp_path / "other.toml", "keep_days = 300")
        assert str(old) in tidy("--config", str(other), typed="\n")[1]
        assert str(old) in tidy("--days", "400", typed="\n")[1]
        assert "No copies are older than 401 days." in tidy("--days", "401")[1]


def test_a_city_can_lock_how_long(old: Path, tmp_path: Path) -> None:
    """Over the city's lock copies can leave earlier, never later."""
    profile = tmp_path / "site" / "photoguard" / "photoguard.toml"
    _settings(profile, 'keep_days = 390\nlocked = ["keep_days"]')
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "site"))
        assert str(old) in tidy("--days", "1000", typed="\n")[1]
        assert str(old) in tidy("--days", "30", typed="\n")[1]


@pytest.mark.parametrize("wrong", ["0", "-1", '"a year"', "true"])
def test_a_wrong_number_of_days_removes_nothing(wrong: str, old: Path, tmp_path: Path) -> None:
    """A setting that cannot be meant stops the command before anything is looked at."""
    config = _settings(tmp_path / "wrong.toml", f"keep_days = {wrong}")
    done = CliRunner().invoke(photoguard, ["tidy", "--config", str(config), "--yes"])
    assert isinstance(done.exception, ConfigurationError)
    assert (old / "manifest.json").exists()


def test_a_folder_without_a_manifest_is_passed_by(tmp_path: Path) -> None:
    """Where nobody knows what is ours, nothing is touched."""
    (tmp_path / "x" / ".photoguard").mkdir(parents=True)
    (tmp_path / "x" / "manifest.json").write_text("{}")
    assert tidy(str(tmp_path / "x"), "--days", "0", "--yes")[0] == 0
    assert (tmp_path / "x" / "manifest.json").exists()


def test_a_folder_in_use_is_kept(old: Path) -> None:
    """While another run works there, nothing is removed, and the command says so."""
    with Journal.open(old, "en", ""):
        code, printed = tidy(str(old), "--days", "0", "--yes")
    assert code == 1
    assert (old / "manifest.json").exists(), printed


def test_a_run_since_the_question_keeps_its_copies(old: Path) -> None:
    """Who answers late does not remove what a run made meanwhile: nobody asked about that."""
    asked = tidying.old_folder(old, datetime.now().astimezone().date(), 365)
    assert asked is not None
    os.utime(old / ".photoguard")
    before = sorted(old.rglob("*"))
    with pytest.raises(UsageTrouble, match=r"tidy\.used_again"):
        tidying.remove(old, asked.last_run)
    assert sorted(old.rglob("*")) == before


def test_no_run_begins_while_a_folder_is_removed(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock is held until nothing of ours is left, so that no new journal is removed."""
    troubles = []

    def begin(folder: Path) -> None:
        with suppress(FileNotFoundError):
            try:
                Journal.open(old, "en", "").close()
            except OutputError as trouble:
                troubles.append(trouble.code)
        clear_unfinished(folder)

    monkeypatch.setattr(tidying, "clear_unfinished", begin)
    tidying.remove(old)
    assert troubles == ["journal.in_use"]
    assert not old.exists()


def test_a_folder_that_is_named_twice_is_removed_once(old: Path, tmp_path: Path) -> None:
    """The same folder under two names is listed once, and its removal ends well."""
    source = tmp_path / "vanha kuvat"
    place = old.rename(source.with_name("vanha kuvat-photoguard"))
    source.mkdir()
    code, printed = tidy(str(source), str(place), f"{place}/", typed="yes\n")
    assert (code, place.exists()) == (0, False), printed
    assert printed.count("1 copy") == 1


def test_a_folder_that_left_while_its_removal_was_asked_is_told(old: Path) -> None:
    """Somebody deleted it by hand meanwhile: a sentence and code 1, no fault of the program."""
    found = tidying.old_folder(old, date.today(), 365)  # noqa: DTZ011 - a calendar day, here
    assert found
    shutil.rmtree(old)
    with pytest.raises(UsageTrouble) as trouble:
        tidying.remove(found.path, found.last_run)
    assert trouble.value.code == "consent.no_manifest"


def test_a_folder_that_cannot_be_read_is_not_called_young(old: Path, tmp_path: Path) -> None:
    """A damaged manifest is told, not taken for a young one; another folder is still removed."""
    broken = tmp_path / "rikki"
    shutil.copytree(old, broken)
    (broken / MANIFEST).write_text("{", "utf-8")
    _, printed = tidy(str(broken), "--yes", "--days", "0")
    assert "no readable result" in printed
    assert "No copies are older" not in printed
    _, printed = tidy(str(broken), str(old), "--yes", "--days", "0")
    assert (broken.exists(), old.exists()) == (True, False), printed


def test_without_a_folder_one_that_cannot_be_read_is_told_too(old: Path) -> None:
    """Copies that nobody can judge may not stay for ever in silence."""
    (old / MANIFEST).write_text("{", "utf-8")
    _, printed = tidy("--yes", "--days", "0")
    assert "no readable result" in printed
    assert "No copies are older" not in printed
    assert old.exists()
