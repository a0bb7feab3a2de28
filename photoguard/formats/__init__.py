"""Picture formats: recognise one by content, write a new file, list findings in an existing file.

One module or subpackage per format, discovered by ``formats()``; names with a leading
underscore are shared code, not formats.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from photoguard.errors import UnreadableError
from photoguard.formats._metadata import edits, regions
from photoguard.formats._parts import BlockKind, unfold

if TYPE_CHECKING:
    from photoguard.formats._format import Encode, Format
    from photoguard.formats._parts import Block
    from photoguard.model import Finding, NamedRegion, OutputFormat, Pixels, PublicText

__all__ = [
    "describes_edit",
    "encode",
    "findings",
    "named_persons",
    "named_regions",
    "recognise",
    "sidecar_describes_edit",
]


@cache
def formats() -> tuple[Format, ...]:
    """Return the ``FORMAT`` of every module in this folder, ordered by module name."""
    names = sorted(module.name for module in iter_modules(__path__))
    return tuple(
        import_module(f"{__name__}.{name}").FORMAT for name in names if not name.startswith("_")
    )


def recognise(untrusted_head: bytes) -> str | None:
    """Return the name of the format ("jpeg", "heic" …) by content, None if unknown.

    The first 64 bytes suffice.
    """
    return next(filter(None, (known.recognise(untrusted_head) for known in formats())), None)


def encode(pixels: Pixels, text: PublicText, output_format: OutputFormat, quality: int) -> bytes:
    """Return a new file that holds nothing but these pixels and this public text.

    ``pixels``: upright sRGB uint8 (height, width, 3). ``quality``: 1 to 100, ignored for
    PNG. The same arguments give the same bytes. Raises WriteError where the format cannot
    hold that many pixels or that long a text.
    """
    return _writers()[output_format](pixels, text, quality)


def findings(untrusted: bytes) -> tuple[Finding, ...]:
    """Return everything in the file that is not known to be harmless.

    Raises UnreadableError where the format is not known. Bounded in time and memory.
    """
    known = _format_of(untrusted)
    if known is None:
        raise UnreadableError("formats.unrecognised")
    found = unfold(known.parts(untrusted)).findings
    if known.beyond is None:
        return found
    return tuple(dict.fromkeys((*found, *unfold(known.beyond(untrusted)).findings)))


def named_regions(
    untrusted: bytes, orientation: int, size: tuple[int, int]
) -> tuple[NamedRegion, ...]:
    """Return the face regions that other programs left in the file, in upright pixels.

    ``size`` is (width, height) of the upright picture; ``orientation`` is the EXIF
    orientation (1 to 8) of the stored one. Regions of ``mwg-rs`` come before Microsoft's
    ``MP``. Empty for unknown formats.
    """
    return regions.regions(_xmp_packets(untrusted), orientation, size)


def named_persons(untrusted: bytes) -> tuple[str, ...]:
    """Return the names of persons that other programs left in the file, each once."""
    return regions.persons(_xmp_packets(untrusted))


def describes_edit(untrusted: bytes) -> bool:
    """Return whether the metadata describes a crop or retouch that is not in the pixels yet."""
    blocks = _blocks(untrusted)
    return any(
        (block.kind is BlockKind.XMP and edits.in_xmp(block.untrusted))
        or (block.kind is BlockKind.EXIF and edits.in_exif(block.untrusted))
        for block in blocks
    ) or (recognise(untrusted) == "tiff" and edits.in_exif(untrusted))


def sidecar_describes_edit(untrusted: bytes) -> bool:
    """Return whether an XMP sidecar file describes a crop or retouch of its photo."""
    return edits.in_sidecar(untrusted)


def _xmp_packets(untrusted: bytes) -> list[bytes]:
    return [block.untrusted for block in _blocks(untrusted) if block.kind is BlockKind.XMP]


def _blocks(untrusted: bytes) -> tuple[Block, ...]:
    known = _format_of(untrusted)
    return unfold(known.parts(untrusted)).blocks if known else ()


def _format_of(untrusted: bytes) -> Format | None:
    return next((known for known in formats() if known.recognise(untrusted)), None)


@cache
def _writers() -> dict[OutputFormat, Encode]:
    return {known.writer.output_format: known.writer.encode for known in formats() if known.writer}
