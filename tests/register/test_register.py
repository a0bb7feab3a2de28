"""One contract for the register, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError

from photoguard.errors import RegisterError, UsageTrouble
from photoguard.model import Answer, PermissionKind, Person, Photographer, Role
from photoguard.register import schema
from photoguard.register.changes import scrub, writing
from tests.register.people import LOGIN, TODAY, one_permitted, permitted, pupil, word

if TYPE_CHECKING:
    from photoguard.register.register import Register
    from tests.register.conftest import Behind, Opener


def add_all(register: Register, *persons: Person) -> None:
    """Add persons in one transaction."""
    with writing(register, LOGIN) as change:
        for person in persons:
            change.add_person(person, TODAY)


def test_what_was_written_is_read(opener: Opener) -> None:
    """A person, two guardians and three words come back as they were given."""
    kept = one_permitted(opener())
    record = opener(read_only=True).record(kept.id)
    assert record is not None
    assert record.person == replace(pupil(), id=kept.id)
    assert [guardian.name for guardian in record.guardians] == ["Huoltaja 0", "Huoltaja 1"]
    givers = {permission.given_by for permission in record.permissions}
    assert givers == {kept.id, *(guardian.id for guardian in record.guardians)}
    assert all(permission.given_on == date(2026, 8, 12) for permission in record.permissions)


def test_nothing_is_written_when_a_transaction_fails(register: Register) -> None:
    """An error half-way leaves neither rows nor lines of the log."""
    names = ("Aino Kuusinen", "")
    with pytest.raises(UsageTrouble):
        add_all(register, *(pupil(name) for name in names))
    assert register.snapshot().records == ()
    assert register.log_lines() == ()


def test_read_only_cannot_write(register: Register, opener: Opener) -> None:
    """The register of prepare refuses every change."""
    one_permitted(register)
    reader = opener(read_only=True)
    with pytest.raises(RegisterError) as caught, writing(reader, LOGIN) as change:
        change.add_person(pupil("Elli Esimerkki"), TODAY)
    assert caught.value.code in {"consent.no_rights", "consent.read_only"}
    assert caught.value.exit_code == 3


def test_a_reader_sees_one_moment(register: Register, opener: Opener) -> None:
    """What changes during a run does not change the run."""
    kept = one_permitted(register)
    reader = opener(read_only=True)
    with writing(register, LOGIN) as change:
        change.forget(kept.id, "asked")
    assert reader.person(kept.id) == kept


def test_names_are_found_however_they_are_written(register: Register) -> None:
    """Case, spaces and the order of the parts do not hide a person; accents do matter."""
    kept = one_permitted(register, pupil("Åke Anders Lönn"))
    for spelling in ("åke anders lönn", "Lönn, Åke  Anders", "A\u030ake Anders Lo\u0308nn"):
        assert register.find_by_name(spelling) == (kept,)
    assert register.find_by_name("Ake Anders Lonn") == ()
    assert register.find_by_name("") == ()


def test_two_persons_of_one_name_are_both_found(register: Register) -> None:
    """The register never guesses which of two is meant."""
    with writing(register, LOGIN) as change:
        first = permitted(change, pupil(group="5A"))
        second = permitted(change, pupil(group="5B"))
    assert register.find_by_name("Aino Kuusinen") == (first, second)


def test_an_incomplete_word_is_kept(register: Register) -> None:
    """A yes without purpose stays in the register and is known as incomplete."""
    with writing(register, LOGIN) as change:
        kept = change.add_person(pupil(), TODAY)
        change.give(word(kept.id, kept.id, purpose=""))
    (found,) = register.permissions(kept.id)
    assert found.incomplete


def test_a_yes_takes_the_place_of_the_givers_no(register: Register) -> None:
    """The same giver's later yes replaces the no; another giver's no stays."""
    with writing(register, LOGIN) as change:
        kept = change.add_person(pupil(), TODAY)
        mother, father = (change.add_guardian(kept.id, name).id for name in ("Äiti", "Isä"))
        change.give(word(kept.id, mother, Answer.NO))
        change.give(word(kept.id, father, Answer.NO))
        change.give(word(kept.id, mother, Answer.YES))
    answers = {found.given_by: found.answer for found in register.permissions(kept.id)}
    assert answers == {mother: Answer.YES, father: Answer.NO}


@pytest.mark.parametrize(
    "later",
    [
        {"purpose": ""},
        {"channel": "facebook"},
        {"kind": PermissionKind.NAMED},
        {"channel": "", "purpose": ""},
        {"purpose": "rekrytointi"},
    ],
)
def test_only_a_complete_word_of_the_same_matter_replaces_a_no(
    register: Register, later: dict[str, object]
) -> None:
    """A yes that is incomplete, or speaks of something else, leaves the no where it is."""
    with writing(register, LOGIN) as change:
        kept = change.add_person(pupil(), TODAY)
        change.give(word(kept.id, kept.id, Answer.NO))
        change.give(word(kept.id, kept.id, Answer.YES, **later))
    answers = {found.answer for found in register.permissions(kept.id)}
    assert answers == {Answer.YES, Answer.NO}


def test_a_withdrawn_word_stays(register: Register) -> None:
    """A withdrawal is not forgotten when a new yes is written."""
    with writing(register, LOGIN) as change:
        kept = change.add_person(pupil(), TODAY)
        first = change.give(word(kept.id, kept.id))
        change.withdraw(first.id, TODAY)
        change.give(word(kept.id, kept.id))
    found = {word.id: word.withdrawn_on for word in register.permissions(kept.id)}
    assert found.pop(first.id) == TODAY
    assert list(found.values()) == [None]


def test_a_photographers_words_are_the_photographers(register: Register) -> None:
    """A photographer who is no person of the register has permissions of their own."""
    with writing(register, LOGIN) as change:
        kept = change.add_photographer(Photographer("", "Maija Virtanen", Role.STAFF))
        change.give(word(kept.id, kept.id, kind=PermissionKind.PHOTOGRAPHER))
    assert register.snapshot().find_photographers("virtanen maija") == (kept,)
    assert [found.person for found in register.permissions(kept.id)] == [kept.id]


def test_two_photographers_of_one_name_are_both_found(register: Register) -> None:
    """A name that two photographers share finds both, the id one."""
    with writing(register, LOGIN) as change:
        first = change.add_photographer(Photographer("", "Maija Virtanen", Role.STAFF))
        other = change.add_photographer(Photographer("", "Maija Virtanen", Role.OTHER))
    snapshot = register.snapshot()
    assert set(snapshot.find_photographers("Maija Virtanen")) == {first, other}
    assert snapshot.find_photographers(first.id) == (first,)


def test_an_outside_id_is_given_once(register: Register) -> None:
    """Two persons cannot share the number of the school's own system."""
    twins = (pupil(outside_id="1001"), pupil("Elli Esimerkki", outside_id="1001"))
    with pytest.raises(UsageTrouble) as caught:
        add_all(register, *twins)
    assert caught.value.code == "consent.outside_id_taken"


@pytest.mark.parametrize("name", ["Aino 131052-308T", "010101A0101", ""])
def test_identity_codes_and_empty_names_are_refused(register: Register, name: str) -> None:
    """No hand can write an identity code into the register, nor a nameless person."""
    with pytest.raises(UsageTrouble), writing(register, LOGIN) as change:
        change.add_person(pupil(name), TODAY)


def test_never_in_pictures_is_told_in_the_log_without_a_reason(register: Register) -> None:
    """The mark and its lifting have lines of their own."""
    with writing(register, LOGIN) as change:
        kept = change.add_person(pupil(), TODAY)
        change.change_person(replace(kept, never_in_pictures=True))
        change.change_person(replace(kept, never_in_pictures=False))
    assert [line.action for line in register.log_lines()][1:] == ["never-set", "never-lifted"]


def test_forgetting_leaves_the_log_whole(register: Register) -> None:
    """After an erasure nothing of the person is left but random ids in the log."""
    kept = one_permitted(register, pupil(outside_id="77123"))
    with writing(register, LOGIN) as change:
        stays = permitted(change, pupil("Elli Esimerkki"))
        change.forget(kept.id, "asked")
    scrub(register)
    if register.is_file:
        assert b"Kuusinen" not in Path(register.place).read_bytes()
    assert [record.person for record in register.snapshot().records] == [stays]
    with register.connection() as connection:
        for table in schema.METADATA.sorted_tables:
            if table.name != "log":
                rows = str(connection.execute(select(table)).all())
                assert kept.id not in rows
                assert "Kuusinen" not in rows
    assert register.examine_log().fault is None
    assert register.log_lines()[-1].action == "person-forgotten"


def test_the_log_refuses_changes(register: Register) -> None:
    """No statement can change a line or take one away."""
    one_permitted(register)
    for statement in ("UPDATE log SET reason = 'x'", "DELETE FROM log"):
        with pytest.raises(RegisterError), register.connection(writes=True) as connection:
            connection.execute(text(statement))
    assert register.examine_log().fault is None


def test_the_migrated_schema_is_the_one_that_is_used(register: Register) -> None:
    """Tables and columns that migrations make are those that the program reads."""
    with register.connection() as connection:
        inspector = inspect(connection)
        made = {
            name: {column["name"] for column in inspector.get_columns(name)}
            for name in inspector.get_table_names()
        }
    made.pop("schema_version")
    made.pop("unit_role", None)
    assert made == {
        table.name: {column.name for column in table.columns}
        for table in schema.METADATA.sorted_tables
    }


def test_a_newer_schema_is_refused(register: Register, opener: Opener, behind: Behind) -> None:
    """A register of a newer program is opened neither for reading nor for writing."""
    del register
    behind("INSERT INTO schema_version VALUES (99)")
    for read_only in (True, False):
        with pytest.raises(RegisterError) as caught:
            opener(read_only=read_only)
        assert caught.value.code == "consent.newer_schema"
        assert caught.value.parameters["found"] == 99


def test_foreign_keys_hold(register: Register) -> None:
    """A word about nobody cannot be written."""
    with (
        pytest.raises((RegisterError, DBAPIError)),
        writing(register, LOGIN) as change,
    ):
        change.give(word("p-nobody", "p-nobody"))
