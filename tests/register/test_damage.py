"""A register that was damaged or lost is told of and left alone; nobody's word is forgotten."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from photoguard.cli import _outcome
from photoguard.errors import RegisterError
from photoguard.register import location
from photoguard.register.changes import writing
from photoguard.register.register import open_register
from tests.pipeline.photos import LANDSCAPE, small
from tests.register.conftest import UNIT
from tests.register.people import LOGIN, TODAY, one_permitted, pupil

if TYPE_CHECKING:
    from collections.abc import Iterator

    from photoguard.register import Snapshot

PAGE = 4096


@dataclass(frozen=True)
class Sound:
    """A register as it was before anything happened to it."""

    path: Path
    content: bytes
    held: Snapshot

    def end(self, content: bytes, *, read_only: bool) -> str:
        """Open the register with other bytes; return the code, or "" where it says the same.

        Whatever is refused is left as it lies, with nothing beside it.
        """
        self.path.write_bytes(content)
        try:
            held = open_register(str(self.path), UNIT, read_only=read_only).snapshot()
        except RegisterError as trouble:
            assert self.path.read_bytes() == content
            assert os.listdir(self.path.parent) == [self.path.name]  # noqa: PTH208
            return trouble.code
        assert held == self.held
        return ""


@pytest.fixture
def sound(tmp_path: Path) -> Sound:
    """A register of a pupil who may be shown and of one who is never in pictures."""
    path = tmp_path / "city" / "register.sqlite3"
    path.parent.mkdir()
    register = open_register(str(path), UNIT)
    one_permitted(register)
    with writing(register, LOGIN) as change:
        change.add_person(pupil("Elli Esimerkki", never_in_pictures=True), TODAY)
    return Sound(path, path.read_bytes(), register.snapshot())


@pytest.mark.parametrize("read_only", [True, False])
@pytest.mark.parametrize("turned", [0xFF, 0x01, 0x80])
def test_a_changed_byte_is_told_or_changes_nothing(
    sound: Sound, turned: int, *, read_only: bool
) -> None:
    """Of the first page, each byte that says anything: refused, or the register reads the same."""
    found = set()
    for place in (*range(120), *range(120, PAGE, 131), *range(PAGE - 8, PAGE)):
        changed = bytearray(sound.content)
        changed[place] ^= turned
        code = sound.end(bytes(changed), read_only=read_only)
        assert code in {"", "consent.damaged"}
        found |= {place} if code else set()
    assert {*range(24), *range(48, 92), *range(100, 103)} <= found


@pytest.mark.parametrize("read_only", [True, False])
def test_a_file_that_was_cut_off_is_told(sound: Sound, *, read_only: bool) -> None:
    """A copy that stopped anywhere, at a page's edge too, is refused and kept."""
    edges = range(PAGE, len(sound.content), PAGE)
    for length in (1, 15, 99, 100, 511, *edges, len(sound.content) - 1):
        assert sound.end(sound.content[:length], read_only=read_only) == "consent.damaged"


def _swapped(content: bytes) -> Iterator[bytes]:
    pages = [content[at : at + PAGE] for at in range(0, len(content), PAGE)]
    for first in range(1, len(pages)):
        for second in range(first + 1, len(pages), 3):
            if pages[first] != pages[second]:
                changed = list(pages)
                changed[first], changed[second] = pages[second], pages[first]
                yield b"".join(changed)


def test_swapped_pages_are_told(sound: Sound) -> None:
    """A page in another page's place, an index's in an index's too, never goes unnoticed."""
    codes = [sound.end(content, read_only=True) for content in _swapped(sound.content)]
    assert codes
    assert set(codes) <= {"consent.damaged", "consent.newer_schema"}


@pytest.mark.parametrize("read_only", [True, False])
def test_values_of_another_kind_are_told(sound: Sound, *, read_only: bool) -> None:
    """Text that is no UTF-8, a number for a name, a day or a word that there is not."""
    for old, new in (
        (b"Aino Kuusinen", b"Aino Kuusine\xff"),
        (b"2026-08-12", b"2026-18-12"),
        (b"basic-education", b"basic-educatiom"),
        (b"CREATE TABLE person", b"CREATE TABLE persom"),
        (b"born DATE", b"borm DATE"),
    ):
        changed = sound.content.replace(old, new)
        assert sound.end(changed, read_only=read_only) == "consent.damaged"


def test_another_programs_database_is_no_register(sound: Sound) -> None:
    """No tables of ours are put into a database that holds tables of its own."""
    other = sound.path.with_name("other.sqlite3")
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE letters (text TEXT)")
    connection.close()
    sound.path.unlink()
    content = other.read_bytes()
    other.unlink()
    for read_only in (True, False):
        assert sound.end(content, read_only=read_only) == "consent.damaged"


@pytest.mark.parametrize("left", [None, b""])
@pytest.mark.parametrize("read_only", [True, False])
def test_a_lost_register_is_not_made_anew(
    sound: Sound, left: bytes | None, *, read_only: bool
) -> None:
    """Where this computer saw entries, a missing or empty file is a loss and is told as one."""
    for unit in (UNIT, None, "Toinen koulu"):
        sound.path.unlink()
        if left is not None:
            sound.path.write_bytes(left)
        with pytest.raises(RegisterError) as caught:
            open_register(str(sound.path), unit, read_only=read_only)
        assert (caught.value.code, caught.value.exit_code) == ("consent.lost", 3)
        assert sound.path.exists() == (left is not None)
        sound.path.write_bytes(sound.content)
    location.heads_file().unlink()
    sound.path.write_bytes(b"")
    assert open_register(str(sound.path), UNIT).snapshot().records == ()


@pytest.fixture
def usual(tmp_path: Path) -> Path:
    """The register at its usual place, and a photo that waits to be prepared."""
    register = open_register("", UNIT)
    one_permitted(register)
    small(tmp_path / "photos" / "1.jpg", 64, LANDSCAPE)
    return Path(register.place)


@pytest.mark.parametrize("what", ["gone", "empty", "older"])
def test_prepare_asks_what_this_computer_has_seen(
    what: str, usual: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A register that is gone, empty or older than it was stops the run before any output."""
    older = usual.read_bytes()
    with writing(open_register("", UNIT), LOGIN) as change:
        change.add_person(pupil("Elli Esimerkki", never_in_pictures=True), TODAY)
    usual.unlink()
    if what != "gone":
        usual.write_bytes(b"" if what == "empty" else older)
    assert _outcome(["prepare", str(tmp_path / "photos"), "--jobs", "1"]) == 3
    assert str(location.heads_file()) in capsys.readouterr().err
    assert not (tmp_path / "photos-photoguard").exists()
