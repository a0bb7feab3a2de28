"""photoguard prepares photos of children and pupils for publication, on this computer only.

The door for other programs: ``prepare`` a folder, ``check`` a file; see ``photoguard.api``.
Heavy libraries are imported when they are first needed, not when the package is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoguard.lazy import importing

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

__getattr__ = importing(
    __name__,
    {
        "api": ("Report", "Run", "check", "prepare"),
        "errors": ("PhotoTrouble", "PhotoguardError", "SetupTrouble", "UsageTrouble"),
        "model": ("Outcome",),
        "settings": ("Settings",),
    },
)


def __dir__() -> list[str]:
    """List the public names."""
    return __all__
