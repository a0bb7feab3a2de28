"""Random ids: they say nothing of a person and can be read aloud."""

from __future__ import annotations

import secrets

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without 0, 1, i, l and o, which look alike on paper."""

_LENGTH = 8
"""31^8 is 8.5e11: among 100,000 entries the chance that any two agree is below 1 %."""


def new_id(prefix: str) -> str:
    """Return for example ``p-7kq2mx4f``; the prefix tells the kind of entry."""
    return f"{prefix}-{''.join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))}"
