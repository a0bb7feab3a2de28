"""Finds rows in a JPEG that its header does not admit.

The same coded bytes are decoded once more with a greater height in the header. Where the
scan ends with the admitted rows, the decoder has nothing left for the further ones and
leaves them plain grey (ITU-T T.81 codes no padding; libjpeg fills with zero coefficients);
where rows were cut away by two changed bytes, their picture appears.
"""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING

import numpy as np
from PIL.JpegImagePlugin import JpegImageFile

from photoguard.formats.jpeg.segments import FRAMES, SOS, TABLES
from photoguard.model import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from photoguard.formats.jpeg.segments import Segment

MOST_PIXELS = 100_000_000
MOST_WORK = 800_000_000
"""Pixels times scans: a progressive file of this size is the largest that is looked into."""
_LONGEST_SIDE = 65500
_BLOCK = 8
_HUFFMAN_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
_FURTHER_ROWS = 2


def look(segments: Sequence[Segment]) -> Iterator[Finding]:
    """Yield a finding where rows are hidden, or where that cannot be told."""
    frames = [segment for segment in segments if segment.marker in FRAMES]
    scans = [segment for segment in segments if segment.marker == SOS]
    if len(frames) != 1 or not scans or len(frames[0].untrusted) < _BLOCK + 1:
        yield Finding(FindingKind.STRUCTURE, "frame header")
        return
    height, width = struct.unpack_from(">HH", frames[0].untrusted, 1)
    pixels = height * width
    if pixels > MOST_PIXELS or pixels * len(scans) > MOST_WORK or not pixels:
        yield Finding(FindingKind.STRUCTURE, "frame header, size")
    elif frames[0].marker not in _HUFFMAN_FRAMES:
        yield Finding(FindingKind.STRUCTURE, "frame header, unusual coding")
    else:
        yield from _compare(segments, frames[0])


def _compare(segments: Sequence[Segment], frame: Segment) -> Iterator[Finding]:
    height = struct.unpack_from(">H", frame.untrusted, 1)[0]
    rows = _BLOCK * max(1, *(sampling & 0x0F for sampling in frame.untrusted[7::3]))
    admitted = -(-height // rows) * rows
    taller = admitted + _FURTHER_ROWS * rows
    if taller > _LONGEST_SIDE:
        yield Finding(FindingKind.STRUCTURE, "frame header, size")
        return
    try:
        small = _decoded(_rebuilt(segments, taller))
    except (OSError, SyntaxError, ValueError):
        yield Finding(FindingKind.STRUCTURE, "cannot be decoded")
        return
    if _shows(small, admitted / taller):
        yield Finding(FindingKind.HIDDEN_PIXELS, "rows below the picture's height")


def _rebuilt(segments: Sequence[Segment], height: int) -> bytes:
    """Return the tables and scans alone, behind a frame header with another height."""
    parts = [b"\xff\xd8"]
    for segment in segments:
        content = segment.untrusted
        if segment.marker in FRAMES:
            content = content[:1] + struct.pack(">H", height) + content[3:]
        elif segment.marker not in TABLES and segment.marker != SOS:
            continue
        parts += (struct.pack(">BBH", 0xFF, segment.marker, len(content) + 2), content)
        parts.append(segment.scan)
    return b"".join((*parts, b"\xff\xd9"))


def _decoded(coded: bytes) -> npt.NDArray[np.int16]:
    """Return the luminance at an eighth of the size: coarse, and quick for any content."""
    with JpegImageFile(io.BytesIO(coded)) as picture:
        width, height = picture.size
        picture.draft("L", (max(1, width // _BLOCK), max(1, height // _BLOCK)))
        small = np.asarray(picture, dtype=np.int16)
    return small if small.ndim > 2 else small[:, :, None]  # noqa: PLR2004  (no bands)


def _shows(small: npt.NDArray[np.int16], admitted: float) -> bool:
    """Return whether the further rows differ from what the decoder fills in at the very end.

    The unit in which the coded bytes ran out may hold anything, so it is left out.
    """
    further = small[round(admitted * len(small)) :]
    unit = len(further) // _FURTHER_ROWS
    differs = np.abs(further - further[-1, -1]).max(axis=2) > 1
    differs[:unit, : 4 * unit] = False
    return bool(differs.any())
