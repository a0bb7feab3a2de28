"""Text in a picture that identifies somebody: where it is, and what the plan does about it.

The text itself is never kept, only its places, kinds and register ids.
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
"""Number of unreadable lines from which on a notice says so; fewer may be a pattern."""
SMALL_GROUP = 4
"""Number of people up to which they may be identified by the day and the place."""
LEAST_WORD = 2
"""Length in letters up to which a line of text may be a pattern on cloth."""
CHEST_ACROSS, CHEST_DOWN = 1.2, 2.5
"""Widths and heights of a face within which a shirt lies beside and below it."""
ABOUT_THERE = 0.5
"""Intersection over union from which texts seen by two runs are the same."""
SAME_PLACE = 0.9
"""Intersection over union from which a place settled on the review page is one that was found."""


def text_rule(settings: Settings) -> str:
    """Return what is done with text that identifies somebody: HIDE, REVIEW or OFF."""
    if settings.text_in_pictures != "by_unit":
        return settings.text_in_pictures
    return HIDE if settings.unit is Unit.EARLY_CHILDHOOD else OFF


@dataclass(frozen=True, slots=True)
class PictureText:
    """The result of reading the text in a picture."""

    places: tuple[TextPlace, ...] = ()
    """Where text identifies somebody."""
    asks: tuple[Reason, ...] = ()
    """Reasons to hold the photo for a person's look."""
    notices: tuple[Reason, ...] = ()


def read_picture(pixels: Pixels, tools: Tools, faces: Sequence[Face]) -> PictureText:
    """Read the text in a picture (RGB, uint8, (height, width, 3)); raises ModelError.

    Names known to the run, those in the photo's own file included, count as identifying.
    """
    if tools.reader is None:
        return PictureText()
    spec = tools.spec
    lettering = tools.reader.read(pixels)
    too_much = (Reason("reasons.much_text"),) if lettering.unread else ()
    unread = (Reason("reasons.text_not_read"),) if lettering.unreadable >= SEVERAL else ()
    known = known_names(spec)
    places = places_in(lettering, known, word_lists())
    return PictureText(places, too_much, (*unread, *_hints(lettering, places, faces)))


def with_earlier_names(facts: Facts, sha256: str, earlier: PhotoRecord | None) -> Facts:
    """Return the facts with the places of names that only an earlier run found in this photo.

    An earlier run may have known more names: a name in its table of photos is kept nowhere,
    and the review page does not get that table. Such places carry no register ids.
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
    """Yield notices of what else in the photo may identify somebody; a person decides."""
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


def known_names(spec: RunSpec) -> Known:
    """Return the names that a run knows: of the register's persons, and others staff wrote."""
    records = spec.register.records if spec.register else ()
    people = [(record.person.id, record.person.name) for record in records]
    people += [("", name) for name in spec.named]
    return Known(tuple(dict.fromkeys(people)))


def text_search_digest(spec: RunSpec) -> str:
    """Return a SHA-256 of what text is searched for and how; "" where text is not searched."""
    if text_rule(spec.settings) == OFF:
        return ""
    names = repr(sorted(known_names(spec).people))
    return hashlib.sha256(f"{ocr.fingerprint()}{names}".encode()).hexdigest()


def with_texts(
    plan: Plan, places: Sequence[TextPlace], settings: Settings, none: Sequence[Box]
) -> Plan:
    """Return the plan with identifying texts hidden, or held for a person to look at.

    ``none`` are boxes, in pixels, in which a person stated that nothing is to be hidden.
    """
    rule = text_rule(settings)
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


def spared_places(settled: Settled, pixels: Pixels) -> list[Box]:
    """Return the boxes, in pixels, in which a person stated that nothing is to be hidden."""
    height, width = pixels.shape[:2]
    return [each.box.stretched(width, height) for each in settled.not_faces]


def with_texts_found_later(plan: Plan, places: Iterable[TextPlace]) -> Plan:
    """Return the plan, held, with the texts hidden that were still read in the copy."""
    late = (PlannedText(place, Action.HIDE) for place in places)
    held = plan.held_once(Reason("reasons.text_after_hiding"))
    return replace(held, texts=(*plan.texts, *late))


def held_for_readable(plan: Plan, places: Sequence[TextPlace]) -> Plan:
    """Return the plan, held with doubts at the places that are still readable, if any."""
    if not places:
        return plan
    return plan.held_once(Reason("reasons.text_after_hiding"), map(_doubt, places))


def _doubt(place: TextPlace) -> Doubt:
    return Doubt(place.region.bounds, place.score, code_of(place))


def code_of(place: TextPlace) -> str:
    """Return the message code for the kind of an identifying text."""
    return f"sight.text_{place.kind.replace('-', '_')}"


def hidden_regions(plan: Plan) -> list[Region]:
    """Return the regions of the texts that the plan hides."""
    return [text.place.region for text in plan.texts if text.action is Action.HIDE]


def still_read(
    pixels: Pixels, reader: TextReader, spec: RunSpec, hidden: Sequence[Region]
) -> tuple[TextPlace, ...]:
    """Return the identifying text that can still be read around the hidden regions.

    The rest of the picture has not changed since it was read first. Raises ModelError.
    """
    beside = reader.read_around(pixels, (region for region in hidden if region.cornered))
    found = places_in(beside, known_names(spec), word_lists())
    return tuple(
        place
        for place in found
        if not any(region.contains(place.region.centre) for region in hidden)
    )
