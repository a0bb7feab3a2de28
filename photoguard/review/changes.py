"""What a person may change of one photo, and what the rules answer.

Each change returns what is settled of the photo after it, or raises UsageTrouble with a
sentence. No change makes a face visible by itself: the rules say whose face may be seen, and
a place is shown as no face only where a person has said that it is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import uuid4

from photoguard import captions
from photoguard.errors import UsageTrouble
from photoguard.model import Added, Box, Language, Named, NotAFace, Settled, Style, Verdict
from photoguard.pipeline.photo.decision import SAME_BOX, from_shares
from photoguard.review.photo import Kind, Spot, State, spots, to_shares
from photoguard.wordlists import word_lists

if TYPE_CHECKING:
    from photoguard.review.photo import OpenPhoto
    from photoguard.review.view import FolderView

Asked: TypeAlias = Mapping[str, Any]
Change: TypeAlias = "Callable[[OpenPhoto, Asked, FolderView], Settled]"

MOST_PLACES = 300
LEAST_SIDE = 0.002
"""Of a place that is added, as a share of the picture's side."""
LONGEST_TEXT = 250
LONGEST_NAME = 200
"""Characters of a name, of a group and of an event."""
FARTHEST = 1e6
"""Pixels; no picture is so wide."""


def _add(photo: OpenPhoto, asked: Asked, _: FolderView) -> Settled:
    return _with_place(photo, _box(asked), "a")


def _with_place(photo: OpenPhoto, box: Box, letter: str) -> Settled:
    settled = photo.settled
    if len(settled.added) >= MOST_PLACES:
        raise UsageTrouble("review.too_many_places")
    place = Added(letter + uuid4().hex[:8], to_shares(_inside(box, photo), _size(photo)))
    return replace(settled, added=(*settled.added, place))


def _move(photo: OpenPhoto, asked: Asked, _: FolderView) -> Settled:
    spot = _spot(photo, asked)
    if spot.kind is not Kind.ADDED:
        raise UsageTrouble("review.stays_hidden")
    box = to_shares(_inside(_box(asked), photo), _size(photo))
    added = tuple(
        replace(each, box=box) if each.id == spot.id else each for each in photo.settled.added
    )
    return replace(photo.settled, added=added)


def _toggle(photo: OpenPhoto, asked: Asked, view: FolderView) -> Settled:
    """Hide a doubt, or take an added place away again; a found face stays hidden."""
    spot = _spot(photo, asked)
    if spot.kind is Kind.DOUBT:
        return _with_place(photo, spot.box, "d")
    if spot.kind is Kind.ADDED:
        left = tuple(each for each in photo.settled.added if each.id != spot.id)
        return replace(photo.settled, added=left)
    if spot.state is State.NOT_FACE:
        return _as_face(photo, spot)
    if spot.kind is Kind.TEXT:
        return _not_face(photo, asked, view)
    if spot.state is State.KEPT or spot.person:
        return _unnamed(photo, spot)
    raise UsageTrouble("review.stays_hidden")


def _not_face(photo: OpenPhoto, asked: Asked, view: FolderView) -> Settled:
    """Say that a place is no face; where two detectors are sure it is asked twice."""
    spot = _spot(photo, asked)
    if spot.kind is Kind.ADDED:
        return _toggle(photo, asked, view)
    if spot.kind is Kind.DOUBT or spot.person:
        raise UsageTrouble("review.no_such_change" if spot.person else "review.stays_hidden")
    warned = (spot.id, photo.version, photo.picture_version)
    if spot.sure and photo.warned != warned:
        photo.warned = warned
        raise UsageTrouble("review.sure_face")
    photo.warned = None
    place = NotAFace(to_shares(spot.box, _size(photo)), spot.sure)
    return replace(photo.settled, not_faces=(*photo.settled.not_faces, place))


def _face(photo: OpenPhoto, asked: Asked, _: FolderView) -> Settled:
    return _as_face(photo, _spot(photo, asked))


def _as_face(photo: OpenPhoto, spot: Spot) -> Settled:
    left = tuple(each for each in photo.settled.not_faces if not _is_at(each.box, spot, photo))
    return replace(photo.settled, not_faces=left)


def _name(photo: OpenPhoto, asked: Asked, view: FolderView) -> Settled:
    """Say whose face a place is; the rules say whether it may be seen."""
    spot = _spot(photo, asked)
    if spot.kind in {Kind.DOUBT, Kind.TEXT} or spot.state is State.NOT_FACE:
        raise UsageTrouble("review.no_such_change")
    settled = _unnamed(photo, spot)
    who = asked.get("person")
    if who is None:
        return settled
    record = next((each for each in view.people() if each.person.id == who), None)
    if record is None:
        raise UsageTrouble("review.no_such_change")
    if record.person.never_in_pictures:
        raise UsageTrouble("review.may_not_be_shown", why=view.why_not(record))
    elsewhere = tuple(each for each in settled.named if each.person != record.person.id)
    place = Named(to_shares(spot.box, _size(photo)), record.person.id)
    return replace(settled, named=(*elsewhere, place))


def _unnamed(photo: OpenPhoto, spot: Spot) -> Settled:
    left = tuple(each for each in photo.settled.named if not _is_at(each.box, spot, photo))
    return replace(photo.settled, named=left)


def _style(photo: OpenPhoto, asked: Asked, _: FolderView) -> Settled:
    try:
        return replace(photo.settled, style=Style(str(asked.get("style"))))
    except ValueError:
        raise UsageTrouble("review.no_such_change") from None


def _describe(photo: OpenPhoto, asked: Asked, view: FolderView) -> Settled:
    """Keep a description in one language; no name of the register stands in it."""
    try:
        language = Language(str(asked.get("language")))
    except ValueError:
        raise UsageTrouble("review.no_such_change") from None
    text = line(asked.get("text", ""), LONGEST_TEXT)
    register = view.spec.register
    known = [record.person.name for record in register.records] if register else []
    everyday = word_lists().everyday
    found = captions.names_in(text, known, everyday) if view.spec.settings.names else ()
    if found:
        raise UsageTrouble("review.name_in_text", name=found[0])
    before = {k: v for k, v in photo.settled.descriptions.items() if k is not language}
    return replace(photo.settled, descriptions={**before, language: text} if text else before)


def _photographer(photo: OpenPhoto, asked: Asked, _: FolderView) -> Settled:
    """Say who took this one photo; "" for whoever took the folder's."""
    return replace(photo.settled, photographer=line(asked.get("name", ""), LONGEST_NAME))


def _works(photo: OpenPhoto, asked: Asked, view: FolderView) -> Settled:
    """Say whose works are in the photo; the rules say whether they may be shown."""
    makers = asked.get("persons")
    if makers is None:
        return replace(photo.settled, works=None)
    known = {record.person.id for record in view.everybody()}
    if not isinstance(makers, list) or not all(each in known for each in map(str, makers)):
        raise UsageTrouble("review.no_such_change")
    return replace(photo.settled, works=tuple(dict.fromkeys(map(str, makers))))


def to_describe(photo: OpenPhoto, photos: Iterable[OpenPhoto]) -> OpenPhoto | None:
    """Return the next photo after this one that waits for a person and has no description."""
    after = (each for each in photos if each.id > photo.id and each.record.output)
    is_open = (each for each in after if each.settled.verdict is Verdict.OPEN)
    return next((each for each in is_open if not each.settled.descriptions), None)


def about(asked: Asked) -> str:
    """Return what a change was about for the log: ids and codes, never what was typed."""
    parts = (asked.get(name) for name in ("spot", "person", "language", "style"))
    return " ".join(part for part in parts if isinstance(part, str))


def line(typed: object, longest: int) -> str:
    """Return what was typed as one line of printable text; raises UsageTrouble."""
    if not isinstance(typed, str):
        raise UsageTrouble("review.no_such_change")
    text = " ".join("".join(c for c in part if c.isprintable()) for part in typed.split()).strip()
    if len(text) > longest:
        raise UsageTrouble("review.text_too_long")
    return text


def day(typed: object) -> date | None:
    """Return a day that was typed as ISO 8601, None for an empty field; raises UsageTrouble."""
    if typed == "":
        return None
    try:
        return date.fromisoformat(str(typed))
    except ValueError:
        raise UsageTrouble("review.no_day") from None


CHANGES: Mapping[str, Change] = {
    "add": _add,
    "move": _move,
    "toggle": _toggle,
    "not-face": _not_face,
    "face": _face,
    "name": _name,
    "style": _style,
    "describe": _describe,
    "photographer": _photographer,
    "works": _works,
}


def _spot(photo: OpenPhoto, asked: Asked) -> Spot:
    wanted = asked.get("spot")
    found = next((each for each in spots(photo) if each.id == wanted), None)
    if found is None:
        raise UsageTrouble("review.not_there")
    return found


def _is_at(box: Box, spot: Spot, photo: OpenPhoto) -> bool:
    return from_shares(box, _size(photo)).iou(spot.box) >= SAME_BOX


def _size(photo: OpenPhoto) -> tuple[int, int]:
    assert photo.record.facts is not None  # noqa: S101 - asked before any change
    return photo.record.facts.size


def _box(asked: Asked) -> Box:
    """Return the box that was sent as [x, y, width, height] in pixels of the copy."""
    raw = asked.get("box")
    if not isinstance(raw, list) or not all(type(number) in {int, float} for number in raw):
        raise UsageTrouble("review.place_too_small")
    try:
        left, top, width, height = (float(number) for number in raw)
    except (ValueError, OverflowError):
        raise UsageTrouble("review.place_too_small") from None
    if not all(abs(number) <= FARTHEST for number in (left, top, width, height)):
        raise UsageTrouble("review.place_too_small")  # NaN is not, either
    return Box(left, top, left + width, top + height)


def _inside(box: Box, photo: OpenPhoto) -> Box:
    """Return the part inside the picture; raises UsageTrouble where nothing is left."""
    width, height = _size(photo)
    part = box.clipped(width, height)
    if not (part.width >= LEAST_SIDE * width and part.height >= LEAST_SIDE * height):
        raise UsageTrouble("review.place_too_small")
    return part
