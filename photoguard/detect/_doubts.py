"""Which pictures are worth a person's look: few pictures, most of what is missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoguard.detect import _judge
from photoguard.model import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from photoguard.detect._join import Place
    from photoguard.model import Box

MAYBE = 0.06
"""Likelihood from which a place that was not hidden asks for a person's look."""
LIKELY = 0.12
"""The same where nothing was hidden and the place is small."""
BARELY = 0.22
"""Likelihood below which a face that was hidden does so."""
_LEAST = 20, 0.03
"""Smaller doubts, in pixels and as a share of the longest side, are in every crowd."""
_LEAST_CUT = 40, 0.03
"""The same for faces that the edge cuts: what is left of a smaller one tells nobody."""
_EDGE = 2.0

Judged = tuple["Place", float]


def doubts(judged: Sequence[Judged], shape: tuple[int, ...]) -> tuple[Reason, ...]:
    """Return why a person should look at a picture of this shape; mostly nothing."""
    maybe = [(p.box, sure) for p, sure in judged if sure >= MAYBE]
    large = [(box, sure) for box, sure in maybe if _counts(box, shape, _LEAST)]
    hidden = [p.box for p, sure in judged if _judge.is_hidden(p, sure)]
    codes = []
    if not hidden and (large or any(sure >= LIKELY for _box, sure in maybe)):
        codes.append("sight.people_likely_no_face")
    if any(_judge.ACCEPT <= sure < BARELY for _box, sure in large):
        codes.append("sight.weak_face")
    if any(_at_edge(box, shape) and _counts(box, shape, _LEAST_CUT) for box in hidden):
        codes.append("sight.face_at_edge")
    if hidden and any(sure < _judge.ACCEPT for _box, sure in large):
        codes.append("sight.detectors_disagree")
    return tuple(Reason(code) for code in codes)


def _counts(box: Box, shape: tuple[int, ...], least: tuple[float, float]) -> bool:
    pixels, share = least
    return min(box.width, box.height) >= max(pixels, share * max(shape[:2]))


def _at_edge(box: Box, shape: tuple[int, ...]) -> bool:
    right, bottom = shape[1] - box.right, shape[0] - box.bottom
    return min(box.left, box.top, right, bottom) < _EDGE
