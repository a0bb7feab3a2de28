"""How many people the faces of a plan are, as far as that can be said at all.

A draft that counts wrongly is read out to whoever cannot see the picture: boxes that lie
inside each other are one head, and where any place is doubtful no number is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoguard.model import Action

if TYPE_CHECKING:
    from photoguard.model import Plan, PlannedFace

NESTED = 0.5
"""Intersection over the smaller box from which two boxes are one head."""


@dataclass(frozen=True, slots=True)
class Heads:
    """The people of whom a text may speak; what is doubtful is none of them."""

    people: int
    hidden: int
    kept: int
    counted: bool
    """Whether every place is surely a face, so that the number may be said."""


def heads_of(plan: Plan) -> Heads:
    """Return how many people a plan shows and hides, each once."""
    single: list[PlannedFace] = []
    for planned in sorted(plan.faces, key=_surest_first):
        if not any(_is_same(planned, other) for other in single):
            single.append(planned)
    sure = [planned for planned in single if not planned.face.weak]
    kept = sum(planned.action is Action.KEEP for planned in sure)
    return Heads(
        people=len(sure),
        hidden=len(sure) - kept,
        kept=kept,
        counted=all(map(_is_strong, single)) and not plan.doubts,
    )


def _surest_first(planned: PlannedFace) -> tuple[bool, bool, float]:
    """Order faces so that a shown one and a strong one stand for what lies inside them."""
    return planned.action is not Action.KEEP, not _is_strong(planned), -planned.face.box.area


def _is_strong(planned: PlannedFace) -> bool:
    return not (planned.face.weak or planned.face.perhaps_no_person)


def _is_same(one: PlannedFace, other: PlannedFace) -> bool:
    first, second = one.face.box, other.face.box
    return first.overlap(second) >= NESTED * min(first.area, second.area)
