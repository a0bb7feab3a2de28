"""Every key of photoguard.toml and what it may hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from photoguard.model import Cover, Language, Localised, OutputFormat, Role, Style, Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from enum import StrEnum

Choice = TypeVar("Choice", bound="StrEnum")


class WrongValue(Exception):
    """A value that its key does not allow; ``allowed`` says what it may be."""

    def __init__(self, allowed: str) -> None:
        """Keep what is allowed, in the notation of TOML."""
        super().__init__(allowed)
        self.allowed = allowed


def one_of(choices: type[Choice]) -> Callable[[object], Choice]:
    """Accept the values of an enumeration."""
    allowed = ", ".join(f'"{choice.value}"' for choice in choices)

    def accept(value: object) -> Choice:
        found = next((choice for choice in choices if choice.value == value), None)
        if found is None:
            raise WrongValue(allowed)
        return found

    return accept


def word_of(*words: str) -> Callable[[object], str]:
    """Accept one of a few words."""

    def accept(value: object) -> str:
        if value not in words:
            raise WrongValue(", ".join(f'"{word}"' for word in words))
        return str(value)

    return accept


def whole_number(low: int, high: int) -> Callable[[object], int]:
    """Accept a whole number from ``low`` to ``high``, both included."""

    def accept(value: object) -> int:
        if type(value) is not int or not low <= value <= high:
            raise WrongValue(f"{low}–{high}")
        return value

    return accept


def side(value: object) -> int:
    """Accept a longest side in pixels, or 0 for the picture's own size."""
    if value == 0 and type(value) is int:
        return 0
    try:
        return whole_number(64, 20000)(value)
    except WrongValue as wrong:
        raise WrongValue(f"0, {wrong.allowed}") from wrong


def truth(value: object) -> bool:
    """Accept true or false."""
    if not isinstance(value, bool):
        raise WrongValue("true, false")
    return value


def line(longest: int) -> Callable[[object], str]:
    """Accept one line of text."""

    def accept(value: object) -> str:
        if not isinstance(value, str) or len(value) > longest or not _is_plain(value):
            raise WrongValue(f'"…" (≤ {longest})')
        return value.strip()

    return accept


def prefix(value: object) -> str:
    """Accept the beginning of output names: letters and digits only."""
    word = line(20)(value)
    if not all(character.isalnum() or character == "-" for character in word) or word[:1] == "-":
        raise WrongValue('"a-z", "0-9", "-"')
    return word


def lines(longest: int) -> Callable[[object], tuple[str, ...]]:
    """Accept a list of short texts."""

    def accept(value: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise WrongValue('["…", "…"]')
        return tuple(line(longest)(item) for item in value)

    return accept


def localised(value: object) -> Localised:
    """Accept one text for all languages, or a table by language."""
    if isinstance(value, str):
        return dict.fromkeys(Language, line(200)(value))
    if not isinstance(value, dict) or not value.keys() <= set(Language):
        raise WrongValue('"…", { fi = "…", sv = "…", en = "…" }')
    return {Language(key): line(200)(text) for key, text in value.items()}


def table(value: object) -> dict[str, object]:
    """Accept a table; what it holds is checked where it is used."""
    if not isinstance(value, dict):
        raise WrongValue("[limits]")
    return value


def locked_keys(value: object) -> tuple[str, ...]:
    """Accept the list of keys that a city's profile locks."""
    names = lines(40)(value)
    if not set(names) <= KEYS.keys():
        raise WrongValue(", ".join(sorted(KEYS)))
    return names


def allowed_limits(names: Iterable[str]) -> str:
    """Say what the table ``limits`` may hold."""
    return ", ".join(f"{name} = 1…" for name in sorted(names))


def _is_plain(text: str) -> bool:
    return text.isprintable()


KEYS: dict[str, Callable[[object], Any]] = {
    "language": one_of(Language),
    "unit": one_of(Unit),
    "unit_name": localised,
    "organisation": localised,
    "channels": lines(100),
    "style": one_of(Style),
    "cover": one_of(Cover),
    "format": one_of(OutputFormat),
    "quality": whole_number(90, 100),
    "max_side": side,
    "prefix": prefix,
    "sidecars": word_of("beside", "texts"),
    "event": line(200),
    "photographer": line(200),
    "photographer_role": one_of(Role),
    "photographer_required": truth,
    "hashtags": lines(60),
    "names": truth,
    "without_permission": word_of("hide", "hold"),
    "guardians": word_of("all", "one"),
    "age_limit": whole_number(13, 18),
    "regions": word_of("propose", "trust"),
    "pre_primary": word_of("early-childhood", "basic-education"),
    "works_need_guardians": truth,
    "guardians_from_age_limit": word_of("advise", "no_counts"),
    "human_edits": truth,
    "untold_works": word_of("notice", "review"),
    "untold_photographer": word_of("notice", "review"),
    "names_and_pictures": word_of("by_permission", "never_both"),
    "text_in_pictures": word_of("by_unit", "hide", "review", "off"),
    "keep_days": whole_number(1, 36500),
    "takedown_days": whole_number(0, 60),
    "register_days": whole_number(1, 3650),
    "responsible_persons": whole_number(1, 9),
    "register": line(500),
    "limits": table,
    "locked": locked_keys,
}
