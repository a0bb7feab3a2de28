"""Decodes one photo: from untrusted bytes to upright sRGB pixels."""

from __future__ import annotations

import io
import threading
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoguard.errors import PhotoTrouble, RefusedError, UnreadableError
from photoguard.images.colour import flat, profile_of, srgb
from photoguard.images.content import (
    PLUGINS,
    is_unusual_tiff,
    only_picture,
    recognise,
    require_ordinary,
    require_usual_samples,
    webp_canvas,
)
from photoguard.images.hdr import light_of, to_srgb
from photoguard.images.properties import (
    Properties,
    crop_of,
    is_sure,
    properties_of,
    without_exif,
)
from photoguard.images.upright import shrunk, target_size, turn_of, turned
from photoguard.images.values import Decoded, PictureFacts
from photoguard.images.whole import require_jpeg_blocks, require_png_rows, require_whole
from photoguard.model import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL import Image

    from photoguard.images.hdr import Light
    from photoguard.images.properties import Crop
    from photoguard.images.upright import Turn
    from photoguard.images.values import DecodingLimits

DIVISORS = {"jpeg": (2, 4, 8)}
"""Format → divisors by which its decoder can shrink while decoding (DCT scaling)."""
_WITH_PROPERTIES = {"heic", "avif"}
_MILLION = 1_000_000
_PILLOW_GLOBALS = threading.Lock()
"""Guards Pillow's size limit and Python's warning filters, which are global to the interpreter."""


def decode(untrusted: bytes, *, limits: DecodingLimits, max_side: int = 0) -> Decoded:
    """Return a photo's pixels, decoded in the calling thread; of ``limits`` only the size holds.

    ``max_side`` as for ``Decoder.decode``. Raises UnreadableError for a damaged file and
    RefusedError for one that is not accepted.
    """
    import numpy as np

    image, sketch = decode_image(untrusted, limits=limits, max_side=max_side)
    width, height = sketch.size
    pixels = np.array(image, dtype=np.uint8, order="C").reshape(height, width, 3)
    return Decoded(pixels, sketch.original_size, sketch.format, sketch.orientation, sketch.notes)


def decode_image(
    untrusted: bytes, *, limits: DecodingLimits, max_side: int = 0
) -> tuple[Image.Image, PictureFacts]:
    """Return the upright sRGB picture in mode RGB, and the facts of the decoding.

    Raises UnreadableError for a damaged file and RefusedError for one that is not accepted.
    """
    try:
        kind = recognise(untrusted)
        require_whole(untrusted, kind)
        require_usual_samples(untrusted, kind)
        return _decode_recognised(untrusted, kind, limits, max_side)
    except PhotoTrouble:
        raise
    except (MemoryError, RecursionError):
        raise RefusedError("decode.too_much_memory", limit=limits.memory_mb) from None
    # Pillow and its plugins raise anything on damaged files: TypeError, KeyError, IndexError,
    # SyntaxError, struct.error and RuntimeError were seen. The cause is cut off because its
    # message may quote the file.
    except Exception:  # noqa: BLE001
        raise UnreadableError("decode.unreadable") from None


@dataclass(frozen=True, slots=True)
class _Display:
    """How the stored pixels are to be shown, according to the file's metadata."""

    turn: Turn
    crop: Crop | None
    light: Light | None
    profile: bytes | None
    """The ICC profile of the file, or one made of its few numbers of colour; None for sRGB."""
    doubts: tuple[Reason, ...]
    """Reasons for a person to check the copy."""

    def upright_size(self, stored: tuple[int, int]) -> tuple[int, int]:
        """Return (width, height) of the picture as it is shown, from the stored size."""
        return self.turn.applied(self.crop.size if self.crop else stored)


def _decode_recognised(
    untrusted: bytes, kind: str, limits: DecodingLimits, max_side: int
) -> tuple[Image.Image, PictureFacts]:
    with _cautious_pillow(limits):
        image = _opened(untrusted, kind, limits)
        notes = only_picture(image, untrusted, kind)
        _require_size(image.size, limits)  # of another page, perhaps
        require_ordinary(image, untrusted, kind)
        if kind == "png":
            image.load()  # what stands behind the rows, the orientation too, is read with them
        display = _display_of(image, untrusted, kind)
        if kind == "tiff":
            image.load()  # Pillow turns it by its XMP too, and knows the size only then
        original = display.upright_size(image.size)
        target = display.turn.applied(target_size(original, max_side, DIVISORS.get(kind, ())))
        _load(image, untrusted, kind, target)
    image.info["icc_profile"] = display.profile
    seen = image.crop(display.crop.box) if display.crop else image
    small = shrunk(flat(seen), target)
    rgb, profile_ignored = (to_srgb(small, display.light), False) if display.light else srgb(small)
    upright = turned(rgb, display.turn.remaining)
    if display.light:
        notes = (*notes, Reason("decode.hdr"))
    if profile_ignored:
        notes = (*notes, Reason("decode.profile_ignored"))
    orientation = display.turn.orientation
    return upright, PictureFacts(
        upright.size, original, kind, orientation, (*notes, *display.doubts)
    )


def _display_of(image: Image.Image, untrusted: bytes, kind: str) -> _Display:
    properties = properties_of(untrusted) if kind in _WITH_PROPERTIES else Properties()
    turn = turn_of(image, kind, properties)
    unsure = {
        "decode.orientation": not turn.is_sure,
        "decode.crop": not is_sure(properties),
        "decode.two_tones": image.mode == "1",
    }
    return _Display(
        turn,
        # libheif cuts a HEIC by itself.
        crop_of(properties) if kind == "avif" else None,
        light_of(image, untrusted, kind, properties),
        profile_of(untrusted, kind, properties, image.info.get("icc_profile")),
        tuple(Reason(code) for code, holds in unsure.items() if holds),
    )


@contextmanager
def _cautious_pillow(limits: DecodingLimits) -> Iterator[None]:
    from PIL import Image

    with _PILLOW_GLOBALS, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        before, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, limits.megapixels * _MILLION
        try:
            yield
        except (Image.DecompressionBombWarning, Image.DecompressionBombError):
            raise RefusedError("decode.too_many_pixels", limit=limits.megapixels) from None
        finally:
            Image.MAX_IMAGE_PIXELS = before


def _opened(untrusted: bytes, kind: str, limits: DecodingLimits) -> Image.Image:
    """Open the picture without its pixels; raises RefusedError if it is too large."""
    from PIL import Image, UnidentifiedImageError

    if kind == "heic":
        from pillow_heif import register_heif_opener

        register_heif_opener()
    if kind == "webp":
        _require_size(webp_canvas(untrusted), limits)
    readable = without_exif(untrusted) if kind == "avif" else untrusted
    try:
        image = Image.open(io.BytesIO(readable), formats=[PLUGINS[kind]])
    except UnidentifiedImageError:
        if kind == "tiff" and is_unusual_tiff(untrusted):
            raise RefusedError("decode.pixels") from None
        raise
    _require_size(image.size, limits)
    return image


def _require_size(size: tuple[int, int], limits: DecodingLimits) -> None:
    width, height = size
    if width * height > limits.megapixels * _MILLION:
        raise RefusedError("decode.too_many_pixels", limit=limits.megapixels)


def _load(image: Image.Image, untrusted: bytes, kind: str, target: tuple[int, int]) -> None:
    """Load the pixels; raises UnreadableError if the decoder would fill in missing ones."""
    if kind == "jpeg":
        _load_jpeg(image, target)
        require_jpeg_blocks(image, untrusted, lambda longer: _jpeg(longer, target))
        return
    image.load()
    if kind == "png":
        require_png_rows(image, untrusted)


def _load_jpeg(image: Image.Image, target: tuple[int, int]) -> None:
    """Decode at the smallest DCT scale that is at least as large as ``target``."""
    image.draft(image.mode, target)
    image.load()


def _jpeg(untrusted: bytes, target: tuple[int, int]) -> Image.Image:
    from PIL import Image

    image = Image.open(io.BytesIO(untrusted), formats=[PLUGINS["jpeg"]])
    _load_jpeg(image, target)
    return image
