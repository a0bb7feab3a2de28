"""An invented school and daycare: short ways to say who gave which permission."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import count

from photoguard.model import (
    Answer,
    Box,
    Face,
    Guardian,
    Outcome,
    Permission,
    PermissionKind,
    Person,
    PersonKind,
    Plan,
    Reason,
    Record,
    Role,
    Sight,
    Stage,
    Unit,
)
from photoguard.policy import Question, Rules, channels_for, decide
from photoguard.presence import Mention, Presence, TakenBy

DAY = date(2026, 5, 20)
GIVEN = date(2025, 8, 15)
YOUNG = date(2015, 3, 1)
OLD = date(2010, 3, 1)
SCHOOL = Rules(unit=Unit.BASIC_EDUCATION)
LUKIO = Rules(unit=Unit.UPPER_SECONDARY)
DAYCARE = Rules(unit=Unit.EARLY_CHILDHOOD)
INSTAGRAM, FACEBOOK = channels_for(("instagram", "facebook"), Unit.BASIC_EDUCATION)
_NUMBERS = count()


def word(
    giver: str,
    answer: str = "yes",
    *,
    kind: PermissionKind = PermissionKind.SHOWN,
    channel: str = "instagram",
    purpose: str = "school life",
) -> Permission:
    """One answer; ``giver`` is "own" or a guardian's name."""
    number = f"w{next(_NUMBERS)}"
    return Permission(number, giver, kind, channel, purpose, giver, Answer(answer), given_on=GIVEN)


def record(person: Person, *words: Permission, guardians: str = "") -> Record:
    """A person with guardians, named in one string, and what was said."""
    own = {"own": person.id}
    given = (
        replace(each, person=person.id, given_by=own.get(each.given_by, each.given_by))
        for each in words
    )
    kin = tuple(Guardian(name, person.id, name) for name in guardians.split())
    return Record(person, kin, tuple(given))


def pupil(name: str = "aino", born: date | None = YOUNG) -> Person:
    """A pupil of basic education."""
    return Person(name, name.title(), PersonKind.PUPIL, Stage.BASIC_EDUCATION, born)


def student(name: str = "sami", born: date | None = OLD) -> Person:
    """A student of upper secondary education."""
    return Person(name, name.title(), PersonKind.STUDENT, Stage.UPPER_SECONDARY, born)


def child(name: str = "iida", stage: Stage = Stage.EARLY_CHILDHOOD) -> Person:
    """A child in early childhood education."""
    return Person(name, name.title(), PersonKind.CHILD, stage, date(2021, 6, 1))


def staff(name: str = "maija") -> Person:
    """An adult who works there."""
    return Person(name, name.title(), PersonKind.STAFF, Stage.NONE)


def visitor(name: str = "vieno") -> Person:
    """An adult from outside."""
    return Person(name, name.title(), PersonKind.OTHER, Stage.NONE)


def permitted(name: str = "aino") -> Record:
    """A pupil under age with every permission for Instagram."""
    return record(pupil(name), word("own"), word("äiti"), guardians="äiti")


def face(number: int) -> Face:
    """The face with this number, beside the others."""
    return Face(Box(100.0 * number, 0.0, 100.0 * number + 50.0, 60.0), 0.9, ("centerface",))


def question(
    *records: Record,
    people: tuple[Mention, ...] = (),
    faces: int = 1,
    rules: Rules = SCHOOL,
    **presence: object,
) -> Question:
    """A photo with so many faces, for Instagram, in which staff told who is there."""
    presence_ = Presence(
        people=people,
        people_noted=True,
        works=(),
        taken_by=TakenBy(role=Role.STAFF, taken_for=("instagram", "facebook", "website")),
        records={each.person.id: each for each in records},
    )
    return Question(
        sight=Sight(tuple(face(number) for number in range(faces))),
        day=DAY,
        rules=rules,
        channels=(INSTAGRAM,),
        presence=replace(presence_, **presence),  # type: ignore[arg-type]
    )


def plan(*records: Record, **asked: object) -> Plan:
    """What the rules make of ``question(...)``."""
    return decide(question(*records, **asked))  # type: ignore[arg-type]


def codes(reasons: tuple[Reason, ...]) -> list[str]:
    """The codes of reasons without the name of the catalogue."""
    return [reason.code.partition(".")[2] for reason in reasons]


def actions(decided: Plan) -> list[str]:
    """What happens to each face."""
    return [planned.action.value for planned in decided.faces]


HOLD = replace(SCHOOL, without_permission="hold")
NEVER = record(replace(pupil("never"), never_in_pictures=True))
REFUSED = record(pupil("liisa"), word("own", "no"), guardians="äiti")
WITHDRAWN = record(pupil("olli", OLD), replace(word("own"), withdrawn_on=DAY))


def at(number: int, person: str | None = "aino", *, confirmed: bool = True) -> Mention:
    """Somebody at the face with this number, from 0."""
    return Mention(person, number, confirmed)


def named(person: str | None = "aino", *, ambiguous: bool = False) -> Mention:
    """Somebody named for the photo as a whole."""
    return Mention(person, ambiguous=ambiguous)


def ready(decided: Plan) -> bool:
    """Whether nothing stands in the way."""
    return decided.outcome is Outcome.READY and not decided.reasons
