"""A post is searched for whoever was in its group then, not for whoever is in it today."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from photoguard.register.changes import writing
from photoguard.register.groups import LATE, LeftGroup, digest_of, groups_between
from photoguard.register.posts import Post, add_post
from tests.register.people import LOGIN, TODAY, permitted, pupil

if TYPE_CHECKING:
    from photoguard.register import Register
    from tests.register.desk import Desk

MOVED = date(2026, 8, 15)
DAY = timedelta(days=1)
LEFT = (LeftGroup(MOVED, digest_of("5B")),)
AINO = replace(pupil(group="6B"), id="p-1")


def test_a_transfer_is_remembered_by_day() -> None:
    """Before it the old group counts, after it the new one, and around it both."""
    old, new = digest_of(" 5b"), digest_of("6B")
    assert old != new
    before = MOVED - LATE - DAY
    assert groups_between(AINO, LEFT, before, before) == {old}
    assert groups_between(AINO, LEFT, MOVED - LATE, MOVED - LATE) == {old, new}
    assert groups_between(AINO, LEFT, MOVED, MOVED) == {old, new}
    assert groups_between(AINO, LEFT, MOVED + DAY, MOVED + DAY) == {new}
    assert groups_between(AINO, LEFT, before, MOVED + DAY) == {old, new}


def test_whoever_had_no_group_may_be_in_any_post() -> None:
    """A group that nobody wrote down keeps no post off the list."""
    post = Post("j-1", "instagram", "", MOVED + DAY, groups=("5A",))
    assert not post.may_show(AINO, None, TODAY, LEFT)
    assert post.may_show(replace(AINO, group=""), None, TODAY)
    assert post.may_show(AINO, None, TODAY, (LeftGroup(MOVED + 2 * DAY, ""),))


def test_a_withdrawal_finds_the_posts_of_the_class_of_then(desk: Desk, register: Register) -> None:
    """A post of the class before comes up too, and the log does not name that class."""
    with writing(register, LOGIN) as change:
        aino = permitted(change, pupil())
        for link, group in (("https://a.example/5b", "5B"), ("https://a.example/6b", "6B")):
            add_post(change, Post("", "instagram", link, TODAY, groups=(group,)))
    desk.printed("consent", "change", aino.id, "--group", "6B")
    (left,) = register.snapshot().groups_left[aino.id]
    assert left.group == digest_of("5B")
    printed = desk.printed("consent", "withdraw", aino.id)
    assert "https://a.example/5b" in printed
    assert "5B" not in desk.printed("consent", "log")
    assert register.examine_log().fault is None


def test_only_another_group_is_a_transfer(desk: Desk, register: Register) -> None:
    """A name that is mended, or a group that is written in another way, leaves no group."""
    with writing(register, LOGIN) as change:
        aino = permitted(change, pupil())
    desk.printed("consent", "change", aino.id, "--group", " 5b ", "--name", "Aino Kuusi")
    assert register.snapshot().groups_left == {}
