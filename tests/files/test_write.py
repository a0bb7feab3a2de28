"""Files are written whole or not at all, and names are safe to print."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoguard.errors import WriteError
from photoguard.files import CONSTANT_TIME, digest, digest_file, printable, write_new, write_whole

if TYPE_CHECKING:
    from pathlib import Path


def test_unfinished_files_are_private(tmp_path: Path) -> None:
    """Nobody else on the computer can read a file that is not finished."""
    write_new(tmp_path / "a", b"x")
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600


def test_finished_files_do_not_tell_when(tmp_path: Path) -> None:
    """The modification time of a finished file is the same for all."""
    write_whole(tmp_path / "a", b"x", tmp_path)
    assert (tmp_path / "a").stat().st_mtime == CONSTANT_TIME


def test_a_failed_write_leaves_what_was_there(tmp_path: Path) -> None:
    """Where the private folder is missing, the old file stays and nothing half-made appears."""
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(WriteError):
        write_whole(tmp_path / "a", b"new", tmp_path / "missing")
    assert (tmp_path / "a").read_bytes() == b"old"


def test_digests_agree(tmp_path: Path) -> None:
    """A file's digest is that of its bytes."""
    (tmp_path / "a").write_bytes(b"abc")
    assert digest_file(tmp_path / "a") == digest(b"abc")


@given(st.text())
def test_printed_names_hold_no_controls(name: str) -> None:
    """Whatever a name holds, what is printed moves no cursor and turns no direction."""
    shown = printable(name)
    assert len(shown) == len(name)
    assert not any(ord(c) < 32 or c in "\x7f\u202e\u2066\u200f" for c in shown)
