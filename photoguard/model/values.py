"""What is decided and written: reasons, findings, plans, captions, notes of the staff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from photoguard.model.choices import Action, FindingKind, Language, Outcome, Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from photoguard.model.choices import TextKind
    from photoguard.model.consent import Noted
    from photoguard.model.geometry import Box, Face, Region


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was decided: a code of the catalogue ``reasons`` and its parameters."""

    code: str
    persons: tuple[str, ...] = ()
    parameters: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a file that nobody allowed.

    ``where`` is technical and language-neutral ("APP1 Exif, IFD GPS"); it never holds
    the value found, since a value may be a child's name or home.
    """

    kind: FindingKind
    where: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A place at which a person should look, and why: a code of the catalogue ``sight``."""

    box: Box
    likelihood: float
    """How likely a face is there, 0 to 1."""
    code: str
    hidden: bool = False
    """Whether the place is one of the faces, so that what is asked is whether it is one."""


@dataclass(frozen=True, slots=True)
class TextPlace:
    """A place in the picture at which a text tells who somebody is; never what it says.

    ``persons`` are register ids whose name it may be. ``weak``: it was read badly, or found
    by a likeness only.
    """

    region: Region
    kind: TextKind
    persons: tuple[str, ...] = ()
    score: float = 1.0
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Sight:
    """What the detectors saw in one picture, and where a person should perhaps look."""

    faces: tuple[Face, ...]
    doubts: tuple[Doubt, ...] = ()
    """Whoever decides what is hidden drops those that lie under it."""
    within: tuple[Face, ...] = ()
    """What may be another face inside a sure one: hidden with it, or else by itself."""


@dataclass(frozen=True, slots=True)
class PlannedFace:
    """One face of a plan: what happens to it and whose it is (a register id)."""

    face: Face
    action: Action
    person: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedText:
    """A place at which a text tells who somebody is, and what happens to it."""

    place: TextPlace
    action: Action


@dataclass(frozen=True, slots=True)
class Plan:
    """What is hidden and kept in one photo, or why it is held."""

    outcome: Outcome
    faces: tuple[PlannedFace, ...]
    reasons: tuple[Reason, ...] = ()
    notices: tuple[Reason, ...] = ()
    noted: tuple[Noted, ...] = ()
    """Everybody whom the photo concerns without a face: named, makers of works, photographer."""
    doubts: tuple[Doubt, ...] = ()
    """The places at which a person should look."""
    not_faces: tuple[Face, ...] = ()
    """Places that detectors took for faces and a person did not: they stay visible."""
    texts: tuple[PlannedText, ...] = ()
    """The places at which a text tells who somebody is."""

    def held(self, reasons: Iterable[Reason]) -> Plan:
        """Return the plan with reasons for which a person has to look; none changes nothing."""
        more = tuple(reasons)
        waits = more and self.outcome is Outcome.READY
        outcome = Outcome.REVIEW if waits else self.outcome
        return replace(self, outcome=outcome, reasons=(*self.reasons, *more))

    def held_once(self, why: Reason, doubts: Iterable[Doubt] = ()) -> Plan:
        """Return the plan held for a reason that it names once, and places to look at."""
        is_given = any(reason.code == why.code for reason in self.reasons)
        held = self.held([why])
        reasons = self.reasons if is_given else held.reasons
        return replace(held, reasons=reasons, doubts=(*self.doubts, *doubts))


Localised: TypeAlias = Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class PublicText:
    """The only words that are written into a published picture.

    ``alt_text`` and ``description`` are empty while they are drafts: a draft stands in
    the sidecars only.
    """

    language: Language
    credit: str
    creator: str = ""
    rights: Localised = field(default_factory=dict)
    usage_terms: Localised = field(default_factory=dict)
    alt_text: Localised = field(default_factory=dict)
    description: Localised = field(default_factory=dict)
    human_edits: bool = False
    """Whether the file says that a person edited the picture, as IPTC words it."""


@dataclass(frozen=True, slots=True)
class Caption:
    """All words of one photo: what is embedded, and what stands beside it."""

    public: PublicText
    alt_text: Localised
    alt_text_confirmed: bool
    caption: str
    hashtags: tuple[str, ...] = ()
    caption_drafted: bool = False
    """Whether the caption is the program's own, since nobody described the photo."""
    lacks: Localised = field(default_factory=dict)
    """What stands in another language only, by language: ``event`` or ``description``."""


@dataclass(frozen=True, slots=True)
class PhotoNotes:
    """What the staff wrote of one photo in ``photos.csv`` or ``photos.xlsx``, or left beside it."""

    description: str = ""
    photographer: str = ""
    photographer_role: Role | None = None
    taken_for: tuple[str, ...] = ()
    event: str = ""
    translations: Localised = field(default_factory=dict)
    """Descriptions in further languages, as a person wrote them."""
    people: tuple[str, ...] = ()
    works: tuple[str, ...] | None = None
    """Makers of works in the photo; () for *none*, None where nobody answered."""
    unwanted: Outcome = Outcome.READY
    """Whether somebody who must not be in pictures is in the photo, as staff answered.

    BLOCKED: yes. REVIEW: perhaps. READY: no, or nobody was asked.
    """
    long_description: str = ""
    """A description that is too long for an alt text, where a person wrote a short one too."""
    edited_beside: bool = False
    """Whether a file beside the photo describes a crop or an edit of it."""
