"""photoguard accounts: who is responsible, who can use each account, and what is wanting."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from photoguard.model import Duty, Holder
from photoguard.policy import CHANNELS
from photoguard.policy.responsible import Duties, lacks
from photoguard.register.accounts import read_holders

if TYPE_CHECKING:
    from pathlib import Path

    from photoguard.register import Register
    from tests.register.desk import Desk

TODAY = date(2026, 11, 26)
INSTAGRAM = next(each for channels in CHANNELS.values() for each in channels)


def holder(
    name: str, duty: Duty = Duty.HOLDER, since: date | None = None, until: date | None = None
) -> Holder:
    """Return somebody who may use Instagram, or is responsible."""
    place = "" if duty is Duty.RESPONSIBLE else "instagram"
    return Holder("h", name, duty, place, "", since, until)


@pytest.mark.parametrize(
    ("holders", "codes"),
    [
        ([], ["too_few_responsible", "too_few_holders"]),
        ([holder("A", Duty.RESPONSIBLE)], ["too_few_holders"]),
        ([holder("A", Duty.RESPONSIBLE), holder("A")], ["too_few_holders"]),
        ([holder("A", Duty.RESPONSIBLE), holder("A"), holder("a ")], ["too_few_holders"]),
        ([holder("A", Duty.RESPONSIBLE), holder("A"), holder("B")], []),
    ],
)
def test_one_is_responsible_and_two_can_use_an_account(
    holders: list[Holder], codes: list[str]
) -> None:
    """Below that it is wanting; one person written down twice is one person."""
    found = lacks(holders, [INSTAGRAM], Duties(TODAY, TODAY))
    assert [lack.code.removeprefix("accounts.") for lack in found] == codes


def test_a_comprehensive_school_needs_two() -> None:
    """Where the city asks for two responsible persons, one is too few."""
    one = [holder("A", Duty.RESPONSIBLE)]
    found = lacks(one, [], Duties(TODAY, TODAY, responsible=2))
    assert [(lack.count, lack.needed) for lack in found] == [(1, 2)]


@pytest.mark.parametrize(
    ("days", "counts", "warned"), [(-1, 1, 0), (0, 2, 1), (30, 2, 1), (31, 2, 0)]
)
def test_rights_end_with_their_last_day(days: int, counts: int, warned: int) -> None:
    """The last day counts, the day after it does not; a month before it is told."""
    until = TODAY + timedelta(days=days)
    known = [holder("A", Duty.RESPONSIBLE), holder("B"), holder("C", until=until)]
    found = lacks(known, [INSTAGRAM], Duties(TODAY, TODAY + timedelta(days=30)))
    few = [lack for lack in found if lack.code == "accounts.too_few_holders"]
    assert [lack.count for lack in few] == ([] if counts == 2 else [counts])
    assert sum(lack.code == "accounts.ends_soon" for lack in found) == warned


def test_rights_that_have_not_begun_do_not_count() -> None:
    """Somebody who begins tomorrow cannot use the account today."""
    known = [holder("B"), holder("C", since=TODAY + timedelta(days=1))]
    found = lacks(known, [INSTAGRAM], Duties(TODAY, TODAY, responsible=0))
    assert [lack.count for lack in found] == [1]


def test_the_story_of_a_unit(desk: Desk, register: Register, tmp_path: Path) -> None:
    """Nobody, then two with one for a project; the end is told, and the notice names them."""
    assert desk.run("accounts", "list") == 1
    assert "needed 1" in desk.out
    assert "Facebook: 0 people can use the account" in desk.out
    assert "www:" not in desk.out
    assert desk.run("accounts", "add", "Maija Virtanen") == 2
    every = ("--channel", "instagram", "--channel", "facebook", "--channel", "website")
    desk.printed("accounts", "add", "Maija Virtanen", "--responsible", *every)
    soon = date.today() + timedelta(days=10)  # noqa: DTZ011
    add = ("accounts", "add", "Pekka Koski", *every, "--workplace", "Lauritsalan koulu")
    desk.printed(*add, "--until", soon.isoformat())
    assert desk.run("accounts", "list", "--within", "9") == 0
    assert "Nothing is wanting" in desk.out
    assert desk.run("accounts", "list", "--json") == 1
    printed = json.loads(desk.out)
    assert {lack["code"] for lack in printed["lacks"]} == {"accounts.ends_soon"}
    assert len(printed["holders"]) == 7
    notice = desk.printed("accounts", "notice", "--output", str(tmp_path / "notice.txt"))
    assert "notice.txt" in notice
    text = (tmp_path / "notice.txt").read_text("utf-8")
    assert f"– Pekka Koski (Lauritsalan koulu), until {soon.isoformat()}" in text
    assert text.startswith("Responsible persons and holders of social media accounts: Mallilan")
    first = next(each for each in read_holders(register) if each.name == "Pekka Koski")
    yesterday = date.today() - timedelta(days=1)  # noqa: DTZ011
    assert desk.run("accounts", "end", first.id, "--on", yesterday.isoformat()) == 2
    assert "change a shared password" in desk.printed("accounts", "end", first.id)
    assert desk.run("accounts", "remove", "h-nobody") == 2
    desk.printed("accounts", "remove", first.id)
    assert desk.run("accounts", "list", "--within", "9") == 1
    assert "1 person can use the account" in desk.out
    actions = {line.action for line in register.log_lines()}
    assert actions == {"holder-added", "holder-changed", "holder-removed"}
    assert register.examine_log().fault is None


def test_a_past_duty_is_none_that_holds_now(desk: Desk) -> None:
    """Only the same duty on the same day is there twice: a former one may be written down."""
    add = ("accounts", "add", "Maija Virtanen", "--channel", "instagram")
    desk.printed(*add, "--since", "2025-01-01")
    past = ("--since", "2020-01-01", "--until", "2020-12-31")
    desk.printed(*add, *past)
    desk.printed(*add, "--since", "2022-01-01", "--until", "2022-12-31")
    for days in (
        past,
        ("--since", "2020-12-31", "--until", "2021-06-30"),
        ("--since", "2022-12-31"),
    ):
        assert desk.run(*add, *days) == 2
        assert "written down already" in desk.err
    assert desk.run(*add, "--since", "2024-06-01", "--until", "2025-01-01") == 2
    desk.printed(*add, "--since", "2024-06-01", "--until", "2024-12-31")


def test_a_duty_that_would_end_before_it_begins_is_no_permission(desk: Desk) -> None:
    """The sentence speaks of days, and the remedy of what is over and of what was a mistake."""
    assert desk.run("accounts", "add", "Eero", "--responsible", "--until", "2020-01-01") == 2
    assert "last day" in desk.err
    assert "permission" not in desk.err
    assert "--since" in desk.err
    over = ("--since", "2019-01-01", "--until", "2020-01-01")
    desk.printed("accounts", "add", "Eero", "--responsible", *over)


def test_the_log_and_the_report_of_the_log_name_nobody(desk: Desk, register: Register) -> None:
    """Names stand in the entries only, so that an erasure takes them away whole."""
    desk.printed("accounts", "add", "Maija Virtanen", "--responsible")
    lines = " ".join(f"{line.subject} {line.reason}" for line in register.log_lines())
    assert "Virtanen" not in lines
    assert "account holder added" in desk.printed("consent", "log")
