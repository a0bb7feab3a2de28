"""The icon: each system's files, read back by programs that know nothing of photoguard."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path, PureWindowsPath

import pytest
from click.testing import CliRunner
from LnkParse3.lnk_file import LnkFile
from PIL import Image

from photoguard.cli import photoguard
from photoguard.desktop import (
    IconFolders,
    System,
    lnk,
    place_icons,
    scripts,
    this_system,
    user_icon_folders,
    wholeness,
)
from photoguard.errors import UsageTrouble, WriteError
from photoguard.launch import Program
from photoguard.launch import program as this_program
from photoguard.model import Language
from photoguard.texts import say
from tests.conftest import witness

WINDOWS_PROGRAM = r"C:\Users\Päivi Äijälä\AppData\Local\Python 3.11\Scripts\photoguard.exe"
COMMENTS = {language.value: say("staff.icon_comment", language) for language in Language}
NASTY = Program('/opt/Kuvat & ääni/100% $HOME "x" `id` \\n/photoguard')


@pytest.fixture
def shortcut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shortcut that the command wrote, with a copy in "Send to"."""
    monkeypatch.setenv("APPDATA", str(tmp_path / "AppData"))
    done = CliRunner().invoke(
        photoguard,
        [
            "shortcut",
            "--system",
            "windows",
            "--desktop",
            str(tmp_path),
            "--program",
            WINDOWS_PROGRAM,
        ],
    )
    assert done.exit_code == 0, done.output
    return tmp_path / "photoguard.lnk"


def test_a_shortcut_goes_straight_to_the_program(shortcut: Path) -> None:
    """An independent parser reads target, argument and comment; no interpreter stands between."""
    with shortcut.open("rb") as readable:
        parsed = LnkFile(readable).get_json()
    assert parsed["data"] == {"description": COMMENTS["en"], "command_line_arguments": "drop"}
    assert parsed["link_info"]["local_base_path_unicode"] == WINDOWS_PROGRAM
    assert parsed["header"]["windowstyle"] == "SW_SHOWNORMAL"
    items = [item.get("primary_name") for item in parsed["target"]["items"]]
    assert items[-1] == "photoguard.exe"
    assert len(items) == len(PureWindowsPath(WINDOWS_PROGRAM).parts) + 1


def test_a_shortcut_is_read_by_a_second_witness(shortcut: Path) -> None:
    """The library of another project reads the long names of every folder on the way."""
    done = subprocess.run(
        [witness("lnkinfo"), shortcut], capture_output=True, text=True, check=True
    ).stdout
    assert f"Local path\t\t\t: {WINDOWS_PROGRAM}\n" in done
    assert re.findall(r"Long name\t\t: (.*)", done) == list(
        PureWindowsPath(WINDOWS_PROGRAM).parts[1:]
    )
    assert "20d04fe0-3aea-1069-a2d8-08002b30309d" in done


def dropped_in_wine(folder: Path, names: list[str]) -> list[str]:
    """Return what the shortcut's program is started with, as another maker's shell reads both.

    The program's name holds what a command interpreter would take for its own.
    """
    wine, prefix, given = witness("wine"), folder / "wine", folder / "given"
    program = prefix / "drive_c" / "Päivi Äijälä & 100% PATH%PATH% !^ (1)" / "photoguard.exe"
    program.parent.mkdir(parents=True, exist_ok=True)
    given.unlink(missing_ok=True)
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >"{given}"\n')
    program.chmod(0o755)
    path = PureWindowsPath("C:\\", *program.relative_to(prefix / "drive_c").parts)
    folders = IconFolders(prefix / "drive_c" / "desktop", folder)
    (link, *_) = place_icons(System.WINDOWS, Program(str(path)), folders, COMMENTS)
    quiet = {"WINEDEBUG": "-all", "WINEDLLOVERRIDES": "mscoree,mshtml=", "LC_ALL": "C.UTF-8"}
    subprocess.run(
        [wine, "start", "/wait", "/unix", link, *names],
        env={**os.environ, **quiet, "WINEPREFIX": str(prefix)},
        capture_output=True,
        check=False,
        timeout=120,
    )
    return given.read_text("utf-8").splitlines() if given.exists() else []


def test_a_shortcut_hands_names_over_whole_or_not_at_all(tmp_path: Path) -> None:
    """Wine gives the program 300 names, whatever stands in them, and of too many not one."""
    nasty = ["Äiti & lapsi", "100% PATH%PATH%", "hei! ^x^ (1)", "a,b;c=d", "x" * 240]
    names = [rf"C:\OneDrive - Kuu\{name}.jpg" for name in (*nasty, *map(str, range(300)))]
    assert dropped_in_wine(tmp_path, names) == ["drop", *names]
    assert dropped_in_wine(tmp_path, names * 6) == []


def test_send_to_holds_the_same_shortcut(shortcut: Path) -> None:
    """The menu "Send to" has the shortcut of the desktop, byte for byte."""
    menu = shortcut.parent / "AppData" / "Microsoft" / "Windows" / "SendTo"
    assert (menu / "photoguard.lnk").read_bytes() == shortcut.read_bytes()


@pytest.mark.parametrize("target", [r"\\server\share\x.exe", r"photoguard.exe", "/usr/bin/x"])
def test_a_shortcut_needs_a_drive(target: str, tmp_path: Path) -> None:
    """A program that is on no drive is refused, and nothing is written."""
    folders = user_icon_folders(System.WINDOWS, tmp_path / "desktop")
    with pytest.raises(UsageTrouble, match=r"staff\.no_drive"):
        place_icons(System.WINDOWS, Program(target), folders, COMMENTS)
    assert not (tmp_path / "desktop").exists()
    with pytest.raises(ValueError, match=re.escape(str(PureWindowsPath(target)))):
        lnk.to_bytes(lnk.Link(PureWindowsPath(target)))


def test_a_shortcut_names_its_icon() -> None:
    """The picture of the icon stands in the shortcut where there is one."""
    content = lnk.to_bytes(lnk.Link(PureWindowsPath(WINDOWS_PROGRAM), icon=r"C:\x\photoguard.ico"))
    assert r"C:\x\photoguard.ico".encode("utf-16-le") in content


def test_the_batch_script_takes_each_name_once_and_quoted() -> None:
    """No line of the script expands a name outside of quotes or twice, and cmd.exe ends with it."""
    text = scripts.batch(Program(WINDOWS_PROGRAM))
    assert text.isascii() is False
    assert "\n" not in text.replace("\r\n", "")
    lines = text.split("\r\n")
    assert [line for line in lines if "%~1" in line] == ['set "photoguard_name=%~1"']
    assert "%*" not in text
    assert lines.index("chcp 65001 >nul") < next(i for i, t in enumerate(lines) if "Päivi" in t)
    assert lines[4] == "setlocal EnableExtensions DisableDelayedExpansion"
    assert "exit" in lines
    assert [line for line in lines if "%photoguard_name%" in line] == []
    assert f'set "photoguard_program={WINDOWS_PROGRAM}"' in lines
    assert lines[-3].startswith("rem ")
    assert '"!photoguard_program!" drop --list "!photoguard_list!" !photoguard_cut!' in lines


def test_a_percent_sign_in_the_program_s_path_is_doubled() -> None:
    """The script evaluates nothing in the program's own path either."""
    assert r'=C:\100%% sure\x.exe"' in scripts.batch(Program(r"C:\100% sure\x.exe"))


def explorer(*names: str) -> str:
    """Return the line with which Explorer starts a batch script."""
    quoted = (f'"{name}"' if " " in name else name for name in names)
    script = r'"C:\Users\x\Desktop\photoguard-script.cmd"'
    return rf'C:\Windows\system32\cmd.exe /c "{script} {" ".join(quoted)}"'


@pytest.mark.parametrize(
    ("names", "split"),
    [
        ([r"C:\a.jpg", r"C:\b c.jpg"], False),
        ([r"C:\a&b.jpg"], True),
        ([r"C:\a & b.jpg"], False),
        ([r"C:\a & b.jpg", r"C:\c&d.jpg", r"C:\e f.jpg"], True),
        ([r"C:\100%(1)!^.jpg"], False),
    ],
)
def test_an_ampersand_outside_of_quotes_is_noticed(names: list[str], *, split: bool) -> None:
    """A line that cmd.exe splits is known by its ampersand; quoted ones do no harm."""
    assert wholeness.is_split(explorer(*names)) is split
    assert not wholeness.is_split("cmd.exe")


def test_a_cut_line_is_noticed() -> None:
    """A line near 8,191 characters counts as cut, a hundred ordinary names do not."""
    assert not wholeness.is_cut(
        explorer(*(rf"C:\Users\maija\Pictures\IMG_{n}.jpg" for n in range(100)))
    )
    assert wholeness.is_cut("x" * 8191)
    assert wholeness.is_cut("x" * 8185)


def test_a_command_file_hands_every_name_over_whole(tmp_path: Path) -> None:
    """The shell of the .command starts the program with each name as one argument."""
    program = tmp_path / "Kuvat & ääni 100% $HOME `id`" / "photoguard"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    program.chmod(0o755)
    folders = user_icon_folders(System.MACOS, tmp_path)
    written = place_icons(System.MACOS, Program(str(program)), folders, COMMENTS)
    names = ["/x/Äiti & lapsi (1).jpg", "/x/100% !^ $HOME `id`.jpg", "/x/it's.jpg"]
    starter = next(path for path in written if path.suffix == ".command")
    done = subprocess.run([starter, *names], capture_output=True, text=True, check=True).stdout
    assert done.splitlines() == ["drop", *names]


def test_a_droplet_quotes_the_program_twice() -> None:
    """The AppleScript holds one literal that a shell reads back as the program."""
    text = scripts.droplet(NASTY)
    literal = re.search(r'do script "exec " & "((?:[^"\\]|\\.)*)"', text)
    assert literal
    assert shlex.split(re.sub(r"\\(.)", r"\1", literal[1])) == [NASTY.path, "drop"]


def test_a_desktop_entry_is_valid(tmp_path: Path) -> None:
    """The validator of freedesktop.org has nothing to say, whatever the program's path holds."""
    (first, second) = place_icons(
        System.LINUX, NASTY, user_icon_folders(System.LINUX, tmp_path), COMMENTS
    )
    assert second.parent.name == "applications"
    assert os.access(first, os.X_OK)
    done = subprocess.run(
        [witness("desktop-file-validate"), first], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.returncode) == ("", 0)
    text = first.read_text("utf-8")
    assert "%F" in text
    for language in ("fi", "sv"):
        assert f"Comment[{language}]={COMMENTS[language]}" in text


def test_the_words_of_a_desktop_entry_come_back() -> None:
    """Unescaped as the specification says, Exec is the program and the command."""
    text = scripts.desktop_entry(NASTY, COMMENTS, "/x/photoguard.png")
    value = next(line for line in text.splitlines() if line.startswith("Exec="))[5:]
    unescaped = value.replace("\\\\", "\\")
    quoted, rest = re.fullmatch(r'"((?:[^"\\]|\\.)*)"(.*)', unescaped).groups()  # type: ignore[union-attr]
    assert re.sub(r"\\(.)", r"\1", quoted).replace("%%", "%") == NASTY.path
    assert rest == " drop %F"


@pytest.mark.parametrize("count", [1, 700])
def test_a_desktop_s_own_launcher_hands_every_name_over(count: int, tmp_path: Path) -> None:
    """What GNOME's file manager starts an entry with gives seven hundred names to one program."""
    program, told = tmp_path / "ääni & it's $x" / "photoguard", tmp_path / "told"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >"{told}.new"\nmv "{told}.new" "{told}"\n')
    program.chmod(0o755)
    windowed = Program(str(program), windowed=True)
    (entry, _) = place_icons(
        System.LINUX, windowed, user_icon_folders(System.LINUX, tmp_path / "desktop"), COMMENTS
    )
    photos = tmp_path / "Äiti & lapsi"
    photos.mkdir()
    names = [str(photos / f"{number} 100%(1)! ^x,;= $HOME.jpg") for number in range(count)]
    for name in names:
        Path(name).write_bytes(b"")
    subprocess.run([witness("gio"), "launch", entry, *names], check=True, timeout=60)
    until = time.monotonic() + 30
    while not told.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert told.read_text("utf-8").splitlines() == ["drop", "--window", *names]


def test_the_icon_s_picture_opens(tmp_path: Path) -> None:
    """The picture beside the entry is a square with a transparent corner."""
    place_icons(System.LINUX, NASTY, user_icon_folders(System.LINUX, tmp_path), COMMENTS)
    own = user_icon_folders(System.LINUX, tmp_path).own
    with Image.open(own / "photoguard.png") as picture:
        assert picture.size == (256, 256)
        assert picture.getpixel((0, 0)) == (0, 0, 0, 0)


def test_the_icon_starts_the_installed_command() -> None:
    """Without a flag the icon starts the command beside this Python, and it answers."""
    program = this_program()
    done = subprocess.run(
        [program.path, *program.drop, "--help"], capture_output=True, text=True, check=True
    )
    assert "drop" in done.stdout
    assert this_system() is System.LINUX or sys.platform != "linux"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A desktop that is a file ends in a sentence with its name."""
    (tmp_path / "desktop").write_text("")
    folders = user_icon_folders(System.MACOS, tmp_path / "desktop")
    with pytest.raises(WriteError) as caught:
        place_icons(System.MACOS, NASTY, folders, COMMENTS)
    assert "desktop" in str(caught.value.parameters["place"])


@pytest.mark.parametrize("language", list(Language))
def test_the_command_says_how_the_icon_is_used(language: Language, tmp_path: Path) -> None:
    """After the icon is there, one sentence says what to do with it, in each language."""
    for system in System:
        done = CliRunner().invoke(
            photoguard,
            [
                *("shortcut", "--system", system.value, "--desktop", str(tmp_path)),
                *("--program", WINDOWS_PROGRAM, "--language", language.value),
            ],
        )
        assert done.exit_code == 0
        assert say(f"staff.how_{system}", language) in done.output
