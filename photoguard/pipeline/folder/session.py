"""The answers of staff for a whole folder; they hold for later runs until staff answer again.

The icon asks for the event, the photographer and the channels; the review page lets a
person correct them. A later ``prepare`` without these options takes the earlier answers, so
that it keeps credit and event and does not prepare all photos again for want of them.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from photoguard import __version__, detect, policy
from photoguard.model import Language, Role
from photoguard.model.answers import channel_name
from photoguard.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from photoguard.output.journal import Journal
    from photoguard.pipeline.values import FolderJob

_ELSEWHERE = frozenset({"event", "photographer", "photographer_role", "channels"})
"""Settings of a folder that have a field of their own in the session."""
_OF_THE_COMPUTER = frozenset(
    {
        *("register", "register_days", "responsible_persons"),
        *("limits", "keep_days", "takedown_days"),
    }
)
"""Settings of this computer: paths and addresses, and what shapes no copy and no decision."""
_KEPT = tuple(
    each.name for each in fields(Settings) if each.name not in _ELSEWHERE | _OF_THE_COMPUTER
)
"""The settings that the session keeps: those that shape a copy or a decision."""
_LIBRARIES = (
    *("numpy", "opencv-python", "onnxruntime", "mediapipe", "pillow", "pillow-heif", "piexif"),
)
"""The libraries that decode, examine or write a picture."""


@dataclass(frozen=True, slots=True)
class Session:
    """The answers for all photos of an output; empty where nobody answered."""

    event: str = ""
    photographer: str = ""
    photographer_role: Role | None = None
    channels: tuple[str, ...] = ()
    taken_for: tuple[str, ...] = ()
    """The channels for which the photos were taken, as staff answered the icon."""
    group: str = ""
    """The group of children that was chosen on the review page."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """The other settings of the last run, as JSON: the review page decides by the same rules."""
    made_with: Mapping[str, Any] = field(default_factory=dict)
    """The program's versions in the last run, as ``made_with`` returns them."""


def session_in(raw: Mapping[str, Any]) -> Session:
    """Return the session from the journal's JSON; an empty one where that is not readable."""
    try:
        role = raw.get("photographer_role")
        return Session(
            event=str(raw.get("event", "")),
            photographer=str(raw.get("photographer", "")),
            photographer_role=Role(role) if role else None,
            channels=tuple(map(str, raw.get("channels", ()))),
            taken_for=tuple(map(str, raw.get("taken_for", ()))),
            group=str(raw.get("group", "")),
            settings=dict(raw.get("settings", {})),
            made_with=dict(raw.get("made_with", {})),
        )
    except (TypeError, ValueError):
        return Session()


def with_session(job: FolderJob, journal: Journal) -> FolderJob:
    """Return the job with missing answers filled in from earlier runs; keep the result.

    Where staff answered the icon in this run, empty answers count too: they replace the
    earlier ones. Raises WriteError where the session cannot be kept.
    """
    settings = job.spec.settings
    before = session_in(journal.session)
    given = _given(settings) if job.answered else _completed(_given(settings), before)
    given = replace(given, taken_for=settings.channels if job.answered else before.taken_for)
    filled = _filled(settings, given)
    kept = _as_json(filled)
    keep(replace(given, group=before.group, settings=kept, made_with=made_with()), journal)
    job = _with_taken_for(job, given.taken_for, filled.channels)
    if filled == settings:
        return job
    return replace(job, spec=job.spec.anew(settings=filled))


def _with_taken_for(
    job: FolderJob, taken_for: tuple[str, ...], channels: tuple[str, ...]
) -> FolderJob:
    """Return the job with ``taken_for`` filled in for photos whose row in the table has none.

    Nothing is filled in where the run publishes on a channel that the answer did not name.
    """
    if not taken_for or not {*map(channel_name, channels)} <= {*map(channel_name, taken_for)}:
        return job
    rows = {source.name: job.notes_of(source.name) for source in job.batch.photos}
    filled = {
        name: replace(row, taken_for=taken_for) for name, row in rows.items() if not row.taken_for
    }
    return replace(job, notes={**job.notes, **filled})


def made_with() -> dict[str, Any]:
    """Return the versions of program and libraries, and the digests of models and detection."""
    libraries = {}
    for name in _LIBRARIES:
        with suppress(PackageNotFoundError):
            libraries[name] = version(name)
    return {
        "photoguard": __version__,
        "libraries": libraries,
        "models": detect.model_digests(),
        "detection": detect.fingerprint(),
    }


def _as_json(settings: Settings) -> dict[str, Any]:
    return {name: _plain(getattr(settings, name)) for name in _KEPT}


def _plain(value: Any) -> Any:  # noqa: ANN401 - a setting
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return {str(key): text for key, text in value.items()} if isinstance(value, dict) else value


def given_settings(session: Session) -> dict[str, Any]:
    """Return the kept settings by name, without those that this version cannot read."""
    usual, given = Settings(), dict[str, Any]()
    for name in _KEPT:
        with suppress(KeyError, TypeError, ValueError, AttributeError):
            value, default = session.settings[name], getattr(usual, name)
            if name == "publish_on":
                given[name] = date.fromisoformat(value) if value else None
            elif isinstance(default, dict):
                given[name] = {Language(key): str(text) for key, text in value.items()}
            else:
                given[name] = type(default)(value)
    return given


def _filled(settings: Settings, given: Session) -> Settings:
    """Return the settings with the answers filled in, without channels the unit does not have."""
    known = {channel.name for channel in policy.CHANNELS[settings.unit]}
    return replace(
        settings,
        event=given.event,
        photographer=given.photographer,
        photographer_role=given.photographer_role or settings.photographer_role,
        channels=settings.channels or tuple(name for name in given.channels if name in known),
    )


def keep(session: Session, journal: Journal) -> None:
    """Write a session to the journal if it differs from the kept one; raises WriteError."""
    if session != session_in(journal.session):
        journal.remember_session(asdict(session))


def _given(settings: Settings) -> Session:
    role = settings.photographer_role if settings.photographer else None
    return Session(settings.event, settings.photographer, role, settings.channels)


def _completed(given: Session, before: Session) -> Session:
    by = given if given.photographer else before
    return Session(
        event=given.event or before.event,
        photographer=by.photographer,
        photographer_role=by.photographer_role,
        channels=given.channels or before.channels,
    )
