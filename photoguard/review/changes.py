"""The changes that a person may make to one photo on the review page.

Each change takes a request of the page and returns the photo's new ``Settled``, or raises
UsageTrouble with a code of the catalogue ``review``. No change makes a face visible by
itself: the policy decides whose face may be shown, and a detected place stays visible as "no
face" only if a person said so.
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
from photoguard.model.answers import description_answer
from photoguard.pipeline.photo.decision import SAME_BOX, from_shares
from photoguard.review.photo import FaceWarning, Kind, Spot, State, spots, to_shares
from photoguard.wordlists import word_lists

if TYPE_CHECKING:
    from photoguard.review.photo import OpenPhoto
    from photoguard.review.view import FolderView

Asked: TypeAlias = Mapping[str, Any]
"""A request of the page: a JSON object whose ``do`` names the change."""
Change: TypeAlias = "Callable[[OpenPhoto, Asked, FolderView], Settled]"

MOST_PLACES = 300
LEAST_SIDE = 0.002
"""Least side of an added place, as a share of the picture's side."""
LONGEST_TEXT = 250
LONGEST_NAME = 200
"""Most characters of a name, a group and an event."""
FARTHEST = 1e6
"""Largest coordinate accepted, in pixels; no picture is so wide."""


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
    """Hide a doubtful place, remove an added one, or undo a name; a detected face stays hidden."""
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
    """Mark a place as no face; raises UsageTrouble the first time if two detectors are sure."""
    spot = _spot(photo, asked)
    if spot.kind is Kind.ADDED:
        return _toggle(photo, asked, view)
    if spot.kind is Kind.DOUBT or spot.person:
        raise UsageTrouble("review.no_such_change" if spot.person else "review.stays_hidden")
    warned = FaceWarning(spot.id, photo.version, photo.picture_version)
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
    """Assign a person to a place; the policy decides whether the face is then shown."""
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
    """Set the description in one language; refuses names of people in the register."""
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
    if text and not description_answer(text):
        raise UsageTrouble("review.no_description")
    before = {k: v for k, v in photo.settled.descriptions.items() if k is not language}
    return replace(photo.settled, descriptions={**before, language: text} if text else before)


def _photographer(photo: OpenPhoto, asked: Asked, _: FolderView) -> Settled:
    """Set the photographer of this photo; "" means the photographer of the folder."""
    return replace(photo.settled, photographer=line(asked.get("name", ""), LONGEST_NAME))


def _works(photo: OpenPhoto, asked: Asked, view: FolderView) -> Settled:
    """Set the makers of the works in the photo; the policy decides whether they may be shown."""
    makers = asked.get("persons")
    if makers is None:
        return replace(photo.settled, works=None)
    known = {record.person.id for record in view.everybody()}
    if not isinstance(makers, list) or not all(each in known for each in map(str, makers)):
        raise UsageTrouble("review.no_such_change")
    return replace(photo.settled, works=tuple(dict.fromkeys(map(str, makers))))


def to_describe(photo: OpenPhoto, photos: Iterable[OpenPhoto]) -> OpenPhoto | None:
    """Return the next photo after this one that awaits review and has no description; else None."""
    after = (each for each in photos if each.id > photo.id and each.record.output)
    is_open = (each for each in after if each.settled.verdict is Verdict.OPEN)
    return next((each for each in is_open if not each.settled.descriptions), None)


def about(asked: Asked) -> str:
    """Return the subject of a change for the log: ids and codes only, no typed text."""
    parts = (asked.get(name) for name in ("spot", "person", "language", "style"))
    return " ".join(part for part in parts if isinstance(part, str))


def line(typed: object, longest: int) -> str:
    """Return typed text as one printable line; raises UsageTrouble if longer than ``longest``."""
    if not isinstance(typed, str):
        raise UsageTrouble("review.no_such_change")
    text = " ".join("".join(c for c in part if c.isprintable()) for part in typed.split()).strip()
    if len(text) > longest:
        raise UsageTrouble("review.text_too_long")
    return text


def day(typed: object) -> date | None:
    """Return a typed ISO 8601 date; None for an empty field. Raises UsageTrouble."""
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
    """Return the box sent as [x, y, width, height] in pixels of the copy; raises UsageTrouble."""
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
    """Return the part of the box inside the picture; raises UsageTrouble if nothing is left."""
    width, height = _size(photo)
    part = box.clipped(width, height)
    if not (part.width >= LEAST_SIDE * width and part.height >= LEAST_SIDE * height):
        raise UsageTrouble("review.place_too_small")
    return part
