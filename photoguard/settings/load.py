"""Reads photoguard.toml files, checks every key, and combines them to settings.

Each overrides the one before: built-in defaults, the city's profile, the user's file, the
file beside the photos (a few harmless keys only), the command line, and last the values that
the city's profile locks; a locked value gives way to a stricter one only. Values of Windows
group policy override those of the profile and are locked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from photoguard.errors import ConfigurationError
from photoguard.files.untrusted import MOST_LEVELS, MOST_TOML, Toml, TooMuchError, read_toml
from photoguard.model import Cover, Unit
from photoguard.model.answers import channel_name, channels_in, text_answer
from photoguard.settings import Limits
from photoguard.settings.group_policy import PLACE, read_group_policy
from photoguard.settings.keys import KEYS, WrongValue, allowed_limits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from photoguard.settings import Settings

FILE_NAME = "photoguard.toml"
HARMLESS_IN_A_FOLDER = frozenset({"event", "photographer", "style", "prefix", "language"})
"""The keys that count in a photo folder's file; a received folder must not weaken the rules."""

_LONGEST_SHOWN = 80
"""Most characters of a wrong key or value that a message shows."""

Values = dict[str, Any]


def user_file() -> Path:
    """Return the path of the user's own photoguard.toml, which need not exist."""
    from platformdirs import user_config_path

    return user_config_path("photoguard", appauthor=False) / FILE_NAME


def profile_file() -> Path:
    """Return the path of the city's profile on this computer, which need not exist."""
    from platformdirs import site_config_path

    return site_config_path("photoguard", appauthor=False) / FILE_NAME


@dataclass(frozen=True, slots=True)
class Profile:
    """The values that a city sets on a computer: its profile, overridden by group policy."""

    values: Mapping[str, Any]
    locked: tuple[str, ...]
    """Keys whose value a user can only replace by a stricter one."""

    @property
    def decided(self) -> dict[str, Any]:
        """The values of the locked keys, without keys that are locked at their default."""
        return {key: self.values[key] for key in self.locked if key in self.values}


def city_profile() -> Profile:
    """Return what the city set on this computer; raises ConfigurationError."""
    values = _read_if_there(profile_file())
    policy = {key: _of_policy(key, value) for key, value in read_group_policy().items()}
    locked = dict.fromkeys((*values.pop("locked", ()), *policy))
    return Profile({**values, **policy}, tuple(locked))


def load(
    base: Settings, flags: Mapping[str, Any], config: Path | None, folder: Path | None
) -> Settings:
    """Return the settings of one run; raises ConfigurationError with file, line and remedy.

    ``base`` holds the defaults; ``flags`` are values already of the right type; ``config``
    replaces the user's file; ``folder`` is the folder of photos. A key that the profile
    locks without giving it a value is locked at its default.
    """
    profile = city_profile()
    own = read(config) if config else _read_if_there(user_file())
    own.pop("locked", None)
    beside = _read_beside(folder) if folder else {}
    values = {**profile.values, **own, **beside, **flags}
    if "channels" in values:  # one text may name several: "insta ja fb"
        values["channels"] = tuple(
            word for name in values["channels"] for word in channels_in(name)
        )
    for key in profile.locked:
        if key in values:
            held = profile.values.get(key, getattr(base, key))
            values[key] = _stricter(key, held, values[key])
    for key in ("photographer", "event"):
        if key in values:
            values[key] = text_answer(values[key])
    return replace(base, **values)


def files_in_use(config: Path | None) -> tuple[Path, ...]:
    """Return the files that ``load`` reads; ``config`` is included even where it is missing."""
    own = (config,) if config else tuple(filter(_is_there, [user_file()]))
    return (*own, *filter(_is_there, [profile_file()]))


def read(path: Path) -> Values:
    """Return the checked values of one file; raises ConfigurationError."""
    return _all_checked(path, _read(path))


def _all_checked(path: Path, toml: Toml) -> Values:
    return {key: _checked(path, toml.text, key, value) for key, value in toml.values.items()}


def _read(path: Path) -> Toml:
    try:
        return read_toml(path)
    except TooMuchError as trouble:
        raise ConfigurationError(
            "settings.too_large", file=path.name, kilobytes=MOST_TOML // 1024, levels=MOST_LEVELS
        ) from trouble
    except OSError as trouble:
        raise ConfigurationError("settings.unreadable", file=str(path)) from trouble
    except UnicodeDecodeError as trouble:
        row = trouble.object[: trouble.start].count(b"\n") + 1
        raise ConfigurationError("settings.not_utf8", file=path.name, line=str(row)) from trouble
    except ValueError as trouble:
        found = re.search(r"line (\d+)", str(trouble))
        code = "settings.not_toml" if found else "settings.not_ended"
        line = {"line": found[1]} if found else {}
        raise ConfigurationError(code, file=path.name, **line) from trouble


def _read_if_there(path: Path) -> Values:
    return read(path) if _is_there(path) else {}


def _is_there(path: Path) -> bool:
    """Tell whether anything has that path; what is no file then gives an error when it is read."""
    try:
        return path.is_symlink() or path.exists()
    except OSError:
        return True


def _read_beside(folder: Path) -> Values:
    path = folder / FILE_NAME
    if not _is_there(path):
        return {}
    toml = _read(path)
    for key in toml.values:
        if key not in HARMLESS_IN_A_FOLDER and key in KEYS:
            raise ConfigurationError(
                "settings.not_in_a_folder",
                file=path.name,
                key=key,
                line=_line_of(toml.text, key),
                allowed=", ".join(sorted(HARMLESS_IN_A_FOLDER)),
            )
    return _all_checked(path, toml)


def _of_policy(key: str, value: object) -> object:
    """Return a value of group policy in its setting's type; raises ConfigurationError."""
    if key not in KEYS or key == "locked":
        allowed = ", ".join(sorted(KEYS.keys() - {"locked"}))
        raise ConfigurationError(
            "settings.policy_key", place=PLACE, key=key[:_LONGEST_SHOWN], allowed=allowed
        )
    try:
        return _value(key, value)
    except WrongValue as wrong:
        raise ConfigurationError(
            "settings.policy_value",
            place=PLACE,
            key=key,
            value=_shown(value),
            allowed=wrong.allowed,
        ) from wrong


def _value(key: str, value: object) -> object:
    return _limits(value) if key == "limits" else KEYS[key](value)


def _checked(path: Path, text: str, key: str, value: object) -> object:
    if key not in KEYS:
        raise ConfigurationError(
            "settings.unknown_key",
            file=path.name,
            line=_line_of(text, key),
            key=key[:_LONGEST_SHOWN],
            allowed=", ".join(sorted(KEYS)),
        )
    try:
        return _value(key, value)
    except WrongValue as wrong:
        raise ConfigurationError(
            "settings.wrong_value",
            file=path.name,
            line=_line_of(text, key),
            key=key,
            value=_shown(value),
            allowed=wrong.allowed,
        ) from wrong


def _shown(value: object) -> str:
    try:
        return str(value)[:_LONGEST_SHOWN]
    except ValueError:  # Python spells out no number of thousands of digits
        return "…"


def _limits(value: object) -> Limits:
    names = {field.name for field in fields(Limits)}
    if not isinstance(value, dict) or not value.keys() <= names:
        raise WrongValue(allowed_limits(names))
    if any(type(number) is not int or number < 1 for number in value.values()):
        raise WrongValue(allowed_limits(names))
    return Limits(**value)


def _line_of(text: str, key: str) -> int | str:
    pattern = re.compile(rf"^\s*(\[\s*)?[\"']?{re.escape(key)}[\"']?\s*[\]=.]")
    lines = enumerate(text.splitlines(), start=1)
    return next((number for number, line in lines if pattern.match(line)), "?")


_STRICTNESS: dict[str, Callable[[Any], float]] = {
    "unit": (Unit.UPPER_SECONDARY, Unit.BASIC_EDUCATION, Unit.EARLY_CHILDHOOD).index,
    "cover": (Cover.FACE, Cover.HEAD).index,
    "without_permission": ("hide", "hold").index,
    "guardians": ("one", "all").index,
    "regions": ("trust", "propose").index,
    "pre_primary": ("basic-education", "early-childhood").index,
    "works_need_guardians": float,
    "guardians_from_age_limit": ("advise", "no_counts").index,
    "untold_works": ("notice", "review").index,
    "untold_photographer": ("notice", "review").index,
    "names_and_pictures": ("by_permission", "never_both").index,
    "text_in_pictures": ("off", "by_unit", "review", "hide").index,
    "age_limit": float,
    "max_side": lambda side: -side if side else float("-inf"),
    "photographer_required": float,
    "keep_days": lambda days: -days,
    "takedown_days": lambda days: -days,
    "register_days": lambda days: -days,
    "responsible_persons": float,
    "names": float,
}


def _stricter(key: str, locked: object, asked: object) -> object:
    """Return ``asked`` if it is stricter than the locked value, else the locked value."""
    if key == "channels" and isinstance(asked, tuple) and isinstance(locked, tuple):
        return _fewer_channels(locked, asked)
    rank = _STRICTNESS.get(key)
    return asked if rank and rank(asked) > rank(locked) else locked


def _fewer_channels(locked: tuple[str, ...], asked: tuple[str, ...]) -> tuple[str, ...]:
    """Return the asked channels that the city allows, or all it allows if none is left.

    Where the city locks an empty list, every channel is allowed.
    """
    allowed = set(map(channel_name, locked))
    return tuple(name for name in asked if not allowed or channel_name(name) in allowed) or locked
