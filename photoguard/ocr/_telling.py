"""Where the text of a picture tells who somebody is: the part of a line, with room to spare."""

from __future__ import annotations

from dataclasses import replace
from math import cos, hypot, radians, sin
from typing import TYPE_CHECKING

from photoguard.identifiers import Seen, identifying
from photoguard.model import TextPlace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from photoguard.captions import WordLists
    from photoguard.identifiers import Known
    from photoguard.model import Box, Region
    from photoguard.ocr._reader import Lettering

FEW_WORDS = 3
"""Words of a label at most: all of it is hidden, an initial and an age too."""
MOST_OF_IT = 0.6
"""Share of the letters of a longer line from which all of it is hidden."""
SPARE = 0.25
"""Share of a line's height that is hidden around it."""
NEAR = 1.5
"""Heights of a line within which another stands close to it."""
SAME = 0.9
"""Intersection over union of two places that are one, read from both its sides."""


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
        if not any(box.iou(other) >= SAME for other in boxes):
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
