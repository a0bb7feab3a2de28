"""The strategy's rules for a unit's accounts: who is responsible, and who can use them.

A unit has a responsible person, a comprehensive school at least two. Each account can be used
by at least two people. Rights that were given for a time end on their day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoguard.model import AccountOwner, Duty
from photoguard.model.spelling import name_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from photoguard.model import Channel, Holder

HOLDERS_OF_AN_ACCOUNT = 2


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that a unit has to put right, with the code of its sentence.

    ``channel`` is a platform's name, "" for the whole unit. ``count`` people are there where
    ``needed`` are needed. ``holder`` is the person whose duty ends on the day ``until``.
    """

    code: str
    channel: str = ""
    count: int = 0
    needed: int = 0
    holder: Holder | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Duties:
    """The days and the number by which ``lacks`` judges."""

    today: date
    soon: date
    """A duty that ends on this day or earlier ends soon."""
    responsible: int = 1
    """How many responsible persons the unit needs."""


def lacks(
    holders: Iterable[Holder], channels: Iterable[Channel], asked: Duties
) -> tuple[Lack, ...]:
    """Return what is lacking today, then which duties end soon.

    Channels whose account the city keeps, its website, are left out.
    """
    known = tuple(holders)
    own = [each for each in channels if each.account_owner is not AccountOwner.CITY]
    now = [holder for holder in known if holder.is_held(asked.today)]
    return (
        *_too_few_responsible(now, asked),
        *(lack for account in own for lack in _too_few_holders(now, account)),
        *_ending(now, asked),
    )


def _too_few_responsible(now: list[Holder], asked: Duties) -> Iterator[Lack]:
    count = len(_people(holder for holder in now if holder.duty is Duty.RESPONSIBLE))
    if count < asked.responsible:
        yield Lack("accounts.too_few_responsible", count=count, needed=asked.responsible)


def _too_few_holders(now: list[Holder], channel: Channel) -> Iterator[Lack]:
    count = len(_people(each for each in now if each.channel == channel.name))
    if count < HOLDERS_OF_AN_ACCOUNT:
        needed = HOLDERS_OF_AN_ACCOUNT
        yield Lack("accounts.too_few_holders", channel.platform, count, needed)


def _people(holders: Iterable[Holder]) -> set[str]:
    """Return the holders' names, each once, as ``name_key`` compares them."""
    return {name_key(holder.name) for holder in holders}


def _ending(now: list[Holder], asked: Duties) -> Iterator[Lack]:
    ending = [holder for holder in now if holder.until and holder.until <= asked.soon]
    for holder in sorted(ending, key=lambda each: str(each.until)):
        yield Lack("accounts.ends_soon", holder=holder, until=holder.until)
