"""Which days can be right: a mistyped year is refused before anything rests on it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from photoguard.errors import UsageTrouble

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_DAY = date(1991, 1, 1)
"""Nothing was published on the web, permitted for it or taken back before it was public."""
LAST_DAY = date(2099, 12, 31)
"""The last possible end; offices write it for an end that nobody knows."""
MOST_DAYS_AHEAD = 366
"""Most days from today to a publication or another beginning that somebody plans."""


def refuse_too_early(day: date | None, first: date = FIRST_DAY) -> None:
    """Raise UsageTrouble for a day before ``first``, which is a mistyped year."""
    if day and day < first:
        raise UsageTrouble("cli.day_too_early", day=day.isoformat(), first=first.isoformat())


def refuse_too_far(day: date | None, today: date) -> None:
    """Raise UsageTrouble for a planned day that is more than a year ahead.

    Ages are those of that day: with a mistyped year nobody would be under age.
    """
    if day and day > today + timedelta(days=MOST_DAYS_AHEAD):
        raise UsageTrouble("cli.day_too_far", day=day.isoformat())


def refuse_impossible_publication(
    day: date | None, today: date, written: Callable[[date], str]
) -> None:
    """Raise UsageTrouble for a planned day of publication that is over or more than a year ahead.

    Ages and permissions would be those of a day on which nothing can be published any more, or
    on which nobody is under age. ``written`` returns a day as the user writes it.
    """
    if day and day < today:
        raise UsageTrouble("cli.publish_on_past", day=written(day))
    refuse_too_far(day, today)


def refuse_unlikely_end(day: date | None) -> None:
    """Raise UsageTrouble for an end before ``FIRST_DAY`` or after ``LAST_DAY``."""
    refuse_too_early(day)
    if day and day > LAST_DAY:
        raise UsageTrouble("cli.day_too_late", day=day.isoformat(), last=LAST_DAY.isoformat())
