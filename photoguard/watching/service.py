"""Services that start a watch when a user logs in: units of systemd and tasks of Windows.

systemd.service(5), systemd.syntax(7); for Windows the Task Scheduler's XML, [MS-TSCH] 2.5.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from photoguard.desktop import run_tool, write_whole
from photoguard.errors import EXIT_INTERRUPTED, UsageTrouble, WriteError, problem_of
from photoguard.files import digest, printable

if TYPE_CHECKING:
    from pathlib import Path

_PRIVATE = 0o600
"""Mode of a service's file: it may contain the address of a register with a password."""

_UNIT = """\
# Made by: photoguard watch --install. Removed by: photoguard watch --remove, same folder.
[Unit]
Description={description}

[Service]
Type=exec
ExecStart={command}
Restart=on-failure
RestartSec=60
SuccessExitStatus={interrupted}
KillMode=mixed
TimeoutStopSec=90
NoNewPrivileges=yes
Nice=10

[Install]
WantedBy=default.target
"""

_TASK = """\
<?xml version="1.0" encoding="UTF-16"?>
<!-- Made by: photoguard watch -->
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>{description}</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <Enabled>true</Enabled>{who}
    </LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">{who}
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Priority>7</Priority>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>255</Count>
    </RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{program}</Command>
      <Arguments>{arguments}</Arguments>
    </Exec>
  </Actions>
</Task>
"""


@dataclass(frozen=True, slots=True)
class Service:
    """A watch that the system starts."""

    name: str
    command: tuple[str, ...]
    """The command line, argument by argument."""
    folder: Path
    """The watched folder."""
    user: str = ""
    """The user at whose log-on Windows starts it; empty for every user."""


@dataclass(frozen=True, slots=True)
class Placed:
    """The result of installing or removing a service."""

    place: Path
    """The service's file."""
    done: bool
    """Whether the system's own commands have succeeded."""
    by_hand: tuple[tuple[str, ...], ...]
    """The commands that failed or were not run, for a person to run."""


def name_of(folder: Path) -> str:
    """Return the name of a folder's service, made from a digest of the path."""
    return f"photoguard-watch-{digest(str(folder).encode('utf-8', 'surrogateescape'))[:8]}"


def unit_text(service: Service) -> str:
    """Return the text of a user's unit for systemd.

    It restarts every minute after a failure: at log-in a network drive may be missing yet.
    """
    return _UNIT.format(
        description=_plain(f"photoguard watches {service.folder.name}").replace("%", "%%"),
        command=" ".join(map(_systemd_word, service.command)),
        interrupted=EXIT_INTERRUPTED,
    )


def _plain(text: str) -> str:
    return printable(text).rstrip("\\")


def _systemd_word(word: str) -> str:
    """Return a word quoted for ExecStart, with specifiers and variables escaped."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped.replace("%", "%%").replace("$", "$$")}"'


def task_text(service: Service) -> str:
    """Return the XML of a task for Windows, to be written as UTF-16 with a byte order mark."""
    program, *arguments = service.command
    user = f"<UserId>{escape(service.user)}</UserId>" if service.user else ""
    return _TASK.format(
        description=escape(_plain(f"photoguard watches {service.folder.name}")),
        who=f"\n      {user}" if user else "",
        program=escape(program),
        arguments=escape(subprocess.list2cmdline(arguments)),
    )


def install_unit(service: Service, units: Path) -> Placed:
    """Write a unit into ``units``, the user's folder of units, and start it; raises WriteError."""
    place = units / f"{service.name}.service"
    write_whole(place, unit_text(service).encode("utf-8", "surrogateescape"), _PRIVATE)
    return _placed(
        place,
        ("systemctl", "--user", "daemon-reload"),
        ("systemctl", "--user", "enable", "--now", place.name),
    )


def remove_unit(name: str, units: Path) -> Placed:
    """Stop a unit and remove its file; raises UsageTrouble where there is none."""
    place = units / f"{name}.service"
    _refuse_absent(place)
    stopped = run_tool("systemctl", "--user", "disable", "--now", place.name)
    _unlink(place)
    (units / "default.target.wants" / place.name).unlink(missing_ok=True)
    placed = _placed(place, ("systemctl", "--user", "daemon-reload"))
    stop = ("systemctl", "--user", "stop", place.name)
    return placed if stopped else Placed(place, done=False, by_hand=(stop, *placed.by_hand))


def install_task(service: Service, tasks: Path) -> Placed:
    """Write a task into ``tasks``, the program's folder, and register it; raises WriteError."""
    place = tasks / f"{service.name}.xml"
    write_whole(place, task_text(service).replace("\n", "\r\n").encode("utf-16"), _PRIVATE)
    return _placed(
        place,
        ("schtasks", "/Create", "/F", "/TN", service.name, "/XML", str(place)),
        ("schtasks", "/Run", "/TN", service.name),
    )


def remove_task(name: str, tasks: Path) -> Placed:
    """End a task and remove its file; raises UsageTrouble where there is none."""
    place = tasks / f"{name}.xml"
    _refuse_absent(place)
    run_tool("schtasks", "/End", "/TN", name)
    placed = _placed(place, ("schtasks", "/Delete", "/F", "/TN", name))
    _unlink(place)
    return placed


def _refuse_absent(place: Path) -> None:
    if not place.is_file():
        raise UsageTrouble("watch.not_installed")


def _placed(place: Path, *commands: tuple[str, ...]) -> Placed:
    for done, command in enumerate(commands):
        if not run_tool(*command):
            return Placed(place, done=False, by_hand=commands[done:])
    return Placed(place, done=True, by_hand=())


def _unlink(place: Path) -> None:
    try:
        place.unlink(missing_ok=True)
    except OSError as trouble:
        problem = problem_of(trouble)
        raise WriteError("files.cannot_remove", name=place.name, problem=problem) from trouble
