"""What each file of this folder gives: one format, as a value that is found by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from photoguard.formats._parts import Part
    from photoguard.model import OutputFormat, Pixels, PublicText

    Encode: TypeAlias = Callable[[Pixels, PublicText, int], bytes]


@dataclass(frozen=True, slots=True)
class Writer:
    """How a format is written new: pixels, words and a quality become a file."""

    output_format: OutputFormat
    encode: Encode


@dataclass(frozen=True, slots=True)
class Format:
    """One picture format; ``FORMAT`` of a module in this folder."""

    recognise: Callable[[bytes], str | None]
    """The first bytes of a file → the format's lower-case name, or None."""
    parts: Callable[[bytes], Iterable[Part]]
    """A whole untrusted file → findings, and blocks of metadata to look into."""
    beyond: Callable[[bytes], Iterable[Part]] | None = None
    """The same for what the coded pixels hold beyond the picture: this one costs time."""
    writer: Writer | None = None
