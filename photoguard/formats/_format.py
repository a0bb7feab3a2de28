"""``Format``, the value that each module of this folder offers as ``FORMAT``."""

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
    """The encoder of a format that can be published."""

    output_format: OutputFormat
    encode: Encode
    """(pixels, public text, quality 1 to 100) → the bytes of a new file."""


@dataclass(frozen=True, slots=True)
class Format:
    """One picture format, the ``FORMAT`` of a module in this folder."""

    recognise: Callable[[bytes], str | None]
    """The first 64 bytes of a file → the format's lower-case name, or None."""
    parts: Callable[[bytes], Iterable[Part]]
    """A whole untrusted file → findings, and blocks of metadata that ``unfold`` reads."""
    beyond: Callable[[bytes], Iterable[Part]] | None = None
    """A whole untrusted file → findings inside the coded pixels (rows or bytes beyond the
    picture). Slow, so it is separate from ``parts``; None where the format has no such check."""
    writer: Writer | None = None
    """None for a format that is only read."""
