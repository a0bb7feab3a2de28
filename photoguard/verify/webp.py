"""Checks that a WebP is VP8X, VP8, public text, and that the file ends with its RIFF chunk."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from photoguard.formats import webp
from photoguard.model import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from photoguard.model import PublicText

_FRAME_TAG = 3
_START_CODE = b"\x9d\x01\x2a"
_KEY_FRAME_THAT_SHOWS = 0b1_0000
_KEY_AND_SHOW_BITS = 0b1_0001


def structure(written: bytes, size: tuple[int, int], text: PublicText) -> Iterator[Finding]:
    """Yield a finding for each difference from the structure that the writer produces."""
    beginning = b"WEBP" + webp.feature_chunk(size, text) + b"VP8 "
    if not written.startswith(b"RIFF") or not written.startswith(beginning, 8):
        yield Finding(FindingKind.STRUCTURE, "beginning differs")
        return
    frame = 8 + len(beginning)
    length = int.from_bytes(written[frame : frame + 4], "little")
    if not _is_key_frame(written[frame + 4 : frame + 14], size):
        yield Finding(FindingKind.STRUCTURE, "VP8 frame header")
    end = frame + 4 + length + length % 2
    words = webp.chunks(text)
    if written[end : end + len(words)] != words or any(written[frame + 4 + length : end]):
        yield Finding(FindingKind.STRUCTURE, "words differ")
    elif end + len(words) != len(written):
        yield Finding(FindingKind.TRAILING_DATA, "after the words")
    if int.from_bytes(written[4:8], "little") != len(written) - 8:
        yield Finding(FindingKind.STRUCTURE, "RIFF size")


def _is_key_frame(header: bytes, size: tuple[int, int]) -> bool:
    """Return whether the header is that of a shown key frame of this size (RFC 6386, 9.1)."""
    shown = header[:1] and header[0] & _KEY_AND_SHOW_BITS == _KEY_FRAME_THAT_SHOWS
    return bool(shown) and header[_FRAME_TAG:] == _START_CODE + struct.pack("<HH", *size)
