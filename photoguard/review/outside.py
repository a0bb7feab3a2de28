"""What the desk uses beyond its folder: the register, and the channels the city allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from photoguard.register import Register, Snapshot


class OpensRegister(Protocol):
    """Opens the register that the settings name."""

    def __call__(self, *, read_only: bool) -> Register:
        """Return the opened register; raises RegisterError."""
        ...


@dataclass(frozen=True, slots=True)
class Outside:
    """Functions for the register and the city's rules; each call gives the state of that moment."""

    read: Callable[[], Snapshot | None]
    """Return the register's content, None without a register. It is read again each time, since
    a permission may be withdrawn while the page is open."""
    open: OpensRegister
    """Open the register for reading, or for recording a post; raises RegisterError."""
    channels: Callable[[tuple[str, ...]], tuple[str, ...]]
    """Return those of the given channels on which the city lets the unit publish."""
