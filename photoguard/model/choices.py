"""The fixed choices: languages, units, styles, outcomes, kinds of findings."""

from __future__ import annotations

from enum import StrEnum
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import TYPE_CHECKING


class Language(StrEnum):
    """The languages that staff read."""

    FI = "fi"
    SV = "sv"
    EN = "en"


class Unit(StrEnum):
    """Whose rules a run follows."""

    EARLY_CHILDHOOD = "early-childhood"
    BASIC_EDUCATION = "basic-education"
    UPPER_SECONDARY = "upper-secondary"


def _styles() -> dict[str, str]:
    """Return the modules of ``redact`` without a leading underscore; none is imported."""
    room = find_spec("photoguard.redact")
    places = room.submodule_search_locations if room else ()
    found = sorted(module.name for module in iter_modules(places))
    return {name.upper(): name for name in found if not name.startswith("_")}


class Style(StrEnum):
    """How a region is hidden: one member for each file of ``redact``, named like it."""

    if TYPE_CHECKING:  # for whoever reads types; the files alone decide
        BLUR = "blur"
        PIXELATE = "pixelate"
        SOLID = "solid"
        STICKER = "sticker"
    else:
        vars().update(_styles())


class Cover(StrEnum):
    """How much of a person is hidden: the face, or the head with hair and ears."""

    FACE = "face"
    HEAD = "head"


class OutputFormat(StrEnum):
    """The formats that are published."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"

    @property
    def suffix(self) -> str:
        """How the name of a copy ends, without the dot."""
        return "jpg" if self is OutputFormat.JPEG else self.value


class Outcome(StrEnum):
    """What became of one photo."""

    READY = "ready"
    REVIEW = "review"
    BLOCKED = "blocked"
    FAILED = "failed"


class Action(StrEnum):
    """What happens to one face."""

    HIDE = "hide"
    KEEP = "keep"


class FindingKind(StrEnum):
    """What a finding in a file gives away."""

    LOCATION = "location"
    NAMES = "names"
    TIMES = "times"
    DEVICE = "device"
    IDENTIFIERS = "identifiers"
    EMBEDDED_PICTURE = "embedded-picture"
    HIDDEN_PIXELS = "hidden-pixels"
    TRAILING_DATA = "trailing-data"
    TEXT = "text"
    COLOUR_PROFILE = "colour-profile"
    STRUCTURE = "structure"
    UNKNOWN = "unknown"
    VISIBLE_FACE = "visible-face"


class Role(StrEnum):
    """Who held the camera."""

    STAFF = "staff"
    CHILD = "child"
    OTHER = "other"


class TextKind(StrEnum):
    """What a text tells of somebody, the most telling first."""

    IDENTITY_CODE = "identity-code"
    NAME = "name"
    GIVEN_NAME = "given-name"
    PHONE = "phone"
    EMAIL = "email"
    ACCOUNT = "account"
    ADDRESS = "address"
    BANK = "bank"
    PLATE = "plate"
