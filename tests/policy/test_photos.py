"""What becomes of a photo: faces, names without a face, works, photographer, outcome."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import timedelta

import pytest

from photoguard.model import (
    Action,
    Box,
    Doubt,
    Face,
    Outcome,
    PermissionKind,
    Plan,
    Reason,
    Record,
    Role,
    Sight,
)
from photoguard.policy import (
    BLOCKING,
    Credit,
    Question,
    Rules,
    credit_in,
    decide,
    may_credit_by_name,
)
from photoguard.presence import Mention, Presence, TakenBy
from tests.policy.town import (
    DAY,
    DAYCARE,
    FACEBOOK,
    INSTAGRAM,
    OLD,
    SCHOOL,
    actions,
    child,
    codes,
    face,
    permitted,
    plan,
    pupil,
    question,
    record,
    staff,
    visitor,
    word,
)

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


def test_without_a_register_everybody_is_hidden_and_the_photo_is_ready() -> None:
    """With nothing but faces every face is hidden, for nobody's sake in particular."""
    sight = Sight((face(0), face(1)))
    decided = decide(Question(sight, DAY))
    assert ready(decided)
    assert actions(decided) == ["hide", "hide"]
    assert [planned.face for planned in decided.faces] == list(sight.faces)
    assert decided.notices == (Reason("policy.no_photographer"),)


def test_a_photo_without_faces_is_ready() -> None:
    """No face and nobody named: there is nothing to hide and nothing to hold."""
    assert ready(decide(Question(Sight(()), DAY)))


@pytest.mark.parametrize("rules", [DAYCARE, SCHOOL])
def test_a_doubt_of_the_detectors_asks_a_person(rules: Rules) -> None:
    """A doubt holds the photo and stands after the reasons of the rules."""
    doubt = Doubt(Box(500, 500, 560, 570), 0.1, "sight.detectors_disagree")
    told = question(REFUSED, people=(named("liisa"),), rules=rules)
    decided = decide(replace(told, sight=replace(told.sight, doubts=(doubt,))))
    assert decided.outcome is Outcome.REVIEW
    assert codes(decided.reasons) == ["not_located", "detectors_disagree"]
    assert decided.doubts == (doubt,)


@pytest.mark.parametrize("rules", [DAYCARE, SCHOOL])
def test_a_doubt_alone_asks_a_person(rules: Rules) -> None:
    """A doubt needs no other reason."""
    doubt = Doubt(face(0).box, 0.2, "sight.weak_face", hidden=True)
    decided = decide(Question(Sight((face(0),), (doubt,)), DAY, rules))
    assert decided.outcome is Outcome.REVIEW
    assert decided.doubts == (doubt,)


def test_a_doubt_under_something_hidden_asks_nobody() -> None:
    """What lies half under a hidden face is hidden with it; under a shown face it is not."""
    doubt = Doubt(face(0).box, 0.1, "sight.detectors_disagree")
    sight = Sight((face(0),), (doubt,))
    assert ready(decide(Question(sight, DAY)))
    shown = replace(question(permitted(), people=(at(0),)), sight=sight)
    assert codes(decide(shown).reasons) == ["detectors_disagree"]


def test_another_face_within_a_shown_one_is_hidden_and_asks() -> None:
    """A child before a pupil who may be shown is hidden; before a hidden one needs nothing."""
    child = Face(Box(0, 30, 25, 60), 0.3, ("centerface",), weak=True)
    doubt = Doubt(child.box, 0.3, "sight.weak_face", hidden=True)
    sight = Sight((face(0),), (doubt,), (child,))
    shown = decide(replace(question(permitted(), people=(at(0),)), sight=sight))
    assert [(planned.face, planned.action) for planned in shown.faces] == [
        (face(0), Action.KEEP),
        (child, Action.HIDE),
    ]
    assert codes(shown.reasons) == ["weak_face"]
    hidden = decide(Question(sight, DAY))
    assert [planned.face for planned in hidden.faces] == [face(0)]
    assert ready(hidden)


def test_a_permitted_face_stays_and_others_are_hidden() -> None:
    """The face of a confirmed and permitted pupil is kept; the two beside it are hidden."""
    decided = plan(permitted(), people=(at(1),), faces=3)
    assert ready(decided)
    assert actions(decided) == ["hide", "keep", "hide"]
    assert [planned.person for planned in decided.faces] == [None, "aino", None]
    assert decided.notices == (Reason("policy.unnamed_hidden", (), {"count": 2}),)


def test_early_childhood_keeps_staff_only() -> None:
    """A child stays hidden with every permission; staff with their own stay."""
    iida = record(child(), word("own"), word("äiti"), guardians="äiti")
    maija = record(staff(), word("own"))
    decided = plan(iida, maija, people=(at(0, "iida"), at(1, "maija")), faces=2, rules=DAYCARE)
    assert ready(decided)
    assert actions(decided) == ["hide", "keep"]
    assert codes(decided.notices) == ["young_child"]


def test_early_childhood_asks_nothing_about_unnamed_faces() -> None:
    """In a daycare unnamed faces, people and works are no matter of permission."""
    told = question(rules=replace(DAYCARE, without_permission="hold"), works=None, told=False)
    assert decide(told) == replace(decide(told), outcome=Outcome.READY, reasons=(), notices=())


def test_a_face_without_permission_is_hidden_and_said_why() -> None:
    """By default the photo is ready, and the notice names the rule and the person."""
    decided = plan(REFUSED, people=(at(0, "liisa"),))
    assert ready(decided)
    assert actions(decided) == ["hide"]
    assert codes(decided.notices) == ["own_no"]
    assert decided.notices[0].persons == ("liisa",)


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ((at(0, "liisa"),), ["own_no"]),
        ((), ["unnamed_hidden"]),
        ((at(0, None),), ["face_unknown"]),
        ((Mention(None, 0, ambiguous=True),), ["face_ambiguous"]),
        ((at(0, confirmed=False),), ["not_confirmed"]),
        ((at(0),), []),
    ],
)
def test_hold_asks_a_person_wherever_a_face_lacks_permission(
    people: tuple[Mention, ...], expected: list[str]
) -> None:
    """With "hold" the same words are reasons, with "hide" they are notices."""
    held = plan(REFUSED, permitted(), people=people, rules=HOLD)
    assert codes(held.reasons) == expected
    assert held.outcome is (Outcome.REVIEW if expected else Outcome.READY)
    hidden = plan(REFUSED, permitted(), people=people)
    assert ready(hidden)
    assert codes(hidden.notices) == expected
    assert actions(hidden) == actions(held)


def test_hold_holds_unnamed_faces_even_when_nobody_told() -> None:
    """Where nobody told who is there, a face holds the photo, and no face does not."""
    assert codes(plan(rules=HOLD, told=False).reasons) == ["unnamed_hidden"]
    assert plan(rules=HOLD, told=False, faces=0).outcome is Outcome.READY


def test_a_school_is_reminded_to_tell_people_and_works() -> None:
    """Where staff told neither people nor works, the report says both."""
    decided = plan(told=False, works=None)
    assert ready(decided)
    assert codes(decided.notices) == ["people_not_told", "works_not_told"]


def test_unknown_age_is_said() -> None:
    """Whoever is under age only for want of a date is told apart."""
    unknown = record(pupil(born=None), word("own"), guardians="äiti")
    for people, outcome in (((at(0),), Outcome.READY), ((named(),), Outcome.REVIEW)):
        decided = plan(unknown, people=people)
        assert decided.outcome is outcome
        assert codes(decided.notices)[:2] == ["guardian_missing", "age_unknown"]
        assert decided.notices[1].parameters["age_limit"] == 15
    young = record(pupil(), word("own"), guardians="äiti")
    assert codes(plan(young, people=(at(0),)).notices) == ["guardian_missing"]
    silent = record(pupil(born=None), guardians="äiti")
    assert codes(plan(silent, people=(at(0),)).notices) == ["own_missing"]


# names found in the file


def test_a_name_in_a_file_never_unhides() -> None:
    """A face named by the file only stays hidden, and the notice says how to confirm it."""
    decided = plan(permitted(), people=(at(0, confirmed=False),))
    assert ready(decided)
    assert actions(decided) == ["hide"]
    assert decided.faces[0].person == "aino"
    assert decided.notices == (
        Reason("policy.not_confirmed", ("aino",), {"person": "aino", "face": 1}),
    )


@pytest.mark.parametrize("turn", [1, -1])
def test_staff_confirm_what_the_file_proposes(turn: int) -> None:
    """The same person at the same face, from the file and from staff, is confirmed."""
    people = (at(0), at(0, confirmed=False))[::turn]
    assert actions(plan(permitted(), people=people)) == ["keep"]


def test_two_names_at_one_face_hide_it_and_ask() -> None:
    """A face with two names is hidden, whoever gave them, and no other face suffers."""
    other = record(pupil("bea", OLD), word("own"))
    people = (at(0), at(0, "bea", confirmed=False), at(1, "bea2"))
    bea2 = record(pupil("bea2", OLD), word("own"))
    decided = plan(permitted(), other, bea2, people=people, faces=3)
    assert decided.outcome is Outcome.REVIEW
    assert actions(decided) == ["hide", "keep", "hide"]
    assert decided.reasons == (Reason("policy.face_contested", (), {"face": 1}),)
    assert [planned.person for planned in decided.faces] == [None, "bea2", None]
    assert decided.notices == (Reason("policy.unnamed_hidden", (), {"count": 1}),)


def test_a_stranger_s_name_at_a_named_face_hides_it() -> None:
    """A name that nobody knows contests a face as well."""
    decided = plan(permitted(), people=(at(0), at(0, None, confirmed=False)))
    assert actions(decided) == ["hide"]
    assert codes(decided.reasons) == ["face_contested", "more_people_than_faces"][::-1]


def test_one_person_at_two_faces_hides_both_and_asks() -> None:
    """Nobody stands in a photo twice."""
    decided = plan(permitted(), people=(at(0), at(2)), faces=3)
    assert actions(decided) == ["hide", "hide", "hide"]
    assert [reason.parameters for reason in decided.reasons] == [{"face": 1}, {"face": 3}]
    assert codes(decided.reasons) == ["face_contested"] * 2


def test_two_strangers_at_two_faces_are_two() -> None:
    """Unknown names at different faces contradict nothing."""
    decided = plan(people=(at(0, None), at(1, None)), faces=2)
    assert ready(decided)
    assert codes(decided.notices) == ["face_unknown", "face_unknown"]
    assert [notice.parameters["face"] for notice in decided.notices] == [1, 2]


@pytest.mark.parametrize("number", [1, 7, -1])
def test_a_face_that_is_not_there(number: int) -> None:
    """A number without a face asks a person, and leaves the person without a place."""
    decided = plan(permitted(), REFUSED, people=(at(number, "liisa"), at(0)))
    assert decided.outcome is Outcome.REVIEW
    assert codes(decided.reasons) == [
        "no_such_face",
        "not_located",
        "more_people_than_faces",
    ]
    assert decided.reasons[0].parameters == {"face": number + 1}
    assert decided.reasons[0].persons == ("liisa",)
    assert actions(decided) == ["keep"]


def test_a_stranger_at_a_face_that_is_not_there() -> None:
    """The same for a name that is not in the register."""
    decided = plan(people=(at(4, None),))
    assert codes(decided.reasons) == ["no_such_face", "unknown_name"]
    assert decided.reasons[0].persons == ()


def test_a_wrong_number_beside_a_right_one() -> None:
    """Somebody who is located elsewhere in the photo is not missed."""
    decided = plan(REFUSED, people=(at(0, "liisa"), at(5, "liisa")))
    assert codes(decided.reasons) == ["no_such_face"]


# names without a face


NOT_LOCATED: dict[str, tuple[Record, Outcome, list[str]]] = {
    "permitted": (permitted("x"), Outcome.READY, []),
    "not permitted": (record(pupil("x"), guardians="äiti"), Outcome.REVIEW, ["not_located"]),
    "a no": (record(pupil("x"), word("own", "no")), Outcome.REVIEW, ["not_located"]),
    "withdrawn": (
        record(pupil("x", OLD), replace(word("own"), withdrawn_on=DAY)),
        Outcome.BLOCKED,
        ["withdrawn_not_located"],
    ),
    "withdrawn for no channel in particular": (
        record(pupil("x", OLD), replace(word("own", channel=""), withdrawn_on=DAY)),
        Outcome.BLOCKED,
        ["withdrawn_not_located"],
    ),
    "withdrawn elsewhere": (
        record(pupil("x", OLD), replace(word("own", channel="facebook"), withdrawn_on=DAY)),
        Outcome.REVIEW,
        ["not_located"],
    ),
    "withdrawn and given again": (
        record(
            pupil("x", OLD),
            replace(word("own"), withdrawn_on=DAY - timedelta(days=9)),
            replace(word("own"), given_on=DAY),
        ),
        Outcome.READY,
        [],
    ),
    "never in pictures": (
        record(replace(pupil("x"), never_in_pictures=True)),
        Outcome.BLOCKED,
        ["never_in_pictures", "not_located"],
    ),
}


@pytest.mark.parametrize(("known", "outcome", "expected"), NOT_LOCATED.values(), ids=NOT_LOCATED)
def test_somebody_named_without_a_face(
    known: Record, outcome: Outcome, expected: list[str]
) -> None:
    """Who may be shown holds nothing; anybody else holds or forbids the photo."""
    decided = plan(known, people=(named("x"),))
    assert decided.outcome is outcome
    assert codes(decided.reasons) == expected
    assert actions(decided) == ["hide"]
    assert all(reason.persons == ("x",) for reason in decided.reasons)
    assert all(reason.parameters["person"] == "x" for reason in decided.reasons)


def test_an_early_childhood_child_named_without_a_face_is_held() -> None:
    """Nobody can tell whether the child is among the hidden faces: a person looks."""
    decided = plan(record(child()), people=(named("iida"),), rules=DAYCARE)
    assert decided.outcome is Outcome.REVIEW
    assert codes(decided.reasons) == ["not_located"]
    assert codes(decided.notices) == ["young_child"]


@pytest.mark.parametrize(("ambiguous", "code"), [(True, "ambiguous_name"), (False, "unknown_name")])
@pytest.mark.parametrize("rules", [DAYCARE, SCHOOL])
def test_a_name_that_nobody_can_settle_holds(rules: Rules, code: str, *, ambiguous: bool) -> None:
    """A name that the register does not know, or knows twice, holds the photo."""
    decided = plan(people=(named(None, ambiguous=ambiguous),), rules=rules)
    assert decided.outcome is Outcome.REVIEW
    assert codes(decided.reasons) == [code]


def test_an_id_without_a_record_is_a_stranger() -> None:
    """A register id that came without its record permits nothing."""
    decided = plan(people=(named("gone"), at(0, "ghost")), faces=2)
    assert actions(decided) == ["hide", "hide"]
    assert codes(decided.reasons) == ["not_located"]
    assert codes(decided.notices) == ["not_in_register", "not_in_register", "unnamed_hidden"]
    assert decided.notices[0].persons == ("gone",)


def test_a_proposal_locates_a_person() -> None:
    """Who is named for the photo and proposed at a face is hidden there, and not missed."""
    decided = plan(REFUSED, people=(named("liisa"), at(0, "liisa", confirmed=False)))
    assert ready(decided)
    assert actions(decided) == ["hide"]


def test_never_in_pictures_blocks_wherever_the_name_stands() -> None:
    """At a face, for the photo, as a proposal, in a daycare and as the maker of a work."""
    for people in ((at(0, "never"),), (named("never"),), (at(0, "never", confirmed=False),)):
        for rules in (SCHOOL, DAYCARE):
            decided = plan(NEVER, people=people, rules=rules)
            assert decided.outcome is Outcome.BLOCKED
            assert codes(decided.reasons)[0] == "never_in_pictures"
            assert actions(decided) == ["hide"]
    assert plan(NEVER, works=(named("never"),)).outcome is Outcome.BLOCKED


def test_the_same_person_in_the_photo_and_as_a_maker_is_told_once() -> None:
    """A reason stands once, however often the rules meet it."""
    decided = plan(NEVER, people=(at(0, "never"),), works=(named("never"),))
    assert codes(decided.reasons) == ["never_in_pictures"]


def test_more_people_than_faces_asks() -> None:
    """Two permitted people and one face: somebody was not found. The same twice is one."""
    bea = record(pupil("bea", OLD), word("own"))
    both = plan(permitted(), bea, people=(named(), named("bea")))
    assert codes(both.reasons) == ["more_people_than_faces"]
    assert both.outcome is Outcome.REVIEW
    assert ready(plan(permitted(), bea, people=(named(), named("bea")), faces=2))
    assert ready(plan(permitted(), people=(named(), named(), at(0))))
    assert codes(plan(people=(named(None), named(None))).reasons) == [
        "unknown_name",
        "more_people_than_faces",
    ]


def test_the_gravest_stands_first() -> None:
    """What forbids comes before what asks, and both before the detectors' doubts."""
    decided = plan(
        REFUSED, NEVER, people=(named("liisa"), named("never")), faces=2, works=(named(None),)
    )
    assert decided.outcome is Outcome.BLOCKED
    assert codes(decided.reasons) == [
        "never_in_pictures",
        "work_unknown",
        "not_located",
        "not_located",
    ]


# channels


def test_a_face_is_kept_only_if_permitted_on_every_channel() -> None:
    """With Facebook beside Instagram the pupil is hidden, and the notice says where."""
    told = replace(question(permitted(), people=(at(0),)), channels=(INSTAGRAM, FACEBOOK))
    decided = decide(told)
    assert actions(decided) == ["hide"]
    assert decided.notices[0].parameters["channel"] == "Facebook"


def test_without_a_channel_nobody_is_kept() -> None:
    """No channel told: every face is hidden, and one notice says that nothing was asked."""
    bea = record(pupil("bea", OLD), word("own"))
    told = question(permitted(), bea, people=(at(0), at(1, "bea")), faces=2)
    decided = decide(replace(told, channels=()))
    assert ready(decided)
    assert actions(decided) == ["hide", "hide"]
    assert codes(decided.notices) == ["no_channel"]


# works

WORK = PermissionKind.OWN_WORK
WORKS: dict[str, tuple[Record, Rules, Outcome, list[str]]] = {
    "given by the child": (
        record(pupil(), word("own", kind=WORK), guardians="äiti"),
        SCHOOL,
        Outcome.READY,
        [],
    ),
    "given in a daycare": (
        record(child("aino"), word("own", kind=WORK)),
        DAYCARE,
        Outcome.READY,
        [],
    ),
    "not given": (record(pupil()), SCHOOL, Outcome.BLOCKED, ["work_not_permitted"]),
    "not given in a daycare": (
        record(child("aino")),
        DAYCARE,
        Outcome.BLOCKED,
        ["work_not_permitted"],
    ),
    "given by a guardian only": (
        record(pupil(), word("äiti", kind=WORK), guardians="äiti"),
        SCHOOL,
        Outcome.BLOCKED,
        ["work_not_permitted"],
    ),
    "to be shown is another kind": (permitted(), SCHOOL, Outcome.BLOCKED, ["work_not_permitted"]),
    "a no of a guardian": (
        record(pupil(), word("own", kind=WORK), word("äiti", "no", kind=WORK), guardians="äiti"),
        SCHOOL,
        Outcome.BLOCKED,
        ["work_not_permitted"],
    ),
    "the city asks guardians too": (
        record(pupil(), word("own", kind=WORK), guardians="äiti"),
        replace(SCHOOL, works_need_guardians=True),
        Outcome.BLOCKED,
        ["work_not_permitted"],
    ),
    "the city asks guardians of young children too": (
        record(replace(child("aino"), born=None), word("own", kind=WORK), guardians="äiti"),
        replace(DAYCARE, works_need_guardians=True),
        Outcome.BLOCKED,
        ["work_not_permitted"],
    ),
    "guardians gave it": (
        record(pupil(), word("own", kind=WORK), word("äiti", kind=WORK), guardians="äiti"),
        replace(SCHOOL, works_need_guardians=True),
        Outcome.READY,
        [],
    ),
    "15 or more, the city asks guardians": (
        record(pupil(born=OLD), word("own", kind=WORK), guardians="äiti"),
        replace(SCHOOL, works_need_guardians=True),
        Outcome.READY,
        [],
    ),
    "never in pictures": (
        record(replace(pupil(), never_in_pictures=True), word("own", kind=WORK)),
        SCHOOL,
        Outcome.BLOCKED,
        ["never_in_pictures"],
    ),
}


@pytest.mark.parametrize(("known", "rules", "outcome", "expected"), WORKS.values(), ids=WORKS)
def test_works(known: Record, rules: Rules, outcome: Outcome, expected: list[str]) -> None:
    """A work needs its maker's permission for works; without it the photo is blocked."""
    decided = plan(known, works=(named(),), rules=rules)
    assert decided.outcome is outcome
    assert codes(decided.reasons) == expected
    assert all(reason.persons == ("aino",) for reason in decided.reasons)
    if expected == ["work_not_permitted"]:
        assert decided.reasons[0].parameters["channel"] == "Instagram"


def test_a_work_without_a_channel_asks() -> None:
    """No channel told: the permission cannot be looked up, a person looks."""
    maker = record(pupil(), word("own", kind=WORK))
    decided = decide(replace(question(maker, works=(named(),)), channels=()))
    assert decided.outcome is Outcome.REVIEW
    assert codes(decided.reasons) == ["no_channel"]


def test_every_maker_is_asked() -> None:
    """One permitted work does not cover another."""
    maker = record(pupil(), word("own", kind=WORK))
    decided = plan(maker, REFUSED, works=(named(), named("liisa"), named(None)))
    assert codes(decided.reasons) == ["work_not_permitted", "work_unknown"]


# photographer

TAKEN = PermissionKind.PHOTOGRAPHER
PHOTOGRAPHERS: dict[str, tuple[TakenBy | None, Outcome, list[str], list[str]]] = {
    "not told": (None, Outcome.READY, [], ["no_photographer"]),
    "staff, taken for it": (TakenBy(Role.STAFF, ("instagram",)), Outcome.READY, [], []),
    "staff, for what not told": (TakenBy(Role.STAFF), Outcome.READY, [], ["taken_for_not_told"]),
    "child, taken for it": (TakenBy(Role.CHILD, (" Instagram",)), Outcome.READY, [], []),
    "child, for what not told": (
        TakenBy(Role.CHILD),
        Outcome.REVIEW,
        ["photographer_not_asked"],
        [],
    ),
    "somebody else, for what not told": (
        TakenBy(Role.OTHER),
        Outcome.REVIEW,
        ["photographer_not_asked"],
        [],
    ),
    "permission of its own": (
        TakenBy(Role.CHILD, ("website",), (word("p", kind=TAKEN),)),
        Outcome.READY,
        [],
        [],
    ),
    "taken for another channel": (
        TakenBy(Role.STAFF, ("website",)),
        Outcome.BLOCKED,
        ["photographer_other_channel"],
        [],
    ),
    "a permission that ended": (
        TakenBy(
            Role.STAFF,
            ("website",),
            (replace(word("p", kind=TAKEN), valid_until=DAY - timedelta(days=1)),),
        ),
        Outcome.BLOCKED,
        ["photographer_other_channel"],
        [],
    ),
    "a refusal": (
        TakenBy(Role.STAFF, ("instagram",), (word("p", "no", kind=TAKEN),)),
        Outcome.BLOCKED,
        ["photographer_refused"],
        [],
    ),
    "a refusal of another kind": (
        TakenBy(Role.STAFF, ("instagram",), (word("p", "no"),)),
        Outcome.READY,
        [],
        [],
    ),
    "withdrawn": (
        TakenBy(Role.STAFF, ("instagram",), (replace(word("p", kind=TAKEN), withdrawn_on=DAY),)),
        Outcome.BLOCKED,
        ["photographer_refused"],
        [],
    ),
    "a refusal in the person's record": (
        TakenBy(Role.CHILD, ("instagram",), (), record(pupil(), word("own", "no", kind=TAKEN))),
        Outcome.BLOCKED,
        ["photographer_refused"],
        [],
    ),
}


@pytest.mark.parametrize(
    ("taken_by", "outcome", "reasons", "notices"), PHOTOGRAPHERS.values(), ids=PHOTOGRAPHERS
)
def test_photographers(
    taken_by: TakenBy | None, outcome: Outcome, reasons: list[str], notices: list[str]
) -> None:
    """A photo goes where it was taken for, or where the photographer permits it."""
    decided = plan(taken_by=taken_by, people=(at(0, None),))
    assert decided.outcome is outcome
    assert codes(decided.reasons) == reasons
    told = [each for each in decided.notices if not each.code.startswith("policy.credit")]
    assert codes(tuple(told)) == [*notices, "face_unknown"]
    for reason in (*decided.reasons, *told[:-1]):
        assert reason.parameters == ({"channel": "Instagram"} if taken_by else {})
        assert reason.persons == (("aino",) if taken_by and taken_by.record else ())


def test_every_channel_is_asked_of_the_photographer() -> None:
    """Taken for Instagram is not taken for Facebook."""
    told = question(taken_by=TakenBy(Role.STAFF, ("instagram",)))
    decided = decide(replace(told, channels=(INSTAGRAM, FACEBOOK)))
    assert decided.outcome is Outcome.BLOCKED
    assert decided.reasons[0].parameters == {"channel": "Facebook"}


@pytest.mark.parametrize(
    ("said", "channel"),
    [
        (word("p", "no", kind=TAKEN, channel=""), "*"),
        (word("p", "no", kind=TAKEN), "instagram"),
        (replace(word("p", kind=TAKEN), withdrawn_on=DAY), "instagram"),
    ],
)
def test_a_refusal_holds_without_a_channel_too(said: object, channel: str) -> None:
    """Leaving the channel out of the command does not lift a photographer's refusal."""
    told = question(taken_by=TakenBy(Role.STAFF, (), (said,)))  # type: ignore[arg-type]
    decided = decide(replace(told, channels=()))
    assert decided.outcome is Outcome.BLOCKED
    assert decided.reasons == (Reason("policy.photographer_refused", (), {"channel": channel}),)


def test_a_permission_is_no_refusal() -> None:
    """Without a channel a photographer's yes holds nothing."""
    told = question(taken_by=TakenBy(Role.STAFF, (), (word("p", kind=TAKEN),)))
    assert ready(decide(replace(told, channels=())))


def test_a_city_can_ask_for_the_photographer() -> None:
    """Where the photographer is required, a photo without one waits."""
    required = replace(SCHOOL, photographer_required=True)
    decided = plan(taken_by=None, rules=required)
    assert decided.outcome is Outcome.REVIEW
    assert codes(decided.reasons) == ["photographer_required"]
    assert plan(rules=required).outcome is Outcome.READY


# the credit

NAMED = PermissionKind.NAMED
HIDDEN_STAFF = record(replace(staff(), never_in_pictures=True))
CREDITS: dict[str, tuple[TakenBy | None, bool, bool]] = {
    "nobody": (None, False, False),
    "staff outside the register": (TakenBy(Role.STAFF), True, True),
    "somebody outside the register": (TakenBy(Role.OTHER), True, True),
    "a child outside the register": (TakenBy(Role.CHILD), False, False),
    "staff": (TakenBy(Role.STAFF, record=record(staff())), True, True),
    "a visitor": (TakenBy(Role.OTHER, record=record(visitor())), True, True),
    "staff who said no": (
        TakenBy(Role.STAFF, record=record(staff(), word("own", "no", kind=NAMED))),
        False,
        False,
    ),
    "staff, never in pictures": (TakenBy(Role.STAFF, record=HIDDEN_STAFF), False, False),
    "staff under age": (
        TakenBy(Role.STAFF, record=record(replace(staff(), born=pupil().born))),
        True,
        False,
    ),
    "a pupil": (TakenBy(Role.CHILD, record=permitted()), False, False),
    "a pupil of 15 to be named": (
        TakenBy(Role.CHILD, record=record(pupil(born=OLD), word("own", kind=NAMED))),
        False,
        True,
    ),
    "a pupil under 15, own word": (
        TakenBy(Role.CHILD, record=record(pupil(), word("own", kind=NAMED), guardians="äiti")),
        False,
        False,
    ),
    "a pupil under 15, both words": (
        TakenBy(
            Role.CHILD,
            record=record(
                pupil(), word("own", kind=NAMED), word("äiti", kind=NAMED), guardians="äiti"
            ),
        ),
        False,
        True,
    ),
    "a young child of unknown age, own word": (
        TakenBy(
            Role.CHILD,
            record=record(replace(child(), born=None), word("own", kind=NAMED), guardians="äiti"),
        ),
        False,
        False,
    ),
}


@pytest.mark.parametrize(("taken_by", "without", "with_channel"), CREDITS.values(), ids=CREDITS)
def test_who_is_credited_by_name(
    taken_by: TakenBy | None, *, without: bool, with_channel: bool
) -> None:
    """Adults are named, children only with permission, nobody who must never be in pictures."""
    told = question(taken_by=taken_by)
    assert may_credit_by_name(told) is with_channel
    for asked, by_name in ((told, with_channel), (replace(told, channels=()), without)):
        credit = credit_in(decide(asked))
        young = taken_by is not None and taken_by.role is Role.CHILD
        grown = Credit.AS_TOLD if by_name or taken_by is None else Credit.UNIT
        child = Credit.CHILD_NAMED if by_name else Credit.CHILD_NAMELESS
        assert credit is (child if young else grown)
    assert may_credit_by_name(replace(told, channels=())) is without


def test_the_credit_s_notice_names_the_photographer_by_id() -> None:
    """A child whom the register knows is told by id, a child from outside by nothing."""
    for known, persons in ((permitted(), ("aino",)), (None, ())):
        taken_by = TakenBy(Role.CHILD, ("instagram",), record=known)
        (said,) = plan(taken_by=taken_by, faces=0).notices
        assert (said.code, said.persons, said.parameters) == ("policy.credit_child", persons, {})
    hidden = TakenBy(Role.STAFF, ("instagram",), record=HIDDEN_STAFF)
    (said,) = plan(taken_by=hidden, faces=0).notices
    assert (said.code, said.persons) == ("policy.credit_unit", ("maija",))


# the plan as a value


def test_a_plan_travels_between_workers() -> None:
    """Questions and plans can be handed to another worker and come back equal."""
    told = question(permitted(), REFUSED, people=(at(0), named("liisa")))
    assert pickle.loads(pickle.dumps(told)) == told  # noqa: S301 - made in this line
    decided = decide(told)
    assert pickle.loads(pickle.dumps(decided)) == decided  # noqa: S301 - made in this line


def test_what_forbids_is_a_short_list() -> None:
    """Only these codes forbid a photo: the list changes together with the city's rules."""
    assert sorted(BLOCKING) == [
        "policy.never_in_pictures",
        "policy.photographer_other_channel",
        "policy.photographer_refused",
        "policy.withdrawn_not_located",
        "policy.work_not_permitted",
        "policy.work_unknown",
    ]


def test_nobody_is_kept_by_default() -> None:
    """The defaults of a question are the cautious ones."""
    assert Question(Sight(()), DAY).rules == Rules()
    assert Question(Sight(()), DAY).presence == Presence()
    assert Rules().guardians == "all"
    assert Rules().age_limit == 15
    assert Action.KEEP not in {planned.action for planned in plan(rules=Rules()).faces}


# what mutants taught: details that a reader of the report relies on


def test_a_name_without_a_face_does_not_hide_a_contest() -> None:
    """Two names at one face contradict each other, whatever was named before them."""
    bea = record(pupil("bea", OLD), word("own"))
    people = (named("bea"), at(9, "bea"), at(0), at(0, "bea"))
    decided = plan(permitted(), bea, people=people, faces=2)
    assert actions(decided) == ["hide", "hide"]
    assert "face_contested" in codes(decided.reasons)


@pytest.mark.parametrize(
    ("taken_for", "role"), [(("website",), Role.STAFF), ((), Role.STAFF), ((), Role.CHILD)]
)
def test_what_is_said_of_a_photographer_names_the_person(
    taken_for: tuple[str, ...], role: Role
) -> None:
    """A photographer whom the register knows is told by id."""
    decided = plan(taken_by=TakenBy(role, taken_for, record=record(pupil())))
    (said,) = [
        each for each in (*decided.reasons, *decided.notices) if "channel" in each.parameters
    ]
    assert said.persons == ("aino",)


@pytest.mark.parametrize("mention", [named(), at(0)])
def test_why_somebody_may_not_be_shown_is_told_with_the_id(mention: Mention) -> None:
    """Both notices, the rule and the unknown age, carry the person and the channel."""
    unknown = record(pupil(born=None), word("own"), guardians="äiti")
    notices = plan(unknown, people=(mention,)).notices[:2]
    assert codes(notices) == ["guardian_missing", "age_unknown"]
    for said in notices:
        assert said.persons == ("aino",)
        assert said.parameters == {"person": "aino", "channel": "Instagram", "age_limit": 15}


def test_an_id_without_a_record_has_no_verdict_of_its_own() -> None:
    """Nobody is allowed for want of a record."""
    assert question().shown("ghost").allowed is False


@pytest.mark.parametrize("rules", [SCHOOL, HOLD])
def test_a_face_that_was_numbered_anew_is_hidden_and_held(rules: Rules) -> None:
    """The person's permission does not help while nobody knows which face is theirs."""
    lost = replace(at(0, confirmed=False), renumbered=True)
    decided = plan(permitted(), people=(lost,), rules=rules)
    assert actions(decided) == ["hide"]
    assert decided.outcome is Outcome.REVIEW
    assert decided.reasons == (Reason("policy.face_renumbered", ("aino",), {"face": 1}),)
