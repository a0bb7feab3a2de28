"""Small pictures made for the tests: one bright corner tells which way is up."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from PIL import Image
from pillow_heif import register_heif_opener

from photoguard.images import Decoded, decode
from photoguard.settings import Limits

register_heif_opener()

WIDTH, HEIGHT = 96, 64
SAVED_AS = {
    "jpeg": "JPEG",
    "png": "PNG",
    "webp": "WEBP",
    "heic": "HEIF",
    "avif": "AVIF",
    "tiff": "TIFF",
    "bmp": "BMP",
}
CORNERS = {
    1: "top left",
    2: "top right",
    3: "bottom right",
    4: "bottom left",
    5: "top left",
    6: "top right",
    7: "bottom right",
    8: "bottom left",
}
"""Where the stored top left corner belongs, by EXIF orientation."""


def landscape() -> Image.Image:
    """A dark green picture, 96 x 64, with a bright orange top left quarter."""
    pixels = np.full((HEIGHT, WIDTH, 3), (20, 60, 30), np.uint8)
    pixels[: HEIGHT // 2, : WIDTH // 2] = (240, 150, 60)
    return Image.fromarray(pixels)


def noise(width: int, height: int, seed: int = 1) -> Image.Image:
    """A picture that no encoder makes small."""
    levels = np.random.default_rng(seed).integers(1, 255, (height, width, 3))
    return Image.fromarray(levels.astype(np.uint8))


def saved(image: Image.Image, kind: str = "jpeg", **options: object) -> bytes:
    """The picture as a file of this kind."""
    buffer = io.BytesIO()
    image.save(buffer, SAVED_AS.get(kind, kind), **options)
    return buffer.getvalue()


def oriented(orientation: int) -> bytes:
    """EXIF bytes that hold this orientation."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif.tobytes()


def png_chunk(name: bytes, content: bytes) -> bytes:
    """One chunk with its length and checksum."""
    return (
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
    )


def png(header: tuple[int, ...], *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of (width, height, depth, colour type) and these chunks."""
    parts = [png_chunk(b"IHDR", struct.pack(">IIBBBBB", *header, 0, 0, 0))]
    parts += [png_chunk(name, content) for name, content in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + png_chunk(b"IEND", b"")


def huge_png(width: int, height: int) -> bytes:
    """A small file that becomes a large RGBA picture, slow to decode."""
    packer = zlib.compressobj(1)
    row = b"\x00" + b"\x01\x02\x03\x80" * width
    packed = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    return png((width, height, 8, 6), (b"IDAT", packed))


def brightest_corner(decoded: Decoded) -> str:
    """Where the bright quarter is."""
    height, width = (side // 2 for side in decoded.pixels.shape[:2])
    quarters = {
        "top left": decoded.pixels[:height, :width],
        "top right": decoded.pixels[:height, width:],
        "bottom left": decoded.pixels[height:, :width],
        "bottom right": decoded.pixels[height:, width:],
    }
    return max(quarters, key=lambda name: float(quarters[name].mean()))


def decoded(untrusted: bytes, max_side: int = 0) -> Decoded:
    """Decode here, with the usual limits."""
    return decode(untrusted, limits=Limits(), max_side=max_side)


def colour_at(found: Decoded, x: int, y: int) -> tuple[int, ...]:
    """R, G, B of one pixel."""
    return tuple(int(level) for level in found.pixels[y, x])
