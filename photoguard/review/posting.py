"""Records in the register that photos were published, after applying the policy to each again."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from photoguard.errors import PhotoguardError, UsageTrouble
from photoguard.files import printable
from photoguard.model import Outcome, Verdict
from photoguard.output.manifest import sentence
from photoguard.output.prepared import PreparedPhoto, RunFacts, recorded_photo
from photoguard.output.records import to_journal
from photoguard.review.changes import day, line
from photoguard.review.view import channels_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from photoguard.model import Language
    from photoguard.output.publishing import Publication
    from photoguard.register import Register, Snapshot
    from photoguard.register.posts import Post
    from photoguard.review.outside import Outside
    from photoguard.review.photo import OpenPhoto
    from photoguard.settings import Settings

LONGEST_LINK = 500
"""Most characters of the link to a post."""


@dataclass(frozen=True, slots=True)
class Posting:
    """The context of a post: register, user, output folder, settings, language and day."""

    register: Register
    login: str
    folder: Path
    settings: Settings
    language: Language
    today: date = field(default_factory=date.today)

    @property
    def channels(self) -> tuple[str, ...]:
        """Channels on which the folder's photos may be published at all."""
        return channels_of(self.settings)


def record_post(photos: Iterable[OpenPhoto], asked: Mapping[str, Any], posting: Posting) -> str:
    """Record a post of approved photos; return its id. Raises UsageTrouble, RegisterError.

    ``asked`` holds the channel, an optional link, and the day, as the page sends them.
    """
    from photoguard.output.publishing import post_of, refuse_twice
    from photoguard.register import remember_output
    from photoguard.register.changes import writing
    from photoguard.register.posts import add_post

    if asked.get("looked") is not True:
        raise UsageTrouble("review.confirm_first")
    publication = _publication(photos, asked, posting)
    snapshot = posting.register.snapshot()
    _refuse_today(publication, snapshot, posting)
    refuse_twice(_read(posting.register), publication)
    remember_output(posting.folder)
    with writing(posting.register, posting.login) as change:
        return add_post(change, post_of(publication, snapshot)).id


def _publication(
    photos: Iterable[OpenPhoto], asked: Mapping[str, Any], posting: Posting
) -> Publication:
    from photoguard.output.publishing import Publication, refuse_altered, refuse_other_channel

    prepared = tuple(_prepared(each, posting) for each in photos)
    if not prepared:
        raise UsageTrouble("review.choose_photos")
    refuse_altered(prepared)
    channel = line(asked.get("channel", ""), LONGEST_LINK).casefold()
    refuse_other_channel(prepared[0], channel)
    on = _day(asked.get("on", ""), posting.today)
    return Publication(prepared, channel, on, line(asked.get("url", ""), LONGEST_LINK))


def _prepared(photo: OpenPhoto, posting: Posting) -> PreparedPhoto:
    """Return the copy of a photo that a person approved and that is in the ready folder."""
    record = photo.record
    is_out = record.status is Outcome.READY and photo.settled.verdict is Verdict.APPROVED
    run = RunFacts(posting.channels, posting.settings.unit.value, posting.language.value)
    found = recorded_photo(posting.folder, to_journal(record), run) if is_out else None
    if found is None or photo.working:
        raise UsageTrouble("review.approve_first", photo=_called(photo))
    return found


def _called(photo: OpenPhoto) -> str:
    return printable((photo.record.output or photo.record.source).rpartition("/")[2])


def _day(typed: object, today: date) -> date:
    """Return the typed day of publication, or ``today``; raises UsageTrouble for a future day."""
    found = day(typed) or today
    if found > today:
        raise UsageTrouble("review.day_to_come")
    return found


def _refuse_today(publication: Publication, snapshot: Snapshot, posting: Posting) -> None:
    """Raise UsageTrouble if the policy refuses anybody today, after a withdrawal for example."""
    from photoguard.output.publishing import RulesOfTheDay

    today = RulesOfTheDay(snapshot, posting.settings, posting.today)
    for photo in publication.photos:
        if reason := today.refusal(photo, [publication.channel]):
            why = sentence(reason, posting.language)
            raise UsageTrouble("review.may_not_go_out", photo=photo.path.name, why=why)


def posted(outside: Outside, known: Snapshot | None) -> Mapping[str, tuple[str, ...]]:
    """Return the channels on which copies are published now, by the copies' SHA-256.

    Empty if there is no register, or it cannot be opened now.
    """
    found: dict[str, list[str]] = defaultdict(list)
    if known is not None:
        with suppress(PhotoguardError):
            for post in _read(outside.open(read_only=True)):
                for photo in post.photos if not post.removed_on else ():
                    found[photo.output_sha256].append(post.channel)
    return {digest: tuple(dict.fromkeys(channels)) for digest, channels in found.items()}


def _read(register: Register) -> tuple[Post, ...]:
    from photoguard.register.posts import read_posts

    return read_posts(register)
