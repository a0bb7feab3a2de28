"""The fixed choices: languages, units, styles, outcomes, kinds of findings."""

from __future__ import annotations

from enum import StrEnum
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import TYPE_CHECKING


class Language(StrEnum):
    """The languages of messages, reports and texts."""

    FI = "fi"
    SV = "sv"
    EN = "en"


class Unit(StrEnum):
    """The kind of unit, whose rules a run follows."""

    EARLY_CHILDHOOD = "early-childhood"
    BASIC_EDUCATION = "basic-education"
    UPPER_SECONDARY = "upper-secondary"


def _styles() -> dict[str, str]:
    """Return the public modules of ``redact``, upper-case name to name, without importing them."""
    room = find_spec("photoguard.redact")
    places = room.submodule_search_locations if room else ()
    found = sorted(module.name for module in iter_modules(places))
    return {name.upper(): name for name in found if not name.startswith("_")}


class Style(StrEnum):
    """How a region is hidden: one member for each public module of ``redact``, named like it."""

    if TYPE_CHECKING:  # for type checkers only: at run time the modules decide
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
        """The suffix of a copy's file name, without the dot."""
        return "jpg" if self is OutputFormat.JPEG else self.value


class Outcome(StrEnum):
    """The outcome of one photo."""

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
    """Who took the photo."""

    STAFF = "staff"
    CHILD = "child"
    OTHER = "other"


class TextKind(StrEnum):
    """How a text identifies somebody, the strongest identification first."""

    IDENTITY_CODE = "identity-code"
    NAME = "name"
    GIVEN_NAME = "given-name"
    PHONE = "phone"
    EMAIL = "email"
    ACCOUNT = "account"
    ADDRESS = "address"
    BANK = "bank"
    PLATE = "plate"
