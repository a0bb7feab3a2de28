"""The log proves more than itself: answers, marks and posts, and its own earlier ends."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from photoguard.model import Answer, Capacity, Noted, Photographer, Role
from photoguard.register.changes import writing
from photoguard.register.posts import Post, PostPhoto, add_post
from tests.register.people import LOGIN, TODAY, permitted, pupil, word

if TYPE_CHECKING:
    from photoguard.model import Person
    from photoguard.register import Register
    from tests.register.conftest import Behind, Opener
    from tests.register.desk import Desk


@pytest.fixture
def aino(register: Register) -> Person:
    """Put a permitted pupil with a no, a mark on somebody and a post into the register."""
    with writing(register, LOGIN) as change:
        kept = permitted(change, pupil())
        change.give(word(kept.id, kept.id, Answer.NO, channel="facebook"))
        change.add_person(pupil("Otso Lehto", never_in_pictures=True), TODAY)
        by = change.add_photographer(Photographer("", "Maija Virtanen", Role.STAFF, kept.id))
        change.give(word(by.id, by.id))
        noted = (Noted(kept.id, Capacity.SHOWN), Noted(by.id, Capacity.PHOTOGRAPHER))
        photo = PostPhoto("photo-001.jpg", "1" * 64, "2" * 64, "", noted)
        add_post(change, Post("", "instagram", "https://x", TODAY, (photo,), groups=("5B",)))
    assert register.examine_log().fault is None
    return kept


TAMPERED = {
    "DELETE FROM permission WHERE answer = 'no'": "entry_missing",
    "DELETE FROM permission": "entry_missing",
    "UPDATE permission SET answer = 'yes' WHERE answer = 'no'": "entry_changed",
    "UPDATE permission SET valid_until = NULL, given_on = NULL": "entry_changed",
    "UPDATE permission SET channel = 'website' WHERE answer = 'no'": "entry_changed",
    "UPDATE permission SET withdrawn_on = '2026-11-23'": "entry_changed",
    "UPDATE person SET never_in_pictures = FALSE": "entry_changed",
    "UPDATE person SET born = '2009-01-01'": "entry_changed",
    "UPDATE person SET salt = ''": "entry_changed",
    "DELETE FROM guardian": "entry_missing",
    "UPDATE guardian SET name = 'x'": "entry_changed",
    "UPDATE photographer SET role = 'child'": "entry_changed",
    "DELETE FROM noted": "entry_changed",
    "UPDATE noted SET capacity = 'hidden'": "entry_changed",
    "UPDATE post SET removed_on = '2026-11-23'": "entry_changed",
    "UPDATE post_photo SET output_sha256 = '3'": "entry_changed",
    "DELETE FROM post_group": "entry_changed",
    """INSERT INTO permission SELECT unit, 'w-new', person_id, photographer_id, kind, 'website',
        purpose, given_by, 'yes', given_on, valid_until, withdrawn_on, reference,
        information_version, salt FROM permission WHERE answer = 'no'""": "entry_added",
}


@pytest.mark.parametrize("statement", TAMPERED)
def test_what_was_done_past_the_program_is_noticed(
    register: Register, aino: Person, behind: Behind, statement: str
) -> None:
    """No answer, mark, guardian or post can be changed, removed or added by SQL unnoticed."""
    behind(statement)
    found = register.examine_log()
    assert found.fault == TAMPERED[statement]
    assert re.fullmatch(r"[pgfwj]-\w+", found.subject)
    with writing(register, LOGIN) as change:
        change.change_person(replace(aino, name="Aino Uusi"))
    assert register.examine_log().fault in {"entry_changed", "entry_missing", "entry_added"}


def test_a_later_change_does_not_hide_an_earlier_one(
    register: Register, aino: Person, behind: Behind
) -> None:
    """What is next written to a tampered entry leaves a line that says so."""
    behind("UPDATE person SET born = '2009-01-01'")
    kept = register.person(aino.id)
    assert kept is not None
    with writing(register, LOGIN) as change:
        change.change_person(replace(kept, name="Aino Uusi"))
        change.change_person(replace(kept, name="Aino Vanha"))
    about = [line.action for line in register.log_lines() if line.subject == aino.id]
    assert about[1:] == ["found-changed", "person-changed", "person-changed"]
    assert register.examine_log().fault == "entry_changed"


def test_everything_the_program_does_is_covered(register: Register, aino: Person) -> None:
    """Corrections, withdrawals, erasures and removals leave a whole log."""
    record = register.record(aino.id)
    assert record is not None
    with writing(register, LOGIN) as change:
        change.name_guardian(record.guardians[0].id, "Uusi Nimi")
        for old in record.permissions:
            if old.answer is Answer.YES:
                change.withdraw(old.id, TODAY)
            else:
                change.lift(old.id)
        change.give(word(aino.id, aino.id))
        change.give(word(aino.id, aino.id))
    assert register.examine_log().fault is None
    with writing(register, LOGIN) as change:
        change.forget(aino.id, "asked")
    assert register.examine_log().fault is None
    actions = [line.action for line in register.log_lines()]
    assert actions.count("post-changed") == 1
    assert actions.count("erased") == 2 + 1 + 5
    assert "found-changed" not in actions


def test_an_erased_person_cannot_be_guessed_from_the_log(register: Register, aino: Person) -> None:
    """Two persons with the same words have different digests, and the salt goes with them."""
    with writing(register, LOGIN) as change:
        twin = change.add_person(pupil(group="5B"), TODAY)
    contents = {line.subject: line.content for line in register.log_lines() if line.content}
    assert contents[aino.id] != contents[twin.id]
    with writing(register, LOGIN) as change:
        change.forget(twin.id, "asked")
    assert {line.subject: line.content for line in register.log_lines()}[twin.id] == "gone"


def head_of(desk: Desk) -> str:
    """Return the digest that the officer keeps."""
    return desk.printed("consent", "log", "--head").split()[-1]


def test_a_kept_digest_proves_the_log(desk: Desk, behind: Behind, opener: Opener) -> None:
    """The kept digest is held by a longer log, and by no log that was cut with its head."""
    desk.printed("consent", "add", "Aino Kuusinen")
    first = head_of(desk)
    desk.printed("consent", "add", "Otso Lehto")
    second = head_of(desk)
    assert re.fullmatch(r"[0-9a-f]{64}", first)
    assert first != second
    for kept in (first, second, second.upper()):
        assert "digest that was kept" in desk.printed("consent", "log", "--check", "--head", kept)
    behind(
        "DELETE FROM log WHERE number = 2",
        "DELETE FROM person WHERE name = 'Otso Lehto'",
        "UPDATE log_head SET lines = 1, digest = (SELECT digest FROM log)",
    )
    (desk.config.parent / "user" / "log-heads.json").unlink()
    assert opener(read_only=True).examine_log().fault is None
    desk.printed("consent", "log", "--check", "--head", first)
    assert desk.run("consent", "log", "--check", "--head", second) == 3
    assert "digest" in desk.err


def test_a_wrong_digest_is_told(desk: Desk) -> None:
    """What is no digest is a wrong call; an unknown digest is a broken proof."""
    desk.printed("consent", "add", "Aino Kuusinen")
    assert desk.run("consent", "log", "--check", "--head", "abc") == 2
    assert desk.run("consent", "log", "--check", "--head", "ab" * 32) == 3


def test_a_tampered_register_gives_no_digest(desk: Desk, behind: Behind) -> None:
    """The officer is not handed a digest of what is already wrong."""
    desk.printed("consent", "add", "Aino Kuusinen")
    behind("UPDATE person SET never_in_pictures = TRUE")
    assert desk.run("consent", "log", "--head") == 3
    assert desk.run("consent", "log", "--check") == 3
    assert "p-" in desk.err
