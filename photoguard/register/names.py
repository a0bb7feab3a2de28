"""When two spellings are one, as everywhere in the package."""

from __future__ import annotations

from photoguard.model.spelling import name_key
from photoguard.model.spelling import seen as tidy

__all__ = ["name_key", "tidy"]
