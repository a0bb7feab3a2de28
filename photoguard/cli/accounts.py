"""photoguard accounts: who is responsible, who can use each account, and the notice of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from photoguard.cli.consent.desk import (
    DAY,
    as_day,
    channel_text,
    day_text,
    desk_options,
    open_desk,
    say_table,
)
from photoguard.cli.consent.export import write_new_file
from photoguard.cli.speech import PATH, LocalisedGroup, argument, language, option, speak
from photoguard.cli.tell import as_json
from photoguard.errors import EXIT_ATTENTION, EXIT_READY, UsageTrouble
from photoguard.files import printable
from photoguard.model import AccountOwner, Duty, Holder
from photoguard.model.days import refuse_too_early, refuse_too_far, refuse_unlikely_end

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from photoguard.cli.consent.desk import Desk
    from photoguard.policy.responsible import Lack


@click.group("accounts", cls=LocalisedGroup, help="accounts.help", no_args_is_help=True)
def accounts() -> None:
    """Group of the commands about accounts; does nothing itself."""


@accounts.command("list", help="accounts.help_list")
@option("--within", type=click.IntRange(0, 3660), default=30, help="accounts.help_within")
@option("--all", "past", is_flag=True, help="accounts.help_past")
@option("--json", "in_json", is_flag=True, help="help.json")
@desk_options
@click.pass_context
def list_holders(ctx: click.Context, /, **asked: Any) -> None:  # noqa: ANN401
    """List holders of duties and accounts, with warnings; exit code 1 if anything is missing."""
    desk = open_desk(asked, reads=True)
    holders = _shown(desk, past=asked["past"])
    found = found_lacks(desk, asked["within"])
    if asked["in_json"]:
        result = {
            "holders": [_json_of(each) for each in holders],
            "lacks": [_lack(f) for f in found],
        }
        click.echo(as_json(result))
    else:
        _say(holders, found)
    ctx.exit(EXIT_ATTENTION if found else EXIT_READY)


def _shown(desk: Desk, *, past: bool) -> tuple[Holder, ...]:
    from photoguard.register.accounts import read_holders

    known = read_holders(desk.register)
    return tuple(each for each in known if past or not (each.until and each.until < desk.today))


def found_lacks(desk: Desk, days: int) -> tuple[Lack, ...]:
    """Return what is missing for the unit's accounts, including duties that end within ``days``."""
    from photoguard.policy.responsible import Duties, lacks
    from photoguard.register.accounts import read_holders

    soon = desk.today + timedelta(days=days)
    asked = Duties(desk.today, soon, desk.settings.responsible_persons)
    return lacks(read_holders(desk.register), desk.channels(desk.settings.channels), asked)


def lack_text(lack: Lack) -> str:
    """Return the sentence about something that is missing."""
    if lack.holder:
        name = printable(lack.holder.name)
        where = place_text(lack.holder)
        return speak(lack.code, None, name=name, place=where, day=day_text(lack.until))
    return speak(lack.code, lack.count, needed=lack.needed, channel=lack.channel)


def place_text(holder: Holder) -> str:
    """Return the channel of the holder's account, or the word for being responsible."""
    if holder.duty is Duty.RESPONSIBLE:
        return speak("accounts.duty_responsible")
    return channel_text(holder.channel)


def _say(holders: tuple[Holder, ...], found: tuple[Lack, ...]) -> None:
    if holders:
        columns = ("id", "duty", "who", "workplace", "since", "valid_until")
        say_table(columns, [_row(each) for each in holders])
    else:
        click.echo(speak("accounts.nobody"))
    for lack in found:
        click.secho(f"! {lack_text(lack)}", bold=True)
    click.echo(speak("accounts.all_well") if not found else speak("accounts.see_to_it"))


def _row(holder: Holder) -> tuple[str, ...]:
    return (
        holder.id,
        place_text(holder),
        printable(holder.name),
        printable(holder.workplace) or "–",
        day_text(holder.since),
        day_text(holder.until),
    )


def _json_of(holder: Holder) -> dict[str, Any]:
    return {
        "id": holder.id,
        "name": holder.name,
        "duty": holder.duty.value,
        "channel": holder.channel or None,
        "workplace": holder.workplace or None,
        "since": _iso(holder.since),
        "until": _iso(holder.until),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _lack(lack: Lack) -> dict[str, Any]:
    return {
        "code": lack.code,
        "channel": lack.channel or None,
        "count": lack.count,
        "needed": lack.needed,
        "holder": lack.holder.id if lack.holder else None,
        "until": _iso(lack.until),
        "text": lack_text(lack),
    }


@accounts.command("add", help="accounts.help_add")
@argument("name")
@option("--channel", "channels", multiple=True, help="accounts.help_channel")
@option("--responsible", is_flag=True, help="accounts.help_responsible")
@option("--workplace", default="", help="accounts.help_workplace")
@option("--since", type=DAY, help="accounts.help_since")
@option("--until", type=DAY, help="accounts.help_until")
@desk_options
def add(name: str, **asked: Any) -> None:  # noqa: ANN401
    """Record who is responsible, or who has access to an account."""
    from photoguard.register.accounts import add_holder
    from photoguard.register.changes import writing

    if not (asked["channels"] or asked["responsible"]):
        raise UsageTrouble("accounts.which_duty")
    desk = open_desk(asked, makes=True)
    entries = _entries(desk, name, asked)
    _refuse_twice(desk, entries)
    with writing(desk.register, desk.login) as change:
        kept = [add_holder(change, each) for each in entries]
    for each in kept:
        click.echo(speak("accounts.added", id=each.id, place=place_text(each)))
    click.echo(speak("accounts.tell_team"))


def _entries(desk: Desk, name: str, asked: dict[str, Any]) -> list[Holder]:
    """Return an entry for each duty or account of the command line, without ids."""
    days = as_day(asked["since"]) or desk.today, as_day(asked["until"])
    refuse_too_early(days[0])
    refuse_too_far(days[0], desk.today)
    refuse_unlikely_end(days[1])
    channels = desk.channels(asked["channels"]) if asked["channels"] else ()
    duties = [("", Duty.RESPONSIBLE)] if asked["responsible"] else []
    duties += [(channel.name, Duty.HOLDER) for channel in channels]
    return [Holder("", name, duty, place, asked["workplace"], *days) for place, duty in duties]


def _refuse_twice(desk: Desk, entries: list[Holder]) -> None:
    """Raise UsageTrouble if someone of this name already has the duty on any of the new days."""
    from photoguard.model.spelling import name_key
    from photoguard.register.accounts import read_holders

    for known in read_holders(desk.register):
        if any(name_key(known.name) == name_key(new.name) and known.meets(new) for new in entries):
            parameters = {"name": printable(known.name), "place": place_text(known)}
            raise UsageTrouble("accounts.twice", id=known.id, **parameters)


@accounts.command("end", help="accounts.help_end")
@argument("ids", nargs=-1, required=True)
@option("--on", "day", type=DAY, help="accounts.help_on")
@desk_options
def end(ids: tuple[str, ...], **asked: Any) -> None:  # noqa: ANN401
    """Set the last day of an access or a duty."""
    from photoguard.register.accounts import end_holder
    from photoguard.register.changes import writing

    desk = open_desk(asked)
    day = as_day(asked["day"]) or desk.today
    refuse_unlikely_end(day)
    found = _holders_of(desk, ids)
    with writing(desk.register, desk.login) as change:
        for each in found:
            end_holder(change, each, day)
    for each in found:
        parameters = {"name": printable(each.name), "place": place_text(each), "day": day_text(day)}
        click.echo(speak("accounts.ended", None, **parameters))
    click.echo(speak("accounts.change_password"))
    click.echo(speak("accounts.tell_team"))


@accounts.command("remove", help="accounts.help_remove")
@argument("ids", nargs=-1, required=True)
@desk_options
def remove(ids: tuple[str, ...], **asked: Any) -> None:  # noqa: ANN401
    """Erase entries, including the names."""
    from photoguard.register.accounts import remove_holder
    from photoguard.register.changes import writing

    desk = open_desk(asked)
    found = _holders_of(desk, ids)
    with writing(desk.register, desk.login) as change:
        for each in found:
            remove_holder(change, each.id)
    click.echo(speak("accounts.removed", count=len(found)))


def _holders_of(desk: Desk, ids: Iterable[str]) -> list[Holder]:
    """Return the entries with these ids; raises UsageTrouble for an unknown id."""
    from photoguard.register.accounts import read_holders

    known = {each.id: each for each in read_holders(desk.register)}
    wanted = [each.strip().lower() for each in dict.fromkeys(ids)]
    unknown = next((each for each in wanted if each not in known), None)
    if unknown is not None:
        raise UsageTrouble("accounts.unknown", id=printable(unknown))
    return [known[each] for each in wanted]


@accounts.command("notice", help="accounts.help_notice")
@option("--output", type=PATH, help="accounts.help_output")
@desk_options
def notice(**asked: Any) -> None:  # noqa: ANN401
    """Print the notice for the city's communications team on who is responsible or has access."""
    desk = open_desk(asked, reads=True)
    text = "\n".join(_notice(desk, asked)) + "\n"
    if asked["output"] is None:
        click.echo(text, nl=False)
    else:
        write_new_file(Path(asked["output"]), text.encode())


def _notice(desk: Desk, asked: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of the notice, ready to be sent."""
    named = asked["unit_name"] or desk.settings.unit_name.get(language(), "") or desk.register.unit
    yield speak("accounts.notice_title", unit=printable(named) or "–")
    yield speak("accounts.notice_day", day=day_text(desk.today))
    now = _shown(desk, past=False)
    yield ""
    yield speak("accounts.notice_responsible")
    yield from _people([each for each in now if each.duty is Duty.RESPONSIBLE])
    for channel in desk.channels(desk.settings.channels):
        using = [each for each in now if each.channel == channel.name]
        if using or channel.account_owner is not AccountOwner.CITY:
            yield ""
            yield speak("accounts.notice_account", channel=channel.platform)
            yield from _people(using)
    wanting = [lack for lack in found_lacks(desk, 0) if lack.holder is None]
    if wanting:
        yield ""
        yield from (lack_text(lack) for lack in wanting)


def _people(holders: Sequence[Holder]) -> Iterator[str]:
    for each in holders:
        line = f"– {printable(each.name)}"
        if each.workplace:
            line += f" ({printable(each.workplace)})"
        if each.until:
            line += f", {speak('accounts.notice_until', day=day_text(each.until))}"
        yield line
    if not holders:
        yield f"– {speak('accounts.notice_none')}"
