"""How parent and worker speak, and who answers a terminal that is closed.

A question is 8 bytes length, 4 bytes ``max_side`` and the photo; an answer is 4 bytes
length, JSON, and the pixels. One empty answer is given when the worker is ready. Numbers
are little-endian.
"""

from __future__ import annotations

import signal
import struct

QUESTION = struct.Struct("<QI")
ANSWER = struct.Struct("<I")
LONGEST_TOLD = 1 << 16
"""Bytes of JSON that the parent reads at most."""


def leave_ending_to_the_parent() -> None:
    """Ignore what a terminal sends to all that it started: Ctrl-C, Ctrl-Break, its closing.

    The parent alone answers, and ends its workers.
    """
    for name in ("SIGINT", "SIGHUP", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
