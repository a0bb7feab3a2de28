"""Who is credited by name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from photoguard.model import (
    PermissionKind,
    Role,
)
from photoguard.policy import (
    Credit,
    credit_in,
    decide,
    may_credit_by_name,
)
from photoguard.presence import TakenBy
from tests.policy.town import (
    OLD,
    child,
    permitted,
    plan,
    pupil,
    question,
    record,
    staff,
    visitor,
    word,
)

NAMED = PermissionKind.NAMED
HIDDEN_STAFF = record(replace(staff(), never_in_pictures=True))
CREDITS: dict[str, tuple[TakenBy | None, bool, bool]] = {
    "nobody": (None, False, False),
    "staff outside the register": (TakenBy(Role.STAFF), True, True),
    "somebody outside the register": (TakenBy(Role.OTHER), True, True),
    "a child outside the register": (TakenBy(Role.CHILD), False, False),
    "staff": (TakenBy(Role.STAFF, record=record(staff())), True, True),
    "a visitor": (TakenBy(Role.OTHER, record=record(visitor())), True, True),
    "staff who said no": (
        TakenBy(Role.STAFF, record=record(staff(), word("own", "no", kind=NAMED))),
        False,
        False,
    ),
    "staff, never in pictures": (TakenBy(Role.STAFF, record=HIDDEN_STAFF), False, False),
    "staff under age": (
        TakenBy(Role.STAFF, record=record(replace(staff(), born=pupil().born))),
        True,
        False,
    ),
    "a pupil": (TakenBy(Role.CHILD, record=permitted()), False, False),
    "a pupil of 15 to be named": (
        TakenBy(Role.CHILD, record=record(pupil(born=OLD), word("own", kind=NAMED))),
        False,
        True,
    ),
    "a pupil under 15, own word": (
        TakenBy(Role.CHILD, record=record(pupil(), word("own", kind=NAMED), guardians="äiti")),
        False,
        False,
    ),
    "a pupil under 15, both words": (
        TakenBy(
            Role.CHILD,
            record=record(
                pupil(), word("own", kind=NAMED), word("äiti", kind=NAMED), guardians="äiti"
            ),
        ),
        False,
        True,
    ),
    "a young child of unknown age, own word": (
        TakenBy(
            Role.CHILD,
            record=record(replace(child(), born=None), word("own", kind=NAMED), guardians="äiti"),
        ),
        False,
        False,
    ),
}


@pytest.mark.parametrize(("taken_by", "without", "with_channel"), CREDITS.values(), ids=CREDITS)
def test_who_is_credited_by_name(
    taken_by: TakenBy | None, *, without: bool, with_channel: bool
) -> None:
    """Adults are named, children only with permission, nobody who must never be in pictures."""
    asking = question(taken_by=taken_by)
    assert may_credit_by_name(asking) is with_channel
    for asked, by_name in ((asking, with_channel), (replace(asking, channels=()), without)):
        credit = credit_in(decide(asked))
        young = taken_by is not None and taken_by.role is Role.CHILD
        grown = Credit.AS_GIVEN if by_name or taken_by is None else Credit.UNIT
        child = Credit.CHILD_NAMED if by_name else Credit.CHILD_NAMELESS
        assert credit is (child if young else grown)
    assert may_credit_by_name(replace(asking, channels=())) is without


def test_the_credit_s_notice_names_the_photographer_by_id() -> None:
    """A child whom the register knows is told by id, a child from outside by nothing."""
    for known, persons in ((permitted(), ("aino",)), (None, ())):
        taken_by = TakenBy(Role.CHILD, ("instagram",), record=known)
        (reason,) = plan(taken_by=taken_by, faces=0).notices
        assert (reason.code, reason.persons, reason.parameters) == (
            "policy.credit_child",
            persons,
            {},
        )
    hidden = TakenBy(Role.STAFF, ("instagram",), record=HIDDEN_STAFF)
    (reason,) = plan(taken_by=hidden, faces=0).notices
    assert (reason.code, reason.persons) == ("policy.credit_unit", ("maija",))
