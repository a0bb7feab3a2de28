"""TIFF and BigTIFF: read by their directories, pages, and the bytes that nothing points to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoguard.formats._format import Format
from photoguard.formats._metadata import exif, ifd
from photoguard.model import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from photoguard.formats._parts import Part

_MAGICS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_WIDTH, _HEIGHT, _BITS, _COMPRESSION = 0x0100, 0x0101, 0x0102, 0x0103
_STRIP_OFFSETS, _SAMPLES, _ROWS_PER_STRIP, _STRIP_LENGTHS = 0x0111, 0x0115, 0x0116, 0x0117
_PLANAR, _SEPARATE = 0x011C, 2
_TILE_WIDTH, _TILE_HEIGHT, _TILE_OFFSETS = 0x0142, 0x0143, 0x0144
_EXTRA_SAMPLES = 0x0152
_PAGES = ("IFD", "SubIFD")


def recognise(untrusted_head: bytes) -> str | None:
    """Return "tiff" where a byte order and the number 42 or 43 stand at the beginning."""
    return "tiff" if untrusted_head.startswith(_MAGICS) else None


def parts(untrusted: bytes) -> Iterator[Part]:
    """Yield what stands in tags, in further pages, and outside every directory."""
    directories = ifd.walk(untrusted)
    yield from exif.of_directories(directories, "TIFF")
    for name in directories.names[1:]:
        if name.startswith(_PAGES):
            yield Finding(FindingKind.EMBEDDED_PICTURE, f"TIFF, page {name}")
    if any(tag.number == _EXTRA_SAMPLES for tag in directories.tags):
        yield Finding(FindingKind.HIDDEN_PIXELS, "alpha channel")
    first = {tag.number: tag.numbers for tag in directories.tags if tag.directory == "IFD0"}
    if _has_further_rows(first):
        yield Finding(FindingKind.HIDDEN_PIXELS, "rows below the picture's height")
    yield from exif.slack(untrusted, directories, "TIFF")


def _has_further_rows(numbers: Mapping[int, tuple[int, ...]]) -> bool:
    """Tell whether a directory has strips, tiles or plain rows that its height does not admit."""

    def one(tag: int, usual: int) -> int:
        return max(1, next(iter(numbers.get(tag, ())), usual))

    width, height = one(_WIDTH, 1), one(_HEIGHT, 1)
    planes = one(_SAMPLES, 1) if one(_PLANAR, 1) == _SEPARATE else 1
    tiles = numbers.get(_TILE_OFFSETS, ())
    if tiles:
        across, down = -(-width // one(_TILE_WIDTH, 1)), -(-height // one(_TILE_HEIGHT, 1))
        return len(tiles) > across * down * planes
    strips = -(-height // one(_ROWS_PER_STRIP, height)) * planes
    if len(numbers.get(_STRIP_OFFSETS, ())) > strips:
        return True
    row = -(-width * sum(numbers.get(_BITS, (1,))) // 8)
    return one(_COMPRESSION, 1) == 1 and sum(numbers.get(_STRIP_LENGTHS, ())) >= row * (height + 1)


FORMAT = Format(recognise, parts)
