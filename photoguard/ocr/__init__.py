"""Text recognition: the lines of text in a picture, and what they say.

It uses two networks of PaddleOCR (PP-OCR), one to find lines and one to read them. Heavy
libraries are imported when ``TextReader`` is first accessed, and the networks are loaded
with the first picture, so that a run without text recognition pays nothing for it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from photoguard import detect
from photoguard.lazy import importing

if TYPE_CHECKING:
    from photoguard.ocr._identifying import places_in
    from photoguard.ocr._reader import Lettering, TextReader
    from photoguard.ocr._weights import all_weights

__all__ = ["Lettering", "TextReader", "all_weights", "fingerprint", "places_in"]


__getattr__ = importing(
    __name__,
    {
        "_reader": ("Lettering", "TextReader"),
        "_weights": ("all_weights",),
        "_identifying": ("places_in",),
    },
)


def fingerprint() -> str:
    """Return a digest that changes with the text recognition; see ``detect.fingerprint``."""
    return detect.fingerprint(Path(__file__).parent)
