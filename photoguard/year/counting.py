"""Posts by channel, month and week, against the strategy's one post a week.

A week is one of ISO 8601, from Monday to Sunday, and belongs to the month of its Thursday.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from photoguard.register.posts import Post

_WEEK = 7
_THURSDAY = 3
_FIRST_MONTH = 8
"""August, in which the working year of day care centres and schools begins."""
_HASHTAG = re.compile(r"#\w+")


@dataclass(frozen=True, slots=True)
class Period:
    """The first and last day of a year's page, both included; later days than today count not."""

    first: date
    last: date
    today: date

    @property
    def end(self) -> date:
        """The last day that counts."""
        return min(self.last, self.today)


@dataclass(frozen=True, slots=True)
class Month:
    """The posts of one month."""

    first: date
    """The first day of the month."""
    weeks: int
    """The number of weeks so far."""
    posts: Mapping[str, int]
    """Channel to number of posts."""
    weeks_with: Mapping[str, int]
    """Channel to number of weeks with a post."""


def working_year(today: date) -> Period:
    """Return the working year, from August to July, that contains ``today``."""
    begun = today.year if today.month >= _FIRST_MONTH else today.year - 1
    first = date(begun, _FIRST_MONTH, 1) if begun >= date.min.year else date.min
    ends = begun < date.max.year
    last = date(begun + 1, _FIRST_MONTH, 1) - timedelta(days=1) if ends else date.max
    return Period(first, last, today)


def posts_in(posts: Iterable[Post], period: Period) -> tuple[Post, ...]:
    """Return the posts that were published in a period, also those removed since."""
    return tuple(post for post in posts if period.first <= post.published_on <= period.end)


def by_month(posts: Iterable[Post], period: Period) -> tuple[Month, ...]:
    """Return the months of a period up to today; channels are casefolded names.

    Weeks, and weeks with a post, are counted once their Thursday has come.
    """
    inside = posts_in(posts, period)
    counted = set(_thursdays(period))
    of_month = Counter((_month(post.published_on), post.channel.casefold()) for post in inside)
    with_post = Counter(
        (_month(week), channel)
        for week, channel in {(_thursday(p.published_on), p.channel.casefold()) for p in inside}
        if week in counted
    )
    weeks = Counter(map(_month, counted))
    channels = {post.channel.casefold() for post in inside}
    return tuple(
        Month(
            month,
            weeks[month],
            {channel: of_month[month, channel] for channel in channels},
            {channel: with_post[month, channel] for channel in channels},
        )
        for month in _months(period)
    )


def hashtags(posts: Iterable[Post]) -> tuple[tuple[str, int], ...]:
    """Return each hashtag of the captions with its number of posts, the most used first."""
    spelled: dict[str, str] = {}
    counted: Counter[str] = Counter()
    for post in posts:
        for tag in {found.casefold(): found for found in _HASHTAG.findall(post.caption)}.values():
            spelled.setdefault(tag.casefold(), tag)
            counted[tag.casefold()] += 1
    ordered = sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    return tuple((spelled[tag], count) for tag, count in ordered)


def _month(day: date) -> date:
    return day.replace(day=1)


def _thursday(day: date) -> date:
    return day + timedelta(days=_THURSDAY - day.weekday())


def _thursdays(period: Period) -> Iterable[date]:
    """Yield the Thursdays of a period up to today, one for each of its weeks."""
    day = _thursday(period.first)
    while day <= period.end:
        if day >= period.first:
            yield day
        day += timedelta(days=_WEEK)


def _months(period: Period) -> Iterable[date]:
    month = _month(period.first)
    while month <= period.end:
        yield month
        month = _month(month + timedelta(days=31))
