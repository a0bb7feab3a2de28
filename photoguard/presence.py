"""Who is in one photo, from the staff's notes, the file's metadata and the register.

::

    presence = who_is_in(Clues(notes, regions, names), sight.faces, register, trust=False)

A name found in a file is only a proposal, since other programs write names by recognising
faces: it can hold a photo or hide a face, but keep one only where the city tags by hand and
trusts its files. What staff wrote counts as confirmed. No pixels are read here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from photoguard.model import Answer, PermissionKind, PersonKind, PhotoNotes, Role
from photoguard.model.answers import split_face_number
from photoguard.model.spelling import key, name_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from photoguard.model import Face, NamedRegion, Permission, Person, Photographer, Record


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody named for a photo, perhaps at one of its faces.

    ``person`` is a register id; None when the register has nobody, or more than one
    person (``ambiguous``), of that name. ``face`` is an index into the photo's faces,
    from 0; None names the person for the photo as a whole. ``confirmed`` is False for a name
    that no member of staff gave. ``renumbered``: the face number that staff wrote may mean
    another face by now. ``counted_up``: numbers of this name count up from row to row of the
    table. None of these three can keep a face. ``unshown``: staff wrote the number before a
    report had shown it, which holds the photo.
    """

    person: str | None
    face: int | None = None
    confirmed: bool = True
    ambiguous: bool = False
    renumbered: bool = False
    counted_up: bool = False
    unshown: bool = False


@dataclass(frozen=True, slots=True)
class TakenBy:
    """The photographer of one photo.

    ``taken_for`` are the names of the channels the photo was taken for. ``permissions`` are
    those in the register about the photographer; ``record`` is the photographer's record
    where the register knows one such person, else None.
    """

    role: Role
    taken_for: tuple[str, ...] = ()
    permissions: tuple[Permission, ...] = ()
    record: Record | None = None
    nameless: bool = False
    """Whether staff gave only the role of a child, pupil or student and no name."""
    several: bool = False
    """Whether the name may mean several people of the register; then ``permissions`` holds
    only their answers against publication or against being named."""


@dataclass(frozen=True, slots=True)
class Presence:
    """Everything that a decision needs to know about the people of one photo.

    ``people_noted``: whether staff wrote who is in the photo. ``works`` are the makers of
    works in it: () for none, None where nobody answered. ``records`` has the register's
    record of each mentioned person, by id.
    """

    people: tuple[Mention, ...] = ()
    works: tuple[Mention, ...] | None = None
    taken_by: TakenBy | None = None
    people_noted: bool = False
    records: Mapping[str, Record] = field(default_factory=dict)


SAME_PLACE = 0.5
"""Least intersection over union of a named region and the face it may name."""

WITH_GROUP = re.compile(r"(?P<who>[^()]+)\((?P<group>[^()]+)\)")
YOUNG = frozenset({PersonKind.CHILD, PersonKind.PUPIL, PersonKind.STUDENT})


class Register(Protocol):
    """The interface of a consent register, as far as it is read here."""

    def record(self, person: str, /) -> Record | None:
        """Return the record of the person with this id, None for an unknown id."""

    def find_by_name(self, name: str, /) -> Sequence[Person]:
        """Return the persons with this name, in any order of its parts."""

    def find_photographers(self, who: str, /) -> Sequence[Photographer]:
        """Return the photographers with this id or name, or linked to the person of this id."""

    def permissions(self, subject: str, /) -> Sequence[Permission]:
        """Return the permissions about the person or photographer with this id."""


@dataclass(frozen=True, slots=True)
class Clues:
    """The sources for who is in a photo.

    ``notes`` come from staff, with the photographer of the settings filled in. ``regions``
    (in upright pixels) and ``names`` come from the file's metadata and are untrusted.
    """

    notes: PhotoNotes = field(default_factory=PhotoNotes)
    regions: tuple[NamedRegion, ...] = ()
    names: tuple[str, ...] = ()
    renumbered: frozenset[str] = frozenset()
    """Entries of ``notes.people`` whose face number no longer means the face it meant."""
    counted_up: frozenset[str] = frozenset()
    """Entries of ``notes.people`` whose face number a spreadsheet may have counted up."""
    unshown: frozenset[str] = frozenset()
    """Entries of ``notes.people`` whose face number no report had shown when it was used."""


def who_is_in(
    clues: Clues, faces: Sequence[Face], register: Register | None, *, trust: bool = False
) -> Presence:
    """Return who is in the photo, with the register's records of the persons it knows.

    ``faces`` are in the order in which they are numbered. With ``trust`` names from the
    file count as confirmed (``regions = "trust"``).
    """
    lookup = _RegisterLookup(register, tuple(_staff_ids(clues.notes.people, register)))
    people = (
        *(mention for text in clues.notes.people for mention in _mentions_of(text, clues, lookup)),
        *(
            mention
            for name, face in _in_file(clues, faces)
            for mention in lookup.mentions(name, face, confirmed=trust)
        ),
    )
    works = clues.notes.works
    makers = None if works is None else tuple(m for who in works for m in lookup.mentions(who))
    mentioned = {mention.person for mention in (*people, *(makers or ()))}
    return Presence(
        people=tuple(dict.fromkeys(people)),
        works=makers,
        taken_by=_taken_by(clues.notes, register),
        people_noted=bool(clues.notes.people),
        records={each: known for each in mentioned if each and (known := lookup.record(each))},
    )


def _mentions_of(text: str, clues: Clues, lookup: _RegisterLookup) -> Iterator[Mention]:
    """Yield the mentions of one entry of the notes; unconfirmed if its number may be wrong."""
    renumbered, counted_up = text in clues.renumbered, text in clues.counted_up
    who, face = split_face_number(text)
    for mention in lookup.mentions(who, face, confirmed=not (renumbered or counted_up)):
        if mention.face is None:
            yield mention
            continue
        unshown = text in clues.unshown
        yield replace(mention, renumbered=renumbered, counted_up=counted_up, unshown=unshown)


@dataclass(frozen=True, slots=True)
class _RegisterLookup:
    """Looks names up in the register.

    Where several persons have a name, those whose id staff wrote for this photo are meant.
    """

    register: Register | None
    named_by_id: tuple[str, ...]

    def record(self, person: str) -> Record | None:
        return self.register.record(person) if self.register else None

    def mentions(
        self, who: str, face: int | None = None, *, confirmed: bool = True
    ) -> Iterator[Mention]:
        """Yield the mention of one id or name.

        Where several persons have the name, those who must never be in pictures are yielded
        as well, so that the photo is held until staff write an id.
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
        found = persons_named(who, self.register)
        return [person for person in found if person.id in self.named_by_id] or found


def persons_named(who: str, register: Register | None) -> list[Person]:
    """Return the persons with a name; "Aino Esimerkki (2A)" means those of group 2A."""
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
        who, _ = split_face_number(text)
        if register and register.record(who):
            yield who


def _in_file(clues: Clues, faces: Sequence[Face]) -> Iterator[tuple[str, int | None]]:
    """Yield each name in the file with the index of its one face, None where there is none."""
    noted = {name_key(split_face_number(text)[0]) for text in clues.notes.people}
    placed: set[str] = set()
    for name, place in _regions_with_faces(clues.regions, faces):
        placed.add(name_key(name))
        yield name, place
    for name in dict.fromkeys(clues.names):
        if name_key(name) and name_key(name) not in placed | noted:
            yield name, None


def _regions_with_faces(
    regions: Sequence[NamedRegion], faces: Sequence[Face]
) -> Iterator[tuple[str, int | None]]:
    """Yield the name of each named region with the index of its face, or None.

    A region has a face if exactly one face is near and no region with another name is near
    that face. The same name may come twice, from two formats of metadata.
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
    """Return the photographer, None where staff gave none and not the role of a child.

    Somebody whom the register knows as a child is one, whatever role staff gave.
    """
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
    """Tell whether a permission is a no or a withdrawal, about photographing or naming.

    Where a name may mean several people, the refusal of each counts but nobody's yes.
    """
    against = permission.answer is Answer.NO or permission.withdrawn_on is not None
    return against and permission.kind in {PermissionKind.PHOTOGRAPHER, PermissionKind.NAMED}


@dataclass(frozen=True, slots=True)
class PossiblePhotographers:
    """The register's photographers and persons whom a photographer's name may mean."""

    entries: tuple[Photographer, ...] = ()
    records: tuple[Record, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all photographers and persons, each once."""
        people = (each.person.id for each in self.records)
        return tuple(dict.fromkeys((*(each.id for each in self.entries), *people)))

    @property
    def people(self) -> frozenset[str]:
        """One id for each human being; a photographer linked to a person is that person."""
        entries = (each.person or each.id for each in self.entries)
        return frozenset((*entries, *(each.person.id for each in self.records)))

    def role(self, given: Role | None) -> Role:
        """Return CHILD if anybody meant is a child, else the given role, else the register's.

        Where nobody gave a role, OTHER goes before STAFF, since it permits less.
        """
        kinds = {each.person.kind for each in self.records}
        roles = {each.role for each in self.entries}
        if Role.CHILD in roles or kinds & YOUNG:
            return Role.CHILD
        if given is not None:
            return given
        return Role.OTHER if Role.OTHER in roles or PersonKind.OTHER in kinds else Role.STAFF


def photographers_meant(name: str, register: Register) -> PossiblePhotographers:
    """Return whom of the register a name or id may mean; ";" separates several photographers.

    Both photographers and persons are found, and with each the entry linked to it.
    """
    entries: dict[str, Photographer] = {}
    records: dict[str, Record] = {}
    for who in filter(None, (part.strip() for part in name.split(";"))):
        known = register.record(who)
        by_id = {known.person.id} if known else set[str]()
        people = by_id or {each.id for each in persons_named(who, register)}
        direct = register.find_photographers(who)
        linked = [each for person in people for each in register.find_photographers(person)]
        entries |= {each.id: each for each in (*direct, *linked)}
        people |= {each.person for each in direct if each.person}
        records |= {each: found for each in sorted(people) if (found := register.record(each))}
    return PossiblePhotographers(tuple(entries.values()), tuple(records.values()))
