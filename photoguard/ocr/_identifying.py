"""Finds the places of identifying text in a picture: parts of lines, with a margin."""

from __future__ import annotations

from dataclasses import replace
from math import cos, hypot, radians, sin
from typing import TYPE_CHECKING

from photoguard.identifiers import Seen, identifying
from photoguard.model import TextKind, TextPlace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from photoguard.captions import WordLists
    from photoguard.identifiers import Hit, Known
    from photoguard.model import Box, Region
    from photoguard.ocr._reader import Lettering, TextLine

FEW_WORDS = 3
"""Most words of a label: it is hidden as a whole, including initial and age."""
MOST_OF_IT = 0.6
"""Share of the letters of a longer line from which the whole line is hidden."""
SPARE = 0.4
"""Margin around a line, as a share of half its height, for tails and swashes of letters."""
BESIDE = 2.5
"""Distance, in half heights of a line, within which text before or after it is on the same
label."""
NEAR = 1.5
"""Distance, in heights of a line, within which another line is close to it."""
_NAMES = (TextKind.NAME, TextKind.GIVEN_NAME)
SAME = 0.9
"""Least IoU of two places that are the same, read in both directions."""


def places_in(lettering: Lettering, known: Known, lists: WordLists) -> tuple[TextPlace, ...]:
    """Return the places of text in the picture that names or identifies somebody."""
    found: list[TextPlace] = []
    names: list[Region] = []
    for line, hits in zip(lettering.lines, _hits(lettering.lines, known, lists), strict=True):
        for hit in hits:
            most = hit.last - hit.first + 1 >= MOST_OF_IT * len(line.text)
            whole = most or len(line.text.split()) <= FEW_WORDS
            region = line.region if whole else line.part(hit.first, hit.last)
            if whole and hit.kind in _NAMES:
                names.append(region)
            place = _with_spare(region)
            found.append(TextPlace(place, hit.kind, hit.persons, line.score, not hit.sure))
    return tuple(_each_once((*found, *_rest_of_labels(lettering.lines, names, found))))


def _hits(lines: Sequence[TextLine], known: Known, lists: WordLists) -> list[tuple[Hit, ...]]:
    """Return the hits in each line.

    A name that is also an ordinary word (*Onni*, *Lumi*) counts in a list of names: directly
    above or below a certain name, as if it stood alone.
    """
    regions = [line.region for line in lines]
    near = [_close_to(region, regions) for region in regions]
    hits = [
        identifying(Seen(line.text, line.score, alone=not around), known, lists)
        for line, around in zip(lines, near, strict=True)
    ]
    names = [at for at, found in enumerate(hits) if any(map(_is_sure_name, found))]
    while names:
        for other in near[names.pop()]:
            if not hits[other]:
                hits[other] = identifying(Seen(lines[other].text, lines[other].score), known, lists)
                names += [other] if hits[other] else []
    return hits


def _is_sure_name(hit: Hit) -> bool:
    return hit.sure and hit.kind in _NAMES


def _rest_of_labels(
    lines: Iterable[TextLine], names: Sequence[Region], found: Sequence[TextPlace]
) -> Iterator[TextPlace]:
    """Yield lines close to a name on its label: *Åsa* may be found separately and read as *sa*."""
    for line in lines:
        is_hidden = any(place.region.contains(line.region.centre) for place in found)
        short = len(line.text.split()) <= FEW_WORDS
        if short and not is_hidden and any(_goes_on(name, line.region) for name in names):
            place = _with_spare(line.region)
            yield TextPlace(place, TextKind.GIVEN_NAME, (), line.score, weak=True)


def _goes_on(name: Region, other: Region) -> bool:
    """Return whether a line is in the same row as a name, close before or after it."""
    turn = radians(name.roll)
    x, y = other.centre[0] - name.centre[0], other.centre[1] - name.centre[1]
    along, down = abs(x * cos(turn) + y * sin(turn)), abs(y * cos(turn) - x * sin(turn))
    gap = along - name.half_width - other.half_width
    like = 0.5 < other.half_height / max(name.half_height, 1.0) < 2  # noqa: PLR2004 - one hand
    return like and down < name.half_height / 2 and gap < BESIDE * name.half_height


def _each_once(found: Iterable[TextPlace]) -> Iterator[TextPlace]:
    """Yield the places without duplicates that were read in the other direction."""
    boxes: list[Box] = []
    for place in sorted(found, key=lambda place: (place.weak, -place.score)):
        box = place.region.bounds
        if not any(box.iou(other) >= SAME for other in boxes):
            boxes.append(box)
            yield place


def _with_spare(region: Region) -> Region:
    """Return the region with a margin for dots and tails of letters."""
    more = SPARE * region.half_height
    return replace(
        region, half_width=region.half_width + more, half_height=region.half_height + more
    )


def _close_to(line: Region, others: Sequence[Region]) -> tuple[int, ...]:
    """Return the indices of the lines directly above or below this one."""
    turn = radians(line.roll)
    found = []
    for at, other in enumerate(others):
        x, y = other.centre[0] - line.centre[0], other.centre[1] - line.centre[1]
        along, down = abs(x * cos(turn) + y * sin(turn)), abs(y * cos(turn) - x * sin(turn))
        gap = down - line.half_height - other.half_height
        apart = hypot(x, y) > line.half_height / 2 and gap < NEAR * line.half_height
        if apart and along < line.half_width + other.half_width:
            found.append(at)
    return tuple(found)
