"""Who is in one photo: what staff wrote, what the file says, and whom the register knows.

::

    presence = who_is_in(Clues(notes, regions, names), sight.faces, register, trust=False)

A name found in a file is a proposal, since other programs write names by recognising
faces: it can hold a photo or hide a face, never unhide one, unless the city tags by hand
and trusts its files. What staff wrote is confirmed. Nothing here looks at pixels.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from photoguard.model import Answer, PermissionKind, PersonKind, PhotoNotes, Role
from photoguard.model.spelling import key, name_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from photoguard.model import Face, NamedRegion, Permission, Person, Photographer, Record


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody named for a photo, perhaps at one of its faces.

    ``person`` is a register id; None when the register has nobody, or more than one
    person (``ambiguous``), of that name. ``face`` is an index into the photo's faces,
    from 0; None names the person for the photo as a whole. A mention that no member of
    staff stands behind (``confirmed`` False) can hold or hide, never unhide; neither can
    one whose face was numbered anew since staff wrote its number (``renumbered``). A number
    that staff wrote before any report had shown one (``unshown``) holds the photo.
    """

    person: str | None
    face: int | None = None
    confirmed: bool = True
    ambiguous: bool = False
    renumbered: bool = False
    unshown: bool = False


@dataclass(frozen=True, slots=True)
class TakenBy:
    """The photographer of one photo.

    ``taken_for`` are names of channels. ``permissions`` are those the register holds of
    the photographer; ``record`` is there when the register knows the photographer as a
    person.
    """

    role: Role
    taken_for: tuple[str, ...] = ()
    permissions: tuple[Permission, ...] = ()
    record: Record | None = None
    nameless: bool = False
    """A child, pupil or student without a name: there is nobody to look up."""
    several: bool = False
    """More than one of the register may be meant: then ``permissions`` holds what any of them
    said against publication or against being named, and nobody's yes."""


@dataclass(frozen=True, slots=True)
class Presence:
    """Everything a decision needs to know of the people of one photo.

    ``people_noted`` says whether staff noted who is in the photo. ``works`` are the makers of
    works in it: () for none, None where nobody answered. ``records`` holds the register's
    record of each person id that is mentioned.
    """

    people: tuple[Mention, ...] = ()
    works: tuple[Mention, ...] | None = None
    taken_by: TakenBy | None = None
    people_noted: bool = False
    records: Mapping[str, Record] = field(default_factory=dict)


SAME_PLACE = 0.5
"""Least intersection over union of a named region and the face it may name."""

WITH_FACE = re.compile(r"(?P<who>[^#]*[^#\s])\s*#\s*(?P<face>[0-9]+)")
WITH_GROUP = re.compile(r"(?P<who>[^()]+)\((?P<group>[^()]+)\)")
YOUNG = frozenset({PersonKind.CHILD, PersonKind.PUPIL, PersonKind.STUDENT})


class Register(Protocol):
    """What is asked of a consent register; it is read-only here."""

    def record(self, person: str, /) -> Record | None:
        """Return everything about the person with this id, None for an unknown id."""

    def find_by_name(self, name: str, /) -> Sequence[Person]:
        """Return everybody of this name."""

    def find_photographers(self, who: str, /) -> Sequence[Photographer]:
        """Return every photographer of this id or name, or who is the person of this id."""

    def permissions(self, subject: str, /) -> Sequence[Permission]:
        """Return the permissions about a person or a photographer."""


@dataclass(frozen=True, slots=True)
class Clues:
    """Everything that says who is in a photo.

    ``notes`` come from staff, with the photographer of the settings filled in; ``regions``
    (upright pixels) and ``names`` come from the file itself and are untrusted.
    """

    notes: PhotoNotes = field(default_factory=PhotoNotes)
    regions: tuple[NamedRegion, ...] = ()
    names: tuple[str, ...] = ()
    renumbered: frozenset[str] = frozenset()
    """What staff wrote of people whose face no longer has the number they wrote."""
    unshown: frozenset[str] = frozenset()
    """What staff wrote of people with a number that no report had shown until then."""


def who_is_in(
    clues: Clues, faces: Sequence[Face], register: Register | None, *, trust: bool = False
) -> Presence:
    """Return who is in the photo, with the register's records of everybody it knows.

    ``trust`` confirms the names that stand in the file (``regions = "trust"``).
    """
    desk = _Desk(register, tuple(_staff_ids(clues.notes.people, register)))
    people = (
        *(mention for text in clues.notes.people for mention in _noted(text, clues, desk)),
        *(
            mention
            for name, face in _in_file(clues, faces)
            for mention in desk.mentions(name, face, confirmed=trust)
        ),
    )
    works = clues.notes.works
    makers = None if works is None else tuple(m for who in works for m in desk.mentions(who))
    mentioned = {mention.person for mention in (*people, *(makers or ()))}
    return Presence(
        people=tuple(dict.fromkeys(people)),
        works=makers,
        taken_by=_taken_by(clues.notes, register),
        people_noted=bool(clues.notes.people),
        records={each: known for each in mentioned if each and (known := desk.record(each))},
    )


def _noted(text: str, clues: Clues, desk: _Desk) -> Iterator[Mention]:
    """Yield the mention of what staff wrote; a face that was numbered anew is unconfirmed."""
    renumbered, unshown = text in clues.renumbered, text in clues.unshown
    for mention in desk.mentions(*split(text), confirmed=not renumbered):
        at_a_face = mention.face is not None
        yield replace(mention, renumbered=renumbered and at_a_face, unshown=unshown and at_a_face)


@dataclass(frozen=True, slots=True)
class _Desk:
    """Looks names up in the register.

    Where several persons bear a name, the one whom staff named by id in this photo is meant.
    """

    register: Register | None
    settled: tuple[str, ...]

    def record(self, person: str) -> Record | None:
        return self.register.record(person) if self.register else None

    def mentions(
        self, who: str, face: int | None = None, *, confirmed: bool = True
    ) -> Iterator[Mention]:
        """Yield the mention of one id or name.

        Where several persons bear the name, those who must never be in pictures are
        mentioned too, so that the photo waits for an id.
        """
        found = self._candidates(who)
        if len(found) == 1:
            yield Mention(found[0].id, face, confirmed)
            return
        yield Mention(None, face, confirmed, ambiguous=bool(found))
        for person in found:
            if person.never_in_pictures:
                yield Mention(person.id, None, confirmed)

    def _candidates(self, who: str) -> list[Person]:
        known = self.record(who)
        if known:
            return [known.person]
        found = named(who, self.register)
        return [person for person in found if person.id in self.settled] or found


def named(who: str, register: Register | None) -> list[Person]:
    """Return everybody of a name; "Aino Esimerkki (2A)" means the one of that group."""
    if register is None:
        return []
    found = list(register.find_by_name(who))
    parts = WITH_GROUP.fullmatch(who)
    if found or parts is None:
        return found
    group = key(parts["group"])
    return [each for each in register.find_by_name(parts["who"]) if key(each.group) == group]


def _staff_ids(people: Iterable[str], register: Register | None) -> Iterator[str]:
    for text in people:
        who, _ = split(text)
        if register and register.record(who):
            yield who


def split(text: str) -> tuple[str, int | None]:
    """Return the name that staff wrote and the face, counted from 0; the report counts from 1."""
    parts = WITH_FACE.fullmatch(text)
    return (parts["who"], int(parts["face"]) - 1) if parts else (text.strip(), None)


def _in_file(clues: Clues, faces: Sequence[Face]) -> Iterator[tuple[str, int | None]]:
    """Yield each name of the file with the face that it names one to one, or without a face."""
    noted = {name_key(split(text)[0]) for text in clues.notes.people}
    placed: set[str] = set()
    for name, place in _bound(clues.regions, faces):
        placed.add(name_key(name))
        yield name, place
    for name in dict.fromkeys(clues.names):
        if name_key(name) and name_key(name) not in placed | noted:
            yield name, None


def _bound(
    regions: Sequence[NamedRegion], faces: Sequence[Face]
) -> Iterator[tuple[str, int | None]]:
    """Yield each named region with its face: exactly one face, which nobody else claims.

    The same name at the same face, once from each of two dialects, is one.
    """
    named = [(region.name, region) for region in regions if region.name and region.name.strip()]
    near = {
        number: [i for i, face in enumerate(faces) if face.box.iou(region.box) >= SAME_PLACE]
        for number, (_, region) in enumerate(named)
    }
    claims: dict[int, set[str]] = defaultdict(set)
    for number, (name, _) in enumerate(named):
        for face in near[number]:
            claims[face].add(name_key(name))
    for number, (name, _) in enumerate(named):
        alone = len(near[number]) == 1 and len(claims[near[number][0]]) == 1
        yield name, near[number][0] if alone else None


def _taken_by(notes: PhotoNotes, register: Register | None) -> TakenBy | None:
    """Return the photographer; whom the register knows as a child stays one."""
    name = notes.photographer.strip()
    role = notes.photographer_role
    if not name:
        nameless = TakenBy(Role.CHILD, notes.taken_for, nameless=True)
        return nameless if role is Role.CHILD else None
    if register is None:
        return TakenBy(role or Role.STAFF, notes.taken_for)
    found = photographers_meant(name, register)
    permissions = tuple(
        permission for each in found.entries for permission in register.permissions(each.id)
    )
    several = len(found.people) > 1
    if several:
        everything = (
            *permissions,
            *(permission for each in found.records for permission in each.permissions),
        )
        permissions = tuple(permission for permission in everything if _is_against(permission))
    record = found.records[0] if found.records and not several else None
    return TakenBy(found.role(role), notes.taken_for, permissions, record, several=several)


def _is_against(permission: Permission) -> bool:
    """Tell whether a word speaks against publishing or naming whoever may be the photographer.

    A name that several bear may be that of the one who refused; nobody's yes is another's.
    """
    against = permission.answer is Answer.NO or permission.withdrawn_on is not None
    return against and permission.kind in {PermissionKind.PHOTOGRAPHER, PermissionKind.NAMED}


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom of the register a photographer's name may mean, as photographers and as persons."""

    entries: tuple[Photographer, ...] = ()
    records: tuple[Record, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """Every id, each once."""
        people = (each.person.id for each in self.records)
        return tuple(dict.fromkeys((*(each.id for each in self.entries), *people)))

    @property
    def people(self) -> frozenset[str]:
        """An id for each human being: a photographer who is a person of the register is one."""
        entries = (each.person or each.id for each in self.entries)
        return frozenset((*entries, *(each.person.id for each in self.records)))

    def role(self, given: Role | None) -> Role:
        """Return the role that holds: a child stays one, and the register knows the others.

        Where nobody gave a role and several may be meant, the one that permits least.
        """
        kinds = {each.person.kind for each in self.records}
        roles = {each.role for each in self.entries}
        if Role.CHILD in roles or kinds & YOUNG:
            return Role.CHILD
        if given is not None:
            return given
        return Role.OTHER if Role.OTHER in roles or PersonKind.OTHER in kinds else Role.STAFF


def photographers_meant(name: str, register: Register) -> Meant:
    """Return whom of the register a name may mean; ";" separates several photographers.

    A name finds photographers and persons alike, and each finds the entry that is linked to it.
    """
    entries: dict[str, Photographer] = {}
    records: dict[str, Record] = {}
    for who in filter(None, (part.strip() for part in name.split(";"))):
        known = register.record(who)
        by_id = {known.person.id} if known else set[str]()
        people = by_id or {each.id for each in named(who, register)}
        direct = register.find_photographers(who)
        linked = [each for person in people for each in register.find_photographers(person)]
        entries |= {each.id: each for each in (*direct, *linked)}
        people |= {each.person for each in direct if each.person}
        records |= {each: found for each in sorted(people) if (found := register.record(each))}
    return Meant(tuple(entries.values()), tuple(records.values()))
