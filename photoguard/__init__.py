"""photoguard prepares photos of children and pupils for publication, on this computer only.

The door for other programs: ``prepare`` a folder, ``check`` a file; see ``photoguard.api``.
Heavy libraries are imported when they are first needed, not when the package is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from photoguard.api import Report, Run, check, prepare
    from photoguard.errors import PhotoguardError, PhotoTrouble, SetupTrouble, UsageTrouble
    from photoguard.model import Outcome
    from photoguard.settings import Settings

__version__ = "0.2.0"

__all__ = [
    "Outcome",
    "PhotoTrouble",
    "PhotoguardError",
    "Report",
    "Run",
    "Settings",
    "SetupTrouble",
    "UsageTrouble",
    "__version__",
    "check",
    "prepare",
]

_ROOMS = {
    "api": ("Report", "Run", "check", "prepare"),
    "errors": ("PhotoTrouble", "PhotoguardError", "SetupTrouble", "UsageTrouble"),
    "model": ("Outcome",),
    "settings": ("Settings",),
}
"""Which room each public name lives in."""


def __getattr__(name: str) -> object:
    """Fetch a public name from its room when it is first asked for."""
    from importlib import import_module

    for room, names in _ROOMS.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{room}"), name)
    raise AttributeError(name)


def __dir__() -> list[str]:
    """List the public names."""
    return __all__
