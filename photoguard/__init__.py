"""photoguard prepares photos of children and pupils for publication, on this computer only."""

from __future__ import annotations

__version__ = "0.1.0"

__all__ = ["__version__"]
