"""Which face is whose, which faces are kept, and how many people are in a photo.

The number of people goes into the alt text, which people who cannot see the picture rely on:
boxes that lie inside each other count once, and no number is given while a face is doubtful.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoguard.model import Action, PermissionKind, PlannedFace
from photoguard.policy.persons import Occasion, counting_permissions
from photoguard.policy.question import notice, objection, overruled_notices

if TYPE_CHECKING:
    from photoguard.model import Plan


NESTED = 0.5
"""Intersection over the area of the smaller box from which on two boxes are one head."""


@dataclass(frozen=True, slots=True)
class Heads:
    """The number of people in a photo, without doubtful faces."""

    people: int
    hidden: int
    kept: int
    counted: bool
    """Whether no face is doubtful, so that a text may give the number."""


def heads_of(plan: Plan) -> Heads:
    """Return how many people a plan shows and hides; nested boxes count once."""
    single: list[PlannedFace] = []
    for planned in sorted(plan.faces, key=_surest_first):
        if not any(_is_same(planned, other) for other in single):
            single.append(planned)
    sure = [planned for planned in single if not planned.face.weak]
    kept = sum(planned.action is Action.KEEP for planned in sure)
    return Heads(
        people=len(sure),
        hidden=len(sure) - kept,
        kept=kept,
        counted=all(map(_is_strong, single)) and not plan.doubts,
    )


def _surest_first(planned: PlannedFace) -> tuple[bool, bool, float]:
    """Return a sort key: kept faces first, then strong ones, then the larger ones."""
    return planned.action is not Action.KEEP, not _is_strong(planned), -planned.face.box.area


def _is_strong(planned: PlannedFace) -> bool:
    return not (planned.face.weak or planned.face.perhaps_no_person)


def _is_same(one: PlannedFace, other: PlannedFace) -> bool:
    first, second = one.face.box, other.face.box
    return first.overlap(second) >= NESTED * min(first.area, second.area)


_EDGE = 0.1
"""Share of a face's box by which the region that hides it is larger on each side, at least."""

if TYPE_CHECKING:
    from collections.abc import Iterator

    from photoguard.model import Box, Doubt
    from photoguard.policy.persons import Verdict
    from photoguard.policy.question import Point, Question
    from photoguard.presence import Mention


def plan_faces(question: Question) -> tuple[PlannedFace, ...]:
    """Return each face as hidden, or kept for a confirmed person allowed on all channels."""
    owners = _owners(question)
    faces = tuple(
        PlannedFace(face, _action(owners.get(index), question), _person(owners.get(index)))
        for index, face in enumerate(question.sight.faces)
    )
    inner = (face for face in question.sight.within if not _is_under(face.box, faces))
    return (*faces, *(PlannedFace(face, Action.HIDE) for face in inner))


def open_doubts(question: Question, faces: tuple[PlannedFace, ...]) -> tuple[Doubt, ...]:
    """Return the doubts that remain when these faces are hidden and kept.

    Left out are doubts about a place that a hidden face covers. A doubt whether a hidden
    place is a face remains only while that place is hidden.
    """
    hidden = {planned.face.box for planned in faces if planned.action is Action.HIDE}
    return tuple(
        doubt
        for doubt in question.sight.doubts
        if (doubt.box in hidden if doubt.hidden else not _is_under(doubt.box, faces))
    )


def _is_under(box: Box, faces: tuple[PlannedFace, ...]) -> bool:
    """Tell whether the hidden region of one face covers at least half of this box."""
    covers = (p.face.box.grown(_EDGE) for p in faces if p.action is Action.HIDE)
    return any(2 * box.overlap(cover) >= box.area for cover in covers)


def judge_faces(question: Question) -> Iterator[Point]:
    """Yield why named faces are hidden, and points about contested and unnamed faces."""
    say = objection if question.hold else notice
    owners = _owners(question)
    for index, mention in sorted(owners.items()):
        yield from _judge_owner(mention, index + 1, question)
    contested = _contested(question)
    for index in sorted(contested):
        yield objection("policy.face_contested", face=index + 1)
    unnamed = len(question.sight.faces) - len(owners) - len(contested)
    if unnamed and question.school and (question.presence.people_noted or question.hold):
        yield say("policy.unnamed_hidden", count=unnamed)


def judge_names(question: Question) -> Iterator[Point]:
    """Yield the points about people named for the photo, above all those at none of its faces."""
    people = question.presence.people
    located = {mention.person for mention in people if _at_a_face(mention, question)}
    for mention in people:
        yield from _judge_never(mention, question)
        if _at_a_face(mention, question):
            yield from _judge_number(mention)
            continue
        if mention.face is not None:
            yield objection("policy.no_such_face", *_persons(mention), face=mention.face + 1)
        if mention.person is None or mention.person not in located:
            yield from _judge_unlocated(mention, question)
    if _count(people) > len(question.sight.faces):
        yield objection("policy.more_people_than_faces")
    if question.school and question.sight.faces and not question.presence.people_noted:
        yield notice("policy.people_not_told")


def _judge_never(mention: Mention, question: Question) -> Iterator[Point]:
    record = question.presence.records.get(mention.person or "")
    if record is not None and record.person.never_in_pictures:
        yield objection("policy.never_in_pictures", record.person.id, person=record.person.id)


def _judge_number(mention: Mention) -> Iterator[Point]:
    """Yield an objection where the face number that staff wrote may mean another face."""
    if mention.renumbered and mention.face is not None:
        yield objection("policy.face_renumbered", *_persons(mention), face=mention.face + 1)
    if mention.counted_up and mention.face is not None:
        yield objection("policy.number_counted_up", *_persons(mention), face=mention.face + 1)


def _judge_unlocated(mention: Mention, question: Question) -> Iterator[Point]:
    """Yield an objection for somebody at no known face of the photo who may not be shown."""
    if mention.person is None:
        yield objection("policy.ambiguous_name" if mention.ambiguous else "policy.unknown_name")
        return
    verdict = question.shown(mention.person)
    if verdict.allowed:
        yield from overruled_notices(verdict)
        return
    withdrew = _withdrew(mention.person, question)
    code = "policy.withdrawn_not_located" if withdrew else "policy.not_located"
    yield objection(code, mention.person, person=mention.person)
    yield notice(verdict.code, *verdict.persons, **verdict.parameters)
    yield from _judge_age(mention.person, verdict, question)


def _judge_owner(mention: Mention, face: int, question: Question) -> Iterator[Point]:
    """Yield why the person named at a face is hidden; ``face`` is counted from 1."""
    say = objection if question.hold else notice
    if mention.person is None:
        yield say(
            "policy.face_ambiguous" if mention.ambiguous else "policy.face_unknown", face=face
        )
        return
    verdict = question.shown(mention.person)
    if not verdict.allowed:
        yield say(verdict.code, *verdict.persons, **verdict.parameters)
        yield from _judge_age(mention.person, verdict, question)
    elif mention.unshown:
        code = "policy.number_before_report" if question.school else "policy.number_hidden"
        yield objection(code, mention.person, person=mention.person, face=face)
    elif mention.confirmed:
        yield from overruled_notices(verdict)
    elif not (mention.renumbered or mention.counted_up):
        yield say("policy.not_confirmed", mention.person, person=mention.person, face=face)


def _judge_age(person: str, verdict: Verdict, question: Question) -> Iterator[Point]:
    """Yield a notice where guardians are asked only because the date of birth is not known."""
    record = question.presence.records.get(person)
    if record and record.person.born is None and verdict.code.startswith("policy.guardian_"):
        yield notice("policy.age_unknown", *verdict.persons, **verdict.parameters)


def _action(owner: Mention | None, question: Question) -> Action:
    if owner is None or owner.person is None or not owner.confirmed:
        return Action.HIDE
    if owner.unshown and not question.school:  # a miscount would show a child
        return Action.HIDE
    return Action.KEEP if question.shown(owner.person).allowed else Action.HIDE


def _owners(question: Question) -> dict[int, Mention]:
    """Return the mention at each uncontested face index, a confirmed one before others."""
    owners: dict[int, Mention] = {}
    for mention in _uncontested(question):
        if mention.face is not None and (mention.confirmed or mention.face not in owners):
            owners[mention.face] = mention
    return owners


def _uncontested(question: Question) -> Iterator[Mention]:
    contested = _contested(question)
    for mention in question.presence.people:
        if _at_a_face(mention, question) and mention.face not in contested:
            yield mention


def _contested(question: Question) -> set[int]:
    """Return the indices of faces with two names, or with a name that another face has too."""
    names: dict[int, set[str | None]] = defaultdict(set)
    places: dict[str, set[int]] = defaultdict(set)
    for mention in question.presence.people:
        if mention.face is None or not _at_a_face(mention, question):
            continue
        names[mention.face].add(mention.person)
        if mention.person is not None:
            places[mention.person].add(mention.face)
    twice = {face for face, borne in names.items() if len(borne) > 1}
    return twice.union(*(faces for faces in places.values() if len(faces) > 1))


def _at_a_face(mention: Mention, question: Question) -> bool:
    return mention.face is not None and 0 <= mention.face < len(question.sight.faces)


def _withdrew(person: str, question: Question) -> bool:
    record = question.presence.records.get(person)
    if record is None:
        return False
    return any(
        permission.withdrawn_on is not None
        for channel in question.channels
        for permission in counting_permissions(
            record, PermissionKind.SHOWN, Occasion(channel, question.day, question.rules)
        )
    )


def _person(owner: Mention | None) -> str | None:
    return owner.person if owner else None


def _persons(mention: Mention) -> tuple[str, ...]:
    return (mention.person,) if mention.person else ()


def _count(people: tuple[Mention, ...]) -> int:
    """Return how many different people are named; each unknown name counts as one person."""
    return len({(m.person, None if m.person else i) for i, m in enumerate(people)})
