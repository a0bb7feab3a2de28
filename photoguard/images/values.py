"""Parameters and results of decoding, and the protocol between parent and worker.

A question is a length (8 bytes), ``max_side`` (4 bytes) and the photo. An answer is a length
(4 bytes), JSON and the pixels. The worker sends one empty answer when it is ready. Numbers
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
"""Most bytes of JSON that the parent reads."""

DOUBTS = frozenset({"decode.orientation", "decode.crop", "decode.two_tones"})
"""Codes of notes for which a person should check the copy.

Either programs show the photo differently, or detectors perform badly on it.
"""


def leave_ending_to_the_parent() -> None:
    """Ignore Ctrl-C, Ctrl-Break and hang-up, which a terminal sends to all processes of its group.

    The parent handles these signals and ends its workers.
    """
    for name in ("SIGINT", "SIGHUP", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)


class DecodingLimits(Protocol):
    """Limits on decoding one untrusted photo; ``settings.Limits`` has these fields."""

    @property
    def megapixels(self) -> int:
        """Largest picture in millions of pixels."""

    @property
    def memory_mb(self) -> int:
        """Most memory of the worker in MB."""

    @property
    def cpu_seconds(self) -> int:
        """Most CPU time for one photo."""

    @property
    def wall_seconds(self) -> int:
        """Longest wait for one photo."""


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """The facts of a decoded picture apart from its pixels."""

    size: tuple[int, int]
    """(width, height) of the pixels."""
    original_size: tuple[int, int]
    """(width, height) of the upright picture before it was shrunk."""
    format: str
    """The format by content: jpeg, png, webp, heic, avif, tiff or bmp."""
    orientation: int
    """The EXIF orientation that was applied, 1 to 8."""
    notes: tuple[Reason, ...] = ()
    """What was left out of the file or is doubtful, as codes of the catalogue ``decode``."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A photo as upright sRGB pixels, with the facts of its decoding."""

    pixels: Pixels
    """uint8, shape (height, width, 3), R, G, B, C-contiguous and writable."""
    original_size: tuple[int, int]
    """(width, height) of the upright picture before it was shrunk."""
    format: str
    """The format by content: jpeg, png, webp, heic, avif, tiff or bmp."""
    orientation: int
    """The EXIF orientation that was applied, 1 to 8."""
    notes: tuple[Reason, ...] = ()
    """What was left out of the file or is doubtful, as codes of the catalogue ``decode``."""

    @property
    def doubts(self) -> tuple[Reason, ...]:
        """The notes for which a person should check the copy."""
        return tuple(note for note in self.notes if note.code in DOUBTS)

    @property
    def notices(self) -> tuple[Reason, ...]:
        """The other notes, which are for information only."""
        return tuple(note for note in self.notes if note.code not in DOUBTS)
