"""Decodes untrusted files into upright sRGB pixels; no other room decodes photos.

``Decoder`` decodes in a worker process that loads no inference library and may crash without
harm. ``decode`` does the same in the calling thread, with a limit on the picture's size but
none on time and memory.
"""

from __future__ import annotations

from photoguard.images.decoder import Decoder
from photoguard.images.decoding import decode
from photoguard.images.values import Decoded, DecodingLimits

__all__ = ["Decoded", "Decoder", "DecodingLimits", "decode"]
