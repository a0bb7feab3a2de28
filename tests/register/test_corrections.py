"""What was written down wrong is put right by a command, logged, and decided anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from photoguard.model import PermissionKind, Photographer, Role, Stage
from photoguard.register import remember_output
from photoguard.register.changes import writing
from tests.register.desk import face, prepared
from tests.register.people import LOGIN, permitted, pupil, word

if TYPE_CHECKING:
    from pathlib import Path

    from photoguard.model import Person
    from photoguard.register import Register
    from tests.register.desk import Desk


@pytest.fixture
def aino(register: Register) -> Person:
    """Add a pupil who was written down as 15, with two guardians who said yes."""
    with writing(register, LOGIN) as change:
        return permitted(change, pupil(born=pupil().born.replace(year=2009)))  # type: ignore[union-attr]


def last_line(register: Register) -> tuple[str, str, str]:
    """Return what the log's last line says."""
    line = register.log_lines()[-1]
    return line.action, line.subject, line.reason


def test_a_wrong_birth_year_is_mended(
    desk: Desk, register: Register, aino: Person, tmp_path: Path
) -> None:
    """The right year makes a child of the pupil again, and a prepared copy is decided anew."""
    folder = prepared(tmp_path / "out", {"faces": [face(aino.id, "keep")]})
    remember_output(folder)
    desk.printed("consent", "guardian", "remove", aino.id, "2", "--yes")
    desk.printed("consent", "guardian", "add", aino.id, "Uusi Huoltaja")
    assert (folder / "ready" / "photo-001.jpg").exists()
    printed = desk.printed("consent", "change", "Aino Kuusinen", "--born", "2014-03-05")
    assert "photo-001.jpg" in printed
    assert not (folder / "ready" / "photo-001.jpg").exists()
    kept = register.person(aino.id)
    assert kept is not None
    assert kept.born == pupil().born
    assert ("person-changed", aino.id) in [
        (line.action, line.subject) for line in register.log_lines()
    ]
    assert register.examine_log().fault is None


def test_each_field_is_corrected_alone(desk: Desk, register: Register, aino: Person) -> None:
    """Name, group, stage and the unknown birthday change, and nothing else does."""
    words = ("--name", "Aino Koski", "--group", "5A", "--stage", "upper-secondary")
    desk.printed("consent", "change", aino.id, *words, "--born-unknown")
    kept = register.person(aino.id)
    assert kept is not None
    assert (kept.name, kept.group, kept.stage) == ("Aino Koski", "5A", Stage.UPPER_SECONDARY)
    assert kept.born is None
    assert kept.kind == aino.kind
    assert len(register.permissions(aino.id)) == 3
    assert last_line(register) == ("person-changed", aino.id, "correction")


def test_guardians_are_corrected(desk: Desk, register: Register, aino: Person) -> None:
    """A guardian's name changes with the words kept; removal takes the words along."""
    desk.printed("consent", "guardian", "change", aino.id, "Huoltaja 0", "Liisa Kuusinen")
    desk.printed("consent", "guardian", "change", aino.id, "guardian-2", "Matti Kuusinen")
    record = register.record(aino.id)
    assert record is not None
    assert [each.name for each in record.guardians] == ["Liisa Kuusinen", "Matti Kuusinen"]
    assert len(record.permissions) == 3
    assert desk.run("consent", "guardian", "remove", aino.id, "Liisa Kuusinen", answers="no\n")
    printed = desk.printed("consent", "guardian", "remove", aino.id, "1", answers="yes\n")
    assert "one answer" in printed
    record = register.record(aino.id)
    assert record is not None
    assert [each.name for each in record.guardians] == ["Matti Kuusinen"]
    assert len(record.permissions) == 2
    actions = [line.action for line in register.log_lines()]
    assert actions[-2:] == ["erased", "guardian-removed"]
    desk.printed("consent", "change", record.guardians[0].id, "--name", "Pekka Kuusinen")
    assert last_line(register)[0] == "guardian-changed"
    assert register.examine_log().fault is None


def test_a_guardian_is_added_without_the_word_add(
    desk: Desk, register: Register, aino: Person
) -> None:
    """The older spelling, a person and a name, still adds."""
    desk.printed("consent", "guardian", "Aino Kuusinen", "Kolmas Huoltaja")
    record = register.record(aino.id)
    assert record is not None
    assert record.guardians[-1].name == "Kolmas Huoltaja"
    assert desk.run("consent", "guardian", "remov", "Aino Kuusinen", "1") == 2
    assert desk.run("consent", "guardian") == 2


def test_photographers_are_corrected(desk: Desk, register: Register, aino: Person) -> None:
    """A photographer's name, role and person change; the words stay."""
    with writing(register, LOGIN) as change:
        maija = change.add_photographer(Photographer("", "Maja Virtanen", Role.STAFF))
        change.give(word(maija.id, maija.id, kind=PermissionKind.PHOTOGRAPHER))
    desk.printed(
        "consent", "change", "Maja Virtanen", "--name", "Maija Virtanen", "--role", "child"
    )
    desk.printed("consent", "change", maija.id, "--person", aino.id)
    found = Photographer(maija.id, "Maija Virtanen", Role.CHILD, aino.id)
    assert register.snapshot().find_photographers("Maija Virtanen") == (found,)
    assert len(register.permissions(maija.id)) == 1
    assert last_line(register) == ("photographer-changed", maija.id, "correction")


@pytest.mark.parametrize(
    "words",
    [
        ("change", "Aino Kuusinen"),
        ("change", "Aino Kuusinen", "--role", "child"),
        ("change", "Aino Kuusinen", "--name", ""),
        ("change", "Huoltaja 1", "--born", "2014-03-05"),
        ("change", "Nobody", "--name", "Somebody"),
        ("guardian", "change", "Aino Kuusinen", "3", "Nimi"),
        ("guardian", "remove", "Aino Kuusinen", "Nobody", "--yes"),
    ],
)
def test_a_correction_of_nothing_is_refused(
    desk: Desk, register: Register, aino: Person, words: tuple[str, ...]
) -> None:
    """What is not there, or not of this entry, is a wrong call that changes nothing."""
    del aino
    before = register.snapshot(), register.log_lines()
    assert desk.run("consent", *words) == 2
    assert (register.snapshot(), register.log_lines()) == before
