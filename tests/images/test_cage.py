"""A decoder that a photo has taken over can neither write, speak to the network nor run others."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

from photoguard.images import Decoder
from photoguard.images.cage import give_up_rights
from photoguard.settings import Limits
from tests.images import pictures

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such cage")

PRISONER = """
import os, socket, subprocess, sys
from pathlib import Path
from photoguard.images.cage import give_up_rights
place = Path(sys.argv[1])
if sys.argv[3] == "caged":
    give_up_rights()
deeds = {
    "make": lambda: (place / "new").write_bytes(b""),
    "empty": lambda: os.truncate(place / "old", 0),
    "write": lambda: open(place / "old", "r+b"),
    "remove": lambda: (place / "old").unlink(),
    "rename": lambda: (place / "old").rename(place / "older"),
    "folder": lambda: (place / "folder").mkdir(),
    "link": lambda: (place / "link").symlink_to("old"),
    "tcp": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
    "udp": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
    "unix": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
    "netlink": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
    "run": lambda: subprocess.run(["/bin/true"], check=True),
    "read": lambda: (place / "old").read_bytes(),
    "thread": lambda: __import__("threading").Thread(target=int).start(),
}
try:
    deeds[sys.argv[2]]()
except PermissionError:
    sys.exit(77)
"""
FORBIDDEN = ["make", "empty", "write", "remove", "rename", "folder", "link"]
FORBIDDEN += ["tcp", "udp", "unix", "netlink", "run"]
REFUSED = 77


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a file in it."""
    (tmp_path / "old").write_bytes(b"kept")
    return tmp_path


def deed(name: str, place: Path, where: str = "caged") -> int:
    """Do it in a process of its own; return how that ended."""
    code = textwrap.dedent(PRISONER)
    return subprocess.run([sys.executable, "-c", code, place, name, where], check=False).returncode


@pytest.mark.parametrize("name", FORBIDDEN)
def test_the_cage_refuses(name: str, place: Path) -> None:
    """It is refused inside, leaves no trace, and works outside."""
    assert deed(name, place) == REFUSED
    assert [(entry.name, entry.read_bytes()) for entry in place.iterdir()] == [("old", b"kept")]
    assert deed(name, place, "free") == 0


@pytest.mark.parametrize("name", ["read", "thread"])
def test_the_cage_allows(name: str, place: Path) -> None:
    """Libraries that load a part of themselves late, or use threads, go on working."""
    assert deed(name, place) == 0


def test_the_decoder_is_caged() -> None:
    """The process that reads photos has no new privileges and a filter, and reads every kind."""
    with Decoder(Limits()) as decoder:
        for kind in pictures.SAVED_AS:
            decoder.decode(pictures.saved(pictures.landscape(), kind))
        with open(f"/proc/{decoder.pid}/status", encoding="ascii") as status:  # noqa: PTH123
            fields = dict(line.split(":\t", 1) for line in status if ":\t" in line)
    assert (fields["NoNewPrivs"].strip(), fields["Seccomp"].strip()) == ("1", "2")


def test_a_kernel_without_it_is_no_trouble() -> None:
    """Rights that were given up already can be given up once more."""
    child = os.fork()
    if child == 0:
        give_up_rights()
        give_up_rights()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
