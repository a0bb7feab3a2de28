"""Values that are decided and written: reasons, findings, plans, captions, the staff's notes."""

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
    """Why something was decided: a message code, the register ids concerned, its parameters."""

    code: str
    persons: tuple[str, ...] = ()
    parameters: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a file that is not on the list of what is allowed.

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
    """Whether the place is a hidden face, so that the question is whether it is one."""


@dataclass(frozen=True, slots=True)
class TextPlace:
    """A place in the picture with text that identifies somebody; the text itself is not kept.

    ``persons`` are the register ids of persons whose name it may be. ``weak``: the text was
    read badly, or only resembles a name.
    """

    region: Region
    kind: TextKind
    persons: tuple[str, ...] = ()
    score: float = 1.0
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Sight:
    """What the detectors found in one picture, and where a person should perhaps look."""

    faces: tuple[Face, ...]
    doubts: tuple[Doubt, ...] = ()
    """Doubtful places; the rules drop those that lie under a hidden region."""
    within: tuple[Face, ...] = ()
    """Possible other faces inside a sure face; hidden by themselves where that one is kept."""


@dataclass(frozen=True, slots=True)
class PlannedFace:
    """A face with what happens to it and whose it is (a register id, or None)."""

    face: Face
    action: Action
    person: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedText:
    """A place with text that identifies somebody, and what happens to it."""

    place: TextPlace
    action: Action


@dataclass(frozen=True, slots=True)
class Plan:
    """The decision about one photo: its outcome, what is hidden and kept, and why."""

    outcome: Outcome
    faces: tuple[PlannedFace, ...]
    reasons: tuple[Reason, ...] = ()
    notices: tuple[Reason, ...] = ()
    noted: tuple[Noted, ...] = ()
    """Persons whom the photo concerns beside its faces: named, makers of works, photographer."""
    doubts: tuple[Doubt, ...] = ()
    """The places at which a person should look."""
    not_faces: tuple[Face, ...] = ()
    """Places that a person marked as no face; they stay visible."""
    texts: tuple[PlannedText, ...] = ()
    """The places with text that identifies somebody."""

    def held(self, reasons: Iterable[Reason]) -> Plan:
        """Return the plan with these reasons added; REVIEW if it was READY and there are any."""
        more = tuple(reasons)
        waits = more and self.outcome is Outcome.READY
        outcome = Outcome.REVIEW if waits else self.outcome
        return replace(self, outcome=outcome, reasons=(*self.reasons, *more))

    def held_once(self, why: Reason, doubts: Iterable[Doubt] = ()) -> Plan:
        """Return the plan held for a reason, not added if its code is there, with more doubts."""
        is_given = any(reason.code == why.code for reason in self.reasons)
        held = self.held([why])
        reasons = self.reasons if is_given else held.reasons
        return replace(held, reasons=reasons, doubts=(*self.doubts, *doubts))


Localised: TypeAlias = Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class PublicText:
    """The only texts that are written into a published picture.

    ``alt_text`` and ``description`` are empty while they are drafts: a draft is written to
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
    """Whether the file states that a person edited the picture (IPTC digital source type)."""


@dataclass(frozen=True, slots=True)
class Caption:
    """All texts of one photo: those embedded in it, and those in its sidecars."""

    public: PublicText
    alt_text: Localised
    alt_text_confirmed: bool
    caption: str
    hashtags: tuple[str, ...] = ()
    caption_drafted: bool = False
    """Whether the program drafted the caption, since nobody described the photo."""
    lacks: Localised = field(default_factory=dict)
    """Language to the part of its texts that is missing: ``event`` or ``description``."""


@dataclass(frozen=True, slots=True)
class PhotoNotes:
    """What staff wrote about one photo, in ``photos.csv`` or ``photos.xlsx`` or as answers."""

    description: str = ""
    photographer: str = ""
    photographer_role: Role | None = None
    taken_for: tuple[str, ...] = ()
    event: str = ""
    translations: Localised = field(default_factory=dict)
    """Descriptions in further languages, as a person wrote them."""
    people: tuple[str, ...] = ()
    """Register ids or names, each perhaps with a face number ("Aino#3")."""
    works: tuple[str, ...] | None = None
    """Register ids or names of makers of works; () for none, None where nobody answered."""
    unwanted: Outcome = Outcome.READY
    """Whether somebody who must not be in pictures is in the photo, as staff answered.

    BLOCKED: yes. REVIEW: perhaps. READY: no, or nobody was asked.
    """
    long_description: str = ""
    """A description too long for an alt text, where a person wrote a shorter one as well."""
    counted_up: tuple[str, ...] = ()
    """Those of ``people`` whose face number is one more than in the row above, again and again."""
    edited_beside: bool = False
    """Whether a file beside the photo describes a crop or an edit of it."""
    row_unclear: bool = False
    """Whether a row of the table that was not used may mean this photo, and may forbid it."""
    people_missing: bool = False
    """Whether people are told for another file of this name, with another suffix, only."""
