"""A question and a plan as values, and what forbids a photo."""

from __future__ import annotations

import pickle

from photoguard.model import (
    Action,
    Sight,
)
from photoguard.policy import (
    BLOCKING,
    Question,
    Rules,
    decide,
)
from photoguard.presence import Presence
from tests.policy.town import (
    DAY,
    REFUSED,
    at,
    named,
    permitted,
    plan,
    question,
)


def test_a_plan_travels_between_workers() -> None:
    """Questions and plans can be handed to another worker and come back equal."""
    asked = question(permitted(), REFUSED, people=(at(0), named("liisa")))
    assert pickle.loads(pickle.dumps(asked)) == asked  # noqa: S301 - made in this line
    decided = decide(asked)
    assert pickle.loads(pickle.dumps(decided)) == decided  # noqa: S301 - made in this line


def test_what_forbids_is_a_short_list() -> None:
    """Only these codes forbid a photo: the list changes together with the city's rules."""
    assert sorted(BLOCKING) == [
        "policy.never_in_pictures",
        "policy.photographer_other_channel",
        "policy.photographer_refused",
        "policy.withdrawn_not_located",
        "policy.work_not_permitted",
        "policy.work_unknown",
    ]


def test_nobody_is_kept_by_default() -> None:
    """The defaults of a question are the cautious ones."""
    assert Question(Sight(()), DAY).rules == Rules()
    assert Question(Sight(()), DAY).presence == Presence()
    assert Rules().guardians == "all"
    assert Rules().age_limit == 15
    assert Action.KEEP not in {planned.action for planned in plan(rules=Rules()).faces}


def test_an_id_without_a_record_has_no_verdict_of_its_own() -> None:
    """Nobody is allowed for want of a record."""
    assert question().shown("ghost").allowed is False
