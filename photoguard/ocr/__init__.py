"""What is written in a picture: where lines of text stand, and what they say.

Two networks of PaddleOCR (PP-OCR) do it: one finds lines, the other reads them. Heavy
libraries are imported when ``TextReader`` is first named, and the networks are loaded when
a picture is first read: a run that reads no text pays nothing for it.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from photoguard import detect

if TYPE_CHECKING:
    from photoguard.ocr._reader import Lettering, TextReader
    from photoguard.ocr._telling import places_in
    from photoguard.ocr._weights import all_weights

__all__ = ["Lettering", "TextReader", "all_weights", "fingerprint", "places_in"]


def __getattr__(name: str) -> object:
    """Import what needs image libraries on its first use."""
    homes = {
        "Lettering": "_reader",
        "TextReader": "_reader",
        "all_weights": "_weights",
        "places_in": "_telling",
    }
    if name in homes:
        return getattr(import_module(f"{__name__}.{homes[name]}"), name)
    raise AttributeError(name)


def fingerprint() -> str:
    """Return what names the reading in use, as ``detect.fingerprint`` names the detection."""
    return detect.fingerprint(Path(__file__).parent)
