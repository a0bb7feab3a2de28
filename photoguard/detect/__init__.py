"""Where the faces are: a file a detector, and how their answers are joined.

A detector is a module without a leading underscore that offers ``create(threads)``;
it is found by itself. ``FaceFinder`` asks them all. Heavy libraries are imported when
``FaceFinder`` is first named, not when the package is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoguard.detect._models import fingerprint

if TYPE_CHECKING:
    from photoguard.detect._finder import FaceFinder

__all__ = ["FaceFinder", "fingerprint"]


def __getattr__(name: str) -> object:
    """Import the finder, and with it the image libraries, on first use."""
    if name == "FaceFinder":
        from photoguard.detect._finder import FaceFinder

        return FaceFinder
    raise AttributeError(name)
