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
BARELY = 0.2
"""Likelihood below which a face that was hidden does so."""
_LEAST = 28
_SHARE = 0.02
"""Smaller doubts, in pixels and as a share of the longest side, are in every crowd."""
_EDGE = 2.0

Judged = tuple["Place", float]


def doubts(judged: Sequence[Judged], shape: tuple[int, ...]) -> tuple[Reason, ...]:
    """Return why a person should look at a picture of this shape; mostly nothing."""
    least = max(_LEAST, _SHARE * max(shape[:2]))
    maybe = [(p, sure) for p, sure in judged if sure >= MAYBE]
    large = [(p.box, sure) for p, sure in maybe if min(p.box.width, p.box.height) >= least]
    hidden = [sure for p, sure in judged if _judge.is_hidden(p, sure)]
    codes = []
    if maybe and not hidden:
        codes.append("sight.people_likely_no_face")
    if any(_judge.ACCEPT <= sure < BARELY for _box, sure in large):
        codes.append("sight.weak_face")
    if any(sure >= _judge.ACCEPT and _at_edge(box, shape) for box, sure in large):
        codes.append("sight.face_at_edge")
    if hidden and any(sure < _judge.ACCEPT for _box, sure in large):
        codes.append("sight.detectors_disagree")
    return tuple(Reason(code) for code in codes)


def _at_edge(box: Box, shape: tuple[int, ...]) -> bool:
    right, bottom = shape[1] - box.right, shape[0] - box.bottom
    return min(box.left, box.top, right, bottom) < _EDGE
