"""Face detection: one module per detector, and the combination of their results.

A detector is a module without a leading underscore that offers ``create(threads)`` and
``WEIGHTS``, its model files with their SHA-256; it is discovered automatically.
``FaceFinder`` runs all of them. Heavy libraries are imported when ``FaceFinder`` is first
accessed, not with the package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoguard.detect._runtime import fingerprint, model_digests
from photoguard.lazy import importing

if TYPE_CHECKING:
    from photoguard.detect._finder import FaceFinder
    from photoguard.detect._known import is_part
    from photoguard.detect._views import lit

__all__ = ["FaceFinder", "fingerprint", "is_part", "lit", "model_digests"]


__getattr__ = importing(
    __name__,
    {
        "_finder": ("FaceFinder",),
        "_known": ("is_part",),
        "_views": ("lit",),
    },
)
