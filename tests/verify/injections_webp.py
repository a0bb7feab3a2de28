"""Ways to change a finished WebP, each by name."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from photoguard.formats import webp
from photoguard.model import OutputFormat
from tests.formats.material import (
    TEXT,
    riff_chunk,
    saved,
)
from tests.verify.finished import (
    MEANT,
    SECRET,
    Change,
    finished,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


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
