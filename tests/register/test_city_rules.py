"""Each row of the city's rules, from what the register holds to what happens to a face.

Written to a real register, read back read-only as ``prepare`` reads it, and decided.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from photoguard.model import (
    Action,
    Answer,
    Box,
    Face,
    Outcome,
    Permission,
    PermissionKind,
    Person,
    PersonKind,
    PhotoNotes,
    Plan,
    Role,
    Sight,
    Stage,
    Unit,
)
from photoguard.policy import Question, Rules, channels_for, decide
from photoguard.presence import Clues, who_is_in
from photoguard.register.changes import Writing, writing
from tests.register.people import LOGIN, TODAY, permitted, pupil, word

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.register.conftest import Opener

    Giving = Callable[[Writing], Person]

SCHOOL = Rules(unit=Unit.BASIC_EDUCATION)
DAYCARE = Rules(unit=Unit.EARLY_CHILDHOOD)
FACE = Face(Box(10, 10, 50, 60), 0.9, ("centerface",))
CHILDHOOD = date(2014, 3, 5)
BIRTHDAY = date(2011, 11, 22)
"""Of somebody who is 15 on the day of publication."""


def ask(opener: Opener, notes: PhotoNotes, rules: Rules = SCHOOL, *channels: str) -> Plan:
    """Decide about a photo of one face from a register that is read anew."""
    snapshot = opener(read_only=True).snapshot()
    presence = who_is_in(Clues(notes), (FACE,), snapshot)
    channels_ = channels_for(channels or ("instagram",), rules.unit)
    return decide(Question(Sight((FACE,)), TODAY, rules, channels_, presence))


def shown(opener: Opener, giving: Giving, rules: Rules = SCHOOL, *channels: str) -> bool:
    """Tell whether the person that ``giving`` adds stays visible at the photo's one face."""
    with writing(opener(), LOGIN) as change:
        person = giving(change)
    notes = PhotoNotes(people=(f"{person.id}#1",), works=())
    return ask(opener, notes, rules, *channels).faces[0].action is Action.KEEP


def _own_word_only(born: date) -> Giving:
    def giving(change: Writing) -> Person:
        kept = change.add_person(pupil(born=born), TODAY)
        change.add_guardian(kept.id, "Huoltaja")
        change.give(word(kept.id, kept.id))
        return kept

    return giving


def _with(answer: Answer) -> Giving:
    """Say yes by all, and one more word of the pupil's own."""

    def giving(change: Writing) -> Person:
        kept = permitted(change, pupil())
        change.give(word(kept.id, kept.id, answer))
        return kept

    return giving


def _withdrawn(change: Writing) -> Person:
    kept = change.add_person(pupil(born=BIRTHDAY), TODAY)
    change.withdraw(change.give(word(kept.id, kept.id)).id, TODAY)
    return kept


def _only(given: Permission) -> Giving:
    """Somebody of 15 who has said this and nothing else."""

    def giving(change: Writing) -> Person:
        kept = change.add_person(pupil(born=BIRTHDAY), TODAY)
        change.give(replace(given, person=kept.id, given_by=kept.id))
        return kept

    return giving


def _staff(change: Writing) -> Person:
    adult = pupil("Opettaja Esimerkki", born=None, kind=PersonKind.STAFF, stage=Stage.NONE)
    return permitted(change, adult, guardians=0)


def _child(change: Writing) -> Person:
    return permitted(change, pupil(kind=PersonKind.CHILD, stage=Stage.EARLY_CHILDHOOD))


@pytest.mark.parametrize(
    ("giving", "rules", "expected"),
    [
        pytest.param(lambda c: permitted(c, pupil()), SCHOOL, True, id="under 15, all said yes"),
        pytest.param(_own_word_only(CHILDHOOD), SCHOOL, False, id="under 15, guardian missing"),
        pytest.param(_own_word_only(BIRTHDAY), SCHOOL, True, id="15 today, own word"),
        pytest.param(_own_word_only(date(2011, 11, 23)), SCHOOL, False, id="15 tomorrow"),
        pytest.param(_with(Answer.NO), SCHOOL, False, id="a no beats any yes"),
        pytest.param(_withdrawn, SCHOOL, False, id="withdrawn"),
        pytest.param(
            _only(word("", "", valid_until=date(2026, 11, 21))), SCHOOL, False, id="ended yesterday"
        ),
        pytest.param(_only(word("", "", valid_until=TODAY)), SCHOOL, True, id="ends today"),
        pytest.param(_only(word("", "", channel="facebook")), SCHOOL, False, id="another channel"),
        pytest.param(_only(word("", "", purpose="")), SCHOOL, False, id="incomplete"),
        pytest.param(
            lambda c: permitted(c, pupil(never_in_pictures=True)), SCHOOL, False, id="never"
        ),
        pytest.param(_child, DAYCARE, False, id="a child of early childhood"),
        pytest.param(_child, SCHOOL, False, id="a visiting child: the stricter stage"),
        pytest.param(_staff, DAYCARE, True, id="staff with their own word"),
    ],
)
def test_who_may_be_shown(opener: Opener, giving: Giving, rules: Rules, expected: bool) -> None:  # noqa: FBT001
    """A face stays only where the row of the rules says so."""
    assert shown(opener, giving, rules) is expected


def test_every_channel_of_a_run_has_to_be_permitted(opener: Opener) -> None:
    """A permission for one of two channels shows nobody."""
    with writing(opener(), LOGIN) as change:
        person = permitted(change, pupil())
    notes = PhotoNotes(people=(f"{person.id}#1",), works=())
    both = ask(opener, notes, SCHOOL, "instagram", "facebook")
    assert both.faces[0].action is Action.HIDE


def test_a_withdrawn_person_without_a_place_blocks(opener: Opener) -> None:
    """Somebody who took the permission back and cannot be located stops the photo."""
    with writing(opener(), LOGIN) as change:
        person = _withdrawn(change)
    plan = ask(opener, PhotoNotes(people=(person.id,), works=()))
    assert plan.outcome is Outcome.BLOCKED


def test_never_in_pictures_blocks_the_photo(opener: Opener) -> None:
    """A photo that names somebody who is never in pictures is not written."""
    with writing(opener(), LOGIN) as change:
        person = permitted(change, pupil(never_in_pictures=True))
    plan = ask(opener, PhotoNotes(people=(f"{person.id}#1",), works=()))
    assert plan.outcome is Outcome.BLOCKED


@pytest.mark.parametrize("given", [True, False])
def test_a_work_needs_its_makers_word(opener: Opener, given: bool) -> None:  # noqa: FBT001
    """A child's work is published with the child's permission for works only."""
    with writing(opener(), LOGIN) as change:
        person = change.add_person(pupil(), TODAY)
        if given:
            change.give(word(person.id, person.id, kind=PermissionKind.OWN_WORK))
    plan = ask(opener, PhotoNotes(works=(person.id,)))
    assert (plan.outcome is Outcome.BLOCKED) is not given


def test_a_photographers_no_blocks(opener: Opener) -> None:
    """The photographer owns the photo: a recorded no stops it."""
    with writing(opener(), LOGIN) as change:
        person = change.add_person(pupil(), TODAY)
        change.give(word(person.id, person.id, Answer.NO, kind=PermissionKind.PHOTOGRAPHER))
    notes = PhotoNotes(photographer=person.id, photographer_role=Role.CHILD, works=())
    plan = ask(opener, replace(notes, taken_for=("facebook",)))
    assert plan.outcome is Outcome.BLOCKED
