"""Who may be shown: every row of the city's rules about a person, as a table of journeys."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from photoguard.model import (
    AccountOwner,
    Channel,
    PermissionKind,
    Person,
    PersonKind,
    Record,
    Stage,
    Unit,
)
from photoguard.policy import (
    Rules,
    age_on,
    may_be_shown,
    needs_guardians,
    on_all,
    whom_to_ask,
)
from tests.policy.town import (
    DAY,
    DAYCARE,
    FACEBOOK,
    GIVEN,
    INSTAGRAM,
    LUKIO,
    OLD,
    SCHOOL,
    YOUNG,
    child,
    permitted,
    pupil,
    record,
    staff,
    student,
    visitor,
    word,
)

ONE = replace(SCHOOL, guardians="one")
NO_COUNTS = replace(SCHOOL, guardians_from_age_limit="no_counts")
LATER = DAY + timedelta(days=1)
EARLIER = DAY - timedelta(days=1)
OWN, MOTHER, FATHER = word("own"), word("äiti"), word("isä")
BOTH = "äiti isä"
EVERYBODY = (OWN, MOTHER, FATHER)

JOURNEYS: dict[str, tuple[Record, Rules, str]] = {
    # early childhood: no permission unhides a child
    "a child with every permission": (
        record(child(), *EVERYBODY, guardians=BOTH),
        DAYCARE,
        "young_child",
    ),
    "a child that visits a school": (
        record(child(), *EVERYBODY, guardians=BOTH),
        SCHOOL,
        "young_child",
    ),
    "a child of pre-primary education": (
        record(child(stage=Stage.PRE_PRIMARY), *EVERYBODY, guardians=BOTH),
        SCHOOL,
        "young_child",
    ),
    "pre-primary where the city counts it as school": (
        record(child(stage=Stage.PRE_PRIMARY), *EVERYBODY, guardians=BOTH),
        replace(SCHOOL, pre_primary=Stage.BASIC_EDUCATION),
        "allowed",
    ),
    "the same without a guardian's word": (
        record(child(stage=Stage.PRE_PRIMARY), OWN, guardians=BOTH),
        replace(SCHOOL, pre_primary=Stage.BASIC_EDUCATION),
        "guardian_missing",
    ),
    "a child whose stage was not told": (
        record(child(stage=Stage.NONE), *EVERYBODY, guardians=BOTH),
        SCHOOL,
        "young_child",
    ),
    "a child in the run of a lukio": (
        record(child(), *EVERYBODY, guardians=BOTH),
        LUKIO,
        "young_child",
    ),
    "a permitted pupil in a daycare": (permitted(), DAYCARE, "only_staff"),
    "a permitted student in a daycare": (record(student(), OWN), DAYCARE, "only_staff"),
    "a parent in a daycare": (record(visitor(), OWN), DAYCARE, "only_staff"),
    "staff with permission in a daycare": (record(staff(), OWN), DAYCARE, "allowed"),
    "staff without permission in a daycare": (record(staff()), DAYCARE, "own_missing"),
    "staff who say no in a daycare": (record(staff(), word("own", "no")), DAYCARE, "own_no"),
    "staff whose stage is the one they teach": (
        record(replace(staff(), stage=Stage.EARLY_CHILDHOOD), OWN),
        DAYCARE,
        "allowed",
    ),
    "a trainee under age in a daycare": (
        record(replace(staff(), born=YOUNG), OWN, MOTHER, guardians="äiti"),
        DAYCARE,
        "only_staff",
    ),
    # basic education, under 15
    "own and both guardians": (record(pupil(), *EVERYBODY, guardians=BOTH), SCHOOL, "allowed"),
    "nobody said anything": (record(pupil(), guardians=BOTH), SCHOOL, "own_missing"),
    "own word only": (record(pupil(), OWN, guardians=BOTH), SCHOOL, "guardian_missing"),
    "guardians only": (record(pupil(), MOTHER, FATHER, guardians=BOTH), SCHOOL, "own_missing"),
    "one guardian of two": (
        record(pupil(), OWN, MOTHER, guardians=BOTH),
        SCHOOL,
        "guardian_missing",
    ),
    "one guardian of two, one suffices": (
        record(pupil(), OWN, MOTHER, guardians=BOTH),
        ONE,
        "allowed",
    ),
    "no guardian of two, one suffices": (
        record(pupil(), OWN, guardians=BOTH),
        ONE,
        "guardian_missing",
    ),
    "one yes and one no, one suffices": (
        record(pupil(), OWN, MOTHER, word("isä", "no"), guardians=BOTH),
        ONE,
        "guardian_no",
    ),
    "one yes and one taken back, one suffices": (
        record(pupil(), OWN, MOTHER, replace(FATHER, withdrawn_on=DAY), guardians=BOTH),
        ONE,
        "guardian_withdrawn",
    ),
    "one yes and one that ended, one suffices": (
        record(pupil(), OWN, MOTHER, replace(FATHER, valid_until=EARLIER), guardians=BOTH),
        ONE,
        "allowed",
    ),
    "no guardian in the register": (record(pupil(), OWN, MOTHER), SCHOOL, "guardian_unknown"),
    "no guardian in the register, one suffices": (record(pupil(), OWN), ONE, "guardian_unknown"),
    "a no of somebody unknown": (
        record(pupil(), *EVERYBODY, word("täti", "no"), guardians=BOTH),
        SCHOOL,
        "guardian_no",
    ),
    "own no beats every yes": (
        record(pupil(), word("own", "no"), *EVERYBODY, guardians=BOTH),
        SCHOOL,
        "own_no",
    ),
    "a guardian's no beats every yes": (
        record(pupil(), *EVERYBODY, word("isä", "no"), guardians=BOTH),
        SCHOOL,
        "guardian_no",
    ),
    "a guardian's no is told before own word is asked for": (
        record(pupil(), word("isä", "no"), guardians=BOTH),
        SCHOOL,
        "guardian_no",
    ),
    "a no for another channel": (
        record(pupil(), *EVERYBODY, word("isä", "no", channel="facebook"), guardians=BOTH),
        SCHOOL,
        "allowed",
    ),
    "a no without a channel means every channel": (
        record(pupil(), *EVERYBODY, word("isä", "no", channel=""), guardians=BOTH),
        SCHOOL,
        "guardian_no",
    ),
    "a no without a purpose": (
        record(pupil(), *EVERYBODY, word("isä", "no", purpose=" "), guardians=BOTH),
        SCHOOL,
        "guardian_no",
    ),
    "a no that was taken back stays": (
        record(pupil(), *EVERYBODY, replace(word("isä", "no"), withdrawn_on=GIVEN), guardians=BOTH),
        SCHOOL,
        "guardian_no",
    ),
    "a no does not end": (
        record(pupil(), *EVERYBODY, replace(word("isä", "no"), valid_until=GIVEN), guardians=BOTH),
        SCHOOL,
        "guardian_no",
    ),
    "a no of another kind": (
        record(pupil(), *EVERYBODY, word("isä", "no", kind=PermissionKind.NAMED), guardians=BOTH),
        SCHOOL,
        "allowed",
    ),
    # 15 or more, upper secondary, adults
    "own word from 15 on": (record(pupil(born=OLD), OWN, guardians=BOTH), SCHOOL, "allowed"),
    "no own word at 15": (record(pupil(born=OLD), MOTHER, guardians="äiti"), SCHOOL, "own_missing"),
    "own no at 15": (record(pupil(born=OLD), word("own", "no"), OWN), SCHOOL, "own_no"),
    "a guardian's no at 15": (
        record(pupil(born=OLD), OWN, word("äiti", "no"), guardians="äiti"),
        SCHOOL,
        "allowed_over_no",
    ),
    "a guardian's no at 15 in a city where it counts": (
        record(pupil(born=OLD), OWN, word("äiti", "no"), guardians="äiti"),
        NO_COUNTS,
        "guardian_no",
    ),
    "a guardian's yes at 15 in such a city": (
        record(pupil(born=OLD), MOTHER, guardians="äiti"),
        NO_COUNTS,
        "own_missing",
    ),
    "never in pictures at 15, with every permission": (
        record(replace(pupil(born=OLD), never_in_pictures=True), OWN, MOTHER, guardians="äiti"),
        SCHOOL,
        "never_in_pictures",
    ),
    "an entry past its retention": (
        record(replace(pupil(born=OLD), retain_until=DAY - timedelta(days=1)), OWN),
        SCHOOL,
        "past_retention",
    ),
    "an entry on the last day of its retention": (
        record(replace(pupil(born=OLD), retain_until=DAY), OWN),
        SCHOOL,
        "allowed",
    ),
    "under 15 in upper secondary, a guardian's no": (
        record(student(born=YOUNG), OWN, word("äiti", "no"), guardians="äiti"),
        LUKIO,
        "guardian_no",
    ),
    "in upper secondary, a guardian's no": (
        record(student(), OWN, word("äiti", "no"), guardians="äiti"),
        LUKIO,
        "allowed_over_no",
    ),
    "another age limit": (
        record(pupil(born=OLD), OWN, guardians=BOTH),
        replace(SCHOOL, age_limit=18),
        "guardian_missing",
    ),
    "a student's own word": (record(student(), OWN), LUKIO, "allowed"),
    "a student under 15": (
        record(student(born=YOUNG), OWN, guardians="äiti"),
        LUKIO,
        "guardian_missing",
    ),
    "a student of unknown age": (record(student(born=None), OWN), LUKIO, "allowed"),
    "the same in basic education": (
        record(student(born=None), OWN, guardians="äiti"),
        SCHOOL,
        "guardian_missing",
    ),
    "a student whose stage was not told": (
        record(replace(student(born=None), stage=Stage.NONE), OWN),
        LUKIO,
        "allowed",
    ),
    "a pupil of unknown age": (
        record(pupil(born=None), OWN, guardians="äiti"),
        SCHOOL,
        "guardian_missing",
    ),
    "a pupil of unknown age in a lukio": (
        record(pupil(born=None), OWN, guardians="äiti"),
        LUKIO,
        "guardian_missing",
    ),
    "a pupil whose stage was not told": (
        record(replace(pupil(born=None), stage=Stage.NONE), OWN, guardians="äiti"),
        LUKIO,
        "guardian_missing",
    ),
    "staff in a school": (record(staff(), OWN), SCHOOL, "allowed"),
    "a visitor in a school": (record(visitor(), OWN), SCHOOL, "allowed"),
    "a visitor who was not asked": (record(visitor()), SCHOOL, "own_missing"),
    "a visitor under age": (
        record(replace(visitor(), born=YOUNG), OWN, guardians="äiti"),
        LUKIO,
        "guardian_missing",
    ),
    # what a permission is worth
    "incomplete: no channel": (
        record(pupil(born=OLD), word("own", channel="")),
        SCHOOL,
        "own_incomplete",
    ),
    "incomplete: no purpose": (
        record(pupil(born=OLD), word("own", purpose=" ")),
        SCHOOL,
        "own_incomplete",
    ),
    "a guardian's is incomplete": (
        record(pupil(), OWN, word("äiti", purpose=" "), guardians="äiti"),
        SCHOOL,
        "guardian_incomplete",
    ),
    "an incomplete one beside a whole one": (
        record(pupil(born=OLD), word("own", channel=""), OWN),
        SCHOOL,
        "allowed",
    ),
    "another kind": (
        record(pupil(born=OLD), word("own", kind=PermissionKind.OWN_WORK)),
        SCHOOL,
        "own_missing",
    ),
    "another channel": (
        record(pupil(born=OLD), word("own", channel="website")),
        SCHOOL,
        "own_missing",
    ),
    "another person's word": (record(pupil(born=OLD), word("sisko")), SCHOOL, "own_missing"),
    "a channel in other letters": (
        record(pupil(born=OLD), word("own", channel=" Instagram ")),
        SCHOOL,
        "allowed",
    ),
    "ended yesterday": (
        record(pupil(born=OLD), replace(OWN, valid_until=EARLIER)),
        SCHOOL,
        "own_expired",
    ),
    "ends today": (record(pupil(born=OLD), replace(OWN, valid_until=DAY)), SCHOOL, "allowed"),
    "a guardian's ended": (
        record(pupil(), OWN, replace(MOTHER, valid_until=EARLIER), guardians="äiti"),
        SCHOOL,
        "guardian_expired",
    ),
    "begins tomorrow": (
        record(pupil(born=OLD), replace(OWN, given_on=LATER)),
        SCHOOL,
        "own_not_yet",
    ),
    "begins today": (record(pupil(born=OLD), replace(OWN, given_on=DAY)), SCHOOL, "allowed"),
    "a guardian's begins tomorrow": (
        record(pupil(), OWN, replace(MOTHER, given_on=LATER), guardians="äiti"),
        SCHOOL,
        "guardian_not_yet",
    ),
    "without a date": (record(pupil(born=OLD), replace(OWN, given_on=None)), SCHOOL, "allowed"),
    "withdrawn": (
        record(pupil(born=OLD), replace(OWN, withdrawn_on=EARLIER)),
        SCHOOL,
        "own_withdrawn",
    ),
    "withdrawn after the day that was told": (
        record(pupil(born=OLD), replace(OWN, withdrawn_on=LATER)),
        SCHOOL,
        "own_withdrawn",
    ),
    "a guardian withdrew": (
        record(pupil(), OWN, replace(MOTHER, withdrawn_on=DAY), guardians="äiti"),
        SCHOOL,
        "guardian_withdrawn",
    ),
    "a forgotten older form": (
        record(pupil(born=OLD), OWN, replace(OWN, given_on=DAY, withdrawn_on=DAY)),
        SCHOOL,
        "own_withdrawn",
    ),
    "a forgotten form without a date": (
        record(pupil(born=OLD), replace(OWN, given_on=None), replace(OWN, withdrawn_on=DAY)),
        SCHOOL,
        "own_withdrawn",
    ),
    "given again after the withdrawal": (
        record(pupil(born=OLD), replace(OWN, withdrawn_on=EARLIER), replace(OWN, given_on=DAY)),
        SCHOOL,
        "allowed",
    ),
    "given again on the day of the withdrawal": (
        record(pupil(born=OLD), replace(OWN, withdrawn_on=DAY), replace(OWN, given_on=DAY)),
        SCHOOL,
        "allowed",
    ),
    "withdrawn twice": (
        record(
            pupil(born=OLD),
            replace(OWN, withdrawn_on=GIVEN),
            replace(OWN, withdrawn_on=DAY),
            replace(OWN, given_on=EARLIER),
        ),
        SCHOOL,
        "own_withdrawn",
    ),
    "the gravest of two guardians is told": (
        record(
            pupil(),
            OWN,
            replace(FATHER, withdrawn_on=DAY),
            guardians=BOTH,
        ),
        SCHOOL,
        "guardian_withdrawn",
    ),
    # never in pictures
    "never in pictures": (
        record(replace(pupil(), never_in_pictures=True), *EVERYBODY, guardians=BOTH),
        SCHOOL,
        "never_in_pictures",
    ),
    "staff, never in pictures": (
        record(replace(staff(), never_in_pictures=True), OWN),
        DAYCARE,
        "never_in_pictures",
    ),
    "a child, never in pictures": (
        record(replace(child(), never_in_pictures=True)),
        DAYCARE,
        "never_in_pictures",
    ),
}


@pytest.mark.parametrize(("known", "rules", "code"), JOURNEYS.values(), ids=JOURNEYS)
def test_who_may_be_shown(known: Record, rules: Rules, code: str) -> None:
    """Each journey ends with the code of the rule that decides it, and only "allowed…" shows."""
    verdict = may_be_shown(known, INSTAGRAM, DAY, rules)
    assert verdict.code == f"policy.{code}"
    assert verdict.allowed is (code in {"allowed", "allowed_over_no"})
    assert verdict.persons == (known.person.id,)


def test_a_verdict_has_the_words_of_its_sentence() -> None:
    """A verdict carries the register id, the platform and the age limit, and no name."""
    verdict = may_be_shown(record(pupil(), OWN, guardians="äiti"), INSTAGRAM, DAY, SCHOOL)
    assert verdict.parameters == {"person": "aino", "channel": "Instagram", "age_limit": 15}
    reason = verdict.reason()
    assert (reason.code, reason.persons) == (verdict.code, verdict.persons)
    assert reason.parameters == verdict.parameters


def test_never_in_pictures_gives_no_reason() -> None:
    """The neutral mark is told without channel or age."""
    verdict = may_be_shown(record(replace(pupil(), never_in_pictures=True)), INSTAGRAM, DAY, SCHOOL)
    assert verdict.parameters == {"person": "aino"}


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2011, 5, 20), date(2026, 5, 19), 14),
        (date(2011, 5, 20), date(2026, 5, 20), 15),
        (date(2011, 5, 20), date(2026, 6, 1), 15),
        (date(2011, 5, 20), date(2026, 4, 30), 14),
        (date(2012, 2, 29), date(2027, 2, 28), 14),
        (date(2012, 2, 29), date(2027, 3, 1), 15),
        (date(2012, 2, 29), date(2028, 2, 28), 15),
        (date(2012, 2, 29), date(2028, 2, 29), 16),
        (date(2011, 12, 31), date(2027, 1, 1), 15),
    ],
)
def test_age(born: date, day: date, age: int) -> None:
    """Age is in full years on the day; 29 February counts as 1 March in other years."""
    assert age_on(born, day) == age


@pytest.mark.parametrize("born", [date(2011, 5, 20), date(2012, 2, 29)])
def test_the_fifteenth_birthday_changes_the_answer_that_very_day(born: date) -> None:
    """The day before, the guardian's word is missing; on the day, own permission suffices."""
    birthday = date(2026, 5, 20) if born.month == 5 else date(2027, 3, 1)
    known = record(pupil(born=born), OWN, guardians=BOTH)
    before = may_be_shown(known, INSTAGRAM, birthday - timedelta(days=1), SCHOOL)
    assert before.code == "policy.guardian_missing"
    assert may_be_shown(known, INSTAGRAM, birthday, SCHOOL).allowed


def test_all_channels_must_allow() -> None:
    """A person permitted on one of two channels may not be shown in a run for both."""
    known = permitted()
    rule, both = may_be_shown, (INSTAGRAM, FACEBOOK)
    assert on_all(rule, known, (INSTAGRAM,), DAY, SCHOOL).allowed
    for channels in (both, both[::-1]):
        verdict = on_all(rule, known, channels, DAY, SCHOOL)
        assert not verdict.allowed
        assert verdict.parameters["channel"] == "Facebook"


def test_no_channel_permits_nothing() -> None:
    """Without a channel there is no permission, for nobody."""
    verdict = on_all(may_be_shown, permitted(), (), DAY, SCHOOL)
    assert (verdict.allowed, verdict.code, verdict.persons) == (False, "policy.no_channel", ())


def test_a_channel_of_the_city_s_own() -> None:
    """A channel is known by its name, whoever keeps the account."""
    channel = Channel("Blog", "Blog", AccountOwner.CITY, open=False)
    known = record(pupil(born=OLD), word("own", channel="blog"))
    assert may_be_shown(known, channel, DAY, SCHOOL).allowed


@pytest.mark.parametrize("unit", Unit)
def test_below_the_limit_guardians_are_needed_everywhere(unit: Unit) -> None:
    """Whoever is known to be under the limit needs guardians, whatever the unit and kind."""
    for kind in PersonKind:
        person = Person("x", "X", kind, Stage.NONE, born=YOUNG)
        assert needs_guardians(person, DAY, Rules(unit=unit))


WHOM: dict[str, tuple[Record, Rules, tuple[str, ...]]] = {
    "everybody": (record(pupil(), guardians=BOTH), SCHOOL, ("aino", "äiti", "isä")),
    "who is lacking": (record(pupil(), OWN, MOTHER, guardians=BOTH), SCHOOL, ("isä",)),
    "one is enough": (record(pupil(), MOTHER, guardians=BOTH), ONE, ("aino",)),
    "one of several": (record(pupil(), OWN, guardians=BOTH), ONE, ("äiti", "isä")),
    "nobody more": (permitted(), SCHOOL, ()),
    "from 15 on": (record(pupil(born=OLD), guardians=BOTH), SCHOOL, ("aino",)),
    "again after the end": (
        record(pupil(born=OLD), replace(OWN, valid_until=EARLIER)),
        SCHOOL,
        ("aino",),
    ),
    "not after a no": (record(pupil(), word("äiti", "no"), guardians=BOTH), SCHOOL, ()),
    "not after own no": (record(pupil(), word("own", "no"), guardians=BOTH), SCHOOL, ()),
    "not after a withdrawal": (
        record(pupil(), replace(MOTHER, withdrawn_on=DAY), guardians=BOTH),
        SCHOOL,
        (),
    ),
    "not for a young child": (record(child(), guardians=BOTH), SCHOOL, ()),
    "not when never in pictures": (record(replace(pupil(), never_in_pictures=True)), SCHOOL, ()),
}


@pytest.mark.parametrize(("known", "rules", "ids"), WHOM.values(), ids=WHOM)
def test_whom_to_ask(known: Record, rules: Rules, ids: tuple[str, ...]) -> None:
    """Those are asked whose yes is lacking and could change the answer; nobody twice."""
    assert whom_to_ask(known, INSTAGRAM, DAY, rules) == ids


PURPOSES: dict[str, tuple[Record, str]] = {
    "a yes counts whatever it was asked for": (
        record(pupil(born=OLD), word("own", purpose="lehtijuttu")),
        "allowed",
    ),
    "a no for anything beats a yes for something else": (
        record(pupil(born=OLD), OWN, word("own", "no", purpose="lehtijuttu")),
        "own_no",
    ),
    "a withdrawal for anything ends every older yes": (
        record(pupil(born=OLD), OWN, replace(word("own", purpose="lehti"), withdrawn_on=DAY)),
        "own_withdrawn",
    ),
}


@pytest.mark.parametrize(("known", "code"), PURPOSES.values(), ids=PURPOSES)
def test_a_purpose_is_compared_with_nothing(known: Record, code: str) -> None:
    """A purpose must be told and tells who asks later; where purposes differ, a no wins."""
    assert may_be_shown(known, INSTAGRAM, DAY, SCHOOL).code == f"policy.{code}"
