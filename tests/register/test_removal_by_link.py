"""Posts are ticked off by what staff have at hand: the id, or the link."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from photoguard.register import open_register
from photoguard.register.changes import writing
from photoguard.register.posts import Post, add_post, read_posts
from tests.register.desk import prepared
from tests.register.people import LOGIN

if TYPE_CHECKING:
    from pathlib import Path

    from tests.register.desk import Desk

LINK = "https://instagram.example/p/1"
UP = date(2025, 12, 1)


def _posts(desk: Desk, *links: str) -> list[Post]:
    """Record a post for each link in the register of this desk."""
    register = open_register(_place(desk), "Mallilan koulu")
    with writing(register, LOGIN) as change:
        return [add_post(change, Post("", "instagram", link, UP)) for link in links]


def _place(desk: Desk) -> str:
    return desk.config.read_text("utf-8").partition('register = "')[2].partition('"')[0]


def _still_up(desk: Desk) -> set[str]:
    posts = read_posts(open_register(_place(desk), "Mallilan koulu"))
    return {post.id for post in posts if post.removed_on is None}


def test_a_link_ticks_its_posts_that_are_up(desk: Desk) -> None:
    """Every post of the link goes, once each, and no other."""
    first, second, other = _posts(desk, LINK, LINK, "https://instagram.example/p/2")
    desk.printed("published", "remove", first.id)
    assert "1 post " in desk.printed("published", "remove", LINK, second.id)
    assert _still_up(desk) == {other.id}


def test_an_unknown_link_ticks_nothing(desk: Desk) -> None:
    """A link that nobody recorded, or none, is refused, and what stood beside it stays up."""
    (post,) = _posts(desk, "")
    for unknown in ("https://instagram.example/p/9", ""):
        assert desk.run("published", "remove", post.id, unknown) == 2
    assert _still_up(desk) == {post.id}


def test_a_post_is_not_ticked_off_for_a_day_to_come(desk: Desk) -> None:
    """A mistyped year would hide a post that is still up from everybody who asks what is due."""
    (post,) = _posts(desk, LINK)
    for more in ((), ("--failed", "no password")):
        assert desk.run("published", "remove", post.id, "--on", "2999-01-01", *more) == 2
        assert "2999-01-01" in desk.err
    assert _still_up(desk) == {post.id}
    desk.printed("published", "remove", post.id, "--on", "2026-01-01")
    assert _still_up(desk) == set()


def test_a_post_does_not_come_down_before_it_is_up(desk: Desk, tmp_path: Path) -> None:
    """A mistyped year ticks nothing; a post that was planned for later can be given up today."""
    (post,) = _posts(desk, LINK)
    for more in ((), ("--failed", "no password")):
        for wrong in ("2025-11-30", "1026-01-01"):
            assert desk.run("published", "remove", post.id, "--on", wrong, *more) == 2
            assert wrong in desk.err
            assert "2025-12-01" in desk.err
    assert _still_up(desk) == {post.id}
    desk.printed("published", "remove", post.id, "--on", "2025-12-01")
    folder = prepared(tmp_path / "planned", {})
    later = (date.today() + timedelta(days=7)).isoformat()  # noqa: DTZ011 - a calendar day, here
    add = ("published", "add", str(folder), "--channel", "instagram", "--looked", "--on", later)
    desk.printed(*add)
    (planned,) = _still_up(desk)
    desk.printed("published", "remove", planned)
    assert _still_up(desk) == set()


def test_the_day_of_a_removal_stays(desk: Desk) -> None:
    """Ticked off a second time, a post keeps the day on which it went; the other one goes."""
    first, second = _posts(desk, LINK, "https://instagram.example/p/2")
    desk.printed("published", "remove", first.id, "--on", "2026-01-05")
    for more in ((), ("--failed", "no password")):
        assert "2026-01-05" in desk.printed("published", "remove", first.id, *more)
    assert "1 post " in desk.printed("published", "remove", first.id, second.id)
    assert "2026-01-05" in desk.printed("published", "show", first.id)


def test_days_that_cannot_be_right_are_refused(desk: Desk, tmp_path: Path) -> None:
    """A mistyped year decides whom the takedown list asks about, and what a later yes is worth."""
    folder = prepared(tmp_path / "days", {}, {})
    add = ("published", "add", str(folder), "--channel", "instagram", "--looked", "--url", LINK)
    for wrong in (
        ("--taken-from", "2025-05-02", "--taken-until", "2025-05-01"),
        ("--taken-from", "2999-05-01"),
        ("--taken-until", "2025-05-02", "--on", "2025-05-01"),
    ):
        assert desk.run(*add, *wrong) == 2
        assert "cannot be right" in desk.err
    assert _still_up(desk) == set()
    desk.printed(*add, "--taken-from", "2025-05-01", "--taken-until", "2025-05-01")
    desk.printed("consent", "add", "Aino Kuusinen", "--group", "5B", "--born", "2010-01-01")
    desk.printed("consent", "give", "Aino Kuusinen", "--channel", "instagram", "--purpose", "x")
    assert desk.run("consent", "withdraw", "Aino Kuusinen", "--on", "2999-01-01") == 2
    assert "2999-01-01" in desk.err


def test_a_group_that_nobody_is_in_is_told(desk: Desk, tmp_path: Path) -> None:
    """The takedown list would ask nobody of the group that was meant."""
    desk.printed("consent", "add", "Aino Kuusinen", "--group", "5B", "--born", "2010-01-01")
    folder = prepared(tmp_path / "groups", {}, {})
    add = ("published", "add", str(folder), "--channel", "instagram", "--looked", "--photo")
    assert "no class or group 5C" in desk.printed(*add, "photo-001.jpg", "--group", "5C")
    assert "no class" not in desk.printed(*add, "photo-002.jpg", "--group", "5b")
