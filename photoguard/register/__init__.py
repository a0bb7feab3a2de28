"""The consent register: persons, permissions, posts, their imports and the log.

The names below are imported when they are first used, so that ``photoguard --help`` and a
run without a register import no database library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoguard.lazy import importing

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

__getattr__ = importing(
    __name__,
    {
        "register": ("Register", "open_register"),
        "snapshot": ("Snapshot",),
        "location": ("forget_outputs", "known_outputs", "remember_output", "unit_of"),
    },
)
