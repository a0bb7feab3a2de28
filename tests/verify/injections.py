"""More than a hundred ways to change a finished file, each by name."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np

from photoguard import formats
from photoguard.formats import jpeg, png, webp
from photoguard.model import OutputFormat
from tests.formats.material import (
    SPARSE,
    TEXT,
    ifd,
    picture,
    png_chunk,
    riff_chunk,
    saved,
    segment,
    tiff,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from photoguard.model import Pixels

SIZE = (160, 120)
QUALITY = 90
MEANT = picture(*SIZE)
SECRET = b"60.17N 24.94E Aino"
GPS = tiff({0x8825: (4, 1, struct.pack("<I", 26))}) + ifd({1: (2, 2, b"N\0")}, at=26)
EXIF = b"Exif\0\0"
XMP = b"http://ns.adobe.com/xap/1.0/\0"
PICTURE_INSIDE = saved(picture(40, 30, seed=9), "JPEG")

Change = tuple[str, bytes]


def finished(output_format: OutputFormat, pixels: Pixels = MEANT, quality: int = QUALITY) -> bytes:
    """Return the file that all changes start from."""
    return formats.encode(pixels, TEXT, output_format, quality)


def everywhere(file: bytes) -> Iterator[Change]:
    """Yield the changes that can be made to a file of any format."""
    middle = len(file) // 2
    yield "a byte behind the end", file + b"\0"
    yield "text behind the end", file + SECRET
    yield "a picture behind the end", file + PICTURE_INSIDE
    yield "an archive behind the end", file + b"PK\3\4" + SECRET
    yield "Samsung's trailer behind the end", file + SECRET + b"SEFH\0\0\0\0SEFT"
    yield "a video behind the end", file + b"\0\0\0\x18ftypmp42" + SECRET
    yield "the file twice", file + file
    yield "a byte before the beginning", b"\0" + file
    yield "half the file", file[:middle]
    yield "the last byte gone", file[:-1]
    yield "nothing at all", b""
    yield "a byte of the picture changed", _flipped(file, middle)
    yield "a byte put into the picture", file[:middle] + b"\x5a" + file[middle:]
    yield "a byte taken from the picture", file[:middle] + file[middle + 1 :]
    yield "a letter of the alt text changed", file.replace(b"Lapset hy", b"Lapset Hy", 1)
    yield "every alt text changed", file.replace(b"Lapset hy", b"Lapset Hy")
    yield "a name in the credit changed", file.replace("Öberg".encode(), b"Oberg!", 1)
    yield "the terms of data mining changed", file.replace(b"PROHIBITED", b"ALLOWEDxxx")


def _flipped(file: bytes, at: int) -> bytes:
    return file[:at] + bytes([file[at] ^ 0x10]) + file[at + 1 :]


def again(output_format: OutputFormat) -> Iterator[Change]:
    """Yield files that are well made, but not of this picture and these words."""
    other = MEANT.copy()
    other[40:80, 40:80] = picture(40, 40, seed=5)
    yield "another picture in one place", finished(output_format, other)
    barely = MEANT.copy()
    barely[60, 80] ^= 0x80
    yield "one pixel changed", finished(output_format, barely)
    yield "the picture mirrored", finished(output_format, MEANT[:, ::-1])
    yield "the picture upside down", finished(output_format, MEANT[::-1])
    yield "a row more", finished(output_format, np.vstack([MEANT, MEANT[-1:]]))
    yield "a row less", finished(output_format, MEANT[:-1])
    yield "other words", formats.encode(MEANT, SPARSE, output_format, QUALITY)
    yield (
        "another format",
        finished(OutputFormat.PNG if output_format is not OutputFormat.PNG else OutputFormat.WEBP),
    )
    if output_format is not OutputFormat.PNG:
        yield "another quality", finished(output_format, quality=QUALITY + 1)


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
    yield "another quantisation step", _flipped(file, tables + 20)
    yield "another Huffman code", _flipped(file, file.index(b"\xff\xc4") + 30)
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


def of_png() -> Iterator[Change]:
    """Yield changes to the chunks and the coded rows of a PNG."""
    file = finished(OutputFormat.PNG)
    words = png.chunks(TEXT)
    rows = 33 + len(words)
    end = len(file) - 12
    for kind, content in _chunks():
        added = png_chunk(kind, content)
        yield f"{kind.decode()} before the words", file[:33] + added + file[33:]
        yield f"{kind.decode()} before the rows", file[:rows] + added + file[rows:]
        yield f"{kind.decode()} behind the rows", file[:end] + added + file[end:]
    yield "no words", file.replace(words, b"")
    yield "words twice", file.replace(words, words * 2)
    yield "no IEND", file[:end]
    yield "text in IEND", file[:end] + png_chunk(b"IEND", SECRET)
    yield "two IEND", file + file[end:]
    yield "another signature", file.replace(b"\r\n\x1a\n", b"\n\n\x1a\n", 1)
    yield "a wrong checksum", file[: end - 1] + bytes([file[end - 1] ^ 1]) + file[end:]
    coded = _coded(file, rows, end)
    raw = zlib.decompress(coded)
    for name, changed in (
        ("rows below the last", zlib.compress(raw + raw[:2000])),
        ("a row missing", zlib.compress(raw[: -(1 + 3 * SIZE[0])])),
        ("bytes behind the rows", coded + SECRET),
        ("a second stream", coded + zlib.compress(raw)),
        ("the same rows packed otherwise", zlib.compress(raw, 1)),
        ("no packing", zlib.compress(raw, 0)),
        ("rows that cannot be unpacked", coded[:20] + SECRET + coded[20:]),
        ("rows without their checksum", coded[:-4]),
    ):
        yield name, file[:rows] + png_chunk(b"IDAT", changed) + file[end:]
    halves = png_chunk(b"IDAT", coded[:50]) + png_chunk(b"IDAT", coded[50:])
    yield "rows cut into other chunks", file[:rows] + halves + file[end:]
    yield "an empty chunk of rows", file[:end] + png_chunk(b"IDAT", b"") + file[end:]
    for name, at, value in (("less height", 20, b"\0\0\0\x38"), ("width", 16, b"\0\0\0\x50")):
        header = file[16:at] + value + file[at + 4 : 29]
        yield f"{name} in IHDR", file[:8] + png_chunk(b"IHDR", header) + file[33:]
    for name, at, value in (("depth", 24, b"\x10"), ("alpha", 25, b"\6"), ("interlace", 28, b"\1")):
        header = file[16:at] + value + file[at + 1 : 29]
        yield f"{name} in IHDR", file[:8] + png_chunk(b"IHDR", header) + file[33:]


def _coded(file: bytes, start: int, end: int) -> bytes:
    parts = []
    while start < end:
        length = int.from_bytes(file[start : start + 4])
        parts.append(file[start + 8 : start + 8 + length])
        start += 12 + length
    return b"".join(parts)


def _chunks() -> Iterator[tuple[bytes, bytes]]:
    """Yield chunks with something that must not be there, and harmless ones too."""
    yield b"tEXt", b"Comment\0" + SECRET
    yield b"zTXt", b"Comment\0\0" + zlib.compress(SECRET)
    yield b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x/>"
    yield b"eXIf", GPS
    yield b"tIME", b"\7\xe9\1\1\0\0\0"
    yield b"iCCP", b"name\0\0" + zlib.compress(SECRET)
    yield b"gAMA", b"\0\0\xb1\x8f"
    yield b"pHYs", b"\0\0\x0b\x13\0\0\x0b\x13\1"
    yield b"sRGB", b"\0"
    yield b"tRNS", bytes(6)
    yield b"bKGD", bytes(6)
    yield b"sPLT", b"name\0\x08" + SECRET
    yield b"acTL", b"\0\0\0\1\0\0\0\0"
    yield b"fdAT", SECRET
    yield b"caBX", SECRET
    yield b"prVt", SECRET


def of_webp() -> Iterator[Change]:
    """Yield changes to the chunks of a WebP."""
    file = finished(OutputFormat.WEBP)
    words = webp.chunks(TEXT)
    frame = file.index(b"VP8 ")
    behind = len(file) - len(words)
    places = (("before the picture", frame), ("behind it", behind), ("at last", len(file)))
    for kind in (b"ICCP", b"ANIM", b"ANMF", b"ALPH", b"EXIF", b"XMP ", b"ZZZZ", b"VP8 ", b"VP8L"):
        added = riff_chunk(kind, SECRET)
        name = kind.decode().strip()
        for place, at in places:
            yield f"{name} {place}", _riff(file[:at] + added + file[at:])
        yield f"{name} behind the RIFF", file + added
    for bit in range(8):
        flags = bytes([file[20] ^ 1 << bit])
        yield f"feature flag {bit}", file[:20] + flags + file[21:]
    yield "a reserved byte", file[:21] + b"\1" + file[22:]
    yield "a wider canvas", file[:24] + b"\xff" + file[25:]
    yield "a higher canvas", file[:27] + b"\xff" + file[28:]
    yield "RIFF too long", file[:4] + struct.pack("<I", len(file)) + file[8:]
    yield "RIFF too short", file[:4] + struct.pack("<I", len(file) - 10) + file[8:]
    yield "no words", _riff(file[:behind])
    yield "words twice", _riff(file + words)
    yield "words before the picture", _riff(file[:frame] + words + file[frame:behind])
    yield "a frame that is not shown", file[: frame + 8] + _lowered(file, frame) + file[frame + 9 :]
    inter = bytes([file[frame + 8] | 1])
    yield "a frame that is no key frame", file[: frame + 8] + inter + file[frame + 9 :]
    yield "another frame size", file[: frame + 14] + b"\x50" + file[frame + 15 :]
    stretched = struct.pack("<I", int.from_bytes(file[frame + 4 : frame + 8], "little") + 18)
    yield (
        "text inside the frame's chunk",
        _riff(file[: frame + 4] + stretched + file[frame + 8 : behind] + SECRET + words),
    )
    yield "no features", _riff(file[:12] + file[frame:])
    lossless = saved(MEANT, "WEBP", lossless=True)[12:]
    yield "a lossless picture", _riff(file[:frame] + lossless + words)


def _riff(file: bytes) -> bytes:
    return file[:4] + struct.pack("<I", len(file) - 8) + file[8:]


def _lowered(file: bytes, frame: int) -> bytes:
    return bytes([file[frame + 8] & ~0x10])


OF_FORMAT = {OutputFormat.JPEG: of_jpeg, OutputFormat.PNG: of_png, OutputFormat.WEBP: of_webp}


def changes(output_format: OutputFormat) -> list[Change]:
    """Return every change to a finished file of this format."""
    file = finished(output_format)
    return [*everywhere(file), *again(output_format), *OF_FORMAT[output_format]()]
