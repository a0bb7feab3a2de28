"""The pictures on the page: finished copies, tiles of them, and the original while it is viewed.

A copy is shown only while its bytes are the verified ones. An original is decoded in the
decoder's own process, sent once and stored nowhere.
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
"""Side of a tile's section as a multiple of the place, so that a person recognises it."""
WHOLE = 420
"""Longest side in pixels of a small picture of the whole copy."""
LEAST_SIDE = 320
"""Least longest side of an original in pixels, however small the screen."""
_KEPT = 6
"""Number of decoded copies in the cache, so that the tiles of a photo decode it once."""
_QUALITY = 85
_FORMATS = ("JPEG", "PNG", "WEBP")


class Pictures:
    """Reads the pictures of one output folder."""

    def __init__(self, output: Path, limits: Limits) -> None:
        """Store the folder; the decoder starts with the first original."""
        self._output = output
        self._limits = limits
        self._decoder = Decoder(limits)
        self._kept: OrderedDict[str, Image] = OrderedDict()
        self._turn = threading.Lock()
        self._decoding = threading.Lock()

    def close(self) -> None:
        """End the decoder and drop the cache."""
        self._decoder.close()
        self._kept.clear()

    def copy(self, record: PhotoRecord) -> bytes | None:
        """Return a finished copy's bytes; None if they are not the verified ones."""
        if record.output is None:
            return None
        try:
            content = place_in(self._output, record.output).read_bytes()
        except (OSError, OutputError):
            return None
        return content if digest(content) == record.output_sha256 else None

    def tile(self, record: PhotoRecord, box: Box | None) -> bytes | None:
        """Return a small JPEG of a place (in pixels of the copy), or of the whole copy for None."""
        if box is None:
            return self._whole(record)
        with self._turn:
            picture = self._opened(record)
            if picture is None:
                return None
            small = picture.crop(_around(box, picture.size)).resize((TILE, TILE))
        return _jpeg(small)

    def _whole(self, record: PhotoRecord) -> bytes | None:
        """Return a small JPEG of the whole copy, decoded at a reduced size."""
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
        """Start the decoder in advance, since that takes longer than a photo."""
        self._decoder.start()

    def original(self, path: Path, record: PhotoRecord, side: int = 0) -> bytes:
        """Return the original as JPEG, cropped as the copy; raises UsageTrouble if it has changed.

        ``side`` is its longest side on the screen, 0 for that of the copy. A smaller one is
        faster.
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
    """Return the square section around a place, moved inside the picture if possible."""
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
