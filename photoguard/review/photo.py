"""One photo on the review page: its record, what is settled about it, and its places."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from photoguard.model import Action, Box
from photoguard.pipeline.photo.decision import BY_HAND, SAME_BOX, from_shares, has_lapsed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from photoguard.model import Face, Plan, Settled
    from photoguard.output.records import PhotoRecord

SURE = 0.6
"""Least score of a face found by two detectors that counts as firmly agreed on."""
SAME_PLACE = 0.5
"""Least IoU at which a doubtful place is the same as one that a person has seen."""


@dataclass(frozen=True, slots=True)
class FaceWarning:
    """What a person was warned about before marking it as no face.

    After any change of the versions the id may stand for another face.
    """

    place: str
    """The id of the place."""
    version: int
    picture_version: int
    """The photo's versions at that time."""


@dataclass(slots=True)
class OpenPhoto:
    """The state of a photo while the page is open."""

    id: int
    record: PhotoRecord
    settled: Settled
    version: int = 1
    picture_version: int = 1
    working: bool = False
    plan: Plan | None = None
    """The policy's plan with what is settled now, regardless of any verdict; None if unknown."""
    shown: tuple[tuple[object, ...], Mapping[str, Any]] | None = None
    """Cache of the JSON for the page: the state it was made from, and the JSON."""
    before: list[Settled] = field(default_factory=list)
    """What was settled before each change that can be undone, the newest last."""
    looked_at: tuple[Box, ...] = ()
    """The doubtful places that were on the screen when a person approved."""
    earlier: dict[int, tuple[Box, ...]] = field(default_factory=dict)
    """The doubtful places of previous copies, by ``picture_version``."""
    warned: FaceWarning | None = None
    """The last warning that two detectors are sure of a face; None if there is none."""

    def take(self, record: PhotoRecord) -> None:
        """Store the record of a newly prepared copy."""
        self.earlier[self.picture_version] = tuple(each.box for each in self.record.doubts)
        self.record = record
        self.picture_version += 1

    def look(self, picture: object) -> None:
        """Store the doubtful places a person saw: of this picture version, None for the newest.

        A newer copy may exist that was not on the screen yet.
        """
        if isinstance(picture, int) and picture != self.picture_version:
            self.looked_at = self.earlier.get(picture, ())
        else:
            self.looked_at = tuple(each.box for each in self.record.doubts)

    @property
    def shows_more(self) -> bool:
        """Whether the copy shows a possible face that was not among ``looked_at``."""
        seen = (each.box for each in self.record.doubts if not each.hidden)
        is_new = (all(box.iou(old) < SAME_PLACE for old in self.looked_at) for box in seen)
        return self.record.output is not None and any(is_new)

    @property
    def is_outdated(self) -> bool:
        """Whether it was approved, and the policy's plan has changed since.

        False while the plan is unknown; the approval is then checked when the copy is
        prepared.
        """
        return self.plan is not None and has_lapsed(self.settled, self.plan)


class Kind(StrEnum):
    """What kind of place it is."""

    FACE = "face"
    WEAK = "weak"
    DOUBT = "doubt"
    ADDED = "added"
    TEXT = "text"
    """A text that may identify a person."""


class State(StrEnum):
    """What happens to a place in the copy."""

    HIDDEN = "hidden"
    KEPT = "kept"
    NOT_FACE = "not-face"
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True)
class Spot:
    """One place: ``box`` in pixels of the copy, ``label`` as shown on the page."""

    id: str
    kind: Kind
    state: State
    box: Box
    label: str
    person: str | None = None
    """Register id of the person whose face it is; None if unknown."""
    sure: bool = False
    """Whether two detectors agree firmly that it is a face."""


def spots(photo: OpenPhoto) -> tuple[Spot, ...]:
    """Return the places of a finished photo, with the policy's present decision for each."""
    record, settled = photo.record, photo.settled
    if record.facts is None:
        return ()
    size = record.facts.size
    found = list(_faces(photo))
    added = [
        Spot(each.id, Kind.ADDED, State.HIDDEN, from_shares(each.box, size), f"+{index}")
        for index, each in enumerate(settled.added, start=1)
    ]
    return (*found, *_texts(photo), *_doubts(photo, added), *added)


def _texts(photo: OpenPhoto) -> Iterator[Spot]:
    """Yield the places of texts that are hidden, or that a person made visible."""
    facts, size = photo.record.facts, photo.record.facts.size if photo.record.facts else (1, 1)
    none = [from_shares(each.box, size) for each in photo.settled.not_faces]
    hidden = [each.place for each in photo.record.lettering if each.action is Action.HIDE]
    seen = facts.texts if facts else ()
    for number, text in enumerate(dict.fromkeys((*seen, *hidden)), start=1):
        box = text.region.bounds
        shown = _at(box, none)
        if shown or text in hidden:
            state = State.NOT_FACE if shown else State.HIDDEN
            yield Spot(_id("t", box, size), Kind.TEXT, state, box, f"T{number}")


def _faces(photo: OpenPhoto) -> Iterator[Spot]:
    record, settled = photo.record, photo.settled
    now = {each.face.box: each for each in photo.plan.faces} if photo.plan else {}
    size = record.facts.size if record.facts else (1, 1)
    weak = [doubt.box for doubt in record.doubts if doubt.hidden]
    none = [(from_shares(each.box, size), each.sure) for each in settled.not_faces]
    named = [(from_shares(each.box, size), each.person) for each in settled.named]
    planned = [each for each in record.faces if BY_HAND not in each.face.detectors]
    boxes = [each.face.box for each in planned]
    boxes += [each.region.bounds for each in record.facts.texts] if record.facts else []
    for number, each in enumerate(planned, start=1):
        face = each.face
        gone = _at(face.box, [box for box, _ in none])
        here = now.get(face.box)
        named_here = next((who for box, who in named if box.iou(face.box) >= SAME_BOX), None)
        person = named_here or (here.person if here else None)
        kept = here is not None and here.action is Action.KEEP
        state = State.NOT_FACE if gone else State.KEPT if kept else State.HIDDEN
        kind = Kind.WEAK if face.weak or face.box in weak else Kind.FACE
        yield Spot(
            _id("f", face.box, size), kind, state, face.box, str(number), person, _sure(face)
        )
    for number, (box, sure) in enumerate(none, start=len(planned) + 1):
        if not _at(box, boxes):
            name = _id("f", box, size)
            yield Spot(name, Kind.FACE, State.NOT_FACE, box, str(number), None, sure)


def _doubts(photo: OpenPhoto, added: list[Spot]) -> Iterator[Spot]:
    record = photo.record
    size = record.facts.size if record.facts else (1, 1)
    for number, doubt in enumerate((each for each in record.doubts if not each.hidden), start=1):
        if not any(2 * doubt.box.overlap(spot.box) > doubt.box.area for spot in added):
            yield Spot(_id("d", doubt.box, size), Kind.DOUBT, State.DOUBT, doubt.box, f"?{number}")


def _at(box: Box, boxes: list[Box]) -> bool:
    return any(box.iou(each) >= SAME_BOX for each in boxes)


def _sure(face: Face) -> bool:
    """Return whether two detectors agree firmly that it is a face."""
    return not face.weak and len(set(face.detectors)) > 1 and face.score >= SURE


def to_shares(box: Box, size: tuple[int, int]) -> Box:
    """Convert a box in pixels to shares of the sides; ``size`` is (width, height)."""
    return box.stretched(1 / size[0], 1 / size[1])


def _id(letter: str, box: Box, size: tuple[int, int]) -> str:
    """Return an id for a place that depends on its box only."""
    shares = to_shares(box, size)
    parts = (shares.left, shares.top, shares.right, shares.bottom)
    return letter + "-".join(str(round(10_000 * part)) for part in parts)
