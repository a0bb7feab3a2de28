"""Bit windows over entropy-coded bytes."""

from __future__ import annotations

import numpy as np


def windows(coded: bytes) -> list[int]:
    """Return, for each byte, the 24 bits that begin there; past the end the bits are ones."""
    padded = np.frombuffer(coded + b"\xff\xff\xff", np.uint8).astype(np.uint32)
    return (padded[:-2] << 16 | padded[1:-1] << 8 | padded[2:]).tolist()  # type: ignore[no-any-return]
