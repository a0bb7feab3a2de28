"""What a person settled for one photo on the review page: places, names, texts, a verdict."""

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
    """A place that a person added to be hidden; ``box`` in shares of the picture's sides."""

    id: str
    box: Box


@dataclass(frozen=True, slots=True)
class NotAFace:
    """A place that a person marked as no face; ``box`` in shares of the picture's sides.

    ``sure`` says that two detectors had found a face there; the data protection officer can
    list these.
    """

    box: Box
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """Whose face is at a place, by register id; ``box`` in shares of the picture's sides."""

    box: Box
    person: str


@dataclass(frozen=True, slots=True)
class Step:
    """One action of a person on the review page, for the log.

    ``by`` is a login, ``on`` an ISO 8601 time in UTC, ``do`` the code of the action;
    ``about`` is the id of a place, a register id or a language, never a name.
    """

    by: str
    on: str
    do: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """Everything that a person settled for one photo, for the file with this SHA-256 only.

    ``basis`` is the digest of the plan that the verdict was about; the verdict lapses when a
    rule, a permission or the detectors lead to another plan. ``by`` is a login, ``on`` an
    ISO 8601 time. ``steps`` is the log of all actions, undone ones included.
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
