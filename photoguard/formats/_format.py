"""What each file of this folder gives: one format, as a value that is found by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from photoguard.model import Finding, OutputFormat, Pixels, PublicText

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
    findings: Callable[[bytes], Iterable[Finding]]
    """A whole untrusted file → everything in it that is not known to be harmless."""
    xmp_packets: Callable[[bytes], Iterable[bytes]]
    """A whole untrusted file → its XMP packets, undecoded."""
    writer: Writer | None = None
