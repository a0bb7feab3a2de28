"""Which places are worth a person's look: few of them, and most of what is missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoguard.detect import _judge
from photoguard.model import Doubt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from photoguard.detect._join import Place
    from photoguard.model import Box

MAYBE = 0.06
"""Likelihood from which a place that was not hidden asks for a person's look."""
LIKELY = 0.12
"""The same where nothing was hidden and the place is small."""
BARELY = 0.22
"""Likelihood below which a face that was hidden does so."""
LEAST = 16
"""Pixels on a side of a face in which nobody can be told from another: it asks nobody."""
_LEAST = 20, 0.03
"""Smaller doubts, in pixels and as a share of the longest side, are in every crowd."""
_EDGE = 2.0

Judged = tuple["Place", float]


def doubts(
    judged: Sequence[Judged], shape: tuple[int, ...], within: Sequence[Judged] = ()
) -> tuple[Doubt, ...]:
    """Return where a person should look in a picture of this shape; mostly nowhere.

    ``within`` are places in a sure face: hidden beside a face that is shown, each of them
    asks whether it is another one.
    """
    found = any(_judge.is_hidden(place, sure) for place, sure in judged)
    inner = [
        Doubt(place.box.clipped(shape[1], shape[0]), sure, "sight.weak_face", hidden=True)
        for place, sure in within
        if _judge.is_hidden(place, sure)
    ]
    visible = [(place, sure) for place, sure in within if not _judge.is_hidden(place, sure)]
    return (*_doubts([*judged, *visible], shape, found=found), *inner)


def _doubts(judged: Sequence[Judged], shape: tuple[int, ...], *, found: bool) -> Iterator[Doubt]:
    for place, sure in judged:
        box = place.box.clipped(shape[1], shape[0])
        large = _counts(box, shape)
        if _judge.is_hidden(place, sure):
            if large and sure < BARELY:
                yield Doubt(box, sure, "sight.weak_face", hidden=True)
        elif (large and sure >= MAYBE) or (not found and sure >= LIKELY and _tells(box)):
            yield Doubt(box, sure, _code(box, shape, found=found))


def _code(box: Box, shape: tuple[int, ...], *, found: bool) -> str:
    if _at_edge(box, shape):
        return "sight.face_at_edge"
    return "sight.detectors_disagree" if found else "sight.people_likely_no_face"


def _counts(box: Box, shape: tuple[int, ...]) -> bool:
    pixels, share = _LEAST
    return min(box.width, box.height) >= max(pixels, share * max(shape[:2]))


def _tells(box: Box) -> bool:
    return min(box.width, box.height) >= LEAST


def _at_edge(box: Box, shape: tuple[int, ...]) -> bool:
    right, bottom = shape[1] - box.right, shape[0] - box.bottom
    return min(box.left, box.top, right, bottom) < _EDGE
