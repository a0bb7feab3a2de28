"""A unit's year as an HTML page to print, or as rows for CSV."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from photoguard.model import Language
from photoguard.pages import template
from photoguard.texts import say, written_day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from photoguard.model import Figures
    from photoguard.year.audit import ChannelAudit, Ending, Waiting
    from photoguard.year.counting import Month, Period


@dataclass(frozen=True, slots=True)
class Overdue:
    """A published post for which the permissions of ``people`` people have ended.

    ``since`` is the day from which on it is overdue, None where that is not known.
    """

    post: str
    channel: str
    published: date
    since: date | None
    people: int
    url: str


@dataclass(frozen=True, slots=True)
class Year:
    """The content of the page; ``channels`` are platforms by casefolded channel name."""

    unit: str
    period: Period
    channels: Mapping[str, str]
    months: tuple[Month, ...]
    hashtags: tuple[tuple[str, int], ...] = ()
    figures: tuple[Figures, ...] = ()
    overdue: tuple[Overdue, ...] = ()
    outside: tuple[ChannelAudit, ...] = ()
    ending: tuple[Ending, ...] = ()
    ending_until: date | None = None
    waiting: tuple[Waiting, ...] = ()
    lacks: tuple[str, ...] = ()
    """What the unit's accounts lack, as sentences."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table; ``warns``: it shows something that a person has to put right."""

    cells: tuple[str, ...]
    warns: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, a sentence below it, and a table that may be empty."""

    title: str
    note: str
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    width: str = "whole"
    """The least part of the page's width that it takes: ``whole``, ``half`` or ``third``."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Writes sentences of the catalogue ``year``, days and channels in one language."""

    language: Language
    channels: Mapping[str, str] = field(default_factory=dict)

    def say(self, name: str, count: int | None = None, /, **parameters: str | int) -> str:
        """Return the sentence ``year.NAME``."""
        return say(f"year.{name}", self.language, count, **parameters)

    def columns(self, *names: str) -> tuple[str, ...]:
        """Return the headings ``year.col_NAME`` of columns."""
        return tuple(self.say(f"col_{name}") for name in names)

    def day(self, day: date | None) -> str:
        """Return a day as it is written in the language, "–" for None."""
        if day is None:
            return "–"
        return written_day(day, self.language)

    def channel(self, name: str) -> str:
        """Return a channel's name as its owner writes it."""
        return self.channels.get(name.casefold(), name) or "–"


def sections(year: Year, language: Language) -> tuple[Section, ...]:
    """Return the page's sections in their order: first those that a person has to act on."""
    wording = Wording(language, year.channels)
    made: tuple[Callable[[Year, Wording], Section], ...] = (
        _overdue,
        _pace,
        _outside,
        _waiting,
        _figures,
        _ending,
        _hashtags,
        _accounts,
    )
    return tuple(make(year, wording) for make in made)


def _overdue(year: Year, wording: Wording) -> Section:
    rows = tuple(
        Row(
            (
                each.post,
                wording.channel(each.channel),
                wording.day(each.published),
                wording.day(each.since),
                str(each.people),
                each.url or "–",
            ),
            warns=True,
        )
        for each in year.overdue
    )
    note = wording.say("overdue_note", len(rows)) if rows else wording.say("overdue_none")
    columns = wording.columns("post", "channel", "published", "since", "people", "link")
    return Section(wording.say("overdue"), note, columns, rows)


def _pace(year: Year, wording: Wording) -> Section:
    weeks = sum(month.weeks for month in year.months)
    rows = [Row((_month_text(month, wording), *_cells(month, year))) for month in year.months]
    rows.append(Row((wording.say("whole_period"), *_totals(year))))
    with_post = max((_weeks_with(year, name) for name in year.channels), default=0)
    note = wording.say("pace_note", weeks=weeks, most=with_post)
    columns = (wording.say("col_month"), *year.channels.values())
    return Section(wording.say("pace"), note, columns, tuple(rows), width="half")


def _month_text(month: Month, wording: Wording) -> str:
    number = f"{month.first.month:02d}"
    is_english = wording.language is Language.EN
    return f"{month.first.year}-{number}" if is_english else f"{number}/{month.first.year}"


def _cells(month: Month, year: Year) -> Iterator[str]:
    for name in year.channels:
        posts, with_post = month.posts.get(name, 0), month.weeks_with.get(name, 0)
        yield f"{posts} ({with_post}/{month.weeks})"


def _totals(year: Year) -> Iterator[str]:
    weeks = sum(month.weeks for month in year.months)
    for name in year.channels:
        posts = sum(month.posts.get(name, 0) for month in year.months)
        yield f"{posts} ({_weeks_with(year, name)}/{weeks})"


def _weeks_with(year: Year, channel: str) -> int:
    return sum(month.weeks_with.get(channel, 0) for month in year.months)


_MEASURES = ("under", "over", "grown", "hidden", "works", "visible")
"""The fields of ChannelAudit that are rows of the page, in its order."""


def _outside(year: Year, wording: Wording) -> Section:
    holding = [
        wording.say("holding_cell", holding=each.holding, posts=each.posts) for each in year.outside
    ]
    fails = any(each.holding < each.posts for each in year.outside)
    rows = (
        Row((wording.say("col_holding"), *holding), fails),
        Row((wording.say("col_pictures"), *(str(each.pictures) for each in year.outside))),
        *(
            Row((wording.say(f"col_{name}"), *(str(getattr(each, name)) for each in year.outside)))
            for name in _MEASURES
        ),
    )
    columns = ("", *(wording.channel(each.channel) for each in year.outside))
    note = _outside_note(year, wording)
    return Section(wording.say("outside"), note, columns, rows if year.outside else (), "half")


def _outside_note(year: Year, wording: Wording) -> str:
    notes = [wording.say("outside_note" if year.outside else "outside_none")]
    if not_here := sum(each.not_here for each in year.outside):
        notes.append(wording.say("outside_not_here", not_here))
    if unknown := sum(each.unknown for each in year.outside):
        notes.append(wording.say("outside_unknown", unknown))
    return " ".join(notes)


def _ending(year: Year, wording: Wording) -> Section:
    rows = tuple(
        Row((wording.channel(each.channel), str(each.people), wording.day(each.first)))
        for each in year.ending
    )
    code = "ending_note" if rows else "ending_none"
    note = wording.say(code, day=wording.day(year.ending_until))
    return Section(
        wording.say("ending"), note, wording.columns("channel", "people", "first_end"), rows
    )


def _waiting(year: Year, wording: Wording) -> Section:
    rows = tuple(
        Row((say(f"words.outcome_{each.outcome}", wording.language), each.text, str(each.count)))
        for each in year.waiting
    )
    note = wording.say("waiting_note" if rows else "waiting_none")
    return Section(wording.say("waiting"), note, wording.columns("outcome", "why", "photos"), rows)


def _figures(year: Year, wording: Wording) -> Section:
    rows = tuple(
        Row(
            (
                wording.channel(each.channel),
                wording.day(each.told_on),
                "–" if each.followers is None else str(each.followers),
                each.most_liked or "–",
                "–" if each.likes is None else str(each.likes),
            )
        )
        for each in year.figures
    )
    note = wording.say("figures_note" if rows else "figures_none")
    columns = wording.columns("channel", "counted_on", "followers", "most_liked", "likes")
    return Section(wording.say("figures"), note, columns, rows)


def _hashtags(year: Year, wording: Wording) -> Section:
    rows = tuple(Row((tag, str(count))) for tag, count in year.hashtags)
    note = wording.say("hashtags_note" if rows else "hashtags_none")
    columns = wording.columns("hashtag", "posts")
    return Section(wording.say("hashtags"), note, columns, rows, width="third")


def _accounts(year: Year, wording: Wording) -> Section:
    rows = tuple(Row((lack,), warns=True) for lack in year.lacks)
    note = wording.say("accounts_note" if rows else "accounts_none")
    return Section(wording.say("accounts"), note, wording.columns("wanting"), rows, width="third")


def render(year: Year, language: Language) -> str:
    """Return the page as HTML without scripts, links or pictures."""
    wording = Wording(language)
    return template("photoguard.year", "year.html.j2", ".").render(
        language=language.value,
        title=wording.say("title", unit=year.unit or "–"),
        subtitle=_subtitle(year, wording),
        sections=sections(year, language),
    )


def _subtitle(year: Year, wording: Wording) -> str:
    first, end, today = map(wording.day, (year.period.first, year.period.end, year.period.today))
    return wording.say("subtitle", first=first, end=end, today=today)


def as_rows(year: Year, language: Language) -> Iterable[Sequence[str]]:
    """Yield the page as rows of a table, with an empty row before each section."""
    wording = Wording(language)
    yield (wording.say("title", unit=year.unit or "–"), _subtitle(year, wording))
    for section in sections(year, language):
        yield ()
        yield (section.title, section.note)
        if section.rows:
            yield section.columns
            yield from (row.cells for row in section.rows)
