"""Versions of the schema: upwards in one step or not at all, and several writers at once."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import inspect

from photoguard.errors import RegisterError
from photoguard.model import Duty, Holder
from photoguard.register import engine, location, open_register
from photoguard.register.accounts import add_holder
from photoguard.register.changes import writing
from photoguard.register.forms import make_form
from photoguard.register.migrations import MIGRATIONS, Migration, found_version, migrate
from photoguard.register.schema import NEWEST
from photoguard.register.server import adding_unit
from tests.register.conftest import UNIT
from tests.register.people import (
    FIRST_COVERED,
    LOGIN,
    TODAY,
    older_entries,
    pupil,
    write_covered,
)

if TYPE_CHECKING:
    from photoguard.register import Register
    from tests.register.conftest import Opener


def test_every_version_has_its_row() -> None:
    """Versions count from 1 to the newest without a gap."""
    assert [migration.version for migration in MIGRATIONS] == list(range(1, NEWEST + 1))


@pytest.mark.parametrize("version", range(1, FIRST_COVERED))
def test_an_older_file_is_brought_up_to_date(tmp_path: Path, version: int) -> None:
    """What an older program wrote is there after the step from its version to the newest."""
    place = str(tmp_path / "old.sqlite3")
    url = engine.locate(place)
    location.create_private(Path(place))
    with engine.connectable(url, UNIT, read_only=False).begin() as connection:
        migrate(connection, newest=version)
        for statement in older_entries(UNIT):
            connection.exec_driver_sql(statement)
    with pytest.raises(RegisterError) as caught:
        open_register(place, UNIT, read_only=True)
    assert caught.value.code == "consent.older_schema"
    open_register(place, UNIT)
    kept = open_register(place, UNIT, read_only=True)
    assert [person.id for person in kept.find_by_name("Aino Kuusinen")] == ["p-1"]
    assert kept.examine_log().lines == 1
    assert kept.examine_log().fault is None
    with writing(open_register(place, UNIT), "testi") as change:
        change.add_person(pupil("Elli Esimerkki"), TODAY)
    assert [line.action for line in kept.log_lines()][1:] == ["covered", "covered", "person-added"]
    assert kept.examine_log().fault is None
    with sqlite3.connect(place) as other:
        other.execute("UPDATE permission SET answer = 'no'")
    other.close()
    assert kept.examine_log().fault == "entry_changed"


@pytest.mark.parametrize("version", range(FIRST_COVERED, NEWEST))
def test_a_covered_file_is_brought_up_to_date(tmp_path: Path, version: int) -> None:
    """What lines cover agrees with them after the step, and nothing is covered twice."""
    place = str(tmp_path / "old.sqlite3")
    location.create_private(Path(place))
    made = engine.connectable(engine.locate(place), UNIT, read_only=False)
    with made.begin() as connection:
        migrate(connection, newest=version)
        for statement in adding_unit(UNIT):
            connection.exec_driver_sql(statement)
        write_covered(connection, UNIT)
    register = open_register(place, UNIT)
    before = register.log_lines()
    assert register.examine_log().fault is None
    with writing(register, LOGIN) as change:
        add_holder(change, Holder("", "Maija Virtanen", Duty.RESPONSIBLE))
        make_form(change, register.snapshot().records[0].person.id, TODAY, "")
    actions = [line.action for line in register.log_lines()[len(before) :]]
    assert actions == ["holder-added", "form-made"]
    assert register.examine_log().fault is None


def test_a_step_that_fails_changes_nothing(register: Register) -> None:
    """A migration that stops half-way leaves tables and version as they were."""
    later = NEWEST + 1
    broken = Migration(later, both=("CREATE TABLE extra (a TEXT)", "CREATE NONSENSE"))
    with pytest.raises(RegisterError), register.connection(writes=True) as connection:
        migrate(connection, (*MIGRATIONS, broken), newest=later)
    with register.connection() as connection:
        assert found_version(connection) == NEWEST
        assert not inspect(connection).has_table("extra")


def test_several_writers_leave_one_whole_log(opener: Opener) -> None:
    """Writers wait for each other, and no line of the log is lost or doubled."""
    opener()

    def add_some(number: int) -> None:
        mine = opener()
        for turn in range(4):
            with writing(mine, f"testi{number}") as change:
                change.add_person(pupil(f"Oppilas {number} {turn}"), TODAY)

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(add_some, range(3)))
    register = opener(read_only=True)
    assert len(register.snapshot().records) == 12
    assert register.examine_log().lines == 12
    assert register.examine_log().fault is None


def test_two_first_openings_make_one_register(opener: Opener) -> None:
    """A register that is made by several at once is made once."""
    with ThreadPoolExecutor(3) as threads:
        opened = list(threads.map(lambda _: opener(), range(3)))
    assert {register.unit for register in opened} == {UNIT}
    with opened[0].connection() as connection:
        assert found_version(connection) == NEWEST
