"""What --install writes starts the same watch, whatever the folder is called."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path, PurePosixPath

import pytest
from defusedxml.ElementTree import fromstring

from photoguard.cli import run
from photoguard.watching.service import Service, name_of, remove_unit, task_text, unit_text
from tests.conftest import witness

FOLDER = Path('/srv/50 % "kuvat" $HOME\\päiväkoti & <muut>')
COMMAND = ("/opt/photo guard/photoguard", "watch", str(FOLDER), "--event=Retki; 'metsään'")
TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


def _service(user: str = "") -> Service:
    return Service(name_of(FOLDER), COMMAND, FOLDER, user)


def _words(line: str) -> tuple[str, ...]:
    """Read a command line as systemd.syntax(7) says: quotes, escapes, specifiers, variables."""
    quoted = re.findall(r'"((?:[^"\\]|\\.)*)"', line)
    unescaped = (re.sub(r"\\(.)", r"\1", word) for word in quoted)
    return tuple(word.replace("%%", "%").replace("$$", "$") for word in unescaped)


def test_a_unit_starts_exactly_this_command() -> None:
    """Neither a blank, a quote, a percent sign nor a dollar in a name changes a word."""
    (line,) = re.findall(r"^ExecStart=(.*)$", unit_text(_service()), re.MULTILINE)
    assert _words(line) == COMMAND
    assert not re.search(r"(?<![$])[$](?![$])(?:[$]{2})*(?=\w)", line.replace("$$", ""))


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    """Systemd's own examination finds nothing wrong with it."""
    program = tmp_path / "photo guard"
    program.write_text("#!/bin/sh\n", "utf-8")
    program.chmod(0o755)
    unit = tmp_path / f"{name_of(FOLDER)}.service"
    text = unit_text(Service(name_of(FOLDER), (str(program), *COMMAND[1:]), FOLDER))
    unit.write_text(text, "utf-8")
    called = subprocess.run(
        [witness("systemd-analyze"), "verify", "--user", "--man=no", str(unit)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env={"XDG_RUNTIME_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )
    if "Failed to initialize manager" in called.stderr:
        pytest.skip("this computer has no place where systemd could examine a unit")
    assert unit.name not in called.stderr, called.stderr


def test_a_drive_that_comes_late_is_waited_for() -> None:
    """Whatever ends a watch but a signal, it is started again, slowly enough not to be given up."""
    text = unit_text(_service())
    assert "Restart=on-failure\nRestartSec=60\n" in text
    assert "SuccessExitStatus=130\n" in text


def test_a_task_starts_exactly_this_command() -> None:
    """The XML is well formed and holds program and arguments; nothing ends it after three days."""
    text = task_text(_service("KAUPUNKI\\maija"))
    task = fromstring(text.partition("?>")[2])
    called = {each.tag.removeprefix(TASK): each.text for each in task.iter()}
    assert called["Command"] == COMMAND[0]
    assert called["Arguments"] == subprocess.list2cmdline(COMMAND[1:])
    assert called["ExecutionTimeLimit"] == "PT0S"
    users = [each.text for each in task.iter(f"{TASK}UserId")]
    assert users == ["KAUPUNKI\\maija"] * 2


def test_each_folder_has_its_own_service() -> None:
    """The name is the same for the same folder, another for another, and tells no path."""
    assert name_of(FOLDER) == name_of(Path(str(FOLDER))) != name_of(FOLDER / "sub")
    assert re.fullmatch(r"photoguard-watch-[0-9a-f]{8}", name_of(FOLDER))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's configuration on a computer without systemd's tools."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "drop").mkdir()
    return tmp_path


def test_install_writes_and_remove_takes_away(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The options given are in the unit, paths absolute; what is left to do is said; then gone."""
    drop = home / "drop"
    options = ["--install", "--event", "Retki", "--channel", "instagram", "--no-names"]
    assert run(["watch", str(drop), *options, "--output", str(home / "out")]) == 0
    units = home / "config" / "systemd" / "user"
    (unit,) = units.iterdir()
    assert unit.stat().st_mode & 0o077 == 0, "an address with a password may stand in it"
    (line,) = re.findall(r"^ExecStart=(.*)$", unit.read_text("utf-8"), re.MULTILINE)
    words = _words(line)
    assert words[words.index("watch") + 1] == str(drop)
    given = {"--event=Retki", "--channel=instagram", "--no-names", f"--output={home / 'out'}"}
    assert given == set(words[words.index("watch") + 2 :])
    assert "systemctl --user enable --now" in capsys.readouterr().out
    assert run(["watch", str(drop), "--remove"]) == 0
    assert list(units.iterdir()) == []
    assert f"systemctl --user stop {unit.name}" in capsys.readouterr().out
    assert run(["watch", str(drop), "--remove"]) == 2


def test_the_systems_tools_are_asked(home: Path) -> None:
    """Where systemd is there, it takes the service up at once, and is told when it goes."""
    printed = home / "said"
    tool = home / "systemctl"
    tool.write_text(f'#!/bin/sh\necho "$@" >> {printed}\n', "utf-8")
    tool.chmod(0o755)
    drop = home / "drop"
    assert run(["watch", str(drop), "--install"]) == 0
    assert run(["watch", str(drop), "--remove"]) == 0
    name = f"{name_of(drop)}.service"
    assert printed.read_text("utf-8").splitlines() == [
        "--user daemon-reload",
        f"--user enable --now {name}",
        f"--user disable --now {name}",
        "--user daemon-reload",
    ]


def test_another_units_file_stays(tmp_path: Path) -> None:
    """Removing one folder's service touches no other one."""
    other = tmp_path / f"{name_of(Path('/other'))}.service"
    other.touch()
    own = tmp_path / f"{name_of(FOLDER)}.service"
    own.touch()
    remove_unit(name_of(FOLDER), tmp_path)
    assert list(tmp_path.iterdir()) == [other]
    assert PurePosixPath(other).name.startswith("photoguard-watch-")
