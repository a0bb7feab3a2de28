"""TIFF and BigTIFF: reads directories and pages, and reports bytes that no directory refers to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoguard.formats._format import Format
from photoguard.formats._metadata import exif, ifd
from photoguard.formats.tiff import strips
from photoguard.model import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from photoguard.formats._parts import Part

_MAGICS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_JPEG_TABLES, _EXTRA_SAMPLES = 0x015B, 0x0152
_PAGES = ("IFD", "SubIFD")


def recognise(untrusted_head: bytes) -> str | None:
    """Return "tiff" for a byte order followed by 42 or 43, else None."""
    return "tiff" if untrusted_head.startswith(_MAGICS) else None


def parts(untrusted: bytes) -> Iterator[Part]:
    """Yield what is in tags, in further pages, and outside every directory."""
    directories = ifd.walk(untrusted)
    yield from exif.of_directories(directories, "TIFF")
    for name in directories.names[1:]:
        if name.startswith(_PAGES):
            yield Finding(FindingKind.EMBEDDED_PICTURE, f"TIFF, page {name}")
    if any(tag.number == _EXTRA_SAMPLES for tag in directories.tags):
        yield Finding(FindingKind.HIDDEN_PIXELS, "alpha channel")
    yield from exif.slack(untrusted, directories, "TIFF")


def beyond(untrusted: bytes) -> Iterator[Part]:
    """Yield findings for data of the first page's strips or tiles beyond its rows."""
    tags = {tag.number: tag for tag in ifd.walk(untrusted).tags if tag.directory == "IFD0"}
    tables = bytes(tags[_JPEG_TABLES].untrusted) if _JPEG_TABLES in tags else b"\xff\xd8\xff\xd9"
    yield from strips.findings(
        untrusted, {number: tag.numbers for number, tag in tags.items()}, tables
    )


FORMAT = Format(recognise, parts, beyond)
