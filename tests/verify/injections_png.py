"""Ways to change a finished PNG, each by name."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from photoguard.formats import png
from photoguard.model import OutputFormat
from tests.formats.material import (
    TEXT,
    png_chunk,
)
from tests.verify.finished import (
    GPS,
    SECRET,
    SIZE,
    Change,
    finished,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


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
