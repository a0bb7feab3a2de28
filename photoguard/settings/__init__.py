"""The settings of a run as one frozen, checked object."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from photoguard.model import Cover, Language, Localised, OutputFormat, Role, Style, Unit

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits on time, memory and size above which one photo is refused.

    The first five hold for decoding, the last two for everything that a worker does with a
    photo, detection included. A photo of 100 megapixels with 50 faces, not made smaller, took
    2.1 GB and 20 seconds as JPEG or 80 as WebP; one of 2048 pixels takes 1 or 2 seconds.
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
    """All settings of a run, checked; the defaults are the cautious choices.

    Their names and values are those of photoguard.toml, apart from ``publish_on``.
    """

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
    """How names of copies begin; empty stands for the language's own word (kuva, bild, photo)."""
    sidecars: str = "beside"
    """Where sidecars lie: "beside" the picture, or in a subfolder ("texts")."""
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
    """The stage whose rules hold for pre-primary education ("early-childhood" or
    "basic-education")."""
    works_need_guardians: bool = False
    guardians_from_age_limit: str = "advise"
    """From the age limit on, guardians' answers only give a notice ("advise"), or their
    recorded no counts ("no_counts")."""
    human_edits: bool = False
    """Whether an approved copy states in its metadata that a person edited it (IPTC)."""
    untold_works: str = "notice"
    """What a photo gets where nobody answered whether works are in it: "notice" or "review"."""
    untold_photographer: str = "notice"
    """What a photo gets where nobody gave the photographer: "notice" or "review"."""
    names_and_pictures: str = "by_permission"
    """Whether one photo may show and name the same person: "by_permission" or "never_both"."""
    text_in_pictures: str = "by_unit"
    """What is done with text in a picture that identifies somebody: "hide", "review", or "off"
    for not looking for any. "by_unit": "hide" in early childhood, "off" in schools."""
    keep_days: int = 365
    """Days after the last run before ``tidy`` offers to remove prepared copies."""
    takedown_days: int = 3
    """Days after a withdrawal within which a post has to be taken down."""
    register_days: int = 180
    """Days without an import after which a run warns that the register is old."""
    responsible_persons: int = 1
    """How many responsible persons the unit needs; a comprehensive school needs two."""
    register: str = ""
    limits: Limits = field(default_factory=Limits)
