"""Somebody who is a person and a photographer of the register takes both words back at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from photoguard.model import Answer, Capacity, Noted, PermissionKind, Photographer, Role
from photoguard.register.changes import writing
from photoguard.register.posts import Post, PostPhoto, add_post
from tests.register.people import LOGIN, TODAY, permitted, pupil, word

if TYPE_CHECKING:
    from pathlib import Path

    from photoguard.register import Register
    from tests.register.desk import Desk

LINK = "https://instagram.example/p/7"


@pytest.fixture
def place(tmp_path: Path) -> str:
    """Return where the register lies; what is asked here is the same on every database."""
    return str(tmp_path / "register.sqlite3")


@pytest.fixture
def ids(register: Register) -> tuple[str, str]:
    """Make a pupil who is linked to a photographer; return both ids."""
    with writing(register, LOGIN) as change:
        aino = permitted(change, pupil(), 1)
        entry = Photographer("", "A. Kuusinen", Role.CHILD, aino.id)
        taker = change.add_photographer(entry)
        for each in (taker.id, aino.id):
            change.give(word(each, each, kind=PermissionKind.PHOTOGRAPHER))
        photo = PostPhoto("a.jpg", "0" * 64, noted=(Noted(taker.id, Capacity.PHOTOGRAPHER),))
        add_post(change, Post("", "instagram", LINK, TODAY, (photo,)))
    return aino.id, taker.id


def standing(register: Register, *subjects: str) -> list[PermissionKind]:
    """Return of which kinds the permissions are that nobody has withdrawn."""
    words = (each for subject in subjects for each in register.permissions(subject))
    return sorted(each.kind for each in words if not each.withdrawn_on)


def test_a_person_takes_everything_back(
    desk: Desk, register: Register, ids: tuple[str, str]
) -> None:
    """What they said as a photographer ends too, each is told, and the post is found."""
    printed = desk.printed("consent", "withdraw", "Aino Kuusinen")
    assert standing(register, *ids) == []
    assert "4 permissions were withdrawn" in printed
    assert printed.count("photographer") == 2
    assert LINK in printed
    assert "still hold" not in printed


def test_what_is_left_is_told(desk: Desk, register: Register, ids: tuple[str, str]) -> None:
    """A photographer who takes photos back stays shown, and whoever asked reads so."""
    printed = desk.printed("consent", "withdraw", ids[1])
    assert standing(register, *ids) == [PermissionKind.SHOWN] * 2
    assert "2 permissions were withdrawn" in printed
    assert LINK in printed
    printed = desk.printed("consent", "withdraw", ids[0], "--by", "self")
    assert "1 permission was not withdrawn" in printed
    assert "guardian 1" in printed


def test_a_guardian_takes_their_own_back_only(
    desk: Desk, register: Register, ids: tuple[str, str]
) -> None:
    """A guardian's withdrawal leaves what the child said as a photographer, and says so."""
    assert desk.run("consent", "withdraw", ids[1], "--by", "guardian-1") == 2
    printed = desk.printed("consent", "withdraw", ids[0], "--by", "guardian-1")
    assert "1 permission was withdrawn" in printed
    assert "3 permissions were not withdrawn" in printed
    assert len(standing(register, *ids)) == 3


def test_a_namesake_is_named_and_left(desk: Desk, register: Register, ids: tuple[str, str]) -> None:
    """Whether a photographer of the same name is the same person, only staff can know."""
    with writing(register, LOGIN) as change:
        other = change.add_photographer(Photographer("", "Aino Kuusinen", Role.OTHER))
        change.give(word(other.id, other.id, kind=PermissionKind.PHOTOGRAPHER))
    printed = desk.printed("consent", "withdraw", "Aino Kuusinen")
    assert other.id in printed
    assert standing(register, *ids, other.id) == [PermissionKind.PHOTOGRAPHER]


def test_a_no_that_a_person_gives_concerns_the_photographers_post(
    desk: Desk, ids: tuple[str, str]
) -> None:
    """The post was noted under one id, the no stands under the other."""
    said = ("--kind", "photographer", "--channel", "instagram", "--no")
    assert LINK in desk.printed("consent", "give", ids[0], *said)
    assert desk.printed("published", "list", "--takedown").count(LINK) == 1


def test_two_photographers_of_a_name_are_asked_about(desk: Desk, register: Register) -> None:
    """Neither is taken for the other, and neither is unknown."""
    with writing(register, LOGIN) as change:
        both = [
            change.add_photographer(Photographer("", "Kai Kuva", role))
            for role in (Role.STAFF, Role.OTHER)
        ]
    said = ("--channel", "instagram", "--no")
    assert desk.run("consent", "give", "Kai Kuva", *said) == 2
    assert all(each.id in desk.err for each in both)
    desk.printed("consent", "give", both[0].id, *said)
    (found,) = register.permissions(both[0].id)
    assert found.answer is Answer.NO
