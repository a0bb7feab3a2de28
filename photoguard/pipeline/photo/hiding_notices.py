"""Notices about the hiding itself: weakly seen places that were hidden, and too much hidden."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from photoguard import redact
from photoguard.model import Action, Reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from photoguard.model import Cover, Pixels, Plan, Region

MOST_HIDDEN = 1 / 3
"""Hidden share of a picture above which a notice says that little of it is left."""
FLOWING = 3
"""Number of hidden regions, seen as one large one, from which on a notice says so."""
JOINED = 0.08
"""Share of a region inside its neighbour from which on the two are seen as one."""


def with_hiding_notices(plan: Plan, pixels: Pixels, cover: Cover) -> Plan:
    """Return the plan with a notice for weakly seen hidden places, and one for too much hidden.

    The first gives the face numbers of these places, since they may be hidden needlessly.
    ``pixels`` are RGB, uint8, (height, width, 3).
    """
    hidden = [(at, p.face) for at, p in enumerate(plan.faces, 1) if p.action is Action.HIDE]
    weak = ", ".join(str(at) for at, face in hidden if face.weak)
    regions = [redact.region_of(face, cover) for _, face in hidden]
    notices = [Reason("reasons.weak_hidden", (), {"numbers": weak})] if weak else []
    if redact.mask_of(pixels.shape, regions).mean() > MOST_HIDDEN:
        notices.append(Reason("reasons.much_hidden"))
    elif any(len(group) >= FLOWING for group in _groups(regions)):
        notices.append(Reason("reasons.hidden_flows"))
    return replace(plan, notices=(*plan.notices, *notices))


def _groups(regions: Sequence[Region]) -> Iterator[list[Region]]:
    """Yield the groups of regions that are seen as one; a region within another is left out."""
    left = _apart(regions)
    while left:
        group = [left.pop()]
        for region in group:  # grows while it is walked through
            joined = [other for other in left if _shared(region, other) >= JOINED]
            group.extend(joined)
            left = [other for other in left if other not in joined]
        yield group


def _apart(regions: Sequence[Region]) -> list[Region]:
    """Return the regions, largest first, without those that lie mostly within a larger one."""
    kept: list[Region] = []
    for region in sorted(regions, key=lambda each: -each.half_width * each.half_height):
        if all(region.share_in(other) < 1 / 2 for other in kept):
            kept.append(region)
    return kept


def _shared(one: Region, other: Region) -> float:
    if one.bounds.overlap(other.bounds) <= 0:
        return 0.0
    return max(one.share_in(other), other.share_in(one))
