"""What staff typed is searched for names, codes and addresses before it goes out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from photoguard import policy
from photoguard.model import (
    Action,
    Language,
    Outcome,
    PermissionKind,
    PhotoNotes,
    Plan,
    PlannedFace,
    Reason,
    Sight,
    Unit,
    Verdict,
)
from photoguard.pipeline import RunSpec
from photoguard.pipeline.photo.typed import Typed, held_for_words
from photoguard.presence import Presence
from photoguard.register.snapshot import Snapshot
from photoguard.settings import Settings
from tests.pipeline.scripted import face
from tests.policy.town import DAY, pupil, record, word

if TYPE_CHECKING:
    from photoguard.model import Person, Record

NAMED = PermissionKind.NAMED
CHILD = replace(pupil("eskil"), name="Eskil Öhman")
MAY = record(CHILD, word("own", kind=NAMED), word("isä", kind=NAMED), guardians="isä")
MAY_NOT = record(CHILD, guardians="isä")
SCHOOL = Settings(unit=Unit.BASIC_EDUCATION, channels=("instagram",), publish_on=DAY)


def codes(
    text: str, *records: Record, settings: Settings = SCHOOL, shown: Person | None = None
) -> list[str]:
    """Return why a photo with this description is held."""
    spec = RunSpec(settings, Snapshot(records, (), (), {}))
    faces = (PlannedFace(face(40), Action.KEEP, shown.id),) if shown else ()
    plan = Plan(Outcome.READY, faces)
    question = policy.Question(
        sight=Sight(()),
        day=DAY,
        rules=policy.rules_of(settings),
        channels=policy.channels_for(settings.channels, settings.unit),
        presence=Presence(),
    )
    found = held_for_words(plan, Typed(PhotoNotes(description=text), (), spec), question)
    assert (found.outcome is Outcome.REVIEW) is bool(found.reasons)
    for reason in found.reasons:
        assert "Eskil" not in reason.code
    return [reason.code for reason in found.reasons]


def test_a_pupil_is_named_only_with_a_permission_for_that() -> None:
    """Without it the name holds the photo; with it the name stands."""
    assert "reasons.name_in_caption" in codes("Eskilin maja valmistui.", MAY_NOT)
    assert codes("Eskilin maja valmistui.", MAY) == []


def test_another_child_of_that_name_is_still_held() -> None:
    """A permission is one child's, not a name's."""
    other = record(replace(CHILD, id="other", name="Eskil Aho"), guardians="isä")
    assert codes("Eskil rakensi majan.", MAY, other) == ["reasons.name_in_caption"]


def test_of_two_children_with_one_name_none_is_named_on_the_word_of_the_other() -> None:
    """Nobody can tell which of them is meant, so that the photo is held."""
    namesake = record(replace(CHILD, id="other"), guardians="isä")
    assert "reasons.name_in_caption" in codes("Eskil rakensi majan.", MAY, namesake)


def test_a_name_or_a_picture_never_both() -> None:
    """Where a city wants that, whoever is shown is not named, permission or not."""
    strict = replace(SCHOOL, names_and_pictures="never_both")
    text = "Eskil rakensi majan."
    assert codes(text, MAY, settings=strict, shown=CHILD) == ["reasons.name_and_picture"]
    assert codes(text, MAY, settings=strict) == []
    assert codes(text, MAY, shown=CHILD) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"hashtags": ("#EskilinMaja",)}, "reasons.name_in_caption"),
        ({"prefix": "eskil"}, "reasons.name_in_caption"),
        ({"prefix": "eskilmaja-2026"}, "reasons.name_in_caption"),
        ({"hashtags": ("#eskilohman",)}, "reasons.name_in_caption"),
    ],
)
def test_hashtags_and_file_names_are_searched(changes: dict[str, object], code: str) -> None:
    """A name in a hashtag, or at the beginning of the copies' names, holds as well."""
    settings = replace(SCHOOL, **changes)  # type: ignore[arg-type]
    assert code in codes("Maja valmistui.", MAY_NOT, settings=settings)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Hetu on 131052-308T.", "reasons.identity_code_in_text"),
        ("Hetu on 131052\u2011308T.", "reasons.identity_code_in_text"),
        ("Hetu on 131\u00ad052-30\u200b8T.", "reasons.identity_code_in_text"),
        ("Soita numeroon 040 123 4567.", "reasons.contact_in_text"),
        ("Kauppakatu 12 B 3 on kotimme.", "reasons.contact_in_text"),
        ("Personnummer 20200315-2382", "reasons.identity_code_in_text"),
        ("Tilille FI21 1234 5600 0007 85", "reasons.contact_in_text"),
        ("Kuvan otti @ainonaiti", "reasons.account_in_text"),
    ],
)
def test_codes_and_addresses_are_searched(text: str, code: str) -> None:
    """What is somebody's own holds the photo, whoever it belongs to."""
    assert code in codes(text)


def test_no_look_lifts_a_name_or_an_identity_code() -> None:
    """An approval helps where an address is the unit's own, never where a child is named."""
    for code, lifted in (
        ("reasons.identity_code_in_text", False),
        ("reasons.name_and_picture", False),
        ("reasons.contact_in_text", True),
        ("reasons.text_review", True),
    ):
        plan = Plan(Outcome.REVIEW, (), (Reason(code),))
        approved = policy.with_verdict(plan, Verdict.APPROVED)
        assert (approved.outcome is Outcome.READY) is lifted


@pytest.mark.parametrize(
    "notes",
    [
        PhotoNotes(description="EI SAA JULKAISTA"),
        PhotoNotes(event="Får inte publiceras"),
        PhotoNotes(photographer="älä julkaise"),
        PhotoNotes(taken_for=("ei nettiin",)),
        PhotoNotes(people=("Aino ei saa näkyä",)),
        PhotoNotes(translations={Language.EN: "Do not publish"}),
    ],
)
def test_words_that_may_forbid_the_photo_hold_it(notes: PhotoNotes) -> None:
    """Staff write them into any column; the photo waits also where no names are looked for."""
    settings = replace(SCHOOL, names=False)
    question = policy.Question(
        sight=Sight(()), day=DAY, rules=policy.rules_of(settings), channels=(), presence=Presence()
    )
    spec = RunSpec(settings, None)
    held = held_for_words(Plan(Outcome.READY, ()), Typed(notes, (), spec), question)
    assert held.outcome is Outcome.REVIEW
    assert [reason.code for reason in held.reasons] == ["reasons.text_may_forbid"]
    assert policy.objections(held) == held.reasons  # the words go out: first they are changed
