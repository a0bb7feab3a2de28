"""What was told for a whole folder: it holds for later runs until it is told anew.

The icon asks for the event, the photographer and the channels; the review page lets a
person mend them. A later ``prepare`` that is told nothing of them takes what was told
before, so that credit and event are not lost and nothing is made anew without a word.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from photoguard import policy
from photoguard.model import Role
from photoguard.pipeline.values import RunSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from photoguard.output.journal import Journal
    from photoguard.pipeline.values import FolderJob
    from photoguard.settings import Settings


@dataclass(frozen=True, slots=True)
class Session:
    """What was told of all photos of an output; empty means not told."""

    event: str = ""
    photographer: str = ""
    photographer_role: Role | None = None
    channels: tuple[str, ...] = ()
    group: str = ""
    """The group that was chosen on the review page."""


def session_in(raw: Mapping[str, Any]) -> Session:
    """Return the session that the journal keeps; an empty one for what is not readable."""
    try:
        role = raw.get("photographer_role")
        return Session(
            event=str(raw.get("event", "")),
            photographer=str(raw.get("photographer", "")),
            photographer_role=Role(role) if role else None,
            channels=tuple(map(str, raw.get("channels", ()))),
            group=str(raw.get("group", "")),
        )
    except (TypeError, ValueError):
        return Session()


def with_session(job: FolderJob, journal: Journal) -> FolderJob:
    """Return the job with what was told earlier where it says nothing, and keep what it says.

    An answer of the icon counts even where it is empty: then nothing of before holds.
    Raises WriteError where it cannot be kept.
    """
    settings = job.spec.settings
    before = session_in(journal.session)
    told = _told(settings) if job.answered else _completed(_told(settings), before)
    told = replace(told, group=before.group)
    keep(told, journal)
    filled = _filled(settings, told)
    if filled == settings:
        return job
    # A new id: workers keep their tools, and with them the settings, by the id.
    return replace(job, spec=RunSpec(filled, job.spec.register, job.spec.not_names))


def _filled(settings: Settings, told: Session) -> Settings:
    """Return the settings with what was told; a channel that the unit lacks is left out."""
    known = {channel.name for channel in policy.CHANNELS[settings.unit]}
    return replace(
        settings,
        event=told.event,
        photographer=told.photographer,
        photographer_role=told.photographer_role or settings.photographer_role,
        channels=settings.channels or tuple(name for name in told.channels if name in known),
    )


def keep(session: Session, journal: Journal) -> None:
    """Keep a session in the journal if it is another one than before; raises WriteError."""
    if session != session_in(journal.session):
        journal.remember_session(asdict(session))


def _told(settings: Settings) -> Session:
    role = settings.photographer_role if settings.photographer else None
    return Session(settings.event, settings.photographer, role, settings.channels)


def _completed(told: Session, before: Session) -> Session:
    by = told if told.photographer else before
    return Session(
        event=told.event or before.event,
        photographer=by.photographer,
        photographer_role=by.photographer_role,
        channels=told.channels or before.channels,
    )
