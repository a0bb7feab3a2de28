"""Reads the settings that Windows group policy writes to the registry of a computer."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

from photoguard.errors import ConfigurationError
from photoguard.settings.keys import KEYS, Boolean

if TYPE_CHECKING:
    from collections.abc import Iterable

PLACE = r"SOFTWARE\Policies\Photoguard"
"""A key below HKEY_LOCAL_MACHINE, where only administrators and group policy may write."""
PARTS = "."
"""Separates a setting from a key of its table, as in ``unit_name.fi`` and ``limits.file_mb``."""


def read_group_policy() -> dict[str, object]:
    """Return the unchecked values that group policy sets, by key, in the types that TOML has.

    {} where the system is not Windows. Raises ConfigurationError where the registry cannot be
    read, since the city's decisions must not be ignored.
    """
    try:
        registry: Any = import_module("winreg")
    except ImportError:
        return {}
    access = registry.KEY_READ | registry.KEY_WOW64_64KEY
    try:
        with registry.OpenKey(registry.HKEY_LOCAL_MACHINE, PLACE, 0, access) as place:
            count = registry.QueryInfoKey(place)[1]
            return _tables(registry.EnumValue(place, number)[:2] for number in range(count))
    except FileNotFoundError:
        return {}
    except OSError as trouble:
        raise ConfigurationError("settings.policy_unreadable", place=PLACE) from trouble


def _tables(given: Iterable[tuple[str, object]]) -> dict[str, object]:
    """Return the values with ``key.part`` joined to tables, and numbers as bool where needed."""
    values: dict[str, object] = {}
    for name, value in given:
        key, _, part = name.strip().lower().partition(PARTS)
        if part:
            table = values.setdefault(key, {})
            if isinstance(table, dict) and value != "":
                table[part] = value
        else:
            values[key] = bool(value) if isinstance(KEYS.get(key), Boolean) else value
    return {key: value for key, value in values.items() if value != {}}


def policy_language() -> object:
    """Return the unchecked language that group policy sets; "" where it sets none."""
    with suppress(ConfigurationError):
        return read_group_policy().get("language", "")
    return ""
