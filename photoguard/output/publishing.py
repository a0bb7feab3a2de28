"""A post of prepared photos: what speaks against it today, and what the register keeps of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from photoguard.errors import UsageTrouble
from photoguard.files import printable
from photoguard.model import AccountOwner, Channel, Unit
from photoguard.model.answers import channel_name
from photoguard.policy import CHANNELS, platform_of, rules_of
from photoguard.policy.takedown import Asking, first_refusal
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
    """What somebody published: ``channel`` as permissions write it, ``url`` "" for no link.

    ``taken_from`` to ``taken_until`` are the days of the photos, where somebody gave them.
    """

    photos: tuple[PreparedPhoto, ...]
    channel: str
    day: date
    url: str = ""
    groups: tuple[str, ...] = ()
    taken_from: date | None = None
    taken_until: date | None = None
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Today:
    """What the rules are asked with: the register as it is, the city's choices, a day."""

    snapshot: Snapshot
    settings: Settings
    day: date

    def about(self, channel: str, unit: str | None = None) -> Asking:
        """Return what is asked about ``channel``, which the unit may no longer have.

        However somebody wrote it, what was said about that channel counts.

        ``unit`` is that of the folder's run, whose rules then hold.
        """
        known = {each.name.casefold(): each for each in CHANNELS[self.settings.unit]}
        found = known.get(channel_name(channel), Channel(channel, channel, AccountOwner.UNIT))
        rules = rules_of(self.settings)
        rules = replace(rules, unit=Unit(unit)) if unit else rules
        return Asking(self.snapshot, rules, found, self.day)

    def refused(self, photo: PreparedPhoto, channels: Sequence[str] = ()) -> Reason | None:
        """Return why a copy may not be published on its channels, None where it may."""
        for name in channels or photo.channels or [""]:
            if found := first_refusal(photo.noted, self.about(name, photo.unit)):
                return found
        return None


def refuse_altered(photos: Iterable[PreparedPhoto]) -> None:
    """Refuse a copy that is not the one that was verified."""
    altered = next((photo for photo in photos if not photo.is_whole), None)
    if altered:
        raise UsageTrouble("consent.photo_altered", photo=altered.path.name)


def refuse_other_channel(photo: PreparedPhoto, channel: str) -> None:
    """Refuse a channel that the run did not decide for; permissions were asked for its own only."""
    known = set(map(channel_name, photo.channels))
    if known and channel_name(channel) not in known:
        raise UsageTrouble(
            "consent.other_channel",
            channel=platform_of(channel),
            channels=", ".join(map(platform_of, photo.channels)),
        )


def refuse_twice(posts: Iterable[Post], asked: Publication) -> None:
    """Refuse a photo that is noted for this channel and link already, and is still up."""
    digests = {photo.sha256: photo for photo in asked.photos}
    for post in posts:
        same = channel_name(post.channel) == channel_name(asked.channel) and post.url == asked.url
        twice = {photo.output_sha256 for photo in post.photos} & digests.keys()
        if same and twice and not post.removed_on:
            name = digests[min(twice)].path.name
            raise UsageTrouble("consent.post_twice", photo=printable(name), post=post.id)


def post_of(asked: Publication, snapshot: Snapshot) -> Post:
    """Return the post as the register keeps it, with the groups of everybody noted."""
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
