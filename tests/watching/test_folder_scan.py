"""A file is taken once it is whole, and not before."""

from __future__ import annotations

import fcntl
from typing import TYPE_CHECKING

import pytest

from photoguard.watching.folder_scan import FolderObserver, is_elsewhere, is_held, is_provisional

if TYPE_CHECKING:
    import os
    from collections.abc import Callable
    from pathlib import Path
    from typing import TypeAlias

    Names: TypeAlias = Callable[[], tuple[set[str], set[str]]]


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        """Begin at nought."""
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock at nought."""
    return Clock()


@pytest.fixture
def look(tmp_path: Path, clock: Clock) -> Names:
    """Lets three seconds pass and returns the names of what is whole and what waits."""
    looker = FolderObserver(tmp_path / "drop", clock=clock)
    (tmp_path / "drop").mkdir()

    def names() -> tuple[set[str], set[str]]:
        clock.now += 3
        seen = looker.observe()
        assert seen is not None
        return {path.name for path in seen.whole}, {path.name for path in seen.waiting}

    return names


def test_a_file_is_whole_after_the_second_look(tmp_path: Path, look: Names) -> None:
    """Once seen a file waits; seen the same again after two seconds it is whole."""
    (tmp_path / "drop" / "a.jpg").write_bytes(b"content")
    assert look() == (set(), {"a.jpg"})
    assert look() == ({"a.jpg"}, set())


def test_a_file_that_grows_waits(tmp_path: Path, look: Names) -> None:
    """A copy written in pieces is whole only after it has stopped growing and was closed."""
    with (tmp_path / "drop" / "a.jpg").open("wb", buffering=0) as growing:
        for _ in range(4):
            growing.write(b"piece")
            assert look() == (set(), {"a.jpg"})
    assert look() == ({"a.jpg"}, set())


def test_a_stalled_copy_waits(tmp_path: Path, look: Names) -> None:
    """A file that is the same for long, but still open for writing, is not taken."""
    with (tmp_path / "drop" / "a.jpg").open("wb", buffering=0) as stalled:
        stalled.write(b"the first half")
        for _ in range(5):
            assert look() == (set(), {"a.jpg"})
    assert look() == ({"a.jpg"}, set())


def test_a_changed_file_waits_again(tmp_path: Path, look: Names) -> None:
    """A whole file that is written anew, or replaced by one of its size, waits again."""
    photo, other = tmp_path / "drop" / "a.jpg", tmp_path / "other"
    photo.write_bytes(b"content")
    assert (look(), look())[1] == ({"a.jpg"}, set())
    other.write_bytes(b"another")
    other.replace(photo)
    assert look() == (set(), {"a.jpg"})
    assert look() == ({"a.jpg"}, set())


def test_a_download_counts_when_it_has_its_name(tmp_path: Path, look: Names) -> None:
    """A name that browsers and clouds give meanwhile is never taken, the final one is."""
    part = tmp_path / "drop" / "a.jpg.crdownload"
    part.write_bytes(b"\xff\xd8\xff content")
    assert [look() for _ in range(3)][-1] == (set(), {"a.jpg.crdownload"})
    part.rename(tmp_path / "drop" / "a.jpg")
    assert look() == (set(), {"a.jpg"})
    assert look() == ({"a.jpg"}, set())


def test_what_is_none_of_ours_is_not_seen(tmp_path: Path, look: Names) -> None:
    """Recycle bins, thumbnails, hidden files, links and outputs are neither whole nor waiting."""
    drop = tmp_path / "drop"
    for name in ("$RECYCLE.BIN", "@eaDir", ".thumbnails", "#recycle", "old-photoguard/ready"):
        (drop / name).mkdir(parents=True)
        (drop / name / "a.jpg").write_bytes(b"content")
    (drop / "old-photoguard" / ".photoguard").mkdir()
    (drop / ".a.jpg.Xy12").write_bytes(b"rsync writes here")
    (tmp_path / "real.jpg").write_bytes(b"content")
    (drop / "link.jpg").symlink_to(tmp_path / "real.jpg")
    assert [look() for _ in range(3)][-1] == (set(), set())


def test_a_lost_folder_is_no_empty_one(tmp_path: Path, look: Names) -> None:
    """A folder that is away is told as that; what was whole in it waits once it is back."""
    looker = FolderObserver(tmp_path / "drop")
    (tmp_path / "drop").rename(tmp_path / "away")
    assert looker.observe() is None
    (tmp_path / "away").rename(tmp_path / "drop")
    assert looker.observe() is not None
    assert look() == (set(), set())


def test_a_locked_file_waits(tmp_path: Path) -> None:
    """A file that another program has locked for itself is held."""
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"content")
    assert not is_held(photo)
    with photo.open("rb") as locked:
        fcntl.flock(locked, fcntl.LOCK_EX)
        assert is_held(photo)
    assert not is_held(photo)


def test_a_writer_is_not_disturbed(tmp_path: Path) -> None:
    """Asking whether a file is written does not keep the next writer out, nor end us."""
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"content")
    for _ in range(50):
        assert not is_held(photo)
        with photo.open("ab") as writer:
            writer.write(b"more")
    assert photo.stat().st_size == 7 + 50 * 4


def test_room_without_content_is_held(tmp_path: Path) -> None:
    """A file that has its final size but no content yet is not whole."""
    photo = tmp_path / "a.jpg"
    with photo.open("wb") as empty:
        empty.truncate(1 << 20)
    if photo.stat().st_blocks:
        pytest.skip("this disk keeps no holes")
    assert is_held(photo)


def _reporting(size: int, **more: int) -> os.stat_result:
    class Reported:
        st_size = size

        def __getattr__(self, name: str) -> int:
            return more[name] if name in more else _lacking(name)

    return Reported()  # type: ignore[return-value]


def _lacking(name: str) -> int:
    raise AttributeError(name)


@pytest.mark.parametrize("attributes", [0x1000, 0x4_0000, 0x40_0000, 0x40_0020])
def test_a_windows_placeholder_is_elsewhere(attributes: int) -> None:
    """What OneDrive marks as offline, or to be recalled when opened or read, is not here."""
    assert is_elsewhere(_reporting(5_000_000, st_file_attributes=attributes))
    assert not is_elsewhere(_reporting(5_000_000, st_file_attributes=0x20))


def test_a_macos_placeholder_is_elsewhere() -> None:
    """What iCloud marks as without data is not here; other flags are no such mark."""
    assert is_elsewhere(_reporting(5_000_000, st_flags=0x4000_0000))
    assert not is_elsewhere(_reporting(5_000_000, st_flags=0x8000))


def test_an_empty_file_is_not_here_yet(tmp_path: Path) -> None:
    """A file that was only begun has no content; one with content is here."""
    photo = tmp_path / "a.jpg"
    photo.touch()
    assert is_elsewhere(photo.stat())
    photo.write_bytes(b"content")
    assert not is_elsewhere(photo.stat())


@pytest.mark.parametrize("name", ["a.jpg.part", "A.JPG.Filepart", "~$photos.xlsx", "a.tmp"])
def test_provisional_names(name: str) -> None:
    """Names of what is on its way are known, ordinary ones are not taken for them."""
    assert is_provisional(name)
    assert not is_provisional("party.jpg")
