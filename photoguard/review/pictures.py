"""The pictures of the page: finished copies, tiles of them, and the original while it is held.

What is shown of a copy is shown only while its bytes are the ones that were verified. An
original is decoded in the decoder's own process, goes out once and is kept nowhere.
"""

from __future__ import annotations

import io
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from photoguard.errors import OutputError, PhotoguardError, UsageTrouble
from photoguard.files import digest, place_in, read_limited
from photoguard.images import Decoder

if TYPE_CHECKING:
    from pathlib import Path

    from PIL.Image import Image

    from photoguard.model import Box
    from photoguard.output.records import PhotoRecord
    from photoguard.settings import Limits

TILE = 160
"""Side of a tile in pixels."""
AROUND = 2.2
"""A tile shows so many times the place itself, so that a person sees what it is."""
WHOLE = 420
"""Longest side of a small whole picture."""
LEAST_SIDE = 320
"""Of an original, however small a screen the page asks for."""
_KEPT = 6
"""Copies that are kept decoded, so that the tiles of one photo decode it once."""
_QUALITY = 85
_FORMATS = ("JPEG", "PNG", "WEBP")


class Pictures:
    """Reads the pictures of one output folder."""

    def __init__(self, output: Path, limits: Limits) -> None:
        """Start a decoder with the first original."""
        self._output = output
        self._limits = limits
        self._decoder = Decoder(limits)
        self._kept: OrderedDict[str, Image] = OrderedDict()
        self._turn = threading.Lock()
        self._decoding = threading.Lock()

    def close(self) -> None:
        """Let the decoder end and forget the copies."""
        self._decoder.close()
        self._kept.clear()

    def copy(self, record: PhotoRecord) -> bytes | None:
        """Return a finished copy's bytes, None where they are not the verified ones."""
        if record.output is None:
            return None
        try:
            content = place_in(self._output, record.output).read_bytes()
        except (OSError, OutputError):
            return None
        return content if digest(content) == record.output_sha256 else None

    def tile(self, record: PhotoRecord, box: Box | None) -> bytes | None:
        """Return a small JPEG of a place (pixels of the copy) or of the whole copy."""
        if box is None:
            return self._whole(record)
        with self._turn:
            picture = self._opened(record)
            if picture is None:
                return None
            small = picture.crop(_around(box, picture.size)).resize((TILE, TILE))
        return _jpeg(small)

    def _whole(self, record: PhotoRecord) -> bytes | None:
        """Return a small picture of the copy, decoded no larger than that needs."""
        from PIL import Image

        content = self.copy(record)
        if content is None:
            return None
        with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
            opened.draft("RGB", (WHOLE, WHOLE))
            small = opened.convert("RGB")
        small.thumbnail((WHOLE, WHOLE), reducing_gap=2.0)
        return _jpeg(small)

    def _opened(self, record: PhotoRecord) -> Image | None:
        from PIL import Image

        key = record.output_sha256 or ""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        content = self.copy(record)
        if content is None:
            return None
        with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
            picture = opened.convert("RGB")
        self._kept[key] = picture
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return picture

    def warm(self) -> None:
        """Start the decoder already: that takes longer than a photo does."""
        self._decoder.start()

    def original(self, path: Path, record: PhotoRecord, side: int = 0) -> bytes:
        """Return the original as the copy is framed; raises UsageTrouble if it has changed.

        ``side`` is how long its longest side will be on the screen, 0 for as long as the
        copy's: a smaller one is there sooner.
        """
        from PIL import Image

        try:
            untrusted = read_limited(path, self._limits.file_mb)
            if digest(untrusted) != record.source_sha256:
                raise UsageTrouble("review.source_changed")
            whole = max(record.facts.size) if record.facts else 0
            side = min(max(side, LEAST_SIDE), whole) if side else whole
            with self._decoding:
                decoded = self._decoder.decode(untrusted, max_side=side)
        except PhotoguardError as trouble:
            raise UsageTrouble("review.source_changed") from trouble
        return _jpeg(Image.fromarray(decoded.pixels))


def _around(box: Box, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return the square around a place that a tile shows, inside the picture where it can be."""
    side = max(8.0, AROUND * max(box.width, box.height))
    side = min(side, float(max(size)))
    x, y = box.centre
    left = min(max(0.0, x - side / 2), max(0.0, size[0] - side))
    top = min(max(0.0, y - side / 2), max(0.0, size[1] - side))
    return int(left), int(top), int(left + side), int(top + side)


def _jpeg(picture: Image) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=_QUALITY)
    return stream.getvalue()
