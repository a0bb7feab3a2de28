"""Bring what was seen, what staff wrote and what the register says before the policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from photoguard import policy
from photoguard.captions import CaptionFacts, wording
from photoguard.model import (
    NOTHING_SETTLED,
    Box,
    Capacity,
    Face,
    Noted,
    Outcome,
    Reason,
    Role,
    Verdict,
)
from photoguard.model.answers import taker_in
from photoguard.output.records import plan_digest
from photoguard.pipeline.photo import face_numbers, lettering, typed
from photoguard.presence import Clues, photographers_meant, who_is_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from photoguard.model import PhotoNotes, Plan, Settled, Sight
    from photoguard.output.records import Facts
    from photoguard.pipeline.values import RunSpec
    from photoguard.presence import Mention, Presence
    from photoguard.settings import Settings


EDIT_NOT_APPLIED = "reasons.edit_not_applied"
SAME_BOX = 0.9
"""Intersection over union from which a settled place is the very place that was seen."""
BY_HAND = "person"
"""Stands among the detectors of a place that a person added."""
NOBODY = "?"
"""Stands for somebody whom the register does not know; no name holds it."""


def decide(
    facts: Facts, notes: PhotoNotes, spec: RunSpec, settled: Settled = NOTHING_SETTLED
) -> Plan:
    """Return what the rules make of one photo on the day of publication.

    ``settled`` is what a person settled of it on the review page; the rules are asked about
    that as about everything else.
    """
    plan = undecided(facts, notes, spec, settled)
    lapsed = has_lapsed(settled, plan)
    by_hand = bool(settled.named or settled.not_faces)
    return policy.with_verdict(plan, settled.verdict, lapsed=lapsed, by_hand=by_hand)


def basis_of(plan: Plan) -> str:
    """Return what an approval of this plan rests on: all of it but who took the photo."""
    return plan_digest(policy.without_credit(plan))


def has_lapsed(settled: Settled, plan: Plan) -> bool:
    """Tell whether a photo was approved when the rules made something else of it than this plan.

    Earlier versions took the photographer for a part of what an approval rests on.
    """
    rests = settled.basis in {basis_of(plan), plan_digest(plan)}
    return settled.verdict is Verdict.APPROVED and not rests


def undecided(facts: Facts, notes: PhotoNotes, spec: RunSpec, settled: Settled) -> Plan:
    """Return the plan before a person's last word: places and names count, a verdict not."""
    settings = spec.settings
    notes = completed(described(notes, settled, settings), settings)
    facts = replace(facts, sight=with_added(facts, settled))
    presence = _presence(facts, notes, spec, settled)
    question = policy.Question(
        sight=facts.sight,
        day=settings.publish_on or date.today(),  # noqa: DTZ011 - a calendar day, here
        rules=policy.rules_of(settings),
        channels=policy.channels_for(settings.channels, settings.unit),
        presence=presence,
    )
    plan = policy.decide(question)
    notices = (*plan.notices, *facts.notices, *_notices(facts, notes))
    noted = tuple(dict.fromkeys(_noted(presence, notes, spec)))
    plan = replace(plan, notices=notices, noted=noted)
    plan = lettering.with_texts(plan, facts.texts, settings, _none_at(facts, settled))
    in_files = (*facts.persons, *(region.name for region in facts.regions))
    plan = typed.held(plan, typed.Typed(notes, tuple(filter(None, in_files)), spec), question)
    held = _held_for_file(plan, notes, facts)
    return _without_not_faces(_as_staff_warned(held, notes), facts, settled)


def described(notes: PhotoNotes, settled: Settled, settings: Settings) -> PhotoNotes:
    """Return the notes with what was written on the review page: words, photographer, works.

    A long one from the table stays as the extended description of the short one written there.
    """
    own = settled.descriptions.get(settings.language, "")
    others = {
        language: text
        for language, text in settled.descriptions.items()
        if language is not settings.language
    }
    return replace(
        notes,
        description=own or notes.description,
        long_description=notes.description
        if own and wording.is_too_long(notes.description)
        else "",
        translations={**notes.translations, **others},
        photographer=settled.photographer or notes.photographer,
        photographer_role=None if settled.photographer else notes.photographer_role,
        works=notes.works if settled.works is None else settled.works,
    )


def with_added(facts: Facts, settled: Settled) -> Sight:
    """Return what was seen, and behind it the places that a person added.

    The numbers of the faces that were found stay what they are.
    """
    places = (from_shares(each.box, facts.size) for each in settled.added)
    added = (Face(place, 1.0, (BY_HAND,)) for place in places)
    return replace(facts.sight, faces=(*facts.sight.faces, *added))


def _none_at(facts: Facts, settled: Settled) -> list[Box]:
    return [from_shares(each.box, facts.size) for each in settled.not_faces]


def _without_not_faces(plan: Plan, facts: Facts, settled: Settled) -> Plan:
    """Return the plan without the places that a person said are no faces."""
    texts = [place.region.bounds for place in facts.texts]
    none = [
        box
        for box in _none_at(facts, settled)
        if not any(box.iou(each) >= SAME_BOX for each in texts)
    ]
    gone = [
        planned
        for planned in plan.faces
        if planned.person is None
        and BY_HAND not in planned.face.detectors
        and any(planned.face.box.iou(box) >= SAME_BOX for box in none)
    ]
    seen = [planned.face for planned in gone]
    later = (box for box in none if not any(face.box.iou(box) >= SAME_BOX for face in seen))
    return replace(
        plan,
        faces=tuple(planned for planned in plan.faces if planned not in gone),
        not_faces=(*seen, *(Face(box, 0.0, (BY_HAND,)) for box in later)),
    )


def after_the_look(made: Plan, decided: Plan, settled: Settled) -> Plan:
    """Return the plan of a finished copy: what a second look hid needs no second approval."""
    if settled.verdict is Verdict.APPROVED and decided.outcome is Outcome.READY:
        return policy.with_verdict(made, settled.verdict)
    return made


def from_shares(box: Box, size: tuple[int, int]) -> Box:
    """Return a box in pixels of a picture of this (width, height) from shares of its sides."""
    return box.stretched(*size)


def _named(facts: Facts, settled: Settled) -> tuple[str, ...]:
    """Return whom a person named at which face, as staff write it in a table."""
    faces = facts.sight.faces
    places = [(each.person, from_shares(each.box, facts.size)) for each in settled.named]
    return tuple(
        f"{person}#{index + 1}"
        for person, box in places
        for index, face in enumerate(faces)
        if face.box.iou(box) >= SAME_BOX
    )


def _presence(
    facts: Facts, notes: PhotoNotes, spec: RunSpec, settled: Settled = NOTHING_SETTLED
) -> Presence:
    renumbered, unshown = face_numbers.renumbered(notes, facts), face_numbers.unshown(notes, facts)
    notes = replace(notes, people=(*notes.people, *_named(facts, settled)))
    clues = Clues(notes, facts.regions, facts.persons, renumbered, unshown)
    trust = spec.settings.regions == "trust"
    return who_is_in(clues, facts.sight.faces, spec.register, trust=trust)


def nameless(facts: Facts, notes: PhotoNotes, spec: RunSpec) -> PhotoNotes:
    """Return the notes with register ids for names, so that they may lie in the journal.

    Whom the register does not know is ``NOBODY``; the rules say of both the same.
    """
    presence = _presence(facts, notes, spec)
    confirmed = [mention for mention in presence.people if mention.confirmed]
    taken_by = presence.taken_by
    return replace(
        notes,
        people=tuple(dict.fromkeys(map(_by_id, confirmed))),
        works=None if presence.works is None else tuple(map(_by_id, presence.works)),
        photographer=_taker(notes, presence, spec),
        photographer_role=taken_by.role if taken_by else None,
    )


def _taker(notes: PhotoNotes, presence: Presence, spec: RunSpec) -> str:
    """Return the register's ids of whoever may be the photographer, "" where none was given."""
    if presence.taken_by is None or presence.taken_by.nameless:
        return ""
    return ";".join(_takers(notes, spec)) or NOBODY


def _takers(notes: PhotoNotes, spec: RunSpec) -> tuple[str, ...]:
    """Return the register's ids of everybody who may be the photographer."""
    if spec.register is None or not notes.photographer.strip():
        return ()
    return photographers_meant(notes.photographer, spec.register).ids


def _by_id(mention: Mention) -> str:
    number = "" if mention.face is None else f"#{mention.face + 1}"
    return f"{mention.person or NOBODY}{number}"


def _noted(presence: Presence, notes: PhotoNotes, spec: RunSpec) -> Iterator[Noted]:
    """Yield everybody whom the photo concerns without a face, for the note of its publication."""
    for mention in presence.people:
        if mention.person and mention.face is None:
            yield Noted(mention.person, Capacity.NAMED)
    for mention in presence.works or ():
        if mention.person:
            yield Noted(mention.person, Capacity.WORK)
    for taker in _takers(notes, spec):
        yield Noted(taker, Capacity.PHOTOGRAPHER)


def completed(notes: PhotoNotes, settings: Settings) -> PhotoNotes:
    """Return the notes of one photo with what holds for the whole folder filled in."""
    own = bool(notes.photographer or notes.photographer_role)
    taker = taker_in(notes.photographer if own else settings.photographer)
    role = notes.photographer_role or taker.role or settings.photographer_role
    return replace(
        notes,
        event=notes.event or settings.event,
        photographer=taker.name,
        photographer_role=Role.CHILD if taker.role is Role.CHILD else role,
    )


def _notices(facts: Facts, notes: PhotoNotes) -> Iterator[Reason]:
    if not facts.sight.faces:
        yield Reason("reasons.no_face_found")
    if not notes.description:
        yield Reason("reasons.draft_alt_text")
    elif any(map(wording.is_too_long, (notes.description, *notes.translations.values()))):
        yield Reason("reasons.long_alt_text", (), {"limit": wording.LIMIT})


def _as_staff_warned(plan: Plan, notes: PhotoNotes) -> Plan:
    """Hold or forbid a photo if staff answered that somebody in it must not be in pictures."""
    if notes.unwanted is Outcome.READY:
        return plan
    code = f"staff.unwanted_{notes.unwanted}"
    gravest = Outcome.BLOCKED if plan.outcome is Outcome.BLOCKED else notes.unwanted
    return replace(plan, outcome=gravest, reasons=(Reason(code), *plan.reasons))


def _held_for_file(plan: Plan, notes: PhotoNotes, facts: Facts) -> Plan:
    """Hold a photo whose file, or one beside it, asks for a look: perhaps a crop is missing."""
    beside = (Reason(EDIT_NOT_APPLIED),) if notes.edited_beside else ()
    reasons = tuple(reason for reason in (*facts.asks, *beside) if reason not in plan.reasons)
    return plan.held(map(Reason, dict.fromkeys(reason.code for reason in reasons)))


def caption_facts(plan: Plan, notes: PhotoNotes, settings: Settings) -> CaptionFacts:
    """Return what is known of one photo for its words; a doubtful face is no person yet."""
    notes = completed(notes, settings)
    heads = policy.heads_of(plan)
    credit = policy.credit_in(plan)
    young = credit in {policy.Credit.CHILD_NAMED, policy.Credit.CHILD_NAMELESS}
    role = notes.photographer_role or settings.photographer_role
    return CaptionFacts(
        language=settings.language,
        unit=settings.unit,
        people=heads.people,
        hidden=heads.hidden,
        kept=heads.kept,
        counted=heads.counted,
        event=notes.event,
        description=notes.description,
        translations=notes.translations,
        long_description=notes.long_description,
        photographer="" if credit is policy.Credit.UNIT else notes.photographer,
        photographer_role=Role.CHILD if young else role,
        photographer_named=credit is policy.Credit.CHILD_NAMED,
        unit_name=settings.unit_name,
        organisation=settings.organisation,
        hashtags=settings.hashtags,
    )
