"""What the consent register speaks of: persons, guardians, permissions, channels.

Ids are the register's own random strings; they say nothing of the person, so that
reports, manifests and the log may hold them. A day is a calendar day without a zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from photoguard.model.choices import Role


class Stage(StrEnum):
    """The stage of education a person belongs to; it decides whose rules apply."""

    EARLY_CHILDHOOD = "early-childhood"
    PRE_PRIMARY = "pre-primary"
    BASIC_EDUCATION = "basic-education"
    UPPER_SECONDARY = "upper-secondary"
    NONE = "none"
    """An adult who belongs to no stage: staff, a visitor, a grandparent."""


class PersonKind(StrEnum):
    """What a person is to the unit."""

    CHILD = "child"
    PUPIL = "pupil"
    STUDENT = "student"
    STAFF = "staff"
    OTHER = "other"


class PermissionKind(StrEnum):
    """What a permission allows: one kind never stands in for another."""

    SHOWN = "shown"
    OWN_WORK = "own-work"
    PHOTOGRAPHER = "photographer"
    NAMED = "named"


class Answer(StrEnum):
    """What somebody answered: yes or no."""

    YES = "yes"
    NO = "no"


class AccountOwner(StrEnum):
    """Who keeps the account of a channel."""

    UNIT = "unit"
    AREA = "area"
    CITY = "city"


@dataclass(frozen=True, slots=True)
class Person:
    """An entry in the register.

    ``born`` is None when the date is not known; then nobody is taken to be old enough.
    ``never_in_pictures`` is a neutral mark without a reason, and beats every permission.
    """

    id: str
    name: str
    kind: PersonKind
    stage: Stage
    born: date | None = None
    group: str = ""
    never_in_pictures: bool = False
    outside_id: str = ""
    retain_until: date | None = None


@dataclass(frozen=True, slots=True)
class Guardian:
    """Somebody who speaks for a child; ``person`` is the child's id."""

    id: str
    person: str
    name: str


@dataclass(frozen=True, slots=True)
class Permission:
    """One word of one giver about one person: of one kind, for one channel.

    ``person`` is whom it concerns (a person's or a photographer's id), ``given_by`` who
    said it: that same id, or the id of a guardian. ``channel`` is a channel's name.

    A yes counts from ``given_on`` (None: already) to ``valid_until``, that day included,
    unless ``withdrawn_on`` is set at all. A no never lapses: not by a date and not by a
    withdrawal. Whoever changes a no to a yes gives a new answer, and the register puts it
    in the place of the no.
    """

    id: str
    person: str
    kind: PermissionKind
    channel: str
    purpose: str
    given_by: str
    answer: Answer
    given_on: date | None = None
    valid_until: date | None = None
    withdrawn_on: date | None = None
    reference: str = ""
    """Of the paper or form on which it was given."""
    information_version: str = ""
    """Of the information that was given with the question."""

    @property
    def incomplete(self) -> bool:
        """Whether purpose or channel is missing: such a yes is kept and shows nobody."""
        return not (self.channel.strip() and self.purpose.strip())


@dataclass(frozen=True, slots=True)
class Photographer:
    """Somebody who owns the copyright of photos; ``person`` if the register knows them."""

    id: str
    name: str
    role: Role
    person: str | None = None


class Capacity(StrEnum):
    """How somebody is in a photo."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    NAMED = "named"
    WORK = "work"
    PHOTOGRAPHER = "photographer"


@dataclass(frozen=True, slots=True)
class Noted:
    """Somebody noted for a photo: a person's or a photographer's id."""

    subject: str
    capacity: Capacity


@dataclass(frozen=True, slots=True)
class Channel:
    """Where pictures are published: ``name`` is what permissions and commands write.

    ``platform`` is the name as its owner writes it ("Instagram"); ``open`` says whether
    anybody may look.
    """

    name: str
    platform: str
    account_owner: AccountOwner
    open: bool = True


@dataclass(frozen=True, slots=True)
class Record:
    """All that the register holds of one person and that a decision needs."""

    person: Person
    guardians: tuple[Guardian, ...] = ()
    permissions: tuple[Permission, ...] = ()
