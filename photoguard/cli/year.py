"""photoguard year: a unit's year of publishing on one page, with an audit of published copies."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from photoguard.cli.accounts import found_lacks, lack_text
from photoguard.cli.consent import takedown
from photoguard.cli.consent.desk import DAY, as_day, channel_text, desk_options, open_desk
from photoguard.cli.consent.export import write_new_file
from photoguard.cli.speech import PATH, LocalisedCommand, language, option, speak
from photoguard.cli.tell import as_json
from photoguard.errors import EXIT_ATTENTION, EXIT_READY, UsageTrouble
from photoguard.files import printable
from photoguard.model import Figures
from photoguard.model.days import refuse_too_early
from photoguard.model.spelling import visible

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from photoguard.cli.consent.desk import Desk
    from photoguard.register import Snapshot
    from photoguard.register.posts import Post
    from photoguard.year.audit import AuditBasis
    from photoguard.year.counting import Period
    from photoguard.year.page import Overdue, Year

MOST_COUNTED = 2_000_000_000
"""The largest integer that a column of both databases can hold."""


@click.command("year", cls=LocalisedCommand, help="year.help")
@option("--from", "first", type=DAY, help="year.help_from")
@option("--until", "last", type=DAY, help="year.help_until")
@option("--within", type=click.IntRange(0, 3660), default=60, help="year.help_within")
@option("--output", "outputs", type=PATH, multiple=True, help="year.help_output")
@option("--followers", multiple=True, metavar="CHANNEL=N", help="year.help_followers")
@option("--most-liked", multiple=True, metavar="CHANNEL=LINK", help="year.help_most_liked")
@option("--likes", multiple=True, metavar="CHANNEL=N", help="year.help_likes")
@option("--json", "in_json", is_flag=True, help="help.json")
@desk_options
@click.pass_context
def year(ctx: click.Context, /, **asked: Any) -> None:  # noqa: ANN401
    """Write the page, the table or the summary; exit code 1 if something needs action."""
    desk = open_desk(asked, reads=not any(asked[field] for field in _COUNTED))
    period = _period(desk, asked)
    for file in asked["outputs"]:
        _refuse_other_kind(file)
    _keep_figures(desk, asked)
    made = _year(desk, period, asked)
    for file in asked["outputs"]:
        _write(file, made, quiet=asked["in_json"])
    if asked["in_json"]:
        click.echo(as_json(_json_of(made)))
    elif not asked["outputs"]:
        _say(made)
    holds = not (made.overdue or made.lacks)
    ctx.exit(EXIT_READY if holds else EXIT_ATTENTION)


def _period(desk: Desk, asked: dict[str, Any]) -> Period:
    from photoguard.year.counting import Period, working_year

    refuse_too_early(as_day(asked["first"]))
    usual = working_year(as_day(asked["first"]) or desk.today)
    first = as_day(asked["first"]) or usual.first
    last = as_day(asked["last"]) or usual.last
    if last < first or first > desk.today:
        raise UsageTrouble("year.no_days")
    return Period(first, last, desk.today)


def _refuse_other_kind(file: Path) -> None:
    if file.suffix.lower() not in {".html", ".htm", ".csv"}:
        raise UsageTrouble("year.other_kind", file=printable(file.name))


_COUNTED = ("followers", "most_liked", "likes")
"""The options with figures that somebody counted, which go into the register."""


def _keep_figures(desk: Desk, asked: dict[str, Any]) -> None:
    """Store figures counted by hand in the register, with today's date."""
    from photoguard.register.accounts import write_figures
    from photoguard.register.changes import writing

    by_channel: dict[str, dict[str, Any]] = {}
    for field in _COUNTED:
        for typed in asked[field]:
            name, _, value = typed.partition("=")
            (channel,) = desk.channels([name])
            figure = _link(value, typed) if field == "most_liked" else _number(value, typed)
            by_channel.setdefault(channel.name, {})[field] = figure
    if by_channel:
        with writing(desk.register, desk.login) as change:
            for name, counted in by_channel.items():
                write_figures(change, Figures(name, desk.today, **counted))


def _link(value: str, typed: str) -> str:
    if not visible(value):
        raise UsageTrouble("year.no_link", typed=printable(typed))
    return value.strip()


def _number(value: str, typed: str) -> int:
    digits = "".join(value.split())
    if not (digits.isascii() and digits.isdigit() and int(digits[:11]) <= MOST_COUNTED):
        raise UsageTrouble("year.no_number", typed=printable(typed))
    return int(digits)


def _year(desk: Desk, period: Period, asked: dict[str, Any]) -> Year:
    from photoguard.register import known_outputs
    from photoguard.register.accounts import read_figures
    from photoguard.register.posts import read_posts
    from photoguard.year import audit, counting
    from photoguard.year.page import Year

    snapshot, posts = desk.register.snapshot(), read_posts(desk.register)
    records = audit.records_of(known_outputs(), snapshot.register)
    until = desk.today + timedelta(days=asked["within"])
    counted = [each for each in read_figures(desk.register) if each.told_on <= period.end]
    return Year(
        asked["unit_name"] or desk.settings.unit_name.get(language(), "") or desk.register.unit,
        period,
        _channels(desk, posts),
        counting.by_month(posts, period),
        counting.hashtags(counting.posts_in(posts, period)),
        tuple(each for each in counted if each.told_on >= period.first),
        _overdue(desk),
        audit.audit_posts(posts, _asked(desk, snapshot, audit.visible_faces(records))),
        audit.ending(snapshot, desk.today, until),
        until,
        audit.waiting(records, language()),
        _lacks(desk, asked["within"]),
    )


def _lacks(desk: Desk, days: int) -> tuple[str, ...]:
    """Return what is missing for the accounts, as sentences without names of people."""
    found = found_lacks(desk, days)
    sentences = [lack_text(lack) for lack in found if lack.holder is None]
    if ending := sum(lack.holder is not None for lack in found):
        sentences.append(speak("year.rights_end", ending))
    return tuple(sentences)


def _asked(desk: Desk, snapshot: Snapshot, visible: dict[str, int]) -> AuditBasis:
    from photoguard.year.audit import AuditBasis

    return AuditBasis(
        snapshot,
        desk.today,
        desk.settings.age_limit,
        lambda channel: replace(takedown.asking(desk, snapshot, channel), published=True),
        visible,
    )


def _channels(desk: Desk, posts: Iterable[Post]) -> dict[str, str]:
    """Return the unit's channels, and former channels of its posts."""
    known = {each.name.casefold(): each.platform for each in desk.channels()}
    others = {post.channel.casefold(): channel_text(post.channel) for post in posts}
    return {**known, **{name: platform for name, platform in others.items() if name not in known}}


def _overdue(desk: Desk) -> tuple[Overdue, ...]:
    """Return the posts that certainly must be taken down, without duplicates."""
    from photoguard.year.page import Overdue

    found: dict[str, list[takedown.DuePost]] = {}
    for due in takedown.due_posts(desk):
        if due.certain:
            found.setdefault(due.post.id, []).append(due)
    return tuple(
        Overdue(
            post,
            dues[0].post.channel,
            dues[0].post.published_on,
            min((due.since for due in dues if due.since), default=None),
            len(dues),
            printable(dues[0].post.url),
        )
        for post, dues in found.items()
    )


def _write(file: Path, made: Year, *, quiet: bool) -> None:
    from photoguard.register.papers import as_csv
    from photoguard.year.page import as_rows, render

    if file.suffix.lower() == ".csv":
        content = as_csv(as_rows(made, language()))
    else:
        content = render(made, language()).encode()
    write_new_file(file, content, quiet=quiet)


def _say(made: Year) -> None:
    from photoguard.year.page import sections

    for section in sections(made, language()):
        click.secho(section.title, bold=True)
        click.echo(f"  {section.note}")
        lines = [section.columns, *(row.cells for row in section.rows)] if section.rows else []
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        for line in lines:
            text = "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
            click.echo(f"  {printable(text.rstrip())}")
        click.echo()
    click.echo(speak("year.as_page"))


def _json_of(made: Year) -> dict[str, Any]:
    from photoguard.year.page import sections

    return {
        "unit": made.unit,
        "from": made.period.first.isoformat(),
        "until": made.period.end.isoformat(),
        "months": [
            {
                "month": month.first.isoformat()[:7],
                "weeks": month.weeks,
                "posts": dict(month.posts),
                "weeks_with_post": dict(month.weeks_with),
            }
            for month in made.months
        ],
        "overdue": [
            {"post": each.post, "channel": each.channel, "people": each.people, "link": each.url}
            for each in made.overdue
        ],
        "sections": [
            {
                "title": section.title,
                "note": section.note,
                "columns": list(section.columns),
                "rows": [list(row.cells) for row in section.rows],
            }
            for section in sections(made, language())
        ],
    }
