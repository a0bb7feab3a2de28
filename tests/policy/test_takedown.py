"""Who is noted for a photo without a visible face is asked about as well."""

from __future__ import annotations

from dataclasses import replace

import pytest

from photoguard.model import Answer, Capacity, Noted
from photoguard.policy.takedown import PostQuestion, first_refusal, refusal
from photoguard.register.snapshot import Snapshot
from tests.policy.town import DAY, INSTAGRAM, NEVER, SCHOOL, WITHDRAWN, permitted

TOWN = Snapshot((NEVER, WITHDRAWN, permitted()), (), (), {}, "r")
QUESTION = PostQuestion(TOWN, SCHOOL, INSTAGRAM, DAY)


@pytest.mark.parametrize("capacity", [Capacity.HIDDEN, Capacity.NAMED])
@pytest.mark.parametrize("published", [True, False])
def test_whoever_is_never_in_pictures_is_refused_hidden_too(
    capacity: Capacity,
    published: bool,  # noqa: FBT001
) -> None:
    """The mark counts for a hidden face and for a name without a face, published or not."""
    question = replace(QUESTION, published=published)
    found = refusal(Noted(NEVER.person.id, capacity), question)
    assert found is not None
    assert found.code == "policy.never_in_pictures"


def test_a_withdrawal_takes_a_published_photo_down_and_leaves_a_hidden_copy() -> None:
    """Before publication a hidden face suffices; what is up comes down."""
    noted = Noted(WITHDRAWN.person.id, Capacity.HIDDEN)
    assert refusal(noted, QUESTION) is None
    found = refusal(noted, replace(QUESTION, published=True))
    assert found is not None
    assert found.code == "policy.own_withdrawn"


def test_a_no_after_a_withdrawal_leaves_the_post_to_be_taken_down() -> None:
    """Whoever says no as well has taken the word back all the same."""
    no = replace(WITHDRAWN.permissions[0], answer=Answer.NO, withdrawn_on=None)
    both = replace(WITHDRAWN, permissions=(*WITHDRAWN.permissions, no))
    question = replace(QUESTION, register=Snapshot((both,), (), (), {}, "r"), published=True)
    found = refusal(Noted(both.person.id, Capacity.HIDDEN), question)
    assert found is not None
    assert found.code == "policy.own_withdrawn"


def test_a_no_from_the_beginning_takes_no_hidden_face_down() -> None:
    """Whoever never said yes was hidden for that, and stays so."""
    no = replace(WITHDRAWN.permissions[0], answer=Answer.NO, withdrawn_on=None)
    only = replace(WITHDRAWN, permissions=(no,))
    question = replace(QUESTION, register=Snapshot((only,), (), (), {}, "r"), published=True)
    assert refusal(Noted(only.person.id, Capacity.HIDDEN), question) is None


def test_nobody_is_refused_who_may_be_shown() -> None:
    """The first refusal among everybody is none where all may be there."""
    shown = Noted(permitted().person.id, Capacity.SHOWN)
    assert first_refusal([shown], QUESTION) is None
    assert first_refusal([shown, Noted("p-nobody", Capacity.SHOWN)], QUESTION) is not None
