"""Posts against one post a week: by channel, month and week, whatever the days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoguard.register.posts import Post
from photoguard.year.counting import Period, by_month, hashtags, posts_in, working_year

TODAY = date(2027, 7, 31)


def post(day: date, channel: str = "instagram", caption: str = "") -> Post:
    """Return a post of a day."""
    return Post(f"j-{day}", channel, "", day, caption=caption)


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        (date(2026, 8, 1), date(2026, 8, 1), date(2027, 7, 31)),
        (date(2027, 7, 31), date(2026, 8, 1), date(2027, 7, 31)),
        (date(2027, 2, 28), date(2026, 8, 1), date(2027, 7, 31)),
    ],
)
def test_the_working_year_begins_in_august(today: date, first: date, last: date) -> None:
    """It runs from August to July, whatever the day in it."""
    period = working_year(today)
    assert (period.first, period.last, period.end) == (first, last, today)


def test_a_week_belongs_to_the_month_of_its_thursday() -> None:
    """Two posts of one week are one week with a post, even across a month's end."""
    period = Period(date(2026, 9, 1), date(2026, 10, 31), TODAY)
    # 28 September 2026 is a Monday: its week's Thursday is 1 October.
    months = by_month([post(date(2026, 9, 28)), post(date(2026, 10, 2), "Instagram")], period)
    assert [month.first.month for month in months] == [9, 10]
    assert [month.posts["instagram"] for month in months] == [1, 1]
    assert [month.weeks_with["instagram"] for month in months] == [0, 1]
    assert [month.weeks for month in months] == [4, 5]


def test_nothing_of_the_future_or_of_another_year_counts() -> None:
    """A post after today, before the first day or after the last is not counted."""
    period = Period(date(2026, 8, 1), date(2027, 7, 31), date(2026, 9, 3))
    days = [date(2026, 7, 31), date(2026, 8, 1), date(2026, 9, 3), date(2026, 9, 4)]
    assert len(posts_in(map(post, days), period)) == 2
    assert [month.weeks for month in by_month([], period)] == [4, 1]


def test_a_post_on_monday_makes_no_week_more_than_there_were() -> None:
    """On a Tuesday the week is not yet counted, and nor is the post in it."""
    days = [date(2026, 11, 3), date(2026, 11, 10), date(2026, 11, 16)]
    (month,) = by_month(map(post, days), Period(date(2026, 11, 1), TODAY, date(2026, 11, 17)))
    assert (month.posts["instagram"], month.weeks_with["instagram"], month.weeks) == (3, 2, 2)


@pytest.mark.parametrize("day", [date.min, date(1, 8, 1), date(9999, 7, 31), date.max])
def test_the_first_and_the_last_year_of_the_calendar_have_a_working_year(day: date) -> None:
    """A day that somebody mistyped is no reason to fall over."""
    period = working_year(day)
    assert period.first <= day <= period.last


@given(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(0, 500),
    st.lists(st.integers(-20, 520), max_size=40),
)
def test_a_year_of_posts_has_no_more_weeks_than_there_are(
    first: date, length: int, days: list[int]
) -> None:
    """Every post is in one month, weeks with a post never outnumber posts."""
    period = Period(first, first + timedelta(days=length), date(2040, 1, 1))
    posts = [post(first + timedelta(days=day)) for day in days]
    months = by_month(posts, period)
    counted = sum(month.posts.get("instagram", 0) for month in months)
    assert counted == len(posts_in(posts, period))
    assert sum(month.weeks_with.get("instagram", 0) for month in months) <= counted
    for month in months:
        assert month.weeks_with.get("instagram", 0) <= month.weeks
    assert abs(sum(month.weeks for month in months) - length / 7) <= 1


def test_hashtags_are_counted_once_a_post_in_any_letters() -> None:
    """The spelling met first is shown; a tag twice in one caption is one post."""
    captions = ["Retki #LPRoppii #Metsähanke", "#lproppii #LPRoppii", "ei mitään"]
    found = hashtags(post(TODAY, caption=caption) for caption in captions)
    assert found == (("#LPRoppii", 2), ("#Metsähanke", 1))
