"""What the answers of one giver amount to on one day."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from photoguard.model import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from photoguard.model import Channel, Permission, PermissionKind


class Standing(StrEnum):
    """What the answers of one giver amount to on a day; only YES allows anything."""

    YES = "yes"
    NO = "no"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    NOT_YET = "not-yet"
    INCOMPLETE = "incomplete"
    MISSING = "missing"


def permissions_about(
    permissions: Iterable[Permission], kind: PermissionKind, channel: Channel
) -> tuple[Permission, ...]:
    """Return the permissions of this kind for this channel, and those that name no channel.

    A no without a channel holds for every channel; a yes without one is incomplete.
    """
    name = channel.name.casefold()
    return tuple(
        permission
        for permission in permissions
        if permission.kind is kind and permission.channel.strip().casefold() in {name, ""}
    )


def standing(permissions: Iterable[Permission], day: date) -> Standing:
    """Return what the answers of one giver, all about one kind and channel, amount to.

    A no goes before any yes and never lapses. A withdrawal also ends every older yes of that
    giver, since a second form may have been forgotten. Without answers it is MISSING.
    """
    given = tuple(permissions)
    if any(permission.answer is Answer.NO for permission in given):
        return Standing.NO
    days = (permission.ended_by_withdrawal for permission in given)
    withdrawn = max(filter(None, days), default=None)
    found = {_one(permission, day, withdrawn) for permission in given}
    return next((each for each in _FROM_BEST if each in found), Standing.MISSING)


_FROM_BEST = (
    Standing.YES,
    Standing.WITHDRAWN,
    Standing.EXPIRED,
    Standing.NOT_YET,
    Standing.INCOMPLETE,
)


def _one(permission: Permission, day: date, withdrawn: date | None) -> Standing:
    """Return what one yes is worth on a day; its giver last withdrew on ``withdrawn``."""
    if permission.withdrawn_on or (
        withdrawn and (permission.given_on is None or permission.given_on < withdrawn)
    ):
        return Standing.WITHDRAWN
    if permission.incomplete:
        return Standing.INCOMPLETE
    if permission.valid_until and permission.valid_until < day:
        return Standing.EXPIRED
    if permission.given_on and permission.given_on > day:
        return Standing.NOT_YET
    return Standing.YES
