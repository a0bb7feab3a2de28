"""Checks that a file is complete: decoders silently fill in the pixels that are missing.

libjpeg fills them with mid-grey, Pillow's PNG reader with zeros, in both cases up to the end
of the picture. So the slow check is needed only if the last corner has that colour.
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoguard.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PIL import Image

_MARKER = re.compile(rb"\xff[^\x00\xff]")
_AFTER_SCAN = re.compile(rb"\xff[\xc0-\xcf\xd8-\xfe]")
"""A marker that ends a scan; stuffed zeros, restart markers and fill bytes do not."""
_RESERVED = re.compile(rb"\xff[\x01-\xbf]")
_EOI = 0xD9
_SOS = 0xDA
_ALONE = {0x01, *range(0xD0, 0xD9)}
"""Markers without a length field: TEM, RST0 to RST7, SOI."""
_LENGTH = 2
"""Bytes of a segment's length field, which counts itself."""


def require_whole(untrusted: bytes, kind: str) -> None:
    """Raise UnreadableError if a file of format ``kind`` is cut or a checksum is wrong."""
    check = _CHECKS.get(kind)
    if check is not None:
        check(untrusted)


@dataclass(frozen=True, slots=True)
class Marker:
    """One marker of a JPEG."""

    marker: int
    end: int
    """Offset after the marker itself."""
    is_next: bool
    """Whether it follows directly after the previous segment or scan, without stray bytes."""


def markers(untrusted: bytes) -> Iterator[Marker]:
    """Yield the markers of the first picture up to EOI or the end of the file.

    Like libjpeg, skips stray bytes between segments, and meaningless markers inside a scan.
    """
    at = 2
    while found := _MARKER.search(untrusted, at):
        marker, end = untrusted[found.end() - 1], found.end()
        yield Marker(marker, end, is_next=not untrusted[at : found.start()].strip(b"\xff"))
        if marker == _EOI:
            return
        at = end
        if marker not in _ALONE:
            at += max(_LENGTH, int.from_bytes(untrusted[at : at + _LENGTH], "big"))
        if marker == _SOS:
            behind = _AFTER_SCAN.search(untrusted, at)
            at = behind.start() if behind else len(untrusted)


def end_of_jpeg(untrusted: bytes) -> int | None:
    """Return the offset after the first picture's EOI; None if there is no EOI."""
    return next((mark.end for mark in markers(untrusted) if mark.marker == _EOI), None)


def is_orderly(untrusted: bytes) -> bool:
    """Return whether there are no stray bytes and unknown markers between the first scan and EOI.

    At such a place a decoder may silently give up the rest of the picture.
    """
    scan = 0
    for mark in markers(untrusted):
        if scan and not mark.is_next:
            return False
        if mark.marker == _SOS and not scan:
            scan = mark.end
        if mark.marker == _EOI:
            return _RESERVED.search(untrusted, scan, mark.end) is None
    return False


def _require_eoi(untrusted: bytes) -> None:
    if end_of_jpeg(untrusted) is None:
        raise UnreadableError("decode.truncated")


def chunks(untrusted: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield (name, content) of each PNG chunk up to IEND, with verified checksums.

    Raises UnreadableError if a chunk is cut, a checksum is wrong, or IEND is missing.
    """
    at = 8
    whole = memoryview(untrusted)
    while at + 12 <= len(untrusted):
        end = at + 8 + int.from_bytes(whole[at : at + 4], "big")
        name, content = bytes(whole[at + 4 : at + 8]), whole[at + 8 : end]
        if end + 4 > len(untrusted):
            break
        if zlib.crc32(whole[at + 4 : end]) != int.from_bytes(whole[end : end + 4], "big"):
            raise UnreadableError("decode.damaged")
        yield name, bytes(content)
        if name == b"IEND":
            return
        at = end + 4
    raise UnreadableError("decode.truncated")


def _require_chunks(untrusted: bytes) -> None:
    for _ in chunks(untrusted):
        pass


def _require_riff(untrusted: bytes) -> None:
    if int.from_bytes(untrusted[4:8], "little") + 8 > len(untrusted):
        raise UnreadableError("decode.truncated")


_CHECKS: dict[str, Callable[[bytes], None]] = {
    "jpeg": _require_eoi,
    "png": _require_chunks,
    "webp": _require_riff,
}


_CORNER = 4
_GREY = range(126, 131)
_ZERO = range(1)
_MORE_SCAN = b"\xaa\x55\x96\x69\x3c\xc3\x5a\xa5" * 64
"""Bytes without a marker: a decoder that has read all its blocks skips them."""
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""PNG colour type → samples per pixel."""
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2))
_ADAM7_LAST = (0, 1, 1, 2)
"""The last pass of an interlaced PNG, as all of ``_ADAM7``: start (x, y) and step (x, y)."""
_PORTION = 1 << 20


def require_jpeg_blocks(
    image: Image.Image, untrusted: bytes, load: Callable[[bytes], Image.Image]
) -> None:
    """Raise UnreadableError if the scan ends before the picture does.

    Decodes again with extra bytes before EOI. They change nothing after a complete scan; an
    incomplete one takes them for blocks of the picture, unless the decoder gave up earlier
    at a stray marker. ``load`` decodes bytes in the way ``image`` was decoded.
    """
    if not _corner_within(image, _GREY):
        return
    end = end_of_jpeg(untrusted) or len(untrusted)
    longer = untrusted[: end - 2] + _MORE_SCAN + b"\xff\xd9"
    if not is_orderly(untrusted) or load(longer).tobytes() != image.tobytes():
        raise UnreadableError("decode.truncated")


def require_png_rows(image: Image.Image, untrusted: bytes) -> None:
    """Raise UnreadableError if the compressed rows end before the picture does."""
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
    """Return whether all samples of the last corner lie within ``levels``."""
    width, height = image.size
    corner = image.crop((max(0, width - _CORNER), max(0, height - _CORNER), width, height))
    return all(
        low == high and low in levels
        for low, high in (band.getextrema() for band in corner.split())
    )


def _pass_lengths(header: bytes) -> Iterator[int]:
    """Yield the size of each pass in bytes: a filter byte and the samples for each row."""
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    bits = depth * _CHANNELS[colour]
    for left, top, across, down in (*_ADAM7, _ADAM7_LAST) if interlaced else ((0, 0, 1, 1),):
        columns, rows = -(-(width - left) // across), -(-(height - top) // down)
        if columns > 0 and rows > 0:
            yield rows * (1 + (columns * bits + 7) // 8)


def _inflated_length(inflate: zlib._Decompress, content: bytes, most: int) -> int:
    """Return how many bytes ``content`` inflates to; counting stops at ``most``."""
    length = 0
    while content and length < most and not inflate.eof:
        length += len(inflate.decompress(content, _PORTION))
        content = inflate.unconsumed_tail
    return length
