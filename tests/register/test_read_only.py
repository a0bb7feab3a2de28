"""A register that this login may only read, such as a copy on a share of the city."""

from __future__ import annotations

import ctypes
import os
import sys
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from photoguard.model import Unit
from photoguard.output import recall
from photoguard.register import engine, location, open_register, remember_output
from photoguard.register.migrations import migrate
from photoguard.register.server import adding_unit
from photoguard.settings import Settings
from tests.register.desk import CONFIG, Desk, face, prepared
from tests.register.people import FIRST_COVERED, one_permitted, write_covered

if TYPE_CHECKING:
    from collections.abc import Iterator

READING = [
    ("consent", "list"),
    ("consent", "show", "Aino Kuusinen"),
    ("consent", "missing"),
    ("consent", "expiring"),
    ("consent", "log"),
    ("consent", "log", "--check"),
    ("published", "list"),
    ("accounts", "list"),
    ("accounts", "notice"),
    ("year",),
]
LAYOUT = 0x20080522
"""The third layout of linux/capability.h, with two words for each of three sets."""
PAST_MODES = 0b110
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: what lets root pass by the modes of files."""
UNIT = "Mallilan koulu"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="rights of Linux")


@pytest.fixture
def desk(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Desk:
    """A desk whose register is a file."""
    config, place = tmp_path / "photoguard.toml", tmp_path / "r.sqlite3"
    config.write_text(CONFIG.format(place), "utf-8")
    one_permitted(open_register(str(place), UNIT))
    return Desk(config, capsys, monkeypatch)


class _Header(ctypes.Structure):
    """The argument of capget(2) that tells the layout and the process, 0 for this one."""

    _fields_ = (("version", ctypes.c_uint32), ("process", ctypes.c_int))


@contextmanager
def without_roots_rights() -> Iterator[None]:
    """Let root obey the modes of files for the block, as every other login does."""
    library = ctypes.CDLL(None, use_errno=True)
    header, sets = _Header(LAYOUT, 0), (ctypes.c_uint32 * 6)()
    assert library.capget(ctypes.byref(header), ctypes.byref(sets)) == 0
    before = sets[0]
    sets[0] &= ~PAST_MODES
    assert library.capset(ctypes.byref(header), ctypes.byref(sets)) == 0
    try:
        yield
    finally:
        sets[0] = before
        assert library.capset(ctypes.byref(header), ctypes.byref(sets)) == 0


@contextmanager
def only_reading(folder: Path, writable: Path | None = None) -> Iterator[None]:
    """Let everything in a folder be read-only for the block, but for what is in ``writable``."""
    places = (folder, *folder.rglob("*"))
    for place in places:
        if writable is None or not place.is_relative_to(writable):
            place.chmod(0o500 if place.is_dir() else 0o400)
    with without_roots_rights() if os.geteuid() == 0 else nullcontext():
        yield
    for place in filter(Path.exists, places):
        place.chmod(0o700 if place.is_dir() else 0o600)


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_reading_needs_no_right_to_write(desk: Desk, words: tuple[str, ...]) -> None:
    """Every command that only tells something tells the same from a read-only register."""
    code, told = desk.run(*words), desk.out
    with only_reading(desk.config.parent):
        again = desk.run(*words)
    assert (again, desk.out) == (code, told)
    assert code != 3, desk.err


def test_writing_still_says_that_the_right_is_missing(desk: Desk) -> None:
    """A change of a read-only register ends with 3 and a sentence, and changes nothing."""
    before = (desk.config.parent / "r.sqlite3").read_bytes()
    desk.run("consent", "list")
    with only_reading(desk.config.parent):
        assert desk.run("consent", "add", "Otso Lehto", "--born", "2010-01-01") == 3
    assert "right" in desk.err
    assert (desk.config.parent / "r.sqlite3").read_bytes() == before


def test_copies_leave_though_the_register_can_only_be_read(desk: Desk) -> None:
    """All copies that may not be published go, and that nothing was noted of it is told."""
    unknown = {"faces": [face("p-unknown", "keep")]}
    folder = prepared(desk.config.parent / "out", unknown, unknown)
    register = open_register(str(desk.config.parent / "r.sqlite3"), UNIT)
    recall.note_run(folder, Settings(unit=Unit.BASIC_EDUCATION), register.snapshot())
    remember_output(folder)
    with only_reading(desk.config.parent, writable=folder):
        assert desk.run("published", "list") == 1
    assert list((folder / "ready").glob("*.jpg")) == []
    assert "right" in desk.err


def test_a_register_of_an_earlier_version_is_still_listed(desk: Desk) -> None:
    """Reading brings it up to date where it may write, as every command does."""
    place = desk.config.parent / "old.sqlite3"
    location.create_private(place)
    made = engine.connectable(engine.locate(str(place)), UNIT, read_only=False)
    with made.begin() as connection:
        migrate(connection, newest=FIRST_COVERED)
        for statement in adding_unit(UNIT):
            connection.exec_driver_sql(statement)
        write_covered(connection, UNIT)
    desk.config.write_text(CONFIG.format(place), "utf-8")
    assert "Aino" in desk.printed("consent", "list")
