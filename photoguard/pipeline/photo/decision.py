"""Make a photo's plan from what was seen in it, the staff's notes, the register and the rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from photoguard import captions, policy
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
from photoguard.model.answers import description_answer, photographer_in
from photoguard.output.records import plan_digest
from photoguard.pipeline.photo import face_numbers, lettering, typed
from photoguard.presence import Clues, photographers_meant, who_is_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from photoguard.model import Language, PhotoNotes, Plan, Settled, Sight
    from photoguard.output.records import Facts
    from photoguard.pipeline.values import RunSpec
    from photoguard.presence import Mention, Presence
    from photoguard.settings import Settings


EDIT_NOT_APPLIED = "reasons.edit_not_applied"
SAME_BOX = 0.9
"""Intersection over union from which a place settled on the review page is one that was found."""
BY_HAND = "person"
"""The detector's name for a place that a person added on the review page."""
UNKNOWN_PERSON = "?"
"""Stands for a person whom the register does not know; no name contains it."""


def decide(
    facts: Facts, notes: PhotoNotes, spec: RunSpec, settled: Settled = NOTHING_SETTLED
) -> Plan:
    """Return the plan for one photo by the rules on its day of publication.

    ``settled`` is what a person settled for it on the review page. An approval counts only
    while the plan is the one that was approved.
    """
    plan = plan_before_verdict(facts, notes, spec, settled)
    lapsed = has_lapsed(settled, plan)
    by_hand = bool(settled.named or settled.not_faces)
    return policy.with_verdict(plan, settled.verdict, lapsed=lapsed, by_hand=by_hand)


def basis_of(plan: Plan) -> str:
    """Return the digest on which an approval of this plan rests: of all but who took the photo."""
    return plan_digest(policy.without_credit(plan))


def has_lapsed(settled: Settled, plan: Plan) -> bool:
    """Tell whether a photo was approved, but with another plan than this one.

    Earlier versions included the photographer in the digest of an approval; it counts too.
    """
    if settled.verdict is not Verdict.APPROVED:
        return False
    return settled.basis not in {basis_of(plan), plan_digest(plan)}


def plan_before_verdict(facts: Facts, notes: PhotoNotes, spec: RunSpec, settled: Settled) -> Plan:
    """Return the plan without the person's verdict, with the places and names they settled."""
    settings = spec.settings
    notes = completed(with_settled_texts(notes, settled, settings), settings)
    facts = replace(facts, sight=with_added_faces(facts, settled))
    presence = _presence(facts, notes, spec, settled)
    question = policy.Question(
        sight=facts.sight,
        day=settings.publish_on or date.today(),  # noqa: DTZ011 - a calendar day, here
        rules=policy.rules_of(settings),
        channels=policy.channels_for(settings.channels, settings.unit),
        presence=presence,
    )
    plan = policy.decide(question)
    notices = (*plan.notices, *facts.notices, *_notices(facts, notes, settings))
    noted = tuple(dict.fromkeys(_noted(presence, notes, spec)))
    plan = replace(plan, notices=notices, noted=noted)
    plan = lettering.with_texts(plan, facts.texts, settings, _not_face_boxes(facts, settled))
    in_files = (*facts.persons, *(region.name for region in facts.regions))
    plan = typed.held_for_words(
        plan, typed.Typed(notes, tuple(filter(None, in_files)), spec), question
    )
    held = _held_for_row(_held_for_file(plan, notes, facts), notes)
    return _without_not_faces(_held_for_unwanted(held, notes), facts, settled)


def with_settled_texts(notes: PhotoNotes, settled: Settled, settings: Settings) -> PhotoNotes:
    """Return the notes with the texts, photographer and works from the review page filled in.

    A long description from the table stays, as the extended description of the shorter one
    from the review page.
    """
    others = {
        language: text
        for language, typed_text in settled.descriptions.items()
        if (text := description_answer(typed_text))
    }
    own = others.pop(settings.language, "")
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


def with_added_faces(facts: Facts, settled: Settled) -> Sight:
    """Return what was seen, with the places that a person added after the found faces.

    So the numbers of the found faces do not change.
    """
    places = (from_shares(each.box, facts.size) for each in settled.added)
    added = (Face(place, 1.0, (BY_HAND,)) for place in places)
    return replace(facts.sight, faces=(*facts.sight.faces, *added))


def _not_face_boxes(facts: Facts, settled: Settled) -> list[Box]:
    return [from_shares(each.box, facts.size) for each in settled.not_faces]


def _without_not_faces(plan: Plan, facts: Facts, settled: Settled) -> Plan:
    """Return the plan with the faces a person marked as none moved to ``not_faces``.

    A face stays that was given a person or was added by hand.
    """
    texts = [place.region.bounds for place in facts.texts]
    none = [
        box
        for box in _not_face_boxes(facts, settled)
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


def with_approval_kept(made: Plan, decided: Plan, settled: Settled) -> Plan:
    """Return a finished copy's plan, still approved although the second look hid more places.

    ``made`` is the plan of the copy, ``decided`` the one before it was made.
    """
    if settled.verdict is Verdict.APPROVED and decided.outcome is Outcome.READY:
        return policy.with_verdict(made, settled.verdict)
    return made


def from_shares(box: Box, size: tuple[int, int]) -> Box:
    """Return a box in pixels, from one in shares of the sides; ``size`` is (width, height)."""
    return box.stretched(*size)


def _named(facts: Facts, settled: Settled) -> tuple[str, ...]:
    """Return the persons named at faces on the review page, written as in a table ("ID#3")."""
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
    named = _named(facts, settled)
    notes = replace(notes, people=(*notes.people, *named))
    counted_up = frozenset(notes.counted_up) - frozenset(named)
    clues = Clues(notes, facts.regions, facts.persons, renumbered, counted_up, unshown)
    trust = spec.settings.regions == "trust"
    return who_is_in(clues, facts.sight.faces, spec.register, trust=trust)


def with_ids_for_names(facts: Facts, notes: PhotoNotes, spec: RunSpec) -> PhotoNotes:
    """Return the notes with register ids instead of names, as the journal may keep them.

    A person whom the register does not know becomes ``UNKNOWN_PERSON``; the rules decide
    the same about the two.
    """
    presence = _presence(facts, notes, spec)
    confirmed = [mention for mention in presence.people if mention.confirmed]
    taken_by = presence.taken_by
    return replace(
        notes,
        people=tuple(dict.fromkeys(map(_by_id, confirmed))),
        counted_up=(),
        row_unclear=False,
        people_missing=False,
        works=None if presence.works is None else tuple(map(_by_id, presence.works)),
        photographer=_photographer_field(notes, presence, spec),
        photographer_role=taken_by.role if taken_by else None,
    )


def _photographer_field(notes: PhotoNotes, presence: Presence, spec: RunSpec) -> str:
    """Return the ids of the persons who may be the photographer, joined by ";".

    "" where staff gave no photographer, or only a role.
    """
    if presence.taken_by is None or presence.taken_by.nameless:
        return ""
    return ";".join(_photographer_ids(notes, spec)) or UNKNOWN_PERSON


def _photographer_ids(notes: PhotoNotes, spec: RunSpec) -> tuple[str, ...]:
    """Return the register ids of every person whom the photographer's name may mean."""
    if spec.register is None or not notes.photographer.strip():
        return ()
    return photographers_meant(notes.photographer, spec.register).ids


def _by_id(mention: Mention) -> str:
    number = "" if mention.face is None else f"#{mention.face + 1}"
    return f"{mention.person or UNKNOWN_PERSON}{number}"


def _noted(presence: Presence, notes: PhotoNotes, spec: RunSpec) -> Iterator[Noted]:
    """Yield the persons named in, or makers or photographers of, the photo, beside its faces."""
    for mention in presence.people:
        if mention.person and mention.face is None:
            yield Noted(mention.person, Capacity.NAMED)
    for mention in presence.works or ():
        if mention.person:
            yield Noted(mention.person, Capacity.WORK)
    for taker in _photographer_ids(notes, spec):
        yield Noted(taker, Capacity.PHOTOGRAPHER)


def completed(notes: PhotoNotes, settings: Settings) -> PhotoNotes:
    """Return the notes of one photo with event and photographer of the folder filled in."""
    own = bool(notes.photographer or notes.photographer_role)
    taker = photographer_in(notes.photographer if own else settings.photographer)
    role = notes.photographer_role or taker.role or settings.photographer_role
    return replace(
        notes,
        event=notes.event or settings.event,
        photographer=taker.name,
        photographer_role=Role.CHILD if taker.role is Role.CHILD else role,
    )


def _notices(facts: Facts, notes: PhotoNotes, settings: Settings) -> Iterator[Reason]:
    if not facts.sight.faces:
        yield Reason("reasons.no_face_found")
    if not notes.description:
        yield Reason("reasons.draft_alt_text")
        return
    written = _language_of_description(notes, settings)
    if written is not settings.language:
        yield Reason(f"reasons.described_in_{written}")
    if any(map(wording.is_too_long, (notes.description, *notes.translations.values()))):
        yield Reason("reasons.long_alt_text", (), {"limit": wording.LIMIT})


def _language_of_description(notes: PhotoNotes, settings: Settings) -> Language:
    """Return the language of the description: that of the run unless another one is plain.

    A text in another language, with the run's own sentence behind it, would be in two.
    """
    return captions.language_of(notes.description) or settings.language


def _held_for_unwanted(plan: Plan, notes: PhotoNotes) -> Plan:
    """Return the plan, held or blocked as staff answered about somebody unwanted in the photo."""
    if notes.unwanted is Outcome.READY:
        return plan
    code = f"staff.unwanted_{notes.unwanted}"
    gravest = Outcome.BLOCKED if plan.outcome is Outcome.BLOCKED else notes.unwanted
    return replace(plan, outcome=gravest, reasons=(Reason(code), *plan.reasons))


def _held_for_file(plan: Plan, notes: PhotoNotes, facts: Facts) -> Plan:
    """Return the plan, held where the photo's file or one beside it gives a reason to look."""
    beside = (Reason(EDIT_NOT_APPLIED),) if notes.edited_beside else ()
    reasons = tuple(reason for reason in (*facts.asks, *beside) if reason not in plan.reasons)
    return plan.held(map(Reason, dict.fromkeys(reason.code for reason in reasons)))


def _held_for_row(plan: Plan, notes: PhotoNotes) -> Plan:
    """Return the plan, held where another row of the table may tell who is in the photo."""
    marks = {
        "reasons.row_unclear": notes.row_unclear,
        "reasons.people_missing": notes.people_missing,
    }
    return plan.held(Reason(code) for code, is_marked in marks.items() if is_marked)


def caption_facts(plan: Plan, notes: PhotoNotes, settings: Settings) -> CaptionFacts:
    """Return what the caption and alt text of a photo are made from.

    Faces that may be none count as no people.
    """
    notes = completed(notes, settings)
    heads = policy.heads_of(plan)
    credit = policy.credit_in(plan)
    young = credit in {policy.Credit.CHILD_NAMED, policy.Credit.CHILD_NAMELESS}
    role = notes.photographer_role or settings.photographer_role
    written = _language_of_description(notes, settings)
    return CaptionFacts(
        language=settings.language,
        unit=settings.unit,
        people=heads.people,
        hidden=heads.hidden,
        kept=heads.kept,
        counted=heads.counted,
        event=notes.event,
        description=notes.translations.get(written) or notes.description,
        description_language=written,
        translations=notes.translations,
        long_description=notes.long_description,
        photographer="" if credit is policy.Credit.UNIT else notes.photographer,
        photographer_role=Role.CHILD if young else role,
        photographer_named=credit is policy.Credit.CHILD_NAMED,
        unit_name=settings.unit_name,
        organisation=settings.organisation,
        hashtags=settings.hashtags,
    )
