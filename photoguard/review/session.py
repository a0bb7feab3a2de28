"""Settings of the whole folder on the page: event, photographer, group, channels and day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from photoguard import policy
from photoguard.errors import UsageTrouble
from photoguard.model.days import refuse_impossible_publication
from photoguard.review.changes import LONGEST_NAME, day, line
from photoguard.texts import written_day

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from photoguard.pipeline.folder.session import Session
    from photoguard.settings import Settings

MOST_CHANNELS = 20


@dataclass(frozen=True, slots=True)
class FolderState:
    """The settings for all photos of the folder, in this run and in later ones."""

    session: Session
    settings: Settings


def changed_folder(
    now: FolderState,
    asked: Mapping[str, Any],
    left: Callable[[tuple[str, ...]], tuple[str, ...]],
) -> FolderState:
    """Return the state after a request of the page; raises UsageTrouble.

    ``left`` returns those of the given channels that the city allows the unit.
    """
    session, settings = now.session, now.settings
    session = replace(
        session,
        event=line(asked.get("event", session.event), LONGEST_NAME),
        photographer=line(asked.get("photographer", session.photographer), LONGEST_NAME),
        group=line(asked.get("group", session.group), LONGEST_NAME),
    )
    settings = replace(settings, event=session.event, photographer=session.photographer)
    if "channels" in asked:
        channels = _channels(asked["channels"], settings, left)
        session = replace(session, channels=channels)
        settings = replace(settings, channels=channels)
    if "day" in asked:
        publish_on, today = day(asked["day"]), date.today()  # noqa: DTZ011 - a calendar day, here
        written = partial(written_day, language=settings.language)
        refuse_impossible_publication(publish_on, today, written)
        text = publish_on.isoformat() if publish_on else None
        kept = {**session.settings, "publish_on": text}
        session = replace(session, settings=kept)
        settings = replace(settings, publish_on=publish_on)
    return FolderState(session, settings)


def _channels(
    wanted: object, settings: Settings, left: Callable[[tuple[str, ...]], tuple[str, ...]]
) -> tuple[str, ...]:
    if not isinstance(wanted, list) or not 0 < len(wanted) <= MOST_CHANNELS:
        raise UsageTrouble("review.no_channel")
    if not all(isinstance(each, str) for each in wanted):
        raise UsageTrouble("review.no_channel")
    names = tuple(each.name for each in policy.channels_for(tuple(wanted), settings.unit))
    if set(left(names)) != set(names):
        raise UsageTrouble("review.channel_locked")
    return names
