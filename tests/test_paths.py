"""Names are words: whatever a file is called, it is one photo, and nothing else."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from PIL import Image

from photoguard.cli import photoguard
from photoguard.errors import UsageTrouble
from photoguard.files import gather
from photoguard.settings import Settings
from tests.pipeline.photos import LANDSCAPE, small
from tests.stress import blind, shelf

LINUX = sys.platform == "linux"
pytestmark = pytest.mark.skipif(not LINUX, reason="other systems do not allow these names")

MARKUP = "<img src=x onerror=alert(1)>&amp;\"'.jpg"
NAMES = {
    "a newline": "rivi\nvaihto.jpg",
    "a carriage return": "alku\rloppu.jpg",
    "a terminal's colours": "\x1b[31mpunainen\x1b[0m.jpg",
    "a window's title": "\x1b]0;otsikko\x07.jpg",
    "a leading dash": "--output=toinen.jpg",
    "a dash alone": "-.jpg",
    "right to left": "kuva\u202egpj.exe.jpg",
    "no width": "Ai\u200bno.jpg",
    "markup": MARKUP,
    "a template": "{{ 7 * 7 }}{person}%s.jpg",
    "a formula": "=cmd|'calc'!A0.jpg",
    "reserved by Windows": "CON.jpg",
    "reserved, without a suffix of its own": "aux.nul.jpg",
    "a trailing space": "loppu .jpg ",
    "a backslash": "a\\..\\ylös.jpg",
    "dots": "a...jpg.jpg",
    "composed": "\u00e4iti.jpg",
    "decomposed": "a\u0308iti.jpg",
    "no UTF-8": os.fsdecode(b"\xe4iti-latin1.jpg"),
    "a semicolon and a hash": "a;b#3.jpg",
    "as long as a name can be": "p" * 251 + ".jpg",
    "no suffix": "kuva",
}


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A picture as small as can be."""
    return small(tmp_path_factory.mktemp("one") / "a.jpg", 48, LANDSCAPE).read_bytes()


@pytest.fixture(scope="module")
def run(
    tmp_path_factory: pytest.TempPathFactory, photo: bytes
) -> tuple[Path, Path, dict[str, Any]]:
    """Prepare photos of every name, four of them through folders too deep for one path."""
    folder = tmp_path_factory.mktemp("names") / "<b>kansio\u202e\x1b[1m"
    folder.mkdir()
    for number, name in enumerate(NAMES.values(), start=1):
        (folder / name).write_bytes(_another(folder.parent / "other", number))
    deep = folder / ("d" * 200) / ("e" * 200) / ("f" * 200)
    deep.mkdir(parents=True)
    (deep / "syvällä.jpg").write_bytes(photo)
    (folder / "piilossa").symlink_to("/etc")
    (folder / "kehä").symlink_to(folder)
    (folder / "linkki.jpg").symlink_to(folder / "CON.jpg")
    os.mkfifo(folder / "putki.jpg")
    output = folder.parent / "out"
    result = blind.prepare([folder], output, Settings())
    return folder, output, dict(result.manifest)


def _another(place: Path, number: int) -> bytes:
    """Return a photo like no other: the same one twice is prepared once."""
    return small(place / f"{number}.jpg", 48 + number, LANDSCAPE).read_bytes()


def test_every_name_is_one_photo(run: tuple[Path, Path, dict[str, Any]]) -> None:
    """No name is lost, joined with another, or taken for anything but a file of the folder."""
    _, output, manifest = run
    assert len(manifest["photos"]) == len(NAMES) + 1
    assert {photo["status"] for photo in manifest["photos"]} == {"ready"}
    assert len(shelf.pictures(output)) == len(manifest["photos"])
    sources = [photo["source"] for photo in manifest["photos"]]
    assert len(set(sources)) == len(sources)


def test_outputs_have_neutral_names_only(run: tuple[Path, Path, dict[str, Any]]) -> None:
    """Whatever the sources are called, the copies are numbered, and none lies elsewhere."""
    folder, output, _ = run
    for path in (path for name in ("ready", "review") for path in (output / name).iterdir()):
        assert path.name.startswith("photo-"), path
    assert sorted(path.name for path in folder.parent.iterdir()) == sorted(
        [folder.name, "other", "out"]
    )


def test_nothing_of_a_name_is_in_a_copy(run: tuple[Path, Path, dict[str, Any]]) -> None:
    """Neither picture nor sidecar holds the name of its source or of its folder."""
    _, output, _ = run
    secrets = [b"kansio", b"onerror", b"latin1", b"CON", b"Ai\xe2\x80\x8bno", b"iti"]
    for path in (output / "ready").iterdir():
        content = path.read_bytes()
        assert not [secret for secret in secrets if secret in content], path


def test_the_manifest_is_json_whatever_the_names(run: tuple[Path, Path, dict[str, Any]]) -> None:
    """It can be read back, names that are no UTF-8 included."""
    _, output, manifest = run
    assert json.loads((output / "manifest.json").read_bytes()) == manifest
    found = {photo["source"] for photo in manifest["photos"]}
    assert os.fsdecode(b"\xe4iti-latin1.jpg") in found


def test_of_two_spellings_of_a_name_both_are_told(
    run: tuple[Path, Path, dict[str, Any]],
) -> None:
    """Composed and decomposed names of one folder are two photos, not one."""
    _, _, manifest = run
    spelt = [
        p["source"]
        for p in manifest["photos"]
        if p["source"] in {"\u00e4iti.jpg", "a\u0308iti.jpg"}
    ]
    assert len(spelt) == 2


def test_names_that_are_markup_add_nothing_to_the_report(
    run: tuple[Path, Path, dict[str, Any]],
) -> None:
    """The page has no element and no handler that a name brought along."""
    _, output, _ = run
    page = (output / "report.html").read_text("utf-8")
    assert "<img src=x" not in page
    assert "<b>kansio" not in page
    assert "49{person}" not in page
    assert "\u202e" not in page
    assert "\x1b" not in page


def test_a_second_run_knows_them_all(run: tuple[Path, Path, dict[str, Any]]) -> None:
    """Every name is found again in the journal: nothing is prepared twice."""
    folder, output, manifest = run
    again: list[bool] = []
    blind.prepare([folder], output, Settings(), lambda progress: again.append(progress.skipped))
    assert again == [True] * len(manifest["photos"])


def test_what_the_command_prints_is_safe_in_a_terminal(tmp_path: Path) -> None:
    """No control character and no direction mark of a name reaches the terminal."""
    folder = tmp_path / "\x1b[1mkansio\u202e"
    folder.mkdir()
    for number, name in enumerate(NAMES.values()):
        (folder / name).write_bytes(b"\xff\xd8\xff\xe0 no picture %d" % number)
    (folder / "\x1b[2Jvideo\u202e.mov").write_bytes(b"x")
    result = CliRunner().invoke(photoguard, ["prepare", "--jobs", "1", str(folder)])
    assert result.exit_code == 4
    text = result.stdout + result.stderr
    assert text.count("✗") == len(NAMES)
    assert not [c for c in text if (c < " " and c != "\n") or c in "\x7f\u200b\u202e"]


@pytest.mark.parametrize("name", ["\x1b[31mx", "--\x1b[31mx", "x\u202e/y", "p" * 300, "a/" * 3000])
def test_what_is_not_there_is_said_safely(name: str, tmp_path: Path) -> None:
    """A path that cannot exist is a sentence, never a traceback, and moves no cursor."""
    command = [sys.executable, "-m", "photoguard", "prepare", name]
    done = _run(command, tmp_path)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert b"\x1b" not in done.stderr
    assert "\u202e".encode() not in done.stderr


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("check",), 4),
        (("drop", "--yes", "--no-open"), 2),
        (("watch", "--install"), 2),
        (("evidence",), 2),
        (("consent", "list", "--register"), 3),
        (("prepare", ".", "--register"), 3),
    ],
)
def test_no_command_falls_over_a_name_too_long(
    words: tuple[str, ...], code: int, tmp_path: Path
) -> None:
    """A list of names pasted as one is a sentence and the right code in every command."""
    (tmp_path / "a.jpg").touch()
    command = [sys.executable, "-m", "photoguard", *words, "p" * 300]
    done = _run(command, tmp_path)
    assert b"Traceback" not in done.stderr
    assert done.returncode == code
    assert b"ppp" in done.stdout + done.stderr


def _run(command: list[str], place: Path) -> Any:  # noqa: ANN401
    import subprocess

    return subprocess.run(command, cwd=place, capture_output=True, check=False, timeout=60)


def test_a_path_too_long_to_ask_for_is_no_such_file(tmp_path: Path) -> None:
    """Where the system itself refuses a path, that is a usage error."""
    with pytest.raises(UsageTrouble):
        gather([tmp_path / ("p" * 300)])


def test_a_folder_too_deep_to_be_read_is_told(tmp_path: Path, photo: bytes) -> None:
    """What lies below the longest path of the system is not passed by in silence."""
    top = tmp_path / "top"
    top.mkdir()
    (top / "a.jpg").write_bytes(photo)
    dig(top)
    result = blind.prepare([top], tmp_path / "out")
    statuses = [photo["status"] for photo in result.manifest["photos"]]
    assert sorted(statuses) == ["failed", "ready"]


def dig(top: Path) -> None:
    """Make folders in a folder, deeper than a path can name."""
    here = Path.cwd()
    os.chdir(top)
    try:
        for _ in range(20):
            Path("d" * 250).mkdir()
            os.chdir("d" * 250)
    finally:
        os.chdir(here)


def test_check_tells_of_a_folder_that_it_cannot_look_into(tmp_path: Path) -> None:
    """Nobody knows what lies there: the folder is not fit as a whole."""
    top = tmp_path / "top"
    top.mkdir()
    Image.new("RGB", (64, 64)).save(top / "a.jpg")
    dig(top)
    done = CliRunner().invoke(photoguard, ["check", str(top), "--language", "en", "--json"])
    files = json.loads(done.stdout)["files"]
    assert [file["exit_code"] for file in files] == [0, 4]
    assert done.exit_code == 4


def test_check_looks_into_a_folder_called_like_a_photo(tmp_path: Path) -> None:
    """The folder is no photo that cannot be read, whatever its name; a link to one is none."""
    (tmp_path / "kuvat.jpg").mkdir()
    Image.new("RGB", (64, 64)).save(tmp_path / "kuvat.jpg" / "a.jpg")
    done = CliRunner().invoke(photoguard, ["check", str(tmp_path), "--language", "en", "--json"])
    files = json.loads(done.stdout)["files"]
    assert [(file["file"], file["exit_code"]) for file in files] == [("kuvat.jpg/a.jpg", 0)]
    (tmp_path / "linkki.jpg").symlink_to(tmp_path / "kuvat.jpg")
    done = CliRunner().invoke(photoguard, ["check", str(tmp_path), "--language", "en"])
    assert done.exit_code == 4


def test_thousands_of_files_are_told_one_by_one(tmp_path: Path) -> None:
    """Three thousand damaged files are three thousand sentences, in seconds."""
    folder = tmp_path / "paljon"
    folder.mkdir()
    for number in range(3000):
        (folder / f"{number}.jpg").touch()
    result = blind.prepare([folder], tmp_path / "out")
    assert len(result.manifest["photos"]) == 3000
    assert {photo["status"] for photo in result.manifest["photos"]} == {"failed"}
