"""What the desk may ask of the world outside its folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from photoguard.register import Register, Snapshot


class OpensRegister(Protocol):
    """Opens the register that the settings name."""

    def __call__(self, *, read_only: bool) -> Register:
        """Return the open register; raises RegisterError."""
        ...


@dataclass(frozen=True, slots=True)
class Outside:
    """The register, and what the city leaves to its units; the desk asks anew each time.

    ``read`` returns the register as it is now: a permission may be withdrawn while the page
    is open. ``open`` opens it, only to be read or for a post to be noted, and raises
    RegisterError. ``channels`` returns those of some channels on which the city lets the
    unit publish.
    """

    read: Callable[[], Snapshot | None]
    open: OpensRegister
    channels: Callable[[tuple[str, ...]], tuple[str, ...]]
