"""The consent register: persons, permissions, posts, their imports and the log.

The names below are imported when they are first used, so that ``photoguard --help`` and a
run without a register import no database library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from photoguard.register.location import forget_outputs, known_outputs, remember_output, unit_of
    from photoguard.register.register import Register, open_register
    from photoguard.register.snapshot import Snapshot

__all__ = [
    "Register",
    "Snapshot",
    "forget_outputs",
    "known_outputs",
    "open_register",
    "remember_output",
    "unit_of",
]

_HOMES = {
    "Register": "register",
    "Snapshot": "snapshot",
    "forget_outputs": "location",
    "known_outputs": "location",
    "open_register": "register",
    "remember_output": "location",
    "unit_of": "location",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
