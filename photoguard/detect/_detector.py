"""What a detector is, and which there are."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, Protocol

from photoguard.detect import __path__ as _folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from photoguard.detect._views import Views
    from photoguard.detect._votes import Votes


class Detector(Protocol):
    """What a detector's module makes with ``create(threads)``."""

    name: str
    weight: float
    """Log-odds that a score adds to a place, by the unit: how far this detector is believed."""
    idle: float
    """Score up to which it says nothing: what it gives to anything."""
    sure: float
    """Score from which this detector alone suffices; above 1 it never does."""

    def sweep(self, views: Views, turns: Sequence[int]) -> Votes:
        """Return votes for the whole picture in these turns, in its own pixels."""
        ...


def detectors(threads: int) -> tuple[Detector, ...]:
    """Return every detector of this folder, made ready.

    Raises ModelError where weights are missing or altered.
    """
    names = sorted(m.name for m in pkgutil.iter_modules(_folder) if not m.name.startswith("_"))
    modules = [importlib.import_module(f"photoguard.detect.{name}") for name in names]
    return tuple(module.create(threads) for module in modules)
