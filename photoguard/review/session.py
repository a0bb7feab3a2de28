"""What a person tells of the whole folder: event, photographer, group, channels and day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from photoguard import policy
from photoguard.errors import UsageTrouble
from photoguard.review.changes import line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from photoguard.pipeline.session import Session
    from photoguard.settings import Settings

LONGEST = 200
"""Characters of the event and of names."""
MOST_CHANNELS = 20


@dataclass(frozen=True, slots=True)
class ToldOfFolder:
    """What holds for all photos of the folder from now on, and for later runs."""

    session: Session
    settings: Settings


def told_of_folder(
    now: ToldOfFolder,
    told: Mapping[str, Any],
    left: Callable[[tuple[str, ...]], tuple[str, ...]],
) -> ToldOfFolder:
    """Return what holds once a person has told something; raises UsageTrouble.

    ``left`` returns the channels that the city leaves to the unit.
    """
    session, settings = now.session, now.settings
    session = replace(
        session,
        event=line(told.get("event", session.event), LONGEST),
        photographer=line(told.get("photographer", session.photographer), LONGEST),
        group=line(told.get("group", session.group), LONGEST),
    )
    settings = replace(settings, event=session.event, photographer=session.photographer)
    if "channels" in told:
        channels = _channels(told["channels"], settings, left)
        session = replace(session, channels=channels)
        settings = replace(settings, channels=channels)
    if "day" in told:
        day = _day(told["day"])
        kept = {**session.settings, "publish_on": day.isoformat() if day else None}
        session = replace(session, settings=kept)
        settings = replace(settings, publish_on=day)
    return ToldOfFolder(session, settings)


def _channels(
    told: object, settings: Settings, left: Callable[[tuple[str, ...]], tuple[str, ...]]
) -> tuple[str, ...]:
    if not isinstance(told, list) or not 0 < len(told) <= MOST_CHANNELS:
        raise UsageTrouble("review.no_channel")
    if not all(isinstance(each, str) for each in told):
        raise UsageTrouble("review.no_channel")
    names = tuple(each.name for each in policy.channels_for(tuple(told), settings.unit))
    if set(left(names)) != set(names):
        raise UsageTrouble("review.channel_locked")
    return names


def _day(told: object) -> date | None:
    if told == "":
        return None
    try:
        return date.fromisoformat(str(told))
    except ValueError:
        raise UsageTrouble("review.no_day") from None
