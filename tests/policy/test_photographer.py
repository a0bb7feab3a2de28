"""Whether the photographer lets the photo be published on a channel."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from photoguard.model import (
    Outcome,
    Permission,
    PermissionKind,
    Reason,
    Role,
)
from photoguard.policy import (
    decide,
    may_credit_by_name,
)
from photoguard.presence import TakenBy
from tests.policy.town import (
    DAY,
    FACEBOOK,
    INSTAGRAM,
    OLD,
    SCHOOL,
    at,
    codes,
    plan,
    pupil,
    question,
    ready,
    record,
    word,
)

TAKEN = PermissionKind.PHOTOGRAPHER
PHOTOGRAPHERS: dict[str, tuple[TakenBy | None, Outcome, list[str], list[str]]] = {
    "not told": (None, Outcome.READY, [], ["no_photographer"]),
    "staff, taken for it": (TakenBy(Role.STAFF, ("instagram",)), Outcome.READY, [], []),
    "staff, for what not told": (TakenBy(Role.STAFF), Outcome.READY, [], ["taken_for_not_told"]),
    "child, taken for it": (TakenBy(Role.CHILD, (" Instagram",)), Outcome.READY, [], []),
    "child, for what not told": (
        TakenBy(Role.CHILD),
        Outcome.REVIEW,
        ["photographer_not_asked"],
        [],
    ),
    "somebody else, for what not told": (
        TakenBy(Role.OTHER),
        Outcome.REVIEW,
        ["photographer_not_asked"],
        [],
    ),
    "permission of its own": (
        TakenBy(Role.CHILD, ("website",), (word("p", kind=TAKEN),)),
        Outcome.READY,
        [],
        [],
    ),
    "taken for another channel": (
        TakenBy(Role.STAFF, ("website",)),
        Outcome.BLOCKED,
        ["photographer_other_channel"],
        [],
    ),
    "a permission that ended": (
        TakenBy(
            Role.STAFF,
            ("website",),
            (replace(word("p", kind=TAKEN), valid_until=DAY - timedelta(days=1)),),
        ),
        Outcome.BLOCKED,
        ["photographer_other_channel"],
        [],
    ),
    "a refusal": (
        TakenBy(Role.STAFF, ("instagram",), (word("p", "no", kind=TAKEN),)),
        Outcome.BLOCKED,
        ["photographer_refused"],
        [],
    ),
    "a refusal of another kind": (
        TakenBy(Role.STAFF, ("instagram",), (word("p", "no"),)),
        Outcome.READY,
        [],
        [],
    ),
    "withdrawn": (
        TakenBy(Role.STAFF, ("instagram",), (replace(word("p", kind=TAKEN), withdrawn_on=DAY),)),
        Outcome.BLOCKED,
        ["photographer_refused"],
        [],
    ),
    "a refusal in the person's record": (
        TakenBy(Role.CHILD, ("instagram",), (), record(pupil(), word("own", "no", kind=TAKEN))),
        Outcome.BLOCKED,
        ["photographer_refused"],
        [],
    ),
}


BY_MOTHER = word("äiti", kind=TAKEN)
BACK = replace(BY_MOTHER, withdrawn_on=DAY)
LATER = replace(word("own", kind=TAKEN), given_on=DAY)
YOUNG_PHOTOGRAPHERS = {
    "a guardian's yes only": ((BY_MOTHER,), ["photographer_not_asked"]),
    "their own yes": ((word("own", kind=TAKEN),), []),
    "their own and a guardian's": ((word("own", kind=TAKEN), BY_MOTHER), []),
    "a guardian's no": (
        (word("own", kind=TAKEN), word("äiti", "no", kind=TAKEN)),
        ["photographer_refused"],
    ),
    "a guardian who took it back": ((LATER, BACK), ["photographer_refused"]),
}


@pytest.mark.parametrize(
    ("words", "reasons"), YOUNG_PHOTOGRAPHERS.values(), ids=YOUNG_PHOTOGRAPHERS
)
def test_a_child_gives_the_permission_of_a_photographer(
    words: tuple[Permission, ...], reasons: list[str]
) -> None:
    """A guardian's yes stands in for nobody's own; their no, and what they took back, count."""
    young = TakenBy(Role.CHILD, record=record(pupil(), *words, guardians="äiti"))
    assert codes(plan(taken_by=young).reasons) == reasons


def test_from_15_on_no_guardian_has_a_say_about_photos() -> None:
    """Neither the yes nor the withdrawal of a guardian counts; a city may let a no count."""
    words = (word("own", kind=TAKEN), BACK, word("isä", "no", kind=TAKEN))
    old = TakenBy(Role.CHILD, record=record(pupil(born=OLD), *words, guardians="äiti isä"))
    assert codes(plan(taken_by=old).reasons) == []
    strict = replace(SCHOOL, guardians_from_age_limit="no_counts")
    assert codes(plan(taken_by=old, rules=strict).reasons) == ["photographer_refused"]


def test_several_photographers_of_a_name_are_told_and_none_is_named() -> None:
    """Staff learn that the name was not enough; a name in the credit could be the wrong one's."""
    asked = question(taken_by=TakenBy(Role.STAFF, ("instagram",), several=True))
    assert "photographer_several" in codes(decide(asked).notices)
    assert not may_credit_by_name(asked)


@pytest.mark.parametrize(
    ("taken_by", "outcome", "reasons", "notices"), PHOTOGRAPHERS.values(), ids=PHOTOGRAPHERS
)
def test_photographers(
    taken_by: TakenBy | None, outcome: Outcome, reasons: list[str], notices: list[str]
) -> None:
    """A photo goes where it was taken for, or where the photographer permits it."""
    decided = plan(taken_by=taken_by, people=(at(0, None),))
    assert decided.outcome is outcome
    assert codes(decided.reasons) == reasons
    asked = [each for each in decided.notices if not each.code.startswith("policy.credit")]
    assert codes(tuple(asked)) == [*notices, "face_unknown"]
    for reason in (*decided.reasons, *asked[:-1]):
        assert reason.parameters == ({"channel": "Instagram"} if taken_by else {})
        assert reason.persons == (("aino",) if taken_by and taken_by.record else ())


def test_every_channel_is_asked_of_the_photographer() -> None:
    """Taken for Instagram is not taken for Facebook."""
    asked = question(taken_by=TakenBy(Role.STAFF, ("instagram",)))
    decided = decide(replace(asked, channels=(INSTAGRAM, FACEBOOK)))
    assert decided.outcome is Outcome.BLOCKED
    assert decided.reasons[0].parameters == {"channel": "Facebook"}


@pytest.mark.parametrize(
    ("given", "channel"),
    [
        (word("p", "no", kind=TAKEN, channel=""), "*"),
        (word("p", "no", kind=TAKEN), "instagram"),
        (replace(word("p", kind=TAKEN), withdrawn_on=DAY), "instagram"),
    ],
)
def test_a_refusal_holds_without_a_channel_too(given: object, channel: str) -> None:
    """Leaving the channel out of the command does not lift a photographer's refusal."""
    asked = question(taken_by=TakenBy(Role.STAFF, (), (given,)))  # type: ignore[arg-type]
    decided = decide(replace(asked, channels=()))
    assert decided.outcome is Outcome.BLOCKED
    assert decided.reasons == (Reason("policy.photographer_refused", (), {"channel": channel}),)


def test_a_permission_is_no_refusal() -> None:
    """Without a channel a photographer's yes holds nothing."""
    asked = question(taken_by=TakenBy(Role.STAFF, (), (word("p", kind=TAKEN),)))
    assert ready(decide(replace(asked, channels=())))


def test_a_city_can_ask_for_the_photographer() -> None:
    """Where the photographer is required, a photo without one waits."""
    required = replace(SCHOOL, photographer_required=True)
    decided = plan(taken_by=None, rules=required)
    assert decided.outcome is Outcome.REVIEW
    assert codes(decided.reasons) == ["photographer_required"]
    assert plan(rules=required).outcome is Outcome.READY


@pytest.mark.parametrize(
    ("taken_for", "role"), [(("website",), Role.STAFF), ((), Role.STAFF), ((), Role.CHILD)]
)
def test_what_is_said_of_a_photographer_names_the_person(
    taken_for: tuple[str, ...], role: Role
) -> None:
    """A photographer whom the register knows is told by id."""
    decided = plan(taken_by=TakenBy(role, taken_for, record=record(pupil())))
    (given,) = [
        each for each in (*decided.reasons, *decided.notices) if "channel" in each.parameters
    ]
    assert given.persons == ("aino",)
