"""Untrusted bytes become upright pixels: the only decoder of the package.

``Decoder`` decodes in a worker that loads no inference library and that may fail without
harm; ``decode`` does the same in the calling thread, without the limits on time and memory.
"""

from __future__ import annotations

from photoguard.images.decoder import Decoder
from photoguard.images.decoding import decode
from photoguard.images.values import Decoded, DecodingLimits

__all__ = ["Decoded", "Decoder", "DecodingLimits", "decode"]
