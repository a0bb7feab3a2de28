"""Bits of coded pictures, read at any place of the bytes."""

from __future__ import annotations

import numpy as np


def windows(coded: bytes) -> list[int]:
    """Return for each byte the 24 bits that begin with it; ones stand behind the end."""
    padded = np.frombuffer(coded + b"\xff\xff\xff", np.uint8).astype(np.uint32)
    return (padded[:-2] << 16 | padded[1:-1] << 8 | padded[2:]).tolist()  # type: ignore[no-any-return]
