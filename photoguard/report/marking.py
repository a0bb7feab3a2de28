"""Places numbers and rings on a small picture, and describes those places in words."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from photoguard.model import Box, Language
from photoguard.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from photoguard.report.thumbnails import Thumbnail

CROWD = 12
"""With more faces than this the numbers have no discs, so that they cover no face."""
LARGEST, SMALLEST = 12.0, 7.0
"""Radius of a disc in pixels of the small picture."""
SHARE = 0.28
"""Largest radius of a disc as a share of the face's shorter side, but at least ``SMALLEST``."""
AT_EDGE = 0.03
"""Share of a side within which a place counts as being at the edge."""
THIRD = 1 / 3
WEAK_HIDDEN = "reasons.weak_hidden"


@dataclass(frozen=True, slots=True)
class LabelledPlace:
    """A place in the photo with its label on the small picture."""

    label: str
    box: Box
    """In shares of the picture's sides."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A number or letter with its position and radius in pixels of the small picture."""

    label: str
    x: float
    y: float
    radius: float
    bare: bool = False
    """Whether it has no disc under it."""


@dataclass(frozen=True, slots=True)
class Ring:
    """An ellipse around the place of a reason, in pixels of the small picture."""

    x: float
    y: float
    across: float
    along: float


@dataclass(frozen=True, slots=True)
class Marking:
    """Everything that is drawn over a small picture."""

    marks: tuple[Mark, ...] = ()
    rings: tuple[Ring, ...] = ()


def labelled_places(photo: Mapping[str, Any]) -> dict[str, tuple[LabelledPlace, ...]]:
    """Return the places of each reason or notice of a photo, by its code.

    A place that is one of the numbered faces is labelled with its number, others with
    letters.
    """
    if not (size := photo["size"]):
        return {}
    faces = [list(face["box"]) for face in photo["faces"]]
    letters = (chr(ord("A") + number % 26) for number in count())
    found: dict[str, list[LabelledPlace]] = {}
    for doubt in photo.get("doubts", ()):
        box = list(doubt["box"])
        label = str(faces.index(box) + 1) if box in faces else next(letters)
        found.setdefault(doubt["code"], []).append(LabelledPlace(label, _shares(box, size)))
    weak = [
        LabelledPlace(str(number), _shares(face["box"], size))
        for number, face in enumerate(photo["faces"], start=1)
        if face.get("weak") and face["action"] == "hide"
    ]
    return {code: tuple(each) for code, each in found.items()} | {WEAK_HIDDEN: tuple(weak)}


def where(places: Sequence[LabelledPlace], language: Language) -> str:
    """Return the places in words, such as "number 3, at the left edge; A, in the middle"."""
    return "; ".join(
        say(
            "report.spot_number" if place.label.isdigit() else "report.spot_letter",
            language,
            None,
            label=place.label,
            place=say(f"report.place_{_place(place.box)}", language),
        )
        for place in places
    )


def marking_of(photo: Mapping[str, Any], small: Thumbnail | None) -> Marking:
    """Return the numbers of the faces, and rings around the places of reasons."""
    if small is None or not photo["size"]:
        return Marking()
    numbered = [
        LabelledPlace(str(number), _shares(face["box"], photo["size"]))
        for number, face in enumerate(photo["faces"], start=1)
    ]
    spoken = {place.label: place for places in labelled_places(photo).values() for place in places}
    lettered = [place for place in spoken.values() if not place.label.isdigit()]
    every = [
        (place.label, place.box.stretched(small.width, small.height))
        for place in (*numbered, *lettered)
    ]
    rings = tuple(ring for label, box in every if label in spoken for ring in (_ring(box),))
    return Marking(tuple(_marks(every, small)), rings)


def _shares(box: Sequence[float], size: Sequence[int]) -> Box:
    """Convert [x, y, width, height] in pixels to a box in shares of the picture's sides."""
    left, top, width, height = box
    return Box(left, top, left + width, top + height).stretched(1 / size[0], 1 / size[1])


def _place(box: Box) -> str:
    """Return the code for a box's place: an edge that it touches, or one of nine parts."""
    edges = {"left": box.left, "right": 1 - box.right, "top": box.top, "bottom": 1 - box.bottom}
    nearest = min(edges, key=lambda name: edges[name])
    if edges[nearest] < AT_EDGE:
        return f"edge_{nearest}"
    x, y = box.centre
    across = "left" if x < THIRD else "right" if x > 1 - THIRD else "middle"
    down = "top" if y < THIRD else "bottom" if y > 1 - THIRD else "middle"
    return f"{down}_{across}"


def _ring(box: Box) -> Ring:
    x, y = box.centre
    wide = box.grown(0.2)
    return Ring(round(x, 1), round(y, 1), round(wide.width / 2, 1), round(wide.height / 2, 1))


def _marks(every: Sequence[tuple[str, Box]], small: Thumbnail) -> Iterator[Mark]:
    """Yield the marks, each beside its face where it covers least of other faces and marks."""
    bare = len(every) > CROWD
    placed: list[Box] = []
    for label, box in every:
        radius = min(LARGEST, max(SMALLEST, SHARE * min(box.width, box.height)))
        taken = [(other, 1.0) for _, other in every] + [(disc, 3.0) for disc in placed]
        disc = min(
            _around(box, radius, small),
            key=lambda disc: sum(weight * disc.overlap(other) for other, weight in taken),
        )
        placed.append(disc)
        x, y = disc.centre
        yield Mark(label, round(x, 1), round(y, 1), round(radius, 1), bare)


def _around(box: Box, radius: float, small: Thumbnail) -> Iterator[Box]:
    """Yield possible places of a disc: at the corners of a box, then beside its sides."""
    x, y = box.centre
    left, right = box.left - radius, box.right + radius
    top, bottom = box.top - radius, box.bottom + radius
    corners = [(left, top), (right, top), (left, bottom), (right, bottom)]
    for across, down in (*corners, (x, top), (x, bottom), (left, y), (right, y)):
        inside_x = min(max(across, radius), small.width - radius)
        inside_y = min(max(down, radius), small.height - radius)
        yield Box(inside_x - radius, inside_y - radius, inside_x + radius, inside_y + radius)
