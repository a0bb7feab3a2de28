"""The people responsible for a unit's accounts, and the accounts' figures typed in by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update

from photoguard.errors import UsageTrouble
from photoguard.model import Duty, Figures, Holder
from photoguard.register import schema
from photoguard.register.checks import checked_name, checked_text, new_id
from photoguard.register.log import Action

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Row

    from photoguard.register.changes import Writing
    from photoguard.register.register import Register


def read_holders(register: Register) -> tuple[Holder, ...]:
    """Return everybody with a duty, now or in the past, ordered by channel, duty and name."""
    table = schema.account_holder
    with register.connection() as connection:
        order = table.c.channel, table.c.duty, table.c.name, table.c.id
        rows = connection.execute(select(table).order_by(*order)).all()
    return tuple(_holder(row) for row in rows)


def _holder(row: Row[Any]) -> Holder:
    duty = Duty(row.duty)
    return Holder(row.id, row.name, duty, row.channel, row.workplace, row.since, row.until)


def add_holder(change: Writing, holder: Holder) -> Holder:
    """Add somebody with a duty and return the entry with its new id; raises UsageTrouble."""
    name = checked_name(holder.name)
    _refuse_wrong_order(holder.since, holder.until)
    entry = change.insert(
        schema.account_holder,
        new_id("h"),
        channel=holder.channel,
        name=name,
        duty=holder.duty.value,
        workplace=checked_text(holder.workplace),
        since=holder.since,
        until=holder.until,
    )
    change.note(Action.HOLDER_ADDED, entry)
    return replace(holder, id=entry, name=name)


def _refuse_wrong_order(since: date | None, until: date | None) -> None:
    if since and until and until < since:
        raise UsageTrouble("accounts.ends_before_start")


def end_holder(change: Writing, holder: Holder, until: date) -> None:
    """Set the last day of a duty; the entry stays as a record of the past."""
    _refuse_wrong_order(holder.since, until)
    change.check_entry(holder.id)
    known = update(schema.account_holder).where(schema.account_holder.c.id == holder.id)
    change.connection.execute(known.values(until=until))
    change.note(Action.HOLDER_CHANGED, holder.id)


def remove_holder(change: Writing, holder: str) -> None:
    """Delete an entry with its name."""
    change.check_entry(holder)
    known = schema.account_holder.c.id == holder
    change.connection.execute(delete(schema.account_holder).where(known))
    change.note(Action.HOLDER_REMOVED, holder)


def write_figures(change: Writing, figures: Figures) -> None:
    """Write a channel's figures of a day; fields that are given replace earlier ones."""
    table = schema.figure
    mine = (table.c.channel == figures.channel) & (table.c.told_on == figures.told_on)
    before = change.connection.execute(select(table).where(mine)).one_or_none()
    counted = {
        "followers": figures.followers,
        "most_liked": checked_text(figures.most_liked),
        "likes": figures.likes,
    }
    if before is None:
        change.insert_plain(table, channel=figures.channel, told_on=figures.told_on, **counted)
    else:
        known = {name: value for name, value in counted.items() if value not in {None, ""}}
        change.connection.execute(update(table).where(mine).values(**known))
    change.note(Action.FIGURES_WRITTEN, "", figures.channel)


def read_figures(register: Register) -> tuple[Figures, ...]:
    """Return all figures, the oldest first."""
    table = schema.figure
    with register.connection() as connection:
        rows = connection.execute(select(table).order_by(table.c.told_on, table.c.channel)).all()
    return tuple(
        Figures(row.channel, row.told_on, row.followers, row.most_liked, row.likes) for row in rows
    )
