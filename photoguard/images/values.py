"""What decoding takes and gives, and how parent and worker speak.

A question is 8 bytes length, 4 bytes ``max_side`` and the photo; an answer is 4 bytes
length, JSON, and the pixels. One empty answer is given when the worker is ready. Numbers
are little-endian.
"""

from __future__ import annotations

import signal
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from photoguard.model import Pixels, Reason


QUESTION = struct.Struct("<QI")
ANSWER = struct.Struct("<I")
LONGEST_ANSWER = 1 << 16
"""Bytes of JSON that the parent reads at most."""

DOUBTS = frozenset({"decode.orientation", "decode.crop", "decode.two_tones"})
"""Notes of decoding that ask for a person's look.

Programs show the photo differently, or it is one in which detectors see little.
"""


def leave_ending_to_the_parent() -> None:
    """Ignore what a terminal sends to all that it started: Ctrl-C, Ctrl-Break, its closing.

    The parent alone answers, and ends its workers.
    """
    for name in ("SIGINT", "SIGHUP", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)


class DecodingLimits(Protocol):
    """What one untrusted photo may cost; ``settings.Limits`` has these fields."""

    @property
    def megapixels(self) -> int:
        """Largest picture, in millions of pixels."""

    @property
    def memory_mb(self) -> int:
        """Most memory that the worker may use, in MB."""

    @property
    def cpu_seconds(self) -> int:
        """Most computing time for one photo."""

    @property
    def wall_seconds(self) -> int:
        """Longest wait for one photo."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is known of a decoded picture besides its pixels."""

    size: tuple[int, int]
    """Width and height of the pixels."""
    original_size: tuple[int, int]
    """Width and height of the upright picture before it was made smaller."""
    format: str
    """The format of the content: jpeg, png, webp, heic, avif, tiff or bmp."""
    orientation: int
    """The EXIF orientation that was applied, 1 to 8."""
    notes: tuple[Reason, ...] = ()
    """What of the file was left out, as codes of the catalogue ``decode``."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A photo as upright sRGB pixels; nothing else of the file is kept."""

    pixels: Pixels
    """uint8, shape (height, width, 3), R, G, B, C-contiguous and writable."""
    original_size: tuple[int, int]
    """Width and height of the upright picture before it was made smaller."""
    format: str
    """The format of the content: jpeg, png, webp, heic, avif, tiff or bmp."""
    orientation: int
    """The EXIF orientation that was applied, 1 to 8."""
    notes: tuple[Reason, ...] = ()
    """What of the file was left out, as codes of the catalogue ``decode``."""

    @property
    def doubts(self) -> tuple[Reason, ...]:
        """The notes for which a person should look at the copy."""
        return tuple(note for note in self.notes if note.code in DOUBTS)

    @property
    def notices(self) -> tuple[Reason, ...]:
        """The notes that only tell something."""
        return tuple(note for note in self.notes if note.code not in DOUBTS)
