"""Who is in a photo: staff's word, the file's proposals, the register's answer."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from photoguard.model import (
    Box,
    Face,
    NamedRegion,
    Permission,
    PermissionKind,
    Person,
    PersonKind,
    Photographer,
    PhotoNotes,
    Record,
    Role,
    Stage,
)
from photoguard.presence import (
    Clues,
    Mention,
    Presence,
    TakenBy,
    photographers_meant,
    who_is_in,
)
from tests.policy.town import child, pupil, record, staff, student, visitor, word


@dataclass(frozen=True)
class Desk:
    """A register of a few invented people."""

    records: tuple[Record, ...] = ()
    photographers: tuple[Photographer, ...] = ()
    words: tuple[Permission, ...] = ()

    def record(self, person: str, /) -> Record | None:
        """Whoever has this id."""
        return next((each for each in self.records if each.person.id == person), None)

    def find_by_name(self, name: str, /) -> list[Person]:
        """Everybody of this name, in any case."""
        wanted = " ".join(name.split()).casefold()
        return [each.person for each in self.records if each.person.name.casefold() == wanted]

    def find_photographers(self, who: str, /) -> list[Photographer]:
        """Whoever has this name or id, or is this person."""
        return [e for e in self.photographers if who in {e.id, e.name, e.person}]

    def permissions(self, subject: str, /) -> list[Permission]:
        """What was said of a photographer."""
        return [each for each in self.words if each.person == subject]


def person(number: str, name: str, group: str = "", *, never: bool = False) -> Record:
    """A pupil with an id that says nothing."""
    return Record(
        Person(
            number,
            name,
            PersonKind.PUPIL,
            Stage.BASIC_EDUCATION,
            group=group,
            never_in_pictures=never,
        )
    )


AINO, BEA = person("p1", "Aino Esimerkki"), person("p2", "Bea Exempel")
TWINS = (person("p3", "Matti Malli", "2A"), person("p4", "Matti Malli", "2B"))
DESK = Desk((AINO, BEA, *TWINS))
FACES = tuple(Face(Box(x, 0, x + 100, 100), 0.9, ("centerface",)) for x in (0, 200, 400))


def region(
    number: float, name: str | None = "Aino Esimerkki", source: str = "mwg-rs"
) -> NamedRegion:
    """A region at the face with this number; a fraction lies between two faces."""
    left = number * 200
    return NamedRegion(Box(left, 0, left + 100, 100), name, source)


def wrote(*people: str, works: tuple[str, ...] | None = None) -> Clues:
    """What staff wrote, and nothing in the file."""
    return Clues(PhotoNotes(people=people, works=works))


def mentioned(clues: Clues, desk: Desk | None = DESK, *, trust: bool = False) -> list[Mention]:
    """Everybody who is in a photo with three faces."""
    return list(who_is_in(clues, FACES, desk, trust=trust).people)


def test_nobody_told_and_nothing_in_the_file() -> None:
    """Without clues nobody is there, and nobody told."""
    assert who_is_in(Clues(), FACES, None) == Presence()
    assert who_is_in(Clues(), FACES, DESK) == Presence()


@pytest.mark.parametrize(
    ("written", "mention"),
    [
        ("p1", Mention("p1")),
        ("Aino Esimerkki", Mention("p1")),
        (" aino esimerkki ", Mention("p1")),
        ("p1#1", Mention("p1", 0)),
        ("Aino Esimerkki #3", Mention("p1", 2)),
        ("Aino Esimerkki # 12", Mention("p1", 11)),
        ("Nobody #2", Mention(None, 1)),
        ("Nobody", Mention(None)),
        ("Matti Malli", Mention(None, ambiguous=True)),
        ("Matti Malli #2", Mention(None, 1, ambiguous=True)),
        ("Matti Malli (2B)", Mention("p4")),
        ("matti malli (2b) #2", Mention("p4", 1)),
        ("Matti Malli (3C)", Mention(None)),
        ("p3", Mention("p3")),
    ],
)
def test_what_staff_write(written: str, mention: Mention) -> None:
    """An id, a name, a name with its group, each perhaps at a face of the report."""
    presence = who_is_in(wrote(written), FACES, DESK)
    assert presence.people == (mention,)
    assert presence.people_noted
    known = DESK.record(mention.person or "")
    assert dict(presence.records) == ({known.person.id: known} if known else {})


def test_without_a_register_every_name_is_a_stranger() -> None:
    """Nobody can be looked up: names stay names that permit nothing."""
    clues = replace(wrote("Aino Esimerkki #1"), names=("Bea",), regions=(region(1, "Ceci"),))
    presence = who_is_in(clues, FACES, None)
    assert presence.people == (
        Mention(None, 0),
        Mention(None, 1, confirmed=False),
        Mention(None, None, confirmed=False),
    )
    assert presence.records == {}


def test_an_id_settles_a_name_that_two_bear() -> None:
    """Where staff wrote one id, the same name elsewhere means that person."""
    clues = Clues(PhotoNotes(people=("p4",)), (region(0, "Matti Malli"),))
    assert mentioned(clues) == [Mention("p4"), Mention("p4", 0, confirmed=False)]
    both = Clues(PhotoNotes(people=("p3", "p4")), (region(0, "Matti Malli"),))
    assert mentioned(both)[-1] == Mention(None, 0, confirmed=False, ambiguous=True)


def test_of_several_bearers_the_one_never_in_pictures_is_mentioned() -> None:
    """A name that could be somebody who must never be in pictures waits for an id."""
    hidden = person("p5", "Matti Malli", "3A", never=True)
    desk = replace(DESK, records=(*DESK.records, hidden))
    assert mentioned(wrote("Matti Malli #2"), desk) == [
        Mention(None, 1, ambiguous=True),
        Mention("p5"),
    ]
    presence = who_is_in(wrote("Matti Malli"), FACES, desk)
    assert presence.records == {"p5": hidden}
    assert mentioned(wrote("Matti Malli (2A)"), desk) == [Mention("p3")]


# names in the file


def test_a_region_proposes_a_person_at_a_face() -> None:
    """A named region binds to the face it covers, unconfirmed."""
    assert mentioned(Clues(regions=(region(1),))) == [Mention("p1", 1, confirmed=False)]
    assert not who_is_in(Clues(regions=(region(1),)), FACES, DESK).people_noted


def test_a_city_that_tags_by_hand_confirms_regions() -> None:
    """With ``regions = "trust"`` the names of the file are confirmed."""
    clues = Clues(regions=(region(1),), names=("Bea Exempel",))
    assert mentioned(clues, trust=True) == [Mention("p1", 1), Mention("p2")]


@pytest.mark.parametrize(
    ("shift", "face"),
    [(0.0, 1), (0.16, 1), (0.17, None), (-0.16, 1), (-0.17, None), (0.5, None)],
)
def test_a_region_binds_from_half_overlap_on(shift: float, face: int | None) -> None:
    """IoU 0.5 and above binds: a third of a face's width to the side is the bound."""
    clues = Clues(regions=(region(1 + shift),))
    assert mentioned(clues) == [Mention("p1", face, confirmed=False)]


def test_exactly_half_overlap_binds() -> None:
    """A region of half the face inside it has IoU 0.5."""
    half = NamedRegion(Box(200, 0, 250, 100), "Aino Esimerkki", "mwg-rs")
    assert mentioned(Clues(regions=(half,))) == [Mention("p1", 1, confirmed=False)]


def test_a_region_over_two_faces_binds_to_none() -> None:
    """Where two faces lie in one region the name has no place."""
    near = (FACES[0], Face(Box(10, 0, 110, 100), 0.9, ("blazeface",)))
    presence = who_is_in(Clues(regions=(region(0),)), near, DESK)
    assert presence.people == (Mention("p1", None, confirmed=False),)


def test_two_names_at_one_face_bind_to_none() -> None:
    """One to one only: a face that two regions claim is nobody's."""
    clues = Clues(regions=(region(0), region(0.1, "Bea Exempel"), region(2, "Matti")))
    assert mentioned(clues) == [
        Mention("p1", None, confirmed=False),
        Mention("p2", None, confirmed=False),
        Mention(None, 2, confirmed=False),
    ]


def test_two_dialects_that_say_the_same_are_one() -> None:
    """The same name at the same face in mwg-rs and MP, and in PersonInImage, is one mention."""
    clues = Clues(
        regions=(region(0), region(0.05, "AINO  Esimerkki", "MP")),
        names=("aino esimerkki", "Bea Exempel", "Bea Exempel", " "),
    )
    assert mentioned(clues) == [
        Mention("p1", 0, confirmed=False),
        Mention("p2", None, confirmed=False),
    ]


@pytest.mark.parametrize("name", [None, "", "  "])
def test_regions_without_a_name_name_nobody(name: str | None) -> None:
    """A region without a name neither mentions nor contests."""
    clues = Clues(regions=(region(0, name), region(0)))
    assert mentioned(clues) == [Mention("p1", 0, confirmed=False)]


def test_names_that_staff_wrote_are_not_proposed_again() -> None:
    """A name in the file that staff wrote too adds nothing; a place in the file does."""
    clues = Clues(PhotoNotes(people=("Aino Esimerkki #1",)), names=("Aino Esimerkki",))
    assert mentioned(clues) == [Mention("p1", 0)]
    placed = replace(clues, regions=(region(2),))
    assert mentioned(placed) == [Mention("p1", 0), Mention("p1", 2, confirmed=False)]


# works


def test_makers_of_works() -> None:
    """None, not told and makers are told apart; makers are looked up like people."""
    assert who_is_in(wrote(), FACES, DESK).works is None
    assert who_is_in(wrote(works=()), FACES, DESK).works == ()
    presence = who_is_in(wrote(works=("Bea Exempel", "Nobody", "Matti Malli")), FACES, DESK)
    assert presence.works == (Mention("p2"), Mention(None), Mention(None, ambiguous=True))
    assert dict(presence.records) == {"p2": BEA}
    assert not presence.people_noted


# the photographer

TAKEN = PermissionKind.PHOTOGRAPHER
THEIR_YES = replace(word("f1", kind=TAKEN), person="f1")
STUDIO = Photographer("f1", "Kuvaamo", Role.OTHER)
MAIJA = record(staff())
DAUGHTER = record(pupil("daughter"))
ENTRY = Photographer("f2", "Tytti", Role.STAFF, "daughter")
VIENO = record(visitor())
CLUB = Photographer("f3", "Kerho", Role.CHILD)
TOWN = Desk((MAIJA, DAUGHTER, VIENO, *TWINS), (STUDIO, ENTRY, CLUB), (THEIR_YES,))
PHOTOGRAPHERS: dict[str, tuple[str, Role | None, TakenBy | None]] = {
    "not told": (" ", Role.STAFF, None),
    "unknown": ("Nobody", None, TakenBy(Role.STAFF)),
    "unknown, with a role": ("Nobody", Role.OTHER, TakenBy(Role.OTHER)),
    "a person by name": ("maija", None, TakenBy(Role.STAFF, record=MAIJA)),
    "a person by id": (" maija", Role.STAFF, TakenBy(Role.STAFF, record=MAIJA)),
    "from outside": ("Kuvaamo", None, TakenBy(Role.OTHER, permissions=(THEIR_YES,))),
    "from outside, role told": ("f1", Role.STAFF, TakenBy(Role.STAFF, permissions=(THEIR_YES,))),
    "a pupil stays a pupil": (
        "Daughter",
        Role.STAFF,
        TakenBy(Role.CHILD, record=DAUGHTER),
    ),
    "a pupil in the list of photographers": ("Tytti", None, TakenBy(Role.CHILD, record=DAUGHTER)),
    "a child from outside stays one": ("Kerho", Role.STAFF, TakenBy(Role.CHILD)),
    "a visitor is no staff": ("vieno", None, TakenBy(Role.OTHER, record=VIENO)),
    "one of two pupils": ("Matti Malli", Role.STAFF, TakenBy(Role.CHILD, several=True)),
    "two photographers": ("Kuvaamo; maija", None, TakenBy(Role.OTHER, several=True)),
    "one pupil by group": (
        "Matti Malli (2A)",
        Role.STAFF,
        TakenBy(Role.CHILD, record=TWINS[0]),
    ),
}


@pytest.mark.parametrize(("name", "role", "taken_by"), PHOTOGRAPHERS.values(), ids=PHOTOGRAPHERS)
def test_the_photographer(name: str, role: Role | None, taken_by: TakenBy | None) -> None:
    """Staff, child or other as told, and never more than the register knows."""
    notes = PhotoNotes(photographer=name, photographer_role=role)
    assert who_is_in(Clues(notes), FACES, TOWN).taken_by == taken_by


def test_a_refusal_of_one_of_two_photographers_of_a_name_counts() -> None:
    """Nobody knows which of them took the photo: a no may be that one's, a yes may not."""
    refused = replace(word("t2", "no", kind=TAKEN), person="t2", given_by="t2")
    allowed = replace(word("t1", kind=TAKEN), person="t1", given_by="t1")
    one, other = person("t1", "Matti Malli", "1A"), person("t2", "Matti Malli", "2A")
    town = Desk(
        (replace(one, permissions=(allowed,)), replace(other, permissions=(refused,))), (), ()
    )
    notes = PhotoNotes(photographer="Matti Malli", taken_for=("instagram",))
    presence = who_is_in(Clues(notes), FACES, town)
    assert presence.taken_by == TakenBy(Role.CHILD, ("instagram",), (refused,), several=True)


NAMESAKES = (
    Photographer("f8", "Kai Kuva", Role.OTHER),
    Photographer("f9", "Kai Kuva", Role.STAFF, "kai"),
)
KAI = record(replace(staff("kai"), name="Kai Kuva"))
NO = replace(word("f9", "no", kind=TAKEN), person="f9")


@pytest.mark.parametrize(
    ("town", "several"),
    [
        (Desk((), NAMESAKES, (NO,)), True),
        (Desk((KAI,), NAMESAKES, (NO,)), True),
        (Desk((KAI,), NAMESAKES[1:], (NO,)), False),
        (Desk((KAI,), (replace(NAMESAKES[1], name="K. Kuva"),), (NO,)), False),
        (Desk((replace(KAI, permissions=(NO,)),), NAMESAKES[:1]), True),
    ],
)
def test_a_no_is_found_under_whatever_entry_it_stands(town: Desk, several: bool) -> None:  # noqa: FBT001
    """Two photographers of a name, or a person and a photographer, linked or not: a no counts."""
    taken_by = who_is_in(Clues(PhotoNotes(photographer="Kai Kuva")), FACES, town).taken_by
    assert taken_by is not None
    known = taken_by.record.permissions if taken_by.record else ()
    assert NO in (*taken_by.permissions, *known)
    assert taken_by.several is several


def test_whoever_may_have_taken_it_is_known_by_every_id() -> None:
    """What is noted for a photo finds a later no, whichever of them says it, and by ids alone."""
    town = Desk((KAI,), NAMESAKES)
    assert photographers_meant("Kai Kuva", town).ids == ("f8", "f9", "kai")
    assert photographers_meant("f8;f9;kai", town).ids == ("f8", "f9", "kai")
    assert photographers_meant("f9", town).ids == photographers_meant("kai", town).ids
    assert photographers_meant("Nobody", town).ids == ()


@pytest.mark.parametrize("young", [child("x"), pupil("x"), student("x")])
def test_children_of_every_stage_are_credited_as_children(young: Person) -> None:
    """A child, pupil or student is a child behind the camera, whatever was told."""
    notes = PhotoNotes(photographer="x", photographer_role=Role.STAFF)
    taken_by = who_is_in(Clues(notes), FACES, Desk((record(young),))).taken_by
    assert taken_by is not None
    assert taken_by.role is Role.CHILD


def test_channels_travel_with_the_photographer() -> None:
    """What a photo was taken for is kept, with and without a register."""
    notes = PhotoNotes(photographer="maija", taken_for=("instagram",))
    for desk in (None, TOWN):
        taken_by = who_is_in(Clues(notes), FACES, desk).taken_by
        assert taken_by is not None
        assert taken_by.taken_for == ("instagram",)
        assert taken_by.role is Role.STAFF
