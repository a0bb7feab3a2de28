"""The icon's command as staff use it: real folders, typed answers, an opened report."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from photoguard.cli import photoguard
from photoguard.cli.drop import batches_of, listed_paths, output_for_disk, refuse_cut_line
from photoguard.desktop import System
from photoguard.desktop.wholeness import LINE_VARIABLE
from photoguard.errors import UsageTrouble
from photoguard.launch import icon_program
from photoguard.model import Language
from photoguard.texts import say
from tests.locale.catalogues import DOMAINS
from tests.pipeline.photos import LANDSCAPE, damaged, small

if TYPE_CHECKING:
    from click.testing import Result

NASTY = ("Äiti & lapsi.jpg", "100% PATH%PATH%.jpg", "hei! ^x^ (1).jpg", "a,b;c=d.jpg")
NO_TO_ALL = "\n\n\n\nno\n"
"""Nobody, no channel, no event, works not known, nobody unwanted."""


def drop(*arguments: str, typed: str = "", language: str = "en") -> Result:
    """Run the command in this process with what a person types."""
    whole = ["drop", "--no-open", "--language", language, *arguments]
    return CliRunner().invoke(photoguard, whole, input=typed)


def manifest_of(folder: Path) -> dict[str, Any]:
    """Return what the run told of a folder."""
    place = folder.with_name(f"{folder.name}-photoguard") / "manifest.json"
    manifest: dict[str, Any] = json.loads(place.read_text("utf-8"))
    return manifest


@pytest.fixture
def known() -> None:
    """A computer on which setup was done."""
    done = CliRunner().invoke(photoguard, ["setup", "--yes", "--unit-name", "Päiväkoti Kuu"])
    assert done.exit_code == 0


@pytest.mark.usefixtures("known")
def test_a_dropped_folder_opens_its_report(tmp_path: Path) -> None:
    """From the icon's line to an opened report; the browser gets the report's address."""
    folder = tmp_path / "Metsä & ranta 100% (1)! ^x"
    for name in NASTY:
        small(folder / name, 200, LANDSCAPE)
    browser, seen = tmp_path / "browser", tmp_path / "seen"
    browser.write_text(f'#!/bin/sh\necho "$1" >"{seen}"\n')
    browser.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-m", "photoguard", "drop", str(folder)],
        input="Maija\ninstagram\nMetsäretki\nno\nno\n",
        env=os.environ | {"BROWSER": f"{browser} %s"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in {0, 1}, done.stderr
    report = folder.with_name(f"{folder.name}-photoguard") / "report.html"
    assert seen.read_text().strip() == report.as_uri()
    manifest = manifest_of(folder)
    assert sorted(photo["source"] for photo in manifest["photos"]) == sorted(NASTY)
    assert all(photo["output"] for photo in manifest["photos"])
    assert manifest["channels"] == ["instagram"]
    assert "Maija" in manifest["photos"][0]["credit"]
    assert "Metsäretki" in str(manifest["photos"][0]["alt_text"])


@pytest.mark.usefixtures("known")
def test_loose_photos_are_asked_about_once(tmp_path: Path) -> None:
    """Several dropped files are one folder's worth of questions."""
    photos = [str(small(tmp_path / name, 120, LANDSCAPE)) for name in NASTY[:2]]
    done = drop(*photos, typed=NO_TO_ALL)
    assert done.exit_code in {0, 1}, done.output
    assert done.output.count(say("staff.ask_photographer", Language.EN)) == 1


def test_a_hundred_and_fifty_names_arrive(tmp_path: Path) -> None:
    """The list of the batch script brings any number of names, each whole."""
    names = [f"{number} Äiti & lapsi (100%)! ^x,;=.jpg" for number in range(150)]
    for name in names:
        (tmp_path / name).write_bytes(b"")
    (batch,) = batches_of(tmp_path / name for name in names)
    assert [source.path.name for source in batch.photos] == names


def telephone(count: int) -> tuple[Path, ...]:
    """Photos as a telephone names them, in one folder."""
    return tuple(Path(f"/home/maija/Kuvat/Metsä retki/IMG_{n:04}.jpg") for n in range(count))


def arrived(limit: int, *, all_quoted: bool, whole: bool) -> tuple[Path, ...]:
    """What a line of so many characters leaves of nine hundred names, the last one cut or not."""
    path, *words = program_words()
    line = " ".join((f'"{path}"', *words))
    names: list[Path] = []
    for photo in telephone(900):
        name = f' "{photo}"' if all_quoted or " " in str(photo) else f" {photo}"
        if len(line) + len(name) > limit:
            stub = name[: limit - len(line)].strip(' "')
            return tuple(names) if whole or not stub else (*names, Path(stub))
        line += name
        names.append(photo)
    raise AssertionError


def program_words() -> tuple[str, ...]:
    """The program of the icon and what stands before the names."""
    program = icon_program()
    return (program.path, *program.drop)


@pytest.mark.parametrize("limit", [8191, 32767])
@pytest.mark.parametrize("all_quoted", [False, True])
@pytest.mark.parametrize("whole", [False, True])
def test_a_drop_that_the_line_may_have_cut_is_refused(
    limit: int, *, all_quoted: bool, whole: bool
) -> None:
    """Wherever Windows ended its line, a drop that lost photos is never taken for a whole one."""
    left = arrived(limit, all_quoted=all_quoted, whole=whole)
    assert len(left) > 100
    with pytest.raises(UsageTrouble, match=r"staff\.cut_line") as caught:
        refuse_cut_line(left, System.WINDOWS)
    assert caught.value.parameters["folder"] == "Metsä retki"
    for system in (System.LINUX, System.MACOS):
        refuse_cut_line(left, system)


def test_the_folder_is_told_wherever_the_last_name_was_cut() -> None:
    """A last name that ends within its folder, or is no more than a stroke, misleads nobody."""
    for limit in range(32767 - 60, 32768):
        left = arrived(limit, all_quoted=False, whole=False)
        with pytest.raises(UsageTrouble, match=r"staff\.cut_line") as caught:
            refuse_cut_line(left, System.WINDOWS)
        assert caught.value.parameters["folder"] == "Metsä retki"


@pytest.mark.parametrize("count", [2, 50, 120, 250, 400, 500])
def test_a_drop_far_from_any_limit_is_taken(count: int) -> None:
    """Several hundred photos are taken where the line surely had room for one more."""
    refuse_cut_line(telephone(count), System.WINDOWS)


def test_one_long_name_is_no_cut_list() -> None:
    """A single photo or folder is taken, however long its name."""
    refuse_cut_line((Path("/" + "x" * 8180),), System.WINDOWS)
    refuse_cut_line((), System.WINDOWS)


@pytest.mark.parametrize("language", list(Language))
def test_a_cut_drop_is_told_to_drop_the_folder(language: Language) -> None:
    """The sentence names the folder and says that nothing was prepared."""
    remedy = say("staff.cut_line.remedy", language, folder="Metsä retki")
    nothing = {"en": "No photo was prepared", "fi": "Yhtään kuvaa", "sv": "Ingen bild"}
    assert "Metsä retki" in remedy
    assert nothing[language.value] in remedy
    assert "Windows" in say("staff.cut_line", language)


@pytest.mark.usefixtures("known")
def test_several_hundred_photos_are_one_drop(tmp_path: Path) -> None:
    """Each of four hundred is seen; where one name more is nowhere, nothing is prepared."""
    names = [tmp_path / f"{number} Äiti & lapsi (100%)! ^x,;=.jpg" for number in range(400)]
    for path in names:
        path.write_bytes(b"")
    (batch,) = batches_of(names)
    assert [source.path for source in batch.photos] == names
    short = tmp_path / names[-1].name[:-6]
    done = drop("--yes", *map(str, names), str(short), typed="\n")
    assert done.exit_code == 2
    assert say("files.no_such_file", Language.EN, name=short.name) in done.output
    assert not (tmp_path / "photos-photoguard").exists()


@pytest.mark.parametrize("end", ["\r\n", "\n", "\0"])
def test_a_list_is_read_and_removed(end: str, tmp_path: Path) -> None:
    """Names come from the list as cmd.exe, AppleScript or xargs end them; the list goes away."""
    names = [tmp_path / name for name in NASTY]
    for name in names:
        name.write_bytes(b"")
    listed = tmp_path / "list.txt"
    listed.write_bytes("".join(f"{name}{end}" for name in names).encode())
    assert listed_paths(listed, cut=False) == tuple(names)
    assert not listed.exists()


@pytest.mark.parametrize(
    ("flags", "line", "code"),
    [
        (["--cut"], "", "staff.cut"),
        ([], "x" * 8191, "staff.cut"),
        ([], r'C:\Windows\system32\cmd.exe /c ""C:\x.cmd" C:\a&b.jpg"', "staff.split"),
    ],
)
def test_what_cmd_exe_cut_or_split_is_refused(
    flags: list[str], line: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where names are missing no photo is prepared, and the sentence says to use the icon."""
    photo = small(tmp_path / "a.jpg", 100)
    listed = tmp_path / "list.txt"
    listed.write_text(f"{photo}\n", "utf-8")
    monkeypatch.setenv(LINE_VARIABLE, line)
    done = drop("--list", str(listed), *flags, typed="\n")
    assert done.exit_code == 2
    assert say(f"{code}.remedy", Language.EN) in done.output
    assert not listed.exists()
    assert not (tmp_path / "photos-photoguard").exists()


def test_a_piece_of_a_name_is_refused(tmp_path: Path) -> None:
    """A listed name that is nowhere was split by cmd.exe; a missing list is told too."""
    listed = tmp_path / "list.txt"
    listed.write_text(str(tmp_path / "a"), "utf-8")
    assert say("staff.split", Language.EN, name="a") in drop("--list", str(listed)).output
    gone = drop("--list", str(listed))
    assert (gone.exit_code, say("staff.list_unreadable", Language.EN) in gone.output) == (2, True)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_first_time_in_each_language(language: str, tmp_path: Path) -> None:
    """From a new computer to a report: every sentence in the language, none missing."""
    small(tmp_path / "kuvat" / "a.jpg", 300)
    no = say("staff.none", Language(language))
    setup, questions = "\n\n\n\n", f"\n\n\n\nb.jpg\n{no}\n"
    done = drop(str(tmp_path / "kuvat"), typed=setup + questions, language=language)
    assert done.exit_code in {0, 1}, done.output
    codes = "|".join(DOMAINS)
    assert not re.search(rf"\b({codes})\.(?!html)[a-z]", done.output)
    for code in ("first_time", "how_to_answer", "at_work"):
        assert say(f"staff.{code}", Language(language)) in done.output
    assert say("staff.no_such_photo", Language(language), name="b.jpg") in done.output
    assert manifest_of(tmp_path / "kuvat")["settings"]["language"] == language


@pytest.mark.usefixtures("known")
def test_all_channels_are_those_of_the_unit(tmp_path: Path) -> None:
    """Who answers that the photos are for all channels is neither asked again nor misread."""
    small(tmp_path / "a" / "x.jpg", 120, LANDSCAPE)
    drop(str(tmp_path / "a"), typed="Maija\nkaikki\nRetki\nno\nno\n")
    assert manifest_of(tmp_path / "a")["channels"] == ["instagram", "facebook"]


@pytest.mark.usefixtures("known")
def test_answers_are_offered_and_kept(tmp_path: Path) -> None:
    """The next folder is offered the last answers, the same folder one question."""
    for name in ("a", "b"):
        small(tmp_path / name / "x.jpg", 120, LANDSCAPE)
    first = drop(str(tmp_path / "a"), typed="Maija\ninstagrm\ninstagram\nRetki\nno\nno\n")
    assert "instagram, facebook" in first.output
    second = drop(str(tmp_path / "b"), typed="\n\n\n\n\n")
    for offered in ("[Maija]", "[instagram]", "[Retki]", "[no]"):
        assert offered in second.output
    again = drop(str(tmp_path / "a"), typed="\n")
    assert say("staff.ask_still_right", Language.EN) in again.output
    assert "Photographer: Maija" in again.output
    assert again.output.count("> ") == 1
    changed = drop(str(tmp_path / "a"), typed="no\nlapsi\n-\n-\n\n?\n")
    assert changed.exit_code == 1, changed.output
    manifest = manifest_of(tmp_path / "a")
    assert manifest["channels"] == []
    assert manifest["photos"][0]["reasons"][0]["code"] == "staff.unwanted_review"


@pytest.mark.usefixtures("known")
def test_a_work_stays_stopped_when_nobody_is_asked(tmp_path: Path) -> None:
    """A maker told to the icon counts for a plain prepare, and no name is kept anywhere."""
    folder = tmp_path / "kuvat"
    small(folder / "a.jpg", 120, LANDSCAPE)
    assert drop(str(folder), typed="\n\n\nTuntematon Taiteilija\n\nno\n").exit_code == 1
    for words in (["prepare"], ["drop", "--yes", "--no-open"]):
        CliRunner().invoke(photoguard, [*words, str(folder)])
        (photo,) = manifest_of(folder)["photos"]
        assert photo["status"] == "blocked"
        assert "policy.work_unknown" in [reason["code"] for reason in photo["reasons"]]
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in kept if b"Taiteilija" in path.read_bytes()]


@pytest.mark.usefixtures("known")
def test_a_photo_with_somebody_unwanted_is_stopped(tmp_path: Path) -> None:
    """The named photo gets no copy, the other one does; --yes afterwards holds that one too."""
    small(tmp_path / "k" / "IMG_1.jpg", 120, LANDSCAPE)
    small(tmp_path / "k" / "retki" / "IMG_2.jpg", 121, LANDSCAPE)
    assert drop(str(tmp_path / "k"), typed="\n\n\n\nimg_2\n").exit_code == 1
    outcomes = {photo["source"]: photo["status"] for photo in manifest_of(tmp_path / "k")["photos"]}
    assert outcomes["retki/IMG_2.jpg"] == "blocked"
    assert outcomes["IMG_1.jpg"] != "blocked"
    assert drop(str(tmp_path / "k"), "--yes").exit_code == 1
    held = {photo["source"]: photo["status"] for photo in manifest_of(tmp_path / "k")["photos"]}
    assert held == {"IMG_1.jpg": "review", "retki/IMG_2.jpg": "blocked"}


@pytest.mark.usefixtures("known")
def test_an_answer_holds_for_prepare_until_it_is_changed(tmp_path: Path) -> None:
    """What staff told the icon counts for a plain prepare, until they tell the icon otherwise."""
    folder = tmp_path / "k"
    small(folder / "IMG_1.jpg", 120, LANDSCAPE)

    def stopped() -> bool:
        reasons = manifest_of(folder)["photos"][0]["reasons"]
        return "staff.unwanted_blocked" in {reason["code"] for reason in reasons}

    drop(str(folder), typed="\n\n\n\nimg_1\n")
    for options in ((), ("--fresh", "--style", "solid")):
        CliRunner().invoke(photoguard, ["prepare", str(folder), "--quiet", *options])
        assert stopped()
    drop(str(folder), typed=NO_TO_ALL)
    assert not stopped()
    CliRunner().invoke(photoguard, ["prepare", str(folder), "--quiet"])
    assert not stopped()


@pytest.mark.usefixtures("known")
def test_without_photos_it_says_how_it_is_used(tmp_path: Path) -> None:
    """A double click explains the icon and takes a folder that is dragged into the window."""
    small(tmp_path / "k k" / "a.jpg", 120, LANDSCAPE)
    done = drop(typed=f"nowhere\n'{tmp_path / 'k k'}'\n{NO_TO_ALL}")
    assert done.exit_code in {0, 1}, done.output
    assert say("staff.welcome", Language.EN) in done.output
    assert say("staff.not_there", Language.EN, name="nowhere") in done.output
    assert manifest_of(tmp_path / "k k")["photos"]


@pytest.mark.usefixtures("known")
def test_enter_alone_needs_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no window can be shown, Enter alone ends with a sentence and what to do."""
    monkeypatch.delenv("DISPLAY", raising=False)
    done = drop(typed="\n\n")
    assert done.exit_code == 2
    assert say("staff.no_window.remedy", Language.EN) in done.output


@pytest.mark.usefixtures("known")
def test_the_window_stays_open_on_trouble(tmp_path: Path) -> None:
    """A photo that fails keeps the window until Enter, with one sentence and what to do."""
    damaged(tmp_path / "k" / "a.jpg")
    window = subprocess.Popen(
        [sys.executable, "-m", "photoguard", "drop", "--yes", "--no-open", str(tmp_path / "k")],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    assert window.stderr
    manifest = ""
    while say("staff.press_enter", Language.EN) not in manifest:
        manifest += window.stderr.readline()
    assert window.poll() is None
    assert say("staff.some_failed", Language.EN) in manifest
    window.communicate("\n", timeout=30)
    assert window.returncode == 4


@pytest.mark.usefixtures("known")
def test_the_window_stays_open_where_no_report_opened(tmp_path: Path) -> None:
    """Everything is well but no browser came up: the report's place stays on the screen."""
    small(tmp_path / "k" / "a.jpg", 120, LANDSCAPE)
    (tmp_path / "empty").mkdir()
    nothing = {"PATH": str(tmp_path / "empty"), "BROWSER": str(tmp_path / "no-browser")}
    done = subprocess.run(
        [sys.executable, "-m", "photoguard", "drop", "--yes", str(tmp_path / "k")],
        input="\n",
        env={key: value for key, value in os.environ.items() if key != "DISPLAY"} | nothing,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in {0, 1}, done.stderr
    report = tmp_path / "k-photoguard" / "report.html"
    opened = say("staff.open_yourself", Language.EN, None, report=str(report))
    after = done.stderr.partition(opened)[2]
    assert say("staff.press_enter", Language.EN) in after


@pytest.mark.usefixtures("known")
def test_an_output_of_somebody_else_s_things_is_told_first(tmp_path: Path) -> None:
    """Before anything is written it is said that other files lie there; they stay."""
    small(tmp_path / "k" / "a.jpg", 120, LANDSCAPE)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "lupalista.docx").write_bytes(b"theirs")
    run = ["prepare", str(tmp_path / "k"), "--output", str(tmp_path / "docs"), "--jobs", "1"]
    manifest = say("cli.output_holds_others", Language.EN, 1, name="docs")
    first = CliRunner().invoke(photoguard, run)
    assert manifest in first.output.partition(say("cli.begins", Language.EN, 1, folder="k"))[0]
    assert (tmp_path / "docs" / "lupalista.docx").read_bytes() == b"theirs"
    assert manifest not in CliRunner().invoke(photoguard, run).output


def test_an_unforeseen_fault_is_shown_before_the_window_closes() -> None:
    """Even a defect of the program leaves its traceback on the screen until Enter."""
    script = "from photoguard.cli.prompts import StayOpen\nwith StayOpen():\n    1 / 0\n"
    done = subprocess.run(
        [sys.executable, "-c", script], input="\n", capture_output=True, text=True, check=False
    )
    assert say("staff.unforeseen", Language.EN) in done.stderr
    before = done.stderr.partition(say("staff.press_enter", Language.EN))[0]
    assert "ZeroDivisionError" in before


def test_a_missing_photo_is_a_sentence(tmp_path: Path) -> None:
    """A path that is not there ends with code 2 and no traceback."""
    done = drop("--yes", str(tmp_path / "nowhere.jpg"))
    assert done.exit_code == 2
    assert "Traceback" not in done.output


def test_copies_of_a_whole_disk_go_to_the_user_s_pictures(tmp_path: Path) -> None:
    """A dropped memory card has no folder beside it; its copies go to the pictures."""
    place = output_for_disk(Path("/"))
    assert place is not None
    assert place.name == "photos-photoguard"
    assert output_for_disk(tmp_path) is None


def _received(tmp_path: Path) -> Path:
    """A folder of one photo, beside which an output lies that somebody else made."""
    small(tmp_path / "retki" / "a.jpg", 100, LANDSCAPE)
    ready = tmp_path / "retki-photoguard" / "ready"
    ready.mkdir(parents=True)
    (ready / "photo-001.jpg").write_bytes(b"theirs")
    return tmp_path / "retki"


@pytest.mark.usefixtures("known")
def test_a_received_output_is_left_for_one_of_our_own(tmp_path: Path) -> None:
    """Staff are asked once; then the copies have a folder of their own, and the other stays."""
    folder = _received(tmp_path)
    refused = drop(str(folder), typed="\n\n")
    assert (refused.exit_code, (tmp_path / "retki-photoguard-2").exists()) == (3, False)
    assert say("journal.foreign", Language.EN, name="retki-photoguard") in refused.output
    agreed = drop(str(folder), typed=f"yes\n{NO_TO_ALL}\n")
    assert agreed.exit_code in {0, 1}, agreed.output
    again = drop(str(folder), typed="yes\n\n")
    assert again.exit_code in {0, 1}, again.output
    assert "retki-photoguard was not made" not in again.output
    assert (tmp_path / "retki-photoguard-2" / "manifest.json").is_file()
    theirs = [path for path in (tmp_path / "retki-photoguard").rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in theirs] == [b"theirs"]


@pytest.mark.usefixtures("known")
def test_a_received_output_asks_nobody_who_said_yes(tmp_path: Path) -> None:
    """With --yes the folder of our own is taken unasked; a linked output stops all the same."""
    folder = _received(tmp_path)
    assert drop(str(folder), "--yes").exit_code in {0, 1}
    assert (tmp_path / "retki-photoguard-2" / "manifest.json").is_file()
    ready = tmp_path / "retki-photoguard-2" / "ready"
    for path in ready.iterdir():
        path.unlink()
    ready.rmdir()
    ready.symlink_to(tmp_path)
    linked = drop(str(folder), "--yes", typed="\n")
    assert linked.exit_code == 3
    assert not (tmp_path / "photo-001.jpg").exists()


@pytest.mark.usefixtures("known")
def test_a_copy_outlives_an_original_that_staff_delete(tmp_path: Path) -> None:
    """Answers are about the photos that are there; the copy of another one stays as it was."""
    folder = tmp_path / "retki"
    for name, side in (("a.jpg", 100), ("b.jpg", 110)):
        small(folder / name, side, LANDSCAPE)
    answers = "Maija\ninstagram\nRetki\nno\nno\n"
    assert drop(str(folder), typed=answers).exit_code in {0, 1}
    first = manifest_of(folder)["photos"][0]
    (folder / "a.jpg").unlink()
    assert drop(str(folder), typed="yes\n\n").exit_code in {0, 1}
    left = next(p for p in manifest_of(folder)["photos"] if p["source"] == "a.jpg")
    assert (left["output"], left["status"]) == (first["output"], first["status"])
    assert "reasons.source_missing" in [each["code"] for each in left["notices"]]
    assert (folder.with_name("retki-photoguard") / left["output"]).is_file()


def _tabled(folder: Path, *rows: str) -> Path:
    """Make a folder with one photo for each row of a table beside them."""
    for number, _ in enumerate(rows, start=1):
        small(folder / f"{number}.jpg", 100 + number, LANDSCAPE)
    lines = [f"{number}.jpg;{text}" for number, text in enumerate(rows, start=1)]
    (folder / "photos.csv").write_text("\n".join(["tiedosto;kuvaus", *lines]), "utf-8")
    return folder


@pytest.fixture
def own_data(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty data folder of this user."""
    monkeypatch.setenv("PHOTOGUARD_DATA", str(tmp_path_factory.mktemp("data")))


@pytest.mark.usefixtures("known", "own_data")
def test_a_word_is_asked_about_once_and_never_again(tmp_path: Path) -> None:
    """A child's name keeps its photo back with the word; what is none is remembered."""
    folder = _tabled(tmp_path / "kuvat", "Aino Virtanen ja Otso.", "Kuvassa Repolan väki.")
    done = drop(str(folder), typed=f"{NO_TO_ALL}Repolan\n")
    assert say("staff.ask_no_names", Language.EN) in done.output
    first, second = manifest_of(folder)["photos"]
    assert first["status"] == "review"
    assert "Aino, Otso" in first["reasons"][0]["text"]
    assert "Virtanen" in first["reasons"][1]["text"]
    assert not [r for r in second["reasons"] if r["code"] == "reasons.perhaps_name_in_text"]
    again = drop(str(folder), typed="\n\n")
    assert "Repolan" not in again.output.split(say("staff.at_work", Language.EN))[0]


@pytest.mark.usefixtures("known")
def test_a_later_prepare_knows_for_which_channel_the_photos_were_taken(tmp_path: Path) -> None:
    """What the icon was told holds, so nothing is made anew; another channel is a new question."""
    folder = tmp_path / "kuvat"
    small(folder / "1.jpg", 120, LANDSCAPE)
    codes, copies = [], []
    drop(str(folder), typed="Maija\ninsta\nWalk\nno\nno\n")
    for options in (None, (), ("--channel", "facebook")):
        if options is not None:
            run = ["prepare", str(folder), "--jobs", "1", "--quiet", *options]
            CliRunner().invoke(photoguard, run, catch_exceptions=False)
        (photo,) = manifest_of(folder)["photos"]
        codes.append("policy.taken_for_not_told" in [each["code"] for each in photo["notices"]])
        copies.append(photo["output_sha256"])
    assert codes == [False, False, True]
    assert copies[0] == copies[1]


@pytest.mark.usefixtures("known", "own_data")
@pytest.mark.parametrize("unclear", ["no", "yes", "Repola", "none of them"])
def test_an_unclear_answer_about_names_clears_no_word(unclear: str, tmp_path: Path) -> None:
    """What could mean both, or is mistyped, is asked about again; Enter leaves every word."""
    folder = _tabled(tmp_path / "kuvat", "Aino Virtanen ja Otso.")
    done = drop(str(folder), typed=f"{NO_TO_ALL}{unclear}\n\n")
    assert done.output.count(say("staff.ask_no_names", Language.EN)) == 2
    assert say("staff.no_names_unclear", Language.EN, answer=unclear) in done.output
    (photo,) = manifest_of(folder)["photos"]
    assert photo["status"] == "review"


@pytest.mark.usefixtures("known", "own_data")
def test_all_words_are_cleared_at_once(tmp_path: Path) -> None:
    """One word says that none of the words is a child's name."""
    folder = _tabled(tmp_path / "kuvat", "Kuvassa Repolan väki.", "Otso nukkuu.")
    drop(str(folder), typed=f"{NO_TO_ALL}Kaikki.\n", language="fi")
    assert [photo["status"] for photo in manifest_of(folder)["photos"]] == ["ready", "ready"]


@pytest.mark.usefixtures("known", "own_data")
def test_the_command_is_told_the_same_by_an_option(tmp_path: Path) -> None:
    """--not-a-name clears a word for this run and for later ones."""
    folder = _tabled(tmp_path / "kuvat", "Otso nukkuu.")
    run = ["prepare", str(folder), "--jobs", "1", "--quiet"]
    codes = []
    for options in ([], ["--not-a-name", "Otso"], []):
        CliRunner().invoke(photoguard, [*run, *options], catch_exceptions=False)
        (photo,) = manifest_of(folder)["photos"]
        codes.append([r["code"] for r in photo["reasons"]])
    assert codes == [["reasons.given_name_in_text"], [], []]


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("word", ["?", "en tiedä", "vet inte", "don't know"])
def test_not_knowing_is_never_published(word: str, tmp_path: Path) -> None:
    """Whoever does not know is not credited, nothing is called so, and everybody may be there."""
    small(tmp_path / "k" / "1.jpg", 120, LANDSCAPE)
    drop(str(tmp_path / "k"), typed=f"{word}\n" * 5)
    manifest = manifest_of(tmp_path / "k")
    (photo,) = manifest["photos"]
    assert manifest["channels"] == []
    assert word not in photo["credit"]
    assert not any(word in text for text in photo["alt_text"].values())
    assert "staff.unwanted_review" in [reason["code"] for reason in photo["reasons"]]


@pytest.mark.usefixtures("known")
def test_a_works_answer_that_names_nobody_is_asked_again(tmp_path: Path) -> None:
    """What is no maker of a work is shown as it was understood, and can be told anew."""
    small(tmp_path / "k" / "1.jpg", 120, LANDSCAPE)
    answers = ["Maija", "insta och fb", "Retki", "Äidin lupa puuttuu", "no", "no", ""]
    done = drop(str(tmp_path / "k"), typed="\n".join(answers))
    understood = say("staff.works_understood", Language.EN, makers="Äidin lupa puuttuu")
    assert understood in done.output
    manifest = manifest_of(tmp_path / "k")
    assert manifest["channels"] == ["instagram", "facebook"]
    assert manifest["photos"][0]["status"] != "blocked"


@pytest.mark.usefixtures("known")
def test_a_child_without_a_name_is_told(tmp_path: Path) -> None:
    """The role alone credits a child without a name, and nobody misses a photographer."""
    small(tmp_path / "k" / "1.jpg", 120, LANDSCAPE)
    drop(str(tmp_path / "k"), typed="lapsi\ninstagram\nRetki\nno\nno\n")
    (photo,) = manifest_of(tmp_path / "k")["photos"]
    codes = [each["code"] for each in (*photo["notices"], *photo["reasons"])]
    assert "policy.credit_child" in codes
    assert not {"policy.no_photographer", "policy.photographer_not_asked"} & set(codes)
    assert "a child" in photo["credit"]


@pytest.mark.usefixtures("known")
def test_the_page_is_offered_where_something_waits(tmp_path: Path) -> None:
    """Enter opens the page for what is in review; the page's button lets the run end."""
    folder = tmp_path / "photos"
    small(folder / "a.jpg", 400)
    browser, seen = tmp_path / "browser", tmp_path / "seen"
    script = f"""#!{sys.executable}
import json, sys, urllib.request
open({str(seen)!r}, "a").write(sys.argv[1] + "\\n")
if sys.argv[1].startswith("http://127.0.0.1:"):
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    opener.addheaders = []
    opener.open(sys.argv[1])
    home = sys.argv[1].partition("/?")[0]
    photos = json.load(opener.open(home + "/api/folder"))["photos"]
    headers = {{"Origin": home, "X-Photoguard": "1", "Content-Type": "application/json"}}
    opener.open(urllib.request.Request(home + "/api/close", b"{{}}", headers))
    open({str(seen)!r}, "a").write(str(len(photos)) + " photos")
"""
    browser.write_text(script)
    browser.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-m", "photoguard", "drop", str(folder)],
        input="Maija\ninstagram\n-\nno\n?\n\n",
        env=os.environ | {"BROWSER": f"{browser} %s &"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 1, done.stderr
    assert say("staff.ask_review", Language.EN, 1) in done.stdout
    assert seen.read_text().endswith("1 photos")
