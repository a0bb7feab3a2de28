"""In no invented school do fewer permissions, or stricter rules, show more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from photoguard.model import (
    Action,
    Answer,
    Guardian,
    Outcome,
    Permission,
    PermissionKind,
    Person,
    PersonKind,
    Record,
    Role,
    Sight,
    Stage,
    Unit,
)
from photoguard.policy import (
    Question,
    Rules,
    channels_for,
    decide,
    guardians_count,
    may_be_shown,
    needs_guardians,
    on_all,
    whom_to_ask,
)
from photoguard.presence import Mention, Presence, TakenBy
from tests.policy.town import face

if TYPE_CHECKING:
    from collections.abc import Iterator

PEOPLE = ("aino", "bea")
KIN = ("äiti", "isä", "täti")
CHANNELS = channels_for(("instagram", "facebook", "website"), Unit.BASIC_EDUCATION)
DAY = date(2026, 5, 20)
GRAVITY = {Outcome.READY: 0, Outcome.REVIEW: 1, Outcome.BLOCKED: 2}
STRICTER_UNITS = (Unit.UPPER_SECONDARY, Unit.BASIC_EDUCATION, Unit.EARLY_CHILDHOOD)

WHO = [
    *[(PersonKind.PUPIL, Stage.BASIC_EDUCATION), (PersonKind.STUDENT, Stage.UPPER_SECONDARY)] * 3,
    *[(PersonKind.STAFF, Stage.NONE), (PersonKind.CHILD, Stage.PRE_PRIMARY)] * 2,
    (PersonKind.OTHER, Stage.NONE),
    (PersonKind.CHILD, Stage.EARLY_CHILDHOOD),
    (PersonKind.PUPIL, Stage.NONE),
]

near = st.integers(-3, 3).map(lambda days: DAY + timedelta(days=days))
maybe = st.one_of(st.none(), near)
born = st.one_of(
    st.none(),
    st.sampled_from([date(2011, 5, 19), date(2011, 5, 20), date(2011, 5, 21), date(2012, 2, 29)]),
    st.dates(date(1990, 1, 1), date(2022, 1, 1)),
)


@st.composite
def words(draw: st.DrawFn, person: str) -> Permission:
    """Any answer about a person: complete more often than not."""
    return Permission(
        "w",
        person,
        draw(st.sampled_from(PermissionKind)),
        draw(st.sampled_from(["instagram", "instagram", "facebook", "website", ""])),
        draw(st.sampled_from(["school", "school", ""])),
        draw(st.sampled_from([person, person, "äiti", "äiti", "isä", "täti"])),
        draw(st.sampled_from([Answer.YES, Answer.YES, Answer.YES, Answer.NO])),
        given_on=draw(maybe),
        valid_until=draw(maybe),
        withdrawn_on=draw(st.one_of(st.none(), st.none(), near)),
    )


def whole(person: str) -> tuple[Permission, ...]:
    """Permissions that show: of the person and of both guardians, for two channels."""
    shown, work = PermissionKind.SHOWN, PermissionKind.OWN_WORK
    return tuple(
        Permission("w", person, kind, channel.name, "school", giver, Answer.YES)
        for kind, giver in ((shown, person), (shown, "äiti"), (shown, "isä"), (work, person))
        for channel in CHANNELS[:2]
    )


@st.composite
def records(draw: st.DrawFn, name: str) -> Record:
    """Any person with some guardians and any number of answers."""
    person = Person(
        name,
        name,
        *draw(st.sampled_from(WHO)),
        draw(born),
        never_in_pictures=draw(st.integers(0, 9)) == 9,
    )
    kin = draw(st.sampled_from([KIN[:2], KIN[:2], KIN[:1], ()]))
    given = whole(name) if draw(st.integers(0, 3)) else ()
    given += tuple(draw(st.lists(words(name), max_size=2)))
    return Record(person, tuple(Guardian(each, name, each) for each in kin), given)


mentions = st.builds(
    Mention,
    st.sampled_from([*PEOPLE, None]),
    st.one_of(st.none(), st.integers(0, 2)),
    st.sampled_from([True, True, False]),
    st.just(value=False),
)
rules = st.builds(
    Rules,
    unit=st.sampled_from([*Unit, Unit.BASIC_EDUCATION, Unit.UPPER_SECONDARY]),
    age_limit=st.sampled_from([13, 15, 18]),
    guardians=st.sampled_from(["all", "one"]),
    without_permission=st.sampled_from(["hide", "hold"]),
    photographer_required=st.booleans(),
    pre_primary=st.sampled_from([Stage.EARLY_CHILDHOOD, Stage.BASIC_EDUCATION]),
    works_need_guardians=st.booleans(),
    guardians_from_age_limit=st.sampled_from(["advise", "no_counts"]),
    untold_works=st.sampled_from(["notice", "review"]),
    untold_photographer=st.sampled_from(["notice", "review"]),
)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Any photo of up to three people, with works and a photographer."""
    known = {name: draw(records(name)) for name in PEOPLE}
    photographer = draw(st.sampled_from([None, *known.values()]))
    taken_by = TakenBy(
        draw(st.sampled_from(Role)),
        tuple(draw(st.lists(st.sampled_from(["instagram", "website"]), max_size=2))),
        record=photographer,
    )
    people = [Mention(who, place) for place, who in enumerate(PEOPLE)]
    if not draw(st.integers(0, 2)):
        people = draw(st.lists(mentions, max_size=3))
    return Question(
        Sight(tuple(face(number) for number in range(draw(st.sampled_from([0, 1, 2, 2, 3]))))),
        DAY,
        draw(rules),
        draw(st.sampled_from([CHANNELS[:1], CHANNELS[:1], CHANNELS[:2], CHANNELS, ()])),
        Presence(
            people=tuple(people),
            works=draw(st.one_of(st.none(), st.lists(mentions, max_size=2).map(tuple))),
            taken_by=taken_by if photographer else None,
            people_noted=draw(st.booleans()),
            records=known,
        ),
    )


def kept(question: Question) -> set[int]:
    """The faces that stay."""
    plan = decide(question)
    return {i for i, planned in enumerate(plan.faces) if planned.action is Action.KEEP}


def with_record(question: Question, changed: Record) -> Question:
    """The same photo, where the register says something else of one person."""
    known = {**question.presence.records, changed.person.id: changed}
    presence = replace(question.presence, records=known)
    taken_by = presence.taken_by
    if taken_by and taken_by.record and taken_by.record.person.id == changed.person.id:
        presence = replace(presence, taken_by=replace(taken_by, record=changed))
    return replace(question, presence=presence)


def assert_no_more_shown(before: Question, after: Question) -> None:
    """No face appears and no photo becomes easier to publish."""
    assert kept(after) <= kept(before)


def less(record: Record) -> Iterator[Record]:
    """Everything that takes something away from one person's permissions."""
    for place, word in enumerate(record.permissions):
        others = record.permissions[:place] + record.permissions[place + 1 :]
        if word.answer is Answer.YES:
            if word.withdrawn_on is None:
                yield replace(record, permissions=others)
            yield replace(record, permissions=(*others, replace(word, answer=Answer.NO)))
        for on in (DAY - timedelta(days=9), DAY, DAY + timedelta(days=9)):
            if word.withdrawn_on is None or on >= word.withdrawn_on:
                yield replace(record, permissions=(*others, replace(word, withdrawn_on=on)))
        yield replace(
            record, permissions=(*others, replace(word, valid_until=DAY - timedelta(days=1)))
        )
        for blank in ({"channel": ""}, {"purpose": ""}):
            yield replace(record, permissions=(*others, replace(word, **blank)))  # type: ignore[arg-type]
    yield replace(record, person=replace(record.person, never_in_pictures=True))


def test_the_invented_schools_show_somebody() -> None:
    """The properties speak of something: there are photos in which both faces stay."""
    easy = settings(max_examples=2000, database=None, phases=[Phase.generate])
    assert find(questions(), lambda question: len(kept(question)) > 1, settings=easy)


@given(questions(), st.data())
@settings(max_examples=120, deadline=None)
def test_fewer_permissions_never_show_more(question: Question, data: st.DataObject) -> None:
    """Removing, withdrawing, ending, emptying or denying one word never keeps another face."""
    for record in question.presence.records.values():
        poorer = data.draw(st.sampled_from(list(less(record))))
        assert_no_more_shown(question, with_record(question, poorer))


@given(questions(), st.data())
@settings(max_examples=100, deadline=None)
def test_fewer_permissions_never_lift_what_is_forbidden(
    question: Question, data: st.DataObject
) -> None:
    """A withdrawal or a no never makes a photo easier to publish."""
    who = data.draw(st.sampled_from(PEOPLE))
    record = question.presence.records[who]
    before = GRAVITY[decide(question).outcome]
    for place, word in enumerate(record.permissions[:6]):
        others = record.permissions[:place] + record.permissions[place + 1 :]
        worse = [replace(word, withdrawn_on=word.withdrawn_on or DAY)]
        if word.answer is Answer.YES and word.withdrawn_on is None:
            worse.append(replace(word, valid_until=DAY - timedelta(days=1)))
        for changed in worse:
            poorer = replace(record, permissions=(*others, changed))
            assert GRAVITY[decide(with_record(question, poorer)).outcome] >= before


@given(questions(), st.data())
@settings(max_examples=120, deadline=None)
def test_one_more_no_never_shows_more(question: Question, data: st.DataObject) -> None:
    """A new prohibition, by anybody, of any kind and channel, keeps no other face.

    It hides the face of whom it is about, unless guardians only advise from their age on.
    """
    who = data.draw(st.sampled_from(PEOPLE))
    record = question.presence.records[who]
    no = replace(data.draw(words(who)), answer=Answer.NO)
    after = with_record(question, replace(record, permissions=(*record.permissions, no)))
    assert_no_more_shown(question, after)
    assert GRAVITY[decide(after).outcome] >= GRAVITY[decide(question).outcome]
    counts = (
        no.given_by == who
        or question.rules.guardians_from_age_limit == "no_counts"
        or guardians_count(record.person, DAY, question.rules)
    )
    if no.kind is PermissionKind.SHOWN and counts:
        covered = {c for c in question.channels if no.channel in {"", c.name}}
        plan = decide(after)
        bare = any(each.person == who and each.action is Action.KEEP for each in plan.faces)
        assert not (covered and bare)


@given(questions())
@settings(max_examples=120, deadline=None)
def test_stricter_rules_never_show_more(question: Question) -> None:
    """A stricter unit, a higher limit, all guardians, one more channel: no other face is kept."""
    own = question.rules
    stricter = [replace(own, guardians="all"), replace(own, without_permission="hold")]
    stricter += [replace(own, pre_primary=Stage.EARLY_CHILDHOOD)]
    stricter += [replace(own, guardians_from_age_limit="no_counts")]
    stricter += [replace(own, age_limit=own.age_limit + more) for more in (1, 5, 80)]
    stricter += [
        replace(own, unit=unit) for unit in STRICTER_UNITS[STRICTER_UNITS.index(own.unit) :]
    ]
    for each in stricter:
        assert_no_more_shown(question, replace(question, rules=each))
    if question.channels:
        for channel in CHANNELS:
            wider = replace(question, channels=(*question.channels, channel))
            assert_no_more_shown(question, wider)
    assert not kept(replace(question, channels=()))


@given(questions(), mentions)
@settings(max_examples=120, deadline=None)
def test_a_proposal_never_shows_more(question: Question, mention: Mention) -> None:
    """A name found in a file, at any face or none, keeps no other face and frees no photo."""
    proposal = replace(mention, confirmed=False)
    people = (*question.presence.people, proposal)
    after = replace(question, presence=replace(question.presence, people=people))
    assert_no_more_shown(question, after)
    merely = tuple(replace(each, confirmed=False) for each in people)
    assert not kept(replace(question, presence=replace(question.presence, people=merely)))


@given(questions())
@settings(max_examples=120, deadline=None)
def test_whoever_is_kept_is_permitted_everywhere(question: Question) -> None:
    """Each kept face belongs to one confirmed person whose every channel says yes."""
    plan = decide(question)
    assert len(plan.faces) == len(question.sight.faces)
    for number, planned in enumerate(plan.faces):
        if planned.action is Action.HIDE:
            continue
        assert planned.person is not None
        record = question.presence.records[planned.person]
        assert question.channels
        here = [each for each in question.presence.people if each.face == number]
        assert {each.person for each in here} == {planned.person}
        assert any(each.confirmed for each in here)
        assert not record.person.never_in_pictures
        for channel in question.channels:
            assert may_be_shown(record, channel, DAY, question.rules).allowed
            is_yes = {
                each.given_by
                for each in record.permissions
                if each.kind is PermissionKind.SHOWN
                and each.answer is Answer.YES
                and each.channel == channel.name
                and each.purpose
                and each.withdrawn_on is None
                and (each.valid_until is None or each.valid_until >= DAY)
                and (each.given_on is None or each.given_on <= DAY)
            }
            assert planned.person in is_yes
            if needs_guardians(record.person, DAY, question.rules):
                guardians = {each.id for each in record.guardians}
                assert guardians & is_yes
                assert question.rules.guardians == "one" or guardians <= is_yes
    if question.rules.unit is Unit.EARLY_CHILDHOOD:
        shown = {
            question.presence.records[p.person]
            for p in plan.faces
            if p.person and p.action is Action.KEEP
        }
        assert {each.person.kind for each in shown} <= {PersonKind.STAFF}


@given(records("aino"), rules)
@settings(max_examples=120, deadline=None)
def test_asking_everybody_who_is_named_suffices(record: Record, own: Rules) -> None:
    """Once all of ``whom_to_ask`` say yes, the person may be shown, but for missing guardians."""
    channel = CHANNELS[1]
    asked = whom_to_ask(record, channel, DAY, own)
    yes = tuple(
        Permission("w", "aino", PermissionKind.SHOWN, channel.name, "school", giver, Answer.YES)
        for giver in asked
    )
    after = replace(record, permissions=(*record.permissions, *yes))
    verdict = on_all(may_be_shown, after, (channel,), DAY, own)
    if asked:
        assert verdict.allowed or verdict.code == "policy.guardian_unknown"
    else:
        assert verdict == on_all(may_be_shown, record, (channel,), DAY, own)
