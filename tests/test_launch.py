"""Photoguard finds itself however it was installed: its workers, decoder and table reader start."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from photoguard import launch
from tests.conftest import PROJECT, witness
from tests.pipeline.photos import PORTRAIT

if TYPE_CHECKING:
    from collections.abc import Callable

DESCRIPTION = "Lapsi nauraa pihalla"
STUB = """\
#!{python}
import sys
sys.executable = __file__
from photoguard.__main__ import main
if __name__ == "__main__":
    main()
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as it is handed out, built from this tree."""
    place = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)]
    subprocess.run(build, check=True, capture_output=True, cwd=PROJECT)
    return next(place.glob("*.whl"))


def by_pip(wheel: Path, home: Path) -> list[str]:
    """Install into an environment of its own, whose commands are scripts beside the Python."""
    uv = witness("uv")
    subprocess.run([uv, "venv", "-q", "-p", sys.executable, home / "venv"], check=True)
    python = home / "venv" / "bin" / "python"
    subprocess.run([uv, "pip", "install", "-q", "-p", python, wheel], check=True)
    return [str(home / "venv" / "bin" / "photoguard")]


def by_pipx(wheel: Path, home: Path) -> list[str]:
    """Install with pipx, whose command is a link to an environment somewhere else."""
    places = {"PIPX_HOME": str(home / "pipx"), "PIPX_BIN_DIR": str(home / "bin")}
    install = [
        witness("pipx"),
        "install",
        "--backend",
        "uv",
        "--python",
        sys.executable,
        str(wheel),
    ]
    subprocess.run(install, check=True, capture_output=True, env={**os.environ, **places})
    return [str(home / "bin" / "photoguard")]


def by_uv_tool(wheel: Path, home: Path) -> list[str]:
    """Install with uv, whose command is a link as well."""
    places = {"UV_TOOL_DIR": str(home / "uv"), "UV_TOOL_BIN_DIR": str(home / "bin")}
    install = [witness("uv"), "tool", "install", "-q", "-p", sys.executable, str(wheel)]
    subprocess.run(install, check=True, env={**os.environ, **places})
    return [str(home / "bin" / "photoguard")]


def carried_along(wheel: Path, home: Path) -> list[str]:
    """Lay the libraries into a folder that an interpreter is told of: there is no command."""
    place = home / "carried along"
    install = ["pip", "install", "-q", "-p", sys.executable, "--target", str(place), str(wheel)]
    subprocess.run([witness("uv"), *install], check=True)
    python = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"
    return [witness("env"), f"PYTHONPATH={place}", str(python), "-m", "photoguard"]


def by_a_stub(wheel: Path, home: Path) -> list[str]:
    """Make a program that is its own interpreter and knows no -m, as Briefcase's is."""
    del wheel
    stub = home / "photoguard ÅÄÖ"
    stub.write_text(STUB.format(python=sys.executable), "utf-8")
    stub.chmod(0o755)
    return [str(stub)]


WAYS = [by_pip, by_pipx, by_uv_tool, carried_along, by_a_stub]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_every_part_starts(
    way: Callable[[Path, Path], list[str]], wheel: Path, tmp_path: Path
) -> None:
    """A photo and a table are read without a variable of the system, and the icon is right."""
    program = way(wheel, tmp_path)
    photos = tmp_path / "kuvat"
    photos.mkdir()
    shutil.copy(PORTRAIT, photos / "a.jpg")
    (photos / "photos.csv").write_text(f"file;description\na.jpg;{DESCRIPTION}\n", "utf-8")
    alone = [witness("env"), "-i", f"HOME={tmp_path}", "LANG=C.UTF-8", *program]
    done = subprocess.run(
        [*alone, "prepare", photos, "--jobs", "1", "--no-names", "--language", "en"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    manifest = json.loads((tmp_path / "kuvat-photoguard" / "manifest.json").read_text("utf-8"))
    (photo,) = manifest["photos"]
    assert photo["status"] in {"ready", "review"}
    assert DESCRIPTION in json.dumps(photo["alt_text"], ensure_ascii=False)
    _assert_the_icon_starts(alone, tmp_path)


def _assert_the_icon_starts(alone: list[str], place: Path) -> None:
    command = [*alone, "shortcut", "--system", "linux", "--desktop", str(place / "desktop")]
    subprocess.run(command, check=True, capture_output=True)
    entry = (place / "desktop" / "photoguard.desktop").read_text("utf-8")
    words = shlex.split(entry.partition("\nExec=")[2].partition("\n")[0].removesuffix(" %F"))
    variables = [word for word in alone if word.startswith("PYTHONPATH=")]
    started = [*alone[: alone.index("LANG=C.UTF-8") + 1], *variables, *words, "--help"]
    printed = subprocess.run(started, check=True, capture_output=True, text=True).stdout
    assert "drop" in printed


def test_only_parts_are_started_as_parts(tmp_path: Path) -> None:
    """A program that is its own interpreter runs no other module that it is told of."""
    stub = by_a_stub(tmp_path, tmp_path)
    for module in ("this", "photoguard.cli", "photoguard.images.worker.x"):
        done = subprocess.run([*stub, "--part", module], check=False, capture_output=True)
        assert done.returncode == 2
        assert b"Zen" not in done.stdout
    for part in launch.PARTS:
        line = [sys.executable, "-m", "photoguard", "--part", part]
        assert subprocess.run(line, check=False, capture_output=True).returncode == 2


def test_a_part_is_started_with_a_console(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Windows runs the program without a console, its like with one speaks for it."""
    for without, spoken in (("pythonw", "python"), ("photoguard-window", "photoguard")):
        for name in (without, spoken):
            (tmp_path / f"{name}.exe").touch()
        monkeypatch.setattr(sys, "executable", str(tmp_path / f"{without}.exe"))
        assert launch.command("photoguard.tables.child")[0] == str(tmp_path / f"{spoken}.exe")
    (tmp_path / "python.exe").unlink()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "pythonw.exe"))
    assert launch.command("photoguard.tables.child")[0] == str(tmp_path / "pythonw.exe")


def test_a_program_without_a_console_ends_quietly() -> None:
    """Windows gives a windowed program no standard output: it ends with its own code."""
    code = (
        "import sys; sys.argv = ['photoguard', '--version']; sys.stdin = sys.stdout = None;"
        "from photoguard.__main__ import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")


def test_another_installation_is_never_taken_for_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A photoguard that the system would find first is not what the icon starts."""
    other = tmp_path / "photoguard"
    other.write_text("#!/bin/sh\n")
    other.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    bare = tmp_path / "bare" / "python3"
    monkeypatch.setattr(sys, "executable", str(bare))
    assert launch.program() == launch.Program(str(bare), ("-m", "photoguard"))
