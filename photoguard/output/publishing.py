"""Publishing prepared photos: why a post is refused, and the post as the register keeps it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from photoguard.errors import UsageTrouble
from photoguard.files import printable
from photoguard.model import AccountOwner, Channel, Unit
from photoguard.model.answers import channel_name
from photoguard.model.days import refuse_too_early
from photoguard.policy import CHANNELS, platform_of, rules_of
from photoguard.policy.takedown import PostQuestion, first_refusal
from photoguard.register.posts import Post, PostPhoto

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from photoguard.model import Reason
    from photoguard.output.prepared import PreparedPhoto
    from photoguard.register import Snapshot
    from photoguard.settings import Settings


@dataclass(frozen=True, slots=True)
class Publication:
    """Photos that somebody published, or is about to publish, in one post.

    ``channel`` is written as in permissions; ``url`` is "" without a link. ``taken_from`` and
    ``taken_until`` are the first and last day of the photos, None where not given.
    """

    photos: tuple[PreparedPhoto, ...]
    channel: str
    day: date
    url: str = ""
    groups: tuple[str, ...] = ()
    taken_from: date | None = None
    taken_until: date | None = None
    caption: str = ""

    def __post_init__(self) -> None:
        """Raise UsageTrouble for photos taken after they went out, or until before they began.

        So does a day before the web. Who could be in a post is asked for these days.
        """
        days = (self.taken_from, self.taken_until or self.taken_from, self.day)
        known = [day for day in days if day]
        for day in known:
            refuse_too_early(day)
        if known != sorted(known):
            first, last, published = (day.isoformat() if day else "–" for day in days)
            raise UsageTrouble("consent.taken_order", first=first, last=last, published=published)


@dataclass(frozen=True, slots=True)
class RulesOfTheDay:
    """What decides about publishing: the register, the settings and the day of publication."""

    snapshot: Snapshot
    settings: Settings
    day: date

    def for_channel(self, channel: str, unit: str | None = None) -> PostQuestion:
        """Return register, rules, channel and day for one channel.

        The channel's name is matched in any spelling, and may be one that the unit no longer
        has. ``unit``, that of the folder's run, replaces the unit of the settings.
        """
        known = {each.name.casefold(): each for each in CHANNELS[self.settings.unit]}
        found = known.get(channel_name(channel), Channel(channel, channel, AccountOwner.UNIT))
        rules = rules_of(self.settings)
        rules = replace(rules, unit=Unit(unit)) if unit else rules
        return PostQuestion(self.snapshot, rules, found, self.day)

    def refusal(self, photo: PreparedPhoto, channels: Sequence[str] = ()) -> Reason | None:
        """Return the first reason not to publish a copy on its channels, None without one."""
        for name in channels or photo.channels or [""]:
            if found := first_refusal(photo.noted, self.for_channel(name, photo.unit)):
                return found
        return None


def refuse_altered(photos: Iterable[PreparedPhoto]) -> None:
    """Raise UsageTrouble for a copy that no longer has the bytes that were verified."""
    altered = next((photo for photo in photos if not photo.is_whole), None)
    if altered:
        raise UsageTrouble("consent.photo_altered", photo=altered.path.name)


def refuse_other_channel(photo: PreparedPhoto, channel: str) -> None:
    """Raise UsageTrouble for a channel that the photo's run did not decide about."""
    known = set(map(channel_name, photo.channels))
    if known and channel_name(channel) not in known:
        raise UsageTrouble(
            "consent.other_channel",
            channel=platform_of(channel),
            channels=", ".join(map(platform_of, photo.channels)),
        )


def refuse_twice(posts: Iterable[Post], asked: Publication) -> None:
    """Raise UsageTrouble for a photo in a post, still up, with the same channel and link."""
    digests = {photo.sha256: photo for photo in asked.photos}
    for post in posts:
        same = channel_name(post.channel) == channel_name(asked.channel) and post.url == asked.url
        twice = {photo.output_sha256 for photo in post.photos} & digests.keys()
        if same and twice and not post.removed_on:
            name = digests[min(twice)].path.name
            raise UsageTrouble("consent.post_twice", photo=printable(name), post=post.id)


def post_of(asked: Publication, snapshot: Snapshot) -> Post:
    """Return the post for the register, with the groups of the persons noted in its photos."""
    subjects = {noted.subject for photo in asked.photos for noted in photo.noted}
    people = (snapshot.person(subject) for subject in sorted(subjects))
    groups = [person.group for person in people if person and person.group]
    photos = tuple(
        PostPhoto(each.path.name, each.sha256, each.source_sha256, each.alt_text, each.noted)
        for each in asked.photos
    )
    return Post(
        "",
        channel_name(asked.channel),
        asked.url,
        asked.day,
        photos,
        groups=tuple(dict.fromkeys((*asked.groups, *groups))),
        taken_from=asked.taken_from,
        taken_until=asked.taken_until or asked.taken_from,
        caption=asked.caption,
    )
