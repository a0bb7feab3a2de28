"""Nothing leaves the computer: proved below Python, at the system calls."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import SAMPLES, witness

if TYPE_CHECKING:
    from pathlib import Path

INTERNET = re.compile(r"AF_INET6?|SIOCGIF|AF_NETLINK")

COMMANDS = {
    "prepare": ["prepare", str(SAMPLES / "photos"), "--quiet", "--output"],
    "check": ["check", str(SAMPLES / "photos" / "rakennuspalikat.jpg")],
    "help": ["--help"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_speaks_to_a_network(name: str, tmp_path: Path) -> None:
    """A whole run, native libraries and worker processes included, opens no internet socket."""
    arguments = [*COMMANDS[name], *([str(tmp_path / "out")] if name == "prepare" else [])]
    trace = tmp_path / "trace"
    command = [sys.executable, "-m", "photoguard", *arguments]
    strace = [witness("strace"), "-f", "-e", "trace=network,ioctl", "-o", str(trace)]
    done = subprocess.run([*strace, *command], check=False, capture_output=True, timeout=300)
    assert done.returncode in {0, 1, 4, 5}, done.stderr.decode()
    calls = [
        line for line in trace.read_text("utf-8", "replace").splitlines() if INTERNET.search(line)
    ]
    assert calls == []


def test_a_run_needs_no_network(tmp_path: Path) -> None:
    """In an empty network namespace the same run comes to the same end."""
    command = [sys.executable, "-m", "photoguard", "prepare", str(SAMPLES / "photos")]
    alone = [witness("unshare"), "--net", *(["--map-root-user"] if os.getuid() else [])]
    done = subprocess.run(
        [*alone, *command, "--quiet", "--output", str(tmp_path / "out")],
        check=False,
        capture_output=True,
        timeout=300,
    )
    if b"unshare failed" in done.stderr:
        pytest.skip("this computer does not let tests make a network namespace")
    assert done.returncode == 4, done.stderr.decode()
