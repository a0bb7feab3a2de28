"""Ways to change a finished JPEG, each by name."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from photoguard.formats import jpeg
from photoguard.model import OutputFormat
from tests.formats.material import (
    TEXT,
    saved,
    segment,
)
from tests.verify.finished import (
    EXIF,
    GPS,
    MEANT,
    PICTURE_INSIDE,
    QUALITY,
    SECRET,
    XMP,
    Change,
    finished,
    flipped,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


def of_jpeg() -> Iterator[Change]:
    """Yield changes to the segments and the scan of a JPEG."""
    file = finished(OutputFormat.JPEG)
    words = jpeg.segments(TEXT)
    tables = file.index(words) + len(words)
    scan = file.index(b"\xff\xda")
    sof = file.index(b"\xff\xc0")
    for marker in range(0xE0, 0xF0):
        added = segment(marker, SECRET)
        yield f"APP{marker - 0xE0} before the tables", file[:tables] + added + file[tables:]
    for name, content in _segments():
        yield f"{name} before the tables", file[:tables] + content + file[tables:]
        yield f"{name} before the words", file[:20] + content + file[20:]
        yield f"{name} before the scan", file[:scan] + content + file[scan:]
        yield f"{name} before EOI", file[:-2] + content + file[-2:]
    yield "cut behind the words", file[:tables]
    yield "cut in the tables", file[: tables + 30]
    yield "no words", file.replace(words, b"")
    yield "words twice", file.replace(words, words * 2)
    exif_end = 20 + 2 + int.from_bytes(file[22:24])
    exif, rest = file[20:exif_end], file[exif_end:tables]
    yield "Exif behind the other words", file[:20] + rest + exif + file[tables:]
    yield "no Exif", file[:20] + rest + file[tables:]
    yield "another JFIF version", file[:12] + b"\2" + file[13:]
    yield "a density", file[:13] + b"\1\0\x48\0\x48" + file[18:]
    thumbnail = b"JFIF\0\1\1\0\0\1\0\1\2\2" + bytes(12)
    yield "a JFIF thumbnail", b"\xff\xd8" + segment(0xE0, thumbnail) + file[20:]
    yield "no APP0", b"\xff\xd8" + file[20:]
    for name, at, value in (("height", 5, 56), ("more height", 5, 200), ("width", 7, 80)):
        changed = struct.pack(">H", value)
        yield f"{name} in the frame", file[: sof + at] + changed + file[sof + at + 2 :]
    for name, marker in (("progressive", 0xC2), ("extended", 0xC1), ("arithmetic", 0xC9)):
        yield f"an {name} frame", file[: sof + 1] + bytes([marker]) + file[sof + 2 :]
    yield "other sampling", file[: sof + 11] + b"\x11" + file[sof + 12 :]
    yield "another quantisation step", flipped(file, tables + 20)
    yield "another Huffman code", flipped(file, file.index(b"\xff\xc4") + 30)
    yield "restart interval", file[:scan] + segment(0xDD, b"\0\4") + file[scan:]
    yield "a table twice", file[:scan] + file[tables : tables + 69] + file[scan:]
    yield "other scan parameters", file[: scan + 11] + b"\1" + file[scan + 12 :]
    yield "a restart marker in the scan", file[: scan + 40] + b"\xff\xd0" + file[scan + 40 :]
    yield "a stuffed byte in the scan", file[: scan + 40] + b"\xff\0" + file[scan + 40 :]
    yield "filling before EOI", file[:-2] + b"\xff\xff" + file[-2:]
    yield "more scan than the rows need", file[:-2] + file[scan + 14 : scan + 400] + file[-2:]
    yield "no EOI, text instead", file[:-2] + SECRET
    yield "a second SOI", file[:-2] + b"\xff\xd8" + file[-2:]
    yield "a second scan", file[:-2] + file[scan:]
    yield "number of lines", file[:-2] + segment(0xDC, b"\0\x78") + file[-2:]
    for name, options in (
        ("optimised", {"optimize": True}),
        ("progressive", {"progressive": True}),
        ("unsampled", {"subsampling": "4:4:4"}),
    ):
        coded = saved(MEANT, "JPEG", quality=QUALITY, **options)
        yield f"{name} coding", file[:tables] + coded[20:]


def _segments() -> Iterator[Change]:
    """Yield whole segments with something that must not be there."""
    icc = b"ICC_PROFILE\0\1\1" + SECRET
    extension = b"http://ns.adobe.com/xmp/extension/\0" + b"0" * 32 + bytes(8) + SECRET
    resource = b"Photoshop 3.0\x008BIM\x04\x0c\0\0\0\0\0\x1c" + bytes(28) + PICTURE_INSIDE
    yield "a comment", segment(0xFE, SECRET)
    yield "a second Exif", segment(0xE1, EXIF + GPS)
    yield "a second XMP", segment(0xE1, XMP + b"<x/>")
    yield "extended XMP", segment(0xE1, extension)
    yield "a colour profile", segment(0xE2, icc)
    yield "several pictures", segment(0xE2, b"MPF\0" + GPS)
    yield "a JFXX thumbnail", segment(0xE0, b"JFXX\0\x10" + PICTURE_INSIDE)
    yield "a Photoshop thumbnail", segment(0xED, resource)
    yield "an Adobe segment", segment(0xEE, b"Adobe\0\x64\0\0\0\0\1")
