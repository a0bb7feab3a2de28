"""Every key of photoguard.toml and what it may hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from photoguard.model import Cover, Language, Localised, OutputFormat, Role, Style, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable


class WrongValue(Exception):
    """A value that its key does not allow; ``allowed`` says what it may be."""

    def __init__(self, allowed: str) -> None:
        """Keep what is allowed, in the notation of TOML."""
        super().__init__(allowed)
        self.allowed = allowed


class Kind(Protocol):
    """What a key may hold."""

    def __call__(self, value: object) -> Any:  # noqa: ANN401 - each kind tells its own
        """Return a value as TOML gives it in the type of its setting; raises WrongValue."""
        ...


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few words, given in the type of their enumeration where they have one."""

    choices: tuple[str, ...]

    def __call__(self, value: object) -> str:
        """Accept one of the choices."""
        found = next((choice for choice in self.choices if choice == value), None)
        if found is None:
            raise WrongValue(", ".join(f'"{choice}"' for choice in self.choices))
        return found


@dataclass(frozen=True, slots=True)
class WholeNumber:
    """A whole number from ``low`` to ``high``, both included; or 0 where that has a meaning."""

    low: int
    high: int
    or_zero: bool = False

    def __call__(self, value: object) -> int:
        """Accept such a number."""
        allowed = f"{self.low}–{self.high}"
        if type(value) is int and (self.low <= value <= self.high or (self.or_zero and not value)):
            return value
        raise WrongValue(f"0, {allowed}" if self.or_zero else allowed)


@dataclass(frozen=True, slots=True)
class Truth:
    """True or false."""

    def __call__(self, value: object) -> bool:
        """Accept true or false."""
        if not isinstance(value, bool):
            raise WrongValue("true, false")
        return value


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text, of ``longest`` characters at most."""

    longest: int

    def __call__(self, value: object) -> str:
        """Accept such a line, and take the space from its ends."""
        if not isinstance(value, str) or len(value) > self.longest or not value.isprintable():
            raise WrongValue(f'"…" (≤ {self.longest})')
        return value.strip()


@dataclass(frozen=True, slots=True)
class Prefix:
    """The beginning of output names: letters, digits and hyphens."""

    longest: int = 20

    def __call__(self, value: object) -> str:
        """Accept such a beginning."""
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
        """Accept such a list."""
        if not isinstance(value, list):
            raise WrongValue('["…", "…"]')
        return tuple(Line(self.longest)(item) for item in value)


@dataclass(frozen=True, slots=True)
class Translated:
    """One text for all languages, or a table by language."""

    longest: int = 200

    def __call__(self, value: object) -> Localised:
        """Accept such a text or table."""
        if isinstance(value, str):
            return dict.fromkeys(Language, Line(self.longest)(value))
        if not isinstance(value, dict) or not value.keys() <= set(Language):
            raise WrongValue('"…", { fi = "…", sv = "…", en = "…" }')
        return {Language(key): Line(self.longest)(text) for key, text in value.items()}


@dataclass(frozen=True, slots=True)
class Table:
    """A table; what it holds is checked where it is used."""

    def __call__(self, value: object) -> dict[str, object]:
        """Accept a table."""
        if not isinstance(value, dict):
            raise WrongValue("[limits]")
        return value


def locked_keys(value: object) -> tuple[str, ...]:
    """Accept the list of keys that a city's profile locks."""
    names = Lines(40)(value)
    if not set(names) <= KEYS.keys():
        raise WrongValue(", ".join(sorted(KEYS)))
    return names


def allowed_limits(names: Iterable[str]) -> str:
    """Say what the table ``limits`` may hold."""
    return ", ".join(f"{name} = 1…" for name in sorted(names))


KEYS: dict[str, Kind] = {
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
    "photographer_required": Truth(),
    "hashtags": Lines(60),
    "names": Truth(),
    "without_permission": OneOf(("hide", "hold")),
    "guardians": OneOf(("all", "one")),
    "age_limit": WholeNumber(13, 18),
    "regions": OneOf(("propose", "trust")),
    "pre_primary": OneOf(("early-childhood", "basic-education")),
    "works_need_guardians": Truth(),
    "guardians_from_age_limit": OneOf(("advise", "no_counts")),
    "human_edits": Truth(),
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
