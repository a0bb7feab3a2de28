"""What Windows group policy sets on a computer, read from where it leaves it in the registry."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

from photoguard.errors import ConfigurationError
from photoguard.settings.keys import KEYS, Truth

if TYPE_CHECKING:
    from collections.abc import Iterable

PLACE = r"SOFTWARE\Policies\Photoguard"
"""Below HKEY_LOCAL_MACHINE; only administrators and group policy may write there."""
PARTS = "."
"""Between a key and the part of its table, as in ``unit_name.fi`` and ``limits.file_mb``."""


def read_group_policy() -> dict[str, object]:
    """Return the values that group policy sets, as TOML would give them, by key; not checked.

    There are none where the system is not Windows. Raises ConfigurationError where they are
    there and cannot be read: what the city decided is not passed by.
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
    """Join ``key.part`` values to tables; a number is true or false where its key wants that."""
    values: dict[str, object] = {}
    for name, value in given:
        key, _, part = name.strip().lower().partition(PARTS)
        if part:
            table = values.setdefault(key, {})
            if isinstance(table, dict) and value != "":
                table[part] = value
        else:
            values[key] = bool(value) if isinstance(KEYS.get(key), Truth) else value
    return {key: value for key, value in values.items() if value != {}}


def policy_language() -> object:
    """Return the language that group policy sets, whatever stands there; "" where it sets none."""
    with suppress(ConfigurationError):
        return read_group_policy().get("language", "")
    return ""
