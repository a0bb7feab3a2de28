"""What of the text in a picture tells who somebody is, where it stands, and what follows.

What a text says is not kept: places, kinds and register ids are.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from photoguard import ocr
from photoguard.identifiers import Known
from photoguard.model import Action, Doubt, PlannedText, Reason, TextKind, TextPlace, Unit
from photoguard.ocr import places_in
from photoguard.wordlists import word_lists

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from photoguard.model import Box, Face, Pixels, Plan, Region, Settled
    from photoguard.ocr import Lettering, TextReader
    from photoguard.output.records import Facts, PhotoRecord
    from photoguard.pipeline.values import RunSpec, Tools
    from photoguard.settings import Settings

HIDE, REVIEW, OFF = "hide", "review", "off"
SEVERAL = 3
"""From so many unreadable lines on, a notice says so; a single one may be a pattern."""
SMALL_GROUP = 4
"""People up to which a picture with a day and a place tells who they are."""
LEAST_WORD = 2
"""Letters that a pattern may be taken for."""
CHEST_ACROSS, CHEST_DOWN = 1.2, 2.5
"""Widths and heights of a face within which a shirt lies beside and below it."""
ABOUT_THERE = 0.5
"""Intersection over union from which two runs saw the same text."""
SAME_PLACE = 0.9
"""Intersection over union from which a settled place is the very place that was seen."""


def follows(settings: Settings) -> str:
    """Return what follows from a telling text in a picture: HIDE, REVIEW, or OFF."""
    if settings.text_in_pictures != "by_unit":
        return settings.text_in_pictures
    return HIDE if settings.unit is Unit.EARLY_CHILDHOOD else OFF


@dataclass(frozen=True, slots=True)
class Written:
    """What the text in a picture comes to."""

    places: tuple[TextPlace, ...] = ()
    asks: tuple[Reason, ...] = ()
    notices: tuple[Reason, ...] = ()


def look(pixels: Pixels, tools: Tools, faces: Sequence[Face]) -> Written:
    """Read a picture; the run knows the names that stand in its file. Raises ModelError."""
    if tools.reader is None:
        return Written()
    spec = tools.spec
    lettering = tools.reader.read(pixels)
    too_much = (Reason("reasons.much_text"),) if lettering.unread else ()
    unread = (Reason("reasons.text_not_read"),) if lettering.unreadable >= SEVERAL else ()
    known = known_to(spec)
    places = places_in(lettering, known, word_lists())
    return Written(places, too_much, (*unread, *_hints(lettering, places, faces)))


def with_earlier(facts: Facts, sha256: str, earlier: PhotoRecord | None) -> Facts:
    """Return the facts with the names that an earlier run found in the same picture.

    It may have known more people: names are kept nowhere, and the table that was given to it
    is not given to the review page. Whoever may be seen is spared there by a person.
    """
    before = earlier.facts if earlier and earlier.source_sha256 == sha256 else None
    if before is None or before.size != facts.size:
        return facts
    boxes = [place.region.bounds for place in facts.texts]
    lost = (
        replace(place, persons=())
        for place in before.texts
        if place.kind is TextKind.NAME
        and not any(place.region.bounds.iou(box) >= ABOUT_THERE for box in boxes)
    )
    return replace(facts, texts=(*facts.texts, *lost))


def _hints(
    lettering: Lettering, places: Sequence[TextPlace], faces: Sequence[Face]
) -> Iterator[Reason]:
    """Yield hints of what else in the photo may give somebody away; a person decides."""
    sure = [face.box for face in faces if not face.weak]
    if len(sure) == 1:
        yield Reason("reasons.hint_one_alone")
    elif 1 < len(sure) <= SMALL_GROUP:
        yield Reason("reasons.hint_small_group")
    middles = [line.region.centre for line in lettering.lines if len(line.text) > LEAST_WORD]
    if any(_is_on_clothes(middle, box) for middle in middles for box in sure):
        yield Reason("reasons.hint_shirt_text")
    if any(place.kind is TextKind.PLATE for place in places):
        yield Reason("reasons.hint_plate")


def _is_on_clothes(point: tuple[float, float], face: Box) -> bool:
    """Tell whether a point lies where the chest of a person with this face is."""
    across = abs(point[0] - face.centre[0]) / max(1.0, face.width)
    down = (point[1] - face.bottom) / max(1.0, face.height)
    return across <= CHEST_ACROSS and 0 < down <= CHEST_DOWN


def known_to(spec: RunSpec) -> Known:
    """Return whom a run knows by name: the register's persons, and who is named elsewhere."""
    records = spec.register.records if spec.register else ()
    people = [(record.person.id, record.person.name) for record in records]
    people += [("", name) for name in spec.named]
    return Known(tuple(dict.fromkeys(people)))


def key_to_texts(spec: RunSpec) -> str:
    """Return what names the texts that are looked for, "" where none are."""
    if follows(spec.settings) == OFF:
        return ""
    names = repr(sorted(known_to(spec).people))
    return hashlib.sha256(f"{ocr.fingerprint()}{names}".encode()).hexdigest()


def with_texts(
    plan: Plan, places: Sequence[TextPlace], settings: Settings, none: Sequence[Box]
) -> Plan:
    """Return the plan with its telling texts hidden, or held for a person to look at.

    ``none`` are places of which a person said that nothing is to be hidden there.
    """
    rule = follows(settings)
    left = [p for p in places if not any(p.region.bounds.iou(b) >= SAME_PLACE for b in none)]
    if rule == OFF or not left:
        return plan
    persons = tuple(dict.fromkeys(person for place in left for person in place.persons))
    reason = Reason(f"reasons.text_{rule}", persons, {"number": len(left)})
    action = Action.HIDE if rule == HIDE else Action.KEEP
    plan = replace(plan, texts=tuple(PlannedText(place, action) for place in left))
    if rule == HIDE:
        return replace(plan, notices=(*plan.notices, reason))
    return plan.held_once(reason, map(_doubt, left))


def places_of(settled: Settled, pixels: Pixels) -> list[Box]:
    """Return the places, in pixels of this picture, at which a person said nothing is hidden."""
    height, width = pixels.shape[:2]
    return [each.box.stretched(width, height) for each in settled.not_faces]


def with_late(plan: Plan, places: Iterable[TextPlace]) -> Plan:
    """Return the plan with what was still read in the copy hidden, and a person asked to look."""
    late = (PlannedText(place, Action.HIDE) for place in places)
    held = plan.held_once(Reason("reasons.text_after_hiding"))
    return replace(held, texts=(*plan.texts, *late))


def with_left(plan: Plan, places: Sequence[TextPlace]) -> Plan:
    """Return the plan with the places that every attempt left readable marked for a person."""
    if not places:
        return plan
    return plan.held_once(Reason("reasons.text_after_hiding"), map(_doubt, places))


def _doubt(place: TextPlace) -> Doubt:
    return Doubt(place.region.bounds, place.score, code_of(place))


def code_of(place: TextPlace) -> str:
    """Return the code that says of which kind a telling text is."""
    return f"sight.text_{place.kind.replace('-', '_')}"


def hidden_regions(plan: Plan) -> list[Region]:
    """Return the regions of the texts that the plan hides."""
    return [text.place.region for text in plan.texts if text.action is Action.HIDE]


def still_read(
    pixels: Pixels, reader: TextReader, spec: RunSpec, hidden: Sequence[Region]
) -> tuple[TextPlace, ...]:
    """Return what can still be read beside the hidden regions. Raises ModelError.

    Elsewhere the pixels are those that were read before.
    """
    beside = reader.read_around(pixels, (region for region in hidden if region.cornered))
    found = places_in(beside, known_to(spec), word_lists())
    return tuple(
        place
        for place in found
        if not any(region.contains(place.region.centre) for region in hidden)
    )
