"""Which pictures are worth a person's look: few pictures, most of what is missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoguard.model import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from photoguard.detect._join import Place
    from photoguard.model import Face

MAYBE = 0.08
"""Likelihood from which a place that was not hidden asks for a person's look."""


def doubts(
    judged: Sequence[tuple[Place, float]], faces: Sequence[Face], shape: tuple[int, ...]
) -> tuple[Reason, ...]:
    """Return why a person should look at a picture of this shape; mostly nothing."""
    del judged, shape
    codes = []
    if any(face.weak for face in faces):
        codes.append("sight.weak_face")
    return tuple(Reason(code) for code in codes)
