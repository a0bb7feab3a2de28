"""Reads a finished file back, independently of its writer, and returns what should not be there.

Findings are returned, not raised, in the order structure, second encode, pixels. A file with
findings in its bytes is not decoded.
"""

from __future__ import annotations

from importlib import import_module
from math import ceil, floor
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

import cv2
import numpy as np

from photoguard import formats
from photoguard.model import Finding, FindingKind, OutputFormat, PublicText

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from photoguard.model import Pixels, Region

__all__ = ["Form", "check_pixels", "check_written", "verify"]

BLOCK = 16
"""Side in pixels of the blocks that are compared: a macroblock of 4:2:0, whose mean colour the
coders preserve."""
TOLERANCE = 24
"""Largest difference of a block's mean, of 255. Over 120 photos the coders' own loss was at most
10 at quality 90 and 17 at quality 50."""


class Form(NamedTuple):
    """How a picture is written: public text, format and quality."""

    text: PublicText
    output_format: OutputFormat
    quality: int


class _Structure(Protocol):
    """The interface of a module of this folder; its name is the format it examines."""

    def structure(
        self, written: bytes, size: tuple[int, int], text: PublicText
    ) -> Iterable[Finding]:
        """Yield a finding for each difference from the only structure that is allowed."""
        ...


def verify(path: Path, meant: Pixels, hidden: Sequence[Region], form: Form) -> tuple[Finding, ...]:
    """Read the file back from disk; return a finding for each thing in it that was not intended.

    ``meant`` are the pixels that were written, uint8 (height, width, 3). Raises OSError if
    the file cannot be read.
    """
    written = path.read_bytes()
    found = check_written(written, meant, *form)
    if found:
        return found
    return check_pixels(written, meant, hidden, form.output_format)


def check_written(
    written: bytes, pixels: Pixels, text: PublicText, output_format: OutputFormat, quality: int
) -> tuple[Finding, ...]:
    """Return findings where the bytes differ from a new file of these pixels and this text.

    First the structure is compared with the only allowed one, then the file with a second
    encode, byte by byte: each check notices what the other cannot.
    """
    examiner = cast("_Structure", import_module(f"{__name__}.{output_format.value}"))
    height, width = pixels.shape[:2]
    found = tuple(examiner.structure(written, (width, height), text))
    if written != formats.encode(pixels, text, output_format, quality):
        found += (Finding(FindingKind.STRUCTURE, "second encode differs"),)
    return found


def check_pixels(
    written: bytes, meant: Pixels, hidden: Sequence[Region], output_format: OutputFormat
) -> tuple[Finding, ...]:
    """Return findings where the decoded picture differs from ``meant`` in the hidden regions.

    PNG is compared as a whole. The bytes must have passed ``check_written``: they are
    decoded without the limits for untrusted files.
    """
    return _compared(_decoded(written), meant, hidden, output_format)


def _decoded(written: bytes) -> Pixels:
    """Decode with another library than the one that wrote the file."""
    coded = np.frombuffer(written, np.uint8)
    return cast("Pixels", cv2.imdecode(coded, cv2.IMREAD_COLOR_RGB))


def _compared(
    seen: Pixels | None, meant: Pixels, hidden: Sequence[Region], output_format: OutputFormat
) -> tuple[Finding, ...]:
    if seen is None or seen.shape != meant.shape:
        return (Finding(FindingKind.STRUCTURE, "size differs"),)
    if output_format is OutputFormat.PNG:
        same = np.array_equal(seen, meant)
        return () if same else (Finding(FindingKind.HIDDEN_PIXELS, "pixels differ"),)
    return tuple(
        Finding(FindingKind.HIDDEN_PIXELS, f"region {number} differs")
        for number, region in enumerate(hidden, start=1)
        if not same_inside(seen, meant, region)
    )


def same_inside(seen: Pixels, meant: Pixels, region: Region) -> bool:
    """Return whether every block of the region has the intended mean colour.

    Both pictures are (height, width, 3) and of one size. True for a region outside them.
    """
    rows, columns = _extent(region, seen.shape)
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return True
    difference = cv2.absdiff(_means(seen[rows, columns]), _means(meant[rows, columns]))
    return bool(difference.max() <= TOLERANCE)


def _extent(region: Region, shape: tuple[int, ...]) -> tuple[slice, slice]:
    """Return (rows, columns) of the whole blocks around the rotated ellipse."""
    around = region.bounds
    rows = _blocks(around.top, around.bottom, shape[0])
    return rows, _blocks(around.left, around.right, shape[1])


def _blocks(start: float, stop: float, end: int) -> slice:
    first = max(0, floor(start / BLOCK) * BLOCK)
    return slice(first, min(end, ceil(stop / BLOCK) * BLOCK))


def _means(patch: Pixels) -> Pixels:
    """Return the mean of every block; incomplete blocks are padded with their last pixels."""
    below, beside = (-side % BLOCK for side in patch.shape[:2])
    whole = cv2.copyMakeBorder(patch, 0, below, 0, beside, cv2.BORDER_REPLICATE)
    blocks = (whole.shape[1] // BLOCK, whole.shape[0] // BLOCK)
    return np.asarray(cv2.resize(whole, blocks, interpolation=cv2.INTER_AREA), dtype=np.uint8)
