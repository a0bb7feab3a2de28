"""photoguard.toml and the command line become one frozen, checked object."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from photoguard.model import Cover, Language, Localised, OutputFormat, Role, Style, Unit

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class Limits:
    """What one untrusted photo may cost before it is refused.

    The first five hold for decoding, the last two for all of a photo's way through its
    worker, detectors included. 100 megapixels at their own size with 50 faces took 20
    seconds as JPEG, 80 as WebP, and 2.1 GB, where a photo of 2048 pixels takes 1 or 2.
    """

    megapixels: int = 100
    memory_mb: int = 2048
    cpu_seconds: int = 60
    wall_seconds: int = 120
    file_mb: int = 200
    photo_seconds: int = 900
    photo_memory_mb: int = 4096


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a run, checked; the defaults are the cautious choice."""

    language: Language = Language.EN
    unit: Unit = Unit.EARLY_CHILDHOOD
    unit_name: Localised = field(default_factory=dict)
    organisation: Localised = field(default_factory=dict)
    channels: tuple[str, ...] = ()
    publish_on: date | None = None
    style: Style = Style.BLUR
    cover: Cover = Cover.HEAD
    format: OutputFormat = OutputFormat.JPEG
    quality: int = 90
    max_side: int = 2048
    prefix: str = ""
    """Of the neutral names; empty means the word of the language: kuva, bild, photo."""
    sidecars: str = "beside"
    """Where the words of a picture lie: beside it, or in a folder of texts on its shelf."""
    event: str = ""
    photographer: str = ""
    photographer_role: Role = Role.STAFF
    photographer_required: bool = False
    hashtags: tuple[str, ...] = ()
    names: bool = True
    without_permission: str = "hide"
    guardians: str = "all"
    age_limit: int = 15
    regions: str = "propose"
    pre_primary: str = "early-childhood"
    """Whose rules hold for pre-primary education: early childhood's, or the school's."""
    works_need_guardians: bool = False
    guardians_from_age_limit: str = "advise"
    """Of somebody old enough: guardians only advise, or their recorded no counts."""
    human_edits: bool = False
    """Whether an approved copy says in its metadata that a person edited it (IPTC)."""
    untold_works: str = "notice"
    """What follows where nobody answered whether works are in a photo: a notice, or review."""
    untold_photographer: str = "notice"
    names_and_pictures: str = "by_permission"
    """Whoever may be named may be shown and named, or never both in one photo."""
    text_in_pictures: str = "by_unit"
    """Names and the like that a picture shows are hidden, held for review, or not looked for;
    by unit: hidden in early childhood, not looked for in schools."""
    keep_days: int = 365
    """For how many days after the last run ``tidy`` leaves prepared copies alone."""
    takedown_days: int = 3
    """Within how many days of a withdrawal a post has to be down."""
    register_days: int = 180
    """After how many days without an import a run warns that the register is old."""
    responsible_persons: int = 1
    """How many responsible persons the unit needs; a comprehensive school needs two."""
    register: str = ""
    limits: Limits = field(default_factory=Limits)
