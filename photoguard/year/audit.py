"""An audit of a unit's public posts: what they show, whether the rules allow it, what waits.

It contains no names: people are counted, by whether they are under the age limit.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from photoguard.errors import OutputError
from photoguard.files import printable
from photoguard.model import Action, Answer, Capacity, Outcome, PersonKind, Reason
from photoguard.output.journal import Journal
from photoguard.output.manifest import sentence
from photoguard.output.recall import RunNote, noted_run
from photoguard.output.records import from_journal
from photoguard.policy import age_on
from photoguard.policy.takedown import refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from photoguard.model import Language, Person
    from photoguard.output.records import PhotoRecord
    from photoguard.policy.takedown import PostQuestion
    from photoguard.register import Snapshot
    from photoguard.register.posts import Post

_GROWN = frozenset({PersonKind.STAFF, PersonKind.OTHER})
_WAITING = (Outcome.REVIEW, Outcome.BLOCKED, Outcome.FAILED)


@dataclass(frozen=True, slots=True)
class ChannelAudit:
    """What the unit's posts on one channel show today, in numbers."""

    channel: str
    posts: int
    pictures: int
    holding: int
    """Posts that the rules would allow today."""
    under: int
    """Children and pupils shown who are under the age limit, or whose age is not known."""
    over: int
    """Children and pupils shown who are not under the age limit."""
    grown: int
    """Staff and other adults shown."""
    hidden: int
    """People noted whose faces are hidden in the pictures."""
    works: int
    """Makers of works that are shown."""
    unknown: int
    """People shown whom the register no longer knows."""
    visible: int
    """Visible faces in the pictures that this computer prepared."""
    not_here: int
    """Pictures that this computer did not prepare, whose faces are not counted."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The number of photos with one outcome and one reason, as a sentence without names."""

    outcome: Outcome
    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Ending:
    """The number of people whose permissions for one channel end soon, and the first day."""

    channel: str
    people: int
    first: date


@dataclass(frozen=True, slots=True)
class AuditBasis:
    """What posts are compared with: the register, the rules, and copies made on this computer."""

    snapshot: Snapshot
    day: date
    age_limit: int
    question: Callable[[str], PostQuestion]
    """Returns the input of ``refusal`` for a channel today."""
    visible: Mapping[str, int]
    """SHA-256 of each copy made on this computer to the number of its visible faces."""


def audit_posts(posts: Iterable[Post], asked: AuditBasis) -> tuple[ChannelAudit, ...]:
    """Return an audit of the posts that are still published, for each channel."""
    up: dict[str, list[Post]] = {}
    for post in posts:
        if post.removed_on is None and post.published_on <= asked.day:
            up.setdefault(post.channel.casefold(), []).append(post)
    return tuple(_channel(name, found, asked) for name, found in sorted(up.items()))


def _channel(name: str, posts: list[Post], asked: AuditBasis) -> ChannelAudit:
    question = asked.question(name)
    everybody = [(post, noted) for post in posts for photo in post.photos for noted in photo.noted]
    failing = {post.id for post, noted in everybody if refusal(noted, question)}
    digests = [photo.output_sha256 for post in posts for photo in post.photos]
    kinds = Counter(
        kind
        for subject, capacity in {(noted.subject, noted.capacity) for _, noted in everybody}
        if (kind := _counting_field(subject, capacity, asked))
    )
    return ChannelAudit(
        name,
        len(posts),
        len(digests),
        sum(post.id not in failing for post in posts),
        under=kinds["under"],
        over=kinds["over"],
        grown=kinds["grown"],
        hidden=kinds["hidden"],
        works=kinds["works"],
        unknown=kinds["unknown"],
        visible=sum(asked.visible.get(each, 0) for each in digests),
        not_here=sum(each not in asked.visible for each in digests),
    )


def _counting_field(subject: str, capacity: Capacity, asked: AuditBasis) -> str:
    """Return the field of ChannelAudit that counts a person, "" where none does."""
    if capacity in {Capacity.PHOTOGRAPHER, Capacity.NAMED}:
        return ""
    if capacity is not Capacity.SHOWN:
        return "works" if capacity is Capacity.WORK else "hidden"
    person = asked.snapshot.person(subject)
    return "unknown" if person is None else _age(person, asked)


def _age(person: Person, asked: AuditBasis) -> str:
    if person.kind in _GROWN:
        return "grown"
    old_enough = person.born and age_on(person.born, asked.day) >= asked.age_limit
    return "over" if old_enough else "under"


def ending(snapshot: Snapshot, today: date, last: date) -> tuple[Ending, ...]:
    """Return for each channel the people whose permissions end from today to ``last``."""
    found: dict[str, dict[str, date]] = {}
    for record in snapshot.records:
        for permission in record.permissions:
            until = permission.valid_until
            stands = permission.answer is Answer.YES and not permission.withdrawn_on
            if stands and until and today <= until <= last:
                mine = found.setdefault(permission.channel.casefold(), {})
                mine[record.person.id] = min(until, mine.get(record.person.id, until))
    return tuple(
        Ending(channel, len(people), min(people.values()))
        for channel, people in sorted(found.items())
    )


def records_of(outputs: Iterable[Path], register: str) -> tuple[PhotoRecord, ...]:
    """Return the records of the outputs that were prepared with this register, or with none.

    Outputs that are missing, damaged or not this user's are left out.
    """
    return tuple(
        record
        for output in outputs
        if (noted_run(output) or RunNote()).register in {"", register}
        for record in _records(output)
    )


def _records(output: Path) -> Iterator[PhotoRecord]:
    try:
        journal = Journal.peek(output)
    except OutputError:
        return
    raws = [entry.record for entry in journal.entries.values()] if journal else []
    for raw in raws:
        try:
            if raw is not None:
                yield from_journal(raw)
        except (KeyError, TypeError, ValueError):
            continue


def visible_faces(records: Iterable[PhotoRecord]) -> dict[str, int]:
    """Return the number of visible faces of each copy by its SHA-256."""
    return {
        record.output_sha256: sum(face.action is Action.KEEP for face in record.faces)
        for record in records
        if record.output_sha256
    }


def waiting(records: Iterable[PhotoRecord], language: Language) -> tuple[Waiting, ...]:
    """Return the number of photos that are not ready, by outcome and reason, most first."""
    counted: Counter[tuple[Outcome, str]] = Counter()
    for record in records:
        if record.status in _WAITING:
            reasons = {each.code: each for each in record.reasons}.values()
            counted.update({(record.status, _in_general(each, language)) for each in reasons})
    ordered = sorted(counted.items(), key=lambda each: (_WAITING.index(each[0][0]), -each[1]))
    return tuple(Waiting(outcome, text, count) for (outcome, text), count in ordered)


_NAMED_FIRST = re.compile(r"^…[:,] ")
_NAMED_LAST = re.compile(r"(?: \(…\)|: …)(?=\.)")


def _in_general(reason: Reason, language: Language) -> str:
    """Return a reason's sentence without the persons, texts and files that it names.

    They are left out at the beginning and the end, and become "…" elsewhere.
    """
    parameters: dict[str, Any] = {
        name: value if isinstance(value, int) else "…" for name, value in reason.parameters.items()
    }
    persons = ("…",) if reason.persons else ()
    general = printable(sentence(Reason(reason.code, persons, parameters), language))
    general = _NAMED_FIRST.sub("", _NAMED_LAST.sub("", general))
    return general[:1].upper() + general[1:]
