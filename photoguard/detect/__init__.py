"""Where the faces are: a file a detector, and how their answers are joined.

A detector is a module without a leading underscore that offers ``create(threads)`` and
``WEIGHTS``, its model files with their sums; it is found by itself. ``FaceFinder`` asks them
all. Heavy libraries are imported when
``FaceFinder`` is first named, not when the package is.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from photoguard.detect._runtime import fingerprint, model_digests

if TYPE_CHECKING:
    from photoguard.detect._finder import FaceFinder
    from photoguard.detect._known import is_part
    from photoguard.detect._views import lit

__all__ = ["FaceFinder", "fingerprint", "is_part", "lit", "model_digests"]


def __getattr__(name: str) -> object:
    """Import what needs image libraries on its first use."""
    homes = {"FaceFinder": "_finder", "is_part": "_known", "lit": "_views"}
    if name in homes:
        return getattr(import_module(f"{__name__}.{homes[name]}"), name)
    raise AttributeError(name)
