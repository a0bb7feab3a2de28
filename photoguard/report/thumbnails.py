"""Small pictures for the report, made of finished copies only."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoguard.files import digest

if TYPE_CHECKING:
    from pathlib import Path

SIDE = 400
"""Longest side in pixels: sharp enough at 200 % on a card, small enough for 1,000 photos."""
QUALITY = 72
FORMATS = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small JPEG as a data URI, with its width and height in pixels."""

    uri: str
    width: int
    height: int


def thumbnail(folder: Path, output: str, sha256: str, side: int = SIDE) -> Thumbnail | None:
    """Return a small fresh picture of a finished copy, None where it is not there unchanged.

    ``output`` is a POSIX path below ``folder``, ``side`` the longest one in pixels. A file
    whose digest is not the one that was verified is never shown: it may be somebody's original.
    """
    path = (folder / output).resolve()
    if not path.is_relative_to(folder.resolve()):
        return None
    try:
        content = path.read_bytes()
        return _shrunk(content, side) if digest(content) == sha256 else None
    except (OSError, ValueError):
        return None


def _shrunk(content: bytes, side: int) -> Thumbnail:
    from PIL import Image

    with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
        # JPEG is decoded at a half, a quarter or an eighth of its size: far less work.
        opened.thumbnail((side, side), Image.Resampling.BICUBIC, reducing_gap=1.5)
        small = opened.convert("RGB")
    stream = io.BytesIO()
    # A new image from bare pixels: nothing that was opened reaches the encoder.
    fresh = Image.frombytes("RGB", small.size, small.tobytes())
    fresh.save(stream, "JPEG", quality=QUALITY, optimize=True)
    uri = "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode()
    return Thumbnail(uri, fresh.width, fresh.height)
