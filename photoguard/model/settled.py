"""What a person settled of one photo: places, names, words and the last word."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from photoguard.model.choices import Language, Style
    from photoguard.model.geometry import Box


class Verdict(StrEnum):
    """Whether a person approved a photo, rejected it, or has not decided."""

    OPEN = ""
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Added:
    """A place that a person hid; ``box`` in shares of the picture's sides."""

    id: str
    box: Box


@dataclass(frozen=True, slots=True)
class NotAFace:
    """A place that a person said is no face; ``box`` in shares of the picture's sides.

    ``sure`` says that two detectors took it for one: the data protection officer may ask.
    """

    box: Box
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """Whose face a place is, by register id; ``box`` in shares of the picture's sides."""

    box: Box
    person: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a person did on the page: who (a login), when, what, and to what.

    ``on`` is an ISO 8601 time in UTC; ``about`` holds ids and codes only: a place, a
    register id, a language.
    """

    by: str
    on: str
    do: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """Everything a person settled of one photo, in the file with this SHA-256.

    ``basis`` names the decision on which the verdict was given: another decision, because a
    rule, a permission or the detectors changed, makes it lapse. ``by`` is a login, ``on``
    an ISO 8601 time. ``steps`` is the log of how it came to this, undone steps included.
    """

    source_sha256: str
    added: tuple[Added, ...] = ()
    not_faces: tuple[NotAFace, ...] = ()
    named: tuple[Named, ...] = ()
    style: Style | None = None
    descriptions: Mapping[Language, str] = field(default_factory=dict)
    photographer: str = ""
    works: tuple[str, ...] | None = None
    """The makers of works in the photo by register id; () for none, None if not answered here."""
    verdict: Verdict = Verdict.OPEN
    basis: str = ""
    by: str = ""
    on: str = ""
    steps: tuple[Step, ...] = ()


NOTHING_SETTLED = Settled("")
