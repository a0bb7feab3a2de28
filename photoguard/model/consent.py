"""The values of the consent register: persons, guardians, permissions, channels.

Ids are the register's own random strings; they reveal nothing about the person, so that
reports, manifests and the log may hold them. A day is a calendar day without a time zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from photoguard.model.choices import Role


class Stage(StrEnum):
    """The stage of education a person belongs to; it decides which rules apply."""

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
    """What a permission allows; one kind never counts as another."""

    SHOWN = "shown"
    OWN_WORK = "own-work"
    PHOTOGRAPHER = "photographer"
    NAMED = "named"


class Answer(StrEnum):
    """What somebody answered: yes or no."""

    YES = "yes"
    NO = "no"


class AccountOwner(StrEnum):
    """Who owns the account of a channel."""

    UNIT = "unit"
    AREA = "area"
    CITY = "city"


@dataclass(frozen=True, slots=True)
class Person:
    """A person in the register.

    ``born`` is None when the date is not known; in basic education and below, the person then
    counts as under the age limit. ``never_in_pictures`` is a mark without a reason; it goes
    before every permission. ``outside_id`` is the person's id in another system.
    ``retain_until`` is the last day on which the entry counts, None without a limit.
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
    """A guardian of a child; ``person`` is the child's id."""

    id: str
    person: str
    name: str


@dataclass(frozen=True, slots=True)
class Permission:
    """One answer of one giver about one person: yes or no, of one kind, for one channel.

    ``person`` is the id of the person or photographer whom it concerns; ``given_by``, the
    giver, is that same id or the id of a guardian. ``channel`` is a channel's name.

    A yes counts from ``given_on`` (None: always) to ``valid_until``, that day included,
    unless ``withdrawn_on`` is set at all. A no never lapses, by no date and no withdrawal;
    a giver who changes it gives a new answer, which the register puts in its place.
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
    """The reference of the paper or form on which it was given."""
    information_version: str = ""
    """The version of the information that was given with the question."""

    @property
    def ended_by_withdrawal(self) -> date | None:
        """The day of the withdrawal, but no earlier than the yes: a year may be mistyped."""
        return self.withdrawn_on and max(self.withdrawn_on, self.given_on or self.withdrawn_on)

    def outlasts(self, other: Permission) -> bool:
        """Tell whether this yes holds on after another one, of its giver, has ended.

        Both are of one kind and for one channel; two of one purpose replace each other.
        """
        mine = self.given_by, self.kind, self.channel.casefold()
        theirs = other.given_by, other.kind, other.channel.casefold()
        both = self.answer is other.answer is Answer.YES and not self.withdrawn_on
        if other.valid_until is None or mine != theirs or not both or self.incomplete:
            return False
        same = self.purpose.casefold() == other.purpose.casefold()
        return not same and (self.valid_until is None or self.valid_until > other.valid_until)

    @property
    def incomplete(self) -> bool:
        """Whether purpose or channel is missing; such a yes is kept but allows nothing."""
        return not (self.channel.strip() and self.purpose.strip())


@dataclass(frozen=True, slots=True)
class Photographer:
    """Somebody who takes photos; ``person`` is their id as a person of the register, or None."""

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
    """Somebody who is noted for a photo; ``subject`` is a person's or a photographer's id."""

    subject: str
    capacity: Capacity


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel on which pictures are published; ``name`` is used in permissions and commands.

    ``platform`` is the name as its owner writes it ("Instagram"); ``open`` says whether
    everybody can see what is published.
    """

    name: str
    platform: str
    account_owner: AccountOwner
    open: bool = True


@dataclass(frozen=True, slots=True)
class Record:
    """A person of the register with guardians and permissions, as decisions need them."""

    person: Person
    guardians: tuple[Guardian, ...] = ()
    permissions: tuple[Permission, ...] = ()
