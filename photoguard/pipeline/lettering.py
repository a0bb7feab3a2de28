"""What of the text in a picture tells who somebody is, where it stands, and what follows.

What a text says is not kept: places, kinds and register ids are.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from math import cos, hypot, radians, sin
from typing import TYPE_CHECKING

from photoguard import ocr
from photoguard.identifiers import Known, Seen, identifying
from photoguard.model import Action, Doubt, Outcome, PlannedText, Reason, TextPlace, Unit
from photoguard.wordlists import word_lists

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from photoguard.captions import WordLists
    from photoguard.model import Box, Pixels, Plan, Region, Settled
    from photoguard.ocr import Lettering, TextReader
    from photoguard.pipeline.values import RunSpec
    from photoguard.settings import Settings

HIDE, REVIEW, OFF = "hide", "review", "off"
FEW_WORDS = 3
"""Words of a label at most: all of it is hidden, an initial and an age too."""
MOST_OF_IT = 0.6
"""Share of the letters of a longer line from which all of it is hidden."""
SPARE = 0.25
"""Share of a line's height that is hidden around it."""
NEAR = 1.5
"""Heights of a line within which another stands close to it."""
SEVERAL = 3
"""Lines that cannot be read from which a person is told: one may be a pattern."""
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


def look(pixels: Pixels, reader: TextReader, spec: RunSpec, others: Iterable[str]) -> Written:
    """Read a picture; ``others`` are names that stand in its file. Raises ModelError."""
    lettering = reader.read(pixels)
    too_much = (Reason("reasons.much_text"),) if lettering.unread else ()
    unread = (Reason("reasons.text_not_read"),) if lettering.unreadable >= SEVERAL else ()
    known = known_to(spec, others)
    return Written(places_in(lettering, known, word_lists()), too_much, unread)


def known_to(spec: RunSpec, others: Iterable[str] = ()) -> Known:
    """Return whom a run knows by name: the register's persons, and whom its table names."""
    records = spec.register.records if spec.register else ()
    people = [(record.person.id, record.person.name) for record in records]
    people += [("", name) for name in (*spec.named, *others)]
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
    doubts = (Doubt(p.region.bounds, p.score, code_of(p)) for p in left)
    return replace(_held(plan, reason), doubts=(*plan.doubts, *doubts))


def places_of(settled: Settled, pixels: Pixels) -> list[Box]:
    """Return the places, in pixels of this picture, at which a person said nothing is hidden."""
    height, width = pixels.shape[:2]
    return [each.box.stretched(width, height) for each in settled.not_faces]


def with_late(plan: Plan, places: Iterable[TextPlace]) -> Plan:
    """Return the plan with what was still read in the copy hidden, and a person asked to look."""
    late = (PlannedText(place, Action.HIDE) for place in places)
    held = _held(plan, Reason("reasons.text_after_hiding"))
    return replace(held, texts=(*plan.texts, *late))


def _held(plan: Plan, why: Reason) -> Plan:
    is_given = any(reason.code == why.code for reason in plan.reasons)
    outcome = Outcome.REVIEW if plan.outcome is Outcome.READY else plan.outcome
    return replace(
        plan, outcome=outcome, reasons=plan.reasons if is_given else (*plan.reasons, why)
    )


def code_of(place: TextPlace) -> str:
    """Return the code that says of which kind a telling text is."""
    return f"sight.text_{place.kind.replace('-', '_')}"


def hidden_regions(plan: Plan) -> list[Region]:
    """Return the regions of the texts that the plan hides."""
    return [text.place.region for text in plan.texts if text.action is Action.HIDE]


def still_read(
    pixels: Pixels, reader: TextReader, spec: RunSpec, hidden: Sequence[Region]
) -> tuple[TextPlace, ...]:
    """Return what can still be read in a picture outside the hidden regions. Raises ModelError."""
    found = places_in(reader.read(pixels), known_to(spec), word_lists())
    return tuple(
        place
        for place in found
        if not any(region.contains(place.region.centre) for region in hidden)
    )


def places_in(lettering: Lettering, known: Known, lists: WordLists) -> tuple[TextPlace, ...]:
    """Return the places at which the text of a picture names or tells of somebody."""
    regions = [line.region for line in lettering.lines]
    found: list[TextPlace] = []
    for line in lettering.lines:
        seen = Seen(line.text, line.score, alone=not any(_close(line.region, regions)))
        for hit in identifying(seen, known, lists):
            most = hit.last - hit.first + 1 >= MOST_OF_IT * len(line.text)
            whole = most or len(line.text.split()) <= FEW_WORDS
            region = line.region if whole else line.part(hit.first, hit.last)
            place = _with_spare(region)
            found.append(TextPlace(place, hit.kind, hit.persons, line.score, not hit.sure))
    return tuple(_each_once(found))


def _each_once(found: Iterable[TextPlace]) -> Iterator[TextPlace]:
    """Yield the places without those that were read from the other side as well."""
    boxes: list[Box] = []
    for place in sorted(found, key=lambda place: (place.weak, -place.score)):
        box = place.region.bounds
        if not any(box.iou(other) >= SAME_PLACE for other in boxes):
            boxes.append(box)
            yield place


def _with_spare(region: Region) -> Region:
    """Return the region with the dots and tails of its letters, which reading leaves out."""
    more = SPARE * region.half_height
    return replace(
        region, half_width=region.half_width + more, half_height=region.half_height + more
    )


def _close(line: Region, others: Sequence[Region]) -> Iterator[bool]:
    """Yield, for every other line, whether it stands right above or below this one."""
    turn = radians(line.roll)
    for other in others:
        x, y = other.centre[0] - line.centre[0], other.centre[1] - line.centre[1]
        along, down = abs(x * cos(turn) + y * sin(turn)), abs(y * cos(turn) - x * sin(turn))
        gap = down - line.half_height - other.half_height
        yield (
            hypot(x, y) > line.half_height / 2
            and gap < NEAR * line.half_height
            and along < line.half_width + other.half_width
        )
