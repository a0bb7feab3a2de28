"""Who is in one photo, as far as anybody told: people, makers of works, the photographer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from photoguard.model.consent import Permission, Record
    from photoguard.model.words import Role


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody named for a photo, perhaps at one of its faces.

    ``person`` is a register id; None when the register has nobody, or more than one
    person (``ambiguous``), of that name. ``face`` is an index into the photo's faces,
    from 0; None names the person for the photo as a whole. A mention that no member of
    staff stands behind (``confirmed`` False) can hold or hide, never unhide; neither can
    one whose face was numbered anew since staff told its number (``renumbered``). A number
    that staff told before any report had shown one (``unshown``) holds the photo.
    """

    person: str | None
    face: int | None = None
    confirmed: bool = True
    ambiguous: bool = False
    renumbered: bool = False
    unshown: bool = False


@dataclass(frozen=True, slots=True)
class TakenBy:
    """The photographer of one photo.

    ``taken_for`` are names of channels. ``permissions`` are those the register holds of
    the photographer; ``record`` is there when the register knows the photographer as a
    person.
    """

    role: Role
    taken_for: tuple[str, ...] = ()
    permissions: tuple[Permission, ...] = ()
    record: Record | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """Everything a decision needs to know of the people of one photo.

    ``told`` says whether staff told who is in the photo. ``works`` are the makers of
    works in it: () for none, None when nobody told. ``records`` holds the register's
    record of each person id that is mentioned.
    """

    people: tuple[Mention, ...] = ()
    works: tuple[Mention, ...] | None = None
    taken_by: TakenBy | None = None
    told: bool = False
    records: Mapping[str, Record] = field(default_factory=dict)
