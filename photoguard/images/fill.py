"""Picture parts that decoders make up in silence where the file gave none.

libjpeg fills what is missing with mid-grey and Pillow's PNG reader with zeros; neither says
so. Both fill to the end, so the last corner tells where a closer look is due.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from photoguard.errors import UnreadableError
from photoguard.images.whole import chunks, end_of_jpeg, is_orderly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PIL import Image

_CORNER = 4
_GREY = range(126, 131)
_ZERO = range(1)
_MORE_SCAN = b"\xaa\x55\x96\x69\x3c\xc3\x5a\xa5" * 64
"""Bytes without a marker: a decoder that has all its blocks skips them."""
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Samples per pixel of each PNG colour type."""
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2))
_ADAM7_LAST = (0, 1, 1, 2)
"""Start and step (x, y, x, y) of the passes of an interlaced PNG."""
_PORTION = 1 << 20


def require_jpeg_blocks(
    image: Image.Image, untrusted: bytes, load: Callable[[bytes], Image.Image]
) -> None:
    """Raise UnreadableError where the scan ended before the picture did.

    A complete scan does not care what stands between it and EOI; an incomplete one takes
    whatever stands there for blocks of the picture, unless it gave up before at something
    that belongs to no scan. ``load`` decodes like ``image`` was.
    """
    if not _corner_within(image, _GREY):
        return
    end = end_of_jpeg(untrusted) or len(untrusted)
    longer = untrusted[: end - 2] + _MORE_SCAN + b"\xff\xd9"
    if not is_orderly(untrusted) or load(longer).tobytes() != image.tobytes():
        raise UnreadableError("decode.truncated")


def require_png_rows(image: Image.Image, untrusted: bytes) -> None:
    """Raise UnreadableError where the compressed rows end before the picture does."""
    if not _corner_within(image, _ZERO):
        return
    header = b""
    missing = 0
    inflate = zlib.decompressobj()
    for name, content in chunks(untrusted):
        if name == b"IHDR":
            header = content
            missing = sum(_pass_lengths(header))
        elif name == b"IDAT":
            missing -= _inflated_length(inflate, content, missing)
    if missing > 0:
        raise UnreadableError("decode.truncated")


def _corner_within(image: Image.Image, levels: range) -> bool:
    """Tell whether the last corner holds nothing but one of these levels in each band."""
    width, height = image.size
    corner = image.crop((max(0, width - _CORNER), max(0, height - _CORNER), width, height))
    return all(
        low == high and low in levels
        for low, high in (band.getextrema() for band in corner.split())
    )


def _pass_lengths(header: bytes) -> Iterator[int]:
    """Yield the bytes of each pass: a filter byte and the samples for each row."""
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    bits = depth * _CHANNELS[colour]
    for left, top, across, down in (*_ADAM7, _ADAM7_LAST) if interlaced else ((0, 0, 1, 1),):
        columns, rows = -(-(width - left) // across), -(-(height - top) // down)
        if columns > 0 and rows > 0:
            yield rows * (1 + (columns * bits + 7) // 8)


def _inflated_length(inflate: zlib._Decompress, content: bytes, most: int) -> int:
    """Return how many bytes this part inflates to, counting no further than ``most``."""
    length = 0
    while content and length < most and not inflate.eof:
        length += len(inflate.decompress(content, _PORTION))
        content = inflate.unconsumed_tail
    return length
