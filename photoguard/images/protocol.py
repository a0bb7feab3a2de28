"""How parent and worker speak.

A question is 8 bytes length, 4 bytes ``max_side`` and the photo; an answer is 4 bytes
length, JSON, and the pixels. One empty answer is given when the worker is ready. Numbers
are little-endian.
"""

from __future__ import annotations

import struct

QUESTION = struct.Struct("<QI")
ANSWER = struct.Struct("<I")
LONGEST_TOLD = 1 << 16
"""Bytes of JSON that the parent reads at most."""
