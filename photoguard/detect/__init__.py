"""Face detection: one module per detector, and the combination of their results.

A detector is a module without a leading underscore that offers ``create(threads)`` and
``WEIGHTS``, its model files with their SHA-256; it is discovered automatically.
``FaceFinder`` runs all of them. Heavy libraries are imported when ``FaceFinder`` is first
accessed, not with the package.
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
    """Import on first access what needs image libraries."""
    homes = {"FaceFinder": "_finder", "is_part": "_known", "lit": "_views"}
    if name in homes:
        return getattr(import_module(f"{__name__}.{homes[name]}"), name)
    raise AttributeError(name)
