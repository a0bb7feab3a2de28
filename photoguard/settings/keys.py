"""Every key of photoguard.toml, and the values that it may have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from photoguard.model import Cover, Language, Localised, OutputFormat, Role, Style, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable


class WrongValue(Exception):
    """A value that its key does not allow; ``allowed`` describes the allowed values."""

    def __init__(self, allowed: str) -> None:
        """Keep the description of the allowed values, in the notation of TOML."""
        super().__init__(allowed)
        self.allowed = allowed


class ValueCheck(Protocol):
    """Checks the values of a key."""

    def __call__(self, value: object) -> Any:  # noqa: ANN401 - each kind tells its own
        """Return a value from TOML in the type of its setting; raises WrongValue."""
        ...


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few words, returned as a member of their enumeration where they have one."""

    choices: tuple[str, ...]

    def __call__(self, value: object) -> str:
        """Return the choice that equals the value; raises WrongValue."""
        found = next((choice for choice in self.choices if choice == value), None)
        if found is None:
            raise WrongValue(", ".join(f'"{choice}"' for choice in self.choices))
        return found


@dataclass(frozen=True, slots=True)
class WholeNumber:
    """A whole number from ``low`` to ``high``, both included, and 0 with ``or_zero``."""

    low: int
    high: int
    or_zero: bool = False

    def __call__(self, value: object) -> int:
        """Return such a number; raises WrongValue."""
        allowed = f"{self.low}–{self.high}"
        if type(value) is int and (self.low <= value <= self.high or (self.or_zero and not value)):
            return value
        raise WrongValue(f"0, {allowed}" if self.or_zero else allowed)


@dataclass(frozen=True, slots=True)
class Boolean:
    """True or false."""

    def __call__(self, value: object) -> bool:
        """Return true or false; raises WrongValue."""
        if not isinstance(value, bool):
            raise WrongValue("true, false")
        return value


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text, of ``longest`` characters at most."""

    longest: int

    def __call__(self, value: object) -> str:
        """Return such a line without space at its ends; raises WrongValue."""
        if not isinstance(value, str) or len(value) > self.longest or not value.isprintable():
            raise WrongValue(f'"…" (≤ {self.longest})')
        return value.strip()


@dataclass(frozen=True, slots=True)
class Prefix:
    """The beginning of output names: letters, digits and hyphens."""

    longest: int = 20

    def __call__(self, value: object) -> str:
        """Return such a prefix; raises WrongValue."""
        word = Line(self.longest)(value)
        is_plain = all(character.isalnum() or character == "-" for character in word)
        if not is_plain or word[:1] == "-":
            raise WrongValue('"a-z", "0-9", "-"')
        return word


@dataclass(frozen=True, slots=True)
class Lines:
    """A list of lines, of ``longest`` characters each at most."""

    longest: int

    def __call__(self, value: object) -> tuple[str, ...]:
        """Return such a list as a tuple; raises WrongValue."""
        if not isinstance(value, list):
            raise WrongValue('["…", "…"]')
        return tuple(Line(self.longest)(item) for item in value)


@dataclass(frozen=True, slots=True)
class Translated:
    """One text for all languages, or a table by language."""

    longest: int = 200

    def __call__(self, value: object) -> Localised:
        """Return the text by language; raises WrongValue."""
        if isinstance(value, str):
            return dict.fromkeys(Language, Line(self.longest)(value))
        if not isinstance(value, dict) or not value.keys() <= set(Language):
            raise WrongValue('"…", { fi = "…", sv = "…", en = "…" }')
        return {Language(key): Line(self.longest)(text) for key, text in value.items()}


@dataclass(frozen=True, slots=True)
class Table:
    """A table, whose content is checked where it is used."""

    def __call__(self, value: object) -> dict[str, object]:
        """Return the table; raises WrongValue."""
        if not isinstance(value, dict):
            raise WrongValue("[limits]")
        return value


def locked_keys(value: object) -> tuple[str, ...]:
    """Return the list of keys that a city's profile locks; raises WrongValue."""
    names = Lines(40)(value)
    if not set(names) <= KEYS.keys():
        raise WrongValue(", ".join(sorted(KEYS)))
    return names


def allowed_limits(names: Iterable[str]) -> str:
    """Return a description of what the table ``limits`` may hold."""
    return ", ".join(f"{name} = 1…" for name in sorted(names))


KEYS: dict[str, ValueCheck] = {
    "language": OneOf(tuple(Language)),
    "unit": OneOf(tuple(Unit)),
    "unit_name": Translated(),
    "organisation": Translated(),
    "channels": Lines(100),
    "style": OneOf(tuple(Style)),
    "cover": OneOf(tuple(Cover)),
    "format": OneOf(tuple(OutputFormat)),
    "quality": WholeNumber(90, 100),
    "max_side": WholeNumber(64, 20000, or_zero=True),
    "prefix": Prefix(),
    "sidecars": OneOf(("beside", "texts")),
    "event": Line(200),
    "photographer": Line(200),
    "photographer_role": OneOf(tuple(Role)),
    "photographer_required": Boolean(),
    "hashtags": Lines(60),
    "names": Boolean(),
    "without_permission": OneOf(("hide", "hold")),
    "guardians": OneOf(("all", "one")),
    "age_limit": WholeNumber(13, 18),
    "regions": OneOf(("propose", "trust")),
    "pre_primary": OneOf(("early-childhood", "basic-education")),
    "works_need_guardians": Boolean(),
    "guardians_from_age_limit": OneOf(("advise", "no_counts")),
    "human_edits": Boolean(),
    "untold_works": OneOf(("notice", "review")),
    "untold_photographer": OneOf(("notice", "review")),
    "names_and_pictures": OneOf(("by_permission", "never_both")),
    "text_in_pictures": OneOf(("by_unit", "hide", "review", "off")),
    "keep_days": WholeNumber(1, 36500),
    "takedown_days": WholeNumber(0, 60),
    "register_days": WholeNumber(1, 3650),
    "responsible_persons": WholeNumber(1, 9),
    "register": Line(500),
    "limits": Table(),
    "locked": locked_keys,
}
