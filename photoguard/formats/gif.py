"""GIF: reads the blocks (GIF89a specification); only a file with a single picture is harmless."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from photoguard.formats._format import Format
from photoguard.formats._parts import Block, BlockKind, trailer
from photoguard.model import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from photoguard.formats._parts import Part

MOST_SUB_BLOCKS = 2_000_000
_COST_OF_BLOCK = 20
"""What a block counts for against MOST_SUB_BLOCKS: it takes as long as so many sub-blocks."""
MOST_PIXELS = 100_000_000
_SCREEN_HEADER = 13
_EXTENSION, _PICTURE, _END = 0x21, 0x2C, 0x3B
_GRAPHIC_CONTROL, _APPLICATION = 0xF9, 0xFF
_XMP = b"XMP DataXMP"
_XMP_MAGIC_TRAILER = 258
_LOOP = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_LOOP_LENGTH = 4


def recognise(untrusted_head: bytes) -> str | None:
    """Return "gif" for the signature of either version, else None."""
    return "gif" if untrusted_head.startswith((b"GIF87a", b"GIF89a")) else None


def parts(untrusted: bytes) -> Iterator[Part]:
    """Yield what is in extensions, further frames, outside the screen and after the trailer."""
    try:
        end = yield from _Walk(untrusted).blocks()
    except (IndexError, struct.error):
        yield Finding(FindingKind.STRUCTURE, "no trailer")
        return
    yield from trailer(untrusted[end:], "after the trailer")


class _Walk:
    """One pass over the blocks; raises IndexError if the file ends too early."""

    def __init__(self, untrusted: bytes) -> None:
        self._untrusted = untrusted
        self._left = MOST_SUB_BLOCKS
        self._frames = 0

    def blocks(self) -> Generator[Part, None, int]:
        """Yield the parts; return the offset of the first byte after the trailer."""
        width, height = struct.unpack_from("<HH", self._untrusted, 6)
        if width * height > MOST_PIXELS:
            yield Finding(FindingKind.STRUCTURE, "screen size")
        offset = _SCREEN_HEADER + _palette(self._untrusted[10])
        while self._untrusted[offset] != _END:
            self._spend(_COST_OF_BLOCK)
            kind = self._untrusted[offset]
            if kind == _PICTURE:
                yield from self._frame(offset)
                flags = self._untrusted[offset + 9]
                offset = self._skip(offset + 11 + _palette(flags))
            elif kind == _EXTENSION:
                end = self._skip(offset + 2)
                yield from _extension(self._untrusted[offset + 1 : end])
                offset = end
            else:
                yield Finding(FindingKind.UNKNOWN, "block of unknown kind")
                return offset
        return offset + 1

    def _frame(self, offset: int) -> Iterator[Finding]:
        self._frames += 1
        if self._frames > 1:
            yield Finding(FindingKind.HIDDEN_PIXELS, "further frames")
        screen = struct.unpack_from("<HH", self._untrusted, 6)
        left, top, width, height = struct.unpack_from("<HHHH", self._untrusted, offset + 1)
        if left + width > screen[0] or top + height > screen[1]:
            yield Finding(FindingKind.HIDDEN_PIXELS, "frame larger than the screen")

    def _skip(self, offset: int) -> int:
        """Return the offset after the sub-blocks that begin at ``offset``."""
        while self._untrusted[offset]:
            offset += 1 + self._untrusted[offset]
            self._spend(1)
        return offset + 1

    def _spend(self, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            raise IndexError


def _palette(flags: int) -> int:
    """Return the length of the colour table in bytes; 0 if the flags announce none."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _extension(untrusted: bytes) -> Iterator[Part]:
    """Yield what an extension holds; ``untrusted`` is its label and its sub-blocks."""
    label, content = untrusted[0], untrusted[2 : 2 + untrusted[1]]
    rest = untrusted[2 + len(content) :]
    if label == _APPLICATION and content == _XMP:
        yield Block(BlockKind.XMP, rest[:-_XMP_MAGIC_TRAILER], "application XMP")
    elif label == _APPLICATION and content in _LOOP:
        if len(rest) != _LOOP_LENGTH + 1:
            yield Finding(FindingKind.UNKNOWN, "application loop")
    elif label == _APPLICATION:
        yield Finding(FindingKind.UNKNOWN, "application extension")
    elif label != _GRAPHIC_CONTROL:
        yield Finding(FindingKind.TEXT, "comment or text extension")


FORMAT = Format(recognise, parts)
