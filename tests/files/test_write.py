"""Files are written whole or not at all, and names are safe to print."""

from __future__ import annotations

import errno
import os
import stat
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoguard.errors import OutputError, RefusedError, UnreadableError, WriteError
from photoguard.files import (
    CONSTANT_TIME,
    digest,
    digest_file,
    lock_file,
    printable,
    publish,
    read_limited,
    write_new,
    write_whole,
)


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


class HeldFile(type(Path())):  # type: ignore[misc]
    """A file that a virus scanner holds open until a moment."""

    until = 0.0

    def replace(self, target: Path) -> Path:
        """Refuse as Windows does, then move."""
        if time.monotonic() < self.until:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return Path(self).rename(target)


@pytest.mark.parametrize(("seconds", "arrives"), [(0.5, True), (60, False)])
def test_a_finished_file_waits_for_a_scanner(
    seconds: float, tmp_path: Path, *, arrives: bool
) -> None:
    """A file that somebody looks at for a moment arrives; one that stays held is told, soon."""
    (tmp_path / "work").write_bytes(b"x")
    work = HeldFile(tmp_path / "work")
    HeldFile.until = time.monotonic() + seconds
    begun = time.monotonic()
    if arrives:
        publish(work, tmp_path / "a")
    else:
        with pytest.raises(WriteError, match=r"files\.cannot_write"):
            publish(work, tmp_path / "a")
    assert (tmp_path / "a").exists() == arrives
    assert time.monotonic() - begun < 10


def test_what_is_read_is_bounded(tmp_path: Path) -> None:
    """A file as large as the limit is read, one byte more is refused with the limit."""
    path = tmp_path / "a"
    path.write_bytes(bytes(1_000_000))
    assert len(read_limited(path, 1)) == 1_000_000
    path.write_bytes(bytes(1_000_001))
    with pytest.raises(RefusedError, match=r"files\.too_large") as refused:
        read_limited(path, 1)
    assert refused.value.parameters == {"limit": 1}


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    """A file that is missing, a folder and a pipe that nobody fills end in a sentence."""
    (tmp_path / "folder").mkdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
    for name in ("missing", "folder", "pipe"):
        with pytest.raises(UnreadableError, match=r"files\.cannot_read"):
            read_limited(tmp_path / name, 1)


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


@pytest.mark.parametrize("name", ["EINVAL", "ENOTSUP", "EIO"])
def test_a_drive_that_cannot_wait_is_no_trouble(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Network drives without fsync keep what was written; a disk that fails is told."""

    def refuse(_: int) -> None:
        raise OSError(getattr(errno, name), "")

    monkeypatch.setattr(os, "fsync", refuse)
    if name == "EIO":
        with pytest.raises(WriteError) as caught:
            write_whole(tmp_path / "a", b"x", tmp_path)
        assert caught.value.parameters == {"problem": "system.device"}
    else:
        write_whole(tmp_path / "a", b"x", tmp_path)
        assert (tmp_path / "a").read_bytes() == b"x"


def test_a_lock_that_was_taken_away_is_not_held(tmp_path: Path) -> None:
    """Who opened the lock just before its owner removed it does not go on without one."""
    held = lock_file(tmp_path / "lock")
    (tmp_path / "lock").unlink()
    second = lock_file(tmp_path / "lock")
    with pytest.raises(OutputError, match=r"journal\.in_use"):
        lock_file(tmp_path / "lock")
    os.close(held)
    os.close(second)
