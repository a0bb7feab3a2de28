"""The interface of a detector, and the list of all detectors."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from photoguard.detect import _beings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from photoguard.detect._runtime import Weights
    from photoguard.detect._views import Views
    from photoguard.detect._votes import Votes


class Detector(Protocol):
    """The interface of the object that a detector module's ``create(threads)`` returns."""

    name: str
    weight: float
    """Log-odds per unit of score: how much this detector is trusted."""
    idle: float
    """Score up to which a detection carries no information."""
    sure: float
    """Score from which this detector alone suffices; above 1 means never."""

    def sweep(self, views: Views, turns: Sequence[int]) -> Votes:
        """Return votes for the whole picture in these turns, in the picture's pixels."""
        ...

    def sweep_again(self, views: Views, turns: Sequence[int]) -> Votes:
        """Return votes of the second look, at a finished copy; none if it takes no part."""
        ...


def detectors(threads: int) -> tuple[Detector, ...]:
    """Return every detector of this folder, loaded.

    Raises ModelError if weights are missing or altered.
    """
    return tuple(module.create(threads) for module in _modules())


def all_weights() -> tuple[Weights, ...]:
    """Return the model files of every detector of this folder, and of NanoDet."""
    return tuple(weights for module in (*_modules(), _beings) for weights in module.WEIGHTS)


def _modules() -> list[Any]:
    found = pkgutil.iter_modules([str(Path(__file__).parent)])
    names = sorted(module.name for module in found if not module.name.startswith("_"))
    return [importlib.import_module(f"photoguard.detect.{name}") for name in names]
