"""Pictures and words that the tests of formats and of the verifier share."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from photoguard.model import Language, OutputFormat, PublicText

if TYPE_CHECKING:
    from photoguard.model import Pixels

FI, SV, EN = Language
TEXT = PublicText(
    language=FI,
    credit="Kuva: Åsa Öberg-Mäkeläinen / Lappeenrannan kaupunki",
    creator="Åsa Öberg",
    rights={FI: "© Åsa Öberg", SV: "© Åsa Öberg", EN: "© Åsa Öberg"},
    usage_terms={FI: "Julkaistu kuvaajan luvalla.", SV: "Publiceras med tillstånd."},
    alt_text={
        FI: "Lapset hyppäävät hiekkakuoppaan. Kasvot on peitetty.",
        SV: "Barn hoppar i sandlådan på gården. Ansiktena är dolda.",
        EN: 'Children jump into the sandpit: "hooray" & <more>. Faces are hidden.',
    },
    description={FI: "Pitkä kuvaus päiväkodin pihalta."},
)
SPARSE = PublicText(language=SV, credit="Foto: ett barn")
FORMATS = tuple(OutputFormat)


def picture(width: int = 160, height: int = 120, seed: int = 1) -> Pixels:
    """Return a soft picture of random light, (height, width, 3)."""
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 256, (max(2, height // 24), max(2, width // 24), 3))
    small = Image.fromarray(coarse.astype(np.uint8))
    soft = np.asarray(small.resize((width, height), Image.Resampling.BICUBIC), dtype=np.int16)
    grain = random.integers(-6, 7, soft.shape)
    return np.asarray(np.clip(soft + grain, 0, 255), dtype=np.uint8)


def saved(pixels: Pixels, plugin: str, **options: object) -> bytes:
    """Return the picture as somebody else's program would save it."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, plugin, **options)
    return file.getvalue()


def segment(marker: int, content: bytes) -> bytes:
    """Return a JPEG segment."""
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def png_chunk(kind: bytes, content: bytes) -> bytes:
    """Return a PNG chunk with the right checksum."""
    checksum = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + checksum


def riff_chunk(kind: bytes, content: bytes) -> bytes:
    """Return a chunk of a WebP file, padded."""
    return kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def ifd(entries: dict[int, tuple[int, int, bytes]], at: int = 8, following: int = 0) -> bytes:
    """Return a little-endian directory at this offset, its long values behind it.

    ``entries``: tag → (type, count, value in bytes).
    """
    body, tail = b"", b""
    behind = at + 2 + 12 * len(entries) + 4
    for tag, (kind, count, value) in sorted(entries.items()):
        if len(value) > 4:
            body += struct.pack("<HHII", tag, kind, count, behind + len(tail))
            tail += value
        else:
            body += struct.pack("<HHI", tag, kind, count) + value.ljust(4, b"\0")
    return struct.pack("<H", len(entries)) + body + struct.pack("<I", following) + tail


def tiff(entries: dict[int, tuple[int, int, bytes]], following: int = 0) -> bytes:
    """Return a little-endian TIFF block with one directory."""
    return b"II*\0\x08\0\0\0" + ifd(entries, following=following)
